package packed

import (
	"encoding/binary"
	"math"
	"math/bits"
	"reflect"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"ironage/internal/fleet"
)

// encoder writes one document. Texts, times and evidence that were written
// before are written as a number.
type encoder struct {
	out   []byte
	bad   bool // JSON must say it
	texts map[string]uint64
	times []time.Time
	seen  map[said]uint64
	keys  []string
}

// said is evidence without its time.
type said struct {
	oid, value, meaning, profile string
	role                         fleet.Role
	line                         int
}

var encoders = sync.Pool{New: func() any { return &encoder{texts: map[string]uint64{}, seen: map[said]uint64{}} }}

func (e *encoder) release() {
	clear(e.texts)
	clear(e.seen)
	clear(e.keys)
	e.out, e.bad, e.times, e.keys = nil, false, e.times[:0], e.keys[:0]
	encoders.Put(e)
}

func (e *encoder) uvarint(v uint64) { e.out = binary.AppendUvarint(e.out, v) }

func (e *encoder) varint(v int64) { e.out = binary.AppendVarint(e.out, v) }

func (p *plan) encode(e *encoder, v reflect.Value) {
	switch p.kind {
	case kindText:
		e.text(v.String())
	case kindWord:
		e.text(p.words.text(v.Uint()))
	case kindAnswer:
		a := v.Uint()
		if e.bool(a != 0); a != 0 {
			e.bool(a == uint64(fleet.Yes))
		}
	case kindBool:
		e.bool(v.Bool())
	case kindWhole:
		e.varint(v.Int())
	case kindFloat:
		e.float(v.Float())
	case kindTime:
		e.time(*v.Addr().Interface().(*time.Time)) //nolint:errcheck // the plan knows
	case kindHealth:
		e.uvarint(v.Uint())
	case kindSeen:
		e.evidence(*v.Addr().Interface().(*fleet.Seen)) //nolint:errcheck // the plan knows
	case kindTrend:
		e.trend(v.Addr().Interface().(*fleet.Trend)) //nolint:errcheck // the plan knows
	case kindOneOf:
		if v.IsNil() {
			e.bool(false)
			return
		}
		e.bool(true)
		p.elem.encode(e, v.Elem())
	case kindList:
		e.list(p, v)
	case kindMap:
		e.keyed(p, v)
	case kindStruct:
		e.fields(p, v)
	}
}

// fields writes which fields say anything, and then those.
func (e *encoder) fields(p *plan, v reflect.Value) {
	var there uint64
	for i := range p.fields {
		if f := &p.fields[i]; !f.plan.empty(v.Field(f.index)) {
			there |= 1 << i
		}
	}
	e.uvarint(there)
	for ; there != 0; there &= there - 1 {
		f := &p.fields[bits.TrailingZeros64(there)]
		f.plan.encode(e, v.Field(f.index))
	}
}

// empty reports whether a value is its type's zero.
func (p *plan) empty(v reflect.Value) bool {
	switch p.kind {
	case kindText:
		return v.Len() == 0
	case kindMap:
		return p.ordered() && v.Field(0).Len() == 0 || !p.ordered() && v.IsNil()
	case kindList, kindOneOf:
		return v.IsNil()
	case kindTime:
		return v.Addr().Interface().(*time.Time).IsZero() //nolint:errcheck // the plan knows
	case kindSeen:
		return v.Addr().Interface().(*fleet.Seen).IsZero() //nolint:errcheck // the plan knows
	case kindTrend:
		return false
	case kindStruct:
		for i := range p.fields {
			if f := &p.fields[i]; !f.plan.empty(v.Field(f.index)) {
				return false
			}
		}
		return true
	case kindFloat:
		return math.Float64bits(v.Float()) == 0
	}
	return v.IsZero()
}

func (e *encoder) bool(v bool) {
	if v {
		e.out = append(e.out, 1)
		return
	}
	e.out = append(e.out, 0)
}

func (e *encoder) text(s string) {
	if n, ok := e.texts[s]; ok {
		e.uvarint(n)
		return
	}
	e.texts[s] = uint64(len(e.texts) + 1)
	e.bad = e.bad || !utf8.ValidString(s)
	e.out = append(e.out, 0)
	e.uvarint(uint64(len(s)))
	e.out = append(e.out, s...)
}

// float writes a number; readings have few digits, so their last bits are zeros.
func (e *encoder) float(v float64) {
	e.bad = e.bad || math.IsNaN(v) || math.IsInf(v, 0)
	e.uvarint(bits.ReverseBytes64(math.Float64bits(v)))
}

const minute = 60

// zone is how far the clock of a time is from UTC, in seconds.
func zone(t time.Time) int {
	if t.Location() == time.UTC {
		return 0
	}
	_, offset := t.Zone()
	return offset
}

// near is how far back a time is looked for.
const near = 8

func (e *encoder) time(t time.Time) {
	from := max(0, len(e.times)-near)
	for i := len(e.times) - 1; i >= from; i-- {
		if w := e.times[i]; w == t || w.Equal(t) && zone(w) == zone(t) { //nolint:staticcheck // most are, and that asks no zone
			e.uvarint(uint64(len(e.times) - i)) //nolint:gosec // one of the near ones
			return
		}
	}
	z := zone(t)
	if y := t.Year(); y < 0 || y > 9999 || z%minute != 0 {
		e.bad = true
	}
	e.times = append(e.times, t)
	e.out = append(e.out, 0)
	e.varint(t.Unix())
	e.uvarint(uint64(t.Nanosecond())) //nolint:gosec // never negative
	e.varint(int64(z / minute))
}

func (e *encoder) evidence(s fleet.Seen) {
	w := said{s.OID(), s.Value(), s.Meaning(), s.Profile(), s.Role(), s.Line()}
	if n, ok := e.seen[w]; ok {
		e.uvarint(n)
	} else {
		e.seen[w] = uint64(len(e.seen) + 1)
		e.out = append(e.out, 0)
		e.text(w.oid)
		e.text(w.value)
		e.text(w.meaning)
		e.text(w.profile)
		e.text(w.role.String())
		e.varint(int64(w.line))
	}
	e.time(s.Time())
}

// trend writes values as hundredths, where they are; else as they are.
func (e *encoder) trend(t *fleet.Trend) {
	e.text(t.Unit().String())
	values, gaps := t.Values(), t.Gaps()
	rough := false
	for _, v := range values {
		n := math.Round(v * 100)
		rough = rough || !(math.Abs(v) < 1<<40) || math.Float64bits(n/100) != math.Float64bits(v)
	}
	e.bool(rough)
	e.length(len(values), values == nil)
	before := int64(0)
	for _, v := range values {
		if rough {
			e.float(v)
			continue
		}
		n := int64(math.Round(v * 100))
		e.varint(n - before)
		before = n
	}
	e.time(t.Last())
	e.length(len(gaps), gaps == nil)
	for _, g := range gaps {
		e.time(g.From)
		e.time(g.To)
	}
}

// length writes how long a list is; one that is nil is told from an empty one.
func (e *encoder) length(n int, none bool) {
	if none {
		e.out = append(e.out, 0)
		return
	}
	e.bad = e.bad || n > mostItems
	e.uvarint(uint64(n) + 1) //nolint:gosec // a length
}

func (e *encoder) list(p *plan, v reflect.Value) {
	e.length(v.Len(), v.IsNil())
	for i := range v.Len() {
		p.elem.encode(e, v.Index(i))
	}
}

// keyed writes a map in the order of its keys, so that equal states are written alike.
func (e *encoder) keyed(p *plan, v reflect.Value) {
	if p.ordered() {
		e.ordered(p, v.Field(0), v.Field(1))
		return
	}
	e.length(v.Len(), v.IsNil())
	from := len(e.keys)
	for it := v.MapRange(); it.Next(); {
		e.keys = append(e.keys, it.Key().String())
	}
	keys := e.keys[from:]
	slices.Sort(keys)
	item := reflect.New(p.elem.typ).Elem()
	key := reflect.New(p.typ.Key()).Elem()
	for _, k := range keys {
		e.text(k)
		key.SetString(k)
		item.Set(v.MapIndex(key))
		p.elem.encode(e, item)
	}
	e.keys = e.keys[:from]
}

// ordered writes a map whose keys are in order already.
func (e *encoder) ordered(p *plan, names, values reflect.Value) {
	e.length(names.Len(), false)
	for i := range names.Len() {
		e.text(names.Index(i).String())
		p.elem.encode(e, values.Index(i))
	}
}
