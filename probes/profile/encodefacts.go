package profile

import (
	"maps"
	"slices"

	"ironage/internal/fleet"
)

// names encodes what identifies the row.
func (r *encodedRow) names(rule *Rule, c *fleet.Component) {
	r.text(rule.Name, c.Name)
	r.text(rule.Place, c.Place)
	r.text(rule.Path, c.Name)
	r.text(rule.Group, c.Group)
}

// facts encodes everything but the health.
func (r *encodedRow) facts(rule *Rule, c *fleet.Component) {
	// Limits before readings: the columns that a limit depends on are set with it.
	r.limits(rule.Limits, c.Limits)
	r.text(rule.Model, c.Model)
	for _, x := range []struct {
		f *Field
		s string
	}{{rule.Vendor, c.Vendor}, {rule.Serial, c.Serial}, {rule.Part, c.Part}, {rule.Firmware, c.Firmware}, {rule.Manufactured, c.Manufactured}} {
		r.text(x.f, x.s)
	}
	if c.CapacityBytes != nil {
		r.number(rule.Capacity, float64(*c.CapacityBytes))
	}
	for _, x := range []struct {
		f *Field
		n *float64
	}{{rule.Wear, c.WearUsedPct}, {rule.Hours, c.PowerOnHours}, {rule.Reading, c.Reading}} {
		if x.n != nil {
			r.number(x.f, *x.n)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Counters)) {
		r.number(rule.Counters[name], c.Counters[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
		r.attribute(rule.Attributes[name], c.Attributes[name])
	}
}

// attribute prefers a number for what looks like one.
func (r *encodedRow) attribute(f *Field, s string) {
	if n, ok := parseNumber(s); ok && f != nil && f.Words == nil && f.Match.Regexp == nil {
		r.number(f, n)
		return
	}
	r.text(f, s)
}

func (r *encodedRow) limits(rule *LimitRules, l *fleet.Limits) {
	if rule == nil || l == nil {
		return
	}
	for _, x := range []struct {
		f *Field
		n *float64
	}{{rule.CritHigh, l.CritHigh}, {rule.WarnHigh, l.WarnHigh}, {rule.WarnLow, l.WarnLow}, {rule.CritLow, l.CritLow}} {
		if x.n != nil {
			r.number(x.f, *x.n)
		}
	}
}
