package queue

import (
	"testing"

	"ironage/internal/fleet"
)

// TestAPersonsTierStaysUntilTheEvidenceIsWorse: whoever lowers or raises a tier has
// seen what is known; the program speaks up again when there is more.
func TestAPersonsTierStaysUntilTheEvidenceIsWorse(t *testing.T) {
	holds := func(codes ...ReasonCode) []Reason {
		var rs []Reason
		for _, c := range codes {
			rs = append(rs, Reason{Code: c, Evidence: atRead, FirstSeen: noon, LastSeen: noon, StillTrue: true})
		}
		return rs
	}
	over := func(codes ...ReasonCode) []Reason {
		rs := holds(codes...)
		for i := range rs {
			rs[i].StillTrue = false
		}
		return rs
	}
	for _, x := range []struct {
		name     string
		was, set Tier     // by the program, then by the person
		saw      []Reason // of the order when the person set it
		asks     Tier     // of the evidence now
		now      []Reason
		want     Tier
	}{
		{"lowered, the same evidence", P2, P4, holds(ReasonFailed), P2, holds(ReasonFailed), P4},
		{"lowered, less evidence", P2, P4, holds(ReasonFailed, ReasonWear), P3, holds(ReasonWear), P4},
		{"lowered, more haste", P2, P4, holds(ReasonFailed), P1, holds(ReasonFailed), P1},
		{"lowered, another fault of the same haste", P2, P4, holds(ReasonPredictive), P2, holds(ReasonPredictive, ReasonFailed), P2},
		{"lowered, only older", P2, P4, holds(ReasonFailed), P2, holds(ReasonFailed, ReasonAge), P4},
		{"lowered after it recovered, faulty again", P2, P4, over(ReasonFailed), P2, holds(ReasonFailed), P2},
		{"lowered by a tier, worse by one", P3, P4, holds(ReasonWear), P2, holds(ReasonWear), P2},
		{"raised, the same evidence", P3, P1, holds(ReasonWear), P3, holds(ReasonWear), P1},
		{"raised, worse but less than raised", P3, P1, holds(ReasonWear), P2, holds(ReasonWear, ReasonFailed), P1},
		{"raised, worse than raised", P3, P2, holds(ReasonWear), P1, holds(ReasonWear, ReasonFailed), P1},
	} {
		o, _, err := Edit(openDisk(func(o *Order) { o.Tier, o.Reasons = x.was, x.saw }), fields("tier", string(x.set)), "", lead, noon)
		if err != nil || o.Weighed == nil || o.Weighed.Tier != x.was {
			t.Fatalf("%s: got %+v, %v, want what was weighed kept", x.name, o.Weighed, err)
		}
		c := failedDisk()
		c.Tier, c.Reasons = x.asks, x.now
		got := review(t, stage(&fleet.State{}, []Cause{c}, o))[0]
		if got.Tier != x.want {
			t.Errorf("%s: got %s, want %s", x.name, got.Tier, x.want)
		}
	}
}

// TestASecondWordCounts: what overruled a person is what the next one sees.
func TestASecondWordCounts(t *testing.T) {
	o, _, err := Edit(openDisk(nil), fields("tier", "P4"), "spare machine", lead, noon)
	if err != nil {
		t.Fatal(err)
	}
	worse := failedDisk()
	worse.Tier = P1
	if o = review(t, stage(&fleet.State{}, []Cause{worse}, o))[0]; o.Tier != P1 || o.Weighed.Tier != P1 {
		t.Fatalf("got %s weighed %+v, want P1", o.Tier, o.Weighed)
	}
	if o, _, err = Edit(o, fields("tier", "P3"), "spare machine, still", lead, noon); err != nil {
		t.Fatal(err)
	}
	if o = review(t, stage(&fleet.State{}, []Cause{worse}, o))[0]; o.Tier != P3 {
		t.Errorf("got %s, want P3: the person saw that it is P1", o.Tier)
	}
}

// TestAProposedTierIsADecision, also one that is lower than the judgement.
func TestAProposedTierIsADecision(t *testing.T) {
	c := failedDisk()
	p := Proposal{Server: "srv-1", Slot: c.Slot, Kind: c.Kind, Old: c.Part, Reasons: c.Reasons, Tier: P4, Judged: P2, Raised: true}
	o, _, err := Propose(p, technician, noon)
	if err != nil {
		t.Fatal(err)
	}
	o.ID = 1
	if o = review(t, stage(&fleet.State{}, []Cause{c}, o))[0]; o.Tier != P4 {
		t.Errorf("got %s, want P4 as it was proposed", o.Tier)
	}
}

// TestWhatCameWhileRaisedCountsAsSeen: the evidence got worse while a person's tier
// was above it; whoever lowers that tier then has seen it.
func TestWhatCameWhileRaisedCountsAsSeen(t *testing.T) {
	mild := func(o *Order) {
		o.Tier, o.Reasons = P3, []Reason{{Code: ReasonWear, Evidence: atRead, FirstSeen: noon, LastSeen: noon, StillTrue: true}}
	}
	o, _, err := Edit(openDisk(mild), fields("tier", "P1"), "visit tomorrow", lead, noon)
	if err != nil {
		t.Fatal(err)
	}
	worse := failedDisk()
	worse.Tier = P2
	if o = review(t, stage(&fleet.State{}, []Cause{worse}, o))[0]; o.Tier != P1 {
		t.Fatalf("got %s, want P1 as it was raised", o.Tier)
	}
	if o, _, err = Edit(o, fields("tier", "P4"), "it is switched off for good", lead, noon); err != nil {
		t.Fatal(err)
	}
	if o = review(t, stage(&fleet.State{}, []Cause{worse}, o))[0]; o.Tier != P4 {
		t.Errorf("got %s weighed %+v, want P4: the person saw the failure", o.Tier, o.Weighed)
	}
}
