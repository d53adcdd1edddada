package remote

import (
	"context"
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

// whole reads a list to its end. What moves between pages while they are read is not returned twice.
func whole[T any, K comparable](ctx context.Context, c *Client, action string, key func(T) K, read func(start int) (part[T], error)) ([]T, error) {
	var all []T
	seen := make(map[K]bool)
	for start := 0; ; {
		p, err := read(start)
		if err != nil {
			return nil, err
		}
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
		case len(p.items) == 0 || p.total >= 0 && start >= p.total:
			return all, nil
		case fresh == 0 && p.total < 0:
			return all, nil // it gives the same page whatever is asked for
		case fresh == 0:
			return nil, c.incomplete(ctx, action, fmt.Sprintf("the same part of a list of %d again and again", p.total))
		case len(all) > maxItems:
			return nil, c.incomplete(ctx, action, fmt.Sprintf("a list of more than %d", maxItems))
		}
	}
}

func (c *Client) incomplete(ctx context.Context, action, why string) error {
	c.cfg.Log.WarnContext(ctx, "WHMCS list", "action", action, "err", why)
	return &Error{Kind: Unavailable, Action: action, Err: fmt.Errorf("%s", why)}
}
