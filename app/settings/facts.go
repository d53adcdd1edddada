package settings

import (
	"fmt"
	"slices"
)

// Facts says what is chosen, in codes and counts; no name is in it.
func (s *Store) Facts() []string {
	return get(s, func(d *document) []string {
		aliases := 0
		for _, a := range d.accounts {
			if a.alias != "" {
				aliases++
			}
		}
		return []string{
			fmt.Sprintf("language: %s", d.language), fmt.Sprintf("theme: %s", d.theme), fmt.Sprintf("text size: %d", d.textSize),
			fmt.Sprintf("lock after minutes: %d", d.lockMinutes), fmt.Sprintf("window: %.0fx%.0f", d.window.Width, d.window.Height),
			fmt.Sprintf("looks for updates: %t", d.updates == nil || *d.updates), fmt.Sprintf("notify: %v", d.notify),
			fmt.Sprintf("recents: %d", len(d.recents)), fmt.Sprintf("favourites: %d", len(d.favourites)), fmt.Sprintf("aliases: %d", aliases),
		}
	})
}

// Aliases are the person's own names for accounts.
func (s *Store) Aliases() []string {
	all := get(s, func(d *document) []string {
		var list []string
		for _, a := range d.accounts {
			if a.alias != "" {
				list = append(list, a.alias)
			}
		}
		return list
	})
	slices.Sort(all)
	return all
}
