package profile

import (
	"hash/maphash"
	"slices"

	"ironage/probes/snmp"
)

// singles are what a device was asked for outside of tables while it was matched,
// list after list: all devices of a kind are asked the same. It is never changed.
type singles struct {
	after    *singles // what it was asked before; nil: nothing
	wanted   []cellAt
	cells    []cellAt       // those of them that it was not asked before
	question *snmp.Question // asks for cells; nil where they must be asked for one by one
}

type singlesKey struct {
	after *singles
	hash  uint64
}

// mostSingles bounds what is remembered of them.
const mostSingles = 256

// singlesAfter are the objects of a list that a device still has to be asked for.
func (l *Library) singlesAfter(after *singles, wanted []cellAt) *singles {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.singles == nil {
		l.seed, l.singles = maphash.MakeSeed(), map[singlesKey]*singles{}
	}
	key := singlesKey{after, hashed(l.seed, wanted)}
	if x := l.singles[key]; x != nil && slices.Equal(x.wanted, wanted) {
		return x
	}
	if len(l.singles) >= mostSingles {
		clear(l.singles)
	}
	x := &singles{after: after, wanted: slices.Clone(wanted)}
	had := map[cellAt]bool{}
	for old := after; old != nil; old = old.after {
		for _, c := range old.cells {
			had[c] = true
		}
	}
	for _, c := range wanted {
		if !had[c] {
			had[c] = true
			x.cells = append(x.cells, c)
		}
	}
	if len(x.cells) > 0 {
		x.question, _ = snmp.NewQuestion(oidsOf(x.cells), nil) // whoever asks in another way says what is wrong
	}
	l.singles[key] = x
	return x
}

// introduced is what decides which questions a device is asked.
type introduced struct{ descr, objectID string }

// introducedQuestions are those that clauses have for devices that introduce
// themselves like this.
func (l *Library) introducedQuestions(m Match) []cellAt {
	key := introduced{m.Descr, m.ObjectID}
	l.mu.Lock()
	cells, known := l.introduced[key]
	l.mu.Unlock()
	if known {
		return cells
	}
	cells = slices.Clip(l.questionsOf(func(c *Clause) bool { return c.introduced(m) })) // expressions run: others must not wait
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.introduced == nil {
		l.introduced = map[introduced][]cellAt{}
	} else if len(l.introduced) >= mostSingles {
		clear(l.introduced)
	}
	l.introduced[key] = cells
	return cells
}

func oidsOf(cells []cellAt) []snmp.OID {
	out := make([]snmp.OID, 0, len(cells)+askedBeside)
	for _, c := range cells {
		out = append(out, c.oid())
	}
	return out
}

// hashed is a number that equal cells in the same order have.
func hashed(seed maphash.Seed, cells []cellAt) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, c := range cells {
		_, _ = h.WriteString(string(c.col))
		_ = h.WriteByte(0)
		_, _ = h.WriteString(c.idx)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}
