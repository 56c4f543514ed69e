package store

import (
	"strings"
	"sync"

	"ironage/internal/fleet"
)

// kept are the states that this process wrote or read last, by server. The
// collector writes a state and the desk beside it asks for it a moment later:
// what is kept is given out as it is, instead of being decoded into a second
// copy. States are never changed once they were handed over.
//
// A state stands for a row by the row's revision, which no two writes share:
// what another process wrote is never taken for ours.
type kept struct {
	mu sync.Mutex
	by map[string]keptState
}

type keptState struct {
	revision int64
	state    *fleet.State
}

// keep remembers the state behind a row. It may be called before the row is
// committed, because nobody sees its revision until then.
func (k *kept) keep(revision int64, st *fleet.State) {
	own := *st
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil {
		k.by = map[string]keptState{}
	}
	k.by[st.Server] = keptState{revision, &own}
}

// find gives the state of a row, when it is kept.
func (k *kept) find(server string, revision int64) *fleet.State {
	k.mu.Lock()
	defer k.mu.Unlock()
	if have := k.by[server]; have.revision == revision {
		return have.state
	}
	return nil
}

// drop forgets states whose rows were not written after all.
func (k *kept) drop(states []fleet.State) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range states {
		delete(k.by, states[i].Server)
	}
}

// isText reports whether nothing of a document had to be replaced because it
// was no text.
func isText(doc string) bool { return !strings.Contains(doc, `\ufffd`) }
