package store

import (
	"bytes"
	"maps"
	"slices"
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
	// wrote are the servers whose states this process wrote, by revision.
	wrote map[int64][]string
}

// mostWrote is how many revisions back it is known what this process wrote:
// the desk asks several times a second.
const mostWrote = 256

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
	if k.by[st.Server].revision < revision { // else somebody reads what is past
		k.by[st.Server] = keptState{revision, &own}
	}
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

// all notes that the states of a revision are these and no others.
func (k *kept) all(revision int64, servers []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.wrote == nil {
		k.wrote = map[int64][]string{}
	}
	k.wrote[revision] = servers
	if len(k.wrote) > mostWrote {
		maps.DeleteFunc(k.wrote, func(r int64, _ []string) bool { return r <= revision-mostWrote/2 })
	}
}

// since gives the states that changed after a revision, by name, when this
// process wrote every revision since: then the database need not be asked.
func (k *kept) since(since, until int64) ([]fleet.State, bool) {
	if until-since > mostWrote {
		return nil, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []fleet.State
	for r := since + 1; r <= until; r++ {
		servers, ok := k.wrote[r]
		if !ok {
			return nil, false
		}
		for _, name := range servers {
			have := k.by[name]
			if have.revision < r || have.revision > until { // forgotten, or not yet to be seen
				return nil, false
			}
			if have.revision == r { // else its turn comes
				out = append(out, *have.state)
			}
		}
	}
	slices.SortFunc(out, func(a, b fleet.State) int { return strings.Compare(a.Server, b.Server) })
	return out, true
}

// drop forgets states whose rows were not written after all, and what was
// noted about the revision that they would have had.
func (k *kept) drop(revision int64, states []fleet.State) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.wrote, revision)
	for i := range states {
		delete(k.by, states[i].Server)
	}
}

// isText reports whether nothing of a document had to be replaced because it
// was no text.
func isText(doc []byte) bool { return !bytes.Contains(doc, []byte(`\ufffd`)) }
