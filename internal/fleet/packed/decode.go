package packed

import (
	"encoding/binary"
	"math"
	"math/bits"
	"reflect"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// decoder reads one document. It never trusts a length.
type decoder struct {
	rest   []byte
	bad    bool
	texts  []string
	times  []time.Time
	seen   []fleet.Seen
	values []float64
	// common are texts of earlier documents, which say mostly the same.
	common map[string]string
}

const mostCommon = 1 << 13

var decoders = sync.Pool{New: func() any { return &decoder{common: map[string]string{}} }}

func (d *decoder) release() {
	clear(d.texts)
	clear(d.seen)
	if len(d.common) == mostCommon {
		clear(d.common)
	}
	*d = decoder{texts: d.texts[:0], times: d.times[:0], seen: d.seen[:0], values: d.values, common: d.common}
	decoders.Put(d)
}

func (d *decoder) fail() { d.bad, d.rest = true, nil }

func (d *decoder) end() error {
	if d.bad || len(d.rest) > 0 {
		return ErrPacked
	}
	return nil
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1) //nolint:gosec // zigzag, as binary.Varint
}

func (d *decoder) byte() byte {
	if len(d.rest) == 0 {
		d.fail()
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

// count is a number of things, each of which takes a byte at least.
func (d *decoder) count(most int) int {
	n := d.uvarint()
	if n > uint64(min(most, len(d.rest))) { //nolint:gosec // lengths
		d.fail()
		return 0
	}
	return int(n) //nolint:gosec // bounded above
}

// mostItems is how long a list may be: a damaged document must not claim memory
// that it does not fill.
const mostItems = 1 << 16

// length is what encoder.length wrote.
func (d *decoder) length() (n int, none bool) {
	v := d.uvarint()
	if v == 0 {
		return 0, true
	}
	if v-1 > uint64(min(len(d.rest), mostItems)) { //nolint:gosec // a length
		d.fail()
		return 0, true
	}
	return int(v - 1), false //nolint:gosec // bounded above
}

func (d *decoder) bytes(most int) []byte {
	n := d.count(most)
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (p *plan) decode(d *decoder, v reflect.Value) {
	switch p.kind {
	case kindText:
		v.SetString(d.text())
	case kindWord:
		v.SetUint(p.words.number(d.text()))
	case kindAnswer:
		if d.byte() != 0 {
			v.SetUint(uint64(fleet.AnswerOf(d.byte() != 0)))
		}
	case kindBool:
		v.SetBool(d.byte() != 0)
	case kindWhole:
		v.SetInt(d.varint())
	case kindFloat:
		v.SetFloat(d.float())
	case kindTime:
		*v.Addr().Interface().(*time.Time) = d.time() //nolint:errcheck // the plan knows
	case kindHealth:
		v.SetUint(d.health())
	case kindSeen:
		*v.Addr().Interface().(*fleet.Seen) = d.evidence() //nolint:errcheck // the plan knows
	case kindTrend:
		*v.Addr().Interface().(*fleet.Trend) = d.trend() //nolint:errcheck // the plan knows
	case kindOneOf:
		if d.byte() != 0 {
			own := reflect.New(p.elem.typ)
			p.elem.decode(d, own.Elem())
			v.Set(own)
		}
	case kindList:
		if n, none := d.length(); !none {
			own := reflect.MakeSlice(p.typ, n, n)
			for i := 0; i < n && !d.bad; i++ {
				p.elem.decode(d, own.Index(i))
			}
			v.Set(own)
		}
	case kindMap:
		d.keyed(p, v)
	case kindStruct:
		there := d.uvarint()
		for ; there != 0 && !d.bad; there &= there - 1 {
			i := bits.TrailingZeros64(there)
			if i >= len(p.fields) {
				d.fail()
				return
			}
			f := &p.fields[i]
			f.plan.decode(d, v.Field(f.index))
		}
	}
}

func (d *decoder) keyed(p *plan, v reflect.Value) {
	n, none := d.length()
	if none {
		return
	}
	if p.ordered() {
		d.ordered(p, n, v.Field(0), v.Field(1))
		return
	}
	own := reflect.MakeMapWithSize(p.typ, n)
	key := reflect.New(p.typ.Key()).Elem()
	item := reflect.New(p.elem.typ).Elem()
	for i := 0; i < n && !d.bad; i++ {
		key.SetString(d.text())
		item.SetZero()
		p.elem.decode(d, item)
		own.SetMapIndex(key, item)
	}
	v.Set(own)
}

// ordered reads a map that is kept in the order of its keys, as it was written.
func (d *decoder) ordered(p *plan, n int, names, values reflect.Value) {
	keys, own := make([]string, n), reflect.MakeSlice(values.Type(), n, n)
	for i := 0; i < n && !d.bad; i++ {
		if keys[i] = d.text(); i > 0 && keys[i] <= keys[i-1] {
			d.fail()
		}
		p.elem.decode(d, own.Index(i))
	}
	names.Set(reflect.ValueOf(keys))
	values.Set(own)
}

func (d *decoder) text() string {
	switch n := d.uvarint(); {
	case n == 0:
		b := d.bytes(len(d.rest))
		s, ok := d.common[string(b)] // makes nothing
		if !ok {
			s = string(b)
			if len(d.common) < mostCommon {
				d.common[s] = s
			}
		}
		d.texts = append(d.texts, s)
		return s
	case n <= uint64(len(d.texts)):
		return d.texts[n-1]
	}
	d.fail()
	return ""
}

func (d *decoder) float() float64 {
	v := math.Float64frombits(bits.ReverseBytes64(d.uvarint()))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		d.fail()
		return 0
	}
	return v
}

func (d *decoder) health() uint64 {
	h := d.uvarint()
	if h > uint64(fleet.Absent) {
		d.fail()
		return 0
	}
	return h
}

func (d *decoder) time() time.Time {
	if n := d.uvarint(); n > 0 {
		if n > uint64(len(d.times)) {
			d.fail()
			return time.Time{}
		}
		return d.times[uint64(len(d.times))-n]
	}
	seconds, nanos, z := d.varint(), d.uvarint(), d.varint()
	if nanos >= 1e9 || z <= -24*60 || z >= 24*60 {
		d.fail()
		return time.Time{}
	}
	t := time.Unix(seconds, int64(nanos)) //nolint:gosec // bounded above
	switch offset := int(z) * minute; {
	case offset == 0:
		t = t.UTC()
	case zone(t) != offset: // not this machine's own
		t = t.In(time.FixedZone("", offset))
	}
	if y := t.Year(); y < 0 || y > 9999 {
		d.fail()
		return time.Time{}
	}
	d.times = append(d.times, t)
	return t
}

func (d *decoder) evidence() fleet.Seen {
	n := d.uvarint()
	if n > uint64(len(d.seen)) {
		d.fail()
		return fleet.Seen{}
	}
	if n == 0 {
		s := fleet.SeenOf(d.words())
		d.seen = append(d.seen, s)
		n = uint64(len(d.seen))
	}
	s := d.seen[n-1].At(d.time())
	d.seen[n-1] = s // of the next time, which is mostly of the same zone
	return s
}

// words is evidence without its time.
func (d *decoder) words() (e fleet.Evidence) {
	e.OID, e.Value, e.Meaning, e.Profile, e.Role = d.text(), d.text(), d.text(), d.text(), fleet.RoleOf(d.text())
	e.Line = int(d.varint())
	return e
}

func (d *decoder) trend() fleet.Trend {
	unit := fleet.UnitOf(d.text())
	values := d.numbers()
	last := d.time()
	n, none := d.length()
	if none {
		return fleet.TrendOf(unit, values, last)
	}
	gaps := make([]fleet.TrendGap, n)
	for i := range gaps {
		gaps[i] = fleet.TrendGap{From: d.time(), To: d.time()}
	}
	return fleet.TrendOf(unit, values, last, gaps...)
}

// numbers are the values of a trend, lent until the next.
func (d *decoder) numbers() []float64 {
	rough := d.byte() != 0
	n, none := d.length()
	if none {
		return nil
	}
	if d.values == nil {
		d.values = make([]float64, 0, fleet.TrendLength)
	}
	d.values = d.values[:0]
	before := int64(0)
	for range n {
		if rough {
			d.values = append(d.values, d.float())
			continue
		}
		before += d.varint()
		d.values = append(d.values, float64(before)/100)
	}
	return d.values
}
