package people

import (
	"fmt"

	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// symbol stands for who has no initials.
func symbol(r row) icons.Name {
	switch {
	case r.invited:
		return icons.Mail
	case r.person.Rank() == access.MainOnly:
		return icons.Building
	}
	return ""
}

func bindAccessCell(cell fyne.CanvasObject, r row) { kit.BindPillCell(cell, r.access, r.accessNote) }

// mostPills is how many categories fit into a row; of more, the rest is counted.
const mostPills = 3

func bindMailCell(cell fyne.CanvasObject, r row, categories int, all string) {
	var pills []pill
	if len(r.mail) == categories && categories > 1 {
		pills = []pill{{Text: all}}
	} else {
		for i, m := range r.mail {
			if i == mostPills {
				pills = append(pills, pill{Text: fmt.Sprintf("+%d", len(r.mail)-i)})
				break
			}
			pills = append(pills, pill{Text: m})
		}
	}
	kit.BindPillCell(cell, pills, r.mailNote)
}
