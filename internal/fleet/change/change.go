// Package change says how a server's state moved from one read to the next, in
// some hundred bytes instead of all of it. It must never guess: what a delta
// cannot say exactly has none, and whoever stores states writes the whole.
//
// A delta says times, readings, trends, costs and counts. Anything that a person
// would call a change (a health, a part, a finding, a list that grew) has none.
package change

import (
	"errors"
	"fmt"
	"hash/fnv"
	"reflect"
	"sync"

	"ironage/internal/fleet"
)

// Delta is what Make found. Only Apply can read it.
type Delta []byte

// order is raised whenever the order or the coding of what walk.state visits
// changes, so that no delta of another ironage is ever misread. The test of the
// golden delta reminds of it.
const order = 2

// MostDelta is how long a delta may be; what moved more is written whole.
const MostDelta = 16 << 10

// Form names the way in which this program writes deltas: those of another form
// must not be applied.
var Form = sync.OnceValue(func() uint32 {
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%d", order) // a hash takes everything
	describe(reflect.TypeFor[fleet.State](), map[reflect.Type]bool{}, func(s string) { _, _ = h.Write([]byte(s)) })
	return h.Sum32()
})

// describe writes down a type and those that it is made of, each with what it is
// at bottom: a number that was a text until yesterday is called the same.
func describe(t reflect.Type, seen map[reflect.Type]bool, write func(string)) {
	write(t.String() + " " + t.Kind().String() + ";")
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			write(t.Field(i).Name + " ")
			describe(t.Field(i).Type, seen, write)
		}
	case reflect.Map:
		describe(t.Key(), seen, write)
		describe(t.Elem(), seen, write)
	case reflect.Slice, reflect.Pointer, reflect.Array:
		describe(t.Elem(), seen, write)
	}
}

// Make gives the delta from prev to next, or false when only the whole of next
// says what changed. An empty delta means that nothing changed. Neither state
// is written to; of prev and next, lists and maps that are empty and those that
// are nil are the same.
func Make(prev, next *fleet.State) (Delta, bool) {
	if !alike(prev, next) {
		return nil, false
	}
	w := walks.Get().(*walk) //nolint:errcheck // the pool holds nothing else
	defer w.release()
	w.making = true
	w.state(prev, next)
	switch {
	case w.stop || len(w.bytes) > MostDelta:
		return nil, false
	case w.changes == 0:
		return Delta{}, true
	}
	return append(make(Delta, 0, len(w.bytes)), w.bytes...), true
}

// ErrDelta means that a delta does not belong to the state, or is damaged.
var ErrDelta = errors.New("a delta that does not fit")

// Apply gives the state that Make was given as next. prev is not written to;
// what did not change is shared with it. The delta must have been made from a
// state that said the same as prev: Apply notices damage, but not every mistake.
func Apply(prev *fleet.State, delta []byte) (fleet.State, error) {
	next := *prev
	if err := apply(prev, &next, delta, false); err != nil {
		return fleet.State{}, err
	}
	return next, nil
}

// Move is Apply for a state that nobody else has: it is written to, and with all
// that it holds. After an error it is worth nothing.
func Move(st *fleet.State, delta []byte) error { return apply(st, st, delta, true) }

func apply(prev, next *fleet.State, delta []byte, inPlace bool) error {
	if len(delta) == 0 {
		return nil
	}
	if len(delta) > MostDelta {
		return ErrDelta
	}
	w := walks.Get().(*walk) //nolint:errcheck // the pool holds nothing else
	defer w.release()
	w.making, w.inPlace, w.bytes = false, inPlace, append(w.bytes, delta...)
	w.next()
	w.state(prev, next)
	if w.stop || w.at != len(w.bytes) || w.left != never {
		return ErrDelta
	}
	return nil
}
