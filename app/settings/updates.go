package settings

// LooksForUpdates tells whether to look for new versions. It does unless the person wants otherwise.
func (s *Store) LooksForUpdates() bool {
	return get(s, func(d *document) bool { return d.updates == nil || *d.updates })
}

// SetLooksForUpdates chooses it.
func (s *Store) SetLooksForUpdates(on bool) { s.set(func(d *document) { d.updates = &on }) }
