package profile

import (
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"ironage/internal/fleet"
)

// memo remembers what the devices of a fleet say over and over: ten thousand
// servers are of a few hundred models, and between two reads of one hardly
// anything changes. It is of fixed size: everything has one place in it, and what
// comes later displaces what was there. What is found is compared whole before it
// is used, so that it only ever saves work. It keeps nothing alive of what it is
// asked with, what it gives is shared and must not be written to, and it is safe
// for concurrent use.
type memo struct {
	seed maphash.Seed

	asked      [1 << 14]atomic.Pointer[asked]
	quoted     [1 << 13]atomic.Pointer[quotation]
	matches    [1 << 12]atomic.Pointer[match]
	texts      [1 << 12]atomic.Pointer[string]
	numbers    [1 << 12]atomic.Pointer[float64]
	wholes     [1 << 10]atomic.Pointer[int64]
	limits     [1 << 10]atomic.Pointer[fleet.Limits]
	attributes [1 << 12]atomic.Pointer[named[string, string]]
	counters   [1 << 12]atomic.Pointer[named[*float64, float64]]
	lives      [1 << 7]atomic.Pointer[liveCells]
	// before are the names and values asked for last at a place: what is asked for
	// once, because it names one part of one machine, is not worth a place.
	before [1 << 12]atomic.Uint64
}

func newMemo() *memo { return &memo{seed: maphash.MakeSeed()} }

// asked is what a source of health said of a value in a row.
type asked struct {
	source *HealthSource
	role   fleet.Role
	index  string
	raw    stored
	said   said
	ok     bool
}

// wording is what evidence is made of, apart from its time.
type wording struct {
	at              cellAt
	raw             stored
	text            string // where there is nothing raw
	meaning, source string
	line            int
	role            fleet.Role
}

// quotation is the evidence that was made of it.
type quotation struct {
	wording
	seen fleet.Seen
}

func (m *memo) place(q *wording) *atomic.Pointer[quotation] {
	h := mixed(m.hash(q.at.idx), uint64(q.line)) //nolint:gosec // any bits will do
	h = mixed(h, uint64(q.raw.num)^m.hash(q.raw.octets))
	h = mixed(h, m.hash(q.text)^m.hash(q.meaning))
	return &m.quoted[h%uint64(len(m.quoted))]
}

// match is what the expression of a field made of a text.
type match struct {
	field    *Field
	from, to string
	ok       bool
}

// matched is what a field's expression leaves of a text; not ok where it does
// not fit.
func (m *memo) matched(f *Field, text string) (string, bool) {
	if m == nil || len(text) > maxRemembered {
		return f.matched(text)
	}
	place := &m.matches[mixed(m.hash(text), uint64(f.Line)<<16|uint64(f.Pos.Column))%uint64(len(m.matches))] //nolint:gosec // any bits will do
	if have := place.Load(); have != nil && have.field == f && have.from == text {
		return have.to, have.ok
	}
	text = strings.Clone(text)
	to, ok := f.matched(text)
	place.Store(&match{f, text, to, ok})
	return to, ok
}

// named are the attributes or counters that a rule found.
type named[V, F any] struct {
	rule   *Rule
	values []V
	fields map[string]F
}

// mixed spreads a number over all bits.
func mixed(h, x uint64) uint64 {
	h ^= x
	h = (h ^ h>>32) * 0x9e3779b97f4a7c15 // of small numbers as floats only the highest bits differ
	return h ^ h>>29
}

func (m *memo) hash(s string) uint64 { return maphash.String(m.seed, s) }

// text is a text that was put together, as a string.
func (m *memo) text(b []byte) string {
	if m == nil || len(b) > maxRemembered {
		return string(b)
	}
	at := &m.texts[maphash.Bytes(m.seed, b)%uint64(len(m.texts))]
	if have := at.Load(); have != nil && *have == string(b) {
		return *have
	}
	s := string(b)
	at.Store(&s)
	return s
}

// maxRemembered is how long texts may be to be remembered; longer ones are
// nobody else's.
const maxRemembered = 128

// number is a pointer to a number.
func (m *memo) number(n float64) *float64 {
	if m == nil {
		return &n
	}
	bits := math.Float64bits(n)
	at := &m.numbers[mixed(0, bits)%uint64(len(m.numbers))]
	if have := at.Load(); have != nil && math.Float64bits(*have) == bits {
		return have
	}
	at.Store(&n)
	return &n
}

// whole is a pointer to a whole number.
func (m *memo) whole(n int64) *int64 {
	if m == nil {
		return &n
	}
	at := &m.wholes[mixed(0, uint64(n))%uint64(len(m.wholes))]
	if have := at.Load(); have != nil && *have == n {
		return have
	}
	at.Store(&n)
	return &n
}

// limit is a pointer to limits, whose numbers came from number.
func (m *memo) limit(l fleet.Limits) *fleet.Limits {
	if m == nil {
		return &l
	}
	h := uint64(0)
	for _, p := range [...]*float64{l.WarnLow, l.WarnHigh, l.CritLow, l.CritHigh} {
		if h = mixed(h, 1); p != nil {
			h = mixed(h, math.Float64bits(*p))
		}
	}
	at := &m.limits[h%uint64(len(m.limits))]
	if have := at.Load(); have != nil && *have == l {
		return have
	}
	at.Store(&l)
	return &l
}

// attributed are a rule's attributes as a map; those without a value are empty.
func (m *memo) attributed(rule *Rule, values []string) map[string]string {
	if m == nil || slices.ContainsFunc(values, func(s string) bool { return len(s) > maxRemembered }) {
		return attributesOf(rule, values)
	}
	h := uint64(rule.Line) //nolint:gosec // any bits will do
	for _, s := range values {
		h = mixed(h, m.hash(s))
	}
	at := &m.attributes[h%uint64(len(m.attributes))]
	if have := at.Load(); have != nil && have.rule == rule && slices.Equal(have.values, values) {
		return have.fields
	}
	if m.before[h%uint64(len(m.before))].Swap(h) != h {
		return attributesOf(rule, values)
	}
	own := slices.Clone(values)
	for i := range own {
		own[i] = strings.Clone(own[i])
	}
	made := &named[string, string]{rule: rule, values: own, fields: attributesOf(rule, own)}
	at.Store(made)
	return made.fields
}

func attributesOf(rule *Rule, values []string) map[string]string {
	var out map[string]string
	for i, s := range values {
		if s == "" {
			continue
		}
		if out == nil {
			out = make(map[string]string, len(values)-i)
		}
		out[rule.attributes[i].name] = s
	}
	return out
}

// counted are a rule's counters as a map; those without a value are nil.
func (m *memo) counted(rule *Rule, values []*float64) map[string]float64 {
	if m == nil {
		return countersOf(rule, values)
	}
	h := ^uint64(rule.Line) //nolint:gosec // any bits will do
	for _, n := range values {
		if h = mixed(h, 1); n != nil {
			h = mixed(h, math.Float64bits(*n))
		}
	}
	at := &m.counters[h%uint64(len(m.counters))]
	if have := at.Load(); have != nil && have.rule == rule && slices.EqualFunc(have.values, values, sameNumber) {
		return have.fields
	}
	fields := countersOf(rule, values)
	if m.before[h%uint64(len(m.before))].Swap(h) == h {
		at.Store(&named[*float64, float64]{rule: rule, values: slices.Clone(values), fields: fields})
	}
	return fields
}

func sameNumber(a, b *float64) bool {
	return a == b || a != nil && b != nil && math.Float64bits(*a) == math.Float64bits(*b)
}

func countersOf(rule *Rule, values []*float64) map[string]float64 {
	var out map[string]float64
	for i, n := range values {
		if n == nil {
			continue
		}
		if out == nil {
			out = make(map[string]float64, len(values)-i)
		}
		out[rule.counters[i].name] = *n
	}
	return out
}
