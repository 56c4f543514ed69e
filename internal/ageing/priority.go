package ageing

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// Tier is how urgent a replacement is; the words are the queue's.
type Tier string

// The tiers; the empty Tier means that there is no reason to act.
const (
	P1 Tier = "P1"
	P2 Tier = "P2"
	P3 Tier = "P3"
	P4 Tier = "P4"
)

// rank orders tiers: 1 is the most urgent, 5 stands for none.
func (t Tier) rank() int {
	switch t {
	case P1:
		return 1
	case P2:
		return 2
	case P3:
		return 3
	case P4:
		return 4
	}
	return 5
}

// Beats reports whether t is more urgent than o.
func (t Tier) Beats(o Tier) bool { return t.rank() < o.rank() }

// Meaning is the tier in words: "this week".
func (t Tier) Meaning() string {
	return [...]string{"", "replace now", "this week", "next window", "plan", "nothing to do"}[t.rank()]
}

// Due is when something of this tier should be done that came up at that
// time: in a day, a week, 30 days, or by the last day of the next quarter, for
// which the budget can still be asked. Without a tier nothing is due.
func (t Tier) Due(from time.Time) time.Time {
	from = from.UTC()
	switch t {
	case P1:
		return from.Add(24 * time.Hour)
	case P2:
		return from.AddDate(0, 0, 7)
	case P3:
		return from.AddDate(0, 0, 30)
	case P4:
		quarter := (int(from.Month()) - 1) / 3
		return time.Date(from.Year(), time.Month(3*quarter+7), 0, 0, 0, 0, 0, time.UTC)
	}
	return time.Time{}
}

// Priority turns probability and impact into a score and a tier (reference §4).
type Priority struct {
	// Tiers are the scores from which P1, P2 and P3 begin.
	Tiers [3]float64
	// Criticality is how much a failure matters, 1 at most, by the server's
	// criticality; what is not listed counts as normal.
	Criticality map[fleet.Criticality]float64
}

// DefaultPriority is the built-in priority.
func DefaultPriority() Priority {
	return Priority{
		Tiers: [3]float64{35, 12, 3},
		Criticality: map[fleet.Criticality]float64{
			fleet.CriticalityCritical: 1, fleet.CriticalityHigh: 0.75, fleet.CriticalityNormal: 0.5, fleet.CriticalityLow: 0.25,
		},
	}
}

// Check returns everything that is wrong with the priority, or nil.
func (p Priority) Check() error {
	var errs []error
	if t := p.Tiers; !(t[0] > t[1] && t[1] > t[2] && t[2] > 0 && t[0] <= 100) {
		errs = append(errs, fmt.Errorf("tiers %v, %v, %v: want scores that fall, between 100 and 0", t[0], t[1], t[2]))
	}
	last := 0.0
	for _, c := range []fleet.Criticality{fleet.CriticalityLow, fleet.CriticalityNormal, fleet.CriticalityHigh, fleet.CriticalityCritical} {
		v, ok := p.Criticality[c]
		if !ok || !(v > 0 && v <= 1) || v < last {
			errs = append(errs, fmt.Errorf("criticality %s: %v must lie between 0 and 1 and not below that of the one before it", c, v))
		}
		last = v
	}
	for _, c := range slices.Sorted(maps.Keys(p.Criticality)) {
		switch c {
		case fleet.CriticalityLow, fleet.CriticalityNormal, fleet.CriticalityHigh, fleet.CriticalityCritical:
		default:
			errs = append(errs, fmt.Errorf("criticality %q is none of low, normal, high, critical", c))
		}
	}
	return errors.Join(errs...)
}

// weight is how much a failure on a server of that criticality matters; an
// unknown word counts as normal.
func (p Priority) weight(c fleet.Criticality) float64 {
	if v, ok := p.Criticality[c]; ok {
		return v
	}
	return p.Criticality[fleet.CriticalityNormal]
}

// UnknownSpared says that nobody knows how many further failures a part's
// redundancy group survives.
const UnknownSpared = -1

// Case is what is known about one part when its priority is judged.
type Case struct {
	// Kind is the life kind: "hdd", "dimm", "cmos", …
	Kind string
	// P is the probability that the part fails within 12 months.
	P        float64
	Failed   bool
	Predicts bool
	ReadOnly bool // an SSD that takes no more writes
	SpareLow bool // an SSD whose spare blocks fell below the drive's threshold
	WearPct  *float64
	// Spared is t: how many further failures the part's redundancy group
	// survives now; UnknownSpared when nobody knows.
	Spared int
	// Unassigned is a disk that serves nobody, or an idle spare.
	Unassigned  bool
	Criticality fleet.Criticality
	Reasons     []Reason
}

// Verdict is how urgent the replacement of a part is, and why.
type Verdict struct {
	Score float64 `json:"score"` // 100 × P × C × E, one decimal
	P     float64 `json:"p"`
	C     float64 `json:"criticality"`
	E     float64 `json:"exposure"`
	Tier  Tier    `json:"tier,omitempty"`
	// Rule says what decided the tier: the score, a minimum rule or the ceiling.
	Rule string `json:"rule"`
	// RedundancyUnknown means that E is an assumption.
	RedundancyUnknown bool `json:"redundancy_unknown,omitempty"`
}

// FlagRedundancyUnknown marks a verdict whose exposure is an assumption.
const FlagRedundancyUnknown = "redundancy_unknown"

// Flags are the verdict's flags, by name.
func (v Verdict) Flags() []string {
	if v.RedundancyUnknown {
		return []string{FlagRedundancyUnknown}
	}
	return nil
}

// exposures is E by t; the last value continues.
var exposures = [...]float64{1, 0.5, 0.25, 0.1}

// Exposure is E: how much a failure of the part would hurt. Assumed means that
// the redundancy is unknown.
func (c *Case) Exposure() (e float64, assumed bool) {
	switch t := c.spared(); {
	case c.Kind == "battery", c.Kind == "capacitor":
		return 0.25, false // the write cache loses its protection; nothing stops
	case c.Kind == "cmos", c.Unassigned:
		return 0.1, false
	case t < 0:
		return 0.5, true
	default:
		return exposures[min(t, len(exposures)-1)], false
	}
}

// spared is t; nothing stands in for memory modules, processors, boards and controllers.
func (c *Case) spared() int {
	switch c.Kind {
	case "dimm", "cpu", "board", "controller":
		return 0
	}
	return max(c.Spared, UnknownSpared)
}

// bare reports whether nothing protects the service from this part's failure.
func (c *Case) bare() bool {
	e, assumed := c.Exposure()
	return e == 1 && !assumed
}

// Judge says how urgent the case is: the score decides, minimum rules raise
// it, and a case that only age, warranty or support speak for is P4 at most.
func (p Priority) Judge(c Case) Verdict {
	v := Verdict{P: c.probability(), C: p.weight(c.Criticality)}
	v.E, v.RedundancyUnknown = c.Exposure()
	v.Score = math.Round(1000*v.P*v.C*v.E) / 10
	evidence, policy := c.causes()
	switch {
	case !evidence && !policy:
		v.Rule = "no reason to act"
		return v
	case !evidence:
		v.Tier, v.Rule = ceiling(c.Reasons, c.Criticality == fleet.CriticalityCritical)
		return v
	}
	v.Tier, v.Rule = p.byScore(v.Score)
	if least, rule := c.minimum(v.P, v.C); least.Beats(v.Tier) {
		v.Tier, v.Rule = least, rule
	}
	return v
}

// probability is P as a number from 0 to 1; a failed part has failed.
func (c *Case) probability() float64 {
	switch {
	case c.Failed:
		return 1
	case !(c.P > 0): // also not a number: no estimate, so no score
		return 0
	}
	return min(c.P, 1)
}

// causes says what speaks for a replacement: facts about the part, rules about its age.
func (c *Case) causes() (evidence, policy bool) {
	evidence = c.Failed || c.Predicts || c.ReadOnly || c.SpareLow
	for _, r := range c.Reasons {
		if r.Policy() {
			policy = true
		} else {
			evidence = true
		}
	}
	return evidence, policy
}

// ceiling is the tier of a case without evidence. The end of warranty or
// support asks for a plan only where everything depends on the server.
func ceiling(reasons []Reason, critical bool) (Tier, string) {
	if slices.Contains(reasons, ReasonAge) {
		return P4, "ceiling: age, warranty or support alone is planned, never urgent"
	}
	if critical {
		return P4, "warranty or support ended on a critical server: at least P4"
	}
	return "", "no reason to act: warranty or support ended, but the server is not critical"
}

func (p Priority) byScore(score float64) (Tier, string) {
	switch {
	case score >= p.Tiers[0]:
		return P1, "score"
	case score >= p.Tiers[1]:
		return P2, "score"
	case score >= p.Tiers[2]:
		return P3, "score"
	}
	return P4, "score is low, but there is a reason"
}

// minimum is the least tier that the rules allow, whatever the score.
func (c *Case) minimum(prob, weight float64) (Tier, string) {
	cmos := c.Kind == "cmos"
	urgent := c.bare() && weight >= 0.5
	wear := 0.0
	if c.Kind == "ssd" {
		wear = wearOf(c.WearPct)
	}
	switch {
	case c.Failed && !cmos && urgent:
		return P1, "failed without protection: at least P1"
	case prob >= 0.5 && !cmos && urgent:
		return P1, "likely to fail without protection: at least P1"
	case c.Failed && !cmos:
		return P2, "failed: at least P2"
	case c.Predicts && (c.Kind != "dimm" || !slices.Contains(c.Reasons, ReasonCERate)): // a module's prediction is its threshold
		return P2, "the device predicts its failure: at least P2"
	case c.Kind == "dimm" && slices.Contains(c.Reasons, ReasonUE):
		return P2, "memory module with an uncorrectable error: at least P2"
	case wear >= 100:
		return P2, "SSD worn out: at least P2"
	case c.SpareLow:
		return P2, "SSD's spare blocks below the threshold: at least P2"
	case c.ReadOnly:
		return P2, "SSD takes no more writes: at least P2"
	case wear >= 95:
		return P3, "SSD 95 % used: at least P3"
	case c.Failed:
		return P3, "CMOS battery failed: at least P3"
	case slices.Contains(c.Reasons, ReasonDegraded):
		return P3, "the device calls it degraded: at least P3"
	case prob >= 0.1:
		return P3, "10 % or more with evidence: at least P3"
	}
	return "", ""
}
