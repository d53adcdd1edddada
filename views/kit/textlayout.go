package kit

import (
	"math"
	"strings"
	"sync"
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

// lineHeights are known by the size of the text: each text asks for it whenever it is laid out.
var lineHeights sync.Map // float32 to float32

func lineHeight(size fyne.ThemeSizeName) float32 {
	s := textSize(size)
	if h, known := lineHeights.Load(s); known {
		return h.(float32)
	}
	h := ceil(sizeOf("Ég", s, fyne.TextStyle{}).Height)
	lineHeights.Store(s, h)
	return h
}

func (t *TextBox) measure(p Part, s string) float32 {
	return sizeOf(s, textSize(t.partSize(p)), t.partStyle(p)).Width
}

// words cuts the text where it may wrap, and measures the pieces.
func (t *TextBox) words() []textWord {
	out := t.cutWords()
	for i := range out {
		if !out[i].br {
			out[i].w = t.measure(out[i].part, out[i].text)
		}
	}
	return out
}

// cutWords cuts the text where it may wrap. A no-break space is not such a place.
func (t *TextBox) cutWords() []textWord {
	var out []textWord
	add := func(p Part, s string, space bool) {
		if s != "" {
			out = append(out, textWord{part: p, text: s, space: space})
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
	size    float32    // the theme's, 0 for nothing measured
	natural float32    // the width of the text where nothing makes it wrap
	whole   []textLine // the text so
	longest float32    // the width of its longest word, 0 for not measured
	lines   []textLine
	width   float32 // that lines were broken for
}

// measured makes sure that natural and whole are those of the present theme. Words are not measured one by one before
// there is a width that asks for it: a screen has many texts, and nearly all have the room they want.
func (t *TextBox) measured() {
	size := textSize(t.size)
	if t.memo.size == size {
		return
	}
	t.memo = textMemo{size: size}
	line := textLine{h: lineHeight(t.size)}
	end := func() {
		t.memo.whole = append(t.memo.whole, line)
		t.memo.natural = max(t.memo.natural, ceil(line.w))
		line = textLine{h: line.h}
	}
	for _, p := range splitSymbols(t.parts) {
		text := p.Text
		if t.over != wrapWords {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		for n, s := range strings.Split(text, "\n") {
			if n > 0 {
				end()
			}
			if s != "" {
				w := t.measure(p, s)
				line.runs = append(line.runs, textRun{part: p, text: s, w: w})
				line.w += w
			}
		}
	}
	end()
}

// longest is the width of the longest word. Only those that have nearly the most letters are measured.
func (t *TextBox) longest() float32 {
	t.measured()
	if t.memo.longest > 0 {
		return t.memo.longest
	}
	const near = 0.6 // no letter of the theme's fonts makes up for more
	list := t.cutWords()
	most := 0
	for _, w := range list {
		if !w.space {
			most = max(most, utf8.RuneCountInString(w.text))
		}
	}
	for _, w := range list {
		if n := utf8.RuneCountInString(w.text); !w.space && !w.br && float32(n) >= near*float32(most) {
			t.memo.longest = max(t.memo.longest, ceil(t.measure(w.part, w.text)))
		}
	}
	return t.memo.longest
}

// fits tells whether the text needs no wrapping at a width, nor begins or ends a line with a blank that wrapping would drop.
func (t *TextBox) fits(width float32) bool {
	if t.memo.natural > width || t.maxRows > 0 && len(t.memo.whole) > t.maxRows {
		return false
	}
	for _, l := range t.memo.whole {
		if n := len(l.runs); n > 0 && (blank(l.runs[0].text[0]) || blank(l.runs[n-1].text[len(l.runs[n-1].text)-1])) {
			return false
		}
	}
	return true
}

func blank(b byte) bool { return b == ' ' || b == '\t' || b == '\r' }

// layout breaks the text into lines for a width, and remembers the answer for that width.
func (t *TextBox) layout(width float32) []textLine {
	t.measured()
	if t.memo.lines != nil && t.memo.width == width {
		return t.memo.lines
	}
	t.cut = false
	var lines []textLine
	switch {
	case t.over == wrapWords && width > 0 && !t.fits(width):
		lines = t.wrap(width)
		if t.maxRows > 0 && len(lines) > t.maxRows {
			rest := lines[t.maxRows-1]
			for _, l := range lines[t.maxRows:] {
				rest.runs = append(append(rest.runs, textRun{part: P(""), text: " "}), l.runs...)
			}
			lines = append(lines[:t.maxRows-1], t.shorten(rest, width))
			t.cut = true
		}
	case t.over == cutEllipsis && width > 0 && t.memo.natural > ceil(width):
		lines = []textLine{t.shorten(t.memo.whole[0], width)}
		t.cut = true
	default:
		lines = t.memo.whole
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
