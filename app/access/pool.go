package access

import "slices"

// pool holds the candidates of one kind, ready for searching: their folded texts, one after the other, and the
// letters that each has. It remembers which candidates the last query left. Searching allocates nothing per candidate.
type pool struct {
	has   []uint64 // letters of candidate i, over all its texts
	first []int32  // its texts are texts[first[i]:first[i+1]]
	texts []string
	left  []left  // candidates that match the last query
	words int     // how many words that query had
	best  []found // heap of the best ones, worst on top
}

// left is a candidate that the last query left, with its score for all words and for all but the last one, so that
// the next keystroke only looks for the word it changed.
type left struct{ i, all, before int32 }

// continuation says how a query continues the last one, and which words the scores known of left are for.
type continuation int

const (
	afresh          continuation = iota // it does not
	narrowed                            // it matches less; nothing else is known
	afterAllButLast                     // only its last word is another
	afterAll                            // words were added
)

type found struct{ i, score int }

// grow makes room for candidates with so many texts in all.
func (p *pool) grow(candidates, texts int) {
	p.has = make([]uint64, 0, candidates)
	p.first = make([]int32, 0, candidates+1)
	p.texts = make([]string, 0, texts)
	p.left = make([]left, 0, candidates)
}

// add appends a candidate. The first text is its title.
func (p *pool) add(texts ...string) {
	if len(p.first) == 0 {
		p.first = append(p.first, 0)
	}
	var m uint64
	for _, t := range texts {
		m |= letters(t)
	}
	p.has = append(p.has, m)
	p.texts = append(p.texts, texts...)
	p.first = append(p.first, int32(len(p.texts)))
}

// find keeps of the candidates left those that match every word, and returns the best of them, best first, equals in
// the order of the pool. boost, when not nil, is added to each candidate's score.
func (p *pool) find(ws []string, c continuation, limit int, boost []int) []int {
	skip := 0 // words whose score is known
	switch c {
	case afresh:
		p.left = p.left[:0]
		for i := range p.has {
			p.left = append(p.left, left{i: int32(i)})
		}
	case afterAllButLast:
		skip = len(ws) - 1
	case afterAll:
		skip = p.words
	}
	p.words = len(ws)
	if limit <= 0 {
		limit = len(p.has)
	}
	var need uint64
	for _, word := range ws {
		need |= letters(word)
	}
	p.best = p.best[:0]
	keep := p.left[:0]
	for _, l := range p.left {
		i := int(l.i)
		if p.has[i]&need != need {
			continue
		}
		known := int32(0)
		switch c {
		case afterAllButLast:
			known = l.before
		case afterAll:
			known = l.all
		}
		var ok bool
		if l.before, l.all, ok = p.score(i, ws[skip:], known); !ok {
			continue
		}
		keep = append(keep, l)
		score := int(l.all)
		if boost != nil {
			score += boost[i]
		}
		p.keepBest(found{i, score}, limit)
	}
	p.left = keep
	slices.SortFunc(p.best, func(a, b found) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return a.i - b.i
	})
	out := make([]int, len(p.best))
	for k, f := range p.best {
		out[k] = f.i
	}
	return out
}

// score adds to what is known how well each word sits in the text that holds it best: for all words, and for all
// before the last.
func (p *pool) score(i int, ws []string, known int32) (before, all int32, ok bool) {
	all = known
	for _, word := range ws {
		_, s := p.bestText(i, word)
		if s < 0 {
			return 0, 0, false
		}
		before = all
		all += int32(s)
	}
	return before, all, true
}

// bestText is which of a candidate's texts holds a word best, and how well; -1 and -1 when none does.
func (p *pool) bestText(i int, word string) (which, score int) {
	which, score = -1, -1
	from := p.first[i]
	for k, t := range p.texts[from:p.first[i+1]] {
		s, ok := match(word, t, nil)
		if !ok {
			continue
		}
		if k == 0 {
			s += bonusTitle
		}
		if s = max(s, 0); s > score {
			which, score = k, s
		}
	}
	return which, score
}

// worse orders the heap: a lower score, and of equals the later one.
func worse(a, b found) bool { return a.score < b.score || a.score == b.score && a.i > b.i }

// keepBest puts a candidate among the best, if it is one of them.
func (p *pool) keepBest(f found, limit int) {
	h := p.best
	if len(h) < limit {
		h = append(h, f)
		for k := len(h) - 1; k > 0; {
			up := (k - 1) / 2
			if !worse(h[k], h[up]) {
				break
			}
			h[k], h[up] = h[up], h[k]
			k = up
		}
		p.best = h
		return
	}
	if worse(f, h[0]) {
		return
	}
	h[0] = f
	for k := 0; ; {
		low := k
		for _, down := range [2]int{2*k + 1, 2*k + 2} {
			if down < len(h) && worse(h[down], h[low]) {
				low = down
			}
		}
		if low == k {
			return
		}
		h[k], h[low] = h[low], h[k]
		k = low
	}
}

// show is a text of a candidate as displayed, with what the words match in it.
func (p *pool) show(i, which int, display string, ws []string) Matched {
	return highlight(display, ws, func(word string) bool {
		best, _ := p.bestText(i, word)
		return best == which
	})
}

// showOther is the first text from a position on that holds a word best, or nothing.
func (p *pool) showOther(i, from int, display []string, ws []string) Matched {
	for _, word := range ws {
		if best, _ := p.bestText(i, word); best >= from {
			return p.show(i, best, display[best], ws)
		}
	}
	return Matched{}
}
