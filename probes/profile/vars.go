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

func (c cellAt) oid() snmp.OID { return c.col.Append(c.idx) }

// scalarAt splits a scalar object's OID at its last number.
func scalarAt(o snmp.OID) cellAt {
	i := strings.LastIndexByte(string(o), '.')
	if i < 0 {
		return cellAt{col: o}
	}
	return cellAt{o[:i], string(o[i+1:])}
}

// Vars are the raw variables of one endpoint, kept between reads: an
// inventory fills them, a status read overlays the live ones. They are not
// safe for concurrent use.
type Vars struct {
	cols map[snmp.OID]map[string]snmp.Value
	// partial are the tables that were not read whole.
	partial map[snmp.OID]bool
}

// NewVars returns an empty set of variables.
func NewVars() *Vars {
	return &Vars{cols: map[snmp.OID]map[string]snmp.Value{}, partial: map[snmp.OID]bool{}}
}

// Len is the number of variables held.
func (v *Vars) Len() int {
	n := 0
	for _, c := range v.cols {
		n += len(c)
	}
	return n
}

func (v *Vars) set(at cellAt, val snmp.Value) {
	if !val.Exists() {
		if c := v.cols[at.col]; c != nil {
			delete(c, at.idx)
		}
		return
	}
	c := v.cols[at.col]
	if c == nil {
		c = map[string]snmp.Value{}
		v.cols[at.col] = c
	}
	c[at.idx] = val
}

func (v *Vars) get(at cellAt) cell {
	val, ok := v.cols[at.col][at.idx]
	if !ok {
		return cell{oid: at.oid()}
	}
	return cellOf(val, at.oid())
}

// rows are the indexes for which any of the columns has a value, in the order
// of the index numbers: agents do not answer in a dependable order.
func (v *Vars) rows(columns []snmp.OID) []string {
	seen := map[string]bool{}
	var out []string
	for _, col := range columns {
		for idx := range v.cols[col] {
			if !seen[idx] {
				seen[idx] = true
				out = append(out, idx)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return snmp.OID(a).Compare(snmp.OID(b)) })
	return out
}

// tableNeed is one table and the columns of it that a profile reads.
type tableNeed struct {
	entry   snmp.OID
	name    string
	columns []snmp.OID
	kinds   []fleet.Kind
}

// needs are all objects that a profile reads at an inventory.
type needs struct {
	tables  []*tableNeed
	scalars []cellAt
}

func (n *needs) column(entry, col snmp.OID, name string, kinds []fleet.Kind) {
	i := slices.IndexFunc(n.tables, func(t *tableNeed) bool { return t.entry == entry })
	if i < 0 {
		i = len(n.tables)
		n.tables = append(n.tables, &tableNeed{entry: entry, name: name})
	}
	t := n.tables[i]
	if !slices.Contains(t.columns, col) {
		t.columns = append(t.columns, col)
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
