//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"

	"concierge/assets/locales"
	"concierge/host/sample"
)

var (
	formPath  = regexp.MustCompile(`action="([^"]+)/password"`)
	formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)
)

// signIn lets the application sign somebody in at a host, as a person does it: the address typed into the first screen, the
// form in the browser (played by calls). It ends the application when the accounts are listed; who starts it again is
// signed in.
func signIn(pc *computer, program string, args []string, host, email string) (err error) {
	o, err := pc.open(program, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if _, err := o.until(welcomed); err != nil {
		return err
	}
	if err := pc.types(host); err != nil {
		return err
	}
	if err := pc.keys("Return"); err != nil {
		return err
	}
	link, err := pc.link()
	if err != nil {
		return err
	}
	if err := browse(link, email); err != nil {
		return err
	}
	if _, err := o.until(regexp.MustCompile(`msg=focus name="` + locales.For("fr").T("welcome.open_accounts") + `"`)); err != nil {
		return err
	}
	if err := pc.keys("Return"); err != nil {
		return err
	}
	_, err = o.until(listed)
	return err
}

// browse gives e-mail and password on the host's page.
func browse(link, email string) error {
	host, err := originOf(link)
	if err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	b := &http.Client{Jar: jar, Timeout: patience}
	read := func(res *http.Response, err error) (string, error) {
		if err != nil {
			return "", err
		}
		body, err := io.ReadAll(res.Body)
		return string(body), errors.Join(err, res.Body.Close())
	}
	page, err := read(b.Get(link))
	if err != nil {
		return err
	}
	path, token := formPath.FindStringSubmatch(page), formToken.FindStringSubmatch(page)
	if path == nil || token == nil {
		return fmt.Errorf("no form to sign in: %s", page)
	}
	_, err = read(b.PostForm(host+path[1]+"/password", url.Values{"form_token": {token[1]}, "lang": {"fr"}, "email": {email}, "password": {sample.SamplePassword}}))
	return err
}
