package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// judgement is everything that a row's health sources said, taken together.
type judgement struct {
	health     fleet.Health
	native     fleet.Seen
	verdicts   []fleet.Verdict
	latched    bool
	predictive fleet.Answer
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
//
// The judgement lies on the reader's desk until the next row is judged.
func (r *row) judge(rule *Rule) *judgement {
	j := &r.j
	j.reset()
	var v said
	for _, s := range rule.Present {
		if !r.ask(s, &v) || v.Silent {
			continue
		}
		if v.Skip {
			return j.skipped()
		}
		if v.Health == fleet.Absent {
			return j.decided(&v)
		}
		j.weigh(&v, false)
	}
	first := true
	for _, s := range rule.Health {
		if s.Fallback && j.health != fleet.Unknown || !r.ask(s, &v) {
			continue
		}
		if len(s.Includes) > 0 && !v.Silent && !v.Skip {
			j.including = append(j.including, including{source: s, said: v})
			continue
		}
		j.predicts(s.Map, &v)
		if v.Skip {
			return j.skipped()
		}
		if v.Silent {
			continue
		}
		if v.Health == fleet.Absent && first {
			return j.decided(&v)
		}
		if first || v.Health != fleet.Unknown || v.unlisted {
			j.weigh(&v, s.Fallback)
		} else {
			j.verdicts = append(j.verdicts, fleet.Verdict{Health: v.Health, Seen: v.evidence})
		}
		first = false
	}
	if len(j.verdicts) == 0 {
		r.byLimits(rule, j)
	}
	if len(j.verdicts) == 0 {
		j.native = r.quote(&cell{}, "the device publishes no status for it", cmp.Or(rule.from, r.p.Name), rule.Line, r.at)
	}
	return j
}

// ask fills in what a source says of the row; false when it says nothing.
func (r *row) ask(s *HealthSource, v *said) bool {
	if s.single && r.p.memo != nil {
		if x, at := r.found(&s.Field); !x.exists() {
			return false
		} else if len(x.octets) <= maxRemembered && len(at.idx) <= maxRemembered {
			return r.remembered(s, x, at, v)
		}
	}
	var c cell
	r.eval(&s.Field, &c)
	return r.interpreted(s, &c, v)
}

func (r *row) interpreted(s *HealthSource, c *cell, v *said) (ok bool) {
	if v.verdict, ok = s.Map.lookup(c); !ok {
		return false
	}
	v.evidence, v.vague = r.seen(c, v.Label, &s.Field, s.Line), s.Map.Vague
	return true
}

// remembered is ask for a source that looks at one cell only: what it says of a
// value was mostly said before, of this device or of another.
func (r *row) remembered(s *HealthSource, x stored, at cellAt, v *said) bool {
	m := r.p.memo
	h := mixed(m.hash(at.idx), uint64(s.number)<<8|uint64(x.kind)) //nolint:gosec // any bits will do
	if h = mixed(h, uint64(x.num)); x.octets != "" {               //nolint:gosec // any bits will do
		h = mixed(h, m.hash(x.octets))
	}
	place := &m.asked[h%uint64(len(m.asked))]
	if a := place.Load(); a != nil && a.source == s && a.raw == x && a.index == at.idx && a.role == r.role {
		if a.ok {
			*v = a.said
			v.evidence = v.evidence.At(r.when(&s.Field))
		}
		return a.ok
	}
	x.octets, at.idx = strings.Clone(x.octets), strings.Clone(at.idx)
	var c cell
	c.set(x, at)
	r.converted(&s.Field, &c)
	ok := r.interpreted(s, &c, v)
	a := &asked{source: s, role: r.role, index: at.idx, raw: x, ok: ok}
	if ok {
		a.said = *v
	}
	place.Store(a)
	return ok
}

func (j *judgement) reset() {
	j.health, j.native, j.predictive = fleet.Unknown, fleet.Seen{}, 0
	j.verdicts, j.including = j.verdicts[:0], j.including[:0]
	j.latched, j.skip, j.vague = false, false, false
}

func (j *judgement) skipped() *judgement {
	j.reset()
	j.skip = true
	return j
}

func (j *judgement) decided(v *said) *judgement {
	j.reset()
	j.health, j.native = v.Health, v.evidence
	j.verdicts = append(j.verdicts, fleet.Verdict{Health: v.Health, Seen: v.evidence})
	return j
}

// weigh adds a verdict; the deciding one stands first.
func (j *judgement) weigh(v *said, fallback bool) {
	one := fleet.Verdict{Health: v.Health, Seen: v.evidence}
	if v.Latched {
		j.latched = true
	}
	bad := v.Health == fleet.Warning || v.Health == fleet.Critical
	if len(j.verdicts) == 0 || v.Health.Worse(j.health) || fallback && v.Health != fleet.Unknown ||
		bad && v.Health == j.health && j.vague && !v.vague {
		j.health, j.native, j.vague = v.Health, v.evidence, v.vague
		j.verdicts = slices.Insert(j.verdicts, 0, one)
		return
	}
	j.verdicts = append(j.verdicts, one)
}

// predicts notes what a source that can predict failures says about them.
func (j *judgement) predicts(e *Enum, v *said) {
	if !e.predicts() || v.unlisted && v.Health == fleet.Unknown {
		return
	}
	if j.predictive == 0 || v.Predictive {
		j.predictive = fleet.AnswerOf(v.Predictive || j.predictive == fleet.Yes)
	}
}

// byLimits judges a reading against the row's own limits: the last resort
// where the device gives no verdict.
func (r *row) byLimits(rule *Rule, j *judgement) {
	l := r.limits(rule.Limits)
	if l == nil {
		return
	}
	var c cell
	if r.eval(rule.Reading, &c); !c.ok || !c.isNum {
		return
	}
	health, meaning := withinLimits(c.num, l)
	j.weigh(&said{verdict: verdict{EnumValue: EnumValue{Health: health}}, evidence: r.seen(&c, meaning, rule.Reading, rule.Reading.Line)}, false)
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
	at := lastOf(own, len(r.including))
	for i := range r.including {
		in := &r.including[i]
		c := at(in.part)
		if c == nil || c.Health == fleet.Absent {
			continue
		}
		bad := in.Health == fleet.Warning || in.Health == fleet.Critical
		explained := false
		for k := range own {
			o := &own[k]
			explained = explained || bad && (o.Health == fleet.Warning || o.Health == fleet.Critical) &&
				slices.Contains(in.source.Includes, o.Kind) && (o.Group == "" || o.Group == c.Name)
		}
		one := fleet.Verdict{Health: in.Health, Seen: in.evidence}
		switch {
		case len(c.Verdicts) == 0:
			c.Health, c.Native, c.Verdicts = in.Health, in.evidence, []fleet.Verdict{one}
		case bad && !explained:
			raise(c, &in.said)
		default:
			c.Verdicts = append(c.Verdicts, one)
		}
	}
}

// partAt is what tells the parts of one profile apart before slots are assigned.
type partAt struct {
	kind        fleet.Kind
	index, name string
}

func placeOf(c *fleet.Component) partAt { return partAt{c.Kind, c.Index, c.Name} }

// lastOf finds the last of the components at a place, asked for so many times.
func lastOf(own []fleet.Component, times int) func(partAt) *fleet.Component {
	const few = 16
	if times <= few {
		return func(p partAt) *fleet.Component {
			for i := len(own) - 1; i >= 0; i-- {
				if placeOf(&own[i]) == p {
					return &own[i]
				}
			}
			return nil
		}
	}
	at := make(map[partAt]*fleet.Component, len(own))
	for i := range own {
		at[placeOf(&own[i])] = &own[i]
	}
	return func(p partAt) *fleet.Component { return at[p] }
}
