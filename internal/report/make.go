package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// Options say what a report is about.
type Options struct {
	Slice outlook.Slice
	Top   int // longest list; 0: no limit
	// Milestones are when the orders that changed since a day got where; none:
	// the report has no durations.
	Milestones []queue.Milestones
	Since      time.Time
}

// Make is the report of a fleet, or of the slice of it that the options name,
// at the fleet's time.
func Make(f *outlook.Fleet, orders []queue.Order, o Options) *Report {
	m := maker{fleet: f, slice: o.Slice, top: max(0, o.Top)}
	r := &Report{Schema: Schema, Time: f.Time.UTC(), Top: m.top,
		Filter: Filter{Site: o.Slice.Site, Service: o.Slice.Service, Vendor: o.Slice.Vendor, Model: o.Slice.Model}}
	r.Years = m.years()
	r.OverAge, r.Undated = m.servers(f.OverAge(o.Slice)), m.servers(m.fleet.Undated(m.slice))
	totals := f.Totals(o.Slice)
	r.Risks = m.risks(&totals)
	r.Failed = m.failed(&totals)
	r.Forecast, r.Summary.PartsToOrder = m.forecast()
	r.Budget = m.budget()
	r.Services, r.Batches = m.services(), m.batches()
	r.Orders, r.Queue = m.orders(orders), m.queue(orders, &o)
	r.Summary = m.summary(&totals, r)
	r.Notes = r.notes()
	if m.fleet.Settings != nil && m.fleet.Settings.Stock == nil {
		r.Notes = append(r.Notes, noStock)
	}
	return r
}

// maker makes the parts of a report.
type maker struct {
	fleet *outlook.Fleet
	slice outlook.Slice
	top   int
}

// cut is the top of a list.
func cut[T any](list []T, top int) []T {
	if top > 0 && len(list) > top {
		return list[:top]
	}
	return list
}

func horizons(h [3]float64) Horizons {
	return Horizons{round(h[0], 2), round(h[1], 2), round(h[2], 2)}
}

func (m *maker) summary(t *outlook.Totals, r *Report) Summary {
	s := Summary{Servers: t.Servers, ServerBands: bandsOf(t.ServerBands), ServersNoDate: t.ServersNoDate, Parts: t.Parts, PartBands: bandsOf(t.PartBands),
		PartsNoDate: t.NoDate, PartsNoRisk: t.NoEstimate, FailedParts: t.Failed, FirmDemand: t.Firm, Expected: horizons(t.Expected),
		PartsToOrder: r.Summary.PartsToOrder, BudgetTotal: r.Budget.Total.Cost, PartsNoPrice: r.Budget.PartsNoPrice}
	for _, v := range m.fleet.Servers {
		if m.slice.Takes(v) {
			s.count(v, m.fleet)
		}
	}
	if dated := t.Servers - s.ServersNoDate; dated > 0 {
		s.OverAgePct = round(100*float64(s.ServerBands.Past())/float64(dated), 1)
	}
	return s
}

func (s *Summary) count(v *outlook.Server, f *outlook.Fleet) {
	st := &v.Entry.State
	if v.Renew != "" {
		s.Renew++
	}
	for i := range v.Parts {
		p := &v.Parts[i]
		if c := v.Component(p); c.Part == "" && c.Model == "" {
			s.PartsNameless++
		}
	}
	switch st.Health {
	case fleet.Critical:
		s.Health.Critical++
	case fleet.Warning:
		s.Health.Warning++
	case fleet.OK:
		s.Health.OK++
	default:
		s.Health.Unknown++
	}
	switch v.Cover {
	case ageing.CoverExpired:
		s.Warranty.Expired++
	case ageing.CoverExpiring:
		s.Warranty.Expiring++
	case ageing.CoverActive:
		s.Warranty.Active++
	default:
		s.Warranty.Unknown++
	}
	switch {
	case st.LastRead().IsZero():
		s.Unread++
	case st.Stale(f.Time):
		s.Stale++
	}
}

// years is the fleet's histogram.
func (m *maker) years() []Year {
	out := []Year{}
	for _, y := range m.fleet.Histogram(m.slice) {
		out = append(out, Year{Year: y.Year, Known: y.Known, Servers: bandsOf(y.Servers), Parts: bandsOf(y.Parts)})
	}
	return out
}

func (m *maker) servers(lines []outlook.Line) List[Server] {
	l := List[Server]{Total: len(lines), Rows: []Server{}}
	for _, x := range cut(lines, m.top) {
		s := Server{Server: x.Server, Health: x.Health, Vendor: x.Vendor, Model: x.Model, Serial: x.Serial, Site: x.Site, Service: x.Service,
			Criticality: x.Criticality, Age: ageOf(&x), Warranty: string(x.Cover), P: probability(&x), Risk: x.Risk(), Renew: x.Renew}
		if x.Cover != ageing.CoverUnknown {
			s.WarrantyDays = &x.CoverDays
		}
		l.Rows = append(l.Rows, s)
	}
	return l
}

func ageOf(x *outlook.Line) Age {
	a := Age{Text: x.Age.String(), InService: x.InService(), Source: string(x.Age.Source), Band: x.Band.String()}
	if x.Age.Known {
		years := round(x.Age.Years, 2)
		a.Years, a.Precision, a.Confidence = &years, x.Age.Precision.String(), string(x.Age.Confidence)
	}
	if !math.IsNaN(x.Consumed) && !math.IsInf(x.Consumed, 0) {
		pct := round(x.Consumed, 1)
		a.ConsumedPct = &pct
	}
	return a
}

// probability is that of a line, or nil where there is no estimate.
func probability(x *outlook.Line) *float64 {
	p := round(x.P, 4)
	switch {
	case x.Failed:
		p = 1
	case !x.Estimated || math.IsNaN(x.P):
		return nil
	}
	return &p
}

func (m *maker) risks(t *outlook.Totals) List[Part] {
	lines := m.fleet.Ranking(m.slice, m.top)
	return List[Part]{Total: max(len(lines), t.Parts-t.NoEstimate), Rows: m.parts(lines)}
}

// failed are the failed parts: they all have a reason to act now, this week or
// in the next window.
func (m *maker) failed(t *outlook.Totals) List[Part] {
	urgent := t.Tiers[1] + t.Tiers[2] + t.Tiers[3]
	if urgent == 0 {
		return List[Part]{Rows: []Part{}}
	}
	lines := slices.DeleteFunc(m.fleet.Ranking(m.slice, urgent), func(l outlook.Line) bool { return !l.Failed })
	return List[Part]{Total: len(lines), Rows: m.parts(cut(lines, m.top))}
}

func (m *maker) parts(lines []outlook.Line) []Part {
	out := []Part{}
	for _, x := range lines {
		p := Part{Server: x.Server, Key: x.Key, Place: x.Label, Kind: x.Life, Health: x.Health, Vendor: x.Vendor, Model: x.Model, PartNumber: x.PartNumber,
			Serial: x.Serial, Service: x.Service, Criticality: x.Criticality, Age: ageOf(&x), P: probability(&x), Risk: x.Risk(),
			Tier: string(x.Tier), Score: round(x.Score, 1), Reasons: []string{}}
		for _, r := range x.Reasons {
			p.Reasons = append(p.Reasons, string(r))
		}
		if x.Spared != ageing.UnknownSpared {
			p.Survives = &x.Spared
		}
		if e, ok := m.fleet.Explain(x.Server, x.Key); ok {
			p.Explanation = e.Risk.Explain()
		}
		out = append(out, p)
	}
	return out
}

func (m *maker) services() []Service {
	out := []Service{}
	sums := map[string]outlook.GroupLine{}
	for _, g := range m.fleet.GroupBy(outlook.ByService, m.slice) {
		sums[g.Value] = g
	}
	for _, x := range m.fleet.Services() {
		g, has := sums[x.Value]
		if !has && m.slice != (outlook.Slice{}) {
			continue
		}
		s := Service{Service: x.Value, Criticality: x.Criticality, Owner: x.Owner, Servers: g.Servers, Health: g.Health, OverAge: g.Bands.Over(),
			OverAgePct: round(100*g.OverShare(), 1), NoDate: g.NoDate, Oldest: g.Oldest, OldestAge: g.OldestAge.String(), FailedParts: g.Failed, Expected: round(g.H, 2), Risk: "no data"}
		if g.Parts > 0 {
			p := round(g.P, 4)
			s.P, s.Risk = &p, ageing.Risk{Known: true, AtLeast: g.AtLeast, Years: 1, H: g.H, P: g.P}.String()
		}
		out = append(out, s)
	}
	return out
}

func (m *maker) batches() []Batch {
	out := []Batch{}
	for _, b := range m.fleet.Batches() {
		out = append(out, Batch{Kind: b.Kind, What: b.Name(), Parts: b.Parts, Failures: b.Failures, Expected: round(b.Expected, 2), Chance: b.Chance})
	}
	return out
}

// oldestOrders is how many open orders a report names.
const oldestOrders = 15

func (m *maker) orders(all []queue.Order) Orders {
	o := Orders{ByTier: map[string]int{}, ByState: map[string]int{}, Oldest: []Order{}}
	var open []queue.Order
	for _, x := range all {
		if !x.State.Open() || !m.takesOrder(x.Server) {
			continue
		}
		open = append(open, x)
		o.ByTier[string(x.Tier)]++
		o.ByState[string(x.State)]++
		if !x.Due.IsZero() && x.Due.Before(m.fleet.Time) {
			o.Overdue++
		}
	}
	slices.SortStableFunc(open, func(a, b queue.Order) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	o.Open = len(open)
	for _, x := range cut(open, oldestOrders) {
		reason := ""
		if len(x.Reasons) > 0 {
			reason = cmp.Or(x.Reasons[0].Text, string(x.Reasons[0].Code))
		}
		o.Oldest = append(o.Oldest, Order{ID: x.ID, Server: x.Server, Slot: cmp.Or(x.Place, x.Slot), Tier: string(x.Tier), State: string(x.State),
			Created: x.Created.UTC(), Due: x.Due.UTC(), Assignee: x.Assignee, Reason: reason})
	}
	return o
}
