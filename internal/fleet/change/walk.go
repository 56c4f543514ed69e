package change

import (
	"encoding/binary"
	"math"
	"math/bits"
	"reflect"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// walk goes through two states of one shape side by side. Making, it writes down
// where they differ; applying, it reads that and sets the second, which began as
// a copy of the first. Both ways are one code, so that they cannot part.
//
// A delta is a row of steps: how many leaves stay as they are, and what the next
// one becomes.
type walk struct {
	making  bool
	inPlace bool   // applying: both are one, which nobody else has
	stop    bool   // making: no delta says this; applying: damaged
	bytes   []byte // of the delta
	at      int    // applying: read so far
	left    uint64 // making: leaves since the last step; applying: until the next
	changes int    // making: leaves that changed
	moves   [mostMoves]move
	moved   int
	keys    []string
}

// never is how far the next step is when there is none.
const never = math.MaxUint64

// mostMoves is how many moves of time are remembered.
const mostMoves = 6

// move is a time that became another: most times of a state move together from
// one read to the next, so it is said once.
type move struct{ from, to time.Time }

var walks = sync.Pool{New: func() any { return &walk{} }}

func (w *walk) release() {
	keys := w.keys[:0]
	clear(w.keys)
	*w = walk{bytes: w.bytes[:0], keys: keys}
	walks.Put(w)
}

// step begins a step at this leaf.
func (w *walk) step() {
	w.bytes = binary.AppendUvarint(w.bytes, w.left)
	w.left = 0
}

// here reports, when applying, whether this leaf is set; then next must follow.
func (w *walk) here() bool {
	if w.left > 0 {
		if w.left != never {
			w.left--
		}
		return false
	}
	return !w.stop
}

// next reads how far the next step is.
func (w *walk) next() {
	if w.at == len(w.bytes) || w.stop {
		w.left = never
		return
	}
	if w.left = w.uvarint(); w.left == never {
		w.fail()
	}
}

func (w *walk) fail() {
	w.stop, w.left, w.at = true, never, len(w.bytes)
}

func (w *walk) uvarint() uint64 {
	v, n := binary.Uvarint(w.bytes[w.at:])
	if n <= 0 {
		w.fail()
		return 0
	}
	w.at += n
	return v
}

func (w *walk) varint() int64 {
	u := w.uvarint()
	return int64(u>>1) ^ -int64(u&1) //nolint:gosec // zigzag, as binary.Varint
}

// group walks what is rarely touched, or has to be copied before it is written
// to: as a whole it is one leaf when nothing in it changed.
func (w *walk) group(inside func()) {
	if !w.making {
		if w.here() {
			w.next()
			inside()
		}
		return
	}
	length, left, changes := len(w.bytes), w.left, w.changes
	w.step()
	inside()
	if w.changes == changes { // what was noted inside is that nothing moved along
		w.bytes, w.left = w.bytes[:length], left+1
	}
}

// changed begins the step of a leaf that is not as it was.
func (w *walk) changed() {
	w.changes++
	w.step()
}

func (w *walk) float(p, n *float64) {
	if w.making {
		if math.Float64bits(*p) == math.Float64bits(*n) {
			w.left++
			return
		}
		w.changed()
		w.putFloat(*n)
		return
	}
	if w.here() {
		*n = w.getFloat()
		w.next()
	}
}

// putFloat writes a number; readings have few digits, so their last bits are zeros.
func (w *walk) putFloat(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) { // the whole state cannot say it either
		w.stop = true
	}
	w.bytes = binary.AppendUvarint(w.bytes, bits.ReverseBytes64(math.Float64bits(v)))
}

func (w *walk) getFloat() float64 {
	v := math.Float64frombits(bits.ReverseBytes64(w.uvarint()))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		w.fail()
	}
	return v
}

// floatAt is a number that both states have, or neither.
func (w *walk) floatAt(p, n **float64) {
	if *p == nil {
		return
	}
	if w.making {
		w.float(*p, *n)
		return
	}
	if w.here() {
		v := w.getFloat()
		*n = &v
		w.next()
	}
}

// whole is a whole number of any size.
func whole[T ~int | ~int64](w *walk, p, n *T) {
	if w.making {
		if *p == *n {
			w.left++
			return
		}
		w.changed()
		w.bytes = binary.AppendVarint(w.bytes, int64(*n)-int64(*p)) // round and round, if need be
		return
	}
	if w.here() {
		*n = T(int64(*p) + w.varint())
		w.next()
	}
}

// wholeAt is a whole number that both states have, or neither.
func (w *walk) wholeAt(p, n **int64) {
	if *p == nil {
		return
	}
	if w.making {
		whole(w, *p, *n)
		return
	}
	if w.here() {
		v := **p + w.varint()
		*n = &v
		w.next()
	}
}

func (w *walk) text(p, n *string) {
	if w.making {
		if *p == *n {
			w.left++
			return
		}
		w.changed()
		w.putText(*n)
		return
	}
	if w.here() {
		*n = w.getText()
		w.next()
	}
}

func (w *walk) putText(s string) {
	if !utf8.ValidString(s) || len(s) > MostDelta { // the database keeps no such text as it is
		w.stop = true
		return
	}
	w.bytes = binary.AppendUvarint(w.bytes, uint64(len(s)))
	w.bytes = append(w.bytes, s...)
}

func (w *walk) getText() string {
	n := w.uvarint()
	if n > uint64(len(w.bytes)-w.at) {
		w.fail()
		return ""
	}
	s := string(w.bytes[w.at : w.at+int(n)]) //nolint:gosec // bounded above
	w.at += int(n)                           //nolint:gosec // bounded above
	return s
}

// entries walks two maps of the same keys, in their order.
func entries[V any](w *walk, p map[string]V, n *map[string]V, each func(w *walk, p, n *V)) {
	if len(p) == 0 {
		return
	}
	if w.making && reflect.ValueOf(p).UnsafePointer() == reflect.ValueOf(*n).UnsafePointer() {
		w.left++
		return
	}
	w.group(func() {
		from := len(w.keys) // maps may lie in maps
		for k := range p {
			w.keys = append(w.keys, k)
		}
		keys := w.keys[from:]
		slices.Sort(keys)
		var was, is V
		if w.making {
			for _, k := range keys {
				was, is = p[k], (*n)[k]
				each(w, &was, &is)
			}
		} else {
			own := p
			if !w.inPlace {
				own = make(map[string]V, len(p))
			}
			for _, k := range keys {
				was = p[k]
				is = was
				each(w, &was, &is)
				own[k] = is
			}
			*n = own
		}
		w.keys = w.keys[:from]
	})
}

// list walks two lists of the same length.
func list[T any](w *walk, p []T, n *[]T, each func(w *walk, p, n *T)) {
	if len(p) == 0 {
		return
	}
	if w.making && &p[0] == &(*n)[0] {
		w.left++
		return
	}
	w.group(func() {
		if !w.making && !w.inPlace {
			*n = append(make([]T, 0, len(p)), p...)
		}
		for i := range p {
			each(w, &p[i], &(*n)[i])
		}
	})
}
