package change

import (
	"encoding/binary"
	"time"
)

// What a step says about a time.
const (
	timeStays = iota // though others like it moved
	timeSet          // set; others like it move along from here on
)

// sameTime reports whether two times are written alike.
func sameTime(a, b time.Time) bool {
	return a == b || a.Equal(b) && zone(a) == zone(b) //nolint:staticcheck // most are, and that asks no zone
}

// zone is how far the clock of a time is from UTC, in seconds.
func zone(t time.Time) int {
	if t.Location() == time.UTC {
		return 0
	}
	_, offset := t.Zone()
	return offset
}

// along is where a time moves because others like it did.
func (w *walk) along(t time.Time) (time.Time, bool) {
	for i := range w.moved {
		if m := &w.moves[i]; m.from.Equal(t) {
			return m.to, true
		}
	}
	return t, false
}

func (w *walk) remember(from, to time.Time) {
	if w.moved < mostMoves {
		w.moves[w.moved] = move{from, to}
		w.moved++
	}
}

func (w *walk) time(p, n *time.Time) {
	was := *p
	want, moved := w.along(was)
	if w.making {
		switch {
		case sameTime(want, *n):
			w.left++
			if moved {
				w.changes++
			}
		case moved && sameTime(*p, *n):
			w.step()
			w.bytes = binary.AppendUvarint(w.bytes, timeStays)
		default:
			w.changed()
			w.bytes = binary.AppendUvarint(w.bytes, timeSet)
			w.putTime(*p, *n)
			if !moved {
				w.remember(*p, *n)
			}
		}
		return
	}
	if !w.here() {
		*n = want
		return
	}
	switch w.uvarint() {
	case timeStays:
	case timeSet:
		*n = w.getTime(was)
		if !moved {
			w.remember(was, *n)
		}
	default:
		w.fail()
	}
	w.next()
}

const minute = 60

func (w *walk) putTime(p, n time.Time) {
	z := zone(n)
	if y := n.Year(); y < 0 || y > 9999 || z%minute != 0 { // the whole state cannot say it either
		w.stop = true
		return
	}
	w.bytes = binary.AppendVarint(w.bytes, n.Unix()-p.Unix())
	w.bytes = binary.AppendUvarint(w.bytes, uint64(n.Nanosecond())) //nolint:gosec // never negative
	w.bytes = binary.AppendVarint(w.bytes, int64(z/minute))
}

func (w *walk) getTime(p time.Time) time.Time {
	seconds, nanos, z := p.Unix()+w.varint(), w.uvarint(), w.varint()
	if nanos >= 1e9 || z <= -24*60 || z >= 24*60 {
		w.fail()
		return p
	}
	t := in(time.Unix(seconds, int64(nanos)), p, int(z)*minute) //nolint:gosec // bounded above
	if y := t.Year(); y < 0 || y > 9999 {
		w.fail()
		return p
	}
	return t
}

// in puts a moment into the zone of so many seconds, as a decoded document does.
func in(t, like time.Time, offset int) time.Time {
	if offset == 0 {
		return t.UTC()
	}
	if zone(t) == offset { // this machine's own
		return t
	}
	if near := t.In(like.Location()); zone(near) == offset {
		return near
	}
	return t.In(time.FixedZone("", offset))
}
