package api

// Text is a text for people by language tag ("fr", "en"). A host serves at least both.
type Text map[string]string

// Host is what a host says of itself to anybody, signed in or not: GET /v1/host.
type Host struct {
	Name           string           `json:"name" doc:"Name of the provider as its customers know it"`
	Languages      []string         `json:"languages" doc:"Language tags the host speaks"`
	Permissions    []CatalogueEntry `json:"permissions" doc:"Every permission that exists here, in the order to show them"`
	MailCategories []CatalogueEntry `json:"mailCategories" doc:"Every category of mail that exists here"`
	Features       Features         `json:"features"`
	SignIn         SignIn           `json:"signIn"`
	Sample         bool             `json:"sample" doc:"True for the sample host: nothing here is real"`
	MailboxURL     string           `json:"mailboxUrl,omitempty" doc:"Sample host only: the page that shows what would have been e-mailed"`
}

// CatalogueEntry names one permission or one mail category.
type CatalogueEntry struct {
	Key         string `json:"key"`
	Title       Text   `json:"title"`
	Description Text   `json:"description"`
	Sensitive   bool   `json:"sensitive,omitempty" doc:"Permissions only: gives access to money, secrets or identity"`
}

// Features says what a host can do beyond the minimum. The application hides or explains what is not available.
type Features struct {
	ListInvitations    Feature `json:"listInvitations"`
	EditInvitation     Feature `json:"editInvitation"`
	ResendInvitation   Feature `json:"resendInvitation"`
	CancelInvitation   Feature `json:"cancelInvitation"`
	InvitationLanguage Feature `json:"invitationLanguage" doc:"Who invites chooses the language of the invitation; where not, it is the account's"`
	InvitedOnly        Feature `json:"invitedOnly" doc:"An invitation can be accepted by the invited address only; where not, by whoever has the e-mail"`
	LastSignIn         Feature `json:"lastSignIn"`
	TwoFactor          Feature `json:"twoFactor" doc:"Tells whether a user has a second factor"`
	AccessEnds         Feature `json:"accessEnds" doc:"A user's permissions can have an end"`
	Activity           Feature `json:"activity"`
	ChangeLoginEmail   Feature `json:"changeLoginEmail"`
	PasswordReset      Feature `json:"passwordReset"`
	EmptyPermissions   Feature `json:"emptyPermissions" doc:"A user or an invitation can have no permission at all"`
	ContactLanguage    Feature `json:"contactLanguage" doc:"A contact has a language of its own; where not, it is written to in the account's"`
}

// Feature is one thing a host may be unable to do, or to do in part, and why in words.
type Feature struct {
	Available bool `json:"available"`
	Reason    Text `json:"reason,omitempty" doc:"When not available: why, for people; when available: what it does not cover, if anything"`
}

// SignIn says where and as which public client the application asks for sign-in (OpenID Connect).
type SignIn struct {
	Issuer   string   `json:"issuer" doc:"OpenID issuer; its discovery document names the end points"`
	ClientID string   `json:"clientId"`
	Scopes   []string `json:"scopes"`
}

// RedirectPath is the path of the application's loopback redirect: http://127.0.0.1:<any port>/signed-in, or the same
// at [::1] (RFC 8252 section 7.3). Hosts accept this path at any port and nothing else.
const RedirectPath = "/signed-in"
