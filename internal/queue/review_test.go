package queue

import (
	"testing"
	"time"

	"ironage/internal/fleet"
)

var atRead = fleet.Evidence{OID: "1.3.6.1.4.1.99999.2.1.3.3", Value: "5", Meaning: "failed", Time: noon}

func failedDisk() Cause {
	return Cause{Slot: "disk/Bay 3", Kind: fleet.Disk, Place: "Bay 3", Part: Part{Serial: "OLD1", Model: "M1"}, Tier: P2, Score: 25, P: 1,
		Reasons: []Reason{{Code: ReasonFailed, Text: "disk Bay 3 failed", Evidence: atRead, FirstSeen: noon, LastSeen: noon, StillTrue: true}}}
}

func diskIn(slot, serial string, h fleet.Health) fleet.Component {
	return fleet.Component{Kind: fleet.Disk, Slot: slot, Name: slot, Serial: serial, Health: h, Native: fleet.SeenOf(fleet.Evidence{OID: "1.2", Value: "2", Time: noon})}
}

// stage is a server whose bay 3 is judged by c and that has these orders.
func stage(st *fleet.State, causes []Cause, orders ...Order) Scene {
	return Scene{Server: "srv-1", State: st, Causes: causes, Orders: orders, Rules: DefaultRules(), Now: noon,
		At: func(Place) []Order { return nil }, Seen: func(string) []Place { return nil }}
}

// do carries out the steps of a review as the program does.
func do(t *testing.T, orders []Order, steps []Step, now time.Time) []Order {
	t.Helper()
	by := Actor{Name: "ironage", Role: System}
	for _, s := range steps {
		var o Order
		var err error
		if s.Propose != nil {
			o, _, err = Propose(*s.Propose, by, now)
			o.ID = int64(len(orders) + 1)
			orders = append(orders, o)
		}
		for i := range orders {
			switch {
			case orders[i].ID != s.Order:
			case s.Amend != nil:
				orders[i], _, err = Amend(orders[i], *s.Amend, by, now)
			case s.Change != nil:
				orders[i], _, err = Apply(orders[i], *s.Change, by, now)
			}
		}
		if err != nil {
			t.Fatalf("the program may not do what the review says: %v", err)
		}
	}
	return orders
}

func review(t *testing.T, s Scene) []Order {
	t.Helper()
	orders := do(t, s.Orders, Review(s), s.Now)
	s.Orders = orders
	if again := Review(s); len(again) > 0 {
		t.Fatalf("a second look at the same evidence does more: %+v %+v", again[0], again[0].Amend)
	}
	return orders
}

func openDisk(change func(*Order)) Order {
	o := Order{ID: 1, Version: 1, Server: "srv-1", Slot: "disk/Bay 3", Kind: fleet.Disk, Old: Part{Serial: "OLD1"}, Tier: P2, State: Proposed,
		Created: noon.Add(-time.Hour), Changed: noon.Add(-time.Hour), Due: noon.AddDate(0, 0, 7), Reasons: failedDisk().Reasons}
	if change != nil {
		change(&o)
	}
	return o
}

func TestAFaultIsProposedOnce(t *testing.T) {
	st := &fleet.State{Components: []fleet.Component{diskIn("Bay 3", "OLD1", fleet.Critical)}}
	orders := review(t, stage(st, []Cause{failedDisk()}))
	if len(orders) != 1 || orders[0].Tier != P2 || orders[0].CreatedBy != "ironage" || orders[0].State != Proposed || orders[0].Old.Serial != "OLD1" {
		t.Fatalf("got %+v, want one proposal for the disk", orders)
	}
}

func TestASecondCauseAddsAReason(t *testing.T) {
	c := failedDisk()
	c.Tier = P1
	c.Reasons = append(c.Reasons, Reason{Code: ReasonPredictive, Evidence: atRead, StillTrue: true})
	orders := review(t, stage(&fleet.State{}, []Cause{c}, openDisk(nil)))
	if len(orders) != 1 || len(orders[0].Reasons) != 2 || orders[0].Tier != P1 || !orders[0].Due.Equal(noon.Add(24*time.Hour)) {
		t.Fatalf("got %+v, want one order with two reasons, P1, due in a day", orders)
	}
}

func TestATierThatAPersonRaisedStays(t *testing.T) {
	o := openDisk(func(o *Order) { o.Tier, o.Raised = P1, "lan" })
	orders := review(t, stage(&fleet.State{}, []Cause{failedDisk()}, o))
	if orders[0].Tier != P1 {
		t.Errorf("got %s, want P1 as lan set it", orders[0].Tier)
	}
}

// TestS8Recovered: healthy again for ten reads without a swap.
func TestS8Recovered(t *testing.T) {
	st := &fleet.State{Components: []fleet.Component{diskIn("Bay 3", "OLD1", fleet.OK)}, Proofs: map[string]fleet.Proof{"disk/Bay 3": {Good: 9, Last: noon}}}
	if orders := review(t, stage(st, nil, openDisk(nil))); orders[0].HasFlag(FlagRecovered) {
		t.Error("nine reads: got recovered")
	}
	st.Proofs["disk/Bay 3"] = fleet.Proof{Good: 10, Last: noon}
	orders := review(t, stage(st, nil, openDisk(nil)))
	if !orders[0].HasFlag(FlagRecovered) || orders[0].State != Proposed || orders[0].Reasons[0].StillTrue {
		t.Errorf("got %+v, want proposed and recovered", orders[0])
	}
	orders = review(t, stage(st, []Cause{failedDisk()}, orders[0]))
	if orders[0].HasFlag(FlagRecovered) || !orders[0].Reasons[0].StillTrue {
		t.Errorf("faulty again: got %+v, want no flag", orders[0])
	}
}

// TestS10Deferred: a deferred order comes back when its tier becomes urgent.
func TestS10Deferred(t *testing.T) {
	o := openDisk(func(o *Order) {
		o.State, o.Before, o.Tier, o.DeferredTill = Deferred, Approved, P4, "2026-03-01"
		o.Reasons = []Reason{{Code: ReasonAge, StillTrue: true}}
	})
	c := failedDisk()
	c.Reasons[0].Code = ReasonPredictive
	orders := review(t, stage(&fleet.State{}, []Cause{c}, o))
	if orders[0].State != Approved || orders[0].Tier != P2 {
		t.Errorf("got %s %s, want approved P2", orders[0].State, orders[0].Tier)
	}
	urgent := openDisk(func(o *Order) { o.State, o.Before, o.Tier, o.DeferredTill = Deferred, Approved, P2, "2026-03-01" })
	if orders := review(t, stage(&fleet.State{}, []Cause{failedDisk()}, urgent)); orders[0].State != Deferred {
		t.Error("deferred although it was P2 already: a person knew that")
	}
}

// TestS12Quiet: rejected for age; a new kind of reason proposes again at once.
func TestS12Quiet(t *testing.T) {
	age := failedDisk()
	age.Reasons, age.Tier = []Reason{{Code: ReasonAge, Text: "7 y", StillTrue: true}}, P4
	rejected := openDisk(func(o *Order) {
		o.State, o.Tier, o.QuietTill, o.Reasons = Rejected, P4, "2026-04-01", []Reason{{Code: ReasonAge}}
	})
	s := stage(&fleet.State{}, []Cause{age}, rejected)
	s.Rules.AgeItems = AgePerPart
	if orders := review(t, s); len(orders) != 1 {
		t.Errorf("age again: got %+v, want quiet", orders[1])
	}
	s.Causes[0].Reasons = append(s.Causes[0].Reasons, Reason{Code: ReasonMediaErrors, Evidence: atRead, StillTrue: true})
	if orders := review(t, s); len(orders) != 2 {
		t.Error("media errors: got nothing, want a new order")
	}
	s.Causes[0].Reasons = s.Causes[0].Reasons[:1]
	s.Causes[0].Part.Serial = "NEW9"
	if orders := review(t, s); len(orders) != 2 {
		t.Error("another part: got nothing, want a new order")
	}
}

func TestACancelledOrderDoesNotComeBackAtOnce(t *testing.T) {
	o := openDisk(func(o *Order) { o.State = Cancelled })
	if orders := review(t, stage(&fleet.State{}, []Cause{failedDisk()}, o)); len(orders) != 1 {
		t.Errorf("got %+v, want nothing: a person has decided", orders)
	}
}

func TestRepeat(t *testing.T) {
	done := openDisk(func(o *Order) {
		o.State, o.SwappedAt, o.VerifiedAt = Closed, noon.AddDate(0, 0, -12), noon.AddDate(0, 0, -10)
	})
	c := failedDisk()
	c.Part.Serial = "NEW1"
	orders := review(t, stage(&fleet.State{}, []Cause{c}, done))
	if len(orders) != 2 || orders[1].RepeatOf != 1 {
		t.Fatalf("got %+v, want a repeat of order 1", orders)
	}
}

func TestWrongPartPulled(t *testing.T) {
	work := openDisk(func(o *Order) { o.State, o.StartedAt = InProgress, noon.Add(-time.Minute) })
	st := &fleet.State{Components: []fleet.Component{diskIn("Bay 3", "OLD1", fleet.Critical), diskIn("Bay 4", "GOOD1", fleet.OK)},
		Pending: map[string]fleet.Pending{"disk/Bay 4": {What: fleet.EventVanished, Since: noon.Add(-2 * time.Second), Reads: 1}}}
	s := stage(st, []Cause{failedDisk()}, work)
	steps := Review(s)
	if len(steps) != 1 || steps[0].Amend.Action != "alarm" {
		t.Fatalf("got %+v, want one alarm", steps)
	}
	orders := review(t, s)
	if !orders[0].HasFlag(FlagWrongPart) || orders[0].State != InProgress {
		t.Errorf("got %v, want the alarm and no other change", orders[0].Flags)
	}
	st.Pending = nil
	if orders = review(t, stage(st, []Cause{failedDisk()}, orders...)); orders[0].HasFlag(FlagWrongPart) {
		t.Error("the part is back: got the alarm still")
	}
	st.Gone = map[string]fleet.Gone{"disk/Bay 5": {Part: diskIn("Bay 5", "G5", fleet.OK), At: noon.Add(-time.Hour)}}
	if orders = review(t, stage(st, []Cause{failedDisk()}, orders...)); orders[0].HasFlag(FlagWrongPart) {
		t.Error("a disk that left before work began is no mistake of this work")
	}
}

func TestRemovedRenamedRetired(t *testing.T) {
	gone := &fleet.State{Components: []fleet.Component{diskIn("Bay 4", "GOOD1", fleet.OK)}, Gone: map[string]fleet.Gone{"disk/Bay 3": {At: noon}}}
	orders := review(t, stage(gone, nil, openDisk(nil)))
	if !orders[0].HasFlag(FlagRemoved) {
		t.Error("empty slot: got no flag")
	}
	other := &fleet.State{Components: []fleet.Component{diskIn("Disk 0:3", "OLD1", fleet.Critical)}}
	if orders = review(t, stage(other, nil, openDisk(nil))); orders[0].Slot != "disk/Disk 0:3" {
		t.Errorf("renamed slot: got %s", orders[0].Slot)
	}
	s := stage(nil, nil, openDisk(nil))
	s.Retired = true
	if orders = review(t, s); !orders[0].HasFlag(FlagAssetRetired) || orders[0].State != Proposed {
		t.Errorf("got %+v, want the flag and the order kept", orders[0])
	}
}

func TestAPartThatWasRemovedForAFaultIsFollowed(t *testing.T) {
	done := openDisk(func(o *Order) { o.State, o.SwappedAt = Verified, noon.AddDate(0, 0, -1) })
	s := stage(&fleet.State{}, nil, done)
	s.Seen = func(serial string) []Place {
		if serial == "OLD1" {
			return []Place{{"srv-2", "disk/Bay 7"}}
		}
		return nil
	}
	steps := Review(s)
	orders := do(t, []Order{done}, steps, noon)
	if len(orders) != 2 || !orders[0].HasFlag(FlagPartReused) || orders[1].Server != "srv-2" || orders[1].Tier > P2 {
		t.Fatalf("got %+v, want a flag and a proposal at srv-2", orders)
	}
}

func TestAgeIsOneOrderPerServer(t *testing.T) {
	age := failedDisk()
	age.Reasons, age.Tier = []Reason{{Code: ReasonAge, Text: "7 y"}}, P4
	server := Cause{Slot: ServerSlot, Kind: fleet.Chassis, Part: Part{Serial: "CH1"}, Reasons: []Reason{{Code: ReasonAge, Text: "server 8 y", StillTrue: true}}, Tier: P4}
	orders := review(t, stage(&fleet.State{}, []Cause{age, server}))
	if len(orders) != 1 || orders[0].Slot != ServerSlot {
		t.Fatalf("got %+v, want one order for the server", orders)
	}
	if c, ok := Observe(orders[0], &fleet.State{Device: fleet.Device{Serial: "CH2"}, Updated: noon}, noon); !ok || c.Action != "replaced" {
		t.Errorf("another machine: got %+v, want replaced", c)
	}
	orders = review(t, stage(&fleet.State{}, []Cause{failedDisk(), server}, orders...))
	if len(orders) != 2 || orders[1].Parent != orders[0].ID {
		t.Errorf("got %+v, want the disk's order below the server's", orders)
	}
}

func TestAmendIsForTheProgram(t *testing.T) {
	o := openDisk(nil)
	a := Amendment{Action: "flag", Raise: []string{FlagRemoved}, Evidence: atRead}
	if _, _, err := Amend(o, a, Actor{Name: "lan", Role: Lead}, noon); err == nil {
		t.Error("a person: got no refusal")
	}
	a.Evidence = fleet.Evidence{}
	if _, _, err := Amend(o, a, Actor{Name: "ironage", Role: System}, noon); err == nil {
		t.Error("without evidence: got no refusal")
	}
}

func TestABatchAloneProposesNothing(t *testing.T) {
	c := failedDisk()
	c.Reasons[0].Code = ReasonBatch
	if orders := review(t, stage(&fleet.State{}, []Cause{c})); len(orders) != 0 {
		t.Errorf("got %+v, want nothing: the neighbour failed, not this part", orders)
	}
}

func TestTheProgramCancelsOnlyWhatItMerged(t *testing.T) {
	by := Actor{Name: "ironage", Role: System}
	o := openDisk(func(o *Order) { o.ID = 7 })
	for into, want := range map[int64]bool{0: false, 7: false, 9: false, 3: true} {
		got, e, err := Apply(o, Change{Action: "cancel", MergedInto: into, Evidence: atRead}, by, noon)
		if (err == nil) != want {
			t.Errorf("merged into %d: got %v, want allowed %t", into, err, want)
		}
		if want && (got.State != Cancelled || got.MergedInto != into || e.Actor.Role != System || e.Evidence == (fleet.Evidence{})) {
			t.Errorf("got %+v with %+v, want the merge in order and log", got, e)
		}
	}
	if got, _, err := Apply(o, Change{Action: "cancel", MergedInto: 3, Reason: "no"}, engineer, noon); err != nil || got.MergedInto != 0 {
		t.Errorf("a person: got %+v, %v, want a plain cancellation", got.MergedInto, err)
	}
}

func TestMergingKeepsTheOlder(t *testing.T) {
	st := &fleet.State{Components: []fleet.Component{diskIn("Disk 0:3", "OLD1", fleet.Critical)}}
	manual := []Reason{{Code: ReasonManual, Text: "clicks", StillTrue: true}}
	older := openDisk(nil)
	newer := openDisk(func(o *Order) { o.ID, o.Slot, o.Tier, o.Reasons = 2, "disk/Disk 0:3", P1, manual })
	orders := review(t, stage(st, nil, older, newer))
	if a, b := orders[0], orders[1]; a.Slot != "disk/Disk 0:3" || len(a.Reasons) != 2 || a.Tier != P1 || b.State != Cancelled || b.MergedInto != 1 {
		t.Errorf("the older has the old name: got %+v and %+v", a, b)
	}
	older.Slot, newer.Slot = newer.Slot, older.Slot
	orders = review(t, stage(st, nil, older, newer))
	if a, b := orders[0], orders[1]; a.Slot != "disk/Disk 0:3" || len(a.Reasons) != 2 || b.State != Cancelled || b.MergedInto != 1 {
		t.Errorf("the older has the new name: got %+v and %+v", a, b)
	}
	newer.State = Replaced
	for _, s := range Review(stage(st, nil, older, newer)) {
		if s.Change != nil {
			t.Errorf("a swap was seen: got %+v, want a person to decide", s.Change)
		}
	}
}

// TestWrongPartAndTheOthers: what other orders explain is no mistake.
func TestWrongPartAndTheOthers(t *testing.T) {
	began := noon.Add(-time.Hour)
	mine := openDisk(func(o *Order) { o.State, o.StartedAt = InProgress, began })
	other := openDisk(func(o *Order) { o.ID, o.Slot, o.Old.Serial = 2, "disk/Bay 4", "OLD4" })
	st := &fleet.State{Components: []fleet.Component{diskIn("Bay 3", "OLD1", fleet.Critical), diskIn("Bay 4", "NEW4", fleet.OK)},
		Swapped: map[string]time.Time{"disk/Bay 4": noon}, FirstSeen: map[string]time.Time{"disk/Bay 4": noon}}
	for state, want := range map[State]bool{Cancelled: true, InProgress: false, Replaced: false} {
		other.State = state
		orders := do(t, []Order{mine, other}, Review(stage(st, nil, mine, other)), noon)
		if got := orders[0].HasFlag(FlagWrongPart); got != want {
			t.Errorf("the other order is %s: got alarm %t, want %t", state, got, want)
		}
	}
	st.Parts = fleet.KeyedOf(map[string]fleet.PartRecord{"disk/Bay 4": {FirstSeen: began.AddDate(-1, 0, 0)}})
	other.State = Cancelled
	if orders := do(t, []Order{mine, other}, Review(stage(st, nil, mine, other)), noon); orders[0].HasFlag(FlagWrongPart) {
		t.Error("a part that was known before work began came back: got the alarm")
	}
	alarmed := mine
	alarmed.Flags = []string{FlagWrongPart}
	st.Holds = map[string]fleet.Hold{"disk/Bay 3": {Health: fleet.Absent, Since: noon}}
	if orders := do(t, []Order{alarmed}, Review(stage(st, nil, alarmed)), noon); !orders[0].HasFlag(FlagWrongPart) {
		t.Error("the right one is out, too: the alarm has gone although nobody put the other one back")
	}
}
