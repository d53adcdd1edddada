package whmcstest

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/net/html"
)

// ErrNoForm: the page is not the double's sign-in form.
var ErrNoForm = errors.New("whmcstest: the page has no sign-in form")

// SignIn does what a person does in a browser without scripts: it opens an address, which may redirect to the double's
// sign-in page from elsewhere, types there, gives the second factor's code when it is asked for, and answers the page
// where that led. The client's CheckRedirect says which redirects are followed; it needs a cookie jar where another
// system on the way wants one. Wrong details lead back to the form, with status 403.
func SignIn(client *http.Client, start, email, password, code string) (*http.Response, error) {
	res, err := client.Get(start)
	if err != nil {
		return nil, err
	}
	res, err = fillIn(client, res, map[string]string{"email": email, "password": password})
	if err != nil || res.StatusCode != http.StatusOK || res.Request.Method != http.MethodPost {
		return res, err // led elsewhere, or back to the form
	}
	// A form that was posted and answered with another: it asks for the second factor.
	return fillIn(client, res, map[string]string{"code": code})
}

// fillIn posts the first form of a page with its hidden fields, its first button and what is typed.
func fillIn(client *http.Client, res *http.Response, typed map[string]string) (*http.Response, error) {
	page, err := html.Parse(io.LimitReader(res.Body, 1<<20))
	if closing := res.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	values, fields := url.Values{}, map[string]bool{}
	action, found, pressed := "", false, false
	for n := range page.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			if found {
				continue
			}
			action, found = at["action"], true
		case "input":
			values.Set(at["name"], at["value"])
			fields[at["name"]] = true
		case "button":
			if !pressed {
				values.Set(at["name"], at["value"])
				pressed = true
			}
		}
	}
	for name, text := range typed {
		if !fields[name] {
			return nil, ErrNoForm
		}
		values.Set(name, text)
	}
	to, err := res.Request.URL.Parse(action)
	if err != nil || !found {
		return nil, errors.Join(ErrNoForm, err)
	}
	return client.PostForm(to.String(), values)
}
