package collect

import (
	"slices"

	"ironage/internal/fleet"
)

// lanes hands out a bounded number of slots. Tasks whose time has come wait
// here: those that somebody asked for first; those whose devices called, in half
// of the slots, because a whole site may call at once; then site by site, the site with
// the least in flight first, so that one slow site cannot delay another. Status
// reads go before inventories, but neither may hold more than three quarters of
// the slots while the other waits. Endpoints that did not answer last time, and
// those that keep their slot too long, are asked beside the slots: the dead do
// not hold what the living wait for. Of the silent, those with the fewest misses
// go first: who missed one answer is probably there, and should not wait for a
// dark site.
type lanes struct {
	slots  int
	urgent []*task
	hinted []*task
	sites  map[string]*siteQueue
	order  []string   // of sites, for a fair and repeatable choice
	slow   [3][]*task // the silent: missed once, twice, more often
	slowly int        // of slow, how many were begun

	held         [laneCount]int // of those in flight, by lane
	siteInFlight map[string]int // of those that hold a slot
}

// siteQueue are the tasks of a site that wait.
type siteQueue struct{ status, full []*task }

// lane is by what right a task is in flight.
type lane uint8

const (
	laneNone   lane = iota // not in flight
	laneUrgent             // somebody asked for it
	laneHinted             // its device called
	laneStatus
	laneFull
	laneSlow   // it was silent last time
	laneBeside // it had a slot, and took too long
	laneCount
)

// besideMost is how many tasks for each slot may go on without one.
const besideMost = 2

// mostInFlight is how many tasks so many slots have in flight at most: with them
// those beside.
func mostInFlight(slots int) int { return slots + share(slots, 1) + besideMost*slots }

func newLanes(slots int) *lanes {
	return &lanes{slots: slots, sites: map[string]*siteQueue{}, siteInFlight: map[string]int{}}
}

// add lets a task wait for a slot.
func (l *lanes) add(t *task) {
	switch {
	case t.urgent:
		l.urgent = append(l.urgent, t)
	case t.hinted:
		l.hinted = append(l.hinted, t)
	case t.misses > 0:
		q := &l.slow[min(t.misses, len(l.slow))-1]
		*q = append(*q, t)
	default:
		q := l.sites[t.server.Site]
		if q == nil {
			q = &siteQueue{}
			l.sites[t.server.Site] = q
			l.order = append(l.order, t.server.Site)
		}
		if t.full {
			q.full = append(q.full, t)
		} else {
			q.status = append(q.status, t)
		}
	}
}

// next takes the task that may start now, or nil.
func (l *lanes) next() *task {
	if l.taken() < l.slots {
		if t, as := l.pick(); t != nil {
			return l.begin(t, as)
		}
	}
	if l.held[laneSlow] < share(l.slots, 1) {
		if t := l.pickSlow(); t != nil {
			return l.begin(t, laneSlow)
		}
	}
	return nil
}

// pickSlow chooses the next of the silent, of those that missed fewest. Every
// fourth is one of those that missed most, and every eighth one of those between:
// they may be back.
func (l *lanes) pickSlow() *task {
	from := 0
	switch {
	case l.slowly%4 == 3:
		from = len(l.slow) - 1
	case l.slowly%8 == 5:
		from = 1
	}
	for i := range l.slow {
		i = (from + i) % len(l.slow)
		if len(l.slow[i]) > 0 {
			l.slowly++
			return first(&l.slow[i])
		}
	}
	return nil
}

func (l *lanes) begin(t *task, as lane) *task {
	l.held[as]++
	t.lane, t.site = as, t.server.Site
	if as.slot() {
		l.siteInFlight[t.site]++
	}
	return t
}

// slot reports whether a task in this lane holds a slot.
func (l lane) slot() bool { return l != laneNone && l != laneSlow && l != laneBeside }

// taken is how many slots are.
func (l *lanes) taken() int {
	return l.held[laneUrgent] + l.held[laneHinted] + l.held[laneStatus] + l.held[laneFull]
}

// share is so many quarters of the slots.
func share(slots, quarters int) int { return max(1, slots*quarters/4) }

func first(list *[]*task) *task {
	t := (*list)[0]
	(*list)[0] = nil
	*list = (*list)[1:]
	return t
}

// pick chooses who gets the next free slot.
func (l *lanes) pick() (*task, lane) {
	if len(l.urgent) > 0 {
		return first(&l.urgent), laneUrgent
	}
	if len(l.hinted) > 0 && l.held[laneHinted] < share(l.slots, 2) {
		return first(&l.hinted), laneHinted
	}
	status := l.site(func(q *siteQueue) []*task { return q.status })
	full := l.site(func(q *siteQueue) []*task { return q.full })
	most := share(l.slots, 3)
	all := full != nil && l.held[laneFull] < most
	switch {
	case status == nil && !all:
		return nil, laneNone
	case status != nil && (!all || l.before(status, full, most)):
		return first(&status.status), laneStatus
	}
	return first(&full.full), laneFull
}

// before reports whether a status read goes before an inventory. Shares of very
// few slots say nothing: there, whoever waits longer does.
func (l *lanes) before(status, full *siteQueue, most int) bool {
	if l.slots < 4 {
		return !full.full[0].due.Before(status.status[0].due)
	}
	return l.held[laneStatus] < most
}

// site is the waiting site with the least in flight. With several sites, none may
// fill more than three quarters.
func (l *lanes) site(waiting func(*siteQueue) []*task) *siteQueue {
	most := l.slots
	if len(l.order) > 1 {
		most = share(l.slots, 3)
	}
	var best *siteQueue
	least := most
	for _, site := range l.order {
		if n := l.siteInFlight[site]; n < least && len(waiting(l.sites[site])) > 0 {
			best, least = l.sites[site], n
		}
	}
	return best
}

// aside takes the slot from a task that has held it for too long; it goes on
// without one, as long as not too many do.
func (l *lanes) aside(t *task) {
	if !t.lane.slot() || l.held[laneBeside] >= besideMost*l.slots {
		return
	}
	l.done(t)
	l.begin(t, laneBeside)
}

// done gives back what a task held.
func (l *lanes) done(t *task) {
	if t.lane.slot() {
		l.siteInFlight[t.site]--
	}
	l.held[t.lane]--
	t.lane = laneNone
}

// drop takes a waiting task out.
func (l *lanes) drop(t *task) {
	is := func(x *task) bool { return x == t }
	l.urgent = slices.DeleteFunc(l.urgent, is)
	l.hinted = slices.DeleteFunc(l.hinted, is)
	for i := range l.slow {
		l.slow[i] = slices.DeleteFunc(l.slow[i], is)
	}
	for _, q := range l.sites {
		q.status = slices.DeleteFunc(q.status, is)
		q.full = slices.DeleteFunc(q.full, is)
	}
}

// inFlight is how many are being asked, and how many of them beside the slots.
func (l *lanes) inFlight() (all, beside int) {
	beside = l.held[laneSlow] + l.held[laneBeside]
	return l.taken() + beside, beside
}

// waiting is how many wait, by why.
func (l *lanes) waiting() fleet.LaneLoad {
	n := fleet.LaneLoad{Asked: len(l.urgent), Called: len(l.hinted)}
	for _, q := range l.slow {
		n.Silent += len(q)
	}
	for _, q := range l.sites {
		n.Status += len(q.status)
		n.Inventory += len(q.full)
	}
	return n
}
