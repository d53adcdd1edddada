// Package icons holds the application's pictures: the Lucide symbols the views use (ISC licence, beside them) and our own
// application icon. A symbol takes the colour it is asked for; which colour that is belongs to the views.
package icons

import (
	"embed"
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
)

// Name says which symbol.
type Name string

// The symbols there are; each is the file of that name in lucide/.
const (
	ArrowDown       Name = "arrow-down"
	ArrowLeft       Name = "arrow-left"
	ArrowRight      Name = "arrow-right"
	ArrowUp         Name = "arrow-up"
	AtSign          Name = "at-sign"
	Bell            Name = "bell"
	Building        Name = "building-2"
	Calendar        Name = "calendar"
	Check           Name = "check"
	ChevronDown     Name = "chevron-down"
	ChevronLeft     Name = "chevron-left"
	ChevronRight    Name = "chevron-right"
	ChevronUp       Name = "chevron-up"
	ChevronsUpDown  Name = "chevrons-up-down"
	CircleAlert     Name = "circle-alert"
	CircleCheck     Name = "circle-check"
	Help            Name = "circle-help"
	CircleX         Name = "circle-x"
	Clock           Name = "clock"
	CloudOff        Name = "cloud-off"
	Contact         Name = "contact-round"
	Copy            Name = "copy"
	EnterKey        Name = "corner-down-left"
	CreditCard      Name = "credit-card"
	Download        Name = "download"
	Ellipsis        Name = "ellipsis"
	ExternalLink    Name = "external-link"
	Eye             Name = "eye"
	EyeOff          Name = "eye-off"
	FileText        Name = "file-text"
	Filter          Name = "filter"
	GitCompare      Name = "git-compare"
	Globe           Name = "globe"
	History         Name = "history"
	House           Name = "house"
	Inbox           Name = "inbox"
	Info            Name = "info"
	Key             Name = "key-round"
	Keyboard        Name = "keyboard"
	Languages       Name = "languages"
	Layers          Name = "layers"
	LayoutDashboard Name = "layout-dashboard"
	ListChecks      Name = "list-checks"
	Lock            Name = "lock"
	LockOpen        Name = "lock-open"
	LogOut          Name = "log-out"
	Mail            Name = "mail"
	MailCheck       Name = "mail-check"
	MailPlus        Name = "mail-plus"
	MailQuestion    Name = "mail-question"
	MailX           Name = "mail-x"
	Minus           Name = "minus"
	Monitor         Name = "monitor"
	Moon            Name = "moon"
	Pause           Name = "pause"
	Pencil          Name = "pencil"
	Play            Name = "play"
	Plus            Name = "plus"
	Refresh         Name = "refresh-cw"
	Search          Name = "search"
	Send            Name = "send"
	Settings        Name = "settings"
	Shield          Name = "shield"
	ShieldAlert     Name = "shield-alert"
	ShieldCheck     Name = "shield-check"
	Star            Name = "star"
	StarFilled      Name = "star-filled" // ours: Lucide's star with its inside
	Sun             Name = "sun"
	Trash           Name = "trash-2"
	Warning         Name = "triangle-alert"
	Undo            Name = "undo-2"
	Upload          Name = "upload"
	User            Name = "user"
	UserMinus       Name = "user-minus"
	UserPlus        Name = "user-plus"
	UserX           Name = "user-x"
	Users           Name = "users"
	WifiOff         Name = "wifi-off"
	Close           Name = "x"
)

//go:embed lucide/*.svg
var symbols embed.FS

//go:embed concierge.svg
var appSVG []byte

// App is the application's icon: a brass key on a deep teal square.
var App fyne.Resource = fyne.NewStaticResource("concierge.svg", appSVG)

// Tinted is a symbol drawn in one colour. Equal arguments give resources of equal name, so that Fyne's cache works.
func Tinted(n Name, c color.Color) fyne.Resource {
	r, g, b, _ := c.RGBA()
	hex := fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
	svg, err := symbols.ReadFile("lucide/" + string(n) + ".svg")
	if err != nil {
		panic("icons: there is no symbol " + string(n)) // a constant above without its file: the test sees it first
	}
	text := strings.ReplaceAll(string(svg), "currentColor", hex)
	return fyne.NewStaticResource(string(n)+"-"+hex[1:]+".svg", []byte(text))
}
