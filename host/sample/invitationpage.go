package sample

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"concierge/host"
	"concierge/host/catalogue"
	"concierge/host/oidc"
)

// How the invited person can accept.
const (
	acceptBySignIn = "signin" // the address has a password here
	acceptByCreate = "create" // it has none, and the visitor comes from the e-mail
	acceptByProof  = "prove"  // it has none, and the visitor was given the address of the page by somebody
)

type invitationContent struct {
	By, Account, Email, Host string
	Permissions              []permissionContent
	Ends, Until              string
	Mode                     string
	NeedsCode                bool
	First, Last, Typed       string // what was typed and may be shown again
	ProofSent                bool
}

type permissionContent struct {
	Title     string
	Sensitive bool
}

// visit is an invitation as the visitor of its page stands to it.
type visit struct {
	invitation
	proven bool
	mode   string
	person string // who signs in with the invited address; empty when nobody
	totp   bool
}

func (p *Provider) visit(ctx context.Context, secret string) (visit, error) {
	token, proof, _ := strings.Cut(secret, ".")
	i, err := p.readInvitation(ctx, "i.token = ?", token)
	if err != nil {
		return visit{}, err
	}
	v := visit{invitation: i, proven: subtle.ConstantTimeCompare([]byte(proof), []byte(i.proof)) == 1}
	me, err := p.PersonByEmail(ctx, i.email)
	switch {
	case err == nil:
		v.mode, v.person, v.totp = acceptBySignIn, me.ID, *me.TwoFactor
	case !errors.Is(err, host.ErrNotFound):
		return visit{}, err
	case v.proven:
		v.mode = acceptByCreate
	default:
		v.mode = acceptByProof
	}
	return v, nil
}

func (p *Provider) showInvitation(w http.ResponseWriter, r *http.Request) {
	v, err := p.visit(r.Context(), r.PathValue("token"))
	if err != nil {
		p.noInvitation(w, r, err)
		return
	}
	p.renderInvitation(w, r, http.StatusOK, v, invitationContent{}, "")
}

func (p *Provider) noInvitation(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, host.ErrNotFound) {
		p.fail(w, r, err)
		return
	}
	p.render(w, r, http.StatusNotFound, page{Template: "message", TitleKey: "sample.invitation_unknown", AboutKey: "sample.invitation_unknown_about"})
}

// renderInvitation shows the page as the invitation stands; c has what was typed and is filled up here.
func (p *Provider) renderInvitation(w http.ResponseWriter, r *http.Request, status int, v visit, c invitationContent, errorKey string, errorData ...any) {
	words := wordsFor(r)
	by := p.inviter(words, v.invitation)
	over := func(key string, data ...any) {
		p.render(w, r, status, page{Words: words, Template: "message", TitleKey: key, TitleData: data,
			AboutKey: key + "_about", AboutData: append([]any{"By", by, "Account", v.account, "Email", v.email}, data...)})
	}
	switch v.state {
	case invitationExpired:
		over("sample.invitation_expired", "Date", p.date(words, v.expiresAt))
		return
	case invitationCancelled:
		over("sample.invitation_cancelled")
		return
	case invitationEnded:
		over("sample.invitation_ended", "Date", p.date(words, *v.endsAt))
		return
	case invitationAccepted:
		if r.URL.Query().Has("done") {
			over("sample.invitation_done", "Account", v.account)
		} else {
			over("sample.invitation_accepted")
		}
		return
	}
	c.By, c.Account, c.Email, c.Host = by, v.account, v.email, words.T("sample.host_name")
	c.Ends = p.endSentence(words, v.invitation)
	c.Until = words.T("sample.invitation_until", "Date", p.date(words, v.expiresAt)+", "+p.clockTime(words, v.expiresAt))
	c.Mode, c.NeedsCode = v.mode, v.totp
	if c.Typed == "" {
		c.Typed = v.email
	}
	for _, k := range v.permissions {
		c.Permissions = append(c.Permissions, permissionContent{words.T("catalogue.permission_" + k), catalogue.Sensitive(k)})
	}
	p.render(w, r, status, page{
		Words: words, Template: "invitation", TitleKey: "sample.invitation_title", TitleData: []any{"Account", v.account},
		AboutKey: "sample.invitation_by", AboutData: []any{"By", by, "Email", v.email},
		ErrorKey: errorKey, ErrorData: errorData, Content: c,
	})
}

func (p *Provider) answerInvitation(w http.ResponseWriter, r *http.Request) {
	if !p.form(w, r) {
		return
	}
	v, err := p.visit(r.Context(), r.PathValue("token"))
	if err != nil {
		p.noInvitation(w, r, err)
		return
	}
	if v.state != invitationPending {
		p.renderInvitation(w, r, http.StatusConflict, v, invitationContent{}, "")
		return
	}
	switch do := r.PostForm.Get("do"); {
	case do == acceptBySignIn && v.mode == acceptBySignIn:
		p.acceptSignedIn(w, r, v)
	case do == acceptByCreate && v.mode == acceptByCreate:
		p.acceptCreating(w, r, v)
	case do == acceptByProof && v.mode == acceptByProof:
		p.sendProof(w, r, v)
	case do == acceptByCreate && v.mode == acceptBySignIn: // somebody created it meanwhile
		p.renderInvitation(w, r, http.StatusConflict, v, invitationContent{}, "sample.error_exists")
	default:
		p.renderInvitation(w, r, http.StatusBadRequest, v, invitationContent{}, "sample.error_form")
	}
}

// tooMany counts an attempt at an invitation. When there were too many the visitor is told and it answers true.
func (p *Provider) tooMany(w http.ResponseWriter, r *http.Request, v visit, c invitationContent, limits map[limit]string) bool {
	var wait time.Time
	for l, subject := range limits {
		until, err := p.try(r.Context(), l, subject)
		if err != nil {
			p.fail(w, r, err)
			return true
		}
		if until.After(wait) {
			wait = until
		}
	}
	if wait.IsZero() {
		return false
	}
	p.renderInvitation(w, r, http.StatusTooManyRequests, v, c, "sample.error_wait", "Time", p.clockTime(wordsFor(r), wait))
	return true
}

func (p *Provider) acceptSignedIn(w http.ResponseWriter, r *http.Request, v visit) {
	ctx, c := r.Context(), invitationContent{Typed: r.PostForm.Get("email")}
	if host.EmailKey(c.Typed) != host.EmailKey(v.email) {
		p.renderInvitation(w, r, http.StatusForbidden, v, invitationContent{}, "sample.error_other_address",
			"Email", v.email, "By", p.inviter(wordsFor(r), v.invitation))
		return
	}
	if p.tooMany(w, r, v, c, map[limit]string{limitInvitation: v.id, limitAddress: host.EmailKey(v.email), limitNetwork: p.network(r)}) {
		return
	}
	personID, needsTOTP, err := p.Authenticate(ctx, c.Typed, r.PostForm.Get("password"))
	if err == nil && needsTOTP {
		err = p.CheckTOTP(ctx, personID, r.PostForm.Get("code"))
	}
	if errors.Is(err, oidc.ErrWrongCredentials) {
		key := "sample.error_wrong"
		if v.totp {
			key = "sample.error_wrong_code"
		}
		p.renderInvitation(w, r, http.StatusForbidden, v, c, key)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.finish(w, r, v, func(ctx context.Context) (string, error) {
		return personID, errors.Join(p.forgive(ctx, limitInvitation, v.id), p.forgive(ctx, limitAddress, host.EmailKey(v.email)))
	})
}

func (p *Provider) acceptCreating(w http.ResponseWriter, r *http.Request, v visit) {
	form := r.PostForm
	c := invitationContent{First: strings.TrimSpace(form.Get("first")), Last: strings.TrimSpace(form.Get("last"))}
	password := form.Get("password")
	named := func(s string) bool { return s != "" && utf8.RuneCountInString(s) <= 100 && host.IsLine(s) }
	switch {
	case !named(c.First) || !named(c.Last):
		p.renderInvitation(w, r, http.StatusUnprocessableEntity, v, c, "sample.error_name")
		return
	case !passwordLengthOK(password):
		p.renderInvitation(w, r, http.StatusUnprocessableEntity, v, c, "sample.error_password_length")
		return
	}
	if p.tooMany(w, r, v, c, map[limit]string{limitInvitation: v.id, limitNetwork: p.network(r)}) {
		return
	}
	hash, err := p.hashPassword(r.Context(), password)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.finish(w, r, v, func(ctx context.Context) (string, error) {
		id := p.newID("usr")
		_, err := p.q(ctx).ExecContext(ctx, `INSERT INTO people (id, email, email_key, first_name, last_name, language, password_hash)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, id, v.email, host.EmailKey(v.email), c.First, c.Last, v.language, hash)
		return id, err
	})
}

// finish accepts in one transaction with what comes before it, unless the invitation changed meanwhile: then its page
// says how it stands now.
func (p *Provider) finish(w http.ResponseWriter, r *http.Request, before visit, first func(context.Context) (personID string, err error)) {
	var now visit
	err := p.db.Atomically(r.Context(), func(ctx context.Context) error {
		var err error
		if now, err = p.visit(ctx, r.PathValue("token")); err != nil {
			return err
		}
		if now.state != invitationPending || now.mode != before.mode {
			return errMeanwhile
		}
		personID, err := first(ctx)
		if err != nil {
			return err
		}
		me, err := p.Person(ctx, personID)
		if err != nil {
			return err
		}
		return p.accept(ctx, now.invitation, host.Actor{
			PersonID: me.ID, Name: fullName(me.FirstName, me.LastName), Email: me.Email, From: p.cfg.ClientIP(r),
		})
	})
	switch {
	case errors.Is(err, errMeanwhile):
		key := ""
		if now.state == invitationPending {
			key = "sample.error_exists"
		}
		p.renderInvitation(w, r, http.StatusConflict, now, invitationContent{}, key)
	case err != nil:
		p.noInvitation(w, r, err)
	default:
		// The visitor's browser goes on to a page that may be loaded again.
		http.Redirect(w, r, invitationPath(before.token)+"?done&lang="+wordsFor(r).Lang(), http.StatusSeeOther)
	}
}

var errMeanwhile = errors.New("the invitation changed meanwhile")

// sendProof e-mails the link to the invited address once more: whoever holds only the page's address cannot create a
// sign-in for somebody else with it.
func (p *Provider) sendProof(w http.ResponseWriter, r *http.Request, v visit) {
	if p.tooMany(w, r, v, invitationContent{}, map[limit]string{limitProof: v.id}) {
		return
	}
	if err := p.mailInvitation(r.Context(), v.id, p.cfg.Now()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderInvitation(w, r, http.StatusOK, v, invitationContent{ProofSent: true}, "")
}
