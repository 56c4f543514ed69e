package fleet

import (
	"maps"
	"slices"
	"time"
)

// Entry is one server of a Snapshot: the inventory's word and the probes' word.
type Entry struct {
	Server Server
	State  State // zero State (health unknown) until the first read
	// BeingRead means that what is known of the server was not read from the
	// store yet: State has name, health and time only, and what it lacks says nothing.
	BeingRead bool
	// Maintenance is the window that covers the server; nil: none does.
	Maintenance *Maintenance
}

// Snapshot is an immutable, indexed view of the whole fleet. Build the next
// one with With; the entries that did not change are shared. Nobody may write
// to anything reachable from a Snapshot.
type Snapshot struct {
	// Revision grows with every change of the store that it shows.
	Revision int64
	// Time is when it was built.
	Time    time.Time
	entries []*Entry // sorted by name
	index   map[string]int
	counts  [len(healthNames)]int
}

// NewSnapshot builds a snapshot of entries, sorted by server name. A later
// entry of the same name replaces an earlier one.
func NewSnapshot(revision int64, at time.Time, entries []Entry) *Snapshot {
	byName := make(map[string]*Entry, len(entries))
	for i := range entries {
		byName[entries[i].Server.Name] = entries[i].alone()
	}
	return build(revision, at, byName)
}

// alone is a copy that no list keeps alive: in a list of entries that changed
// together, the one that does not change again for hours would keep all that the
// others were.
func (e *Entry) alone() *Entry {
	own := *e
	return &own
}

func build(revision int64, at time.Time, byName map[string]*Entry) *Snapshot {
	s := &Snapshot{Revision: revision, Time: at, index: make(map[string]int, len(byName))}
	names := slices.Sorted(maps.Keys(byName))
	s.entries = make([]*Entry, len(names))
	for i, n := range names {
		s.entries[i] = byName[n]
		s.index[n] = i
		s.counts[byName[n].State.Health]++
	}
	return s
}

// With returns the next snapshot: changed replaces or adds entries, removed
// names go. Unchanged entries are shared with s.
func (s *Snapshot) With(revision int64, at time.Time, changed []Entry, removed ...string) *Snapshot {
	if len(removed) == 0 && s.holdsAll(changed) {
		next := &Snapshot{Revision: revision, Time: at, index: s.index, entries: slices.Clone(s.entries), counts: s.counts}
		for i := range changed {
			e := changed[i].alone()
			at := next.index[e.Server.Name]
			next.counts[next.entries[at].State.Health]--
			next.counts[e.State.Health]++
			next.entries[at] = e
		}
		return next
	}
	byName := make(map[string]*Entry, len(s.entries)+len(changed))
	for _, e := range s.entries {
		byName[e.Server.Name] = e
	}
	for i := range changed {
		byName[changed[i].Server.Name] = changed[i].alone()
	}
	for _, n := range removed {
		delete(byName, n)
	}
	return build(revision, at, byName)
}

func (s *Snapshot) holdsAll(changed []Entry) bool {
	for i := range changed {
		if _, ok := s.index[changed[i].Server.Name]; !ok {
			return false
		}
	}
	return true
}

// Len is the number of servers.
func (s *Snapshot) Len() int { return len(s.entries) }

// At returns the i-th server in order of name.
func (s *Snapshot) At(i int) *Entry { return s.entries[i] }

// Find returns the server of that name, or nil.
func (s *Snapshot) Find(name string) *Entry {
	if i, ok := s.index[name]; ok {
		return s.entries[i]
	}
	return nil
}

// All iterates over the servers in order of name.
func (s *Snapshot) All() func(yield func(*Entry) bool) {
	return func(yield func(*Entry) bool) {
		for _, e := range s.entries {
			if !yield(e) {
				return
			}
		}
	}
}

// Count is the number of servers of health h.
func (s *Snapshot) Count(h Health) int {
	if int(h) >= len(s.counts) {
		return 0
	}
	return s.counts[h]
}
