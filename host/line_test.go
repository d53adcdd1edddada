package host_test

import (
	"testing"

	"concierge/host"
)

func TestALineIsOneLineAndShowsWhatItHolds(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "Noé Roy": true, "Œ’Hara-Núñez 李": true, "שרה": true, "👩‍🍳": true,
		"Noé\r\nBcc: all@mail.example": false, "Noé\tRoy": false, "No\x00é": false, "No\xe9": false,
		"Noé\u0085Roy": false, "Noé\u2028Roy": false, "Noé\u2029Roy": false, "\u202eyor": false, "\u2067roy": false,
	} {
		if got := host.IsLine(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
