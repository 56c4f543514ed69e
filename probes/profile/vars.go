package profile

import (
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// cellAt addresses one object: a column and an index in it. Scalars are
// columns with the index "0" (or whatever follows the last dot).
type cellAt struct {
	col snmp.OID
	idx string
}

// oid is the whole object identifier; empty for what is no object.
func (c cellAt) oid() snmp.OID {
	if c.col == "" {
		return ""
	}
	if output, _, ok := member(c.col); ok {
		return output
	}
	return c.col.Append(c.idx)
}

// scalarAt splits a scalar object's OID at its last number.
func scalarAt(o snmp.OID) cellAt {
	i := strings.LastIndexByte(string(o), '.')
	if i < 0 {
		return cellAt{col: o}
	}
	return cellAt{o[:i], string(o[i+1:])}
}

// tableNeed is one table and the columns of it that a profile reads.
type tableNeed struct {
	entry   snmp.OID
	name    string
	columns []snmp.OID
	kinds   []fleet.Kind
	// guards are the clauses of which one must hold for the table to be read;
	// always tables are read anyway.
	guards []*Clause
	always bool
	// live columns are read as what can change by itself, fixed ones as what
	// cannot while the row is there.
	live, fixed []snmp.OID
	script      *Script // what the table is the output of, if it is one
}

// needs are all objects that a profile reads at an inventory.
type needs struct {
	tables  []*tableNeed
	scalars []cellAt
}

// column notes a column that a rule in the given scope reads.
func (n *needs) column(entry, col snmp.OID, at scope) {
	t := n.table(entry, at.name)
	t.add([]snmp.OID{col}, at.kinds)
	if at.live && !slices.Contains(t.live, col) {
		t.live = append(t.live, col)
	}
	if at.published == nil {
		t.always = true
	} else if !slices.Contains(t.guards, at.published) {
		t.guards = append(t.guards, at.published)
	}
}

// table finds or makes the entry's need.
func (n *needs) table(entry snmp.OID, name string) *tableNeed {
	if t := n.of(entry); t != nil {
		return t
	}
	t := &tableNeed{entry: entry, name: name}
	n.tables = append(n.tables, t)
	return t
}

func (t *tableNeed) add(columns []snmp.OID, kinds []fleet.Kind) {
	for _, col := range columns {
		if !slices.Contains(t.columns, col) {
			t.columns = append(t.columns, col)
		}
	}
	for _, k := range kinds {
		if !slices.Contains(t.kinds, k) {
			t.kinds = append(t.kinds, k)
		}
	}
}

func (n *needs) scalar(o snmp.OID) { n.cell(scalarAt(o)) }

func (n *needs) cell(c cellAt) {
	if !slices.Contains(n.scalars, c) {
		n.scalars = append(n.scalars, c)
	}
}

// finish puts columns in the order of the table, which is the cheapest for
// agents that walk.
func (n *needs) finish() {
	for _, t := range n.tables {
		slices.SortFunc(t.columns, snmp.OID.Compare)
	}
}

// of is the need for one table, or nil.
func (n *needs) of(entry snmp.OID) *tableNeed {
	for _, t := range n.tables {
		if t.entry == entry {
			return t
		}
	}
	return nil
}
