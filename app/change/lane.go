package change

import (
	"context"

	"concierge/app/access"
)

// lane lets Changes of one account through one at a time, in order. It is there only while it has something to do.
type lane struct {
	queue []func()
}

// send lets an item leave, after what its account's lane still has; the mutex is held, as in all of this file but run.
func (d *Desk) send(it *item) {
	it.c.State = Sending
	d.tell(it, nil)
	d.enqueue(it.c.Account, func(ctx context.Context) { d.attempt(ctx, it) })
}

// resend is send for an item that had ended, with the proof that was given for it.
func (d *Desk) resend(it *item) {
	it.c.State, it.c.Trouble, it.c.Challenge, it.c.Conflict = Sending, nil, nil, nil
	d.restarted(it, func(ctx context.Context) { d.attempt(ctx, it) })
}

// restarted puts fn into the lane of an item that had ended. Who awaited that end is told of it, or has been: the next one
// needs a channel of its own.
func (d *Desk) restarted(it *item, fn func(context.Context)) {
	it.ended, it.told = make(chan struct{}), false
	d.tell(it, nil)
	d.enqueue(it.c.Account, fn)
}

func (d *Desk) enqueue(ref access.Ref, fn func(context.Context)) {
	d.work.Add(1)
	job := func() {
		defer d.work.Done()
		fn(d.ctx)
	}
	if l := d.lanes[ref]; l != nil {
		l.queue = append(l.queue, job)
		return
	}
	l := &lane{queue: []func(){job}}
	d.lanes[ref] = l
	go d.run(ref, l)
}

func (d *Desk) run(ref access.Ref, l *lane) {
	for {
		d.mu.Lock()
		if len(l.queue) == 0 {
			delete(d.lanes, ref)
			d.mu.Unlock()
			return
		}
		job := l.queue[0]
		l.queue = l.queue[1:]
		d.mu.Unlock()
		job()
	}
}
