package ops

import (
	"slices"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// While this machine's clock stands before the latest read, nothing gets younger
// and no date becomes one of the future; a notice says so.
func TestClockSetBackStopsTheAges(t *testing.T) {
	o := newOffice(t, fleet.Server{Name: "box", InService: "2018-06-15", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}})
	o.read(disk("1", "SN-1", fleet.OK))
	days := o.desk.View().Outlook.Server("box").Age.Days
	told := func() bool {
		return slices.ContainsFunc(o.desk.View().Notices, func(n Notice) bool { return n.Code == "clock" && n.Health == fleet.Warning })
	}
	right := o.now
	for _, back := range []time.Duration{-30 * time.Second, -48 * time.Hour, -20 * 365 * 24 * time.Hour} {
		o.now = right.Add(back)
		o.refresh()
		if v := o.desk.View().Outlook.Server("box"); v == nil || v.Age.Days != days || v.Band != ageing.BandFarOver {
			t.Errorf("set back by %v: got %+v, want %d days", -back, v, days)
		}
		e := *o.desk.View().Fleet.Find("box")
		if x, ok := o.desk.explain(&e, "disk/1"); !ok || x.Age.Days != days || x.Age.Flags.Has(ageing.BadDate) {
			t.Errorf("set back by %v, judged alone: got %s", -back, x.Age.Label())
		}
		if told() != (back < -clockSlack) {
			t.Errorf("set back by %v: notices %v", -back, o.desk.View().Notices)
		}
	}
	// The inventory is read all the same.
	if err := o.store.ReplaceServers(t.Context(), []fleet.Server{{Name: "box", InService: "2017-06-15"}}); err != nil {
		t.Fatal(err)
	}
	o.refresh()
	if got := o.desk.View().Outlook.Server("box").Age.Days; got != days+365 {
		t.Errorf("another date: got %d days, want %d", got, days+365)
	}
	o.now = right.Add(24 * time.Hour)
	o.refresh()
	if got := o.desk.View().Outlook.Server("box").Age.Days; got != days+366 || told() {
		t.Errorf("caught up: got %d days, notices %v", got, o.desk.View().Notices)
	}
}

// What was swapped teaches too, and is read at the start and once an hour.
func TestDepartedPartsTeach(t *testing.T) {
	o := newOffice(t)
	o.read(disk("1", "SN-1", fleet.OK))
	before := o.desk.View().Outlook
	var gone []fleet.DepartedPart
	for _, serial := range []string{"G1", "G2", "G3"} {
		gone = append(gone, fleet.DepartedPart{PartID: fleet.PartID{Kind: fleet.Disk, Serial: serial}, Server: "box", Slot: "disk/1", Left: o.now.AddDate(0, -1, 0),
			Model: "MG04", Life: "hdd", Since: "2010", Source: "made", Record: fleet.PartRecord{Serial: serial, FirstSeen: o.now.AddDate(-30, 0, 0)}})
	}
	if err := o.store.SavePolls(t.Context(), fleet.Polls{Departed: gone}); err != nil {
		t.Fatal(err)
	}
	o.refresh()
	if o.desk.View().Outlook != before {
		t.Error("the parts that left were read again at once")
	}
	o.now = o.now.Add(departedEvery)
	o.refresh()
	after := o.desk.View().Outlook
	if got := len(after.Inputs.Departed); got != 3 || after == before {
		t.Errorf("an hour later: got %d parts that left", got)
	}
	o.now = o.now.Add(departedEvery)
	o.refresh()
	if o.desk.View().Outlook.Inputs != after.Inputs {
		t.Error("nothing changed, and the inputs are new")
	}
}

// A server that is judged by itself is judged by what the whole fleet taught.
func TestJudgedAloneByWhatAllTaught(t *testing.T) {
	o := newOffice(t)
	o.read(disk("1", "SN-1", fleet.OK), disk("2", "SN-2", fleet.OK))
	var gone []fleet.DepartedPart
	for i := range 40 {
		serial := "GONE-" + string(rune('A'+i))
		gone = append(gone, fleet.DepartedPart{PartID: fleet.PartID{Kind: fleet.Disk, Serial: serial}, Server: "box", Left: o.now, Model: "MG04", Life: "hdd",
			Since: "2015", Record: fleet.PartRecord{Serial: serial, FirstSeen: o.now.AddDate(-5, 0, 0)}})
	}
	if err := o.store.SavePolls(t.Context(), fleet.Polls{Departed: gone}); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(departedEvery)
	o.refresh()
	line, _ := o.desk.View().Outlook.Line("box", "disk/1")
	e := *o.desk.View().Fleet.Find("box") // another entry than the one judged
	if x, ok := o.desk.explain(&e, "disk/1"); !ok || x.Risk.H != line.H || len(x.Risk.Factors) == 0 {
		t.Errorf("alone: got %s, in the fleet %.5f", x.Risk.Explain(), line.H)
	}
}

// Heat moves the probability; it is no reason to replace a part (reference §4).
func TestHeatIsNoReason(t *testing.T) {
	o := newOffice(t)
	hot, limit := 61.0, 60.0
	warm := disk("1", "SN-1", fleet.OK)
	warm.Reading, warm.Unit, warm.Limits = &hot, fleet.Celsius, &fleet.Limits{CritHigh: &limit}
	o.read(warm)
	p := o.desk.Fill(queue.Proposal{Server: "box", Slot: "disk/1"})
	if len(p.Reasons) != 0 {
		t.Errorf("reasons: got %+v, want none of %s", p.Reasons, o.findings())
	}
	if x, ok := o.desk.View().Outlook.Explain("box", "disk/1"); !ok || !slices.ContainsFunc(x.Risk.Factors, func(f ageing.Factor) bool { return f.Family == "heat" }) {
		t.Errorf("risk: got %s", x.Risk.Explain())
	}
}
