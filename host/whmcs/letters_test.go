package whmcs_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/mail"
	"concierge/host/store"
	"concierge/host/whmcs"
	"concierge/host/whmcs/whmcstest"
)

// writing is a world whose gateway can write, in which Sam's and Léa's access to the bakery ends in so long.
func writing(t *testing.T, in time.Duration) *world {
	t.Helper()
	w := newWorld(t)
	w.db, w.p, w.url = w.gateway(withMail(w.mails))
	english := "en" // WHMCS does not tell what users chose there
	w.call(w.sam, "PATCH", "/v1/me", api.MePatch{Language: &english}).Is(200)
	w.ends(w.sam, in)
	w.ends(w.lea, in)
	return w
}

// ends gives a user's access another end.
func (w *world) ends(user string, in time.Duration) {
	w.Helper()
	at := w.clock.Now().Add(in)
	u := hosttest.Into[api.User](w.call(w.marie, "GET", w.account(w.bakery)+"/users/"+user, nil), 200)
	w.call(w.marie, "PUT", w.account(w.bakery)+"/users/"+user+"/permissions", api.PermissionSet{Permissions: u.Permissions, EndsAt: &at}).Is(200)
}

// wrote lets time pass and wants these letters to have been sent since it was asked last, in any order.
func (w *world) wrote(after time.Duration, want ...string) {
	w.Helper()
	w.clock.Pass(after)
	must(w, w.p.Tick(w.Context()))
	w.mails.mu.Lock()
	defer w.mails.mu.Unlock()
	for i, s := range w.mails.sent {
		w.mails.sent[i] = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
	}
	slices.Sort(w.mails.sent)
	slices.Sort(want)
	if got := w.mails.sent; !slices.Equal(got, want) {
		w.Errorf("sent were\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	w.mails.sent = nil
}

const (
	toLea   = "lea@studio.example: Votre accès au compte Boulangerie Chez Marcel prend fin le %s"
	toSam   = "sam@cabinet.example: Your access to the account Boulangerie Chez Marcel ends on %s"
	ofLea   = "marie@chezmarcel.example: L'accès de Léa St Pierre Roy au compte Boulangerie Chez Marcel prend fin le %s"
	ofSam   = "marie@chezmarcel.example: L'accès de Sam Gagnon au compte Boulangerie Chez Marcel prend fin le %s"
	inFr    = "28 décembre 2026"
	inEn    = "December 28, 2026"
	thirty2 = 32 * day
)

func TestPeopleAreWrittenThatAccessEndsEachInTheirLanguage(t *testing.T) {
	w := writing(t, thirty2) // on 28 December
	w.wrote(0)
	w.wrote(day, fmt.Sprintf(toLea, inFr), fmt.Sprintf(toSam, inEn))
	w.wrote(time.Hour)
	w.wrote(24*day-time.Hour, fmt.Sprintf(toLea, inFr), fmt.Sprintf(toSam, inEn))
	w.wrote(6*day, fmt.Sprintf(toLea, inFr), fmt.Sprintf(toSam, inEn), fmt.Sprintf(ofLea, inFr), fmt.Sprintf(ofSam, inFr))
	w.wrote(day)
	w.wrote(day)
}

func TestWhoWantsNoGeneralMailIsNotWritten(t *testing.T) {
	for name, c := range map[string]struct {
		email string
		wants bool
	}{"a contact that wants none": {"lea@studio.example", false}, "a contact that does": {"lea@studio.example", true}} {
		t.Run(name, func(t *testing.T) {
			w := writing(t, 2*day)
			w.whmcs.AddContact(whmcstest.Contact{ClientID: number(w.bakery), FirstName: "Léa", Email: c.email, Preferences: map[string]bool{"general": c.wants, "support": true}})
			w.whmcs.EditClient(number(w.bakery), func(b *whmcstest.Client) {
				b.Email, b.Preferences = "marie@chezmarcel.example", map[string]bool{"general": c.wants, "domain": true}
			})
			w.clock.Pass(10 * time.Minute) // what is known of the account is older than that
			want := []string{fmt.Sprintf(toSam, "November 28, 2026")}
			if c.wants {
				want = append(want, fmt.Sprintf(toLea, "28 novembre 2026"), fmt.Sprintf(ofLea, "28 novembre 2026"), fmt.Sprintf(ofSam, "28 novembre 2026"))
			}
			w.wrote(day, want...)
		})
	}
}

func TestAReminderThatIsMootIsNotWritten(t *testing.T) {
	w := writing(t, 2*day)
	w.whmcs.Trouble(whmcstest.Trouble{Fault: whmcstest.Down}) // so that it waits
	w.wrote(day)
	w.whmcs.Well()
	w.clock.Pass(time.Minute)
	w.ends(w.lea, 60*day) // put off meanwhile
	w.call(w.marie, "DELETE", w.account(w.bakery)+"/users/"+w.sam, nil).Is(204)
	w.wrote(time.Hour)
	w.wrote(time.Hour)
}

func TestWhatCouldNotBeWrittenIsWrittenOnceWhenItCan(t *testing.T) {
	lea := fmt.Sprintf(toLea, "3 décembre 2026")
	t.Run("while WHMCS is down", func(t *testing.T) {
		w := writing(t, 8*day)
		w.call(w.marie, "DELETE", w.account(w.bakery)+"/users/"+w.sam, nil).Is(204)
		w.whmcs.Trouble(whmcstest.Trouble{Fault: whmcstest.Down})
		w.wrote(day)
		w.whmcs.Well()
		w.wrote(4 * time.Minute)
		w.wrote(6*time.Minute, strings.Replace(lea, "3 d", "4 d", 1))
		w.wrote(time.Hour)
	})
	for name, c := range map[string]struct {
		fails error
		again bool
	}{
		"while nobody takes letters":         {fmt.Errorf("mail server: %w", mail.ErrNotSent), true},
		"when it may have been taken":        {errors.New("the line was cut"), false},
		"when the server does not want any":  {errors.New("550 no such mailbox"), false},
		"when the letter is none (nonsense)": {mail.ErrAddress, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := writing(t, 8*day)
			w.call(w.marie, "DELETE", w.account(w.bakery)+"/users/"+w.sam, nil).Is(204)
			w.mails.fails = c.fails
			w.wrote(day)
			w.mails.fails = nil
			var want []string
			if c.again {
				want = []string{strings.Replace(lea, "3 d", "4 d", 1)}
			}
			w.wrote(6*time.Minute, want...)
			w.wrote(2 * time.Hour)
		})
	}
}

func TestAnEndThatIsSetAgainAndAgainDoesNotWriteEachTime(t *testing.T) {
	w := writing(t, 2*day)
	w.call(w.marie, "DELETE", w.account(w.bakery)+"/users/"+w.sam, nil).Is(204)
	w.wrote(day, fmt.Sprintf(toLea, "28 novembre 2026"), fmt.Sprintf(ofLea, "28 novembre 2026"))
	for range 5 {
		w.ends(w.lea, day+time.Minute)
		w.wrote(2 * time.Minute)
	}
	w.clock.Pass(6 * time.Hour)
	w.ends(w.lea, day+time.Minute)
	w.wrote(2*time.Minute, fmt.Sprintf(toLea, "28 novembre 2026"), fmt.Sprintf(ofLea, "28 novembre 2026"))
}

func TestOfTwoGatewaysOneWrites(t *testing.T) {
	if database.Name != "PostgreSQL" { // which several gateways share; a SQLite file has one
		t.Skip("one gateway")
	}
	w := writing(t, 2*day)
	var others []*whmcs.Provider
	for range 3 {
		_, p, _ := w.gateway(withMail(w.mails))
		others = append(others, p)
	}
	w.clock.Pass(day)
	var all sync.WaitGroup
	for _, p := range append(others, w.p) {
		all.Go(func() {
			for range 3 {
				if err := p.Tick(t.Context()); err != nil && !store.Unavailable(err) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	w.wrote(0, fmt.Sprintf(toLea, "28 novembre 2026"), fmt.Sprintf(toSam, "November 28, 2026"), fmt.Sprintf(ofLea, "28 novembre 2026"), fmt.Sprintf(ofSam, "28 novembre 2026"))
}

func TestWithoutAMailServerNothingIsKeptToBeWritten(t *testing.T) {
	w := newWorld(t)
	w.ends(w.lea, 2*day)
	w.wrote(day)
	_, w.p, w.url = w.gateway(withMail(w.mails)) // one is set up since
	w.wrote(time.Hour)
}

func TestAWhollyRunningGatewayWritesByItself(t *testing.T) {
	w := writing(t, 2*day)
	w.mails.told = make(chan struct{}, 10)
	w.clock.Pass(day)
	ctx, stop := t.Context(), make(chan struct{})
	go func() {
		defer close(stop)
		_ = w.p.Run(ctx)
	}()
	for range 4 {
		select {
		case <-w.mails.told:
		case <-stop:
			t.Fatal("it does not run")
		case <-time.After(time.Minute):
			t.Fatal("it does not write")
		}
	}
}
