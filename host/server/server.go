package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"concierge/client/api"
)

// server answers the paths; its methods are the handlers.
type server struct {
	Config
}

// New returns the handler of everything under /v1.
func New(c Config) http.Handler {
	s := &server{Config: c.withDefaults()}
	mux := http.NewServeMux()
	a := humago.New(mux, huma.Config{
		OpenAPI:       &huma.OpenAPI{OpenAPI: "3.1.0", Info: &huma.Info{Title: "Concierge Host API", Version: "1"}},
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
	})
	huma.Register(a, huma.Operation{OperationID: "getHost", Method: http.MethodGet, Path: "/v1/host"}, s.getHost)
	return mux
}

type hostAnswer struct{ Body api.Host }

func (s *server) getHost(ctx context.Context, _ *struct{}) (*hostAnswer, error) {
	d, err := s.Provider.Describe(ctx)
	if err != nil {
		return nil, err
	}
	h := api.Host{Name: d.Name, Languages: d.Languages, Permissions: d.Permissions, MailCategories: d.MailCategories,
		Features: d.Features, SignIn: s.SignIn, Sample: d.Sample}
	if d.Sample && d.MailboxPath != "" {
		h.MailboxURL = s.PublicURL() + d.MailboxPath
	}
	return &hostAnswer{Body: h}, nil
}
