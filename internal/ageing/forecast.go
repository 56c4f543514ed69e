package ageing

import (
	"cmp"
	"slices"
)

// Horizons are those of the forecast, in years.
var Horizons = [3]float64{0.25, 0.5, 1}

// FirmP is the probability within 12 months from which a part is replaced
// rather than expected to fail.
const FirmP = 0.5

// GroupKey is what a forecast counts together: a kind with its part number,
// else its model, in normal form. Both empty: parts that do not say.
type GroupKey struct {
	Kind  string // life kind
	Part  string
	Model string // empty where Part is known
}

// KeyOf is the group of a part.
func KeyOf(kind, part, model string) GroupKey {
	if p := NormalPart(part); p != "" {
		return GroupKey{Kind: kind, Part: p}
	}
	return GroupKey{Kind: kind, Model: NormalPart(model)}
}

// Name is the part number, the model, or "not reported".
func (k GroupKey) Name() string { return cmp.Or(k.Part, k.Model, "not reported") }

// Compare orders by kind, parts with a number first.
func (k GroupKey) Compare(o GroupKey) int {
	return cmp.Or(cmp.Compare(k.Kind, o.Kind), cmp.Compare(k.rank(), o.rank()), cmp.Compare(k.Name(), o.Name()))
}

func (k GroupKey) rank() int {
	switch {
	case k.Part != "":
		return 0
	case k.Model != "":
		return 1
	}
	return 2
}

// Groups numbers group keys, so that 600,000 parts are counted by number. Not
// for concurrent use while Intern is called.
type Groups struct {
	keys  []GroupKey
	index map[GroupKey]int32
	// models remembers the first model seen in a group with a part number.
	models []string
}

// Intern is the number of the group of a part; numbers start at 0 and stay.
func (g *Groups) Intern(kind, part, model string) int32 {
	key := KeyOf(kind, part, model)
	if n, ok := g.index[key]; ok {
		return n
	}
	if g.index == nil {
		g.index = map[GroupKey]int32{}
	}
	n := int32(len(g.keys))
	g.index[key], g.keys, g.models = n, append(g.keys, key), append(g.models, NormalPart(model))
	return n
}

// Key is the key of a group; Len is how many there are.
func (g *Groups) Key(n int32) GroupKey { return g.keys[n] }

// Model is the model of a group: of the first part of it that was seen.
func (g *Groups) Model(n int32) string { return g.models[n] }

// Len is how many groups there are.
func (g *Groups) Len() int { return len(g.keys) }

// PartEstimate is what a forecast needs to know of one part.
type PartEstimate struct {
	Group int32
	// Estimated is false for kinds without an estimate: they are only counted.
	Estimated bool
	H         [3]float64 // hazard over Horizons
	LeadH     float64    // hazard over SparePolicy.LeadYears
	Failed    bool
	Approved  bool // a replacement is approved
	Reserved  bool // its replacement part is reserved or fitted: no demand any more
	// Insured: a server of the highest criticality depends on it with nothing to spare.
	Insured bool
	// Batch: another part of its model failed in the same server within 30 days.
	Batch bool
}

// Firm reports whether the part is to be replaced for certain: failed, as
// likely as not to fail within a year, or approved.
func (e *PartEstimate) Firm() bool {
	return !e.Reserved && (e.Failed || e.Approved || e.Estimated && e.H[2] >= firmH)
}

// firmH is the hazard that belongs to FirmP, with room for the last bit.
const firmH = 0.693147180559945

// GroupTally is what is counted of one group.
type GroupTally struct {
	Parts, Failed, Firm, Reserved int
	NoEstimate                    int
	Insured, Batch                int
	Expected                      [3]Expected
	Lead                          Expected
}

// Tally counts parts by group. Counts are exact, so tallies of servers add up
// to the tally of their union in any order, and can be subtracted again.
type Tally struct{ groups []GroupTally }

// Add counts one part.
func (t *Tally) Add(e PartEstimate) {
	g := t.group(e.Group)
	g.Parts++
	g.Failed += one(e.Failed)
	g.Insured += one(e.Insured)
	g.Batch += one(e.Batch)
	switch {
	case e.Reserved:
		g.Reserved++
	case e.Firm():
		g.Firm++
	case !e.Estimated:
		g.NoEstimate++
	default:
		for i, h := range e.H {
			g.Expected[i] += ExpectH(h)
		}
		g.Lead += ExpectH(e.LeadH)
	}
}

// Merge adds another tally of the same Groups.
func (t *Tally) Merge(o *Tally) { t.combine(o, 1) }

// Remove takes away what was merged before.
func (t *Tally) Remove(o *Tally) { t.combine(o, -1) }

func (t *Tally) combine(o *Tally, sign int) {
	for n := range o.groups {
		from, to := &o.groups[n], t.group(int32(n))
		to.Parts += sign * from.Parts
		to.Failed += sign * from.Failed
		to.Firm += sign * from.Firm
		to.Reserved += sign * from.Reserved
		to.NoEstimate += sign * from.NoEstimate
		to.Insured += sign * from.Insured
		to.Batch += sign * from.Batch
		for i := range to.Expected {
			to.Expected[i] += Expected(sign) * from.Expected[i]
		}
		to.Lead += Expected(sign) * from.Lead
	}
}

// Of is what was counted of one group.
func (t *Tally) Of(group int32) GroupTally {
	if int(group) >= len(t.groups) {
		return GroupTally{}
	}
	return t.groups[group]
}

func (t *Tally) group(n int32) *GroupTally {
	if int(n) >= len(t.groups) {
		t.groups = append(t.groups, make([]GroupTally, int(n)+1-len(t.groups))...)
	}
	return &t.groups[n]
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ForecastLine is the demand for one kind of part and what to order for it.
type ForecastLine struct {
	Kind  string `json:"kind"`
	Part  string `json:"part,omitempty"` // part number; "": counted by model
	Model string `json:"model,omitempty"`
	Parts int    `json:"parts"`
	// NoEstimate of them are of a kind without an estimate: "no data".
	NoEstimate int `json:"no_estimate,omitempty"`
	Failed     int `json:"failed"`
	// Firm is the certain demand; those parts are left out of Expected and Lambda.
	Firm int `json:"firm"`
	// Reserved parts have their replacement already and demand nothing.
	Reserved int        `json:"reserved,omitempty"`
	Expected [3]float64 `json:"expected"` // failures within 3, 6 and 12 months
	Lambda   float64    `json:"lambda"`   // expected failures in lead and review time
	Spares   int        `json:"spares"`   // that cover Lambda at the service level
	// Approximated: Lambda is above 200 and Spares is the normal approximation.
	Approximated bool `json:"approximated,omitempty"`
	Insurance    bool `json:"insurance,omitempty"` // one spare is kept for a critical server
	Batch        bool `json:"batch,omitempty"`     // one more, because failures come in batches
	Minimum      int  `json:"minimum,omitempty"`   // of the stock list
	Recommended  int  `json:"recommended"`
	OnHand       int  `json:"on_hand"`
	OnOrder      int  `json:"on_order"`
	Order        int  `json:"order"`
	// Substitutes on hand are named, not counted against the order.
	Substitutes       []string `json:"substitutes,omitempty"`
	SubstitutesOnHand int      `json:"substitutes_on_hand,omitempty"`
	Places            []string `json:"places,omitempty"`
	InStock           bool     `json:"in_stock"`        // the stock list knows the part
	Price             *Money   `json:"price,omitempty"` // nil: without a price
	Cost              *Money   `json:"cost,omitempty"`  // of the order
}

// ForecastTotals are the sums of a forecast.
type ForecastTotals struct {
	Parts, Failed, Firm, Order int
	Expected                   [3]float64
	Cost                       Money // of the orders that have a price
	// PartsWithoutPrice are the parts to order whose price nobody knows.
	PartsWithoutPrice int
	// NoPartNumber are the parts that are counted by model or not at all.
	NoPartNumber int
}

// Forecast makes the lines of a tally, by kind, part number and model.
func Forecast(g *Groups, t *Tally, s *Stock, p SparePolicy) []ForecastLine {
	var out []ForecastLine
	for n := range int32(g.Len()) {
		if c := t.Of(n); c.Parts > 0 {
			out = append(out, demand(g, n, c, p))
		}
	}
	slices.SortFunc(out, func(a, b ForecastLine) int { return a.Key().Compare(b.Key()) })
	deal(out, s)
	return out
}
