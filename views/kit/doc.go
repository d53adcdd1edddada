// Package kit holds our own widgets, layouts and the theme that every screen is built from: text, cards, buttons, fields,
// dialogs, menus, lists. All of them work by keyboard, show where the focus is, and follow the theme.
//
// It knows nothing of accounts, users or mail, and holds no sentence for people: callers hand in finished text.
//
// Layout here goes from width to height: a layout first gives its children their width and then asks how high they
// became, so that wrapped text needs no second frame. Screens should be put together from the containers of this package
// (Row, Column, Grid, Card, …), which are plain *fyne.Container: screen readers only look into those.
package kit
