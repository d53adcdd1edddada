package settings

import "slices"

// quietUnlessAsked are the kinds of change elsewhere that are only told of in the window unless the person wants more.
// Kinds are the codes of package watch.
var quietUnlessAsked = []string{"domain-recipient"}

// Notifies tells whether a kind of change elsewhere is told of by the operating system.
func (s *Store) Notifies(kind string) bool {
	return get(s, func(d *document) bool {
		if on, chosen := d.notify[kind]; chosen {
			return on
		}
		return !slices.Contains(quietUnlessAsked, kind)
	})
}

// SetNotifies chooses whether a kind is told of.
func (s *Store) SetNotifies(kind string, on bool) {
	s.set(func(d *document) {
		if d.notify == nil {
			d.notify = map[string]bool{}
		}
		d.notify[kind] = on
	})
}
