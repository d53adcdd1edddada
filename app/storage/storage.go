// Package storage decides where the application keeps what it knows: in the encrypted files of package disk, with their
// key in the system's keyring, or in memory, when there is no keyring or no disk to keep it on. It is the journal, the versions and the
// store's keeper whichever it is, so that nobody else has to ask.
package storage

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/cache/disk"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/app/vault"
)

// Config of a Storage.
type Config struct {
	// Dir is the folder of the files, which must exist; "" keeps everything in memory and finds nothing wrong with that.
	Dir   string
	Vault vault.Vault
	Store *cache.Store
	// Keeps tells whether anything of an identity may be kept on this computer; nil: of each. It is called with the store
	// locked and must not call it.
	Keeps func(identity string) bool
	// Tell is told what the person should know, from any goroutine; see disk.Config.
	Tell func(*trouble.Trouble)
	// Back makes an entry of one that is taken back from a journal of a later version; see disk.Config.
	Back func(journal.Entry) journal.Entry
	Log  *slog.Logger     // nil: slog.Default()
	Now  func() time.Time // nil: time.Now
}

// Storage keeps what the application knows. Until it is open, and when it cannot be, in memory. Safe for concurrent use.
type Storage struct {
	cfg Config

	opening sync.Mutex // one at a time, as also the next
	loading sync.Mutex
	loaded  bool // all that the disk had is in the store

	mu      sync.RWMutex // never held while the store is called
	disk    *disk.Disk   // nil: in memory
	memory  journal.Memory
	trouble *trouble.Trouble
	closed  bool

	unsettle context.CancelFunc // ends settling; nil before it began
	settling sync.WaitGroup     // letting go of what nobody has a claim to
}

var (
	_ journal.Journal  = (*Storage)(nil)
	_ journal.Versions = (*Storage)(nil)
	_ cache.Keeper     = (*Storage)(nil)
)

// New returns a Storage that has touched neither disk nor keyring, and is the store's keeper.
func New(cfg Config) *Storage {
	cfg.Log = cmp.Or(cfg.Log, slog.Default())
	if cfg.Keeps == nil {
		cfg.Keeps = func(string) bool { return true }
	}
	if cfg.Tell == nil {
		cfg.Tell = func(*trouble.Trouble) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Storage{cfg: cfg}
	cfg.Store.KeepIn(s)
	return s
}

// Trouble says why nothing is kept on this computer: of the keyring, or of the disk. Nil when it is kept, or has not been
// tried.
func (s *Storage) Trouble() *trouble.Trouble {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.trouble
}

// IsOpen tells whether there are files now that things are kept in.
func (s *Storage) IsOpen() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.disk != nil
}

// Lasts tells whether what is written down for an identity is still there at the next start; see journal.Lasts.
func (s *Storage) Lasts(identity string) bool { return s.on(identity) != nil }

// Open opens the files and puts what the first screen needs into the store: the lists of the identities that are known, and
// one account. Rest brings the others. It may wait a minute for the keyring. The error is what Trouble says then; the
// application works nonetheless. Once open it does nothing.
//
// It may be called later, when the keyring was locked at first: what is in memory by then goes to the disk.
func (s *Storage) Open(ctx context.Context, known []string, open access.Ref) error {
	if s.cfg.Dir == "" {
		return nil
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.IsOpen() {
		return nil
	}
	err := s.open(ctx, known, open)
	if err == nil {
		return nil
	}
	t := trouble.From(err)
	s.cfg.Log.ErrorContext(ctx, "nothing is kept on this computer", "err", err)
	s.mu.Lock()
	s.trouble = t
	s.mu.Unlock()
	return t
}

func (s *Storage) open(ctx context.Context, known []string, open access.Ref) error {
	k, err := key(ctx, s.cfg.Dir, s.cfg.Vault, s.cfg.Now(), s.cfg.Tell)
	if err != nil {
		return err
	}
	d, err := disk.Open(ctx, disk.Config{Dir: s.cfg.Dir, Key: k, Tell: s.cfg.Tell, Back: s.cfg.Back, Retell: func() { s.cfg.Store.Retell("") }, Log: s.cfg.Log, Now: s.cfg.Now})
	if err != nil {
		return err
	}
	kept, snaps, err := d.Load(ctx, open)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	for _, k := range kept {
		if slices.Contains(known, k.Identity.ID) {
			s.cfg.Store.Restore(k)
		}
	}
	s.cfg.Store.RestoreSnapshots(snaps)
	if err := s.use(ctx, d); err != nil {
		return errors.Join(err, d.Close())
	}
	// What the store knew before this, and what it was told while it was opened. What has just been restored is not written
	// again: it is the same.
	restored := map[string]bool{}
	for _, k := range kept {
		restored[k.Identity.ID] = true
	}
	for _, i := range s.cfg.Store.Identities() {
		if !restored[i.ID] || !i.Status.Kept {
			s.cfg.Store.Retell(i.ID)
		}
	}
	return nil
}

// use has everything kept on the disk from now on; what the journal in memory has goes there.
func (s *Storage) use(ctx context.Context, d *disk.Disk) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return context.Canceled
	}
	for _, e := range s.memory.All() {
		if !s.cfg.Keeps(e.Account.Identity) {
			continue
		}
		if err := errors.Join(d.Write(ctx, e), s.memory.Remove(ctx, e.ID)); err != nil {
			return err
		}
	}
	s.disk, s.trouble = d, nil
	return nil
}

// Rest puts into the store what else the disk has, and returns when it is there. It is done once, however often it is
// called. Then it lets go of what nobody who is known has a claim to any more.
func (s *Storage) Rest(ctx context.Context, known []string) {
	s.loading.Lock()
	defer s.loading.Unlock()
	d := s.on("")
	if s.loaded || d == nil {
		return
	}
	s.loaded = true
	if err := d.LoadRest(ctx, s.cfg.Store.RestoreSnapshots); err != nil && ctx.Err() == nil {
		s.cfg.Log.ErrorContext(ctx, "what was kept of accounts", "err", err) // it is fetched again
	}
	for _, id := range known {
		s.cfg.Store.ListChanged.Emit(id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	ctx, s.unsettle = context.WithCancel(ctx)
	s.settling.Go(func() {
		if err := d.Settle(ctx, known); err != nil && ctx.Err() == nil {
			s.cfg.Log.ErrorContext(ctx, "what is kept for nobody", "err", err) // it is tried again at the next start
		}
	})
}

// Close writes what is still to be written, and closes the files.
func (s *Storage) Close() error {
	s.mu.Lock()
	d, unsettle := s.disk, s.unsettle
	s.disk, s.closed = nil, true
	s.mu.Unlock()
	if d == nil {
		return nil
	}
	if unsettle != nil { // what has not been let go of yet is at the next start
		unsettle()
		s.settling.Wait()
	}
	return d.Close()
}

// on is the disk that an identity is kept on; "" is any. Nil: it is kept in memory.
func (s *Storage) on(identity string) *disk.Disk {
	s.mu.RLock()
	d := s.disk
	s.mu.RUnlock()
	if d == nil || identity != "" && !s.cfg.Keeps(identity) {
		return nil
	}
	return d
}

// Leave notes that an identity is about to sign out, Stay that it did not: see disk.Disk.
func (s *Storage) Leave(ctx context.Context, identity string) error {
	if d := s.on(identity); d != nil {
		return d.Leave(ctx, identity)
	}
	return nil
}

// Stay takes Leave back.
func (s *Storage) Stay(ctx context.Context, identity string) error {
	if d := s.on(identity); d != nil {
		return d.Stay(ctx, identity)
	}
	return nil
}

// Erase takes away all of an identity that has signed out. With last, nobody is signed in any more: then the files go, and
// their key.
func (s *Storage) Erase(ctx context.Context, identity string, last bool) error {
	err := s.memory.Forget(ctx, identity)
	d := s.on("")
	switch {
	case d == nil:
		return err
	case !last:
		return errors.Join(err, d.Erase(ctx, identity))
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	s.disk = nil // who signs in next makes new ones
	s.mu.Unlock()
	return errors.Join(err, d.Close(), disk.Remove(ctx, s.cfg.Dir), dropKey(ctx, s.cfg.Dir, s.cfg.Vault))
}

// Write implements journal.Journal.
func (s *Storage) Write(ctx context.Context, e journal.Entry) error {
	s.mu.RLock()
	d := s.disk
	if d == nil || !s.cfg.Keeps(e.Account.Identity) {
		defer s.mu.RUnlock() // so that it is not overlooked when what is in memory goes to the disk
		return s.memory.Write(ctx, e)
	}
	s.mu.RUnlock()
	return d.Write(ctx, e)
}

// Remove implements journal.Journal.
func (s *Storage) Remove(ctx context.Context, id string) error {
	err := s.memory.Remove(ctx, id)
	if d := s.on(""); d != nil {
		err = errors.Join(err, d.Remove(ctx, id))
	}
	return err
}

// Pending implements journal.Journal.
func (s *Storage) Pending(ctx context.Context) ([]journal.Entry, error) {
	list, err := s.memory.Pending(ctx)
	if d := s.on(""); d != nil && err == nil {
		var more []journal.Entry
		more, err = d.Pending(ctx)
		list = append(list, more...)
		slices.SortStableFunc(list, func(a, b journal.Entry) int { return a.At.Compare(b.At) })
	}
	return list, err
}

// Ended implements journal.Journal.
func (s *Storage) Ended(ctx context.Context, ref access.Ref) ([]journal.Entry, error) {
	if d := s.on(ref.Identity); d != nil {
		return d.Ended(ctx, ref)
	}
	return s.memory.Ended(ctx, ref)
}

// Recent implements journal.Journal.
func (s *Storage) Recent(ctx context.Context, since time.Time) ([]journal.Entry, error) {
	list, err := s.memory.Recent(ctx, since)
	if d := s.on(""); d != nil && err == nil {
		var more []journal.Entry
		more, err = d.Recent(ctx, since)
		list = append(list, more...)
		slices.SortStableFunc(list, func(a, b journal.Entry) int { return a.Ended.Compare(b.Ended) })
	}
	return list, err
}

// Forget implements journal.Journal.
func (s *Storage) Forget(ctx context.Context, identity string) error {
	err := s.memory.Forget(ctx, identity)
	if d := s.on(""); d != nil {
		err = errors.Join(err, d.Forget(ctx, identity))
	}
	return err
}

// List implements journal.Versions. In memory there is only the present state, which is no version.
func (s *Storage) List(ctx context.Context, ref access.Ref) ([]journal.Version, error) {
	if d := s.on(ref.Identity); d != nil {
		return d.List(ctx, ref)
	}
	return nil, nil
}

// Read implements journal.Versions.
func (s *Storage) Read(ctx context.Context, ref access.Ref, id int64) (access.Snapshot, bool, error) {
	if d := s.on(ref.Identity); d != nil {
		return d.Read(ctx, ref, id)
	}
	return access.Snapshot{}, false, nil
}

// KeepIdentity implements cache.Keeper.
func (s *Storage) KeepIdentity(i cache.Identity) {
	if d := s.on(i.ID); d != nil {
		d.KeepIdentity(i)
	}
}

// KeepAccounts implements cache.Keeper.
func (s *Storage) KeepAccounts(identity string, list []access.Summary, asked time.Time) {
	if d := s.on(identity); d != nil {
		d.KeepAccounts(identity, list, asked)
	}
}

// KeepLines implements cache.Keeper. They are of one identity.
func (s *Storage) KeepLines(lines []access.Summary) {
	if len(lines) == 0 {
		return
	}
	if d := s.on(lines[0].Ref.Identity); d != nil {
		d.KeepLines(lines)
	}
}

// KeepSnapshot implements cache.Keeper.
func (s *Storage) KeepSnapshot(k cache.KeptSnapshot) {
	if d := s.on(k.Snapshot.Ref.Identity); d != nil {
		d.KeepSnapshot(k)
	}
}

// KeepActivity implements cache.Keeper.
func (s *Storage) KeepActivity(ref access.Ref, r cache.Record) {
	if d := s.on(ref.Identity); d != nil {
		d.KeepActivity(ref, r)
	}
}

// KeepFeed implements cache.Keeper.
func (s *Storage) KeepFeed(identity, token string, at time.Time) {
	if d := s.on(identity); d != nil {
		d.KeepFeed(identity, token, at)
	}
}

// ForgetIdentity implements cache.Keeper.
func (s *Storage) ForgetIdentity(id string) {
	if d := s.on(""); d != nil {
		d.ForgetIdentity(id)
	}
}
