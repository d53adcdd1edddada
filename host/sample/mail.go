package sample

import (
	"context"
	"fmt"
	"strings"
	"time"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
)

// Mail is what this host would have e-mailed: nothing leaves the computer.
type Mail struct {
	At       time.Time
	To       string
	Language string
	Subject  string
	Body     string // paragraphs between empty lines
	Link     string // complete address, or empty
	Code     string // digits to type, or empty
}

// letter is a mail to write: its words are sample.mail_<kind>_subject, _body and, with a link, _link.
type letter struct {
	kind string
	data []any
	path string // on this host
	code string
	at   time.Time // zero: now
}

func (p *Provider) send(ctx context.Context, to, language string, l letter) error {
	w := locales.For(language)
	key, label := "sample.mail_"+l.kind, ""
	if l.path != "" {
		label = w.T(key + "_link")
	}
	if l.at.IsZero() {
		l.at = p.cfg.Now()
	}
	data := append([]any{"Code", l.code}, l.data...)
	_, err := p.q(ctx).ExecContext(ctx, `
		INSERT INTO mails (at, language, to_email, to_key, subject, body, link, link_label, code)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, l.at.UnixMilli(), w.Lang(), to, host.EmailKey(to), w.T(key+"_subject", data...),
		w.T(key+"_body", data...), l.path, label, l.code)
	return err
}

// storedMail is a mail as the mailbox page shows it.
type storedMail struct {
	Mail
	id              int64
	path, linkLabel string
}

// mails lists newest first, of one address or of all when it is empty, before an id when that is not 0.
func (p *Provider) mails(ctx context.Context, to string, before int64, limit int) ([]storedMail, error) {
	where, args := "", []any{}
	if to != "" {
		where, args = " AND to_key = ?", append(args, host.EmailKey(to))
	}
	if before != 0 {
		where, args = where+" AND id < ?", append(args, before)
	}
	rows, err := p.q(ctx).QueryContext(ctx, `SELECT id, at, to_email, language, subject, body, link, link_label, code
		FROM mails WHERE true`+where+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []storedMail
	for rows.Next() {
		var m storedMail
		var at int64
		if err := rows.Scan(&m.id, &at, &m.To, &m.Language, &m.Subject, &m.Body, &m.path, &m.linkLabel, &m.Code); err != nil {
			return nil, err
		}
		m.At = time.UnixMilli(at)
		if m.path != "" {
			m.Link = p.cfg.BaseURL + m.path
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// Mails returns the newest mails to an address (to all when it is empty), newest first, at most 100. It is what the
// mailbox page shows, for programs that play a person's part.
func (p *Provider) Mails(ctx context.Context, to string) ([]Mail, error) {
	stored, err := p.mails(ctx, to, 0, 100)
	list := make([]Mail, len(stored))
	for i, m := range stored {
		list[i] = m.Mail
	}
	return list, err
}

// mailInvitation e-mails an invitation to the invited address, with the link that also proves whose mailbox it is.
func (p *Provider) mailInvitation(ctx context.Context, id string, at time.Time) error {
	i, err := p.readInvitation(ctx, "i.id = ?", id)
	if err != nil {
		return err
	}
	w := locales.For(i.language)
	return p.send(ctx, i.email, i.language, letter{
		kind: "invitation", path: i.mailedPath(), at: at,
		data: []any{"By", p.inviter(w, i), "Account", i.account, "Permissions", listed(w, i.permissions),
			"Ends", p.endSentence(w, i), "Expires", p.date(w, i.expiresAt)},
	})
}

// inviter is who invites, in words: the host's own name where no person is known.
func (p *Provider) inviter(w *locales.Words, i invitation) string {
	if i.invitedBy == "" {
		return w.T("sample.host_name")
	}
	return i.invitedBy
}

// endSentence says until when access is given.
func (p *Provider) endSentence(w *locales.Words, i invitation) string {
	switch {
	case i.endsAt == nil:
		return w.T("sample.no_end")
	case i.reason == "":
		return w.T("sample.ends", "Date", p.date(w, *i.endsAt))
	}
	return w.T("sample.ends_because", "Date", p.date(w, *i.endsAt), "Reason", i.reason)
}

// listed names permissions, one per line.
func listed(w *locales.Words, permissions []string) string {
	if len(permissions) == 0 {
		return "– " + w.T("sample.no_permission")
	}
	lines := make([]string, len(permissions))
	for i, k := range permissions {
		lines[i] = "– " + w.T("catalogue.permission_"+k)
	}
	return strings.Join(lines, "\n")
}

// why says what a step-up code is asked for.
func (p *Provider) why(w *locales.Words, condition string) string {
	key := map[string]string{
		api.ConditionInvite:       "sample.why_invite",
		api.ConditionLoginEmail:   "sample.why_login_email",
		api.ConditionAccountEmail: "sample.why_account_email",
	}[condition]
	if key == "" {
		key = "sample.why_other"
	}
	return w.T(key)
}

// date writes a day: « 1er mai 2027 », "May 1, 2027".
func (p *Provider) date(w *locales.Words, t time.Time) string {
	t = t.In(p.cfg.Now().Location())
	day := fmt.Sprint(t.Day())
	if w.Lang() == "fr" && t.Day() == 1 {
		day = "1er"
	}
	return w.T("sample.date", "Day", day, "Month", w.T(fmt.Sprintf("sample.month_%d", t.Month())), "Year", t.Year())
}

// clockTime writes a time of day: « 14 h 02 », "2:02 PM".
func (p *Provider) clockTime(w *locales.Words, t time.Time) string {
	t = t.In(p.cfg.Now().Location())
	if w.Lang() == "fr" {
		return t.Format("15\u00a0h\u00a004")
	}
	return t.Format("3:04\u00a0PM")
}
