package profile

import (
	"slices"
	"strconv"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// wanted is what an encoded health source shall say.
type wanted struct {
	health     fleet.Health
	label      string
	predictive bool
}

// absent says that the place is empty.
func (r *encodedRow) absent(rule *Rule) {
	for _, s := range append(append([]*HealthSource{}, rule.Present...), rule.Health...) {
		if r.health(s, wanted{health: fleet.Absent}) {
			return
		}
	}
}

// verdicts encodes the health: the source whose label the evidence names says
// it, else one that can predict failures where one is predicted, else the main
// one. The others say that all is well, or nothing.
func (r *encodedRow) verdicts(rule *Rule, c *fleet.Component) {
	decides := r.decider(rule, c)
	predictive := c.PredictiveFailure == fleet.Yes
	if decides != nil {
		w := wanted{health: c.Health, label: c.Native.Meaning(), predictive: predictive}
		if !r.health(decides, w) {
			r.health(decides, wanted{health: c.Health})
		}
		predictive = predictive && !saysPredictive(decides.Map, c.Health)
	}
	for _, s := range rule.Health {
		switch {
		case s == decides || s.Fallback:
		case predictive && saysPredictive(s.Map, fleet.Warning):
			predictive = !r.health(s, wanted{health: fleet.Warning, predictive: true})
		default:
			r.calm(s)
		}
	}
	for _, s := range rule.Present {
		if s.Column == nil || rule.Capacity == nil || rule.Capacity.Column == nil || s.Column.col != rule.Capacity.Column.col {
			r.calm(s)
		}
	}
}

func (r *encodedRow) decider(rule *Rule, c *fleet.Component) *HealthSource {
	if len(rule.Health) == 0 {
		return nil
	}
	if c.Health == fleet.Warning || c.Health == fleet.Critical {
		for _, s := range rule.Health {
			for i := range s.Map.Values {
				if v := &s.Map.Values[i]; v.Label == c.Native.Meaning() && v.Health == c.Health && !v.Silent {
					return s
				}
			}
		}
		if c.PredictiveFailure == fleet.Yes {
			for _, s := range rule.Health {
				if saysPredictive(s.Map, c.Health) {
					return s
				}
			}
		}
	}
	return rule.Health[0]
}

func saysPredictive(e *Enum, h fleet.Health) bool {
	for i := range e.Values {
		if e.Values[i].Predictive && e.Values[i].Health == h {
			return true
		}
	}
	return false
}

// health makes a source say what is wanted; it reports whether it can.
func (r *encodedRow) health(s *HealthSource, w wanted) bool {
	var best *EnumValue
	score := 0
	for i := range s.Map.Values {
		v := &s.Map.Values[i]
		if v.Silent || v.Skip || v.Health != w.health {
			continue
		}
		n := 1
		if v.Label == w.label {
			n += 4
		}
		if v.Predictive == w.predictive {
			n += 2
		}
		if n > score {
			if _, ok := enumSample(s.Map, v); ok {
				best, score = v, n
			}
		}
	}
	if best == nil || w.predictive && !best.Predictive {
		return false
	}
	raw, _ := enumSample(s.Map, best)
	return r.raw(s, raw)
}

// calm makes a source say that nothing is wrong.
func (r *encodedRow) calm(s *HealthSource) {
	for _, fine := range []func(*EnumValue) bool{
		func(v *EnumValue) bool { return v.Health == fleet.OK && !v.Silent },
		func(v *EnumValue) bool { return v.Silent },
	} {
		for i := range s.Map.Values {
			if v := &s.Map.Values[i]; fine(v) && !v.Skip {
				if raw, ok := enumSample(s.Map, v); ok && r.raw(s, raw) {
					return
				}
			}
		}
	}
	if s.Map.Default == nil || !s.Map.Default.Silent || s.When != nil {
		return
	}
	// Presence lists mostly name the empty place only: anything else is fitted.
	if raw, ok := unlistedSample(s.Map); ok {
		r.raw(s, raw)
	}
}

// raw writes a source's value through the inverse of its field.
func (r *encodedRow) raw(s *HealthSource, v snmp.Value) bool {
	if s.Decode == "octet" {
		v = snmp.Value{Type: snmp.OctetString, Octets: []byte{byte(v.Num)}}
	}
	if len(s.First) > 0 {
		return r.value(s.First[0], v)
	}
	return r.value(&s.Field, v)
}

// enumSample is a raw value that an enum translates to v.
func enumSample(e *Enum, v *EnumValue) (snmp.Value, bool) {
	switch e.Kind {
	case EnumBits:
		n, err := strconv.ParseInt(strings.TrimPrefix(v.Key, "!"), 10, 63)
		if strings.HasPrefix(v.Key, "!") {
			n = 0
		}
		return numberValue(float64(n)), err == nil
	case EnumOctets:
		bit, err := strconv.Atoi(v.Key)
		if err != nil || bit > 63 {
			return snmp.Value{}, false
		}
		b := make([]byte, bit/8+1)
		b[bit/8] = 0x80 >> (bit % 8)
		return snmp.Value{Type: snmp.OctetString, Octets: b}, true
	}
	return sample(v.match, v.Key)
}

// unlistedSample is a number that an enum does not list.
func unlistedSample(e *Enum) (snmp.Value, bool) {
	switch e.Kind {
	case EnumBits:
		for i := range e.Values {
			if clear, ok := strings.CutPrefix(e.Values[i].Key, "!"); ok {
				n, _ := parseNumber(clear)
				return numberValue(n), true
			}
		}
		return numberValue(0), true
	case EnumText, EnumOctets:
		return snmp.Value{}, false
	}
	for n := range 1000 {
		c := numberCell(float64(n + 1))
		if !slices.ContainsFunc(e.Values, func(v EnumValue) bool { return v.match.fits(&c) }) {
			return numberValue(c.num), true
		}
	}
	return snmp.Value{}, false
}
