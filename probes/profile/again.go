package profile

import (
	"context"
	"errors"
	"maps"
	"slices"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Successor is a Source that can say what follows an object: a live agent.
type Successor interface {
	Source
	// Next answers for each object, in the order asked, with what follows it.
	// sizes are what the answers probably take on the wire.
	Next(ctx context.Context, oids []snmp.OID, sizes []int) ([]snmp.Variable, error)
}

// ReadInventoryAgain is ReadInventory of a device whose rows are known from old.
// Every known cell is asked for through the one before it, packed across tables,
// so that nothing beyond the tables' ends is read and a row that came, went or
// moved still shows; such a table is then walked whole. What it cannot see is a
// column that was empty in old, so that now and then ReadInventoryLike must
// follow. ok is false when another device answers.
func (m Match) ReadInventoryAgain(ctx context.Context, src Successor, old *Vars) (v *Vars, errs []fleet.ReadError, ok bool, err error) {
	r := m.rereading(ctx, src, shapeOf(old), old)
	for _, t := range r.kin.agent {
		switch {
		case !t.published(old):
			r.leave[t] = true
		case old.partial[t.entry]:
			r.leave[t], r.changed[t] = true, true
		}
	}
	if err := r.read(false); err != nil {
		return r.v, nil, true, err
	}
	r.keepFixed()
	for c := range r.kin.named {
		if r.kin.named[c] {
			r.gone = append(r.gone, c)
		}
	}
	r.settle()
	if err := readScalars(ctx, src, r.v, r.gone); errors.Is(err, snmp.ErrIncomplete) {
		r.errs = append(r.errs, fleet.ReadError{What: "single objects", Text: err.Error()})
	} else if err != nil {
		return r.v, nil, true, err
	}
	for _, o := range []snmp.OID{sysDescr, sysObjectID, sysName} {
		if r.v.get(scalarAt(o)).text != old.get(scalarAt(o)).text {
			return nil, nil, false, nil
		}
	}
	v, errs = r.walk()
	return v, errs, true, nil
}

// ReadInventoryLike is ReadInventory of a device that probably has the objects of
// a shape: its own, or that of another device of its kind. Whatever differs is
// walked, and nothing that a walk finds is missed: that each column has its end
// where the shape has it, and that all others are empty, is looked at too. had
// holds the objects outside of tables.
func (m Match) ReadInventoryLike(ctx context.Context, src Successor, like Shape, had *Vars) (*Vars, []fleet.ReadError, error) {
	return m.readLike(ctx, src, like.of, had, nil)
}

// rowsAsked are columns of which only is asked whether they have rows.
type rowsAsked struct {
	columns []snmp.OID
	answer  *Vars
}

func (m Match) readLike(ctx context.Context, src Successor, like *shape, had *Vars, beside *rowsAsked) (*Vars, []fleet.ReadError, error) {
	r := m.rereading(ctx, src, like, nil)
	r.beside = beside
	for _, c := range r.kin.single {
		if x := had.stored(c); x.exists() && !r.v.place(c, x) {
			r.v.set(c, x.value())
		}
	}
	for _, t := range r.kin.agent {
		if !t.published(r.v) {
			r.leave[t] = true
		}
	}
	if err := r.read(true); err != nil {
		return r.v, nil, err
	}
	r.settle()
	v, errs := r.walk()
	return v, errs, nil
}

// shapeOf is the shape of variables that may have changed since they had one.
func shapeOf(v *Vars) *shape {
	if v.base != nil {
		return v.base
	}
	return newShape(v, slices.Sorted(maps.Keys(v.cols)))
}

// rereading is one reading of known rows in progress.
type rereading struct {
	m      Match
	ctx    context.Context //nolint:containedctx // one call's
	src    Successor
	asker  asker // the same, if it can be asked at little cost
	kin    *kin
	shape  *shape
	agenda *agenda
	old    *Vars // what was read of the same device before; nil: nothing
	v      *Vars
	strict bool

	beside  *rowsAsked
	leave   map[*tableNeed]bool // not published, or walked in any case
	changed map[*tableNeed]bool // to be walked
	gone    []cellAt            // objects outside of tables that did not follow
	errs    []fleet.ReadError

	again []ask // what the first answers left open
	asked []snmp.OID
	taught
}

func (m Match) rereading(ctx context.Context, src Successor, s *shape, old *Vars) *rereading {
	r := &rereading{m: m, ctx: ctx, src: src, kin: m.family(), shape: s, old: old, v: s.fresh(),
		leave: map[*tableNeed]bool{}, changed: map[*tableNeed]bool{}}
	r.asker, _ = src.(asker)
	for _, c := range r.kin.columns {
		if c.alone {
			r.leave[c.table], r.changed[c.table] = true, true
		}
	}
	return r
}

// read asks what is on the agenda, and then whatever that left open.
func (r *rereading) read(strict bool) error {
	r.strict = strict
	r.agenda = r.kin.agenda(r.shape, strict, r.leave)
	a := r.agenda
	if len(a.asks) == 0 {
		return nil
	}
	err := r.next(a, func(got []snmp.Variable) {
		for i := range a.asks {
			r.take(&a.asks[i], a.oids[i], &got[i], true)
		}
		if r.beside != nil {
			r.beside.answer.rowsAnswered(r.beside.columns, got[len(a.oids):])
		}
	})
	if err != nil || len(r.again) == 0 {
		return err
	}
	return r.rest()
}

// next asks what is on the agenda.
func (r *rereading) next(a *agenda, use func([]snmp.Variable)) error {
	var beside []snmp.OID
	if r.beside != nil {
		beside = r.beside.columns
	}
	var err error
	if q := a.question(beside); q != nil && r.asker != nil && !r.longer() {
		err = r.asker.Ask(r.ctx, q, use)
	} else {
		var got []snmp.Variable
		got, err = r.src.Next(r.ctx, slices.Concat(a.oids, beside), slices.Concat(r.sizes(a), endSizes(len(beside))))
		if err == nil || errors.Is(err, snmp.ErrIncomplete) {
			use(got)
		}
	}
	if errors.Is(err, snmp.ErrIncomplete) {
		return nil
	}
	return err
}

// longer reports whether the texts of this device are so much longer than those
// of the first one of its shape that answers would not fit where theirs do.
func (r *rereading) longer() bool {
	if r.old == nil || r.old.base == nil {
		return r.old != nil
	}
	const spare = 16
	more, at := 0, 0
	for i := range r.shape.columns {
		c := &r.shape.columns[i]
		for row, x := range r.old.list[i].values {
			if c.has(row) {
				more += max(0, len(x.octets)-len(r.shape.example[at].octets))
				at++
			}
		}
	}
	return more > spare
}

// sizes are what the answers probably take, by what they took before.
func (r *rereading) sizes(a *agenda) []int {
	if r.old == nil {
		return a.sizes
	}
	out := slices.Clone(a.sizes)
	for i := range a.asks {
		if x := &a.asks[i]; x.want != "" {
			out[i] = snmp.Variable{OID: x.want, Value: r.old.of(r.shape.columns[x.col].oid).values[x.row].value()}.Size()
		}
	}
	return out
}

// rest asks what the first answers left open.
func (r *rereading) rest() error {
	again, oids := r.again, r.asked
	got, err := r.src.Next(r.ctx, oids, endSizes(len(oids)))
	if err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return err
	}
	reach, beyond := snmp.OID(""), false
	for i := range again {
		r.take(&again[i], oids[i], &got[i], false)
		// A column that the answer for one before it reaches beyond needs no
		// question of its own the next time.
		if again[i].want == "" && !beyond && (reach == "" || reach.Compare(oids[i]) < 0) {
			r.explicit, reach, beyond = append(r.explicit, again[i].from), got[i].OID, !got[i].Value.Exists()
		}
	}
	return nil
}

// take judges one answer.
func (r *rereading) take(a *ask, asked snmp.OID, x *snmp.Variable, first bool) {
	exists := x.Value.Exists()
	switch {
	case x.Value.Type == snmp.Null, exists && x.OID.Compare(asked) <= 0: // lost, or in circles
		r.doubt(a)
		return
	case a.want != "" && exists && x.OID == a.want:
		r.fill(a, x)
		return
	case a.want != "" && a.of < 0:
		r.gone = append(r.gone, scalarAt(a.want))
	case a.want != "" && first && a.to > a.from && exists && x.OID.Compare(a.want) < 0:
		r.parted = append(r.parted, a.of) // something else has come between
		r.ask(r.kin.columns[a.of].oid, ask{want: a.want, col: a.col, row: a.row, of: a.of})
	case a.want != "":
		r.changed[r.kin.columns[a.of].table] = true
	case a.first != "" && x.OID == a.first:
		r.follows = append(r.follows, a.next)
	}
	if size := x.Size(); a.want == "" && size > endSize && size > r.ends[a.from] {
		if r.ends == nil {
			r.ends = map[int]int{}
		}
		r.ends[a.from] = size
	}
	for i := a.from; i < a.to; i++ {
		c := &r.kin.columns[i]
		switch {
		case r.leave[c.table]:
		case !exists && !r.strict:
		case !exists: // the agent says that it has nothing more; is that so?
			if a.next >= 0 || a.want != "" {
				r.changed[c.table] = true
			}
		case x.OID.Under(c.oid):
			r.changed[c.table] = true
		case x.OID.Compare(c.oid) >= 0, !r.strict && !r.agenda.seen[i]:
		case first:
			r.ask(c.oid, ask{of: -1, from: i, to: i + 1, next: -1})
		default:
			r.changed[c.table] = true
		}
	}
}

func (r *rereading) ask(oid snmp.OID, a ask) {
	r.again, r.asked = append(r.again, a), append(r.asked, oid)
}

// doubt has everything walked that a question was about.
func (r *rereading) doubt(a *ask) {
	switch {
	case a.want != "" && a.of < 0:
		r.gone = append(r.gone, scalarAt(a.want))
	case a.want != "":
		r.changed[r.kin.columns[a.of].table] = true
	}
	for i := a.from; i < a.to; i++ {
		if t := r.kin.columns[i].table; !r.leave[t] {
			r.changed[t] = true
		}
	}
}

// fill takes a cell. A text that changed means that a part was swapped, perhaps
// for one that says more or less than the one before.
func (r *rereading) fill(a *ask, x *snmp.Variable) {
	s := store(x.Value)
	if r.old != nil && a.of >= 0 && a.tells {
		if was := r.old.of(r.shape.columns[a.col].oid); was.values[a.row].octets != s.octets {
			r.changed[r.kin.columns[a.of].table] = true
		}
	}
	r.v.list[a.col].values[a.row] = s
}

// keepFixed takes over what does not change while the rows are the same.
func (r *rereading) keepFixed() {
	for _, c := range r.kin.columns {
		if !c.fixed || r.leave[c.table] || r.changed[c.table] {
			continue
		}
		is, was := r.v.of(c.oid), r.old.of(c.oid)
		if is == nil || was == nil {
			continue
		}
		for row, x := range was.values {
			if row < len(is.values) && x.exists() {
				is.values[row] = x
			}
		}
	}
}

// settle leaves nothing in the variables that was not read.
func (r *rereading) settle() {
	r.kin.learn(r.shape, &r.taught)
	for t := range r.changed {
		r.forget(t)
	}
	if !r.v.whole() {
		r.v.tidy()
	}
}

// forget drops a table with its rows.
func (r *rereading) forget(t *tableNeed) {
	for _, col := range t.columns {
		r.v.drop(col)
	}
	if r.v.base != nil && r.v.base.tables[t.entry] == nil {
		return // there is nothing of it
	}
	r.v.loosen()
	delete(r.v.tables, t.entry)
}

// tidy drops columns without a value.
func (v *Vars) tidy() {
	v.loosen()
	for col, c := range v.cols {
		if !slices.ContainsFunc(c.values, stored.exists) {
			delete(v.cols, col)
		}
	}
}

// walk reads the tables that are not as they were.
func (r *rereading) walk() (*Vars, []fleet.ReadError) {
	var tables []*tableNeed
	for _, t := range r.kin.agent {
		switch {
		case !t.published(r.v):
			r.forget(t)
		case r.changed[t] || r.leave[t]:
			tables = append(tables, t)
		}
	}
	errs, alive := r.m.readTables(r.ctx, r.src, r.v, tables)
	r.errs = append(r.errs, errs...)
	if alive {
		r.errs = append(r.errs, r.m.readScripts(r.ctx, r.src, r.v, r.kin.scripts)...)
	}
	return r.v, r.errs
}
