package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// readScalars gets single objects. With an snmp.Incomplete error the others are
// as read; with any other nothing was.
func readScalars(ctx context.Context, src Source, v *Vars, cells []cellAt) error {
	if len(cells) == 0 {
		return nil
	}
	got, err := src.Get(ctx, oidsOf(cells))
	v.overlay(cells, got)
	return err
}

// overlay takes the answers about single objects, in the order asked.
func (v *Vars) overlay(cells []cellAt, got []snmp.Variable) {
	for i := range got {
		v.set(cells[i], got[i].Value)
	}
}

// ReadInventory reads everything that the matched profiles know into a fresh
// set of variables. A table that could not be read whole is a ReadError with
// the kinds it holds; the other tables are still read, unless the agent has
// stopped answering or ctx is done. The error says why the read could not even
// begin.
func (m Match) ReadInventory(ctx context.Context, src Source) (*Vars, []fleet.ReadError, error) {
	v := NewVars()
	k := m.family()
	var errs []fleet.ReadError
	if err := readScalars(ctx, src, v, k.single); errors.Is(err, snmp.ErrIncomplete) {
		errs = append(errs, fleet.ReadError{What: "single objects", Text: err.Error()})
	} else if err != nil {
		return v, nil, err
	}
	v, more := m.readRows(ctx, src, v)
	return v, append(errs, more...), nil
}

// readRows reads all tables and scripts beside the single objects in v.
func (m Match) readRows(ctx context.Context, src Source, v *Vars) (*Vars, []fleet.ReadError) {
	k := m.family()
	var tables []*tableNeed
	for _, t := range k.agent {
		if t.published(v) {
			tables = append(tables, t)
		}
	}
	errs, alive := m.readTables(ctx, src, v, tables)
	if alive {
		errs = append(errs, m.readScripts(ctx, src, v, k.scripts)...)
	}
	return v, errs
}

// readTables walks tables. When the agent stops answering, the rest and the
// scripts are left alone, and false says so.
func (m Match) readTables(ctx context.Context, src Source, v *Vars, tables []*tableNeed) ([]fleet.ReadError, bool) {
	var errs []fleet.ReadError
	var alone []*tableNeed
	for _, group := range together(src, existing(ctx, src, tables)) {
		if len(group) == 1 || !m.readGroup(ctx, src, v, group) {
			alone = append(alone, group...)
		}
	}
	for i, t := range alone {
		err := m.readTable(ctx, src, v, t)
		if err == nil {
			continue
		}
		errs = append(errs, tableError(t, err))
		if !alive(ctx, src) {
			for _, rest := range slices.Concat(alone[i+1:], m.family().scripts) {
				v.partial[rest.entry] = true
				errs = append(errs, tableError(rest, err))
			}
			return errs, false
		}
	}
	return errs, true
}

// alive asks for one small object after a table failed: an agent that hangs in
// one table (a dead NFS mount) is worth asking for the next, one that has gone
// is not.
func alive(ctx context.Context, src Source) bool {
	_, err := src.Get(ctx, []snmp.OID{sysObjectID})
	return err == nil
}

func (m Match) readTable(ctx context.Context, src Source, v *Vars, t *tableNeed) error {
	got, err := src.Columns(ctx, t.columns)
	v.columns(t.entry, t.columns, got)
	if err != nil {
		v.partial[t.entry] = true
	}
	return err
}

// published reports whether any rule wants the table from this device.
func (t *tableNeed) published(v *Vars) bool {
	return t.always || slices.ContainsFunc(t.guards, func(c *Clause) bool { return c.stated(introduction(v), v) })
}

func tableError(t *tableNeed, err error) fleet.ReadError {
	return fleet.ReadError{What: fmt.Sprintf("%s table %s", t.name, t.entry),
		Text: fmt.Sprintf("not read whole, so parts that are missing from it may still be there: %v", err), Kinds: t.kinds}
}

// Tables are the entries of the tables that an inventory reads.
func (m Match) Tables() []snmp.OID {
	agent := m.family().agent
	out := make([]snmp.OID, len(agent))
	for i, t := range agent {
		out[i] = t.entry
	}
	return out
}

// asker is a Source that can be asked the same question often at little cost.
type asker interface {
	Ask(ctx context.Context, q *snmp.Question, use func([]snmp.Variable)) error
}

// Question is what a status read asks first; nil where it has to be asked object
// by object.
func (p *Plan) Question() *snmp.Question { return p.question }

// get reads the objects of a plan, which use gets in the order asked.
func (p *Plan) get(ctx context.Context, src Source, use func([]snmp.Variable)) error {
	if a, ok := src.(asker); ok && p.question != nil {
		return a.Ask(ctx, p.question, use)
	}
	got, err := src.Get(ctx, p.asked())
	if err == nil || errors.Is(err, snmp.ErrIncomplete) {
		use(got)
	}
	return err
}

// ErrAnother is the answer of another device than the one that was matched.
var ErrAnother = errors.New("another device answers at this address")

// ReadStatus overlays v with fresh values of the planned objects. whole is
// false when an object of a known row is gone or another part stands in it: the
// rows have changed, and only an inventory can say how. Nothing is taken from
// another device: the error is ErrAnother then. Objects that could not be read are
// forgotten, so that no old value passes for a new one. With a nil v the planned
// objects are asked for, and their values dropped. up, if any, becomes how long
// the agent says that it runs, and stays where it does not say it.
func (m Match) ReadStatus(ctx context.Context, src Source, v *Vars, plan *Plan, up *int64) (whole bool, errs []fleet.ReadError, err error) {
	var lost []snmp.OID
	another := false
	err = plan.get(ctx, src, func(got []snmp.Variable) {
		if another = m.another(got[askedID].Value, got[askedName].Value); another {
			return
		}
		if now := got[askedTime].Value; up != nil && now.Type == snmp.TimeTicks {
			*up = now.Num
		}
		got = got[askedBeside:]
		whole = plan.told(got, v)
		got = got[len(plan.tells):]
		for i, c := range plan.cells {
			val := got[i].Value
			switch {
			case val.Exists():
			case val.Type == snmp.Null:
				lost = append(lost, c.col)
			case v != nil && v.stored(c).kind == 0: // it had none before, as the load of an agent's first minute
			default:
				whole = false
			}
			if v != nil {
				v.set(c, val)
			}
		}
	})
	if err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return false, nil, err
	}
	if another {
		return false, nil, ErrAnother
	}
	if len(lost) > 0 {
		errs = append(errs, m.lostError(lost, err))
	}
	if v == nil {
		return whole, errs, nil
	}
	for _, t := range plan.tables {
		for _, col := range t.columns {
			v.drop(col)
		}
		delete(v.partial, t.entry)
		if err := m.readTable(ctx, src, v, t); err != nil {
			errs = append(errs, tableError(t, err))
		}
	}
	return whole, append(errs, m.readScripts(ctx, src, v, plan.scripts)...), nil
}

// another reports whether a device says of itself what the matched one did not:
// all hosts of a system share one identity, so the name counts, too. What a
// device does not say tells nothing.
func (m Match) another(id, name snmp.Value) bool {
	if c := cellOf(store(id), scalarAt(sysObjectID)); c.ok && strings.TrimPrefix(c.text, ".") != m.ObjectID {
		return true
	}
	if name.Type == snmp.OctetString && string(name.Octets) == m.Name {
		return false // as ever
	}
	c := cellOf(store(name), scalarAt(sysName))
	return c.ok && c.text != m.Name
}

// told reports whether the texts that tell parts from one another are as they
// were.
func (p *Plan) told(got []snmp.Variable, v *Vars) bool {
	for i, c := range p.tells {
		switch val := got[i].Value; {
		case val.Type == snmp.Null: // lost: that says nothing
		case !val.Exists(), v != nil && v.stored(c).octets != string(val.Octets):
			return false
		}
	}
	return true
}

// lostError says about which kinds a status read that lost some objects says nothing.
func (m Match) lostError(lost []snmp.OID, err error) fleet.ReadError {
	out := fleet.ReadError{What: "status", Text: fmt.Sprintf("%d objects did not answer", len(lost))}
	if err != nil {
		out.Text = err.Error()
	}
	for _, p := range m.Profiles {
		for _, t := range p.needs.tables {
			if !slices.ContainsFunc(lost, func(o snmp.OID) bool { return slices.Contains(t.columns, o) }) {
				continue
			}
			for _, k := range t.kinds {
				if !slices.Contains(out.Kinds, k) {
					out.Kinds = append(out.Kinds, k)
				}
			}
		}
	}
	return out
}
