package whmcstest

import (
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// action is what the API can be asked to do. do runs with the lock held and answers either fields, which follow
// "result":"success", or the message of an error; then it has changed nothing.
type action struct {
	name  string
	write bool
	do    func(w *WHMCS, in *form) (object, string)
}

var actions = []action{
	{"GetUsers", false, (*WHMCS).getUsers},
	{"UpdateUser", true, (*WHMCS).updateUser},
	{"ResetPassword", true, (*WHMCS).resetPassword},
	{"DeleteUserClient", true, (*WHMCS).deleteUserClient},
	{"GetUserPermissions", false, (*WHMCS).getUserPermissions},
	{"UpdateUserPermissions", true, (*WHMCS).updateUserPermissions},
	{"GetPermissionsList", false, (*WHMCS).getPermissionsList},
	{"CreateClientInvite", true, (*WHMCS).createClientInvite},
	{"GetContacts", false, (*WHMCS).getContacts},
	{"AddContact", true, (*WHMCS).apiAddContact},
	{"UpdateContact", true, (*WHMCS).updateContact},
	{"DeleteContact", true, (*WHMCS).apiDeleteContact},
	{"GetClients", false, (*WHMCS).getClients},
	{"GetClientsDetails", false, (*WHMCS).getClientsDetails},
	{"UpdateClient", true, (*WHMCS).updateClient},
	{"GetClientsDomains", false, (*WHMCS).getClientsDomains},
	{"GetActivityLog", false, (*WHMCS).getActivityLog},
	{"WhmcsDetails", false, (*WHMCS).whmcsDetails},
}

// actionsByName has them by the name in small letters, since WHMCS does not mind its case.
var actionsByName = func() map[string]action {
	m := make(map[string]action, len(actions))
	for _, a := range actions {
		m[strings.ToLower(a.name)] = a
	}
	return m
}()

// Actions are the names of all actions that the double knows.
func Actions() []string {
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = a.name
	}
	return names
}

// mostBody is PHP's post_max_size.
const mostBody = 8 << 20

func (w *WHMCS) serveAPI(rw http.ResponseWriter, r *http.Request) {
	in := &form{}
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(io.LimitReader(r.Body, mostBody))
		if err != nil {
			panic(http.ErrAbortHandler) // the caller left while it was still asking
		}
		in = decodeForm(string(body))
	}
	call := Call{Action: in.text("action"), Params: in.flat(), From: peer(r)}
	known, there := actionsByName[strings.ToLower(call.Action)]
	if there {
		call.Action, call.Write = known.name, known.write
	}
	for _, secret := range []string{"action", "identifier", "secret", "accesskey", "responsetype"} {
		delete(call.Params, secret)
	}

	t, always := w.begin(call.Action)
	t.pass(r.Context(), always)
	call.Fault = t.Fault
	acts := t.Fault == NoFault || t.Fault == Cut || t.Fault == NoAnswer || t.Done
	body := w.end(&call, acts, in)
	switch t.Fault {
	case Down, NoAnswer:
		panic(http.ErrAbortHandler)
	case Cut:
		rw.Header().Set("Content-Type", "application/json")
		rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
		rw.WriteHeader(call.Status)
		_, _ = rw.Write(body[:len(body)/2]) // whoever listens is about to be cut off anyway
		if f, ok := rw.(http.Flusher); ok {
			f.Flush()
		}
		panic(http.ErrAbortHandler)
	case Page:
		send(rw, http.StatusOK, "text/html; charset=utf-8", []byte(maintenancePage))
	case ServerError:
		send(rw, http.StatusInternalServerError, "text/html; charset=UTF-8", []byte(errorPage))
	case Refusal:
		w.mu.Lock()
		body = w.reply(refused(t.Message))
		w.mu.Unlock()
		send(rw, http.StatusOK, "application/json", body)
	default:
		send(rw, call.Status, "application/json", body)
	}
}

func (w *WHMCS) begin(action string) (Trouble, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy++
	w.busiest = max(w.busiest, w.busy)
	return w.troubleOf(action), w.delay
}

// end does what was asked, if it is done at all, and keeps that it was asked.
func (w *WHMCS) end(call *Call, acts bool, in *form) (body []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
	if acts {
		if w.narrow {
			in.narrow()
		}
		var o object
		call.Status, o, call.Message = w.answer(call.From, in)
		call.Done = call.Message == ""
		body = w.reply(o)
	}
	call.At = w.cfg.Now()
	w.calls = append(w.calls, *call)
	return body
}

// answer decides in WHMCS's order: the caller's address, its credential, what its role allows, and then the action.
func (w *WHMCS) answer(from string, in *form) (status int, o object, message string) {
	no := func(status int, message string) (int, object, string) { return status, refused(message), message }
	name := strings.ToLower(in.text("action"))
	byKey := w.key != "" && same(in.text("accesskey"), w.key)
	switch {
	case w.ips != nil && !w.ips[strings.ToLower(from)] && !byKey:
		return no(http.StatusForbidden, "Invalid IP "+from)
	case !same(in.text("identifier"), w.cfg.Identifier) || !same(in.text("secret"), w.secret):
		return no(http.StatusForbidden, "Invalid or missing credentials")
	case w.role != nil && !w.role[name]:
		return no(http.StatusForbidden, fmt.Sprintf(`Invalid Permissions: API action "%s" is not allowed`, name))
	}
	a, there := actionsByName[name]
	if !there {
		return no(http.StatusOK, "Command Not Found") // no message is documented
	}
	o, message = a.do(w, in)
	if message != "" {
		return no(http.StatusOK, message)
	}
	word := "result"
	if a.name == "GetPermissionsList" && !w.saysResult() {
		word = "status"
	}
	return http.StatusOK, append(object{{word, "success"}}, o...), ""
}

// saysResult tells whether GetPermissionsList says "result" this time.
func (w *WHMCS) saysResult() bool {
	if w.shape.Mixed != 0 {
		return w.chance.IntN(2) == 0
	}
	return w.shape.Result
}

func refused(message string) object { return object{{"result", "error"}, {"message", message}} }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func send(rw http.ResponseWriter, status int, kind string, body []byte) {
	rw.Header().Set("Content-Type", kind)
	rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
	rw.WriteHeader(status)
	_, _ = rw.Write(body) // who does not listen any more misses nothing
}

func peer(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}

const (
	maintenancePage = "<!DOCTYPE html>\n<html><head><title>Down for Maintenance</title></head><body><h1>Down for Maintenance (Err 3)</h1>" +
		"<p>We are currently performing maintenance and will be back shortly.</p></body></html>\n"
	errorPage = "<!DOCTYPE html>\n<html><head><title>Oops!</title></head><body><h1>Oops!</h1><p>Something went wrong and we couldn't " +
		"process your request.</p></body></html>\n"
)

// page cuts a list to what limitstart and limitnum ask for; 25 when they do not say.
func page[T any](in *form, all []T) (some []T, start int) {
	start = int(max(0, in.number("limitstart")))
	n := int(in.number("limitnum"))
	if n <= 0 {
		n = 25
	}
	from := min(start, len(all))
	return all[from:min(len(all), from+n)], start
}

func paged(total, start, returned int) object {
	return object{{"totalresults", number(total)}, {"startnumber", number(start)}, {"numreturned", number(returned)}}
}

// byAPI logs what the API did: with the client it is about, no user, and the administrator whose credential it is.
func (w *WHMCS) byAPI(clientID int64, format string, args ...any) {
	w.logged(Entry{ClientID: clientID, AdminID: apiAdminID, Username: APIAdmin, IP: "127.0.0.1", Description: fmt.Sprintf(format, args...)})
}
