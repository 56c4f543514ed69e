package outlook

import (
	"fmt"
	"slices"
	"strings"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
)

// Explanation is everything that led to the judgement of one part.
type Explanation struct {
	Server    *Server
	Component *fleet.Component
	Key       string
	// Age has all cross-checks and flags.
	Age ageing.Age
	// Life is the service life in years, Rule the line of the policy that says so; 0: no policy.
	Life     float64
	Rule     string
	Band     ageing.Band
	Consumed float64 // NaN: unknown or no policy
	// Risk is the estimate over 12 months with its factors, Horizons those over each of Horizons.
	Risk     ageing.Risk
	Horizons [len(Horizons)]ageing.Risk
	// Redundancy says what stands in for the part.
	Redundancy health.Redundancy
	// Case is what was judged, Verdict the judgement.
	Case    ageing.Case
	Verdict ageing.Verdict
	Sources []Source
}

// Source is what stands behind a code that an explanation names.
type Source struct{ Code, Text string }

// Explain tells everything about a server's part. The key is the component's
// ("disk/Bay 3"); false: there is no such part, or its kind does not age.
func (f *Fleet) Explain(server, key string) (Explanation, bool) {
	v := f.Server(server)
	if v == nil {
		return Explanation{}, false
	}
	at := v.find(key)
	if at < 0 {
		return Explanation{}, false
	}
	p := &v.Parts[at]
	c := v.Component(p)
	set := f.Settings
	j := newJudge(f)
	j.now = v.at // as it was then: the numbers explained are those of the lists
	survey := ageing.NewSurvey(&v.Entry.Server, &v.Entry.State, j.now)
	s := j.subject(survey, c, p, j.about(p, c), j.failedDisks(v))
	r := health.RedundancyOf(&v.Entry.State)[p.At]
	standing := j.standing(v)
	standing.Band = p.Band
	x := Explanation{Server: v, Component: c, Key: key, Age: survey.ExplainAge(c), Redundancy: r, Case: caseOf(&s, standing, p.P, &r)}
	x.Life, x.Rule = set.Life.LifeOf(c)
	x.Band, x.Consumed = p.Band, p.Consumed
	for i, years := range Horizons {
		x.Horizons[i] = set.Model.Risk(&s, years)
	}
	x.Risk = x.Horizons[len(Horizons)-1]
	x.Verdict = set.Priority.Judge(x.Case)
	x.Sources = sourcesOf(&x.Risk)
	return x, true
}

// sourcesOf are the sources that an estimate names, in the order in which it does.
func sourcesOf(r *ageing.Risk) []Source {
	var out []Source
	add := func(codes string) {
		for _, code := range strings.Fields(codes) {
			if text, ok := ageing.Evidence(code); ok && !slices.ContainsFunc(out, func(s Source) bool { return s.Code == code }) {
				out = append(out, Source{code, text})
			}
		}
	}
	add(r.BaselineSource)
	for _, list := range [][]ageing.Factor{r.Factors, r.Unused, r.Limits} {
		for i := range list {
			add(list[i].Source)
		}
	}
	return out
}

// ReasonText says in words what stands behind a reason.
func (x *Explanation) ReasonText(r ageing.Reason) string {
	switch r {
	case ageing.ReasonAge:
		return fmt.Sprintf("%s: %s, planned for %g y", x.Band, x.Age.Label(), x.Life)
	case ageing.ReasonWarranty:
		return fmt.Sprintf("the server's warranty %s", coverText(x.Server.Cover, x.Server.CoverDays))
	case ageing.ReasonMediaErrors:
		return x.seen("media", "trend")
	case ageing.ReasonCERate, ageing.ReasonUE:
		return x.seen("errors")
	case ageing.ReasonWear:
		return x.seen("wear")
	case ageing.ReasonBatch:
		return x.seen("batch", "fleet")
	}
	return x.Component.Native.Meaning()
}

// seen lists the factors of some families, used or not, as they were observed.
func (x *Explanation) seen(families ...string) string {
	var words []string
	for _, list := range [][]ageing.Factor{x.Risk.Factors, x.Risk.Unused, x.Risk.Limits} {
		for _, f := range list {
			if slices.Contains(families, f.Family) {
				words = append(words, strings.TrimSpace(f.Seen+" "+f.Signal))
			}
		}
	}
	return strings.Join(words, ", ")
}

func coverText(c ageing.Cover, days int) string {
	switch c {
	case ageing.CoverExpired:
		return fmt.Sprintf("ended %d days ago", -days)
	case ageing.CoverExpiring, ageing.CoverActive:
		return fmt.Sprintf("ends in %d days", days)
	}
	return string(c)
}
