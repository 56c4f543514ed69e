package profile

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"ironage/probes/snmp"
)

// Packed are the variables of one endpoint between two reads: the values in a
// row, and the rows and columns that they belong to shared with every endpoint
// that has the same. Ten thousand servers are of a few hundred shapes.
type Packed struct {
	shape   *shape
	values  string
	taken   time.Time
	partial map[snmp.OID]bool
}

// shape is which columns of which tables there are. It is never changed.
type shape struct {
	tables  map[snmp.OID]*table
	columns []shapedColumn
}

type shapedColumn struct {
	oid  snmp.OID
	t    *table
	rows int // values that the column has, missing ones included
}

// Shared holds what endpoints have in common: shapes and plans. It is safe for
// concurrent use.
type Shared struct {
	mu     sync.Mutex
	shapes map[string]*shape
	plans  map[string]Plan
}

// mostShared bounds what is remembered; what is forgotten lives on with those
// who hold it, unshared with newcomers.
const mostShared = 4096

// NewShared remembers nothing yet.
func NewShared() *Shared { return &Shared{shapes: map[string]*shape{}, plans: map[string]Plan{}} }

// Pack packs variables. They must not be changed any more.
func (s *Shared) Pack(v *Vars) Packed {
	if v.base == nil {
		v.base = s.shape(v)
	}
	out := make([]byte, 0, 4096)
	for _, c := range v.base.columns {
		values := v.cols[c.oid].values
		for row := range c.rows {
			var x stored
			if row < len(values) {
				x = values[row]
			}
			out = x.append(out)
		}
	}
	return Packed{shape: v.base, values: string(out), taken: v.Taken, partial: v.partial}
}

// append writes kind, number and octets.
func (x stored) append(out []byte) []byte {
	out = append(out, byte(x.kind))
	switch x.kind {
	case snmp.OctetString, snmp.ObjectID, snmp.IPAddress:
		out = binary.AppendUvarint(out, uint64(len(x.octets)))
		return append(out, x.octets...)
	case snmp.Opaque:
		out = binary.AppendVarint(out, x.num)
		out = binary.AppendUvarint(out, uint64(len(x.octets)))
		return append(out, x.octets...)
	case snmp.Null, snmp.NoSuchObject, snmp.NoSuchInstance, snmp.EndOfMibView:
		return out
	}
	return binary.AppendVarint(out, x.num)
}

// unpacker reads what append wrote.
type unpacker struct {
	text string
	at   int
}

func (u *unpacker) varint() int64 {
	x := u.uvarint()
	return int64(x>>1) ^ -int64(x&1) //nolint:gosec // zigzag, as encoding/binary has it
}

func (u *unpacker) uvarint() uint64 {
	var x uint64
	for shift := 0; ; shift += 7 {
		b := u.text[u.at]
		u.at++
		if x |= uint64(b&0x7f) << shift; b < 0x80 {
			return x
		}
	}
}

func (u *unpacker) octets() string {
	n := int(u.uvarint()) //nolint:gosec // what append wrote
	u.at += n
	return u.text[u.at-n : u.at]
}

func (u *unpacker) stored() stored {
	x := stored{kind: snmp.Type(u.text[u.at])}
	u.at++
	switch x.kind {
	case snmp.OctetString, snmp.ObjectID, snmp.IPAddress:
		x.octets = u.octets()
	case snmp.Opaque:
		x.num = u.varint()
		x.octets = u.octets()
	case snmp.Null, snmp.NoSuchObject, snmp.NoSuchInstance, snmp.EndOfMibView:
	default:
		x.num = u.varint()
	}
	return x
}

// Empty reports whether nothing was packed.
func (p Packed) Empty() bool { return p.shape == nil }

// Unpack makes variables that may be read and overlaid.
func (p Packed) Unpack() *Vars {
	v := &Vars{Taken: p.taken, partial: maps.Clone(p.partial), base: p.shape,
		cols: make(map[snmp.OID]*column, len(p.shape.columns)), tables: maps.Clone(p.shape.tables)}
	total := 0
	for _, c := range p.shape.columns {
		total += c.rows
	}
	all, columns := make([]stored, total), make([]column, len(p.shape.columns))
	u := unpacker{text: p.values}
	for i, c := range p.shape.columns {
		values := all[:c.rows:c.rows]
		all = all[c.rows:]
		for row := range values {
			values[row] = u.stored()
		}
		columns[i] = column{t: c.t, values: values}
		v.cols[c.oid] = &columns[i]
	}
	return v
}

// shape finds or makes the shape of variables.
func (s *Shared) shape(v *Vars) *shape {
	names := slices.Sorted(maps.Keys(v.cols))
	entries := make(map[*table]snmp.OID, len(v.tables))
	for entry, t := range v.tables {
		entries[t] = entry
	}
	var key strings.Builder
	described := map[*table]bool{}
	for _, col := range names {
		c := v.cols[col]
		key.WriteString(string(col) + "\x00" + string(entries[c.t]) + "\x00")
		key.WriteByte(byte(min(len(c.values), 255)))
		if !described[c.t] {
			described[c.t] = true
			key.WriteString(strings.Join(c.t.names, "\x01"))
		}
		key.WriteByte('\n')
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.shapes[key.String()]; known != nil && known.fits(v, names) {
		return known
	}
	made := newShape(v, names)
	if len(s.shapes) >= mostShared {
		clear(s.shapes)
	}
	s.shapes[key.String()] = made
	return made
}

// fits guards against long columns, which the key does not tell apart.
func (s *shape) fits(v *Vars, names []snmp.OID) bool {
	for i, col := range names {
		if s.columns[i].rows != len(v.cols[col].values) {
			return false
		}
	}
	return true
}

func newShape(v *Vars, names []snmp.OID) *shape {
	s := &shape{tables: make(map[snmp.OID]*table, len(v.tables))}
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
	for _, col := range names {
		c := v.cols[col]
		s.columns = append(s.columns, shapedColumn{oid: col, t: freeze(c.t), rows: len(c.values)})
	}
	return s
}

// Plan is p, or an equal plan that other endpoints have too.
func (s *Shared) Plan(p Plan) Plan {
	p.oids = p.asked()
	var key strings.Builder
	for _, o := range p.oids {
		key.WriteString(string(o) + "\n")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.plans[key.String()]; ok && slices.Equal(known.tables, p.tables) && slices.Equal(known.scripts, p.scripts) && slices.Equal(known.cells, p.cells) {
		return known
	}
	if len(s.plans) >= mostShared {
		clear(s.plans)
	}
	s.plans[key.String()] = p
	return p
}
