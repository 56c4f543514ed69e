package profile

import (
	"context"
	"errors"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Identity reads who the device says it is and nothing of its parts: a request
// or two, and the few columns in which some families keep it. The error says
// why nothing could be read; what is missing from an incomplete read is empty.
// Scripts are not run for it.
func (m Match) Identity(ctx context.Context, src Source, at time.Time) (fleet.Device, error) {
	var need needs
	need.scalar(sysDescr)
	need.scalar(sysObjectID)
	need.scalar(sysName)
	for _, p := range m.Profiles {
		for _, f := range p.Device.fields() {
			p.identity(f, &need)
		}
	}
	need.finish()
	v := NewVars()
	v.Taken = at
	if err := readScalars(ctx, src, v, need.scalars); err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return fleet.Device{}, err
	}
	for _, t := range need.tables {
		if err := m.readTable(ctx, src, v, t); err != nil && ctx.Err() != nil {
			return fleet.Device{}, err
		}
	}
	return m.device(v, at), nil
}

// device is the identity out of variables read.
func (m Match) device(v *Vars, at time.Time) (d fleet.Device) {
	// What a device answers must not end more than its own reading.
	defer func() { _ = recover() }()
	for _, p := range m.Profiles {
		r := newReader(p, v, at, p.Role, new(desk))
		r.device(&d, &row{reader: r})
	}
	return d
}

// identity notes the objects that a field of the device reads.
func (p *Profile) identity(f *Field, n *needs) {
	if f == nil {
		return
	}
	for _, first := range f.First {
		p.identity(first, n)
	}
	if f.OID != nil && f.OID.Num != "" {
		n.scalar(f.OID.Num)
	}
	refs := slices.Clone(f.Of)
	for _, piece := range f.template {
		refs = append(refs, piece.ref)
	}
	for _, ref := range append(append(refs, f.Column), f.When.refs()...) {
		if ref != nil && ref.scalar != "" {
			n.scalar(ref.scalar)
		}
	}
	if f.Find == nil || p.scriptOf(f.Find.Entry.Num) != nil {
		return
	}
	for _, ref := range append(f.Find.Where.refs(), f.Find.Column) {
		switch {
		case ref == nil || ref.Index:
		case ref.scalar != "":
			n.scalar(ref.scalar)
		default:
			n.column(f.Find.Entry.Num, ref.col, scope{name: "identity"})
		}
	}
}

// refs are the cells that a condition looks at.
func (c *Condition) refs() []*Ref {
	if c == nil {
		return nil
	}
	var out []*Ref
	for _, all := range c.Any {
		for i := range all {
			out = append(out, &all[i].Ref)
		}
	}
	return out
}
