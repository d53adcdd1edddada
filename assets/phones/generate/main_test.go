package main

import (
	"os"
	"testing"
)

func TestTheFormatsAreThoseOfTheLibrary(t *testing.T) {
	want, err := formats()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../formats.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("the library's data are others by now: go generate ./assets/phones")
	}
}
