package say

import (
	"context"
	"errors"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/assets/locales"
)

// Trouble puts an error into words. A nil error has none; an error without a kind is told as trouble.Other.
func Trouble(w *locales.Words, err error) Words {
	t := troubleOf(err)
	if t == nil {
		return Words{}
	}
	k := "trouble." + key(string(t.Kind))
	if !w.Has(k + "_title") {
		k = "trouble.other"
	}
	host := t.Host
	if host == "" {
		host = w.T("trouble.your_host")
	}
	permission := ""
	if t.Permission != "" {
		permission = PermissionNamed(w, access.Permission(t.Permission), nil)
	}
	data := []any{"Host", t.Host, "TheHost", host, "When", after(w, t.RetryAfter), "Path", t.Path, "Permission", permission}
	part := func(which string) string {
		s := w.T(k+which, data...)
		if t.Host == "" {
			s = sentence(s) // a name is written as it is
		}
		return s
	}
	out := Words{Title: part("_title"), Detail: part("_detail"), Do: part("_do")}
	if t.RequestID != "" {
		switch t.Kind {
		case trouble.HostError, trouble.WrongAnswer, trouble.RefusedByProvider, trouble.OutcomeUnknown, trouble.Busy, trouble.Other:
			out.Reference = w.T("trouble.reference", "ID", t.RequestID)
		}
	}
	return out
}

// Field says what is wrong with one field of a form, to stand under it.
func Field(w *locales.Words, f trouble.Field) string {
	k := "trouble.field_" + key(f.Code)
	if specific := k + "_" + key(f.Name); w.Has(specific) {
		k = specific
	}
	if f.Code == "tooLong" {
		if f.Limit <= 0 {
			return w.T("trouble.field_too_long_unknown")
		}
		return w.N("trouble.field_too_long", f.Limit)
	}
	if !w.Has(k) {
		return w.T("trouble.field_invalid")
	}
	return w.T(k)
}

func troubleOf(err error) *trouble.Trouble {
	if err == nil {
		return nil
	}
	var t *trouble.Trouble
	if errors.As(err, &t) {
		return t
	}
	switch {
	case errors.Is(err, context.Canceled):
		return &trouble.Trouble{Kind: trouble.Cancelled, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &trouble.Trouble{Kind: trouble.TimedOut, Err: err}
	}
	return &trouble.Trouble{Kind: trouble.Other, Err: err}
}

// after says when to try again: "in 30 seconds", "in 2 minutes"; "in a moment" when that is not known.
func after(w *locales.Words, d time.Duration) string {
	switch {
	case d <= 0:
		return w.T("trouble.in_a_moment")
	case d <= 90*time.Second:
		return w.N("trouble.in_seconds", int((d+time.Second-1)/time.Second))
	case d <= 90*time.Minute:
		return w.N("trouble.in_minutes", int((d+time.Minute-1)/time.Minute))
	}
	return w.N("trouble.in_hours", int((d+time.Hour-1)/time.Hour))
}
