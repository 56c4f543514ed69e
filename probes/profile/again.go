package profile

import (
	"context"
	"errors"

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

// successor is one cell that a table is known to have, asked for by what stands
// before it: an answer with another name shows that the table has changed.
type successor struct {
	table *tableNeed
	at    cellAt
	was   stored
	end   bool // no cell: the column is expected to end here
}

// another reports whether a text changed: a part was swapped, perhaps for one
// that says more or less than the one before.
func (s *successor) another(is snmp.Value) bool {
	return s.was.kind == snmp.OctetString && s.was.octets != string(is.Octets)
}

// ReadInventoryAgain is ReadInventory of a device whose rows are known from old.
// Every known cell is asked for through the one before it, packed across tables,
// so that nothing beyond the tables' ends is read and a row that came, went or
// moved still shows; such a table is then walked whole. What it cannot see is a
// column that was empty in old, so that now and then everything must be walked.
// ok is false when another device answers.
func (m Match) ReadInventoryAgain(ctx context.Context, src Successor, old *Vars) (v *Vars, errs []fleet.ReadError, ok bool, err error) {
	v = NewVars()
	need := m.needs()
	for _, o := range []snmp.OID{sysDescr, sysObjectID, sysName} {
		need.scalar(o)
	}
	if err := readScalars(ctx, src, v, need.scalars); errors.Is(err, snmp.ErrIncomplete) {
		errs = append(errs, fleet.ReadError{What: "single objects", Text: err.Error()})
	} else if err != nil {
		return v, nil, true, err
	}
	for _, o := range []snmp.OID{sysDescr, sysObjectID} {
		if v.get(scalarAt(o)).text != old.get(scalarAt(o)).text {
			return nil, nil, false, nil
		}
	}
	agent, scripts := apart(need.tables)
	changed, err := m.readKnown(ctx, src, v, old, agent)
	if err != nil {
		return v, nil, true, err
	}
	for i, t := range agent {
		if !changed[t] || !t.published(v) {
			continue
		}
		for _, col := range t.columns {
			v.drop(col)
		}
		err := m.readTable(ctx, src, v, t)
		if err == nil {
			continue
		}
		errs = append(errs, tableError(t, err))
		if !alive(ctx, src) {
			for _, rest := range agent[i+1:] {
				if changed[rest] {
					v.partial[rest.entry] = true
					errs = append(errs, tableError(rest, err))
				}
			}
			return v, errs, true, nil
		}
	}
	return v, append(errs, m.readScripts(ctx, src, v, scripts)...), true, nil
}

// readKnown reads the rows that old has, and says which tables must be walked
// because they are not as they were, or never were known whole.
func (m Match) readKnown(ctx context.Context, src Successor, v, old *Vars, tables []*tableNeed) (map[*tableNeed]bool, error) {
	changed := map[*tableNeed]bool{}
	var ask []successor
	var oids []snmp.OID
	var sizes []int
	for _, t := range tables {
		switch {
		case !t.published(v):
		case old.partial[t.entry]:
			changed[t] = true
		default:
			ask, oids, sizes = t.known(old, ask, oids, sizes)
		}
	}
	if len(oids) == 0 {
		return changed, nil
	}
	got, err := src.Next(ctx, oids, sizes)
	if err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return nil, err
	}
	for i, s := range ask {
		switch x := got[i]; {
		case s.end && x.OID.Under(s.at.col), !s.end && (!x.Value.Exists() || x.OID != s.at.oid()), x.Value.Type == snmp.Null:
			changed[s.table] = true
		case !s.end:
			if s.another(x.Value) {
				changed[s.table] = true
			}
			v.put(v.column(s.at.col, s.table.entry), s.at.idx, store(x.Value))
		}
	}
	return changed, nil
}

// known adds what must be asked to read the rows of a table again.
func (t *tableNeed) known(old *Vars, ask []successor, oids []snmp.OID, sizes []int) ([]successor, []snmp.OID, []int) {
	const endSize = 40 // what stands behind a table is somebody else's
	witness := false
	var ends []snmp.OID // the last known cell of each column
	var ended []snmp.OID
	for _, col := range t.columns {
		c := old.cols[col]
		if c == nil {
			continue
		}
		before, rows := col, 0
		for _, row := range c.t.order() {
			if row >= len(c.values) || !c.values[row].exists() {
				continue
			}
			rows++
			s := successor{table: t, at: cellAt{col, c.t.names[row]}, was: c.values[row]}
			ask, oids = append(ask, s), append(oids, before)
			sizes = append(sizes, snmp.Variable{OID: s.at.oid(), Value: c.values[row].value()}.Size())
			before = s.at.oid()
		}
		if rows > 0 && rows == len(c.t.names) && !witness {
			witness = true
			ask, oids, sizes = append(ask, successor{table: t, at: cellAt{col: col}, end: true}), append(oids, before), append(sizes, endSize)
		}
		if rows > 0 {
			ends, ended = append(ends, before), append(ended, col)
		}
	}
	switch {
	case witness:
		return ask, oids, sizes
	case len(ended) == 0: // an empty table: is it still? Whatever columns the device has
		ends, ended = []snmp.OID{t.entry}, []snmp.OID{t.entry}
	}
	for i, col := range ended { // no column has all rows: the next may show in any
		ask, oids, sizes = append(ask, successor{table: t, at: cellAt{col: col}, end: true}), append(oids, ends[i]), append(sizes, endSize)
	}
	return ask, oids, sizes
}
