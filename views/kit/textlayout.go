package kit

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// textWord is a piece that is not broken: a word, the blank after it, or a line break.
type textWord struct {
	part  Part
	text  string
	w     float32
	space bool
	br    bool
}

type textRun struct {
	part Part
	text string
	w    float32
}

type textLine struct {
	runs []textRun
	w, h float32
}

func ceil(v float32) float32 { return float32(math.Ceil(float64(v))) }

func lineHeight(size fyne.ThemeSizeName) float32 {
	return ceil(sizeOf("Ég", textSize(size), fyne.TextStyle{}).Height)
}

func (t *TextBox) measure(p Part, s string) float32 {
	return sizeOf(s, textSize(t.partSize(p)), t.partStyle(p)).Width
}

// words cuts the text where it may wrap. A no-break space is not such a place.
func (t *TextBox) words() []textWord {
	var out []textWord
	add := func(p Part, s string, space bool) {
		if s != "" {
			out = append(out, textWord{part: p, text: s, w: t.measure(p, s), space: space})
		}
	}
	for _, p := range splitSymbols(t.parts) {
		var cur strings.Builder
		space := false
		for _, r := range p.Text {
			if r == '\n' {
				add(p, cur.String(), space)
				cur.Reset()
				out = append(out, textWord{part: p, br: true})
				continue
			}
			isSpace := unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f'
			if isSpace != space {
				add(p, cur.String(), space)
				cur.Reset()
				space = isSpace
			}
			cur.WriteRune(r)
		}
		add(p, cur.String(), space)
	}
	return out
}

// textMemo is what was measured of a text, so that a layout that asks again costs nothing.
type textMemo struct {
	size             float32 // the theme's, 0 for nothing measured
	natural, longest float32
	lines            []textLine
	width            float32 // that lines were broken for
}

// measured makes sure that natural and longest are those of the present theme.
func (t *TextBox) measured() {
	size := textSize(t.size)
	if t.memo.size == size {
		return
	}
	t.memo = textMemo{size: size}
	var line float32
	for _, w := range t.words() {
		if w.br {
			line = 0
			continue
		}
		line += w.w
		t.memo.natural = max(t.memo.natural, ceil(line))
		if !w.space {
			t.memo.longest = max(t.memo.longest, ceil(w.w))
		}
	}
}

// layout breaks the text into lines for a width, and remembers the answer for that width.
func (t *TextBox) layout(width float32) []textLine {
	t.measured()
	if t.memo.lines != nil && t.memo.width == width {
		return t.memo.lines
	}
	t.cut = false
	var lines []textLine
	if t.over == wrapWords && width > 0 {
		lines = t.wrap(width)
		if t.maxRows > 0 && len(lines) > t.maxRows {
			rest := lines[t.maxRows-1]
			for _, l := range lines[t.maxRows:] {
				rest.runs = append(append(rest.runs, textRun{part: P(""), text: " "}), l.runs...)
			}
			lines = append(lines[:t.maxRows-1], t.shorten(rest, width))
			t.cut = true
		}
	} else {
		line := textLine{h: lineHeight(t.size)}
		for _, p := range splitSymbols(t.parts) {
			s := strings.ReplaceAll(p.Text, "\n", " ")
			w := t.measure(p, s)
			line.runs = append(line.runs, textRun{part: p, text: s, w: w})
			line.w += w
		}
		if t.over == cutEllipsis && width > 0 && ceil(line.w) > ceil(width) {
			line = t.shorten(line, width)
			t.cut = true
		}
		lines = []textLine{line}
	}
	t.memo.lines, t.memo.width = lines, width
	return lines
}

func (t *TextBox) wrap(width float32) []textLine {
	var lines []textLine
	h := lineHeight(t.size)
	cur := textLine{h: h}
	flush := func() {
		for n := len(cur.runs); n > 0 && strings.TrimSpace(cur.runs[n-1].text) == "" && !strings.Contains(cur.runs[n-1].text, "\u00a0"); n = len(cur.runs) {
			cur.w -= cur.runs[n-1].w
			cur.runs = cur.runs[:n-1]
		}
		cur.runs = t.join(cur.runs)
		lines = append(lines, cur)
		cur = textLine{h: h}
	}
	words := t.words()
	for i := 0; i < len(words); i++ {
		if words[i].br {
			flush()
			continue
		}
		if words[i].space {
			if len(cur.runs) > 0 {
				cur.runs = append(cur.runs, textRun{words[i].part, words[i].text, words[i].w})
				cur.w += words[i].w
			}
			continue
		}
		// Pieces of different styles without a blank between them (« mar» + «cel») stay together.
		j, unit := i, float32(0)
		for ; j < len(words) && !words[j].space && !words[j].br; j++ {
			unit += words[j].w
		}
		if len(cur.runs) > 0 && cur.w+unit > width+0.5 {
			flush()
		}
		for ; i < j; i++ {
			for _, piece := range t.breakWord(words[i], width) {
				if len(cur.runs) > 0 && cur.w+piece.w > width+0.5 && unit > width {
					flush()
				}
				cur.runs = append(cur.runs, piece)
				cur.w += piece.w
			}
		}
		i--
	}
	flush()
	return lines
}

// breakWord cuts a word that is longer than a whole line, as long addresses are.
func (t *TextBox) breakWord(w textWord, width float32) []textRun {
	if w.w <= width+0.5 {
		return []textRun{{w.part, w.text, w.w}}
	}
	var out []textRun
	rs := []rune(w.text)
	for len(rs) > 0 {
		n := t.fitting(w.part, rs, width)
		s := string(rs[:n])
		out = append(out, textRun{w.part, s, t.measure(w.part, s)})
		rs = rs[n:]
	}
	return out
}

// fitting is how many runes, at least one, fit in a width.
func (t *TextBox) fitting(p Part, rs []rune, width float32) int {
	lo, hi := 1, len(rs)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if t.measure(p, string(rs[:mid])) <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}

func (t *TextBox) join(runs []textRun) []textRun {
	var out []textRun
	for _, r := range runs {
		if n := len(out); n > 0 && out[n-1].part.style() == r.part.style() {
			out[n-1].text += r.text
			out[n-1].w = t.measure(r.part, out[n-1].text)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (p Part) style() Part { p.Text = ""; return p }

// shorten cuts a line so that it ends with … within the width.
func (t *TextBox) shorten(l textLine, width float32) textLine {
	const dots = "…"
	out := textLine{h: l.h}
	for _, r := range t.join(l.runs) {
		dw := t.measure(r.part, dots)
		if out.w+t.measure(r.part, r.text)+dw <= width {
			r.w = t.measure(r.part, r.text)
			out.runs = append(out.runs, r)
			out.w += r.w
			continue
		}
		rs := []rune(r.text)
		n := t.fitting(r.part, rs, width-out.w-dw)
		if n == 1 && t.measure(r.part, string(rs[:1])) > width-out.w-dw {
			n = 0
		}
		r.text = strings.TrimRight(string(rs[:n]), " ") + dots
		r.w = t.measure(r.part, r.text)
		out.runs = append(out.runs, r)
		out.w += r.w
		return out
	}
	return out
}

// splitSymbols gives arrows and marks (↵, →, ✓) runs of their own. Fyne draws them from its symbol font, which has no
// blank: a blank after an arrow in the same run would show as a missing character.
func splitSymbols(parts []Part) []Part {
	isSymbol := func(r rune) bool { return r >= 0x2190 && r <= 0x2bff }
	var out []Part
	for _, p := range parts {
		rest := p.Text
		for rest != "" {
			first, _ := utf8.DecodeRuneInString(rest)
			sym := isSymbol(first)
			end := strings.IndexFunc(rest, func(r rune) bool { return isSymbol(r) != sym })
			if end < 0 {
				end = len(rest)
			}
			piece := p
			piece.Text, piece.symbol = rest[:end], sym
			out = append(out, piece)
			rest = rest[end:]
		}
	}
	return out
}
