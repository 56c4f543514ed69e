package outlook

import (
	"sync"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// groups numbers the groups of the forecast. All fleets that follow from one
// another share it, and it only grows.
type groups struct {
	mu  sync.RWMutex
	all ageing.Groups
}

// partWords are what a part says of its make, as the device writes it.
type partWords struct {
	life        uint8
	part, model string
}

// partMake is what is known about all parts of one make.
type partMake struct {
	group     int32   // of the forecast
	leadYears float64 // for which its spares must last
	model     string  // as it is compared
	factor    ageing.FleetFactor
}

// about is what is known about parts like this one. A fleet has few makes, so
// each is looked up once.
func (j *judge) about(p *Part, c *fleet.Component) *partMake {
	words := partWords{p.life, c.Part, c.Model}
	if m, ok := j.makes[words]; ok {
		return m
	}
	set, all := j.fleet.Settings, j.fleet.groups
	number := ageing.PartNumber(c.Part)
	item, _ := set.Stock.Find(p.Life(), number, c.Model)
	m := &partMake{leadYears: set.Spares.LeadYears(item), model: ageing.NormalModel(c.Model)}
	if l := j.fleet.learnt; l != nil {
		m.factor = l.factors[ageing.FleetKey{Kind: p.Life(), Model: m.model}]
	}
	all.mu.Lock()
	m.group = all.all.Intern(p.Life(), number, c.Model)
	all.mu.Unlock()
	j.makes[words] = m
	return m
}

// estimate is a part as the forecast counts it.
func (p *Part) estimate() ageing.PartEstimate {
	return ageing.PartEstimate{Group: p.group, Estimated: p.Estimated, H: p.H, LeadH: p.LeadH, Failed: p.Failed,
		Approved: p.Approved, Reserved: p.Reserved, Insured: p.insured, Batch: p.batch}
}

// count adds the parts of a server to a tally.
func (v *Server) count(t *ageing.Tally) {
	for i := range v.Parts {
		t.Add(v.Parts[i].estimate())
	}
}

// tallyFrom keeps the fleet's tally up to date: only what changed is counted again.
func (f *Fleet) tallyFrom(prev *Fleet, replaced []*Server, fresh []draft) {
	f.tally = &ageing.Tally{}
	f.tally.Merge(prev.tally)
	gone := &ageing.Tally{}
	for _, v := range replaced {
		v.count(gone)
	}
	f.tally.Remove(gone)
	for _, d := range fresh {
		d.v.count(f.tally)
	}
}

// tallied counts the parts of a slice.
func (f *Fleet) tallied(s Slice) *ageing.Tally {
	if s == (Slice{}) {
		return f.tally
	}
	t := &ageing.Tally{}
	for v := range f.in(s) {
		v.count(t)
	}
	return t
}

// Forecast is the demand for each kind of part and what to order for it. Stock
// is the whole installation's, so the orders of a slice are what it would need
// if all stock were for it alone.
func (f *Fleet) Forecast(s Slice) []ageing.ForecastLine {
	if f.groups == nil {
		return nil
	}
	t := f.tallied(s)
	f.groups.mu.RLock()
	defer f.groups.mu.RUnlock()
	return ageing.Forecast(&f.groups.all, t, f.Settings.Stock, f.Settings.Spares)
}
