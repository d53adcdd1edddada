package listen

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often the files of a certificate are looked at, when somebody connects.
const lookEvery = 10 * time.Second

// Certificate is a certificate and its key in two PEM files, read anew when they change: whoever renews it has only to
// replace the files.
type Certificate struct {
	certFile, keyFile string
	now               func() time.Time
	log               *slog.Logger

	mu     sync.Mutex
	loaded *tls.Certificate
	seen   [2]stamp  // of the files that loaded was read from, or that could not be used
	looked time.Time // when seen was last compared
}

// stamp says whether a file is still the same one.
type stamp struct {
	at   time.Time
	size int64
}

// LoadCertificate reads a certificate, its chain and its key. The clock says how old what was read is; nil: time.Now.
func LoadCertificate(certFile, keyFile string, now func() time.Time, log *slog.Logger) (*Certificate, error) {
	if now == nil {
		now = time.Now
	}
	if log == nil {
		log = slog.Default()
	}
	c := &Certificate{certFile: certFile, keyFile: keyFile, now: now, log: log}
	if err := c.load(); err != nil {
		return nil, err
	}
	c.looked = now()
	return c, nil
}

// load reads the files. They are stamped before they are read: what is written meanwhile is read again.
func (c *Certificate) load() error {
	seen, err := c.stamps()
	if err != nil {
		return err
	}
	c.seen = seen
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("certificate %s with key %s: %w", c.certFile, c.keyFile, err)
	}
	c.loaded = &pair
	return nil
}

func (c *Certificate) stamps() (all [2]stamp, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		about, err := os.Stat(name)
		if err != nil {
			return all, err
		}
		all[i] = stamp{about.ModTime(), about.Size()}
	}
	return all, nil
}

// Leaf is the host's own certificate, without its chain.
func (c *Certificate) Leaf() *x509.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.loaded.Leaf
}

// get answers with the certificate as the files are now, or with the last good one while they cannot be used: between
// the writing of one file and the other they do not fit.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookEvery {
		c.looked = now
		c.refresh()
	}
	return c.loaded, nil
}

func (c *Certificate) refresh() {
	seen, err := c.stamps()
	if err == nil && seen == c.seen {
		return
	}
	if err == nil {
		err = c.load()
	}
	if err != nil {
		c.log.Error("the changed certificate cannot be used; the last one is still served", "err", err)
		return
	}
	c.log.Info("certificate read anew", "expires", c.loaded.Leaf.NotAfter)
}
