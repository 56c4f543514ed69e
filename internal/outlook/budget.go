package outlook

import (
	"math"
	"sync"

	"ironage/internal/ageing"
)

// plans is what a fleet works out when somebody first asks for its budget.
type plans struct {
	once     sync.Once
	calendar ageing.Calendar
	// backlog are the quarters of the parts that are over age already, in the
	// order of servers and parts. The plan is one for the whole fleet, so that
	// the budgets of its slices add up.
	backlog []int8
	first   []int // per server: where its parts begin in backlog

	mu      sync.Mutex
	budgets map[Slice]ageing.Budget
}

// Budget is what parts will cost by quarter: planned replacements at the end
// of the service life, what is over age already spread over several quarters,
// and the failures to expect until then.
func (f *Fleet) Budget(s Slice) ageing.Budget {
	if f.groups == nil {
		return ageing.Budget{}
	}
	f.plans.once.Do(f.plan)
	f.plans.mu.Lock()
	defer f.plans.mu.Unlock()
	b, known := f.plans.budgets[s]
	if !known {
		b = f.budget(s)
		f.plans.budgets[s] = b
	}
	return b
}

// plan gives each part of the backlog its quarter.
func (f *Fleet) plan() {
	p := &f.plans
	p.budgets = map[Slice]ageing.Budget{}
	p.calendar = ageing.NewCalendar(f.Time, f.Settings.Budget.Quarters)
	var scores []float64
	for _, v := range f.Servers {
		p.first = append(p.first, len(scores))
		for i := range v.Parts {
			if q := &v.Parts[i]; q.backlog() {
				scores = append(scores, q.Score)
			}
		}
	}
	p.backlog = ageing.SpreadBacklog(scores, f.Settings.Budget.BacklogQuarters)
}

// backlog reports whether the part is to be replaced for its age already.
func (p *Part) backlog() bool {
	return p.Over() && !p.Reserved && !p.Firm() && ageing.ReplacedForAge(p.Life())
}

func (f *Fleet) budget(s Slice) ageing.Budget {
	t := ageing.NewBudgetTally(f.plans.calendar)
	j := newJudge(f)
	for n, v := range f.Servers {
		if s.Takes(v) {
			j.budget(t, v, f.plans.backlog[f.plans.first[n]:])
		}
	}
	f.groups.mu.RLock()
	defer f.groups.mu.RUnlock()
	return t.Budget(&f.groups.all, f.Settings.Stock, f.Settings.Budget)
}

// budget counts the parts of a server; backlog are the quarters of those that
// are over age.
func (j *judge) budget(t *ageing.BudgetTally, v *Server, backlog []int8) {
	f := j.fleet
	var survey *ageing.Survey
	var failed []failedDisk
	for i := range v.Parts {
		p := &v.Parts[i]
		b := ageing.BudgetPart{Group: p.group, Firm: p.Firm(), Settled: p.Reserved, Quarter: ageing.NotPlanned}
		switch {
		case p.backlog():
			b.Quarter, backlog = backlog[0], backlog[1:]
		case !p.Over() && ageing.ReplacedForAge(p.Life()):
			years, _ := f.Settings.Life.LifeOf(v.Component(p))
			b.Quarter = f.plans.calendar.Due(ageing.EndOfLife(p.fullAge(j.now), years))
		}
		c := v.Component(p)
		m := j.about(p, c)
		if !j.clean(p, m, &b) {
			if survey == nil {
				survey, failed = ageing.NewSurvey(&v.Entry.Server, &v.Entry.State, j.now), j.failedDisks(v)
			}
			s := j.subject(survey, c, p, m, failed)
			b.H = f.plans.calendar.Hazards(f.Settings.Model, &s)
		}
		t.Add(&b)
	}
}

// clean fills the hazards of a part about which nothing is known but its age
// and its model: most parts are such, and then they are easily told.
func (j *judge) clean(p *Part, made *partMake, b *ageing.BudgetPart) bool {
	m := j.fleet.Settings.Model
	if b.Firm || b.Settled || !p.Estimated {
		for q := range b.H {
			b.H[q] = math.NaN() // not asked for, or no data
		}
		return true
	}
	factor := 1.0
	if f, used := m.FleetFactor(made.factor); used {
		factor = f
	}
	if want := factor * m.Baseline(p.Life(), p.HazardAge, 1); math.Abs(p.H[2]-want) > 1e-9*want {
		return false
	}
	for q, quarter := range j.fleet.plans.calendar {
		b.H[q] = factor * m.Baseline(p.Life(), p.HazardAge+quarter.Offset, quarter.Years)
	}
	return true
}

// Batches are the models, firmwares and weeks of manufacture in which more
// parts failed than chance explains.
func (f *Fleet) Batches() []ageing.Batch {
	if f.learnt == nil {
		return nil
	}
	return f.learnt.batches
}
