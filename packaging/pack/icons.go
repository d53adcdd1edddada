package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"os"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
)

func drawn(name string) (image.Image, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(b))
}

func scaled(whole image.Image, size int) *image.NRGBA {
	small := image.NewNRGBA(image.Rect(0, 0, size, size))
	draw.CatmullRom.Scale(small, small.Bounds(), whole, whole.Bounds(), draw.Src, nil)
	return small
}

// sidebar is the picture beside the installer's last page: the icon on its own colour, twice the 164 by 314 pixels that are
// shown where nothing is enlarged.
func sidebar(whole image.Image) ([]byte, error) {
	const width, height, size, top = 2 * 164, 2 * 314, 2 * 96, 2 * 72
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	edge := whole.At(whole.Bounds().Dx()/2, whole.Bounds().Dy()/16) // near the border, on the colour that the key lies on
	draw.Draw(p, p.Bounds(), image.NewUniform(edge), image.Point{}, draw.Src)
	draw.Draw(p, image.Rect((width-size)/2, top, (width+size)/2, top+size), scaled(whole, size), image.Point{}, draw.Over)
	var b bytes.Buffer
	err := bmp.Encode(&b, p)
	return b.Bytes(), err
}

// windowsIcon is an .ico of these sizes: bitmaps as everything that reads icons can, and the largest as PNG, which keeps the
// file small (Microsoft's documentation of the format asks for it from 256 pixels on).
func windowsIcon(whole image.Image, sizes []int) ([]byte, error) {
	type entry struct {
		Width, Height, Colours, Reserved uint8
		Planes, Bits                     uint16
		Length, Offset                   uint32
	}
	var head, body bytes.Buffer
	put := func(v any) { _ = binary.Write(&head, binary.LittleEndian, v) } // a Buffer takes everything
	put([]uint16{0, 1, uint16(len(sizes))})
	for _, size := range sizes {
		small := scaled(whole, size)
		at := body.Len()
		if size >= 256 {
			if err := png.Encode(&body, small); err != nil {
				return nil, err
			}
		} else {
			body.Write(bitmap(small))
		}
		put(entry{Width: uint8(size), Height: uint8(size), Planes: 1, Bits: 32, // 256 is written as 0
			Length: uint32(body.Len() - at), Offset: uint32(6 + 16*len(sizes) + at)})
	}
	return append(head.Bytes(), body.Bytes()...), nil
}

// bitmap is a picture as icons hold it: a header that counts the mask's lines too, lines from the bottom up in blue, green,
// red and alpha, and an empty mask, for alpha says it all.
func bitmap(p *image.NRGBA) []byte {
	size := p.Bounds().Dx()
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, struct {
		Size          uint32
		Width, Height int32
		Planes, Bits  uint16
		Rest          [6]uint32
	}{40, int32(size), int32(2 * size), 1, 32, [6]uint32{}})
	for y := size - 1; y >= 0; y-- {
		for x := range size {
			c := p.NRGBAAt(x, y)
			b.Write([]byte{c.B, c.G, c.R, c.A})
		}
	}
	b.Write(make([]byte, (size+31)/32*4*size))
	return b.Bytes()
}
