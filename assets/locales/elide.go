package locales

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// elided are the words that lose their last letter before a vowel.
var elided = []string{"de", "que"}

// elide writes French as it is read aloud where a text was filled in: "l'accès d'Olivier", "dès qu'Hébergement Exemple".
// What people wrote themselves is left alone: only the word before a value is looked at.
func elide(text string, data map[string]any) string {
	for _, v := range data {
		value, is := v.(string)
		if !is || !vowelFirst(value) {
			continue
		}
		for _, word := range elided {
			text = elideBefore(text, word, value)
		}
	}
	return text
}

func elideBefore(text, word, value string) string {
	whole := word + " " + value
	var out strings.Builder
	for {
		i := strings.Index(text, whole)
		if i < 0 {
			break
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		if i > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before)) { // "code Olivier" has no "de" of its own
			out.WriteString(text[:i+len(whole)])
		} else {
			out.WriteString(text[:i] + word[:len(word)-1] + "'" + value)
		}
		text = text[i+len(whole):]
	}
	return out.String() + text
}

// vowelFirst tells whether a name begins with the sound of a vowel. An H is silent before an accent (Hélène, Hébergement);
// elsewhere both ways are written, and the full word is never wrong. A Y is a vowel before a consonant (Yves, not Yan).
func vowelFirst(name string) bool {
	first, n := utf8.DecodeRuneInString(strings.ToLower(name))
	second, _ := utf8.DecodeRuneInString(strings.ToLower(name)[n:])
	switch first {
	case 'h':
		return strings.ContainsRune("éèêô", second)
	case 'y':
		return unicode.IsLetter(second) && !vowel(second)
	}
	return vowel(first)
}

func vowel(r rune) bool { return strings.ContainsRune("aàâäeéèêëiîïoôöœæuùûü", r) }
