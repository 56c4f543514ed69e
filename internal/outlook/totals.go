package outlook

import (
	"cmp"
	"maps"
	"slices"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Totals sum up a slice of the fleet.
type Totals struct {
	Servers     int
	ServerBands BandCounts
	Parts       int
	PartBands   BandCounts
	// Kinds are the parts by life kind, in the order of the kinds' names.
	Kinds []KindTotals
	// NoDate are the parts that nothing dates, ServersNoDate the servers; those
	// included that are only known since they were first seen.
	NoDate, ServersNoDate int
	// NoEstimate are the parts whose kind has no estimate of risk.
	NoEstimate int
	Failed     int
	// Expected is how many working parts are expected to fail within each of
	// Horizons, Firm how many are counted as demand instead: failed, likelier
	// than not to fail within a year, or approved for replacement. Reserved ones
	// have their replacement already. The sums are those of the forecast.
	Expected       [len(Horizons)]float64
	Firm, Reserved int
	// Tiers are how many parts there are of P1 to P4; [0] have no reason to act.
	Tiers [5]int
	// WarrantyExpired and WarrantyExpiring are numbers of servers.
	WarrantyExpired, WarrantyExpiring int
}

// KindTotals are the parts of one life kind.
type KindTotals struct {
	Life                   string
	Parts                  int
	Bands                  BandCounts
	NoDate, NoEstimate     int
	Failed, Firm, Reserved int
	Expected               [len(Horizons)]float64
}

// kindSum is KindTotals while it is summed up.
type kindSum struct {
	KindTotals
	expected [len(Horizons)]ageing.Expected // exact, so that slices add up to the whole
}

func (k *kindSum) add(p *Part) {
	k.Parts++
	k.Bands[p.Band]++
	if !p.dated() {
		k.NoDate++
	}
	if p.Failed {
		k.Failed++
	}
	switch {
	case p.Reserved:
		k.Reserved++
	case p.Firm():
		k.Firm++
	case !p.Estimated:
		k.NoEstimate++
	default:
		for i, h := range p.H {
			k.expected[i] += ageing.ExpectH(h)
		}
	}
}

// Totals sums up a slice.
func (f *Fleet) Totals(s Slice) Totals {
	var t Totals
	kinds := make([]kindSum, len(lifeWords))
	for v := range f.in(s) {
		t.addServer(v)
		for i := range v.Parts {
			p := &v.Parts[i]
			t.Tiers[p.tier]++
			kinds[p.life].add(p)
		}
	}
	var expected [len(Horizons)]ageing.Expected
	for i := range kinds {
		k := &kinds[i]
		if k.Parts == 0 {
			continue
		}
		k.Life = lifeWords[i]
		for h, e := range k.expected {
			k.Expected[h] = e.Float()
			expected[h] += e
		}
		t.addKind(k.KindTotals)
	}
	for h, e := range expected {
		t.Expected[h] = e.Float()
	}
	return t
}

func (t *Totals) addKind(k KindTotals) {
	t.Kinds = append(t.Kinds, k)
	t.Parts += k.Parts
	t.PartBands.add(k.Bands)
	t.NoDate += k.NoDate
	t.NoEstimate += k.NoEstimate
	t.Failed += k.Failed
	t.Firm += k.Firm
	t.Reserved += k.Reserved
}

func (t *Totals) addServer(v *Server) {
	t.Servers++
	t.ServerBands[v.Band]++
	if !v.Age.Dated() {
		t.ServersNoDate++
	}
	switch v.Cover {
	case ageing.CoverExpired:
		t.WarrantyExpired++
	case ageing.CoverExpiring:
		t.WarrantyExpiring++
	}
}

// GroupLine sums up the servers that have a value in common.
type GroupLine struct {
	Value   string // "" : those that do not say
	Servers int
	Bands   BandCounts // of the servers
	NoDate  int        // servers that nothing dates
	Health  fleet.Health
	// Criticality is the highest of the servers.
	Criticality fleet.Criticality
	// Oldest is the server that was longest in service; "" when nothing dates any.
	Oldest    string
	OldestAge ageing.Age

	Parts, PartsOver, PartsNoDate, Failed int
	// H is the sum of the hazards over 12 months, P the probability that some
	// part fails within that time.
	H, P    float64
	AtLeast bool
}

// OverShare is the share of the servers that are past their life, 0 to 1.
func (g *GroupLine) OverShare() float64 {
	if g.Servers == 0 {
		return 0
	}
	return float64(g.Bands.Over()) / float64(g.Servers)
}

func (g *GroupLine) add(v *Server, c fleet.Criticality) {
	if slices.Index(criticalities, c) > slices.Index(criticalities, g.Criticality) {
		g.Criticality = c
	}
	g.Servers++
	g.Bands[v.Band]++
	g.Parts += len(v.Parts)
	g.PartsOver += v.PartsOver
	g.PartsNoDate += v.NoDate
	g.Failed += v.Failed
	g.H += v.H
	g.P = ageing.Probability(g.H)
	g.AtLeast = g.AtLeast || v.AtLeast
	g.Health = fleet.Worst(g.Health, v.Entry.State.Health)
	switch {
	case !v.Age.Dated():
		g.NoDate++
	case g.Oldest == "" || v.Age.Days > g.OldestAge.Days:
		g.Oldest, g.OldestAge = v.Entry.Server.Name, v.Age
	}
}

var criticalities = []fleet.Criticality{fleet.CriticalityLow, fleet.CriticalityNormal, fleet.CriticalityHigh, fleet.CriticalityCritical}

// Dimension is what servers can be grouped by.
type Dimension string

// The dimensions; those of a Slice.
const (
	BySite    Dimension = "site"
	ByService Dimension = "service"
	ByVendor  Dimension = "vendor"
	ByModel   Dimension = "model"
)

// Dimensions lists them in the order in which screens offer them.
var Dimensions = []Dimension{BySite, ByService, ByVendor, ByModel}

// Of is a server's value in the dimension.
func (d Dimension) Of(v *Server) string {
	switch d {
	case BySite:
		return v.Entry.Server.Site
	case ByService:
		return v.Entry.Server.Service
	case ByVendor:
		return v.Vendor()
	case ByModel:
		return v.Model()
	}
	return ""
}

// Slice is the servers of one value of the dimension; "" are those that do not say.
func (d Dimension) Slice(value string) Slice {
	if value == "" {
		value = Unset
	}
	switch d {
	case BySite:
		return Slice{Site: value}
	case ByService:
		return Slice{Service: value}
	case ByVendor:
		return Slice{Vendor: value}
	case ByModel:
		return Slice{Model: value}
	}
	return Slice{}
}

// GroupBy sums up a slice by the values of a dimension, in natural order;
// servers that do not say come last.
func (f *Fleet) GroupBy(d Dimension, s Slice) []GroupLine {
	groups := map[string]*GroupLine{}
	for v := range f.in(s) {
		value := d.Of(v)
		if groups[value] == nil {
			groups[value] = &GroupLine{Value: value, Health: fleet.Absent}
		}
		groups[value].add(v, f.Criticality(&v.Entry.Server))
	}
	out := make([]GroupLine, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b GroupLine) int { return byValue(&a, &b) })
	return out
}

// ServiceLine is what a service stands on.
type ServiceLine struct {
	// GroupLine has the service's name as Value; "" are the servers that serve
	// none. Its Criticality is the configured one, else the highest of the servers.
	GroupLine
	Owner string
}

// Services lists the services: those that servers name and those that are
// configured, in natural order; servers without a service come last.
func (f *Fleet) Services() []ServiceLine {
	var out []ServiceLine
	var configured map[string]Service
	if f.Settings != nil {
		configured = maps.Clone(f.Settings.Services)
	}
	for _, g := range f.GroupBy(ByService, Slice{}) {
		s := configured[g.Value]
		delete(configured, g.Value)
		g.Criticality = cmp.Or(s.Criticality, g.Criticality)
		out = append(out, ServiceLine{g, s.Owner})
	}
	for name, s := range configured {
		none := GroupLine{Value: name, Health: fleet.Unknown, Criticality: cmp.Or(s.Criticality, fleet.CriticalityNormal)}
		out = append(out, ServiceLine{none, s.Owner})
	}
	slices.SortFunc(out, func(a, b ServiceLine) int { return byValue(&a.GroupLine, &b.GroupLine) })
	return out
}

// byValue sorts naturally, "does not say" last.
func byValue(a, b *GroupLine) int {
	if (a.Value == "") != (b.Value == "") {
		return cmp.Compare(b.Value, a.Value)
	}
	return NaturalCompare(a.Value, b.Value)
}
