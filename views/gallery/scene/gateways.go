package scene

import (
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// gateways are the screens at a gateway: what the provider's system cannot do is neither offered nor promised, and said
// where somebody would look for it.
func gateways() []Scene {
	const day = 24 * time.Hour
	invitation := func(then func(*access.Invitation)) func(*Stage) {
		return func(s *Stage) {
			atGateway(s)
			snap, _, _ := s.Store.Snapshot(viewtest.Ref)
			snap.Revision, snap.Invitations = "sent", slices.Clone(snap.Invitations)
			then(&snap.Invitations[0])
			s.Store.PutSnapshot(snap, viewtest.Now)
		}
	}
	unconfirmed := invitation(func(i *access.Invitation) { i.Unconfirmed = true })
	over := invitation(func(i *access.Invitation) { i.ExpiresAt = viewtest.Now.Add(-day) })
	sam := func(s *Stage) {
		s.Go(shell.People, "person:sam@cabinet.example")
		s.Press("words.edit")
	}
	refused := change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.RefusedByProvider, Host: gatewayName, RequestID: "7f3a-19c2"}}
	return []Scene{
		{Name: "gateway-overview", Prepare: over, Do: open(shell.Overview, "")},
		{Name: "gateway-people", Prepare: unconfirmed, Do: open(shell.People, "")},
		{Name: "gateway-people-owner", Prepare: atGateway, Do: open(shell.People, "person:marie@chezmarcel.example")},
		{Name: "gateway-invitations", Prepare: atGateway, Do: open(shell.People, "invitations")},
		{Name: "gateway-no-invitations", Prepare: func(s *Stage) {
			atGateway(s)
			snap, _, _ := s.Store.Snapshot(viewtest.Ref)
			snap.Revision, snap.Invitations = "none", nil
			s.Store.PutSnapshot(snap, viewtest.Now)
		}, Do: open(shell.People, "invitations")},
		{Name: "gateway-invitation", Prepare: atGateway, Do: open(shell.People, "person:noe@studio.example")},
		{Name: "gateway-unconfirmed", Prepare: unconfirmed, Do: open(shell.People, "person:noe@studio.example")},
		{Name: "gateway-unconfirmed-said", Prepare: atGateway, Do: func(s *Stage) {
			s.Script.Then(change.Outcome{Unconfirmed: true})
			s.Go(shell.People, "person:noe@studio.example")
			s.Press("people.resend")
		}},
		{Name: "gateway-invite", Prepare: atGateway, Do: func(s *Stage) {
			s.Go(shell.People, "")
			s.Press("people.invite")
		}},
		{Name: "gateway-permissions", Prepare: atGateway, Do: func(s *Stage) {
			sam(s)
			s.Press("access.permission_tickets")
		}},
		{Name: "gateway-refused", Prepare: atGateway, Do: func(s *Stage) {
			s.Script.Then(refused)
			sam(s)
			s.Press("access.permission_tickets")
			s.PressText(s.Env.Words.N("permissions.save", 1))
		}},
		{Name: "gateway-contact", Prepare: atGateway, Do: func(s *Stage) {
			s.Go(shell.People, "person:ti@chezmarcel.example")
			s.Press("words.edit")
		}},
		{Name: "gateway-contact-refused", Prepare: atGateway, Do: func(s *Stage) {
			s.Script.Then(refused)
			s.Go(shell.People, "person:ti@chezmarcel.example")
			s.Press("words.edit")
			s.Press("access.mail_short_invoice")
			s.PressText(s.Env.Words.N("form.save", 1))
		}},
		{Name: "gateway-account", Prepare: atGateway, Do: open(shell.AccountInfo, "")},
		{Name: "gateway-profile", Prepare: atGateway, Do: open(shell.Profile, "")},
		{Name: "gateway-history", Prepare: func(s *Stage) {
			atGateway(s)
			list := Activity()
			list[0].Unconfirmed = true
			live(s, list, nil)
		}, Do: func(s *Stage) {
			s.Go(shell.History, "")
			s.PressText(s.Env.Words.T("say.unsure_sent", "Text", s.Env.Words.T("history.seen_user_invited", "Target", "noe@studio.example")))
		}},
		{Name: "gateway-help", Prepare: atGateway, Do: open(shell.Help, "")},
		{Name: "gateway-help-emails", Prepare: atGateway, Do: open(shell.Help, "emails")},
		{Name: "gateway-down", Prepare: func(s *Stage) {
			atGateway(s)
			snap, _, _ := s.Store.Snapshot(viewtest.Ref)
			snap.Revision = "old"
			s.Store.PutSnapshot(snap, viewtest.Now.Add(-25*time.Minute))
			s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Busy, Host: gatewayName} })
		}, Do: open(shell.Overview, "")},
	}
}

const gatewayName = "Hébergement Essai"

// atGateway makes the host a gateway that sends no mail of its own, in the words that it says to people.
func atGateway(s *Stage) {
	i, _ := s.Store.Identity(viewtest.Ref.Identity)
	h := &i.Host
	h.Name, h.Sample, h.MailboxURL = gatewayName, false, ""
	text := func(key string) access.Text {
		return access.Text{"fr": locales.For("fr").T(key), "en": locales.For("en").T(key)}
	}
	h.Permissions = append(slices.Clone(h.Permissions), access.CatalogueEntry{Key: "aiassistant"})
	f := &h.Features
	f.ListInvitations.Reason = text("whmcs.only_invited_here")
	for can, key := range map[*access.Feature]string{
		&f.EditInvitation: "whmcs.no_edit_invitation", &f.CancelInvitation: "whmcs.no_cancel_invitation",
		&f.InvitationLanguage: "whmcs.no_invitation_language", &f.InvitedOnly: "whmcs.no_invited_only",
		&f.LastSignIn: "whmcs.no_last_sign_in", &f.TwoFactor: "whmcs.no_two_factor", &f.ChangeLoginEmail: "whmcs.no_change_login",
		&f.EmptyPermissions: "whmcs.no_empty_permissions", &f.ContactLanguage: "whmcs.no_contact_language",
	} {
		*can = access.Feature{Reason: text(key)}
	}
	i.Me.TwoFactor = nil
	s.Store.PutIdentity(i)
	snap, _, _ := s.Store.Snapshot(viewtest.Ref)
	snap.Revision, snap.Users, snap.Invitations = "gateway", slices.Clone(snap.Users), slices.Clone(snap.Invitations)
	for n := range snap.Users {
		snap.Users[n].LastSignIn, snap.Users[n].TwoFactor = time.Time{}, nil
	}
	for n := range snap.Invitations {
		snap.Invitations[n].AcceptURL = ""
	}
	s.Store.PutSnapshot(snap, viewtest.Now)
}
