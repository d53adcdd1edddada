package remote

import (
	"context"
	"errors"
	"fmt"
)

const (
	// pageSize is how many things a list is asked for at once; WHMCS's default is 25.
	pageSize = 250
	// maxItems is how many things a list that is read whole has at most. A longer one is an error and not cut, since
	// what is missing from it would be taken for gone.
	maxItems = 20_000
)

// part is a part of a list.
type part[T any] struct {
	items []T
	total int // -1: not told
}

// whole reads a list to its end. What moves between pages while they are read is not returned twice; when the list gets
// longer or shorter meanwhile it is read anew, since something can have slipped from one page to one read already.
func whole[T any, K comparable](ctx context.Context, c *Client, action string, key func(T) K, read func(start int) (part[T], error)) ([]T, error) {
	for range 3 {
		all, changed, err := pass(ctx, c, action, key, read)
		if err != nil {
			return nil, err
		}
		if !changed {
			return all, nil
		}
	}
	return nil, c.incomplete(ctx, action, "a list that changes whenever it is read")
}

// pass reads a list once. changed tells that its length became another on the way.
func pass[T any, K comparable](ctx context.Context, c *Client, action string, key func(T) K, read func(start int) (part[T], error)) (all []T, changed bool, err error) {
	seen := make(map[K]bool)
	total := -1
	for start := 0; ; {
		p, err := read(start)
		if err != nil {
			return nil, false, err
		}
		if start > 0 && p.total != total {
			return nil, true, nil
		}
		total = p.total
		fresh := 0
		for _, item := range p.items {
			if k := key(item); !seen[k] {
				seen[k] = true
				all = append(all, item)
				fresh++
			}
		}
		start += len(p.items)
		switch {
		case len(p.items) == 0 || total >= 0 && start >= total:
			return all, false, nil
		case fresh == 0 && total < 0:
			return all, false, nil // it gives the same page whatever is asked for
		case fresh == 0:
			return nil, false, c.incomplete(ctx, action, fmt.Sprintf("the same part of a list of %d again and again", total))
		case len(all) > maxItems:
			return nil, false, c.incomplete(ctx, action, fmt.Sprintf("a list of more than %d", maxItems))
		}
	}
}

func (c *Client) incomplete(ctx context.Context, action, why string) error {
	c.cfg.Log.WarnContext(ctx, "WHMCS list", "action", action, "err", why)
	return &Error{Kind: Unavailable, Action: action, Err: errors.New(why)}
}
