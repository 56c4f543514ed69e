package collect

import "slices"

// lanes hands out a bounded number of slots. Tasks whose time has come wait
// here: those that somebody asked for first; those whose devices called, in half
// of the slots, because a whole site may call at once; then site by site, the site with
// the least in flight first, so that one slow site cannot delay another; and
// endpoints that did not answer last time only in a quarter of the slots, so
// that the dead do not hold what the living wait for.
type lanes struct {
	slots  int
	urgent []*task
	hinted []*task
	sites  map[string][]*task
	order  []string // of sites, for a fair and repeatable choice
	slow   []*task

	inFlight, slowInFlight, hintedInFlight int
	siteInFlight                           map[string]int
	isSlow, isHinted                       map[*task]bool // of those in flight
}

func newLanes(slots int) *lanes {
	return &lanes{slots: slots, sites: map[string][]*task{}, siteInFlight: map[string]int{}, isSlow: map[*task]bool{}, isHinted: map[*task]bool{}}
}

// add lets a task wait for a slot.
func (l *lanes) add(t *task) {
	site := t.server.Site
	switch {
	case t.urgent:
		l.urgent = append(l.urgent, t)
	case t.hinted:
		l.hinted = append(l.hinted, t)
	case t.misses > 0:
		l.slow = append(l.slow, t)
	default:
		if _, ok := l.sites[site]; !ok {
			l.order = append(l.order, site)
		}
		l.sites[site] = append(l.sites[site], t)
	}
}

// next takes the task that may start now, or nil.
func (l *lanes) next() *task {
	if l.inFlight >= l.slots {
		return nil
	}
	t := l.pick()
	if t == nil {
		return nil
	}
	l.inFlight++
	t.site = t.server.Site
	l.siteInFlight[t.site]++
	switch {
	case t.urgent:
	case t.hinted:
		l.hintedInFlight++
		l.isHinted[t] = true
	case t.misses > 0:
		l.slowInFlight++
		l.isSlow[t] = true
	}
	return t
}

func (l *lanes) pick() *task {
	if len(l.urgent) > 0 {
		t := l.urgent[0]
		l.urgent = l.urgent[1:]
		return t
	}
	if len(l.hinted) > 0 && l.hintedInFlight < max(1, l.slots/2) {
		t := l.hinted[0]
		l.hinted = l.hinted[1:]
		return t
	}
	// With several sites, none may fill more than three quarters.
	most := l.slots
	if len(l.order) > 1 {
		most = max(1, l.slots*3/4)
	}
	best := ""
	found := false
	for _, site := range l.order {
		if len(l.sites[site]) == 0 || l.siteInFlight[site] >= most {
			continue
		}
		if !found || l.siteInFlight[site] < l.siteInFlight[best] {
			best, found = site, true
		}
	}
	if found {
		t := l.sites[best][0]
		l.sites[best] = l.sites[best][1:]
		return t
	}
	if len(l.slow) > 0 && l.slowInFlight < max(1, l.slots/4) {
		t := l.slow[0]
		l.slow = l.slow[1:]
		return t
	}
	return nil
}

// done gives a task's slot back.
func (l *lanes) done(t *task) {
	l.inFlight--
	l.siteInFlight[t.site]--
	if l.isSlow[t] {
		l.slowInFlight--
		delete(l.isSlow, t)
	}
	if l.isHinted[t] {
		l.hintedInFlight--
		delete(l.isHinted, t)
	}
}

// drop takes a waiting task out.
func (l *lanes) drop(t *task) {
	is := func(x *task) bool { return x == t }
	l.urgent = slices.DeleteFunc(l.urgent, is)
	l.hinted = slices.DeleteFunc(l.hinted, is)
	l.slow = slices.DeleteFunc(l.slow, is)
	for site := range l.sites {
		l.sites[site] = slices.DeleteFunc(l.sites[site], is)
	}
}
