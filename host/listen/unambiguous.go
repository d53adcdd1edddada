package listen

import (
	"net/http"
	"path"
	"strings"
)

// unambiguous answers what two servers, one before the other, could take for different things. A path that could be
// written shorter is nowhere, where net/http would send callers on to the shorter one. And after a body in chunks the
// connection is closed: net/http does not say whether a length stood beside them, by which a proxy may have found another
// end and what follows would be a request that nobody sent (RFC 9112 sections 6.1 and 11.2).
func unambiguous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		if p := r.URL.Path; p != "/" && path.Clean(p) != strings.TrimSuffix(p, "/") {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
