package queue

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func proposal(change ...func(*Proposal)) Proposal {
	p := Proposal{Server: "srv", Slot: "disk/Bay 3", Kind: fleet.Disk, Old: Part{Serial: "OLD1"},
		Reasons: []Reason{{Code: ReasonFailed, Text: "the controller failed it", Evidence: seen}}}
	for _, c := range change {
		c(&p)
	}
	return p
}

func because(codes ...ReasonCode) func(*Proposal) {
	return func(p *Proposal) {
		p.Reasons = nil
		for _, c := range codes {
			p.Reasons = append(p.Reasons, Reason{Code: c, Text: string(c), Evidence: seen})
		}
	}
}

func TestProposeT1(t *testing.T) {
	for _, by := range []Actor{technician, engineer, lead, program} {
		o, e, err := Propose(proposal(), by, noon)
		if err != nil {
			t.Errorf("%s: got %v", by.Role, err)
			continue
		}
		if o.State != Proposed || o.Version != 1 || o.ID != 0 || o.Tier != P2 || o.CreatedBy != by.Name || o.Untracked || !o.Due.Equal(noon.AddDate(0, 0, 7)) {
			t.Errorf("%s: got %+v", by.Role, o)
		}
		if e.Action != "propose" || e.To != Proposed || e.From != "" || e.Version != 1 || e.Evidence.OID != seen.OID || e.Reason != "the controller failed it" {
			t.Errorf("%s: got entry %+v", by.Role, e)
		}
	}
}

func TestProposeRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Proposal
		by   Actor
		want string
	}{
		{"viewer", proposal(), viewer, "takes a technician"},
		{"nobody", proposal(), Actor{Name: "x"}, "takes a technician"},
		{"empty", Proposal{}, technician, "missing: server, slot, kind, reason"},
		{"manual without text", proposal(func(p *Proposal) { p.Reasons = []Reason{{Code: ReasonManual}} }), technician, "text of the manual reason"},
		{"unknown reason", proposal(because("rust")), technician, `"rust" is unknown`},
		{"unknown tier", proposal(func(p *Proposal) { p.Tier = "P0" }), technician, `"P0" is none of`},
		{"system without evidence", proposal(func(p *Proposal) { p.Reasons[0].Evidence = fleet.Evidence{} }), program, "needs evidence"},
		{"note too long", proposal(func(p *Proposal) { p.Note = strings.Repeat("x", 4001) }), technician, "longer than 4000"},
		{"slot too long", proposal(func(p *Proposal) { p.Slot = strings.Repeat("x", 201) }), technician, "at most 200"},
	} {
		if _, _, err := Propose(c.p, c.by, noon); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestProposeByNoteAlone(t *testing.T) {
	o, e, err := Propose(proposal(func(p *Proposal) { p.Reasons, p.Note = nil, "it clicks" }), technician, noon)
	if err != nil || len(o.Reasons) != 1 || o.Reasons[0].Code != ReasonManual || o.Reasons[0].Text != "it clicks" || o.Tier != P3 || e.Reason != "it clicks" {
		t.Errorf("got %+v, %v, want a manual reason", o.Reasons, err)
	}
}

func TestTierOfProposal(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Proposal
		by   Actor
		want Tier
	}{
		{"failed", proposal(because(ReasonFailed)), program, P2},
		{"age alone", proposal(because(ReasonAge, ReasonWarranty)), program, P4},
		{"age and predictive", proposal(because(ReasonAge, ReasonPredictive)), program, P2},
		{"errors", proposal(because(ReasonMediaErrors)), program, P3},
		{"given", proposal(because(ReasonMediaErrors), func(p *Proposal) { p.Tier = P1 }), program, P1},
		{"program does not lift age", proposal(because(ReasonAge), func(p *Proposal) { p.Tier = P1 }), program, P4},
		{"a person may", proposal(because(ReasonAge), func(p *Proposal) { p.Tier = P3 }), engineer, P3},
	} {
		if o, _, err := Propose(c.p, c.by, noon); err != nil || o.Tier != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, o.Tier, err, c.want)
		}
	}
}

func TestDue(t *testing.T) {
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		tier      Tier
		now, want time.Time
	}{
		{P1, noon, noon.Add(24 * time.Hour)},
		{P3, noon, noon.AddDate(0, 0, 30)},
		{P4, noon, date(2026, 6, 30)},
		{P4, date(2026, 12, 31), date(2027, 3, 31)},
		{P4, date(2026, 9, 1), date(2026, 12, 31)},
	} {
		if got := dueOf(c.tier, c.now); !got.Equal(c.want) {
			t.Errorf("%s at %s: got %s, want %s", c.tier, day(c.now), day(got), day(c.want))
		}
	}
}

func TestDeviceTextIsBounded(t *testing.T) {
	o, _, err := Propose(proposal(func(p *Proposal) { p.Old.Model = strings.Repeat("ế", 1<<20); p.Old.Vendor = "\xff\xfe" }), technician, noon)
	if err != nil || len([]rune(o.Old.Model)) != maxField || o.Old.Vendor != "?" {
		t.Errorf("got a model of %d characters and vendor %q, %v", len([]rune(o.Old.Model)), o.Old.Vendor, err)
	}
}

func TestUntracked(t *testing.T) {
	for serial, want := range map[string]bool{"OLD1": false, "": true, "N/A": true, "0000": true} {
		o, _, err := Propose(proposal(func(p *Proposal) { p.Old.Serial = serial }), technician, noon)
		if err != nil || o.Untracked != want {
			t.Errorf("serial %q: got untracked %v, %v, want %v", serial, o.Untracked, err, want)
		}
	}
}
