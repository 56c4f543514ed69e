package change

import (
	"slices"
	"time"

	"ironage/internal/fleet"
)

// This file is about the types of package fleet that are more than their fields.

// sameSource reports whether two pieces of evidence are about the same object,
// read by the same rule.
func sameSource(p, n *fleet.Evidence) bool {
	return p.OID == n.OID && p.Profile == n.Profile && p.Line == n.Line && p.Role == n.Role
}

func (w *walk) evidence(p, n *fleet.Evidence) {
	w.text(&p.Value, &n.Value)
	w.text(&p.Meaning, &n.Meaning)
	w.time(&p.Time, &n.Time)
}

// sameSeen is sameSource for evidence as components keep it.
func sameSeen(p, n fleet.Seen) bool {
	return p.Same(n) || p.OID() == n.OID() && p.Profile() == n.Profile() && p.Line() == n.Line() && p.Role() == n.Role()
}

func (w *walk) seen(p, n *fleet.Seen) {
	switch {
	case w.making && (p.Same(*n) || p.Value() == n.Value() && p.Meaning() == n.Meaning()):
		w.left++
	case w.making:
		w.changed()
		w.putText(n.Value())
		w.putText(n.Meaning())
	case w.here():
		e := p.Evidence()
		e.Value, e.Meaning = w.getText(), w.getText()
		*n = fleet.SeenOf(e)
		w.next()
	}
	was, is := p.Time(), n.Time()
	w.time(&was, &is)
	if !w.making {
		*n = seenAt(*n, was, is)
	}
}

// seenAt is the same words, read then instead.
func seenAt(s fleet.Seen, was, then time.Time) fleet.Seen {
	if then == was { //nolint:staticcheck // the same zone, too
		return s
	}
	if then.Location() == was.Location() && !then.IsZero() && !was.IsZero() {
		return s.AtNanos(then.UnixNano()) // asks no zone what time it is
	}
	return s.At(then)
}

// What a step says about a trend.
const trendGrew = 1

// trend is a ring that a read adds one value to; anything else is written whole.
func (w *walk) trend(p, n *fleet.Trend) {
	was, last := p.Last(), n.Last()
	w.time(&was, &last)
	if w.making {
		if p.Packed() == n.Packed() {
			w.left++
			return
		}
		v, _ := n.Latest()
		if p.Add(v, last).Packed() != n.Packed() {
			w.stop = true
			return
		}
		w.changed()
		w.bytes = append(w.bytes, trendGrew)
		w.putFloat(v)
		return
	}
	switch {
	case w.here():
		if w.uvarint() != trendGrew {
			w.fail()
		}
		*n = p.Add(w.getFloat(), last)
		w.next()
	case !sameTime(was, last):
		*n = fleet.TrendOf(p.Unit(), p.Values(), last, p.Gaps()...)
	}
}

// alikeTrend reports whether a trend shows the same thing, with the same gaps.
func alikeTrend(p, n *fleet.Trend) bool {
	a, b := p.Gaps(), n.Gaps()
	return p.Unit() == n.Unit() && (len(a) == 0 && len(b) == 0 ||
		slices.EqualFunc(a, b, func(a, b fleet.TrendGap) bool { return sameTime(a.From, b.From) && sameTime(a.To, b.To) }))
}
