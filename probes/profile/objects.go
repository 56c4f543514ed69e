package profile

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"ironage/probes/snmp"
)

// Subtrees are the parts of the object tree that reading a device through the
// matched profiles touches, with everything by which any profile of the library
// recognised it: what a recording must hold to be read like the device. They are
// in no order, and some lie below others.
func (l *Library) Subtrees(ctx context.Context, src Source) (Match, []snmp.OID, error) {
	vars := NewVars()
	if err := readScalars(ctx, src, vars, l.questions()); err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return Match{}, nil, err
	}
	m, err := l.Match(ctx, src)
	if err != nil {
		return Match{}, nil, err
	}
	var out []snmp.OID
	for _, q := range l.questions() {
		if vars.get(q).ok {
			out = append(out, q.col)
		}
	}
	need := m.needs()
	for _, c := range need.scalars {
		out = append(out, c.col)
	}
	for _, t := range need.tables {
		out = append(out, t.subtree())
	}
	for _, p := range m.Profiles {
		for _, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
			if c.HasRows != nil {
				out = append(out, c.HasRows.Num)
			}
			if len(c.Scripts) > 0 {
				out = append(out, extendStorage)
			}
		}
	}
	return m, out, nil
}

// subtree is the table itself; of a script the object that holds its output,
// and never the objects beside it, each of which would run the script again.
func (t *tableNeed) subtree() snmp.OID {
	if t.isScript() {
		return scalarAt(t.entry).col
	}
	return t.entry
}

// Identities are the values in a reading that tell its machine from others of
// the model.
func (r Reading) Identities() []string {
	out := []string{r.Device.Serial, r.Device.Hostname}
	for i := range r.Components {
		c := &r.Components[i]
		out = append(out, c.Serial)
		for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
			if tellsApart(name) {
				out = append(out, c.Attributes[name])
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// Identifying are the objects (columns, or single ones without their last
// number) that tell one machine from another of its model, as far as the
// profiles of the library read them: serial numbers, host names, asset tags.
// Technical are those that hold versions and model names: texts there may look
// like addresses, and are none.
func (l *Library) Identifying() (identifying, technical []snmp.OID) {
	id, tech := map[snmp.OID]bool{}, map[snmp.OID]bool{}
	for _, p := range l.profiles {
		p.Device.Serial.objects(id)
		p.Device.Hostname.objects(id)
		for _, f := range []*Field{p.Device.Vendor, p.Device.Model, p.Device.Controller, p.Device.Firmware} {
			f.objects(tech)
		}
		for _, r := range p.Components {
			r.Serial.objects(id)
			for name, f := range r.Attributes {
				if tellsApart(name) {
					f.objects(id)
				}
			}
			for _, f := range []*Field{r.Vendor, r.Model, r.Part, r.Firmware} {
				f.objects(tech)
			}
		}
	}
	// A column that holds all sorts of facts, row by row, is not an identity; the
	// one in it is known from reading the device.
	maps.DeleteFunc(id, func(o snmp.OID, _ bool) bool { return tech[o] })
	return slices.SortedFunc(maps.Keys(id), snmp.OID.Compare), slices.SortedFunc(maps.Keys(tech), snmp.OID.Compare)
}

// tellsApart reports whether an attribute's name says that it is somebody's.
func tellsApart(name string) bool {
	for _, word := range []string{"serial", "asset", "uuid", "wwn", "mac", "guid", "sas_address", "host", "owner", "address"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// objects collects the objects that a field reads its value from. A field that
// picks a part of a text by an expression is left out: the rest of that text is
// something else, and what was learned elsewhere is replaced in it, too.
func (f *Field) objects(into map[snmp.OID]bool) {
	if f == nil || f.Match.Regexp != nil {
		return
	}
	for _, r := range slices.Concat([]*Ref{f.Column}, f.Of) {
		r.object(into)
	}
	if f.OID != nil && f.OID.Num != "" {
		into[scalarAt(f.OID.Num).col] = true
	}
	if f.Find != nil && f.Find.Where == nil {
		f.Find.Column.object(into)
	}
	for _, p := range f.template {
		p.ref.object(into)
	}
	for _, x := range f.First {
		x.objects(into)
	}
}

func (r *Ref) object(into map[snmp.OID]bool) {
	switch {
	case r == nil || r.Index:
	case r.scalar != "":
		into[scalarAt(r.scalar).col] = true
	case r.col != "" && !strings.Contains(string(r.col), memberMark):
		into[r.col] = true
	}
}
