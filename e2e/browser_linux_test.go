package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium is the browser all journeys share; each person has a profile of their own in it.
var chromium context.Context

func startChromium(dir string) (stop func(), err error) {
	ctx, stopAllocator := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(dir, "chromium")), chromedp.Flag("accept-lang", "fr-CA"))...)
	chromium, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(chromium); err != nil {
		stopAllocator()
		return nil, fmt.Errorf("start chromium: %w", err)
	}
	return stopAllocator, nil
}

// browser is one person's.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("browser: %v", err)
	}
	return &browser{t, ctx}
}

// do runs actions, each of which waits until the page has what it needs.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("browser: %v; the page says: %s", err, b.text())
	}
}

func (b *browser) open(url string) { b.t.Helper(); b.do(chromedp.Navigate(url)) }

// press presses the button that says something.
func (b *browser) press(says string) {
	b.t.Helper()
	b.do(chromedp.Click(fmt.Sprintf(`//button[contains(., %q)]`, says)))
}

// text is all that the page says now.
func (b *browser) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return s
}

// says waits until the page says something.
func (b *browser) says(what string) {
	b.t.Helper()
	until(b.t, "the page says "+what, func() bool { return strings.Contains(b.text(), what) })
}
