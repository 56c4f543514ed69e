package fleet

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"sync"
	"time"
)

// Trend is a short ring of recent values for sparklines. Every server has some
// twenty of them: they are kept packed, and nothing in one is ever written to.
type Trend struct {
	of *trendKind // nil for one without a unit, in UTC and without gaps
	// packed is twice the number of values, plus one if they are not hundredths,
	// and then the values, newest first. Hundredths are the newest one and from
	// each to the one before it the difference; the others are eight bytes each.
	packed string
	last   int64 // nanoseconds since 1970
}

// trendKind is what hardly ever changes about a trend, and is mostly the same
// for many: nobody writes to it.
type trendKind struct {
	unit Unit
	zone *time.Location // of the latest value, nil for UTC
	gaps *[]TrendGap
}

// kinds are those of trends without gaps.
var kinds struct {
	sync.Mutex
	by map[trendKind]*trendKind
}

// mostKinds is more than there are units.
const mostKinds = 256

func (k trendKind) shared() *trendKind {
	if k == (trendKind{}) {
		return nil
	}
	if k.gaps != nil {
		return &k
	}
	kinds.Lock()
	defer kinds.Unlock()
	if have := kinds.by[k]; have != nil {
		return have
	}
	if kinds.by == nil {
		kinds.by = map[trendKind]*trendKind{}
	}
	if len(kinds.by) < mostKinds {
		kinds.by[k] = &k
	}
	return &k
}

func (t Trend) kind() trendKind {
	if t.of == nil {
		return trendKind{}
	}
	return *t.of
}

// Unit is the unit of the values.
func (t Trend) Unit() Unit { return t.kind().unit }

// TrendGap is a stretch without values, from the one before it to the one after.
type TrendGap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// TrendLength is how many recent values a Trend keeps.
const TrendLength = 60

// TrendOf is a trend of these values, oldest first, the latest of that time.
func TrendOf(unit Unit, values []float64, last time.Time, gaps ...TrendGap) Trend {
	at, zone := instant(last)
	kind := trendKind{unit: unit, zone: zone}
	if gaps != nil {
		kind.gaps = &gaps
	}
	return Trend{of: kind.shared(), packed: packValues(values), last: at}
}

// Len is how many values there are.
func (t Trend) Len() int {
	head, _ := uvarint(t.packed)
	return int(head >> 1)
}

// Latest is the newest value.
func (t Trend) Latest() (v float64, ok bool) {
	head, rest := uvarint(t.packed)
	switch {
	case head>>1 == 0:
		return 0, false
	case head&1 == 1:
		return rawValue(rest), true
	}
	n, _ := varint(rest)
	return float64(n) / 100, true
}

// Values are the values, oldest first, in memory of their own.
func (t Trend) Values() []float64 { return t.Recent(t.Len()) }

// Recent are the newest values, at most so many, oldest first.
func (t Trend) Recent(most int) []float64 {
	if t.packed == "" {
		return nil
	}
	head, rest := uvarint(t.packed)
	out := make([]float64, min(int(head>>1), most))
	sum := int64(0)
	for i := len(out) - 1; i >= 0; i-- {
		if head&1 == 1 {
			out[i], rest = rawValue(rest), rest[8:]
			continue
		}
		var n int64
		n, rest = varint(rest)
		sum += n
		out[i] = float64(sum) / 100
	}
	return out
}

// Last is when the latest value was read.
func (t Trend) Last() time.Time { return moment(t.last, t.kind().zone) }

// Gaps are where values lie further apart than the rhythm of reading: what was
// not read is not drawn.
func (t Trend) Gaps() []TrendGap {
	if gaps := t.kind().gaps; gaps != nil {
		return *gaps
	}
	return nil
}

// Packed is the values in a form to compare: equal values, and only those, are
// packed alike.
func (t Trend) Packed() string { return t.packed }

// Equal reports whether both say the same.
func (t Trend) Equal(o Trend) bool {
	a, b := t.kind(), o.kind()
	return t.packed == o.packed && t.last == o.last && a.unit == b.unit && a.zone == b.zone &&
		(a.gaps == b.gaps || (a.gaps == nil) == (b.gaps == nil) && slices.EqualFunc(*a.gaps, *b.gaps, TrendGap.equal))
}

func (g TrendGap) equal(o TrendGap) bool { return g.From.Equal(o.From) && g.To.Equal(o.To) }

// Add appends v, dropping the oldest value when the ring is full.
func (t Trend) Add(v float64, at time.Time) Trend {
	t.packed = t.with(v)
	last, zone := instant(at)
	t.last = last
	return t.as(trendKind{unit: t.Unit(), zone: zone, gaps: t.kind().gaps})
}

func (t Trend) as(k trendKind) Trend {
	if k != t.kind() {
		t.of = k.shared()
	}
	return t
}

func (t Trend) with(v float64) string {
	head, rest := uvarint(t.packed)
	n, ok := hundredths(v)
	if !ok || head&1 == 1 || head>>1 > TrendLength {
		vals := t.Values()
		vals = vals[max(0, len(vals)-TrendLength+1):]
		return packValues(append(vals, v))
	}
	count := head >> 1
	var room [3 * binary.MaxVarintLen64]byte
	add := room[:0]
	if count == 0 {
		add = binary.AppendUvarint(add, 2)
		return string(binary.AppendVarint(add, n))
	}
	newest, older := varint(rest)
	if count == TrendLength {
		older = older[:lastVarint(older)]
		count--
	}
	add = binary.AppendUvarint(add, (count+1)<<1)
	add = binary.AppendVarint(add, n)
	add = binary.AppendVarint(add, newest-n)
	return string(add) + older
}

// Break notes that nothing was read since the latest value; every is the
// rhythm of reading. Gaps older than the ring's values are dropped.
func (t Trend) Break(at time.Time, every time.Duration) Trend {
	last := t.Last()
	if last.IsZero() || every <= 0 || at.Sub(last) <= every*5/2 {
		return t
	}
	var gaps []TrendGap
	for _, g := range append(slices.Clone(t.Gaps()), TrendGap{From: last, To: at}) {
		if at.Sub(g.To) <= TrendLength*every && len(gaps) < TrendLength {
			gaps = append(gaps, g)
		}
	}
	k := t.kind()
	if k.gaps = nil; gaps != nil {
		k.gaps = &gaps
	}
	return t.as(k)
}

// trendDocument is a trend as it is written.
type trendDocument struct {
	Unit   Unit       `json:"unit"`
	Values []float64  `json:"values"`
	Last   time.Time  `json:"last"`
	Gaps   []TrendGap `json:"gaps,omitempty"`
}

// MarshalJSON writes the values out.
func (t Trend) MarshalJSON() ([]byte, error) {
	return json.Marshal(trendDocument{t.Unit(), t.Values(), t.Last(), t.Gaps()})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Trend) UnmarshalJSON(b []byte) error {
	var d trendDocument
	if err := json.Unmarshal(b, &d); err != nil {
		return err
	}
	*t = TrendOf(d.Unit, d.Values, d.Last, d.Gaps...)
	return nil
}

// packValues packs values that stand oldest first.
func packValues(vals []float64) string {
	if vals == nil {
		return ""
	}
	out := make([]byte, 0, 2+2*len(vals))
	out = binary.AppendUvarint(out, uint64(len(vals))<<1)
	before := int64(0)
	for _, v := range slices.Backward(vals) {
		n, ok := hundredths(v)
		if !ok {
			return packRaw(vals)
		}
		out = binary.AppendVarint(out, n-before)
		before = n
	}
	return string(out)
}

func packRaw(vals []float64) string {
	out := make([]byte, 0, 2+8*len(vals))
	out = binary.AppendUvarint(out, uint64(len(vals))<<1|1)
	for _, v := range slices.Backward(vals) {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return string(out)
}

// hundredths is a value as whole hundredths, if it is exactly that.
func hundredths(v float64) (int64, bool) {
	if !(math.Abs(v) < 1<<40) { // also what is no number
		return 0, false
	}
	n := int64(math.Round(v * 100))
	return n, math.Float64bits(float64(n)/100) == math.Float64bits(v)
}

func rawValue(s string) float64 {
	var b [8]byte
	copy(b[:], s)
	return math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
}

// uvarint and varint read one number off the front of what this package packed.
func uvarint(s string) (x uint64, rest string) {
	for i := range len(s) {
		x |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return x, s[i+1:]
		}
	}
	return 0, ""
}

func varint(s string) (int64, string) {
	u, rest := uvarint(s)
	return int64(u>>1) ^ -int64(u&1), rest
}

// lastVarint is where the last number begins.
func lastVarint(s string) int {
	i := max(len(s)-1, 0)
	for i > 0 && s[i-1] >= 0x80 {
		i--
	}
	return i
}
