package profile

import (
	"context"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// hint is what a device of a kind had.
type hint struct {
	kin   *kin
	shape *shape
}

// The bounds of what is remembered about kinds of devices.
const (
	mostKinds = 512
	mostHints = 8 // of devices that call themselves the same
)

// Remember makes the objects of a device that was read whole a hint for others
// of its kind.
func (s *Shared) Remember(m Match, v *Vars) {
	if v.base == nil {
		v.tighten(s.shape(v))
	}
	now := hint{m.family(), v.base}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.hints[m.ObjectID]
	if len(list) > 0 && list[0] == now {
		return
	}
	if list == nil && len(s.hints) >= mostKinds {
		clear(s.hints)
	}
	list = slices.DeleteFunc(slices.Clone(list), func(h hint) bool { return h == now })
	s.hints[m.ObjectID] = append([]hint{now}, list[:min(len(list), mostHints-1)]...)
}

// hinted are the hints for devices that call themselves so, the latest first.
func (s *Shared) hinted(m Match) []hint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hints[m.ObjectID]
}

// like is the shape that a device just matched probably has: that of the one
// whose single objects, the model among them, are the most alike.
func (s *Shared) like(m Match, v *Vars) Shape {
	var best Shape
	most := -1
	for _, h := range s.hinted(m) {
		if h.kin != m.kin {
			continue
		}
		same := 0
		for _, c := range h.kin.single {
			if is := v.stored(c); is.exists() && is == h.shape.value(c) {
				same++
			}
		}
		if same > most {
			best, most = Shape{h.shape}, same
		}
	}
	return best
}

// value is what the first endpoint of a shape had in a place.
func (s *shape) value(at cellAt) stored {
	i, ok := s.at[at.col]
	if !ok {
		return stored{}
	}
	c := &s.columns[i]
	if row, ok := c.t.rows[at.idx]; ok && row < c.rows && c.has(row) {
		return s.example[c.place(row)]
	}
	return stored{}
}

// UpTime is how long the agent said that it runs, in hundredths of a second; 0
// when it did not say it.
func (v *Vars) UpTime() int64 {
	if x := v.stored(scalarAt(upTime)); x.kind == snmp.TimeTicks {
		return x.num
	}
	return 0
}

// tighten makes variables that are of a shape share it.
func (v *Vars) tighten(s *shape) {
	list := make([]column, len(s.columns))
	for i, c := range s.columns {
		list[i] = column{t: c.t, values: v.cols[c.oid].values}
	}
	v.base, v.list, v.cols, v.tables = s, list, nil, nil
}

// firstPatience is how long devices wait for those of their kind that go ahead,
// by which they are spared a walk.
const firstPatience = 2 * time.Second

// goAhead is how many devices of a kind are read before the others, one after
// another: one is walked, one tells what lies between the columns.
const goAhead = 2

// ahead is who goes ahead of a kind.
type ahead struct {
	went int
	over chan struct{} // closed when the one that is being read was
}

// first lets the first devices of a kind go ahead, and the others wait for them.
// over must be called when the device was read.
func (s *Shared) first(ctx context.Context, kind string) (over func()) {
	patience := time.NewTimer(firstPatience)
	defer patience.Stop()
	for {
		s.mu.Lock()
		a := s.ahead[kind]
		if a == nil {
			if len(s.ahead) >= mostKinds {
				clear(s.ahead)
			}
			a = &ahead{}
			s.ahead[kind] = a
		}
		wait := a.over
		switch {
		case a.went >= goAhead && wait == nil:
			s.mu.Unlock()
			return func() {}
		case wait == nil:
			a.went++
			a.over = make(chan struct{})
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				close(a.over)
				a.over = nil
			}
		}
		s.mu.Unlock()
		select {
		case <-wait:
		case <-patience.C:
			return func() {}
		case <-ctx.Done():
			return func() {}
		}
	}
}

// ReadFirst finds out what a device is and reads everything that the profiles
// that fit know. A device that is probably like others, or like itself a while
// ago (like), is asked for what those have, and for the ends of it.
func (l *Library) ReadFirst(ctx context.Context, src Source, s *Shared, like Shape) (Match, *Vars, []fleet.ReadError, error) {
	m, v, errs, err := l.readFirst(ctx, src, s, like)
	if err == nil {
		s.Remember(m, v)
	}
	return m, v, errs, err
}

func (l *Library) readFirst(ctx context.Context, src Source, s *Shared, like Shape) (m Match, v *Vars, errs []fleet.ReadError, err error) {
	var known []hint
	m, is, err := l.meet(ctx, src, func(m Match) []cellAt {
		if known = s.hinted(m); len(known) == 0 {
			return nil
		}
		return known[0].kin.single
	})
	if err != nil {
		return m, nil, nil, err
	}
	next, live := src.(Successor)
	if live && like.of == nil {
		defer s.first(ctx, m.ObjectID)() // also when a panic ends it: the others wait
		defer func() {
			if err == nil && v != nil {
				s.Remember(m, v)
			}
		}()
		known = s.hinted(m)
	}
	if live && len(known) > 0 && is.lost == nil {
		// What tables tell about the device is asked with everything else: that
		// it is another one after all is rare.
		guess := m
		guess.kin, guess.Profiles = known[0].kin, known[0].kin.profiles
		if err := is.get(ctx, src, guess.kin.single); err != nil {
			return m, nil, nil, err
		}
		v := guess.singles(is)
		if of := like.or(s, guess, v); of.of != nil && is.lost == nil {
			v, errs, err := guess.readLike(ctx, next, of.of, v, &rowsAsked{familyRows(l.profiles, m, is.vars), is.vars})
			if err != nil {
				return m, nil, nil, err
			}
			if m, err = l.decide(ctx, src, m, is); err != nil || m.kin == guess.kin {
				return m, v, errs, err
			}
			m.Profiles = slices.Clip(m.Profiles)
			return l.readMet(ctx, src, s, m, is)
		}
	}
	if m, err = l.decide(ctx, src, m, is); err != nil {
		return m, nil, nil, err
	}
	return l.readMet(ctx, src, s, m, is)
}

// readMet reads a device about which is known what it is.
func (l *Library) readMet(ctx context.Context, src Source, s *Shared, m Match, is *met) (Match, *Vars, []fleet.ReadError, error) {
	var errs []fleet.ReadError
	if is.lost != nil { // what the profiles want is worth a second question
		is.asked = nil
		is.lost = nil
	}
	if err := is.get(ctx, src, m.kin.single); err != nil {
		return m, nil, nil, err
	}
	if is.lost != nil {
		errs = append(errs, fleet.ReadError{What: "single objects", Text: is.lost.Error()})
	}
	v := m.singles(is)
	if next, live := src.(Successor); live {
		if like := (Shape{}).or(s, m, v); like.of != nil {
			v, more, err := m.ReadInventoryLike(ctx, next, like, v)
			return m, v, append(errs, more...), err
		}
	}
	v, more := m.readRows(ctx, src, v)
	return m, v, append(errs, more...), nil
}

// or is the shape itself, or that of others who are like the device.
func (x Shape) or(s *Shared, m Match, v *Vars) Shape {
	if x.of != nil {
		return x
	}
	return s.like(m, v)
}

// singles are the single objects that an inventory reads, out of what was asked.
func (m Match) singles(is *met) *Vars {
	v := NewVars()
	for _, c := range m.kin.single {
		if x := is.vars.stored(c); x.exists() {
			v.put(v.column(c.col, ""), c.idx, x)
		}
	}
	return v
}

// existing leaves out the tables of which the agent has nothing at all; one
// question says it for all of them.
func existing(ctx context.Context, src Source, tables []*tableNeed) []*tableNeed {
	next, live := src.(Successor)
	if !live || len(tables) < 4 {
		return tables
	}
	oids := make([]snmp.OID, len(tables))
	for i, t := range tables {
		oids[i] = t.entry
	}
	got, err := next.Next(ctx, oids, endSizes(len(oids)))
	if err != nil {
		return tables
	}
	var out []*tableNeed
	for i, t := range tables {
		if x := got[i]; !x.Value.Exists() || x.OID.Compare(t.entry) <= 0 || x.OID.Under(t.entry) {
			out = append(out, t)
		}
	}
	return out
}

// mostTogether is how many columns of small tables are walked in one go.
const mostTogether = 20

// together groups small tables, so that the ends of one share a message with the
// rows of the next.
func together(src Source, tables []*tableNeed) [][]*tableNeed {
	_, live := src.(Successor)
	var out [][]*tableNeed
	room := 0
	for _, t := range tables {
		if n := len(t.columns); live && n <= room {
			out[len(out)-1] = append(out[len(out)-1], t)
			room -= n
		} else {
			out = append(out, []*tableNeed{t})
			room = mostTogether - n
		}
	}
	return out
}

// readGroup walks several tables at once. false means that each must be walked
// for itself, to find out which of them is in trouble.
func (m Match) readGroup(ctx context.Context, src Source, v *Vars, group []*tableNeed) bool {
	var columns []snmp.OID
	for _, t := range group {
		columns = append(columns, t.columns...)
	}
	got, err := src.Columns(ctx, columns)
	if err != nil {
		return false
	}
	for _, t := range group {
		v.columns(t.entry, t.columns, got)
	}
	return true
}
