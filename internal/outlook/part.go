package outlook

import (
	"slices"

	"ironage/internal/ageing"
)

// Part is the compact judgement of one part: what lists, sums and rankings
// need. Fleet.Explain tells everything about one of them. It holds no pointers,
// because a fleet has a million of them.
type Part struct {
	// H are the hazards over Horizons, LeadH that over the spares' lead and review time.
	H     [len(Horizons)]float64
	LeadH float64
	P     float64 // probability of failure within 12 months
	Score float64
	// HazardAge is the age for the risk, in years: the larger of age and power-on time.
	HazardAge float64
	Consumed  float64 // per cent of the service life; NaN: unknown or no policy
	Exposure  float64
	At        int32 // index in the entry's State.Components
	group     int32 // of the forecast
	Days      int32 // age in whole days, when AgeKnown

	AgeKnown    bool
	Approximate bool
	LowerBound  bool
	Estimated   bool // false: the kind has no estimate, "no data"
	Failed      bool
	AtLeast     bool // the risk is a lower bound
	Approved    bool // its replacement is approved
	Reserved    bool // its replacement part is at hand or fitted
	insured     bool // a server of the highest criticality depends on it alone
	batch       bool // another of its model failed in the server lately
	Spared      int8 // t: further failures that its group survives; -1: unknown
	Precision   ageing.Precision
	Band        ageing.Band

	life, source, confidence, tier uint8 // positions in the word lists below
	reasons                        uint16
	flags                          ageing.Flags
}

// The words that a Part holds as numbers. Position 0 is "nothing".
var (
	lifeWords       = append([]string{""}, ageing.LifeKinds()...)
	sourceWords     = []ageing.Source{"", ageing.FromSwap, ageing.FromInventory, ageing.FromPurchase, ageing.FromServerInventory, ageing.FromServerPurchase, ageing.FromManufacture, ageing.FromEstimate, ageing.FromPowerOn, ageing.FromFirstSeen}
	confidenceWords = []ageing.Confidence{"", ageing.High, ageing.Medium, ageing.Low, ageing.None}
	tierWords       = []ageing.Tier{"", ageing.P1, ageing.P2, ageing.P3, ageing.P4}
)

func word[S ~string](words []S, w S) uint8 { return uint8(max(slices.Index(words, w), 0)) }

// Life is the part's life kind: "hdd", "ssd", "dimm", …
func (p *Part) Life() string { return lifeWords[p.life] }

// dated is Age.Dated.
func (p *Part) dated() bool { return p.AgeKnown && p.Source() != ageing.FromFirstSeen }

// Years is the part's age in years, 0 when it is unknown.
func (p *Part) Years() float64 { return float64(p.Days) / ageing.DaysPerYear }

// Source says where the age comes from; "" when it is unknown.
func (p *Part) Source() ageing.Source { return sourceWords[p.source] }

// Confidence is how much the estimate can be relied on.
func (p *Part) Confidence() ageing.Confidence { return confidenceWords[p.confidence] }

// Tier is how urgent a replacement is; "" means that there is no reason to act.
func (p *Part) Tier() ageing.Tier { return tierWords[p.tier] }

// Age is the age with its words; without the cross-checks, which Explain has.
func (p *Part) Age() ageing.Age {
	return ageing.Age{Known: p.AgeKnown, Days: int(p.Days), Years: p.Years(), Source: p.Source(), Precision: p.Precision,
		Approximate: p.Approximate, LowerBound: p.LowerBound, Confidence: p.Confidence(), HazardYears: p.HazardAge, Flags: p.flags}
}

// Risk is the part's estimate over 12 months in words: "3.8 %", ">= 1.3 %",
// "failed", "no data".
func (p *Part) Risk() string {
	return ageing.Risk{Known: p.Estimated, Failed: p.Failed, AtLeast: p.AtLeast, Years: 1, H: p.H[2], P: p.P}.String()
}

// Firm reports whether the part counts as demand rather than as expectation.
func (p *Part) Firm() bool {
	e := p.estimate()
	return e.Firm()
}

// Over reports whether the part is past its service life.
func (p *Part) Over() bool { return p.Band == ageing.BandOver || p.Band == ageing.BandFarOver }

// reasonWords are the reasons by their bit in Part.reasons, evidence first.
var reasonWords = []ageing.Reason{ageing.ReasonFailed, ageing.ReasonPredictive, ageing.ReasonUE, ageing.ReasonMediaErrors, ageing.ReasonCERate,
	ageing.ReasonWear, ageing.ReasonDegraded, ageing.ReasonBatch, ageing.ReasonAge, ageing.ReasonWarranty, ageing.ReasonSupport, ageing.ReasonManual}

func reasonBits(list []ageing.Reason) (bits uint16) {
	for _, r := range list {
		if i := slices.Index(reasonWords, r); i >= 0 {
			bits |= 1 << i
		}
	}
	return bits
}

// Reasons are why the part should be replaced, evidence first; nil: none.
func (p *Part) Reasons() []ageing.Reason {
	var out []ageing.Reason
	for i, r := range reasonWords {
		if p.reasons&(1<<i) != 0 {
			out = append(out, r)
		}
	}
	return out
}

// Evidence reports whether anything but age, warranty or support speaks for a replacement.
func (p *Part) Evidence() bool { return p.reasons&evidenceBits != 0 }

var evidenceBits = func() (bits uint16) {
	for i, r := range reasonWords {
		if !r.Policy() {
			bits |= 1 << i
		}
	}
	return bits
}()
