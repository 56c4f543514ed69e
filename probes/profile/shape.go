package profile

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"

	"ironage/probes/snmp"
)

// Shape is which objects an endpoint has, without their values; the zero Shape
// says nothing.
type Shape struct{ of *shape }

// Shape is that of the variables.
func (s *Shared) Shape(v *Vars) Shape {
	if v.base == nil {
		return Shape{s.shape(v)}
	}
	return Shape{v.base}
}

// shape is which rows of which columns of which tables there are, and the
// values of the first endpoint that had them. It is never changed.
type shape struct {
	tables  map[snmp.OID]*table
	columns []shapedColumn
	at      map[snmp.OID]int // places in columns
	room    int              // for the values of all columns, missing ones included
	example []stored         // the values that are not missing
}

type shapedColumn struct {
	oid   snmp.OID
	t     *table
	rows  int    // values that the column has, missing ones included
	holes []bool // which of them are missing; nil: none
	first int    // where its values begin in the shape's example
}

func (c *shapedColumn) has(row int) bool { return c.holes == nil || !c.holes[row] }

// place is where a value that is not missing stands in the shape's example.
func (c *shapedColumn) place(row int) int {
	at := c.first
	for r := range row {
		if c.has(r) {
			at++
		}
	}
	return at
}

// Shared holds what endpoints have in common: shapes and plans. It is safe for
// concurrent use.
type Shared struct {
	seed   maphash.Seed
	mu     sync.Mutex
	shapes map[uint64]*shape
	plans  map[uint64]*Plan
	hints  map[string][]hint // by what devices call themselves
	ahead  map[string]*ahead
}

// mostShared bounds what is remembered; what is forgotten lives on with those
// who hold it, unshared with newcomers.
const mostShared = 4096

// NewShared remembers nothing yet.
func NewShared() *Shared {
	return &Shared{seed: maphash.MakeSeed(), shapes: map[uint64]*shape{}, plans: map[uint64]*Plan{}, hints: map[string][]hint{}, ahead: map[string]*ahead{}}
}

// shape finds or makes the shape of variables.
func (s *Shared) shape(v *Vars) *shape {
	names := slices.Sorted(maps.Keys(v.cols))
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, col := range names {
		c := v.cols[col]
		_, _ = h.WriteString(string(col))
		for row := range c.values {
			if c.values[row].exists() {
				_, _ = h.WriteString(c.t.names[row])
			}
			_ = h.WriteByte(0)
		}
	}
	key := h.Sum64()
	s.mu.Lock()
	known := s.shapes[key]
	s.mu.Unlock()
	if known != nil && known.fits(v, names) {
		return known
	}
	made := newShape(v, names)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.shapes) >= mostShared {
		clear(s.shapes)
	}
	s.shapes[key] = made
	return made
}

// fits reports whether variables with these columns are of the shape.
func (s *shape) fits(v *Vars, names []snmp.OID) bool {
	if len(s.columns) != len(names) || len(s.tables) != len(v.tables) {
		return false
	}
	for entry, t := range v.tables {
		if x := s.tables[entry]; x == nil || !slices.Equal(x.names, t.names) {
			return false
		}
	}
	for i, col := range names {
		c, is := &s.columns[i], v.cols[col]
		if c.oid != col || c.rows != len(is.values) || !slices.Equal(c.t.names, is.t.names) {
			return false
		}
		for row := range is.values {
			if is.values[row].exists() != c.has(row) {
				return false
			}
		}
	}
	return true
}

func newShape(v *Vars, names []snmp.OID) *shape {
	s := &shape{tables: make(map[snmp.OID]*table, len(v.tables)), at: make(map[snmp.OID]int, len(names))}
	frozen := map[*table]*table{}
	freeze := func(t *table) *table {
		f := frozen[t]
		if f == nil {
			t.order()
			f = &table{rows: maps.Clone(t.rows), names: slices.Clone(t.names), sorted: slices.Clone(t.sorted), shared: true}
			frozen[t] = f
		}
		return f
	}
	for entry, t := range v.tables {
		s.tables[entry] = freeze(t)
	}
	for i, col := range names {
		c := v.cols[col]
		sc := shapedColumn{oid: col, t: freeze(c.t), rows: len(c.values), first: len(s.example)}
		for row, x := range c.values {
			switch {
			case x.exists():
				s.example = append(s.example, x)
			case sc.holes == nil:
				sc.holes = make([]bool, sc.rows)
				fallthrough
			default:
				sc.holes[row] = true
			}
		}
		s.at[col], s.room = i, s.room+sc.rows
		s.columns = append(s.columns, sc)
	}
	return s
}

// place puts a value where the shape has one; false where it has none.
func (v *Vars) place(at cellAt, x stored) bool {
	if v.base == nil {
		return false
	}
	i, ok := v.base.at[at.col]
	if !ok {
		return false
	}
	c := &v.base.columns[i]
	row, ok := c.t.rows[at.idx]
	if !ok || row >= c.rows || !c.has(row) {
		return false
	}
	v.list[i].values[row] = x
	return true
}

// whole reports whether there is a value wherever the shape has one.
func (v *Vars) whole() bool {
	if v.base == nil {
		return false
	}
	for i := range v.base.columns {
		for row, x := range v.list[i].values {
			if x.exists() != v.base.columns[i].has(row) {
				return false
			}
		}
	}
	return true
}
