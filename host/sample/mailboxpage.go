package sample

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// mailsPerPage is how many mails the mailbox shows at once.
const mailsPerPage = 50

type mailboxContent struct {
	To    string
	Mails []mailContent
	Older string // address of the page with older mails, or empty
	TOTP  []totpContent
}

type mailContent struct {
	To, At, AtISO, Subject, Lang string
	Paragraphs                   []string
	Link, LinkLabel, Code        string
}

type totpContent struct{ Name, Email, Code string }

func (p *Provider) showMailbox(w http.ResponseWriter, r *http.Request) {
	ctx, v := r.Context(), page{Words: wordsFor(r), Template: "mailbox", TitleKey: "sample.mailbox_title", AboutKey: "sample.mailbox_intro"}
	to := strings.TrimSpace(r.URL.Query().Get("to"))
	// Anything but a number is the newest page.
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	mails, err := p.mails(ctx, to, before, mailsPerPage+1)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	content := mailboxContent{To: to}
	if len(mails) > mailsPerPage {
		mails = mails[:mailsPerPage]
		query := url.Values{"before": {strconv.FormatInt(mails[mailsPerPage-1].id, 10)}, "lang": {v.Lang()}}
		if to != "" {
			query.Set("to", to)
		}
		content.Older = "?" + query.Encode()
	}
	for _, m := range mails {
		content.Mails = append(content.Mails, mailContent{
			To: m.To, Subject: m.Subject, Lang: m.Language, Paragraphs: strings.Split(m.Body, "\n\n"),
			At:    p.date(v.Words, m.At) + ", " + p.clockTime(v.Words, m.At),
			AtISO: m.At.UTC().Format("2006-01-02T15:04:05Z"),
			Link:  m.path, LinkLabel: m.linkLabel, Code: m.Code,
		})
	}
	if content.TOTP, err = p.totpNow(ctx); err != nil {
		p.fail(w, r, err)
		return
	}
	v.Content = content
	p.render(w, r, http.StatusOK, v)
}

// totpNow lists what the telephones of the sample's people with a second factor show now.
func (p *Provider) totpNow(ctx context.Context) ([]totpContent, error) {
	people, err := p.pairs(ctx, "SELECT id, email FROM people WHERE choice > 0 AND totp_secret <> '' ORDER BY choice")
	if err != nil {
		return nil, err
	}
	var list []totpContent
	for _, who := range people {
		me, err := p.Person(ctx, who[0])
		if err != nil {
			return nil, err
		}
		code, err := p.TOTPCode(ctx, who[0], p.cfg.Now())
		if err != nil {
			return nil, err
		}
		list = append(list, totpContent{fullName(me.FirstName, me.LastName), me.Email, code})
	}
	return list, nil
}
