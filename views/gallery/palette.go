package main

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// flat is how many of the most frequent colours are kept as they are: surfaces, lines and text. The others, which are the
// edges of letters, share what is left.
const flat = 64

// paletted draws a picture with 256 colours: those of large areas exactly, the others by median cut.
func paletted(img image.Image) *image.Paletted {
	b := img.Bounds()
	count := map[color.RGBA]int{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[rgba(img.At(x, y))]++
		}
	}
	all := make([]color.RGBA, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int { // the same picture makes the same file
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	kept := all[:min(flat, len(all))]
	boxes := [][]color.RGBA{slices.Clone(all[len(kept):])}
	for len(boxes) < 256-len(kept) {
		if !split(&boxes) {
			break
		}
	}
	var colours color.Palette
	index := map[color.RGBA]uint8{}
	for _, c := range kept {
		index[c] = uint8(len(colours))
		colours = append(colours, c)
	}
	for _, box := range boxes {
		if len(box) == 0 {
			continue
		}
		for _, c := range box {
			index[c] = uint8(len(colours))
		}
		colours = append(colours, mean(box, count))
	}
	out := image.NewPaletted(b, colours)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, index[rgba(img.At(x, y))])
		}
	}
	return out
}

func rgba(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA() // windows are opaque
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
}

var channels = []func(color.RGBA) uint8{
	func(c color.RGBA) uint8 { return c.R }, func(c color.RGBA) uint8 { return c.G }, func(c color.RGBA) uint8 { return c.B },
}

// split halves the box whose colours are furthest apart; false when no box holds two.
func split(boxes *[][]color.RGBA) bool {
	which, along, most := -1, 0, 0
	for i, box := range *boxes {
		for ch, of := range channels {
			if len(box) < 2 {
				continue
			}
			least, greatest := of(slices.MinFunc(box, by(of))), of(slices.MaxFunc(box, by(of)))
			if d := int(greatest) - int(least); d > most {
				which, along, most = i, ch, d
			}
		}
	}
	if which < 0 {
		return false
	}
	box := (*boxes)[which]
	slices.SortStableFunc(box, by(channels[along]))
	(*boxes)[which] = box[:len(box)/2]
	*boxes = append(*boxes, box[len(box)/2:])
	return true
}

func by(of func(color.RGBA) uint8) func(a, b color.RGBA) int {
	return func(a, b color.RGBA) int { return cmp.Compare(of(a), of(b)) }
}

// mean is the colour nearest to those of a box, weighted by how often each is there.
func mean(box []color.RGBA, count map[color.RGBA]int) color.RGBA {
	var r, g, b, n int
	for _, c := range box {
		k := count[c]
		r, g, b, n = r+k*int(c.R), g+k*int(c.G), b+k*int(c.B), n+k
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255}
}
