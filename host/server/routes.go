package server

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// routes registers the whole contract.
func (s *server) routes(mux *http.ServeMux) huma.API {
	a := s.newAPI(mux)
	const (
		get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
		account                    = "/v1/accounts/{accountId}"
		user                       = account + "/users/{userId}"
		invitation                 = account + "/invitations/{invitationId}"
		contact                    = account + "/contacts/{contactId}"
	)
	on(s, a, route{get, "/v1/host", "getHost", "What this host is and can do", anybody, 0}, s.getHost)

	on(s, a, route{get, "/v1/me", "getMe", "The caller's own profile", signedIn, 0}, s.getMe)
	on(s, a, route{patch, "/v1/me", "updateMe", "Change the own profile", signedIn, 0}, s.updateMe)
	on(s, a, route{post, "/v1/me/email", "changeLoginEmail", "Sign in with another address from now on", signedIn, 0}, s.changeLoginEmail)
	on(s, a, route{post, "/v1/me/password-reset", "resetPassword", "E-mail a link to choose a new password", signedIn, 0}, s.resetPassword)
	on(s, a, route{post, "/v1/challenges/{challengeId}", "answerChallenge", "Answer a step-up challenge", signedIn, 0}, s.answerChallenge)

	on(s, a, route{get, "/v1/accounts", "listAccounts", "Every account the caller reaches", signedIn, 0}, s.listAccounts)
	on(s, a, route{get, "/v1/changes", "listChanges", "Which accounts changed since a token", signedIn, 0}, s.listChanges)
	on(s, a, route{get, account + "/snapshot", "getSnapshot", "All that the caller may see of an account", member, 0}, s.getSnapshot)
	on(s, a, route{get, account, "getAccount", "Account information", member, 0}, s.getAccount)
	on(s, a, route{patch, account, "updateAccount", "Change account information", mayProfile, 0}, s.updateAccount)
	on(s, a, route{get, account + "/activity", "listActivity", "Who did what, newest first", ownerOnly, 0}, s.listActivity)

	on(s, a, route{get, account + "/users", "listUsers", "Who can sign in", ownerOnly, 0}, s.listUsers)
	on(s, a, route{get, user, "getUser", "One user", ownerOnly, 0}, s.getUser)
	on(s, a, route{put, user + "/permissions", "setUserPermissions", "Replace a user's permissions as a whole", ownerOnly, 0}, s.setUserPermissions)
	on(s, a, route{del, user, "removeUser", "Revoke a user's access", ownerOnly, 0}, s.removeUser)

	on(s, a, route{get, account + "/invitations", "listInvitations", "Invitations not accepted yet", ownerOnly, 0}, s.listInvitations)
	on(s, a, route{post, account + "/invitations", "invite", "Invite somebody to become a user", ownerOnly, http.StatusCreated}, s.invite)
	on(s, a, route{get, invitation, "getInvitation", "One invitation", ownerOnly, 0}, s.getInvitation)
	on(s, a, route{put, invitation, "setInvitationPermissions", "Replace an invitation's permissions as a whole", ownerOnly, 0}, s.setInvitationPermissions)
	on(s, a, route{post, invitation + "/resend", "resendInvitation", "E-mail an invitation again, valid anew", ownerOnly, 0}, s.resendInvitation)
	on(s, a, route{del, invitation, "cancelInvitation", "Cancel an invitation", ownerOnly, 0}, s.cancelInvitation)

	on(s, a, route{get, account + "/contacts", "listContacts", "Who receives e-mail", mayContacts, 0}, s.listContacts)
	on(s, a, route{post, account + "/contacts", "addContact", "Add a contact", mayContacts, http.StatusCreated}, s.addContact)
	on(s, a, route{get, contact, "getContact", "One contact", mayContacts, 0}, s.getContact)
	on(s, a, route{patch, contact, "updateContact", "Change a contact", mayContacts, 0}, s.updateContact)
	on(s, a, route{del, contact, "deleteContact", "Delete a contact", mayContacts, 0}, s.deleteContact)

	openAnswers(a.OpenAPI())
	return a
}
