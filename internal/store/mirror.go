package store

import (
	"bytes"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/fleet/change"
)

// mirror is the states that this process wrote or read, as the database has
// them. The collector writes a state and the desk beside it asks for it a
// moment later: what is here is given out as it is, instead of being decoded
// into a second copy, and it is what the next pulse follows. States are never
// changed once they were handed over.
//
// A state stands for a revision, which no two writes share: what another process
// wrote is never taken for ours. Everything here is right as of the revision
// seen; what other processes wrote since then is learnt by catchUp.
type mirror struct {
	reading sync.Mutex // one catches up at a time

	mu    sync.Mutex
	begun bool  // the journal was read from its beginning
	first int64 // up to which revision that was
	seen  int64
	// committing is the revision that this process is about to have in the
	// database: its states are here a moment later, and need not be read.
	committing int64

	all bool // every server has its state here, except those of behind
	by  map[string]*mirrored
	// behind are servers whose row must be read: another process wrote it.
	behind map[string]overtaken
	// waiting are the pulses of servers whose row was not read yet.
	waiting map[string][]waitingPulse
}

// mirrored is one server's state. Nobody writes to it except under the lock.
type mirrored struct {
	head   int64 // revision of the row or pulse that made it what it is
	whole  int64 // revision of its row
	oldest int64 // revision of the first pulse since then; 0: none
	pulses int
	since  time.Time // when the whole row was read
	state  *fleet.State
}

// overtaken is what is known of a server until its row is read again.
type overtaken struct {
	row  int64     // the revision that it has at least
	last *mirrored // what it was before; nil: that is not known
}

type waitingPulse struct {
	revision int64
	pulse
}

// position is up to where the mirror knows what was written.
func (m *mirror) position() (seen int64, begun bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seen, m.begun
}

// find gives what is known of a server.
func (m *mirror) find(server string) (mirrored, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if have := m.by[server]; have != nil {
		return *have, true
	}
	return mirrored{}, false
}

// overtake sets the states aside whose rows were written by others.
func (m *mirror) overtake(rows []writtenRow) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.behind == nil {
		m.behind = map[string]overtaken{}
	}
	for _, r := range rows {
		have, now := m.by[r.server], m.behind[r.server]
		if have != nil && have.head >= r.revision {
			continue
		}
		if have != nil {
			now.last = have
			delete(m.by, r.server)
		}
		now.row = max(now.row, r.revision)
		m.behind[r.server] = now
	}
}

// latest is the newest state of a server that is known: one that was overtaken
// just now is better than none.
func (m *mirror) latest(server string) (st *fleet.State, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.by[server]
	if e == nil {
		e = m.behind[server].last
	}
	if e == nil {
		return nil, false
	}
	return e.state, true
}

// follow moves a server's state on by a pulse of the journal, or keeps the pulse
// until the state is read.
func (m *mirror) follow(revision int64, p pulse) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if have := m.by[p.server]; have != nil {
		have.follow(revision, &p)
		return
	}
	if m.waiting == nil {
		m.waiting = map[string][]waitingPulse{}
	}
	p.delta = bytes.Clone(p.delta)
	m.waiting[p.server] = append(m.waiting[p.server], waitingPulse{revision, p})
}

func (e *mirrored) follow(revision int64, p *pulse) {
	if revision <= e.head {
		return
	}
	var next fleet.State
	err := change.ErrDelta
	if p.base == e.head {
		next, err = change.Apply(e.state, p.delta)
	}
	if err != nil {
		e.pulses = mostPulses // whoever writes next writes all of it
		return
	}
	e.state = &next
	e.moved(revision)
}

// moved notes that a pulse made the state what it is.
func (e *mirrored) moved(revision int64) {
	if e.oldest == 0 {
		e.oldest = revision
	}
	e.head = revision
	e.pulses++
}

// reached notes that everything up to a revision is known.
func (m *mirror) reached(revision int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.begun {
		m.begun, m.first = true, revision
	}
	m.seen = max(m.seen, revision)
}

// read takes a row as it was decoded from the database at some revision, moved
// on by the first of the pulses that wait for it. The state is kept unless
// another process may have overtaken it meanwhile; more is true when there are
// further pulses by now, and nothing was done.
func (m *mirror) read(server string, e mirrored, at int64, done int) (now mirrored, kept, more bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch have := m.by[server]; {
	case have != nil && have.head >= e.whole:
		return *have, true, false // somebody was faster
	case done < len(m.waiting[server]):
		return e, false, true
	case at < m.first || e.whole < m.behind[server].row:
		return e, false, false
	}
	m.put(server, e)
	return e, true, false
}

// pulsesOf are those that wait for the row of a server.
func (m *mirror) pulsesOf(server string) []waitingPulse {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.waiting[server]
}

// put makes a state that of its server. The lock is held.
func (m *mirror) put(server string, e mirrored) {
	if m.by == nil {
		m.by = map[string]*mirrored{}
	}
	m.by[server] = &e
	delete(m.behind, server)
	delete(m.waiting, server)
}

// missing are the servers among names whose states are not here.
func (m *mirror) missing(names []string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, name := range names {
		if m.by[name] == nil {
			out = append(out, name)
		}
	}
	return out
}

// lacking are the servers whose rows must be read before everything is here;
// known is false when that is not known yet.
func (m *mirror) lacking() (names []string, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name := range m.behind {
		names = append(names, name)
	}
	return names, m.all
}

// loaded notes that the servers of names are all that there are.
func (m *mirror) loaded(names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range names {
		if _, behind := m.behind[name]; m.by[name] == nil && !behind {
			return
		}
	}
	m.all = true
}

// changed are the states that changed after a revision, by name, and up to which
// revision they are known; ok is false when that is not at least until, or until
// just before what this process is writing.
func (m *mirror) changed(since, until int64) (states []fleet.State, seen int64, ok bool) {
	m.mu.Lock()
	known := m.seen >= until || m.seen == until-1 && m.committing == until
	if !m.all || len(m.behind) > 0 || !known {
		m.mu.Unlock()
		return nil, 0, false
	}
	states, seen = m.after(since), m.seen
	m.mu.Unlock()
	byName(states)
	return states, seen, true
}

// known are the states that changed after a revision and are here.
func (m *mirror) known(since int64) []fleet.State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.after(since)
}

func (m *mirror) after(since int64) []fleet.State {
	var newer []*mirrored
	for _, e := range m.by {
		if e.head > since {
			newer = append(newer, e)
		}
	}
	for _, v := range m.behind {
		if v.last != nil && v.last.head > since {
			newer = append(newer, v.last)
		}
	}
	out := make([]fleet.State, len(newer))
	for i, e := range newer {
		out[i] = *e.state
	}
	return out
}

func byName(states []fleet.State) {
	slices.SortFunc(states, func(a, b fleet.State) int { return strings.Compare(a.Server, b.Server) })
}

// wrote takes what this process wrote, once it is in the database.
func (m *mirror) wrote(revision int64, saves []saving) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range saves {
		v := &saves[i]
		server := v.state.Server
		have := m.by[server]
		if have != nil && have.head > revision || m.behind[server].row > revision {
			continue // another process wrote again, and a reader saw that already
		}
		switch {
		case v.how == whole:
			m.put(server, mirrored{head: revision, whole: revision, since: v.state.Updated, pulses: v.age, state: v.kept})
		case v.how == pulsed && have != nil:
			if have.state = v.kept; have.head < revision { // else a reader was faster
				have.moved(revision)
			}
		}
	}
	if m.seen == revision-1 {
		m.seen = revision
	}
	m.committing = 0
}

// commits notes that a revision is about to be in the database; wrote and
// committed that it is there and known, or never will be. Only who has the turn
// to write calls them.
func (m *mirror) commits(revision int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.committing = revision
}

func (m *mirror) committed() { m.commits(0) }

// awaits reports whether a revision is what this process is about to write: it
// may be in the database, but is not known here yet.
func (m *mirror) awaits(revision int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.committing == revision && revision > 0
}

// needed is the oldest revision of the journal that a server may still need.
func (m *mirror) needed(now int64) (oldest int64, sure bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.all || m.seen < now-1 {
		return 0, false
	}
	oldest = now
	for _, e := range m.by {
		if e.oldest > 0 {
			oldest = min(oldest, e.oldest)
		}
	}
	for _, waiting := range m.waiting {
		oldest = min(oldest, waiting[0].revision)
	}
	return oldest, true
}

// How old a whole row may be when a pulse is written after it, and when it is
// written anew though nobody polls its server any more: its pulses keep the
// journal from being pruned. Of the latter so many at once.
const (
	oldRow     = 15 * time.Minute
	agedRow    = 30 * time.Minute
	agedAtOnce = 32
)

// aged are states whose pulses are old.
func (m *mirror) aged(now time.Time) []mirrored {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []mirrored
	for _, e := range m.by {
		if age := now.Sub(e.since); e.oldest > 0 && (age > agedRow || age < -agedRow) {
			if out = append(out, *e); len(out) == agedAtOnce {
				break
			}
		}
	}
	return out
}

// spread is how many pulses a row counts as having already, so that the rows of
// servers that changed at the same moment are not all written anew at the same.
func spread(server string, revision int64) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(server))                                  // a hash takes everything
	return int((uint64(h.Sum32()) + uint64(revision)) % mostPulses) //nolint:gosec // revisions are never negative
}
