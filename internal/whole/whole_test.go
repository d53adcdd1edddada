package whole

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client/api"
	"concierge/host/sample"
	"concierge/host/server"
)

const (
	family = "Gestion Gagnon-Roy"
	bakery = "Boulangerie Chez Marcel"
	roy    = "marcel.roy@courrier.example"
)

func TestASignInIsFetchedEditedAndMergedWithWhatOthersDo(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.URL)
	w.filled(sam)
	if n := len(w.Store.Accounts(sam)); n != 40 {
		t.Errorf("%d accounts, want 40", n)
	}
	ref := w.account(sam, family)
	old := w.snapshot(ref)
	ct := contactOf(old, roy)
	w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldPhone] = "+1 418 555-0101" }), change.Confirmed)
	if got := contactOf(w.snapshot(ref), roy); got.Phone == ct.Phone || got.ETag == ct.ETag {
		t.Errorf("confirmed and not shown: %+v", got)
	}
	other := w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldCompany] = "Roy et fils" }), change.Confirmed)
	if got := contactOf(w.snapshot(ref), roy); !other.Merged || got.Company != "Roy et fils" || got.Phone == ct.Phone {
		t.Errorf("merged %v: %+v", other.Merged, got)
	}
	clash := w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldPhone] = "+1 418 555-0199" }), change.Conflicting)
	if c := clash.Conflict.Collisions; len(c) != 1 || c[0].Name != change.FieldPhone || c[0].Mine != "+1 418 555-0199" {
		t.Errorf("both sides: %+v", c)
	}
	p.must(w.Desk.Resolve(clash.ID, change.Overrule(clash.Before, clash.After, clash.Conflict.Theirs)))
	w.ends(clash.ID, change.Confirmed)
	if got := contactOf(w.snapshot(ref), roy); !strings.HasSuffix(got.Phone, "0199") || got.Company != "Roy et fils" {
		t.Errorf("after the decision: %+v", got)
	}
}

func TestTwoWindowsThatEditTheSameAccountAtOnceLoseAndDoubleNothing(t *testing.T) {
	rounds := 200
	if *full {
		rounds = 1000
	}
	p := start(t, unlimited)
	var windows [2]*window
	var refs [2]access.Ref
	for i := range windows {
		windows[i] = p.window(t.TempDir(), vault.Session())
		id := windows[i].as(sample.AccountantEmail, p.URL)
		windows[i].filled(id)
		refs[i] = windows[i].account(id, family)
	}
	fields := [2]string{change.FieldCompany, change.FieldLastName}
	mail := [2]access.MailCategory{access.MailSupport, access.MailProduct}
	merged := 0
	for round := range rounds {
		var wg sync.WaitGroup
		var sent [2][]change.Change
		for i, w := range windows {
			wg.Go(func() {
				sent[i] = append(sent[i], w.Desk.Submit(editContact(refs[i], contactOf(w.snapshot(refs[i]), roy), func(v change.Values) {
					v.Fields[fields[i]] = fmt.Sprintf("Tour %d", round)
					v.Mail[mail[i]] = round%2 == 0
				})))
				if round%20 == 0 {
					sent[i] = append(sent[i], w.Desk.Submit(newContact(refs[i], "Nouveau", fmt.Sprintf("tour%d-%d@client.example", round, i))))
				}
			})
		}
		wg.Wait()
		for i, w := range windows {
			for _, c := range sent[i] {
				if w.ends(c.ID, change.Confirmed).Merged {
					merged++
				}
				p.must(w.Desk.Drop(c.ID))
			}
		}
		var at api.Contact
		for _, ct := range p.truth(refs[0].Account).Contacts {
			if ct.Email == roy {
				at = ct
			}
		}
		want := fmt.Sprintf("Tour %d", round)
		if at.Company != want || at.LastName != want || at.EmailPreferences["support"] != (round%2 == 0) || at.EmailPreferences["product"] != (round%2 == 0) {
			t.Fatalf("round %d: the host has %+v", round, at)
		}
	}
	if merged == 0 {
		t.Error("no edit met the other's")
	}
	r := tally{edits: 2*rounds + 2*rounds/20, note: fmt.Sprintf("%d rounds, %d merged", rounds, merged)}
	for round := 0; round < rounds; round += 20 {
		for i := range windows {
			switch n := p.count(refs[0].Account, fmt.Sprintf("tour%d-%d@client.example", round, i)); {
			case n == 0:
				r.lost++
			case n > 1:
				r.twice += n - 1
			}
		}
	}
	r.judge(t)
}

func TestSensitiveEditsGoOnWithTheCodeFromTheMailbox(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	marie := w.as(sample.OwnerEmail, p.URL)
	w.filled(marie)
	ref := w.account(marie, bakery)
	profile := access.Ref{Identity: marie}
	i, _ := w.Store.Identity(marie)
	account := w.snapshot(ref).Account
	moved := change.OfAccount(account)
	moved.Fields[change.FieldEmail] = "bonjour@chezmarcel.example"
	tests := []struct {
		name, to string
		change   change.Change
		done     func() bool
	}{
		{"an invitation", sample.OwnerEmail, change.Change{Account: ref, Kind: change.Invite, After: change.Values{
			Fields:      map[string]string{change.FieldEmail: "odile@comptoir.example", change.FieldLanguage: "fr"},
			Permissions: []access.Permission{access.Invoices}}}, func() bool {
			n := 0
			for _, inv := range w.snapshot(ref).Invitations {
				if inv.Email == "odile@comptoir.example" {
					n++
				}
			}
			return n == 1
		}},
		{"the account's e-mail", "bonjour@chezmarcel.example", change.Change{Account: ref, Kind: change.EditAccount, Base: account.ETag,
			Before: change.OfAccount(account), After: moved}, func() bool { return w.snapshot(ref).Account.Email == "bonjour@chezmarcel.example" }},
		{"the login e-mail", "marie@ailleurs.example", change.Change{Account: profile, Kind: change.ChangeLogin, Base: i.Me.ETag,
			Before: change.Values{Fields: map[string]string{change.FieldEmail: i.Me.Email}},
			After:  change.Values{Fields: map[string]string{change.FieldEmail: "marie@ailleurs.example"}}}, func() bool {
			i, _ := w.Store.Identity(marie)
			return i.Me.Email == "marie@ailleurs.example"
		}},
	}
	for _, tt := range tests {
		c := w.do(tt.change, change.NeedsProof)
		code := p.code(tt.to)
		wrong := "00000"
		if code == wrong {
			wrong = "11111"
		}
		p.must(w.Desk.Answer(c.ID, map[string]string{"code": wrong}))
		if c = w.ends(c.ID, change.NeedsProof); !c.Challenge.Wrong {
			t.Errorf("%s: a wrong code is not said to be", tt.name)
		}
		p.must(w.Desk.AskAgain(c.ID))
		if again := w.ends(c.ID, change.NeedsProof); again.Challenge.ID == c.Challenge.ID {
			t.Errorf("%s: no new code", tt.name)
		}
		p.must(w.Desk.Answer(c.ID, map[string]string{"code": p.code(tt.to)}))
		w.ends(c.ID, change.Confirmed)
		if !tt.done() {
			t.Errorf("%s is confirmed and not shown", tt.name)
		}
	}
}

func TestWhatIsSentWhileTheHostRestartsIsDoneOnce(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	var ids []string
	var once sync.Once
	restart := make(chan struct{})
	w.Desk.Changed.Listen(func(c change.Change) {
		if c.State == change.Confirmed {
			once.Do(func() { close(restart) })
		}
	})
	for n := range 30 {
		ids = append(ids, w.Desk.Submit(newContact(ref, "Nouveau", fmt.Sprintf("n%d@client.example", n))).ID)
	}
	<-restart
	p.close()
	p.open()
	for n, id := range ids {
		ctx := t.Context()
		for {
			c, err := w.Desk.Await(ctx, id)
			p.must(err)
			if c.State == change.Confirmed {
				break
			}
			if k := why(c); !k.Offline() && k != trouble.OutcomeUnknown && k != trouble.Busy && k != trouble.SignInNeeded {
				t.Fatalf("edit %d: %s %v", n, c.State, c.Trouble)
			}
			p.must(w.Desk.Retry(id))
		}
		if got := p.count(ref.Account, fmt.Sprintf("n%d@client.example", n)); got != 1 {
			t.Errorf("contact %d is there %d times", n, got)
		}
	}
}

func TestASessionEndedElsewhereGoesOnWhereItWasAfterSigningInAgain(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	var confirmed atomic.Int64
	var once sync.Once
	half := make(chan struct{})
	w.Desk.Changed.Listen(func(c change.Change) {
		if c.State == change.Confirmed && confirmed.Add(1) == 5 {
			once.Do(func() { close(half) })
		}
	})
	var ids []string
	for n := range 30 {
		ids = append(ids, w.Desk.Submit(newContact(ref, "Nouveau", fmt.Sprintf("n%d@client.example", n))).ID)
	}
	<-half
	p.endSessions()
	stopped := 0
	for _, id := range ids {
		c, err := w.Desk.Await(t.Context(), id)
		p.must(err)
		if c.State == change.Refused && why(c) == trouble.SignInNeeded {
			stopped++
		}
	}
	if i, _ := w.SignIn.Identity(sam); stopped == 0 || i.Works() {
		t.Fatalf("%d edits were stopped; the sign-in works: %v", stopped, i.Works())
	}
	if again := w.as(sample.AccountantEmail, p.URL); again != sam {
		t.Fatal("another identity for the same person")
	}
	for n, id := range ids {
		w.ends(id, change.Confirmed)
		if got := p.count(ref.Account, fmt.Sprintf("n%d@client.example", n)); got != 1 {
			t.Errorf("contact %d is there %d times", n, got)
		}
	}
	if got := confirmed.Load(); got != 30 {
		t.Errorf("told %d times that an edit is confirmed, want 30", got)
	}
}

func TestANetworksSignInPageInBetweenLosesNothing(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.proxy.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	before := w.snapshot(ref)
	p.through(html)
	if err := w.Sync.Refresh(t.Context(), ref); !trouble.Is(err, trouble.NotAHost) {
		t.Errorf("refresh: %v", err)
	}
	if err := w.Sync.Poll(t.Context(), sam); !trouble.Is(err, trouble.NotAHost) {
		t.Errorf("poll: %v", err)
	}
	if _, st, has := w.Store.Snapshot(ref); !has || st.Trouble == nil || w.snapshot(ref).Revision != before.Revision {
		t.Errorf("what was shown: %v, %+v", has, st)
	}
	c := w.do(newContact(ref, "Nouveau", "cafe@client.example"), change.Refused)
	p.through(nil)
	p.must(w.Desk.Retry(c.ID))
	w.ends(c.ID, change.Confirmed)
	if n := p.count(ref.Account, "cafe@client.example"); n != 1 {
		t.Errorf("%d contacts", n)
	}
	w.Poll()
	w.until("all trouble is over", func() bool {
		i, _ := w.Store.Identity(sam)
		_, st, _ := w.Store.Snapshot(ref)
		return i.Status.Trouble == nil && st.Trouble == nil
	})
}

func TestAnswersThatAreCutAreFoundOutAndNothingIsDoneTwice(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.proxy.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	var writes atomic.Int64
	p.through(func(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method != http.MethodGet && writes.Add(1)%2 == 1 {
			cut(rw, r, pass)
			return
		}
		pass.ServeHTTP(rw, r)
	})
	for n := range 5 {
		email := fmt.Sprintf("coupe%d@client.example", n)
		w.do(newContact(ref, "Coupé", email), change.Confirmed)
		ct := contactOf(w.snapshot(ref), email)
		c := w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldCompany] = "Deux fois" }), change.Confirmed)
		if got := contactOf(w.snapshot(ref), email); got.Company != "Deux fois" || c.Merged || p.count(ref.Account, email) != 1 {
			t.Errorf("%+v, merged %v, %d times", got, c.Merged, p.count(ref.Account, email))
		}
		ct = contactOf(w.snapshot(ref), email)
		gone := w.Desk.Submit(change.Change{Account: ref, Kind: change.DeleteContact, Target: ct.ID, Base: ct.ETag, Before: change.OfContact(ct)})
		p.must(w.Desk.SendNow(gone.ID)) // nobody wants it back
		w.ends(gone.ID, change.Confirmed)
		if n := p.count(ref.Account, email); n != 0 {
			t.Errorf("%d are left", n)
		}
	}
}

func TestOddAnswersAreNamedAndWhatIsShownStays(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.proxy.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	before := w.snapshot(ref)
	say := func(body string) func(http.ResponseWriter, *http.Request, http.Handler) {
		return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(rw, body)
		}
	}
	tests := []struct {
		name string
		odd  func(http.ResponseWriter, *http.Request, http.Handler)
		want []trouble.Kind
	}{
		{"50 MB", func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(rw, `{"revision":"`)
			chunk := strings.Repeat("x", 1<<20)
			for range 50 {
				if _, err := io.WriteString(rw, chunk); err != nil {
					return
				}
			}
		}, []trouble.Kind{trouble.TooLarge}},
		{"another type", say(`{"revision":"9","account":{"id":"` + ref.Account + `","name":["a"]},"me":{"role":"owner"}}`), []trouble.Kind{trouble.WrongAnswer}},
		{"another account", say(`{"revision":"9","account":{"id":"other","name":"x"},"me":{"role":"owner"}}`), []trouble.Kind{trouble.WrongAnswer}},
		{"nothing of ours", say(`{}`), []trouble.Kind{trouble.WrongAnswer}},
		{"no words", func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) { rw.WriteHeader(http.StatusTeapot) }, []trouble.Kind{trouble.NotAHost}},
		{"cut", cut, []trouble.Kind{trouble.Unreachable, trouble.WrongAnswer}},
	}
	for _, tt := range tests {
		w.Store.PutSnapshot(before, time.Now())
		p.through(tt.odd)
		err := w.Sync.Refresh(t.Context(), ref)
		if !trouble.Is(err, tt.want...) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if got, st, has := w.Store.Snapshot(ref); !has || got.Revision != before.Revision || st.Trouble == nil || st.Busy {
			t.Errorf("%s: shown %v %s, %+v", tt.name, has, got.Revision, st)
		}
	}
	p.through(say(`{"revision":"9","account":{"id":"` + ref.Account + `","name":"Neuf"},"me":{"role":"emperor","permissions":["fly"]},
		"contacts":[{"id":"1","email":"a@b.example","emailPreferences":{"pigeons":true}}],"weather":"fair"}`))
	if err := w.Sync.Refresh(t.Context(), ref); err != nil {
		t.Errorf("what is only unknown: %v", err)
	}
	if got := w.snapshot(ref); got.Account.Name != "Neuf" || !got.Contacts[0].Preferences["pigeons"] {
		t.Errorf("%+v", got)
	}
}

func TestAllAccountsComeInDespiteALimit(t *testing.T) {
	p := start(t, server.Limits{PersonBurst: 30, PersonPerSecond: 30})
	p.must(p.Sample.Fill(t.Context(), sample.Bulk{Accounts: 60, People: 4, Seed: 7}))
	w := p.window(t.TempDir(), vault.Session())
	alex := w.as(sample.BulkAccountant(7), p.URL)
	w.filled(alex)
	if n := len(w.Store.Accounts(alex)); n != 60 {
		t.Errorf("%d accounts", n)
	}
}

func TestALimitThatStopsTheFetchingIsWaitedForAndThenItGoesOn(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	var calls atomic.Int64
	var lifted atomic.Bool
	p.through(func(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/snapshot") && calls.Add(1) > 10 && !lifted.Load() {
			rw.Header().Set("Retry-After", "900")
			rw.WriteHeader(http.StatusTooManyRequests)
			return
		}
		pass.ServeHTTP(rw, r)
	})
	sam := w.as(sample.AccountantEmail, p.proxy.URL)
	w.until("the limit is noticed", func() bool {
		for _, a := range w.Store.Accounts(sam) {
			if _, st, _ := w.Store.Snapshot(a.Ref); st.Trouble != nil && st.Trouble.Kind == trouble.RateLimited {
				return true
			}
		}
		return false
	})
	lifted.Store(true)
	if got := calls.Load(); got > 20 {
		t.Errorf("%d calls in spite of the limit", got)
	}
	if again := w.as(sample.AccountantEmail, p.proxy.URL); again != sam { // the person insists
		t.Fatal(again)
	}
	w.filled(sam)
}

func TestARestartBringsBackWhoWasSignedInAndSigningOutTakesOneAway(t *testing.T) {
	p := start(t, unlimited)
	dir, keys := t.TempDir(), vault.Session()
	w := p.window(dir, keys)
	marie := w.signIn()
	w.filled(marie)
	ref := w.account(marie, bakery)
	if left := w.end(); len(left) != 0 {
		t.Errorf("left %v", left)
	}

	w = p.window(dir, keys)
	w.filled(marie)
	if got := w.account(marie, bakery); got != ref {
		t.Errorf("the account is %v now, was %v", got, ref)
	}
	sam := w.as(sample.AccountantEmail, p.URL)
	w.filled(sam)
	ct := w.snapshot(ref).Contacts[0]
	waiting := w.Desk.Submit(change.Change{Account: ref, Kind: change.DeleteContact, Target: ct.ID, Base: ct.ETag, Before: change.OfContact(ct)})
	if left := w.Flush(t.Context(), marie); len(left) != 0 {
		t.Errorf("not sent before signing out: %+v", left)
	}
	out, err := w.SignOut(t.Context(), marie)
	if err != nil || out.NotRevoked != nil || out.SecretLeft != nil {
		t.Errorf("signing out: %+v, %v", out, err)
	}
	w.ends(waiting.ID, change.Confirmed)
	if _, err := keys.Get(t.Context(), marie); err == nil {
		t.Error("the secret is still there")
	}
	if n := len(w.Store.Accounts(marie)); n != 0 || len(w.Store.Accounts(sam)) != 40 || len(w.SignIn.Identities()) != 1 {
		t.Errorf("%d accounts of who signed out, %d of who did not", n, len(w.Store.Accounts(sam)))
	}
	w.do(newContact(w.account(sam, family), "Encore", "encore@client.example"), change.Confirmed)
	late := w.do(newContact(ref, "Trop tard", "tard@client.example"), change.Refused)
	if why(late) != trouble.SignInNeeded {
		t.Errorf("an edit for who signed out: %v", late.Trouble)
	}
}

func TestTheHostIsDownAtTheStartAndComesLater(t *testing.T) {
	p := start(t, unlimited)
	dir, keys := t.TempDir(), vault.Session()
	w := p.window(dir, keys)
	marie := w.signIn()
	w.end()
	p.close()
	w = p.window(dir, keys)
	w.until("it is said that the host is not there", func() bool {
		i, _ := w.Store.Identity(marie)
		return i.Status.Trouble != nil && i.Status.Trouble.Kind.Offline() && (i.Status.At.IsZero() || i.Status.Kept)
	})
	p.open()
	w.Poll()
	w.filled(marie)
	if i, _ := w.Store.Identity(marie); i.Status.Trouble != nil {
		t.Errorf("trouble stays: %v", i.Status.Trouble)
	}
}

func TestWithOneHostBackTheOthersAreAskedToo(t *testing.T) {
	p, q := start(t, unlimited), start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	marie := w.as(sample.OwnerEmail, p.URL)
	tokens, err := q.Mint(t.Context(), sample.AccountantEmail)
	q.must(err)
	other, err := w.SignIn.Adopt(t.Context(), q.URL, tokens.Refresh)
	q.must(err)
	w.filled(marie)
	w.filled(other.ID)
	ref := w.account(other.ID, family)
	p.close()
	q.close()
	for _, id := range []string{marie, other.ID} {
		if err := w.Refresh(t.Context(), access.Ref{Identity: id}); err == nil {
			t.Fatal("a closed host answers")
		}
	}
	draft := w.do(newContact(ref, "Du train", "train@client.example"), change.Draft)
	p.open()
	q.open()
	if err := w.Refresh(t.Context(), access.Ref{Identity: marie}); err != nil {
		t.Fatal(err)
	}
	w.until("what waited for the other host has left", func() bool {
		c, there := w.Desk.Get(draft.ID)
		return !there || c.State == change.Confirmed
	})
}

func TestClosingDoesNotWaitLongerThanItIsGivenAndNamesWhatIsNotConfirmed(t *testing.T) {
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	sam := w.as(sample.AccountantEmail, p.proxy.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	arrived, never := make(chan struct{}, 10), make(chan struct{})
	defer close(never)
	p.through(func(http.ResponseWriter, *http.Request, http.Handler) {
		select {
		case arrived <- struct{}{}:
		default: // more than one call is on its way; one is enough to know
		}
		<-never
	})
	c := w.Desk.Submit(newContact(ref, "Lent", "lent@client.example"))
	<-arrived
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	left := w.Close(ctx)
	if len(left) != 1 || left[0].ID != c.ID || time.Since(began) > 5*time.Second {
		t.Errorf("left %v after %s", left, time.Since(began))
	}
	if late := w.Desk.Submit(newContact(ref, "Tard", "tard@client.example")); late.State != change.Refused {
		t.Errorf("an edit after closing is %s", late.State)
	}
	w.Poll()
	if again := w.end(); len(again) == 0 {
		t.Error("closing twice forgets what was left")
	}
}
