package change

// news is what listeners are to be told, and what then is closed for those who await it.
type news struct {
	c     Change
	ended chan struct{}
}

// tell notes that listeners are to be told of an item as it is now, and that ended is closed then. The mutex is held:
// news has the order in which things happened. Call spread once it is not.
func (d *Desk) tell(it *item, ended chan struct{}) { d.news = append(d.news, news{it.c, ended}) }

// over tells that an item has ended or needs the person; the mutex is held.
func (d *Desk) over(it *item) {
	if it.told { // its ended is closed already
		d.tell(it, nil)
		return
	}
	it.told = true
	d.tell(it, it.ended)
}

// spread tells the news. Only one goroutine does at a time, so that nobody hears of an end before the beginning; a
// listener that makes more news is told of it when it has returned.
func (d *Desk) spread() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.telling {
		return
	}
	d.telling = true
	for len(d.news) > 0 {
		n := d.news[0]
		d.news = d.news[1:]
		d.mu.Unlock()
		d.Changed.Emit(n.c)
		if n.ended != nil {
			close(n.ended)
		}
		d.mu.Lock()
	}
	d.telling = false
}
