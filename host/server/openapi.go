package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// securityScheme names the bearer token in the OpenAPI document.
const securityScheme = "accessToken"

// OpenAPI is the contract as an OpenAPI 3.1 document, in JSON or in YAML. client/api/openapi.yaml is this document.
func OpenAPI(json bool) ([]byte, error) {
	s := &server{Config: Config{}.withDefaults()}
	doc := s.routes(http.NewServeMux()).OpenAPI()
	if json {
		return doc.MarshalJSON()
	}
	return doc.YAML()
}

// newAPI makes the huma API that the paths are registered with.
func (s *server) newAPI(mux *http.ServeMux) huma.API {
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "Concierge Host API",
				Version: "1",
				Description: "What a provider's host offers to the people who hold accounts there. Writes carry If-Match " +
					"(PUT, PATCH, DELETE) or Idempotency-Key (POST). Errors are RFC 9457 problems with a stable type. " +
					"Unknown fields in answers are to be ignored; unknown fields in requests are refused.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					securityScheme: {Type: "http", Scheme: "bearer", Description: "Access token of the OpenID provider that GET /v1/host names"},
				},
			},
		},
		Formats:                      huma.DefaultFormats,
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{numberProblem},
	})
}

// numberProblem puts the request's id into problems that huma writes.
func numberProblem(hc huma.Context, _ string, v any) (any, error) {
	if p, is := v.(*problem); is {
		c := callOf(hc.Context())
		c.problem = p.Type
		return p.withID(c.id), nil
	}
	return v, nil
}

// route is one path of the contract.
type route struct {
	method, path, id, summary string
	need                      need
	status                    int // of success where it is not 200 or 204
}

// on registers a path: what guards it and what its errors can be follow from the route.
func on[I, O any](s *server, a huma.API, r route, handler func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		Method: r.method, Path: r.path, OperationID: r.id, Summary: r.summary, DefaultStatus: r.status,
		Middlewares: huma.Middlewares{s.guard(r)},
		// The body has been read, up to maxBody and not one byte more, before huma sees it.
		MaxBodyBytes: maxBody + 1,
		Errors:       errorsOf(r),
	}
	if !r.need.open {
		op.Security = []map[string][]string{{securityScheme: {}}}
	}
	huma.Register(a, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, s.foreseen(ctx, err)
		}
		return out, nil
	})
}

// errorsOf lists the statuses a route may answer beyond success.
func errorsOf(r route) []int {
	codes := []int{http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	if !r.need.open {
		codes = append(codes, http.StatusUnauthorized)
	}
	if r.need.account || strings.Contains(r.path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if r.need.owner || r.need.permission != "" || r.path == "/v1/me/email" {
		codes = append(codes, http.StatusForbidden)
	}
	if r.method != http.MethodGet {
		codes = append(codes, http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusPreconditionFailed)
		if r.method != http.MethodPost {
			codes = append(codes, http.StatusPreconditionRequired)
		}
	}
	if r.id == "answerChallenge" {
		codes = append(codes, http.StatusGone)
	}
	slices.Sort(codes)
	return codes
}

// openAnswers lets answers grow: additional fields are refused in requests only. And it documents 304.
func openAnswers(doc *huma.OpenAPI) {
	requests := map[string]bool{}
	var mark func(s *huma.Schema)
	mark = func(s *huma.Schema) {
		if s == nil {
			return
		}
		if s.Ref != "" {
			name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
			if requests[name] {
				return
			}
			requests[name] = true
			mark(doc.Components.Schemas.SchemaFromRef(s.Ref))
			return
		}
		mark(s.Items)
		for _, p := range s.Properties {
			mark(p)
		}
	}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if op.RequestBody != nil {
				for _, media := range op.RequestBody.Content {
					mark(media.Schema)
				}
			}
			if slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "If-None-Match" }) {
				op.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: http.StatusText(http.StatusNotModified)}
			}
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		if closed, is := schema.AdditionalProperties.(bool); is && !closed && !requests[name] {
			schema.AdditionalProperties = nil
		}
	}
}

// Parameters that many paths have. What they mean is checked by guard; here they are documented.

// InAccount is the account a path is in.
type InAccount struct {
	AccountID string `path:"accountId" maxLength:"128"`
}

// GetHeaders are what reads may carry.
type GetHeaders struct {
	IfNoneMatch string `header:"If-None-Match" doc:"Entity tag the reader has; 304 when it is still current"`
}

// PutHeaders are what writes of something that exists carry.
type PutHeaders struct {
	IfMatch string `header:"If-Match" required:"true" doc:"Entity tag of the state this change is based on"`
}

// PostHeaders are what every POST carries.
type PostHeaders struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" doc:"Chosen by the client; a repeat with the same key and body returns the first answer without acting again, for 7 days"`
}

// ChallengeHeader is what a call carries that is repeated after a step-up challenge.
type ChallengeHeader struct {
	Challenge string `header:"Concierge-Challenge" doc:"Id of the answered challenge"`
}
