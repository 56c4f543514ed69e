package profile

import (
	"fmt"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// TestEveryRuleEncodes holds the simulator's promise for each rule and each
// health that its main source knows: one component goes in, the same comes out.
func TestEveryRuleEncodes(t *testing.T) {
	l := builtIn(t)
	for _, p := range l.Profiles() {
		for _, rule := range p.Components {
			if len(rule.UnlessRows) > 0 || rule.Published != nil || len(rule.Health) == 0 {
				continue // a simulated device shows the newest table
			}
			for _, h := range []fleet.Health{fleet.OK, fleet.Warning, fleet.Critical, fleet.Absent} {
				if c, ok := sampleOf(rule, h); ok {
					t.Run(fmt.Sprintf("%s/%s line %d %s", p.Name, rule.Kind, rule.Line, h), func(t *testing.T) { encodes(t, p, c) })
				}
			}
		}
	}
}

// sampleOf is a component that only this rule can hold, if the rule can say h.
func sampleOf(rule *Rule, h fleet.Health) (fleet.Component, bool) {
	c := fleet.Component{Kind: rule.Kind, Health: h, Name: "part 1", Unit: rule.Unit}
	if rule.Unit != 0 && h != fleet.Absent {
		c.Reading = ptr(7.0)
	}
	if f := rule.Name; f != nil {
		if len(f.First) > 0 {
			f = f.First[0]
		}
		switch {
		case f.Words != nil:
			c.Name = f.Words.Values[0].Word
		case f.template != nil:
			c.Name = ""
			for _, p := range f.template {
				c.Name += p.literal
				if p.ref != nil {
					c.Name += "1"
				}
			}
		case f.Match.Regexp != nil:
			return c, false
		}
	}
	if name, asked := rule.sampleName(); asked {
		c.Name = name
	}
	for _, s := range append(append([]*HealthSource{}, rule.Present...), rule.Health[0]) {
		for i := range s.Map.Values {
			if v := &s.Map.Values[i]; v.Health == h && !v.Silent && !v.Skip {
				return c, true
			}
		}
	}
	return c, false
}

func encodes(t *testing.T, p *Profile, c fleet.Component) {
	vars := Encode(p, Hardware{Components: []fleet.Component{c}})
	r := Match{Profiles: []*Profile{p}}.Decode(varsOf(p, vars), testTime, fleet.BMC)
	if len(r.Errors) > 0 {
		t.Fatal(r.Errors)
	}
	for _, got := range r.Components {
		if got.Kind == c.Kind && got.Name == c.Name && got.Health == c.Health {
			return
		}
	}
	var told []string
	for _, got := range r.Components {
		told = append(told, fmt.Sprintf("%s %q %s (%s)", got.Kind, got.Name, got.Health, got.Native.Meaning()))
	}
	t.Errorf("got %s; want %s %q %s; from %d variables", strings.Join(told, ", "), c.Kind, c.Name, c.Health, len(vars))
}
