package profile

import (
	"encoding/hex"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ironage/probes/snmp"
)

// Vars are the raw variables of one endpoint, kept between reads: an
// inventory fills them, a status read overlays the live ones. They are kept for
// every endpoint of a fleet, so they are packed: each table's indexes once, each
// column as a slice. They are not safe for concurrent use.
type Vars struct {
	// Taken is when the inventory was read: the time of everything that a
	// status read does not ask for again. Zero means "now".
	Taken time.Time
	// partial are the tables that were not read whole.
	partial map[snmp.OID]bool
	// base is whose tables and columns these are, list their values in its order.
	// After a change of what there is, base is nil, and cols and tables say it.
	base   *shape
	list   []column
	room   *room // what list stands in, if it is given back
	cols   map[snmp.OID]*column
	tables map[snmp.OID]*table // by entry; scalars under ""
}

// table numbers the rows that the columns of one table share.
type table struct {
	rows   map[string]int
	names  []string
	sorted []int // row numbers in the order of the indexes; nil when out of date
	shared bool  // belongs to a shape: must not be changed
}

type column struct {
	t      *table
	values []stored
}

// stored is an snmp.Value without the fields that its type does not use, and
// without holding on to the packet that it came in.
type stored struct {
	kind   snmp.Type
	num    int64
	octets string
}

func store(v snmp.Value) stored {
	s := stored{kind: v.Type, num: v.Num, octets: string(v.Octets)}
	switch v.Type {
	case snmp.Counter64:
		s.num = int64(v.Unsigned)
	case snmp.Opaque:
		s.num = int64(math.Float64bits(v.Float))
	}
	return s
}

func (s stored) exists() bool { return s.kind != snmp.Null && s.kind < snmp.NoSuchObject }

func (s stored) value() snmp.Value {
	v := snmp.Value{Type: s.kind, Num: s.num, Octets: []byte(s.octets)}
	switch s.kind {
	case snmp.Counter64:
		v.Unsigned = uint64(s.num)
	case snmp.Opaque:
		v.Float = math.Float64frombits(uint64(s.num))
	}
	return v
}

// text is snmp.Value.Text without copying what is text already.
func (s stored) text() string {
	switch s.kind {
	case snmp.Integer, snmp.Counter32, snmp.Gauge32, snmp.TimeTicks:
		return strconv.FormatInt(s.num, 10)
	case snmp.ObjectID, snmp.IPAddress:
		return s.octets
	case snmp.OctetString:
		if t := trimmed(s.octets); utf8.ValidString(t) {
			return t
		}
		return hex.EncodeToString([]byte(s.octets))
	}
	return s.value().Text()
}

// trimmed is a text without the blanks and padding around it.
func trimmed(s string) string {
	for s != "" && padding(s[0]) {
		s = s[1:]
	}
	for s != "" && padding(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func padding(b byte) bool { return b == ' ' || b == 0 || b == '\t' || b == '\r' || b == '\n' }

// number is snmp.Value.Number of what is no octet string.
func (s stored) number() (float64, bool) {
	switch s.kind {
	case snmp.Integer, snmp.Counter32, snmp.Gauge32, snmp.TimeTicks:
		return float64(s.num), true
	}
	return s.value().Number()
}

// NewVars returns an empty set of variables.
func NewVars() *Vars {
	return &Vars{partial: map[snmp.OID]bool{}, cols: map[snmp.OID]*column{}, tables: map[snmp.OID]*table{}}
}

// Len is the number of variables held.
func (v *Vars) Len() int {
	n := 0
	for c := range v.all() {
		for i := range c.values {
			if c.values[i].exists() {
				n++
			}
		}
	}
	return n
}

// all are the columns, in no order.
func (v *Vars) all() iter.Seq[*column] {
	return func(yield func(*column) bool) {
		if v.base == nil {
			for _, c := range v.cols {
				if !yield(c) {
					return
				}
			}
			return
		}
		for i := range v.list {
			if !yield(&v.list[i]) {
				return
			}
		}
	}
}

// of is a column, nil when there is none.
func (v *Vars) of(col snmp.OID) *column {
	if v.base == nil {
		return v.cols[col]
	}
	if i, ok := v.base.at[col]; ok {
		return &v.list[i]
	}
	return nil
}

// loosen lets the variables be of another shape from here on.
func (v *Vars) loosen() {
	if v.base == nil {
		return
	}
	v.cols, v.tables = make(map[snmp.OID]*column, len(v.list)+8), maps.Clone(v.base.tables)
	for i, c := range v.base.columns {
		v.cols[c.oid] = &v.list[i]
	}
	v.base = nil
}

func (v *Vars) table(entry snmp.OID) *table {
	if v.base != nil {
		if t := v.base.tables[entry]; t != nil {
			return t
		}
		v.loosen()
	}
	t := v.tables[entry]
	if t == nil {
		t = &table{rows: map[string]int{}}
		v.tables[entry] = t
	}
	return t
}

// column finds or makes a column of a table; what was read of it one by one
// before moves along.
func (v *Vars) column(col, entry snmp.OID) *column {
	t := v.table(entry)
	old := v.of(col)
	if old != nil && old.t == t {
		return old
	}
	v.loosen()
	c := &column{t: t}
	v.cols[col] = c
	if old != nil {
		for i, s := range old.values {
			if s.exists() {
				v.put(c, old.t.names[i], s)
			}
		}
	}
	return c
}

// own makes a table that is shared with other endpoints this one's own.
func (v *Vars) own(t *table) {
	mine := &table{rows: maps.Clone(t.rows), names: slices.Clone(t.names)}
	for entry, x := range v.tables {
		if x == t {
			v.tables[entry] = mine
		}
	}
	for _, c := range v.cols {
		if c.t == t {
			c.t = mine
		}
	}
}

// drop forgets a column.
func (v *Vars) drop(col snmp.OID) {
	if v.of(col) != nil {
		v.loosen()
		delete(v.cols, col)
	}
}

func (v *Vars) put(c *column, index string, s stored) {
	row, ok := c.t.rows[index]
	if !ok {
		if !s.exists() {
			return
		}
		v.loosen()
		if c.t.shared {
			v.own(c.t)
		}
		row = len(c.t.names)
		index = strings.Clone(index) // not the whole object identifier
		c.t.rows[index] = row
		c.t.names = append(c.t.names, index)
		c.t.sorted = nil
	}
	if row >= len(c.values) {
		if !s.exists() {
			return
		}
		v.loosen()
		c.values = append(c.values, make([]stored, row+1-len(c.values))...)
	}
	if s.exists() != c.values[row].exists() {
		v.loosen()
	}
	c.values[row] = s
}

func (v *Vars) set(at cellAt, val snmp.Value) {
	c := v.of(at.col)
	if c == nil {
		if !val.Exists() {
			return
		}
		c = v.column(at.col, "")
	}
	if !val.Exists() {
		val = snmp.Value{}
	}
	v.put(c, at.idx, store(val))
}

func (v *Vars) get(at cellAt) cell { return cellOf(v.stored(at), at) }

func (v *Vars) stored(at cellAt) stored {
	c := v.of(at.col)
	if c == nil {
		return stored{}
	}
	row, ok := c.t.rows[at.idx]
	if !ok || row >= len(c.values) {
		return stored{}
	}
	return c.values[row]
}

// has reports whether a column has any value.
func (v *Vars) has(col snmp.OID) bool {
	c := v.of(col)
	return c != nil && slices.ContainsFunc(c.values, stored.exists)
}

// columns stores what a walk of a table's columns gave. Variables outside of
// the columns asked for are noise of the agent and dropped.
func (v *Vars) columns(entry snmp.OID, asked []snmp.OID, got []snmp.Variable) {
	for _, x := range got {
		for _, col := range asked {
			if x.OID.Under(col) {
				v.put(v.column(col, entry), x.OID.Index(col), store(x.Value))
				break
			}
		}
	}
}

// rowsOf are the indexes for which any of the columns has a value, in the order
// of the index numbers: agents do not answer in a dependable order.
func (v *Vars) rowsOf(columns []snmp.OID) []string {
	rows, _ := v.listed(columns)
	return rows
}

// listed is rowsOf and, where the rows are all those of one table in its own
// order, that table: the n-th is number n there.
func (v *Vars) listed(columns []snmp.OID) ([]string, *table) {
	var out []string
	var seen []*table
	room := [16]*column{}
	for i, first := range columns {
		c := v.of(first)
		if c == nil || slices.Contains(seen, c.t) {
			continue
		}
		seen = append(seen, c.t)
		beside := append(room[:0], c) // the columns of this table
		alone := len(seen) == 1
		for _, col := range columns[i+1:] {
			if x := v.of(col); x != nil && x.t == c.t {
				beside = append(beside, x)
			} else if x != nil {
				alone = false
			}
		}
		order := c.t.order()
		if whole := c.t.asListed(beside, order); whole != nil && alone {
			return whole, c.t
		}
		if out == nil {
			out = make([]string, 0, len(order))
		}
		for _, row := range order {
			if anyAt(beside, row) {
				out = append(out, c.t.names[row])
			}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	if len(seen) > 1 {
		slices.SortFunc(out, compareIndexes)
		out = slices.Compact(out)
	}
	return out, nil
}

// asListed are a table's rows where they are listed in order and none of them is
// empty; else nil.
func (t *table) asListed(columns []*column, order []int) []string {
	for i, row := range order {
		if row != i || !anyAt(columns, row) {
			return nil
		}
	}
	return t.names[:len(order):len(order)]
}

func anyAt(columns []*column, row int) bool {
	for _, c := range columns {
		if row < len(c.values) && c.values[row].exists() {
			return true
		}
	}
	return false
}

func compareIndexes(a, b string) int { return snmp.OID(a).Compare(snmp.OID(b)) }

func (t *table) order() []int {
	if t.sorted == nil {
		t.sorted = make([]int, len(t.names))
		for i := range t.sorted {
			t.sorted[i] = i
		}
		slices.SortFunc(t.sorted, func(a, b int) int { return compareIndexes(t.names[a], t.names[b]) })
	}
	return t.sorted
}
