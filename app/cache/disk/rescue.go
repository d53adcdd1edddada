package disk

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"io"
	"os"

	"lukechampine.com/adiantum"
)

// What follows reads the entries of a damaged journal from the bare file, page by page, without asking SQLite how pages
// hang together: damage to one page, the first one too, costs no entry on another. Every entry carries a sum, so that
// nothing is taken for one that was not written as one.
//
// The form of pages is that of https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1; they are encrypted each by
// itself, their place in the file being the tweak, as github.com/ncruces/go-sqlite3/vfs/adiantum does it.

const (
	pageSize  = 4096
	tableLeaf = 0x0d
	maxEntry  = 64 << 20 // a larger one is not ours
)

// rescueEntries reads a damaged journal and writes every entry that can be read into a new one.
func rescueEntries(key []byte) func(ctx context.Context, damaged string, fresh *sql.DB) error {
	return func(ctx context.Context, damaged string, fresh *sql.DB) error {
		rows, err := readable(damaged, key)
		if err != nil {
			return err
		}
		return transact(ctx, fresh, func(ctx context.Context, tx *sql.Tx) error {
			for _, r := range rows {
				if err := r.write(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// readable lists the entries that can be read in a journal, in the order they have in it.
func readable(path string, key []byte) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // opened for reading: nothing to lose
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := &bare{file: f, cipher: adiantum.New(key)}
	var rows []row
	at := map[string]int{}
	for page := int64(1); page <= info.Size()/pageSize; page++ {
		data, err := b.page(page)
		if err != nil {
			continue // the disk does not give this one back; the others are looked at all the same
		}
		for _, r := range b.rows(page, data) {
			i, twice := at[r.id]
			switch {
			case !twice:
				at[r.id] = len(rows)
				rows = append(rows, r)
			case r.ended != 0: // it has only moved on since the other
				rows[i] = r
			}
		}
	}
	return rows, nil
}

// bare is an encrypted file, read without SQLite.
type bare struct {
	file   io.ReaderAt
	cipher interface {
		Decrypt(block, tweak []byte) []byte
	}
}

// page decrypts a page, by its number from 1.
func (b *bare) page(n int64) ([]byte, error) {
	data := make([]byte, pageSize)
	at := (n - 1) * pageSize
	if read, err := b.file.ReadAt(data, at); read < pageSize {
		return nil, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	var tweak [8]byte
	binary.LittleEndian.PutUint64(tweak[:], uint64(at))
	return b.cipher.Decrypt(data, tweak[:]), nil
}

// rows are the entries that stand on a page.
func (b *bare) rows(number int64, page []byte) []row {
	head := 0
	if number == 1 {
		head = 100 // of the file
	}
	if page[head] != tableLeaf {
		return nil
	}
	var rows []row
	cells := int(binary.BigEndian.Uint16(page[head+3:]))
	for i := range cells {
		at := head + 8 + 2*i
		if at+2 > pageSize {
			break
		}
		if payload, ok := b.payload(page, int(binary.BigEndian.Uint16(page[at:]))); ok {
			if r, ok := parse(payload); ok {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// payload is the content of a cell of a table's leaf, with what of it stands on pages of its own.
func (b *bare) payload(page []byte, at int) ([]byte, bool) {
	if at >= pageSize {
		return nil, false
	}
	rest := page[at:]
	size, n := varint(rest)
	if n == 0 || size > maxEntry {
		return nil, false
	}
	rest = rest[n:]
	if _, n = varint(rest); n == 0 { // the number of the row
		return nil, false
	}
	rest = rest[n:]
	total, local := int(size), int(size)
	const most, least = pageSize - 35, (pageSize-12)*32/255 - 23
	if total > most {
		if local = least + (total-least)%(pageSize-4); local > most {
			local = least
		}
	}
	if local > len(rest) {
		return nil, false
	}
	if total == local {
		return rest[:local], true
	}
	if local+4 > len(rest) {
		return nil, false
	}
	whole := append(make([]byte, 0, local+pageSize), rest[:local]...)
	next := int64(binary.BigEndian.Uint32(rest[local:]))
	for len(whole) < total {
		if next == 0 {
			return nil, false
		}
		more, err := b.page(next)
		if err != nil {
			return nil, false
		}
		next = int64(binary.BigEndian.Uint32(more))
		whole = append(whole, more[4:min(pageSize, 4+total-len(whole))]...)
	}
	return whole, true
}

// parse reads a record as an entry; false when it is none, or not as it was written.
func parse(record []byte) (row, bool) {
	size, n := varint(record)
	if n == 0 || size > uint64(len(record)) {
		return row{}, false
	}
	head, body := record[n:max(int(size), n)], record[size:]
	var columns [8][]byte
	var numbers [8]int64
	for i := range columns {
		kind, n := varint(head)
		if n == 0 {
			return row{}, false
		}
		head = head[n:]
		length := uint64(0)
		switch {
		case kind >= 12:
			length = (kind - 12) / 2
		case kind == 8 || kind == 9:
			numbers[i] = int64(kind - 8)
		case kind <= 6:
			length = []uint64{0, 1, 2, 3, 4, 6, 8}[kind]
		default:
			return row{}, false
		}
		if length > uint64(len(body)) {
			return row{}, false
		}
		columns[i], body = body[:length], body[length:]
		if kind > 0 && kind <= 6 {
			numbers[i] = integer(columns[i])
		}
	}
	r := row{id: string(columns[1]), identity: string(columns[2]), account: string(columns[3]), at: numbers[4], ended: numbers[5], body: columns[6], sum: columns[7]}
	return r, r.whole()
}

// integer is a number as SQLite has it: two's complement, the highest byte first.
func integer(b []byte) int64 {
	n := int64(int8(b[0]))
	for _, c := range b[1:] {
		n = n<<8 | int64(c)
	}
	return n
}

// varint is a number of one to nine bytes, and how many; none when b ends before it does.
func varint(b []byte) (v uint64, n int) {
	for n < len(b) && n < 8 {
		v = v<<7 | uint64(b[n]&0x7f)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	if n < 8 || len(b) < 9 {
		return 0, 0
	}
	return v<<8 | uint64(b[8]), 9
}
