package profile

import (
	"maps"
	"slices"
	"sync"

	"ironage/probes/snmp"
)

// kin is what all devices that the same profiles fit have in common: what is
// read of them, and in which order.
type kin struct {
	needs
	profiles       []*Profile
	agent, scripts []*tableNeed
	// columns are those of the agent's tables in the order of the object tree.
	columns []kinColumn
	// single are the objects outside of tables, with those by which a device
	// introduces itself; named those of them that must be asked by their name.
	single []cellAt
	named  map[cellAt]bool

	mu      sync.Mutex
	agendas map[agendaKey]*agenda
	lessons map[*shape]*lesson
}

type kinColumn struct {
	oid   snmp.OID
	table *tableNeed
	// alone columns lie in one another, so that what follows one cell says
	// nothing about the next: their tables are walked.
	alone bool
	fixed bool
	live  bool
}

// mostAgendas bounds what is worked out once for many.
const mostAgendas = 64

func newKin(profiles []*Profile) *kin {
	k := &kin{profiles: profiles, agendas: map[agendaKey]*agenda{}, lessons: map[*shape]*lesson{}, named: map[cellAt]bool{}}
	for _, p := range profiles {
		for _, c := range p.needs.scalars {
			k.cell(c)
		}
		for _, t := range p.needs.tables {
			sum := k.table(t.entry, p.Name+" "+t.name)
			sum.add(t.columns, t.kinds)
			sum.guards = append(sum.guards, t.guards...)
			sum.always = sum.always || t.always
			sum.script = t.script
			sum.live, sum.fixed = append(sum.live, t.live...), append(sum.fixed, t.fixed...)
		}
	}
	k.finish()
	k.agent, k.scripts = apart(k.tables)
	for _, t := range k.agent {
		for _, col := range t.columns {
			live := slices.Contains(t.live, col)
			k.columns = append(k.columns, kinColumn{oid: col, table: t, live: live, fixed: !live && slices.Contains(t.fixed, col)})
		}
	}
	slices.SortStableFunc(k.columns, func(a, b kinColumn) int { return a.oid.Compare(b.oid) })
	var nested []*tableNeed
	for i := range k.columns {
		for j := i + 1; j < len(k.columns) && (k.columns[j].oid == k.columns[i].oid || k.columns[j].oid.Under(k.columns[i].oid)); j++ {
			nested = append(nested, k.columns[i].table, k.columns[j].table)
		}
	}
	own := make(map[snmp.OID]bool, len(k.columns))
	for i := range k.columns {
		k.columns[i].alone = slices.Contains(nested, k.columns[i].table)
		own[k.columns[i].oid] = true
	}
	all := needs{scalars: slices.Clone(k.scalars)}
	for _, o := range []snmp.OID{sysDescr, sysObjectID, sysName, upTime} {
		all.scalar(o)
	}
	k.single = all.scalars
	for _, c := range k.single {
		// What stands before a script's name may be another script, and a column
		// of a table has its own way.
		k.named[c] = own[c.col] || c.col == extendStorage || before(c) == ""
	}
	return k
}

// family is what the match has in common with others.
func (m Match) family() *kin {
	if m.kin != nil {
		return m.kin
	}
	return newKin(m.Profiles)
}

// needs are those of all matched profiles together; a table that two profiles
// share is read once.
func (m Match) needs() needs {
	n := m.family().needs
	n.scalars = slices.Clip(n.scalars)
	return n
}

// lesson is what a strict reading taught about the objects between the columns
// that are read: they are the same on every device of a shape.
type lesson struct {
	// follows are the columns whose first cell is what follows the last cell of
	// the column before.
	follows map[int]bool
	// explicit are empty columns that must be asked for, because something that
	// is not read lies before them.
	explicit map[int]bool
	// ends are what the answers behind columns took, where they are long.
	ends map[int]int
}

// taught is what one reading teaches.
type taught struct {
	follows, parted, explicit []int
	ends                      map[int]int
}

// knows reports whether a reading teaches nothing new.
func (l *lesson) knows(r *taught) bool {
	for _, i := range r.follows {
		if l.follows[i] == slices.Contains(r.parted, i) {
			return false
		}
	}
	for _, i := range r.parted {
		if l.follows[i] {
			return false
		}
	}
	for _, i := range r.explicit {
		if !l.explicit[i] {
			return false
		}
	}
	for i, size := range r.ends {
		if size > l.ends[i] {
			return false
		}
	}
	return true
}

// learned is what is known about a shape.
func (k *kin) learned(s *shape) lesson {
	if l := k.lessons[s]; l != nil {
		return *l
	}
	return lesson{}
}

// learn adds to what is known about a shape.
func (k *kin) learn(s *shape, r *taught) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old := k.learned(s)
	if old.knows(r) {
		return
	}
	now := &lesson{follows: cloned(old.follows), explicit: cloned(old.explicit), ends: cloned(old.ends)}
	for _, i := range r.follows {
		now.follows[i] = true
	}
	for _, i := range r.parted {
		delete(now.follows, i)
	}
	for _, i := range r.explicit {
		now.explicit[i] = true
	}
	for i, size := range r.ends {
		now.ends[i] = max(now.ends[i], size)
	}
	if len(k.lessons) >= mostAgendas {
		clear(k.lessons)
	}
	k.lessons[s] = now
	for key := range k.agendas {
		if key.shape == s {
			delete(k.agendas, key)
		}
	}
}

func cloned[V any](m map[int]V) map[int]V {
	out := make(map[int]V, len(m))
	maps.Copy(out, m)
	return out
}

// agenda finds or makes the agenda of a shape. leave are tables that are not
// on it.
func (k *kin) agenda(s *shape, strict bool, leave map[*tableNeed]bool) *agenda {
	mask := make([]byte, len(k.agent))
	for i, t := range k.agent {
		if leave[t] {
			mask[i] = 1
		}
	}
	key := agendaKey{s, strict, string(mask)}
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.agendas[key]; a != nil {
		return a
	}
	if len(k.agendas) >= mostAgendas {
		clear(k.agendas)
	}
	a := k.plan(s, strict, leave)
	k.agendas[key] = a
	return a
}
