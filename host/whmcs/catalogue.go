package whmcs

import (
	"context"
	"slices"
	"sync"
	"time"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
	"concierge/host/catalogue"
)

// permissionList is the catalogue of permissions: those that WHMCS lists, and any other that a user was seen to have.
type permissionList struct {
	mu      sync.Mutex
	listed  []string
	seen    []string
	at      time.Time // when it was asked for last, with or without an answer
	failed  bool
	reading chan struct{} // closed when the call under way has ended; nil: none is
}

// known are the keys as far as they are known without asking.
func (l *permissionList) known() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all()
}

func (l *permissionList) all() []string {
	listed := l.listed
	if listed == nil {
		listed = catalogue.PermissionKeys()
	}
	return append(slices.Clone(listed), l.seen...)
}

// note takes keys into the catalogue that it does not have: WHMCS added them since it was asked. What a user has is shown
// and can be taken away, whatever it is.
func (l *permissionList) note(keys []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all()
	for _, key := range keys {
		if !slices.Contains(all, key) {
			l.seen, all = append(l.seen, key), append(all, key)
			l.at = time.Time{} // WHMCS says soon where it belongs
		}
	}
}

// retryList is how soon WHMCS is asked again for the list when it did not answer.
const retryList = 30 * time.Second

// recall takes up what WHMCS listed before this gateway was started.
func (p *Provider) recall(ctx context.Context) error {
	var keys string
	if err := p.q(ctx).QueryRowContext(ctx, "SELECT permissions FROM whmcs_clock").Scan(&keys); err != nil {
		return err
	}
	if keys != "" {
		p.catalogue.listed = wordList(keys)
	}
	return nil
}

// permissionKeys are all keys, in the order to show them. The first caller waits for WHMCS; later ones have what is known
// while it is read anew. When WHMCS does not answer, those that it listed before stand, or those of its documentation.
func (p *Provider) permissionKeys(ctx context.Context) []string {
	l := &p.catalogue
	l.mu.Lock()
	life := describeLife
	if l.failed {
		life = retryList
	}
	now := p.cfg.Now()
	if l.reading == nil && (l.at.IsZero() || now.Sub(l.at) >= life) {
		l.at, l.reading = now, make(chan struct{})
		go p.readPermissions(context.WithoutCancel(ctx), l.reading)
	}
	wait := l.reading
	if l.listed != nil || l.failed {
		wait = nil
	}
	l.mu.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
		}
	}
	return l.known()
}

func (p *Provider) readPermissions(ctx context.Context, done chan struct{}) {
	listed, err := p.api.Permissions(ctx)
	l := &p.catalogue
	l.mu.Lock()
	defer l.mu.Unlock()
	defer close(done)
	known := l.failed
	l.reading, l.failed = nil, err != nil || len(listed) == 0
	if l.failed && known {
		return
	}
	if l.failed {
		p.cfg.Log.WarnContext(ctx, "the catalogue of permissions could not be read", "action", "GetPermissionsList", "err", err)
		return
	}
	if !slices.Equal(l.listed, listed) {
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_clock SET permissions = ?", words(listed)); err != nil {
			p.cfg.Log.WarnContext(ctx, "the catalogue of permissions could not be kept", "err", err) // it is asked for again after a start
		}
	}
	l.listed = listed
	l.seen = slices.DeleteFunc(l.seen, func(key string) bool { return slices.Contains(listed, key) })
}

// categoryKeys are the categories of mail. That of affiliates is there where affiliates are.
func (p *Provider) categoryKeys() []string {
	keys := catalogue.CategoryKeys()
	if slices.Contains(p.catalogue.known(), "affiliates") {
		keys = append(keys, catalogue.Affiliate)
	}
	return keys
}

func (p *Provider) describe(permissions []string) host.Description {
	yes := api.Feature{Available: true}
	no := func(key string) api.Feature { return api.Feature{Reason: catalogue.Text(key)} }
	d := host.Description{
		Name: p.cfg.Name, Languages: []string{"fr", "en"},
		Permissions: catalogue.Permissions(permissions), MailCategories: catalogue.Categories(p.categoryKeys()),
		Features: api.Features{
			ListInvitations: api.Feature{Available: true, Reason: catalogue.Text("whmcs.only_invited_here")},
			EditInvitation:  no("whmcs.no_edit_invitation"), CancelInvitation: no("whmcs.no_cancel_invitation"), ResendInvitation: yes,
			InvitationLanguage: no("whmcs.no_invitation_language"), InvitedOnly: no("whmcs.no_invited_only"),
			LastSignIn: no("whmcs.no_last_sign_in"), TwoFactor: no("whmcs.no_two_factor"),
			AccessEnds: yes, Activity: yes, ChangeLoginEmail: yes, PasswordReset: yes,
			EmptyPermissions: no("whmcs.no_empty_permissions"), ContactLanguage: no("whmcs.no_contact_language"),
		},
	}
	if d.Name == "" {
		d.Name = locales.For(p.cfg.Language).T("whmcs.host_name")
	}
	if p.cfg.Mailer == nil {
		d.Features.ChangeLoginEmail = no("whmcs.no_change_login")
		d.Unproven = []string{api.ConditionInvite, api.ConditionAccountEmail}
	}
	return d
}
