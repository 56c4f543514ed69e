package profile

import (
	"hash/maphash"
	"slices"

	"ironage/probes/snmp"
)

// single is a list of objects outside of tables, with the question that asks for
// them: all devices of a kind are asked the same.
type single struct {
	cells    []cellAt
	question *snmp.Question
}

// mostSingles bounds what is remembered of such lists.
const mostSingles = 256

// question asks for single objects of profiles, in their order; nil where they
// must be asked for one by one.
func (l *Library) question(cells []cellAt) *snmp.Question {
	if len(cells) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.singles == nil {
		l.seed, l.singles = maphash.MakeSeed(), map[uint64]*single{}
	}
	key := hashed(l.seed, cells)
	if x := l.singles[key]; x != nil && slices.Equal(x.cells, cells) {
		return x.question
	}
	if len(l.singles) >= mostSingles {
		clear(l.singles)
	}
	x := &single{cells: slices.Clone(cells)}
	x.question, _ = snmp.NewQuestion(oidsOf(cells), nil) // whoever asks in another way says what is wrong
	l.singles[key] = x
	return x.question
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
