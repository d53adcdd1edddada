package docs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// command is one call in a block for the shell.
type command struct {
	args []string // the first is the program
	out  string   // file that its output goes to
	at   string
}

// parse takes a text for the shell apart: quotes, comments, &&, ;, |, > and $(…), as far as our pages use them.
func parse(text, at string) ([]command, error) {
	var all []command
	now := command{at: at}
	var word strings.Builder
	inWord, quote, into := false, rune(0), false
	endWord := func() {
		if inWord && into {
			now.out, into = word.String(), false
		} else if inWord {
			now.args = append(now.args, word.String())
		}
		word.Reset()
		inWord = false
	}
	end := func() {
		endWord()
		if len(now.args) > 0 {
			all = append(all, now)
		}
		now = command{at: at}
	}
	rs := []rune(text)
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		switch {
		case r == '$' && i+1 < len(rs) && rs[i+1] == '(' && quote != '\'':
			length := slices.Index(rs[i:], ')')
			if length < 0 {
				return nil, fmt.Errorf("%s: $( without an end", at)
			}
			inner, err := parse(string(rs[i+2:i+length]), at)
			if err != nil {
				return nil, err
			}
			all = append(all, inner...)
			word.WriteString("$()")
			inWord = true
			i += length
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == '\\' && i+1 < len(rs) && rs[i+1] == '\n':
			endWord()
			i++
		case r == '#' && !inWord:
			for i+1 < len(rs) && rs[i+1] != '\n' {
				i++
			}
		case r == ' ' || r == '\t':
			endWord()
		case r == '\n' || r == ';' || r == '|' || r == '&':
			end()
		case r == '>':
			endWord()
			into = true
		case r == '<':
			return nil, fmt.Errorf("%s: the test does not know <", at)
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%s: a quote without an end", at)
	}
	end()
	return all, nil
}

func TestTheShellIsUnderstood(t *testing.T) {
	all, err := parse("cd /etc  # there\nsudo sh -c 'umask 027; cat > x' && a \"b c\" \"$(cat y)\" > z\n", "here")
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, c := range all {
		got += strings.Join(c.args, "_") + ">" + c.out + "\n"
	}
	if want := "cd_/etc>\nsudo_sh_-c_umask 027; cat > x>\ncat_y>\na_b c_$()>z\n"; got != want {
		t.Errorf("got\n%s", got)
	}
	if _, err := parse("a 'b", ""); err == nil {
		t.Error("a quote without an end was taken")
	}
}
