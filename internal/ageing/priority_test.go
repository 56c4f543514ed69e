package ageing

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// TestPriorityExamples are the examples Q1 to Q16 of the ageing reference, §4.
func TestPriorityExamples(t *testing.T) {
	const (
		r2  = 0.037908 // HDD 7.5 y, clean
		r4  = 0.393773 // HDD with 12 reallocated and 2 pending
		r5  = 0.776870 // HDD that predicts its failure
		r16 = 0.058235 // DIMM beyond its threshold
		r17 = 0.776870 // DIMM with an uncorrectable error
		r19 = 0.303021 // CPU with a machine check
		r22 = 0.257180 // battery 3.5 y
		hdd = 0.012916 // HDD 1 y
	)
	failed, predictive := []Reason{ReasonFailed}, []Reason{ReasonPredictive}
	for _, x := range []struct {
		id    string
		c     Case
		score float64
		tier  Tier
	}{
		{"Q1", Case{Kind: "hdd", Failed: true, Spared: 0, Criticality: "normal", Reasons: failed}, 50, P1},
		{"Q2", Case{Kind: "hdd", Failed: true, Spared: 1, Criticality: "normal", Reasons: failed}, 25, P2},
		{"Q3", Case{Kind: "hdd", Failed: true, Spared: 1, Criticality: "normal", Reasons: failed}, 25, P2},
		{"Q4", Case{Kind: "hdd", P: r5, Predicts: true, Spared: 1, Criticality: "critical", Reasons: predictive}, 38.8, P1},
		{"Q5", Case{Kind: "hdd", P: r5, Predicts: true, Spared: 1, Criticality: "normal", Reasons: predictive}, 19.4, P2},
		{"Q6", Case{Kind: "hdd", P: r5, Predicts: true, Spared: 0, Criticality: "low", Reasons: predictive}, 19.4, P2},
		{"Q7", Case{Kind: "hdd", P: r2, Spared: 2, Criticality: "normal", Reasons: []Reason{ReasonAge}}, 0.5, P4},
		{"Q8", Case{Kind: "hdd", P: r4, Spared: 1, Criticality: "normal", Reasons: []Reason{ReasonMediaErrors, ReasonAge}}, 9.8, P3},
		{"Q9", Case{Kind: "psu", Failed: true, Spared: 0, Criticality: "high", Reasons: failed}, 75, P1},
		{"Q10", Case{Kind: "dimm", P: r17, Criticality: "normal", Reasons: []Reason{ReasonUE}}, 38.8, P1},
		{"Q11", Case{Kind: "dimm", P: r16, Criticality: "critical", Reasons: []Reason{ReasonCERate}}, 5.8, P3},
		{"Q12", Case{Kind: "battery", P: r22, Criticality: "normal", Reasons: []Reason{ReasonAge}}, 3.2, P4},
		{"Q13", Case{Kind: "cpu", P: r19, Criticality: "critical", Reasons: []Reason{ReasonUE}}, 30.3, P2},
		{"Q14", Case{Kind: "hdd", Failed: true, Spared: 0, Criticality: "low", Reasons: failed}, 25, P2},
		{"Q15", Case{Kind: "hdd", Failed: true, Spared: 0, Criticality: "normal", Reasons: failed}, 50, P1},
		{"Q16", Case{Kind: "hdd", P: hdd, Spared: 1, Criticality: "critical"}, 0.6, ""},
	} {
		t.Run(x.id, func(t *testing.T) {
			v := DefaultPriority().Judge(x.c)
			if v.Score != x.score || v.Tier != x.tier {
				t.Errorf("score %v tier %q (%s), want %v %q", v.Score, v.Tier, v.Rule, x.score, x.tier)
			}
			if v.Rule == "" {
				t.Error("no rule says what decided")
			}
		})
	}
}

func pct(v float64) *float64 { return &v }

// TestMinimumRules names the rule that decides where the score alone says less.
func TestMinimumRules(t *testing.T) {
	for _, x := range []struct {
		name string
		c    Case
		tier Tier
		rule string
	}{
		{"failed and well protected", Case{Kind: "hdd", Failed: true, Spared: 3}, P2, "failed: at least P2"},
		{"failed fan of an unimportant server", Case{Kind: "fan", Failed: true, Spared: 0, Criticality: "low"}, P2, "score"},
		{"failed cmos battery", Case{Kind: "cmos", Failed: true}, P3, "score"},
		{"failed cmos battery of an unimportant server", Case{Kind: "cmos", Failed: true, Criticality: "low"}, P3, "CMOS battery failed: at least P3"},
		{"predictive", Case{Kind: "hdd", P: 0.05, Predicts: true, Spared: 2}, P2, "the device predicts its failure: at least P2"},
		{"likely to fail without protection", Case{Kind: "hdd", P: 0.55, Spared: 0, Reasons: []Reason{ReasonMediaErrors}}, P1, "likely to fail without protection: at least P1"},
		{"module with an uncorrectable error", Case{Kind: "dimm", P: 0.01, Criticality: "low", Reasons: []Reason{ReasonUE}}, P2, "memory module with an uncorrectable error: at least P2"},
		{"worn out", Case{Kind: "ssd", P: 0.01, WearPct: pct(100), Spared: 2, Reasons: []Reason{ReasonWear}}, P2, "SSD worn out: at least P2"},
		{"nearly worn out", Case{Kind: "ssd", P: 0.01, WearPct: pct(95), Spared: 2, Reasons: []Reason{ReasonWear}}, P3, "SSD 95 % used: at least P3"},
		{"out of spare blocks", Case{Kind: "ssd", P: 0.01, SpareLow: true, Spared: 2}, P2, "SSD's spare blocks below the threshold: at least P2"},
		{"read-only", Case{Kind: "ssd", P: 0.01, ReadOnly: true, Spared: 2}, P2, "SSD takes no more writes: at least P2"},
		{"degraded", Case{Kind: "psu", P: 0.01, Spared: 1, Reasons: []Reason{ReasonDegraded}}, P3, "the device calls it degraded: at least P3"},
		{"one in ten", Case{Kind: "hdd", P: 0.1, Spared: 2, Reasons: []Reason{ReasonMediaErrors}}, P3, "10 % or more with evidence: at least P3"},
		{"evidence of little weight", Case{Kind: "hdd", P: 0.02, Spared: 2, Reasons: []Reason{ReasonMediaErrors}}, P4, "score is low, but there is a reason"},
		{"hot, but no reason", Case{Kind: "hdd", P: 0.4, Spared: 0}, "", "no reason to act"},
		{"warranty over on a normal server", Case{Kind: "hdd", P: 0.4, Reasons: []Reason{ReasonWarranty}}, "", "no reason to act: warranty or support ended, but the server is not critical"},
		{"warranty over on a critical server", Case{Kind: "hdd", P: 0.4, Criticality: "critical", Reasons: []Reason{ReasonWarranty}}, P4, "warranty or support ended on a critical server: at least P4"},
	} {
		t.Run(x.name, func(t *testing.T) {
			if v := DefaultPriority().Judge(x.c); v.Tier != x.tier || v.Rule != x.rule {
				t.Errorf("%q by %q (score %v), want %q by %q", v.Tier, v.Rule, v.Score, x.tier, x.rule)
			}
		})
	}
}

func TestExposure(t *testing.T) {
	for _, x := range []struct {
		c       Case
		e       float64
		assumed bool
	}{
		{Case{Kind: "hdd", Spared: 0}, 1, false},
		{Case{Kind: "hdd", Spared: 1}, 0.5, false},
		{Case{Kind: "hdd", Spared: 2}, 0.25, false},
		{Case{Kind: "hdd", Spared: 3}, 0.1, false},
		{Case{Kind: "hdd", Spared: 9}, 0.1, false},
		{Case{Kind: "hdd", Spared: 0, Unassigned: true}, 0.1, false},
		{Case{Kind: "hdd", Spared: UnknownSpared}, 0.5, true},
		{Case{Kind: "dimm", Spared: UnknownSpared}, 1, false},
		{Case{Kind: "battery"}, 0.25, false},
		{Case{Kind: "capacitor"}, 0.25, false},
		{Case{Kind: "cmos"}, 0.1, false},
	} {
		if e, assumed := x.c.Exposure(); e != x.e || assumed != x.assumed {
			t.Errorf("%+v: %v %v, want %v %v", x.c, e, assumed, x.e, x.assumed)
		}
	}
	v := DefaultPriority().Judge(Case{Kind: "hdd", Failed: true, Spared: UnknownSpared})
	if !slices.Equal(v.Flags(), []string{FlagRedundancyUnknown}) || v.Tier != P2 || v.Score != 25 {
		t.Errorf("failed disk of unknown redundancy: %+v", v)
	}
}

func anyCase(t *rapid.T) Case {
	all := []Reason{ReasonFailed, ReasonPredictive, ReasonUE, ReasonMediaErrors, ReasonCERate, ReasonWear, ReasonDegraded,
		ReasonBatch, ReasonAge, ReasonWarranty, ReasonSupport, ReasonManual}
	return Case{
		Kind:        rapid.SampledFrom(LifeKinds()).Draw(t, "kind"),
		P:           rapid.Float64Range(0, 1).Draw(t, "p"),
		Failed:      rapid.Bool().Draw(t, "failed"),
		Predicts:    rapid.Bool().Draw(t, "predicts"),
		SpareLow:    rapid.Bool().Draw(t, "spare low"),
		ReadOnly:    rapid.Bool().Draw(t, "read-only"),
		WearPct:     rapid.Ptr(rapid.Float64Range(0, 120), true).Draw(t, "wear"),
		Spared:      rapid.IntRange(-1, 4).Draw(t, "t"),
		Unassigned:  rapid.Bool().Draw(t, "unassigned"),
		Criticality: rapid.SampledFrom([]fleet.Criticality{"", "low", "normal", "high", "critical", "odd"}).Draw(t, "criticality"),
		Reasons:     rapid.SliceOfDistinct(rapid.SampledFrom(all), func(r Reason) Reason { return r }).Draw(t, "reasons"),
	}
}

// TestPriorityNeverFalls: what is worse never gets a lower score or a later tier.
func TestPriorityNeverFalls(t *testing.T) {
	p := DefaultPriority()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		was := p.Judge(c)
		worse := c
		switch rapid.IntRange(0, 3).Draw(t, "what worsens") {
		case 0:
			worse.P = rapid.Float64Range(c.P, 1).Draw(t, "p after")
		case 1:
			worse.Criticality = map[fleet.Criticality]fleet.Criticality{"low": "normal", "": "high", "normal": "high", "odd": "high", "high": "critical", "critical": "critical"}[c.Criticality]
		case 2:
			if c.Spared > 0 {
				worse.Spared--
			}
		case 3:
			r := rapid.SampledFrom([]Reason{ReasonMediaErrors, ReasonAge, ReasonUE, ReasonDegraded, ReasonWarranty}).Draw(t, "new reason")
			worse.Reasons = append(slices.Clone(c.Reasons), r)
		}
		now := p.Judge(worse)
		if now.Score < was.Score {
			t.Fatalf("score fell from %v to %v: %+v, then %+v", was.Score, now.Score, c, worse)
		}
		if was.Tier.Beats(now.Tier) {
			t.Fatalf("tier fell from %q to %q: %+v, then %+v", was.Tier, now.Tier, c, worse)
		}
	})
}

// TestCeilingHolds: age, warranty and support alone are never more than P4.
func TestCeilingHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		c.Failed, c.Predicts, c.SpareLow, c.ReadOnly = false, false, false, false
		c.Reasons = slices.DeleteFunc(c.Reasons, func(r Reason) bool { return !r.Policy() })
		if v := DefaultPriority().Judge(c); v.Tier.Beats(P4) {
			t.Fatalf("%q (%s) for %+v", v.Tier, v.Rule, c)
		}
	})
}

func TestPriorityOfNonsense(t *testing.T) {
	for _, p := range []float64{math.NaN(), -1, math.Inf(-1)} {
		if v := DefaultPriority().Judge(Case{Kind: "hdd", P: p, Reasons: []Reason{ReasonAge}}); v.Score != 0 || v.Tier != P4 {
			t.Errorf("P %v: %+v", p, v)
		}
	}
	if v := DefaultPriority().Judge(Case{Kind: "hdd", P: 7, Spared: 0, Criticality: "critical", Reasons: []Reason{ReasonUE}}); v.Score != 100 {
		t.Errorf("P 7: score %v, want 100", v.Score)
	}
}

func TestDue(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for tier, want := range map[Tier]string{
		P1: "2026-11-24T10:00:00Z", P2: "2026-11-30T10:00:00Z", P3: "2026-12-23T10:00:00Z", P4: "2027-03-31T00:00:00Z", "": "0001-01-01T00:00:00Z",
	} {
		if got := tier.Due(at).Format(time.RFC3339); got != want {
			t.Errorf("%q due %s, want %s", tier, got, want)
		}
	}
}

func TestPriorityCheck(t *testing.T) {
	if err := DefaultPriority().Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Priority){
		"tiers that do not fall":  func(p *Priority) { p.Tiers = [3]float64{12, 12, 3} },
		"tier of not a number":    func(p *Priority) { p.Tiers[1] = math.NaN() },
		"weight above 1":          func(p *Priority) { p.Criticality["critical"] = 1.5 },
		"weight that falls":       func(p *Priority) { p.Criticality["high"] = 0.4 },
		"missing criticality":     func(p *Priority) { delete(p.Criticality, "low") },
		"unknown criticality":     func(p *Priority) { p.Criticality["vital"] = 1 },
		"weight of not a number":  func(p *Priority) { p.Criticality["low"] = math.NaN() },
		"threshold that is never": func(p *Priority) { p.Tiers[0] = 120 },
	} {
		p := DefaultPriority()
		if spoil(&p); p.Check() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
