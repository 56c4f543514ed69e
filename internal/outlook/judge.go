package outlook

import (
	"fmt"
	"math"
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
)

// judge judges servers for one fleet, and remembers what many parts share.
type judge struct {
	fleet   *Fleet
	now     time.Time
	makes   map[partWords]*partMake
	weeks   map[string]string
	seen    *ageing.Experience  // while something is learnt of it
	scratch []Part              // while a server's parts are gathered
	shields []health.Redundancy // of its components, while they are judged
	// failed are the failures of the last days by server.
	failed map[string][]ageing.Failure
}

func newJudge(f *Fleet) *judge {
	j := &judge{fleet: f, now: f.Time, makes: map[partWords]*partMake{}, weeks: map[string]string{}, failed: map[string][]ageing.Failure{}}
	since := j.now.AddDate(0, 0, -batchDays)
	for _, x := range f.Inputs.Failures {
		if !x.At.Before(since) {
			j.failed[x.Server] = append(j.failed[x.Server], x)
		}
	}
	return j
}

// draft tells the ages of a server's parts, and what the baseline expected of them.
func (j *judge) draft(at int, e *fleet.Entry) draft {
	set := j.fleet.Settings
	st := &e.State
	v := &Server{Entry: e, Worst: -1, at: j.now}
	d := draft{at: at, v: v, survey: ageing.NewSurvey(&e.Server, st, j.now)}
	v.Age = ageing.ServerAge(&e.Server, st, j.now)
	v.Band = set.Life.Band("server", v.Age, nil)
	v.Consumed = math.NaN()
	if pct, ok := set.Life.Consumed("server", v.Age, nil); ok {
		v.Consumed = pct
	}
	v.Cover, v.CoverDays, v.Support = set.Life.CoverOf(&e.Server, j.now)
	parts := j.scratch[:0]
	for i := range st.Components {
		c := &st.Components[i]
		if c.Health == fleet.Absent {
			continue
		}
		life := word(lifeWords, ageing.LifeKind(c))
		if life == 0 {
			continue
		}
		parts = append(parts, Part{At: int32(i), life: life})
		p := &parts[len(parts)-1]
		p.setAge(d.survey.Age(c))
		p.Band, p.Consumed = j.band(p, c)
		if j.seen != nil {
			j.watch(st, c, p)
		}
	}
	v.Parts, j.scratch = slices.Clone(parts), parts
	j.fleet.Servers[at] = v
	return d
}

// band is Policy.BandOf without asking again what kind of part it is, where no
// exception can apply.
func (j *judge) band(p *Part, c *fleet.Component) (ageing.Band, float64) {
	life, age := &j.fleet.Settings.Life, p.Age()
	if len(life.Models)+len(life.Vendors) > 0 {
		return life.BandOf(c, age)
	}
	pct, known := life.Consumed(p.Life(), age, c.WearUsedPct)
	if !known {
		pct = math.NaN()
	}
	return life.Band(p.Life(), age, c.WearUsedPct), pct
}

func (p *Part) setAge(a ageing.Age) {
	p.AgeKnown, p.Days, p.HazardAge = a.Known, int32(a.Days), a.HazardYears
	p.Approximate, p.LowerBound, p.Precision, p.flags = a.Approximate, a.LowerBound, a.Precision, a.Flags
	p.source, p.confidence = word(sourceWords, a.Source), word(confidenceWords, a.Confidence)
}

// finish estimates the risk of a draft's parts and sums up the server.
func (j *judge) finish(d draft) {
	v := d.v
	standing := j.standing(v)
	j.shields = health.RedundancyIn(j.shields, &v.Entry.State)
	failed := j.failedDisks(v)
	for i := range v.Parts {
		p := &v.Parts[i]
		c := v.Component(p)
		m := j.about(p, c)
		s := j.subject(d.survey, c, p, m, failed)
		j.risk(p, &s, m)
		j.decided(v, c, p)
		at := standing
		at.Band = p.Band
		p.judge(&s, at, &j.shields[p.At], &j.fleet.Settings.Priority)
		p.batch = !s.BatchFailure.IsZero()
	}
	j.sum(v)
}

func (j *judge) standing(v *Server) ageing.Standing {
	at := ageing.Standing{Warranty: v.Cover, Support: v.Support, Criticality: j.fleet.Criticality(&v.Entry.Server)}
	if v.Entry.Server.SupportEnd == "" {
		at.Support = ageing.CoverUnknown // it ends with the warranty, which is a reason already
	}
	return at
}

// subject is what the risk model is told about a part.
func (j *judge) subject(survey *ageing.Survey, c *fleet.Component, p *Part, m *partMake, failed []failedDisk) ageing.Subject {
	s := survey.Subject(c, p.fullAge(j.now))
	s.Fleet = m.factor
	if c.Kind == fleet.Disk && len(failed) > 0 {
		s.BatchFailure = batchFailure(c, m.model, failed)
	}
	return s
}

// risk estimates the hazards of a part.
func (j *judge) risk(p *Part, s *ageing.Subject, m *partMake) {
	p.group = m.group
	years := [...]float64{Horizons[0], Horizons[1], Horizons[2], m.leadYears}
	var h [len(years)]float64
	j.fleet.Settings.Model.Hazards(s, years[:], h[:])
	p.Failed = s.Failed
	p.Estimated = !math.IsNaN(h[2])
	p.AtLeast = p.Estimated && !p.Failed && s.AtLeast()
	switch {
	case p.Failed:
		p.P = 1
	case p.Estimated:
		p.H, p.LeadH, p.P = [3]float64(h[:3]), h[3], ageing.Probability(h[2])
	}
}

// decided notes what people decided about a part.
func (j *judge) decided(v *Server, c *fleet.Component, p *Part) {
	in := j.fleet.Inputs
	if len(in.Approved)+len(in.Reserved) == 0 {
		return
	}
	at := Place{v.Entry.Server.Name, c.Key()}
	p.Approved, p.Reserved = in.Approved[at], in.Reserved[at]
}

// judge says how urgent the part's replacement is.
func (p *Part) judge(s *ageing.Subject, at ageing.Standing, r *health.Redundancy, pr *ageing.Priority) {
	p.Spared = ageing.UnknownSpared
	if r.Known {
		p.Spared = int8(min(r.Spared, math.MaxInt8))
	}
	c := caseOf(s, at, p.P, r)
	verdict := pr.Judge(c)
	p.Score, p.Exposure, p.tier = verdict.Score, verdict.E, word(tierWords, verdict.Tier)
	p.reasons = reasonBits(c.Reasons)
	p.insured = verdict.C >= 1 && verdict.E >= 1 && !verdict.RedundancyUnknown
}

func caseOf(s *ageing.Subject, at ageing.Standing, prob float64, r *health.Redundancy) ageing.Case {
	c := ageing.Case{Kind: s.Kind, P: prob, Failed: s.Failed, Predicts: s.Predicts, ReadOnly: s.ReadOnly, SpareLow: s.SpareLow,
		WearPct: s.WearPct, Spared: ageing.UnknownSpared, Unassigned: r.Unassigned, Criticality: at.Criticality, Reasons: ageing.Reasons(s, at)}
	if r.Known {
		c.Spared = r.Spared
	}
	return c
}

// sum adds up a server's parts.
func (j *judge) sum(v *Server) {
	urgent := 0
	for i := range v.Parts {
		p := &v.Parts[i]
		if p.Failed {
			v.Failed++
		} else {
			v.H += p.H[2]
			v.AtLeast = v.AtLeast || p.AtLeast
		}
		if p.Over() {
			v.PartsOver++
		}
		if !p.dated() {
			v.NoDate++
		}
		if p.tier != 0 && p.tier <= word(tierWords, ageing.P3) || j.queued(v, p) {
			urgent++
		}
	}
	v.P = ageing.Probability(v.H)
	v.Worst = worst(v)
	v.Renew = renewal(v, urgent)
}

func (j *judge) queued(v *Server, p *Part) bool {
	return len(j.fleet.Inputs.Queued) > 0 && j.fleet.Inputs.Queued[Place{v.Entry.Server.Name, v.Component(p).Key()}]
}

// renewFrom is how many parts that need replacing speak for a new server.
const renewFrom = 3

// renewal says why a server past its life should be replaced as a whole (reference §4).
func renewal(v *Server, urgent int) string {
	switch {
	case !v.Over():
		return ""
	case urgent >= renewFrom:
		return fmt.Sprintf("past its service life, and %d of its parts need replacing", urgent)
	case v.Support == ageing.CoverExpired:
		return "past its service life, and its warranty or support has ended"
	}
	return ""
}
