package profile

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"time"

	"ironage/probes/snmp"
)

// Packed are the variables of one endpoint between two reads: what tells them
// from those of the first endpoint of their shape. Ten thousand servers are of
// a few hundred shapes, and of a shape most names, models and limits are the
// same.
type Packed struct {
	shape   *shape
	values  string
	taken   time.Time
	partial map[snmp.OID]bool
}

// Pack packs variables. They must not be used any more: their room serves the
// next ones.
func (s *Shared) Pack(v *Vars) Packed {
	of := v.base
	if of == nil {
		of = s.shape(v)
	}
	out := make([]byte, 0, 512)
	same, at := 0, 0
	for _, c := range of.columns {
		values := v.of(c.oid).values
		for row := range c.rows {
			if !c.has(row) {
				continue
			}
			if values[row] == of.example[at] {
				same++
			} else {
				out = values[row].append(binary.AppendUvarint(out, uint64(same))) //nolint:gosec // a count
				same = 0
			}
			at++
		}
	}
	p := Packed{shape: of, values: string(out), taken: v.Taken}
	if len(v.partial) > 0 {
		p.partial = v.partial
	}
	v.release()
	return p
}

// room is what the variables of one endpoint stand in while it is read.
type room struct {
	values  []stored
	columns []column // cut from values
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// release gives back what fresh took.
func (v *Vars) release() {
	if of := v.room; of != nil {
		clear(of.values)
		clear(of.columns)
		rooms.Put(of)
		*v = Vars{}
	}
}

// fresh are variables of a shape, all missing yet.
func (s *shape) fresh() *Vars {
	of, _ := rooms.Get().(*room)
	of.values = slices.Grow(of.values[:0], s.room)[:s.room]
	of.columns = of.columns[:0]
	at := 0
	for _, c := range s.columns {
		of.columns = append(of.columns, column{t: c.t, values: of.values[at : at+c.rows : at+c.rows]})
		at += c.rows
	}
	return &Vars{base: s, list: of.columns, room: of, partial: map[snmp.OID]bool{}}
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
	v := p.shape.fresh()
	v.Taken = p.taken
	maps.Copy(v.partial, p.partial)
	u := unpacker{text: p.values}
	next, at := -1, 0
	for i, c := range p.shape.columns {
		for row := range c.rows {
			if !c.has(row) {
				continue
			}
			if next < 0 && u.at < len(u.text) {
				next = at + int(u.uvarint()) //nolint:gosec // what Pack wrote
			}
			if next == at {
				v.list[i].values[row], next = u.stored(), -1
			} else {
				v.list[i].values[row] = p.shape.example[at]
			}
			at++
		}
	}
	return v
}
