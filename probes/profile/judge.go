package profile

import (
	"cmp"
	"fmt"
	"slices"

	"ironage/internal/fleet"
)

// judgement is everything that a row's health sources said, taken together.
type judgement struct {
	health     fleet.Health
	native     fleet.Seen
	verdicts   []fleet.Verdict
	latched    bool
	predictive *bool
	skip       bool
	vague      bool // the deciding source only repeats the health
	including  []including
}

// said is one source's verdict with what it was read from.
type said struct {
	verdict
	evidence fleet.Seen
	vague    bool
}

// judge asks presence first, because the other columns of an empty place hold
// whatever the firmware left there. Then the worst of the health sources
// decides and is shown. A source that is not the first and knows nothing does
// not spoil the answer of one that does; a value that the enum does not list
// always counts, because nobody can say that it is harmless.
func (r *row) judge(rule *Rule) judgement {
	var j judgement
	for _, s := range rule.Present {
		if v, ok := r.ask(s); ok && !v.Silent {
			if v.Skip {
				return judgement{skip: true}
			}
			if v.Health == fleet.Absent {
				return j.decided(v)
			}
			j.weigh(v, false)
		}
	}
	first := true
	for _, s := range rule.Health {
		if s.Fallback && j.health != fleet.Unknown {
			continue
		}
		v, ok := r.ask(s)
		if !ok {
			continue
		}
		if len(s.Includes) > 0 && !v.Silent && !v.Skip {
			j.including = append(j.including, including{source: s, said: v})
			continue
		}
		j.predicts(s.Map, v)
		if v.Skip {
			return judgement{skip: true}
		}
		if v.Silent {
			continue
		}
		if v.Health == fleet.Absent && first {
			return j.decided(v)
		}
		if first || v.Health != fleet.Unknown || v.unlisted {
			j.weigh(v, s.Fallback)
		} else {
			j.verdicts = append(j.verdicts, fleet.Verdict{Health: v.Health, Seen: v.evidence})
		}
		first = false
	}
	if len(j.verdicts) == 0 {
		r.byLimits(rule, &j)
	}
	if len(j.verdicts) == 0 {
		j.native = fleet.SeenOf(fleet.Evidence{Meaning: "the device publishes no status for it", Time: r.at, Profile: cmp.Or(rule.from, r.p.Name), Line: rule.Line, Role: r.role})
	}
	return j
}

func (r *row) ask(s *HealthSource) (said, bool) {
	c := r.eval(&s.Field)
	v, ok := s.Map.lookup(c)
	if !ok {
		return said{}, false
	}
	return said{v, fleet.SeenOf(r.evidence(c, v.Label, &s.Field, s.Line)), s.Map.Vague}, true
}

func (j *judgement) decided(v said) judgement {
	return judgement{health: v.Health, native: v.evidence,
		verdicts: []fleet.Verdict{{Health: v.Health, Seen: v.evidence}}}
}

// weigh adds a verdict; the deciding one stands first.
func (j *judgement) weigh(v said, fallback bool) {
	one := fleet.Verdict{Health: v.Health, Seen: v.evidence}
	if v.Latched {
		j.latched = true
	}
	bad := v.Health == fleet.Warning || v.Health == fleet.Critical
	if len(j.verdicts) == 0 || v.Health.Worse(j.health) || fallback && v.Health != fleet.Unknown ||
		bad && v.Health == j.health && j.vague && !v.vague {
		j.health, j.native, j.vague = v.Health, v.evidence, v.vague
		j.verdicts = append([]fleet.Verdict{one}, j.verdicts...)
		return
	}
	j.verdicts = append(j.verdicts, one)
}

// predicts notes what a source that can predict failures says about them.
func (j *judgement) predicts(e *Enum, v said) {
	if !e.predicts() || v.unlisted && v.Health == fleet.Unknown {
		return
	}
	if j.predictive == nil {
		j.predictive = new(bool)
	}
	*j.predictive = *j.predictive || v.Predictive
}

// byLimits judges a reading against the row's own limits: the last resort
// where the device gives no verdict.
func (r *row) byLimits(rule *Rule, j *judgement) {
	l := r.limits(rule.Limits)
	c := r.eval(rule.Reading)
	if l == nil || !c.ok || !c.isNum {
		return
	}
	health, meaning := withinLimits(c.num, l)
	j.weigh(said{verdict: verdict{EnumValue: EnumValue{Health: health}}, evidence: fleet.SeenOf(r.evidence(c, meaning, rule.Reading, rule.Reading.Line))}, false)
}

func withinLimits(x float64, l *fleet.Limits) (fleet.Health, string) {
	for _, t := range []struct {
		limit  *float64
		sign   float64
		health fleet.Health
		name   string
	}{{l.CritHigh, 1, fleet.Critical, "above the critical limit"}, {l.CritLow, -1, fleet.Critical, "below the critical limit"},
		{l.WarnHigh, 1, fleet.Warning, "above the warning limit"}, {l.WarnLow, -1, fleet.Warning, "below the warning limit"}} {
		if t.limit != nil && t.sign*(x-*t.limit) > 0 {
			return t.health, fmt.Sprintf("%s %s", t.name, formatNumber(*t.limit))
		}
	}
	return fleet.OK, "within limits"
}

// settleIncluding weighs the statuses that include other parts, now that all
// parts are known. A bad one is the consequence of a bad part that belongs to
// the component, or that nobody knows the owner of; only where there is none
// does it speak for the component itself.
func (r *reader) settleIncluding(own []fleet.Component) {
	if len(r.including) == 0 {
		return
	}
	at := make(map[string]*fleet.Component, len(own))
	for i := range own {
		at[pendingKey(&own[i])] = &own[i]
	}
	for _, in := range r.including {
		c := at[in.key]
		if c == nil || c.Health == fleet.Absent {
			continue
		}
		bad := in.Health == fleet.Warning || in.Health == fleet.Critical
		explained := bad && slices.ContainsFunc(own, func(o fleet.Component) bool {
			return slices.Contains(in.source.Includes, o.Kind) && (o.Group == "" || o.Group == c.Name) &&
				(o.Health == fleet.Warning || o.Health == fleet.Critical)
		})
		one := fleet.Verdict{Health: in.Health, Seen: in.evidence}
		switch {
		case len(c.Verdicts) == 0:
			c.Health, c.Native, c.Verdicts = in.Health, in.evidence, []fleet.Verdict{one}
		case bad && !explained:
			raise(c, in.said)
		default:
			c.Verdicts = append(c.Verdicts, one)
		}
	}
}
