package profile

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// maxComponents bounds what one endpoint can make us keep.
const maxComponents = 20000

// Reading is what the raw variables of one endpoint say, decoded.
type Reading struct {
	Device      fleet.Device
	RollUp      *fleet.Verdict
	Components  []fleet.Component
	Totals      fleet.Totals
	Filesystems []fleet.Filesystem
	Findings    []fleet.Finding
	NotReported []fleet.Kind
	Errors      []fleet.ReadError
	// Plan are the objects that a status read asks for.
	Plan Plan
}

// Plan is what a status read asks for: the live cells of the rows known to
// exist, and the columns of tables whose rows come and go (open faults).
type Plan struct {
	cells  []cellAt
	tables []*tableNeed
	// scripts are those that are cheap enough to be run at every status read.
	scripts []*tableNeed
	// oids are the names of the cells, with the device's own behind them; nil
	// until the plan is shared.
	oids []snmp.OID
}

// asked are the objects of one status read: the cells, and what the device
// calls itself.
func (p Plan) asked() []snmp.OID {
	if p.oids != nil {
		return p.oids
	}
	return append(p.OIDs(), sysObjectID)
}

// Len is the number of objects that a status read gets one by one.
func (p Plan) Len() int { return len(p.cells) }

// OIDs are the objects that a status read gets.
func (p Plan) OIDs() []snmp.OID {
	out := make([]snmp.OID, len(p.cells))
	for i, c := range p.cells {
		out[i] = c.oid()
	}
	return out
}

// Decode turns raw variables into components. It is pure: the same variables
// and time give the same reading. A panic in one profile costs that profile's
// part of this one reading.
func (m Match) Decode(v *Vars, at time.Time, role fleet.Role) Reading {
	return m.decode(v, at, role, true)
}

// DecodeStatus is Decode without the Plan, which a status read keeps from the
// inventory before it.
func (m Match) DecodeStatus(v *Vars, at time.Time, role fleet.Role) Reading {
	return m.decode(v, at, role, false)
}

func (m Match) decode(v *Vars, at time.Time, role fleet.Role, plan bool) Reading {
	var out Reading
	published := map[fleet.Kind]bool{}
	for _, p := range m.Profiles {
		r := &reader{p: p, v: v, at: at, role: role, keys: map[joinKey]map[string]string{}, path: map[string]string{}, rows: map[snmp.OID][]string{}}
		if plan {
			r.live = map[cellAt]bool{}
		}
		if err := r.profile(&out, published); err != nil {
			out.Errors = append(out.Errors, fleet.ReadError{What: p.Name + " decoding",
				Text: fmt.Sprintf("this program could not make sense of the answers: %v; please report it with a recording", err), Kinds: p.kinds()})
		}
		if plan {
			out.Plan.add(r)
		}
	}
	out.Components = m.withoutFallbacks(mergeTwins(out.Components, out.Findings))
	fleet.AssignSlots(out.Components)
	settleKeys(out.Findings, out.Components)
	for _, c := range out.Components {
		published[c.Kind] = true
	}
	out.NotReported = m.notReported(v, published)
	return out
}

func (p *Plan) add(r *reader) {
	cells := slices.Collect(maps.Keys(r.live))
	cells = slices.DeleteFunc(cells, func(c cellAt) bool {
		output, _, ok := member(c.col)
		if t := r.p.needs.of(output); ok && t.script.Live && !slices.Contains(p.scripts, t) {
			p.scripts = append(p.scripts, t)
		}
		return ok
	})
	slices.SortFunc(cells, func(a, b cellAt) int {
		if c := a.col.Compare(b.col); c != 0 {
			return c
		}
		return snmp.OID(a.idx).Compare(snmp.OID(b.idx))
	})
	p.cells = append(p.cells, cells...)
	for _, f := range r.p.Faults {
		if f.live() {
			p.tables = append(p.tables, r.p.needs.of(f.Entry.Num))
		}
	}
}

func (r *reader) profile(out *Reading, published map[fleet.Kind]bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	none := &row{reader: r}
	r.device(&out.Device, none)
	if out.RollUp == nil {
		out.RollUp = r.rollUp(none)
	}
	var own []fleet.Component
	for i, rule := range r.p.Components {
		indexes := r.indexes(rule)
		if len(indexes) > cap(own)-len(own) { // room for those of the other tables too
			room := 0
			for _, more := range r.p.Components[i:] {
				room += len(r.rowsOf(more.Entry.Num)) + len(more.Rows)
			}
			own = slices.Grow(own, min(room, maxComponents))
		}
		if own = r.rule(own, rule, indexes, published); len(own) > maxComponents {
			return fmt.Errorf("more than %d components", maxComponents)
		}
	}
	r.settleIncluding(own)
	out.Findings = append(out.Findings, r.faults(own)...)
	out.Findings = append(out.Findings, r.summaries(none, own)...)
	r.totals(&out.Totals, none, own)
	out.Filesystems = append(out.Filesystems, r.filesystems()...)
	if len(out.Components) == 0 {
		out.Components = own
	} else {
		out.Components = append(out.Components, own...)
	}
	for _, f := range r.p.compute {
		f.run(r, out)
	}
	return nil
}

// device fills what a profile of higher priority left empty.
func (r *reader) device(d *fleet.Device, none *row) {
	from := r.p.Device
	for _, f := range []struct {
		to   *string
		from *Field
	}{{&d.Vendor, from.Vendor}, {&d.Model, from.Model}, {&d.Serial, from.Serial}, {&d.Controller, from.Controller},
		{&d.Firmware, from.Firmware}, {&d.Hostname, from.Hostname}, {&d.OS, from.OS}} {
		if *f.to == "" {
			*f.to = none.text(f.from)
		}
	}
}

// rollUp is the first overall status that the device gives; one that says
// unknown gives way to a later one that knows.
func (r *reader) rollUp(none *row) *fleet.Verdict {
	var first *fleet.Verdict
	for _, s := range r.p.RollUp {
		c := none.eval(&s.Field)
		v, ok := s.Map.lookup(c)
		if !ok || v.Silent {
			continue
		}
		said := &fleet.Verdict{Health: v.Health, Seen: fleet.SeenOf(r.evidence(c, v.Label, &s.Field, s.Line))}
		if v.Health != fleet.Unknown {
			return said
		}
		if first == nil {
			first = said
		}
	}
	return first
}

// indexes are the rows that a rule may make components of.
func (r *reader) indexes(rule *Rule) []string {
	if rule.Published != nil && !rule.Published.stated(introduction(r.v), r.v) ||
		slices.ContainsFunc(rule.UnlessRows, func(o OID) bool { return r.v.has(o.Num) }) {
		return nil
	}
	if len(rule.Rows) > 0 {
		return rule.Rows
	}
	return r.rowsOf(rule.Entry.Num)
}

// rule adds the components of one table.
func (r *reader) rule(out []fleet.Component, rule *Rule, indexes []string, published map[fleet.Kind]bool) []fleet.Component {
	for _, index := range indexes {
		rw := &row{reader: r, entry: rule.Entry.Num, index: index}
		if len(rule.Rows) > 0 && !rw.answers(rule) {
			continue
		}
		if rule.Keep != nil && !rw.holds(rule.Keep, false) || rule.Skip != nil && rw.holds(rule.Skip, false) {
			continue
		}
		published[rule.Kind] = true
		if c, ok := rw.component(rule); ok {
			if path := rw.text(rule.Path); path != "" {
				r.path[folded(path)] = pendingKey(&c)
			}
			out = append(out, c)
		}
	}
	return out
}

// answers reports whether any health, presence or reading of a fixed row exists.
func (r *row) answers(rule *Rule) bool {
	for _, s := range slices.Concat(rule.Present, rule.Health) {
		if r.eval(&s.Field).ok {
			return true
		}
	}
	return r.eval(rule.Reading).ok
}

func (r *row) component(rule *Rule) (fleet.Component, bool) {
	c := fleet.Component{Kind: rule.Kind, Index: r.index, Role: r.role, Profile: r.p.Name,
		Name: r.text(rule.Name), Place: r.text(rule.Place), Group: r.text(rule.Group)}
	j := r.judge(rule)
	if j.skip {
		return c, false
	}
	c.Health, c.Native, c.Verdicts, c.Latched = j.health, j.native, j.verdicts, j.latched
	for _, in := range j.including {
		in.key = pendingKey(&c)
		r.including = append(r.including, in)
	}
	if c.Health == fleet.Absent {
		return c, true // an empty place holds no part, whatever its other columns repeat
	}
	c.PredictiveFailure = j.predictive
	c.Vendor, c.Model, c.Serial = r.text(rule.Vendor), r.text(rule.Model), r.text(rule.Serial)
	c.Part, c.Firmware, c.Manufactured = r.text(rule.Part), r.text(rule.Firmware), r.text(rule.Manufactured)
	c.CapacityBytes = r.whole(rule.Capacity)
	c.WearUsedPct, c.PowerOnHours = r.number(rule.Wear), r.number(rule.Hours)
	if c.Reading = r.number(rule.Reading); c.Reading != nil {
		c.Unit = rule.Unit
	}
	c.Limits = r.limits(rule.Limits)
	for name, f := range rule.Counters {
		if n := r.number(f); n != nil {
			if c.Counters == nil {
				c.Counters = map[string]float64{}
			}
			c.Counters[name] = *n
		}
	}
	for name, f := range rule.Attributes {
		if s := r.text(f); s != "" {
			if c.Attributes == nil {
				c.Attributes = map[string]string{}
			}
			c.Attributes[name] = s
		}
	}
	return c, true
}

func (r *row) limits(l *LimitRules) *fleet.Limits {
	if l == nil {
		return nil
	}
	out := fleet.Limits{WarnLow: r.number(l.WarnLow), WarnHigh: r.number(l.WarnHigh),
		CritLow: r.number(l.CritLow), CritHigh: r.number(l.CritHigh)}
	if out == (fleet.Limits{}) {
		return nil
	}
	return &out
}

// withoutFallbacks drops components of fallback rules where another profile
// lists parts of the same kind.
func (m Match) withoutFallbacks(cs []fleet.Component) []fleet.Component {
	fallback := map[string]bool{}
	for _, p := range m.Profiles {
		for _, r := range p.Components {
			if r.Fallback {
				fallback[p.Name+" "+string(r.Kind)] = true
			}
		}
	}
	known := map[fleet.Kind]bool{}
	for i := range cs {
		if !fallback[cs[i].Profile+" "+string(cs[i].Kind)] {
			known[cs[i].Kind] = true
		}
	}
	return slices.DeleteFunc(cs, func(c fleet.Component) bool {
		return known[c.Kind] && fallback[c.Profile+" "+string(c.Kind)]
	})
}

// kinds are all kinds that the profile can read.
func (p *Profile) kinds() []fleet.Kind {
	var out []fleet.Kind
	for _, r := range p.Components {
		if !slices.Contains(out, r.Kind) {
			out = append(out, r.Kind)
		}
	}
	return out
}

// notReported lists kinds that the profiles know but the device does not
// publish: their tables were read whole and had no rows at all.
func (m Match) notReported(v *Vars, published map[fleet.Kind]bool) []fleet.Kind {
	var out []fleet.Kind
	for _, k := range fleet.Kinds {
		knows, doubt := false, published[k]
		for _, p := range m.Profiles {
			knows = knows || slices.Contains(p.NotReported, k)
			for _, r := range p.Components {
				if r.Kind != k {
					continue
				}
				knows = knows || r.NotReported != "never"
				doubt = doubt || v.partial[r.Entry.Num]
			}
		}
		if knows && !doubt {
			out = append(out, k)
		}
	}
	return out
}
