package api

// UserList answers GET …/users.
type UserList struct {
	Users []User `json:"users"`
}

// InvitationList answers GET …/invitations.
type InvitationList struct {
	Invitations []Invitation `json:"invitations"`
}

// ContactList answers GET …/contacts.
type ContactList struct {
	Contacts []Contact `json:"contacts"`
}
