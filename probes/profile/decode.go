package profile

import (
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
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
	published := make(kinds, 0, len(fleet.Kinds))
	d, _ := desks.Get().(*desk)
	defer d.leave()
	out.Components = d.list[:0]
	for _, p := range m.Profiles {
		r := newReader(p, v, at, role, d)
		if plan {
			r.live = d.alive()
		}
		if err := r.profile(&out, &published); err != nil {
			out.Errors = append(out.Errors, fleet.ReadError{What: p.Name + " decoding",
				Text: fmt.Sprintf("this program could not make sense of the answers: %v; please report it with a recording", err), Kinds: p.kinds()})
		}
		if plan {
			out.Plan.add(r)
		}
	}
	d.list = out.Components
	out.Components = m.withoutFallbacks(mergeTwins(out.Components, out.Findings))
	out.Components = owned(out.Components)
	fleet.AssignSlots(out.Components)
	settleKeys(out.Findings, out.Components)
	for i := range out.Components {
		published.add(out.Components[i].Kind)
	}
	out.NotReported = m.notReported(v, published)
	return out
}

// kinds is a set of kinds of components.
type kinds []fleet.Kind

func (ks *kinds) add(k fleet.Kind) {
	if !slices.Contains(*ks, k) {
		*ks = append(*ks, k)
	}
}

func (r *reader) profile(out *Reading, published *kinds) (err error) {
	others, done := len(out.Components), false
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if !done {
			out.Components = out.Components[:others]
		}
	}()
	none := &row{reader: r}
	r.device(&out.Device, none)
	if out.RollUp == nil {
		out.RollUp = r.rollUp(none)
	}
	for _, rule := range r.p.Components {
		out.Components = r.rule(rule, published, out.Components)
		if len(out.Components)-others > maxComponents {
			return fmt.Errorf("more than %d components", maxComponents)
		}
	}
	own := out.Components[others:]
	r.settleIncluding(own)
	out.Findings = append(out.Findings, r.faults(own)...)
	out.Findings = append(out.Findings, r.summaries(none, own)...)
	r.totals(&out.Totals, none, own)
	out.Filesystems = append(out.Filesystems, r.filesystems()...)
	done = true
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
		var v said
		if !none.ask(s, &v) || v.Silent {
			continue
		}
		said := &fleet.Verdict{Health: v.Health, Seen: v.evidence}
		if v.Health != fleet.Unknown {
			return said
		}
		if first == nil {
			first = said
		}
	}
	return first
}

// rule adds the components of one table.
func (r *reader) rule(rule *Rule, published *kinds, out []fleet.Component) []fleet.Component {
	if rule.Published != nil && !rule.Published.stated(introduction(r.v), r.v) ||
		slices.ContainsFunc(rule.UnlessRows, func(o OID) bool { return r.v.has(o.Num) }) {
		return out
	}
	table := foundRows{rows: rule.Rows}
	if len(table.rows) == 0 {
		table = r.table(rule.Entry.Num)
	}
	for n, index := range table.rows {
		rw := row{reader: r, entry: rule.Entry.Num, index: index, t: table.t, n: n}
		if len(rule.Rows) > 0 && !rw.answers(rule) {
			continue
		}
		if rule.Keep != nil && !rw.holds(rule.Keep, false) || rule.Skip != nil && rw.holds(rule.Skip, false) {
			continue
		}
		published.add(rule.Kind)
		out = append(out, fleet.Component{})
		c := &out[len(out)-1]
		if !rw.component(rule, c) {
			out = out[:len(out)-1]
			continue
		}
		if path := rw.text(rule.Path); path != "" {
			if r.path == nil {
				r.path = map[string]string{}
			}
			r.path[folded(path)] = pendingKey(c)
		}
	}
	return out
}

// answers reports whether any health, presence or reading of a fixed row exists.
func (r *row) answers(rule *Rule) bool {
	var c cell
	for _, sources := range [...][]*HealthSource{rule.Present, rule.Health} {
		for _, s := range sources {
			if r.eval(&s.Field, &c); c.ok {
				return true
			}
		}
	}
	r.eval(rule.Reading, &c)
	return c.ok
}

// component fills c, which is empty; false when the row describes none.
func (r *row) component(rule *Rule, c *fleet.Component) bool {
	c.Kind, c.Index, c.Role, c.Profile = rule.Kind, r.index, r.role, r.p.name
	c.Name, c.Place, c.Group = r.text(rule.Name), r.text(rule.Place), r.text(rule.Group)
	j := r.judge(rule)
	if j.skip {
		return false
	}
	c.Health, c.Native, c.Verdicts, c.Latched = j.health, j.native, r.kept(j.verdicts), j.latched
	for _, in := range j.including {
		in.part = placeOf(c)
		r.including = append(r.including, in)
	}
	if c.Health == fleet.Absent {
		return true // an empty place holds no part, whatever its other columns repeat
	}
	c.PredictiveFailure = j.predictive
	c.Vendor, c.Model, c.Serial = r.text(rule.Vendor), r.text(rule.Model), r.text(rule.Serial)
	c.Part, c.Firmware, c.Manufactured = r.text(rule.Part), r.text(rule.Firmware), r.text(rule.Manufactured)
	r.witness(rule)
	c.CapacityBytes = r.whole(rule.Capacity)
	c.WearUsedPct, c.PowerOnHours = r.number(rule.Wear), r.number(rule.Hours)
	if c.Reading = r.number(rule.Reading); c.Reading != nil {
		c.Unit = rule.Unit
	}
	c.Limits = r.limits(rule.Limits)
	c.Counters, c.Attributes = r.counted(rule), r.attributed(rule)
	return true
}

// kept are verdicts in a place of their own on the desk.
func (d *desk) kept(vs []fleet.Verdict) []fleet.Verdict {
	if len(vs) == 0 {
		return nil
	}
	from := len(d.verdicts)
	d.verdicts = append(d.verdicts, vs...)
	return d.verdicts[from:len(d.verdicts):len(d.verdicts)]
}

// owned are components in a list of their own, and their verdicts in another:
// nothing of them lies on the desk any more.
func owned(cs []fleet.Component) []fleet.Component {
	out := append(make([]fleet.Component, 0, len(cs)), cs...)
	count := 0
	for i := range out {
		count += len(out[i].Verdicts)
	}
	all := make([]fleet.Verdict, 0, count)
	for i := range out {
		if vs := out[i].Verdicts; len(vs) > 0 {
			from := len(all)
			all = append(all, vs...)
			out[i].Verdicts = all[from:len(all):len(all)]
		}
	}
	return out
}

func (r *row) counted(rule *Rule) map[string]float64 {
	any := false
	values := r.numbers[:0]
	for _, f := range rule.counters {
		n := r.number(f.field)
		values, any = append(values, n), any || n != nil
	}
	r.numbers = values[:0]
	if !any {
		return nil
	}
	return r.p.memo.counted(rule, values)
}

func (r *row) attributed(rule *Rule) map[string]string {
	any := false
	values := r.values[:0]
	for _, f := range rule.attributes {
		s := r.text(f.field)
		values, any = append(values, s), any || s != ""
	}
	r.values = values[:0]
	if !any {
		return nil
	}
	return r.p.memo.attributed(rule, values)
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
	return r.p.memo.limit(out)
}

// withoutFallbacks drops components of fallback rules where another profile
// lists parts of the same kind.
func (m Match) withoutFallbacks(cs []fleet.Component) []fleet.Component {
	if !slices.ContainsFunc(m.Profiles, func(p *Profile) bool { return len(p.fallbacks) > 0 }) {
		return cs
	}
	fallback := func(c *fleet.Component) bool {
		return slices.ContainsFunc(m.Profiles, func(p *Profile) bool {
			return p.name == c.Profile && slices.Contains(p.fallbacks, c.Kind)
		})
	}
	var known kinds
	for i := range cs {
		if !fallback(&cs[i]) {
			known.add(cs[i].Kind)
		}
	}
	out := cs[:0]
	for i := range cs {
		if !slices.Contains(known, cs[i].Kind) || !fallback(&cs[i]) {
			out = append(out, cs[i])
		}
	}
	clear(cs[len(out):])
	return out
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
func (m Match) notReported(v *Vars, published kinds) []fleet.Kind {
	var out []fleet.Kind
	for _, k := range fleet.Kinds {
		knows, doubt := false, slices.Contains(published, k)
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
