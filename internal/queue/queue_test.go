package queue

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

var (
	viewer     = Actor{Name: "vy", Role: Viewer}
	technician = Actor{Name: "minh", Role: Technician}
	engineer   = Actor{Name: "lan", Role: Engineer}
	lead       = Actor{Name: "hoa", Role: Lead}
	program    = Actor{Name: "ironage", Role: System}
)

var seen = fleet.Evidence{OID: "1.3.6.1.4.1.674", Value: "NEW1", Meaning: "serial number", Time: noon}

// fine are facts that ask for no confirmation.
var fine = &Facts{Reachable: true, LastPoll: noon, Located: true}

// in returns an ordinary disk's order that stands in state s.
func in(s State, change ...func(*Order)) Order {
	o := Order{ID: 12, Version: 5, Server: "srv", Slot: "disk/Bay 3", Kind: fleet.Disk, Place: "Bay 3", Old: Part{Serial: "OLD1"},
		Tier: P2, State: s, Created: noon, Changed: noon}
	switch s {
	case Deferred:
		o.Before, o.DeferredTill = Ordered, "2026-03-01"
	case Replaced:
		o.BeforeSwap, o.New, o.Attempt = InProgress, &Part{Serial: "NEW1"}, 1
	case InProgress:
		o.Attempt = 1
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

func fields(kv ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

func untracked(o *Order) { o.Untracked, o.Kind, o.Old, o.New = true, fleet.Fan, Part{}, nil }
func psu(o *Order)       { o.Kind = fleet.PSU }
func tier(t Tier) func(*Order) {
	return func(o *Order) { o.Tier = t }
}
func criticalServer(o *Order) { o.Criticality = fleet.CriticalityCritical }

// rowCase is, for one row of the table, a change that is allowed and the ways
// in which it is not.
type rowCase struct {
	row     string
	order   Order
	change  Change
	by      Actor
	to      State
	missing []string // fields that are refused when absent, by label
	drop    []string // the same fields, by name ("reason" is Change.Reason)
	refused []Actor  // who may not
	wrong   State    // a state from which it does not go
	holds   func(o Order) bool
}

var rowCases = []rowCase{
	{row: "T2", order: in(Proposed), change: Change{To: Approved, Fields: fields("part_number", "400-AX")}, by: engineer, to: Approved,
		refused: []Actor{viewer, technician, program, {Name: "x"}}, wrong: Ordered,
		holds: func(o Order) bool { return o.FitPart == "400-AX" && o.Approver == "lan" }},
	{row: "T2", order: in(Proposed, tier(P4)), change: Change{To: Approved}, by: lead, to: Approved,
		refused: []Actor{viewer, technician, engineer}, wrong: Closed},
	{row: "T3", order: in(Proposed), change: Change{To: Rejected, Reason: "spare fitted"}, by: engineer, to: Rejected,
		missing: []string{"reason"}, drop: []string{"reason"}, refused: []Actor{viewer, technician, program}, wrong: Approved,
		holds: func(o Order) bool { return o.QuietTill == "2026-04-01" }},
	{row: "T4", order: in(Approved), change: Change{To: Ordered, Fields: fields("part_number", "400-AX", "order_ref", "PO-1", "expected", "2026-01-01")},
		by: technician, to: Ordered, missing: []string{"part number", "order reference", "expected date"}, drop: []string{"part_number", "order_ref", "expected"},
		refused: []Actor{viewer, program}, wrong: Proposed, holds: func(o Order) bool { return o.Expected == "2026-01-01" && o.OrderRef == "PO-1" }},
	{row: "T5", order: in(Approved), change: Change{To: Ready, Fields: fields("spare", "shelf 4")}, by: technician, to: Ready,
		missing: []string{"spare"}, drop: []string{"spare"}, refused: []Actor{viewer, program}, wrong: Proposed,
		holds: func(o Order) bool { return o.Spare == "shelf 4" }},
	{row: "T6", order: in(Ordered), change: Change{To: Ready, Fields: fields("received", "2025-12-31", "part_serial", "Z9")}, by: technician, to: Ready,
		missing: []string{"received date"}, drop: []string{"received"}, refused: []Actor{viewer, program}, wrong: Deferred,
		holds: func(o Order) bool { return o.Received == "2025-12-31" && o.PartSerial == "Z9" }},
	{row: "T7", order: in(Ready, criticalServer), change: Change{To: InProgress, Fields: fields("assignee", "minh", "change_ref", "CHG-7"), Facts: fine},
		by: technician, to: InProgress, missing: []string{"assignee", "change reference"}, drop: []string{"assignee", "change_ref"},
		refused: []Actor{viewer, program}, wrong: Approved, holds: func(o Order) bool { return o.Assignee == "minh" && o.Attempt == 1 }},
	{row: "T7", order: in(Ready), change: Change{To: InProgress, Fields: fields("assignee", "minh"), Facts: fine}, by: technician, to: InProgress,
		missing: []string{"assignee"}, drop: []string{"assignee"}, refused: []Actor{viewer}, wrong: Ordered},
	{row: "T8", order: in(InProgress), change: Change{To: Ready, Reason: "wrong tray"}, by: technician, to: Ready,
		missing: []string{"reason"}, drop: []string{"reason"}, refused: []Actor{viewer, program}, wrong: Replaced},
	{row: "T9", order: in(InProgress), change: Change{To: Replaced, New: &Part{Serial: "NEW1"}, Evidence: seen}, by: program, to: Replaced,
		refused: []Actor{viewer, technician, engineer, lead}, wrong: Verified,
		holds: func(o Order) bool {
			return o.New.Serial == "NEW1" && o.SwappedAt.Equal(noon) && o.BeforeSwap == InProgress
		}},
	{row: "T9", order: in(InProgress, untracked), change: Change{To: Replaced, Reason: "fan 2 swapped", Fields: fields("swapped_at", "2026-01-01 11:30")},
		by: technician, to: Replaced, missing: []string{"time of the swap", "reason"}, drop: []string{"swapped_at", "reason"},
		refused: []Actor{viewer}, wrong: Closed, holds: func(o Order) bool { return o.SwappedAt.Equal(noon.Add(-30*time.Minute)) && o.New != nil }},
	{row: "T10", order: in(Proposed), change: Change{To: Replaced, New: &Part{Serial: "NEW1"}, Evidence: seen}, by: program, to: Replaced,
		refused: []Actor{viewer, technician, engineer, lead}, wrong: Rejected,
		holds: func(o Order) bool { return o.HasFlag(FlagUnplannedSwap) && o.BeforeSwap == Proposed }},
	{row: "T10", order: in(Deferred), change: Change{To: Replaced, New: &Part{Serial: "NEW1"}, Evidence: seen}, by: program, to: Replaced,
		refused: []Actor{technician, lead}, wrong: Cancelled, holds: func(o Order) bool { return o.BeforeSwap == Deferred && o.Before == Ordered }},
	{row: "T11", order: in(Replaced), change: Change{To: Verified, Evidence: seen}, by: program, to: Verified, refused: []Actor{viewer, technician}, wrong: InProgress},
	{row: "T11", order: in(Replaced), change: Change{To: Verified, Reason: "looked at it"}, by: engineer, to: Verified,
		missing: []string{"reason"}, drop: []string{"reason"}, refused: []Actor{viewer, technician}, wrong: Ready},
	{row: "T12", order: in(Replaced), change: Change{To: InProgress, Evidence: seen}, by: program, to: InProgress,
		refused: []Actor{viewer, technician, engineer, lead}, wrong: Verified,
		holds: func(o Order) bool { return o.HasFlag(FlagVerificationFailed) && o.Attempt == 2 }},
	{row: "T13", order: in(Replaced, func(o *Order) { o.BeforeSwap = Ordered }), change: Change{To: Ordered, New: &Part{Serial: " old1 "}, Evidence: seen},
		by: program, to: Ordered, refused: []Actor{viewer, technician, lead}, wrong: Verified,
		holds: func(o Order) bool { return o.HasFlag(FlagReseat) && o.New == nil && o.SwappedAt.IsZero() }},
	{row: "T14", order: in(Verified), change: Change{To: Closed, Fields: fields("disposition", "destroyed", "disposed_by", "minh")}, by: technician, to: Closed,
		missing: []string{"disposition", "disposed by"}, drop: []string{"disposition", "disposed_by"}, refused: []Actor{viewer, program}, wrong: Approved,
		holds: func(o Order) bool { return *o.Disposition == Disposition{Method: "destroyed", By: "minh", At: noon} }},
	{row: "T14", order: in(Verified, psu), change: Change{To: Closed, Evidence: seen}, by: program, to: Closed,
		refused: []Actor{viewer, technician, lead}, wrong: Replaced},
	{row: "T15", order: in(Approved), change: Change{To: Deferred, Reason: "freeze", Fields: fields("until", "2026-03-01")}, by: engineer, to: Deferred,
		missing: []string{"until", "reason"}, drop: []string{"until", "reason"}, refused: []Actor{viewer, technician, program}, wrong: InProgress,
		holds: func(o Order) bool { return o.Before == Approved && o.DeferredTill == "2026-03-01" }},
	{row: "T15", order: in(Ready, tier(P1)), change: Change{To: Deferred, Reason: "freeze", Fields: fields("until", "2026-01-02")}, by: lead, to: Deferred,
		refused: []Actor{viewer, technician, engineer}, wrong: Replaced},
	{row: "T16", order: in(Deferred), change: Change{To: Ordered}, by: engineer, to: Ordered, refused: []Actor{viewer, technician}, wrong: Closed,
		holds: func(o Order) bool { return o.Before == "" && o.DeferredTill == "" }},
	{row: "T16", order: in(Deferred, func(o *Order) { o.Tier, o.DeferredTill = P3, "2026-01-01" }), change: Change{To: Ordered, Evidence: seen}, by: program,
		to: Ordered, refused: []Actor{viewer, technician}, wrong: Approved},
	{row: "T17", order: in(InProgress), change: Change{To: Cancelled, Reason: "retired"}, by: engineer, to: Cancelled,
		missing: []string{"reason"}, drop: []string{"reason"}, refused: []Actor{viewer, technician, program}, wrong: Replaced},
}

func TestEveryRowIsAllowed(t *testing.T) {
	for _, c := range rowCases {
		t.Run(c.row+" "+string(c.order.State), func(t *testing.T) {
			next, e, err := Apply(c.order, c.change, c.by, noon)
			if err != nil {
				t.Fatalf("got %v, want %s", err, c.to)
			}
			if next.State != c.to || next.Version != 6 || !next.Changed.Equal(noon) || next.ChangedBy != c.by.Name {
				t.Errorf("got state %s version %d by %s, want %s, 6, %s", next.State, next.Version, next.ChangedBy, c.to, c.by.Name)
			}
			if e.From != c.order.State || e.To != c.to || e.Version != 6 || e.Order != 12 || e.Actor != c.by || e.Reason != c.change.Reason {
				t.Errorf("got entry %+v, want from %s to %s", e, c.order.State, c.to)
			}
			if c.holds != nil && !c.holds(next) {
				t.Errorf("got %+v, which is not what the row promises", next)
			}
			var listed []string
			for _, m := range Moves(c.order, c.by.Role) {
				listed = append(listed, m.Row)
			}
			if !slices.Contains(listed, c.row) {
				t.Errorf("Moves lists %v, want %s among them", listed, c.row)
			}
		})
	}
}

// TestEveryRowIsCovered keeps the cases above complete.
func TestEveryRowIsCovered(t *testing.T) {
	for _, tr := range transitions() {
		if !slices.ContainsFunc(rowCases, func(c rowCase) bool {
			return c.row == tr.row
		}) {
			t.Errorf("%s has no case", tr.row)
		}
	}
}

// refusal applies c and expects it to be refused without a trace.
func refusal(t *testing.T, o Order, c Change, by Actor) *Refusal {
	t.Helper()
	next, e, err := Apply(o, c, by, noon)
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if next.Version != o.Version || next.State != o.State || e.Action != "" {
		t.Errorf("refused, but the order is %+v with entry %+v", next, e)
	}
	return r
}

func TestEveryRowRefusesTheWrongRole(t *testing.T) {
	for _, c := range rowCases {
		for _, by := range c.refused {
			r := refusal(t, c.order, c.change, by)
			if r.Why == "" || len(r.Missing) > 0 {
				t.Errorf("%s by %s: got %q, want the reason to be the role", c.row, by.Role, r)
			}
			if by.Role == System {
				continue
			}
			for _, m := range Moves(c.order, by.Role) {
				if m.Row == c.row {
					t.Errorf("%s is listed for %s, who may not", c.row, by.Role)
				}
			}
		}
	}
}

func TestEveryRowNamesMissingFields(t *testing.T) {
	for _, c := range rowCases {
		for i, name := range c.drop {
			change := c.change
			change.Fields = map[string]string{}
			for k, v := range c.change.Fields {
				if k != name {
					change.Fields[k] = v
				}
			}
			if name == "reason" {
				change.Reason = "  "
			}
			r := refusal(t, c.order, change, c.by)
			if !slices.Equal(r.Missing, c.missing[i:i+1]) {
				t.Errorf("%s without %s: got missing %v, want %s", c.row, name, r.Missing, c.missing[i])
			}
			if !strings.Contains(r.Error(), c.missing[i]) || !strings.Contains(r.Error(), string(c.to)) {
				t.Errorf("%s: got %q, want it to name %s and %s", c.row, r, c.missing[i], c.to)
			}
		}
	}
}

func TestEveryRowRefusesTheWrongState(t *testing.T) {
	for _, c := range rowCases {
		o := c.order
		o.State, o.Before, o.BeforeSwap = c.wrong, "", ""
		r := refusal(t, o, c.change, c.by)
		if !strings.Contains(r.Error(), "from "+string(c.wrong)+" to "+string(c.to)) {
			t.Errorf("%s: got %q, want both states named", c.row, r)
		}
	}
}

func TestS9ApprovedToClosed(t *testing.T) {
	r := refusal(t, in(Approved), Change{To: Closed}, technician)
	want := "cannot go from approved to closed: from approved it can go to ordered, ready, replaced, deferred or cancelled"
	if r.Error() != want {
		t.Errorf("got  %s\nwant %s", r, want)
	}
}

func TestFinalOrdersNeverReopen(t *testing.T) {
	for _, s := range []State{Closed, Rejected, Cancelled} {
		for _, role := range []Role{Viewer, Technician, Engineer, Lead, System} {
			if m := Moves(in(s), role); len(m) > 0 {
				t.Errorf("%s may do %v with a %s order", role, m, s)
			}
		}
		for _, to := range States() {
			if r := refusal(t, in(s), Change{To: to, Evidence: seen}, lead); !strings.Contains(r.Error(), "never reopens") {
				t.Errorf("%s to %s: got %q", s, to, r)
			}
		}
	}
}

// TestDaysAreThoseOfThePersonsCalendar: in the morning of Hanoi it is still
// yesterday in UTC, and what came today has come.
func TestDaysAreThoseOfThePersonsCalendar(t *testing.T) {
	dawn := time.Date(2026, 1, 1, 22, 0, 0, 0, time.UTC) // 05:00 on the 2nd in Hanoi
	c := Change{To: Ready, Fields: fields("received", "2026-01-02")}
	if _, _, err := Apply(in(Ordered), c, technician, dawn); err != nil {
		t.Errorf("received today, in Hanoi: got %v", err)
	}
	evening := time.Date(2026, 1, 2, 2, 0, 0, 0, time.UTC) // still the 1st in Lima
	c = Change{To: Ordered, Fields: fields("part_number", "X", "order_ref", "PO", "expected", "2026-01-01")}
	if _, _, err := Apply(in(Approved), c, technician, evening); err != nil {
		t.Errorf("expected today, in Lima: got %v", err)
	}
}

func TestWrongValuesAreRefused(t *testing.T) {
	order := func(kv ...string) Change {
		f := fields("part_number", "X", "order_ref", "PO", "expected", "2026-02-01")
		for k, v := range fields(kv...) {
			f[k] = v
		}
		return Change{To: Ordered, Fields: f}
	}
	put := func(until string) Change {
		return Change{To: Deferred, Reason: "freeze", Fields: fields("until", until)}
	}
	for _, c := range []struct {
		name   string
		order  Order
		change Change
		by     Actor
		want   string
	}{
		{"expected in the past", in(Approved), order("expected", "2025-12-30"), technician, "in the past"},
		{"expected is no date", in(Approved), order("expected", "tomorrow"), technician, "not a date like 2026-01-31"},
		{"expected is no day", in(Approved), order("expected", "2026-02-30"), technician, "not a date like"},
		{"a field of another move", in(Approved), order("assignee", "minh"), technician, `order takes no "assignee"`},
		{"text too long", in(Approved), order("order_ref", strings.Repeat("x", 201)), technician, "at most 200"},
		{"reason too long", in(Approved), Change{To: Cancelled, Reason: strings.Repeat("ế", 4001)}, engineer, "at most 4000"},
		{"deferred until today", in(Approved), put("2026-01-01"), engineer, "not 1 to 180 days ahead"},
		{"deferred for 181 days", in(Approved), put("2026-07-01"), engineer, "not 1 to 180 days ahead"},
		{"received later", in(Ordered), Change{To: Ready, Fields: fields("received", "2026-01-03")}, technician, "in the future"},
		{"disposition unknown", in(Verified), Change{To: Closed, Fields: fields("disposition", "lost", "disposed_by", "x")}, technician, "none of returned, destroyed, wiped, kept"},
		{"swap in the future", in(InProgress, untracked), Change{To: Replaced, Reason: "x", Fields: fields("swapped_at", "2026-01-01 12:30")}, technician, "in the future"},
		{"tracked part by hand", in(InProgress), Change{To: Replaced, Reason: "x", Fields: fields("swapped_at", "2026-01-01 11:30")}, lead, "ironage sees the swap by itself"},
		{"system without evidence", in(InProgress), Change{To: Replaced, New: &Part{Serial: "NEW1"}}, program, "needs evidence"},
		{"system without a serial", in(InProgress), Change{To: Replaced, New: &Part{Serial: "N/A"}, Evidence: seen}, program, "no new serial number"},
		{"system with the old serial", in(InProgress), Change{To: Replaced, New: &Part{Serial: "old1"}, Evidence: seen}, program, "that of the old part"},
		{"reseat with another serial", in(Replaced), Change{Action: "reseat", New: &Part{Serial: "X"}, Evidence: seen}, program, "not that of the old part"},
		{"resumed too early", in(Deferred, tier(P3)), Change{Action: "resume", Evidence: seen}, program, "deferred until 2026-03-01"},
		{"unknown action", in(Approved), Change{Action: "explode"}, lead, `no action "explode"`},
		{"nothing asked", in(Approved), Change{}, lead, "from approved it can go to"},
		{"action and state disagree", in(Approved), Change{Action: "order", To: Ready}, lead, "from approved to ready"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := refusal(t, c.order, c.change, c.by); !strings.Contains(r.Error(), c.want) {
				t.Errorf("got %q, want it to say %q", r, c.want)
			}
		})
	}
}

func TestDeferralBounds(t *testing.T) {
	for _, until := range []string{"2026-01-02", "2026-06-30"} {
		if _, _, err := Apply(in(Approved), Change{To: Deferred, Reason: "x", Fields: fields("until", until)}, engineer, noon); err != nil {
			t.Errorf("until %s: got %v, want it allowed", until, err)
		}
	}
}

func TestChangeLeavesTheReadOrderAlone(t *testing.T) {
	o := in(Replaced, func(o *Order) { o.Flags = make([]string, 0, 4); o.Disposition = &Disposition{} })
	next, _, err := Apply(o, Change{To: InProgress, Evidence: seen}, program, noon)
	if err != nil || len(next.Flags) != 1 {
		t.Fatalf("got flags %v, %v, want one", next.Flags, err)
	}
	if hidden := o.Flags[:1][0]; hidden != "" {
		t.Errorf("the flag %q was written into the order that was read", hidden)
	}
}

func TestEntryTellsOldAndNew(t *testing.T) {
	o := in(Approved, func(o *Order) { o.FitPart = "OLD-PN" })
	_, e, err := Apply(o, Change{To: Ordered, Fields: fields("part_number", "NEW-PN", "order_ref", "PO", "expected", "2026-02-01")}, technician, noon)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.Fields["part_number"], [2]string{"OLD-PN", "NEW-PN"}; got != want || len(e.Fields) != 3 {
		t.Errorf("got %v, want part_number %v and two more", e.Fields, want)
	}
}

func TestARequiredFieldThatIsKnownNeedNotBeRepeated(t *testing.T) {
	o := in(Approved, func(o *Order) { o.FitPart = "400-AX" })
	next, _, err := Apply(o, Change{To: Ordered, Fields: fields("order_ref", "PO", "expected", "2026-02-01")}, technician, noon)
	if err != nil || next.FitPart != "400-AX" {
		t.Errorf("got %v, want the part number of the approval to do", err)
	}
}
