package sample

import (
	"errors"
	"net/http"
	"strings"

	"concierge/host"
)

type resetContent struct{ Email string }

func (p *Provider) showForgot(w http.ResponseWriter, r *http.Request) {
	p.render(w, r, http.StatusOK, page{Template: "forgot", TitleKey: "sample.forgot_title", AboutKey: "sample.forgot_about", Content: resetContent{}})
}

// answerForgot writes to the address when somebody signs in with it, and says the same in any case: the page does not
// tell strangers which addresses exist.
func (p *Provider) answerForgot(w http.ResponseWriter, r *http.Request) {
	if !p.form(w, r) {
		return
	}
	ctx, words := r.Context(), wordsFor(r)
	email := strings.TrimSpace(r.PostForm.Get("email"))
	if _, ok := host.CleanEmail(email); !ok {
		p.showForgot(w, r)
		return
	}
	wait, err := p.try(ctx, limitForgotFrom, p.network(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !wait.IsZero() {
		p.render(w, r, http.StatusTooManyRequests, page{Words: words, Template: "forgot", TitleKey: "sample.forgot_title",
			AboutKey: "sample.forgot_about", ErrorKey: "sample.error_wait", ErrorData: []any{"Time", p.clockTime(words, wait)},
			Content: resetContent{Email: email}})
		return
	}
	tooOften, err := p.try(ctx, limitForgot, host.EmailKey(email))
	if err == nil && tooOften.IsZero() {
		me, findErr := p.PersonByEmail(ctx, email)
		switch {
		case findErr == nil:
			err = p.SendPasswordReset(ctx, me.ID)
		case !errors.Is(findErr, host.ErrNotFound):
			err = findErr
		}
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.render(w, r, http.StatusOK, page{Words: words, Template: "message", TitleKey: "sample.forgot_sent",
		AboutKey: "sample.forgot_sent_about", AboutData: []any{"Email", email}})
}

func (p *Provider) showReset(w http.ResponseWriter, r *http.Request) {
	p.renderReset(w, r, http.StatusOK, "")
}

func (p *Provider) renderReset(w http.ResponseWriter, r *http.Request, status int, errorKey string) {
	_, email, err := p.resetOf(r.Context(), r.PathValue("token"))
	if err != nil {
		p.noReset(w, r, err)
		return
	}
	p.render(w, r, status, page{Template: "reset", TitleKey: "sample.reset_title", AboutKey: "sample.reset_about",
		AboutData: []any{"Email", email}, ErrorKey: errorKey, Content: resetContent{Email: email}})
}

func (p *Provider) noReset(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, host.ErrNotFound) {
		p.fail(w, r, err)
		return
	}
	p.render(w, r, http.StatusNotFound, page{Template: "forgot", TitleKey: "sample.reset_over", AboutKey: "sample.reset_over_about", Content: resetContent{}})
}

func (p *Provider) answerReset(w http.ResponseWriter, r *http.Request) {
	if !p.form(w, r) {
		return
	}
	password := r.PostForm.Get("password")
	if !passwordLengthOK(password) {
		p.renderReset(w, r, http.StatusUnprocessableEntity, "sample.error_password_length")
		return
	}
	// A password is hashed only for a link that works, so that strangers cannot keep the processor busy.
	if _, _, err := p.resetOf(r.Context(), r.PathValue("token")); err != nil {
		p.noReset(w, r, err)
		return
	}
	if err := p.resetPassword(r.Context(), r.PathValue("token"), password); err != nil {
		p.noReset(w, r, err)
		return
	}
	p.render(w, r, http.StatusOK, page{Template: "message", TitleKey: "sample.reset_done", AboutKey: "sample.reset_done_about"})
}
