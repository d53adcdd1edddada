package proof

import (
	"concierge/app/change"
	"concierge/views/page"
	"concierge/views/say"
)

// purpose says what the proof is for: the form is out of sight by now, and the code comes minutes later, perhaps while
// the person works in another account.
func purpose(env page.Env, c change.Change) string {
	w := env.Words
	account := ""
	if env.Account != nil && c.Account.Account != "" {
		account, _ = env.Account(c.Account)
	}
	was, email := c.Before.Fields[change.FieldEmail], c.After.Fields[change.FieldEmail]
	key := "proof.for_other"
	switch {
	case c.Kind == change.Invite && email != "":
		key = "proof.for_invite"
	case c.Kind == change.ChangeLogin && email != "":
		key = "proof.for_login"
	case c.Kind == change.EditAccount && email != "" && email != was:
		key = "proof.for_account"
	}
	return w.T(key, "What", say.Doing(w, c), "Account", account, "Was", was, "Email", email)
}
