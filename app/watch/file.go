package watch

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/diff"
	"concierge/app/files"
	"concierge/app/trouble"
)

// document is the content of the file.
type document struct {
	Version int      `json:"version"`
	Marks   []record `json:"marks"`
	Told    []told   `json:"told,omitempty"`
}

// told is a reminder that was marked already, also after its mark was seen.
type told struct {
	Identity string    `json:"identity"`
	Account  string    `json:"account"`
	User     string    `json:"user"`
	EndsAt   time.Time `json:"endsAt"`
	Days     int       `json:"days"`
}

// record is a mark on the disk: ids of the host and its names for states, and nothing about people.
type record struct {
	Identity string    `json:"identity"`
	Account  string    `json:"account"`
	Kind     Kind      `json:"kind"`
	What     diff.What `json:"what"`
	ID       string    `json:"id,omitempty"`
	Field    string    `json:"field,omitempty"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Since    time.Time `json:"since,omitzero"`
	At       time.Time `json:"at"`
	EndsAt   time.Time `json:"endsAt,omitzero"` // of an Ending, whose user is ID
	Days     int       `json:"days,omitempty"`
}

// Load brings back the marks of an earlier start. A file that cannot be understood is set aside, which is told.
func (w *Watcher) Load() *trouble.Trouble {
	if w.cfg.File == "" {
		return nil
	}
	data, err := files.Read(w.cfg.File)
	if err != nil {
		w.mu.Lock()
		w.broken = true
		w.mu.Unlock()
		return trouble.From(err)
	}
	if data == nil {
		return nil
	}
	var doc document
	err = json.Unmarshal(data, &doc)
	if err == nil && doc.Version != 1 {
		err = errors.New("written by another version")
	}
	if err != nil {
		t := files.Aside(w.cfg.File, time.Now(), err)
		w.mu.Lock()
		w.broken = t.Kind != trouble.SetAside
		w.mu.Unlock()
		return t
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range doc.Marks {
		ref := access.Ref{Identity: r.Identity, Account: r.Account}
		m := mark{Item: Item{Kind: r.Kind, Since: r.Since, At: r.At}, from: r.From, to: r.To, what: r.What, id: r.ID, field: r.Field}
		if m.Kind == Ending {
			m.Reminder = access.Reminder{UserID: r.ID, EndsAt: r.EndsAt, Days: r.Days}
		}
		w.marks[ref] = append(w.marks[ref], m)
	}
	for _, t := range doc.Told {
		ref := access.Ref{Identity: t.Identity, Account: t.Account}
		w.told[ref] = append(w.told[ref], access.Reminder{UserID: t.User, EndsAt: t.EndsAt, Days: t.Days})
	}
	return nil
}

func (w *Watcher) save() {
	w.mu.Lock()
	doc := document{Version: 1, Marks: []record{}}
	for _, ref := range slices.SortedFunc(maps.Keys(w.marks), byName) {
		for _, m := range w.marks[ref] {
			doc.Marks = append(doc.Marks, record{Identity: ref.Identity, Account: ref.Account, Kind: m.Kind, What: m.what, ID: m.id, Field: m.field,
				From: m.from, To: m.to, Since: m.Since.UTC(), At: m.At.UTC(), EndsAt: m.Reminder.EndsAt, Days: m.Reminder.Days})
		}
	}
	for _, ref := range slices.SortedFunc(maps.Keys(w.told), byName) {
		for _, r := range w.told[ref] {
			doc.Told = append(doc.Told, told{Identity: ref.Identity, Account: ref.Account, User: r.UserID, EndsAt: r.EndsAt, Days: r.Days})
		}
	}
	broken := w.broken
	w.mu.Unlock()
	if w.cfg.File == "" || broken {
		return
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err == nil {
		err = files.Write(w.cfg.File, append(data, '\n'))
	}
	if err != nil {
		w.cfg.Log.Error("what changed elsewhere cannot be kept", "err", err) // it is marked until the application ends
	}
}

func byName(a, b access.Ref) int {
	return strings.Compare(a.Identity+"\n"+a.Account, b.Identity+"\n"+b.Account)
}
