package trouble

// Stored is a Trouble as it is kept on disk: what words for people need, and nothing that only held at its time. The names
// are part of the form of files that exist; a Kind is stored as its text.
type Stored struct {
	Kind       Kind          `json:"kind"`
	Host       string        `json:"host,omitempty"`
	Permission string        `json:"permission,omitempty"`
	Fields     []StoredField `json:"fields,omitempty"`
	RequestID  string        `json:"requestId,omitempty"`
}

// StoredField is a Field as it is kept on disk.
type StoredField struct {
	Name  string `json:"name"`
	Code  string `json:"code,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

// Store gives the form for the disk. How long a host asked to wait is over by then, and what it was made from was for logs.
func (t *Trouble) Store() Stored {
	s := Stored{Kind: t.Kind, Host: t.Host, Permission: t.Permission, RequestID: t.RequestID}
	for _, f := range t.Fields {
		s.Fields = append(s.Fields, StoredField(f))
	}
	return s
}

// Trouble is what was stored. One without a kind, of a file that is damaged, is Other.
func (s Stored) Trouble() *Trouble {
	t := &Trouble{Kind: s.Kind, Host: s.Host, Permission: s.Permission, RequestID: s.RequestID}
	if t.Kind == "" {
		t.Kind = Other
	}
	for _, f := range s.Fields {
		t.Fields = append(t.Fields, Field(f))
	}
	return t
}
