package profile

import (
	"strings"
	"time"

	"ironage/internal/fleet"
)

// found is the stored value of a field that looks at one cell, and where it is.
func (r *row) found(f *Field) (stored, cellAt) {
	var at cellAt
	switch {
	case f.OID != nil:
		at = scalarAt(f.OID.Num)
	case f.Column.scalar != "":
		at = scalarAt(f.Column.scalar)
	default:
		return r.raw(f.Column, f.live)
	}
	x := r.v.stored(at)
	if f.live && x.exists() {
		r.lives(at)
	}
	return x, at
}

// when is the time of what a field reads; what a status read does not ask for
// again is as old as the inventory.
func (r *reader) when(f *Field) time.Time {
	if f != nil && !f.live && !r.v.Taken.IsZero() {
		return r.v.Taken
	}
	return r.at
}

// source is the profile in whose file a field stands.
func (r *reader) source(f *Field) string {
	if f != nil && f.from != "" {
		return f.from
	}
	return r.p.Name
}

// evidence notes where a value came from.
func (r *reader) evidence(c *cell, meaning string, f *Field, line int) fleet.Evidence {
	return r.told(c, meaning, r.source(f), line, r.when(f))
}

func (r *reader) told(c *cell, meaning, source string, line int, at time.Time) fleet.Evidence {
	value := c.text
	if c.raw.exists() {
		value = bounded(c.raw.text())
	}
	if _, name, ok := member(c.at.col); ok {
		value = name + "=" + value
	}
	return fleet.Evidence{OID: string(c.at.oid()), Value: value, Meaning: meaning, Time: at,
		Profile: source, Line: line, Role: r.role}
}

// seen is evidence as components keep it.
func (r *reader) seen(c *cell, meaning string, f *Field, line int) fleet.Seen {
	return r.quote(c, meaning, r.source(f), line, r.when(f))
}

// quote is told, with words that were used before where they are the same.
func (r *reader) quote(c *cell, meaning, source string, line int, at time.Time) fleet.Seen {
	q := wording{at: c.at, raw: c.raw, meaning: meaning, source: source, line: line, role: r.role}
	if !c.raw.exists() {
		q.text = c.text
	}
	m := r.p.memo
	if m == nil || max(len(q.at.idx), len(q.raw.octets), len(q.text), len(meaning)) > maxRemembered {
		return fleet.SeenOf(r.told(c, meaning, source, line, at))
	}
	place := m.place(&q)
	if have := place.Load(); have != nil && have.wording == q {
		return have.seen.At(at)
	}
	q.at.idx, q.raw.octets, q.text, q.meaning = strings.Clone(q.at.idx), strings.Clone(q.raw.octets), strings.Clone(q.text), strings.Clone(q.meaning)
	own := cell{raw: q.raw, at: q.at, text: q.text}
	seen := fleet.SeenOf(r.told(&own, q.meaning, source, line, at))
	place.Store(&quotation{q, seen})
	return seen
}
