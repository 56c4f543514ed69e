package tui

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// dellOID is below Dell's table of physical disks.
const dellOID = "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1."

// kept is evidence as a component keeps it.
func kept(oid, value, meaning string, line int) fleet.Seen {
	return fleet.SeenOf(seen(oid, value, meaning, line))
}

// seen is evidence read twelve seconds ago from the controller.
func seen(oid, value, meaning string, line int) fleet.Evidence {
	return fleet.Evidence{OID: oid, Value: value, Meaning: meaning, Time: before(12 * time.Second), Profile: "dell-idrac", Line: line, Role: fleet.BMC}
}

// richServer has one of everything that a server's page can show.
func richServer() fleet.Entry {
	s := fleet.Server{Name: "tdo-db-07", Site: "hanoi", Room: "dc1", Rack: "A07", Position: 21, Height: 2, Service: "TDOffice",
		Criticality: fleet.CriticalityCritical, Owner: "database team", AssetTag: "A-10293", Serial: "7XK2L13", Manufacturer: "Dell",
		Model: "PowerEdge R740xd", InService: "2018-05-14", WarrantyEnd: "2023-05-13", Expected: map[fleet.Kind]int{fleet.PSU: 2, fleet.Disk: 12},
		Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.1.0.21", Credential: "idrac-v3"}, {Role: fleet.OS, Address: "[fd00:7::21]:1161", Credential: "linux-v3"}}}
	st := fleet.State{Server: s.Name, Health: fleet.Critical, Since: before(3 * time.Hour), Updated: before(12 * time.Second),
		Device: fleet.Device{Vendor: "Dell", Model: "PowerEdge R740xd", Serial: "7XK2L13", Controller: "iDRAC9", Firmware: "6.10.30.00",
			Hostname: "tdo-db-07", OS: "Ubuntu 22.04"},
		RollUp:      &fleet.Verdict{Health: fleet.Warning, Seen: kept("1.3.6.1.4.1.674.10892.5.2.1.0", "4", "nonCritical", 31)},
		NotReported: []fleet.Kind{fleet.NIC},
		FirstSeen:   map[string]time.Time{}}
	st.Components = append(richDisks(), richParts()...)
	fleet.AssignSlots(st.Components)
	st.Endpoints = richEndpoints(s)
	st.Filesystems = []fleet.Filesystem{
		{Mount: "/", Type: "ext4", SizeBytes: num(int64(98 << 30)), UsedBytes: num(int64(41 << 30))},
		{Mount: "/var/lib/postgresql", Type: "xfs", SizeBytes: num(int64(7 << 40)), UsedBytes: num(int64(6956 << 30))},
		{Mount: "/boot", Type: "ext4", SizeBytes: num(int64(1 << 30)), UsedBytes: num(int64(200 << 20)), ReadOnly: true},
		{Mount: "/mnt/lưu-trữ", Type: "nfs"},
	}
	st.Totals = fleet.Totals{MemoryBytes: num(int64(256 << 30)), MemoryUsedBytes: num(int64(211 << 30)), SwapTotalBytes: num(int64(8 << 30)),
		SwapUsedBytes: num(int64(1 << 30)), CPUSockets: num(int64(2)), CPUCores: num(int64(32)), LogicalCPUs: num(int64(64)),
		Load1: num(12.4), Load5: num(11.0), Load15: num(9.25), UptimeSeconds: num(int64(86400 * 211))}
	st.Trends = fleet.Keyed[fleet.Trend]{}
	for i := range fleet.TrendLength {
		at := before(time.Duration(fleet.TrendLength-i) * time.Minute)
		for name, v := range map[string]float64{fleet.TrendCPU: float64(20 + i%17), fleet.TrendMemory: float64(70 + i/5), "temperature/Inlet": 21 + float64(i%3)} {
			unit := fleet.Percent
			if name == "temperature/Inlet" {
				unit = fleet.Celsius
			}
			t, ok := st.Trends.Find(name)
			if !ok {
				t = fleet.TrendOf(unit, nil, time.Time{})
			}
			st.Trends.Put(name, t.Add(v, at))
		}
	}
	st.Fills = richFills()
	st.Findings = []fleet.Finding{
		{Code: "failed", Health: fleet.Critical, Key: "disk/Disk 3", Text: `disk Bay 3 has failed ("failed")`, Since: before(3 * time.Hour), Evidence: seen(dellOID+"4.4", "3", "failed", 118)},
		{Code: "failed", Health: fleet.Warning, Key: "psu/PSU 2", Text: "PSU 2 has no input power; PSU 1 carries the load", Since: before(26 * time.Minute), Evidence: seen("1.3.6.1.4.1.674.10892.5.4.600.12.1.5.1.2", "6", "lost input", 240)},
		{Code: "predictive", Health: fleet.Warning, Key: "disk/Disk 5", Text: "disk Bay 5 predicts its own failure", Since: before(9 * 24 * time.Hour), Acknowledged: true, Ack: &fleet.Ack{By: "hoa", At: before(8 * 24 * time.Hour), Note: "spare on the shelf"}, Evidence: seen(dellOID+"31.6", "1", "yes", 131)},
		{Code: "filesystem-full", Health: fleet.Warning, Text: "/var/lib/postgresql is 97 % full", Since: before(2 * 24 * time.Hour)},
	}
	return fleet.Entry{Server: s, State: st}
}

func richDisks() []fleet.Component {
	var out []fleet.Component
	for i := range 16 {
		d := fleet.Component{Kind: fleet.Disk, Name: fmt.Sprintf("Disk %d", i), Index: fmt.Sprint(i + 1), Place: fmt.Sprintf("Bay %d", i), Role: fleet.BMC,
			Group: "PERC H740P Mini", Health: fleet.Absent, Native: kept(dellOID+"4."+fmt.Sprint(i+1), "8", "not present", 118)}
		if i < 12 {
			d.Vendor, d.Model, d.Serial, d.Part, d.Firmware = "SEAGATE", "ST1200MM0099", fmt.Sprintf("WFK0A%03d", i), "CN0G2G54", "ST31"
			d.CapacityBytes, d.PowerOnHours, d.Health = num(int64(1200243695616)), num(float64(64157-i*800)), fleet.OK
			d.Attributes = map[string]string{"media": "hdd", "bus": "SAS", "speed": "12 Gbit/s"}
			d.Native = kept(dellOID+"4."+fmt.Sprint(i+1), "2", "online", 118)
		}
		out = append(out, d)
	}
	out[0].Model, out[0].Attributes["media"], out[0].WearUsedPct = "MZILS960HEHP0D3", "ssd", num(87.0)
	bad := &out[3]
	bad.Health, bad.Latched, bad.Native = fleet.Critical, true, kept(dellOID+"4.4", "3", "failed", 118)
	bad.Counters = map[string]float64{"media_errors": 1412, "other_errors": 0}
	bad.Verdicts = []fleet.Verdict{{Health: fleet.Critical, Seen: bad.Native}, {Health: fleet.Critical, Seen: kept(dellOID+"24.4", "5", "critical", 120)},
		{Health: fleet.OK, Seen: kept(dellOID+"31.4", "0", "no failure predicted", 131)}}
	out[5].Health, out[5].PredictiveFailure, out[5].Native = fleet.Warning, fleet.Yes, kept(dellOID+"31.6", "1", "yes", 131)
	out[7].Serial = "WFK\x1b[31m0A7\u202e" // a device may say anything
	return out
}

func richParts() []fleet.Component {
	out := []fleet.Component{
		{Kind: fleet.RAIDVolume, Name: "Virtual Disk 0", Index: "1", Health: fleet.Warning, CapacityBytes: num(int64(12 * 1200243695616)),
			Attributes: map[string]string{"raid_level": "RAID-6", "progress_pct": "37"}, Group: "PERC H740P Mini", Native: kept("1.3.6.1.4.1.674.10892.5.5.1.20.140.1.1.4.1", "3", "degraded", 160)},
		{Kind: fleet.RAIDController, Name: "PERC H740P Mini", Index: "1", Health: fleet.OK, Firmware: "51.16.0", Native: kept("1.3.6.1.4.1.674.10892.5.5.1.20.130.1.1.37.1", "3", "ok", 90)},
		{Kind: fleet.Battery, Name: "PERC battery", Index: "1", Health: fleet.OK, Native: kept("1.3.6.1.4.1.674.10892.5.5.1.20.130.15.1.4.1", "2", "ready", 101)},
		{Kind: fleet.CPU, Name: "CPU.Socket.1", Index: "1", Vendor: "Intel", Model: "Xeon Gold 6242", Health: fleet.OK, Attributes: map[string]string{"cores": "16", "threads": "32"}},
		{Kind: fleet.CPU, Name: "CPU.Socket.2", Index: "2", Vendor: "Intel", Model: "Xeon Gold 6242", Health: fleet.OK, Attributes: map[string]string{"cores": "16", "threads": "32"}},
		{Kind: fleet.PSU, Name: "PSU 1", Index: "1", Serial: "CNDED0081", Health: fleet.OK, Reading: num(312.0), Unit: fleet.Watt, Attributes: map[string]string{"rated_watts": "750"}},
		{Kind: fleet.PSU, Name: "PSU 2", Index: "2", Serial: "CNDED0082", Health: fleet.Critical, Reading: num(0.0), Unit: fleet.Watt, Attributes: map[string]string{"rated_watts": "750"},
			Native: kept("1.3.6.1.4.1.674.10892.5.4.600.12.1.5.1.2", "6", "lost input", 240)},
		{Kind: fleet.Temperature, Name: "Inlet", Index: "1", Health: fleet.OK, Reading: num(22.0), Unit: fleet.Celsius,
			Limits: &fleet.Limits{WarnLow: num(3.0), WarnHigh: num(42.0), CritHigh: num(47.0)}, Native: kept("1.3.6.1.4.1.674.10892.5.4.700.20.1.6.1.1", "220", "22 °C", 301)},
	}
	for i := range 8 {
		out = append(out, fleet.Component{Kind: fleet.Memory, Name: fmt.Sprintf("DIMM A%d", i+1), Index: fmt.Sprint(i + 1), Vendor: "Samsung", Model: "M393A4K40CB2",
			Serial: fmt.Sprintf("3721A%03d", i), CapacityBytes: num(int64(32 << 30)), Health: fleet.OK, Attributes: map[string]string{"speed": "2933 MT/s"}})
	}
	for i := range 4 {
		out = append(out, fleet.Component{Kind: fleet.Memory, Name: fmt.Sprintf("DIMM B%d", i+1), Index: fmt.Sprint(i + 9), Health: fleet.Absent})
	}
	for i := range 6 {
		out = append(out, fleet.Component{Kind: fleet.Fan, Name: fmt.Sprintf("Fan %d", i+1), Index: fmt.Sprint(i + 1), Health: fleet.OK, Reading: num(float64(8040 + 120*i)), Unit: fleet.RPM})
	}
	for i := range 9 {
		out = append(out, fleet.Component{Kind: fleet.Voltage, Name: fmt.Sprintf("Planar rail %d", i+1), Index: fmt.Sprint(i + 1), Health: fleet.OK})
	}
	return out
}

func richEndpoints(s fleet.Server) []fleet.EndpointState {
	ping := fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Avg: 420 * time.Microsecond}
	return []fleet.EndpointState{
		{Endpoint: s.Endpoints[0], Ping: ping, SNMP: fleet.Answered, LastOK: before(12 * time.Second), LastTry: before(12 * time.Second), NextTry: threeAM.Add(48 * time.Second),
			LastFull: before(2 * time.Hour), Interval: time.Minute, Profiles: []string{"dell-idrac"}, Cost: fleet.Cost{PDUs: 4, Varbinds: 96, Bytes: 4100, Took: 180 * time.Millisecond}},
		{Endpoint: s.Endpoints[1], Ping: fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 2, Avg: 1200 * time.Microsecond}, SNMP: fleet.Answered, LastOK: before(31 * time.Second),
			LastTry: before(31 * time.Second), NextTry: threeAM.Add(29 * time.Second), LastFull: before(5 * time.Hour), Interval: time.Minute, Profiles: []string{"net-snmp"},
			Cost:   fleet.Cost{PDUs: 7, Varbinds: 210, Bytes: 9100, Retries: 1, Took: 95 * time.Millisecond},
			Errors: []fleet.ReadError{{What: "net-snmp disks", Text: "the table ended in the middle of column 2; its values are left as they were", Kinds: []fleet.Kind{fleet.Disk}}}},
	}
}

// plainServer is healthy, from before, and has no operating system's agent.
func plainServer(name string) fleet.Entry {
	e := handServer(name, "B02", 4, "ProLiant DL360 Gen10", "operations centre", "2023-02-01")
	e.Server.Endpoints, e.State.Endpoints = e.Server.Endpoints[:1], e.State.Endpoints[:1]
	e.Server.WarrantyEnd = "2028-01-31"
	e.State.Device.Controller, e.State.Device.Firmware = "iLO 5", "2.78"
	e.State.Totals, e.State.Trends = fleet.Totals{}, fleet.Keyed[fleet.Trend]{}
	return e
}

// workFleet is the fleet of the tests of servers, orders and forms.
func workFleet() []fleet.Entry {
	stale := plainServer("noc-03")
	stale.State.Endpoints[0].LastOK, stale.State.Endpoints[0].LastTry = before(14*time.Minute), before(40*time.Second)
	stale.State.Endpoints[0].SNMP, stale.State.Endpoints[0].Misses = fleet.Silent, 9
	stale.State.Endpoints[0].Note = "no answer within 2 s: is SNMP switched on in the iLO, and may this address ask?"
	for i := range stale.State.Components {
		stale.State.Components[i].Native = stale.State.Components[i].Native.At(before(14 * time.Minute))
	}
	never := plainServer("noc-04")
	never.State = fleet.State{Server: "noc-04"}
	return []fleet.Entry{richServer(), plainServer("noc-02"), stale, never}
}

// failedDisk is a new order for the failed disk of richServer.
func failedDisk(id int64) queue.Order {
	return queue.Order{ID: id, Version: 1, Server: "tdo-db-07", Slot: "disk/Disk 3", Kind: fleet.Disk, Place: "Bay 3", Tier: queue.P2, State: queue.Proposed,
		Old:     queue.Part{Vendor: "SEAGATE", Model: "ST1200MM0099", PartNumber: "CN0G2G54", Serial: "WFK0A003", CapacityBytes: 1200243695616},
		Reasons: []queue.Reason{{Code: queue.ReasonFailed, Text: "failed", FirstSeen: before(3 * time.Hour), LastSeen: before(12 * time.Second), StillTrue: true, Evidence: seen(dellOID+"4.4", "3", "failed", 118)}},
		Created: before(170 * time.Minute), CreatedBy: "ironage", Changed: before(170 * time.Minute), ChangedBy: "ironage", Due: threeAM.AddDate(0, 0, 7), Criticality: fleet.CriticalityCritical}
}

// step applies changes to an order with the queue's own rules and keeps the log.
func step(t testing.TB, o queue.Order, log []queue.Entry, at time.Time, by queue.Actor, c queue.Change) (queue.Order, []queue.Entry) {
	t.Helper()
	next, e, err := queue.Apply(o, c, by, at)
	if err != nil {
		t.Fatalf("%s %s: %v", c.Action, o.State, err)
	}
	e.Seq, e.Order = int64(len(log)+1), o.ID
	return next, append(log, e)
}

// Fill completes a proposal as the real desk does, from findings and age.
func (d *fakeDesk) Fill(p queue.Proposal) queue.Proposal {
	e := d.View().Fleet.Find(p.Server)
	c, _ := knownPart(&e.State, p.Slot)
	p.Kind, p.Place, p.Criticality, p.Tier = c.Kind, c.Place, e.Server.Criticality, queue.P4
	p.Old = queue.Part{Vendor: c.Vendor, Model: c.Model, PartNumber: c.Part, Serial: c.Serial}
	for _, f := range e.State.Findings {
		if f.Key == p.Slot {
			p.Tier = queue.P2
			p.Reasons = append(p.Reasons, queue.Reason{Code: queue.ReasonCode(f.Code), Text: f.Text, FirstSeen: f.Since, Evidence: f.Evidence, StillTrue: true})
		}
	}
	if c.Kind == fleet.Disk || c.Kind == fleet.Fan {
		p.Reasons = append(p.Reasons, queue.Reason{Code: queue.ReasonAge, Text: "over age", FirstSeen: threeAM, StillTrue: true})
	}
	return p
}

// actors of the tests.
var (
	lan  = queue.Actor{Name: "lan", Origin: "ssh 10.9.0.4", Role: queue.Engineer}
	tuan = queue.Actor{Name: "tuan", Origin: "local", Role: queue.Technician}
)

// orderedTo brings the failed disk's order to a state, with its log.
func orderedTo(t testing.TB, want queue.State) (queue.Order, []queue.Entry) {
	t.Helper()
	o := failedDisk(17)
	log := []queue.Entry{{Seq: 1, Time: o.Created, Actor: queue.Actor{Name: "ironage", Role: queue.System}, Order: o.ID, Version: 1, Action: "propose", To: queue.Proposed, Reason: "failed", Evidence: o.Reasons[0].Evidence}}
	on := &queue.Facts{Reachable: true, LastPoll: before(time.Hour), Located: true}
	steps := []struct {
		state queue.State
		by    queue.Actor
		ago   time.Duration
		c     queue.Change
	}{
		{queue.Approved, lan, 2 * time.Hour, queue.Change{Action: "approve", Reason: "second failure in this chassis", Fields: map[string]string{"part_number": "CN0G2G54"}}},
		{queue.Ordered, tuan, 110 * time.Minute, queue.Change{Action: "order", Fields: map[string]string{"part_number": "CN0G2G54", "order_ref": "PO-2291", "expected": "2026-03-17"}}},
		{queue.Ready, tuan, 100 * time.Minute, queue.Change{Action: "receive", Fields: map[string]string{"received": "2026-03-13", "part_serial": "WFK9Z114", "spare": "cage 2, shelf B"}}},
		{queue.InProgress, tuan, 65 * time.Minute, queue.Change{Action: "start", Fields: map[string]string{"assignee": "tuan", "change_ref": "CHG-881"}, Facts: on, Confirmed: []string{"stale"}}},
		{queue.Replaced, queue.Actor{Name: "ironage", Role: queue.System}, 30 * time.Minute, queue.Change{Action: "replaced", New: &queue.Part{Vendor: "SEAGATE", Model: "ST1200MM0099", Serial: "WFK9Z114"}, Evidence: seen(dellOID+"7.4", "WFK9Z114", "new serial number", 125)}},
		{queue.Verified, lan, 20 * time.Minute, queue.Change{Action: "verify", Reason: "volume optimal, seen on site"}},
		{queue.Closed, tuan, 10 * time.Minute, queue.Change{Action: "close", Fields: map[string]string{"disposition": "destroyed", "disposed_by": "tuan"}}},
	}
	if want == queue.Deferred {
		o, log = step(t, o, log, before(2*time.Hour), queue.Actor{Name: "hoa", Role: queue.Lead}, queue.Change{Action: "defer", Reason: "frozen for the monthly report", Fields: map[string]string{"until": "2026-03-20"}})
		return o, log
	}
	for _, s := range steps {
		if o.State == want {
			break
		}
		o, log = step(t, o, log, before(s.ago), s.by, s.c)
	}
	return o, log
}

// workView is workFleet with these orders.
func workView(orders ...queue.Order) *ops.View {
	v := &ops.View{Fleet: fleet.NewSnapshot(3, before(time.Second), workFleet()), Orders: orders,
		Collector: ops.Collector{Owner: "noc-1:4711", Here: true, Heartbeat: before(2 * time.Second), Endpoints: 5}}
	v.Events = []fleet.Event{
		{ID: 61, Time: before(26 * time.Minute), Kind: fleet.EventHealth, Server: "tdo-db-07", Key: "psu/PSU 2", From: "ok", To: "critical", Health: fleet.Warning, Text: `PSU 2: ok → critical ("lost input")`},
		{ID: 60, Time: before(3 * time.Hour), Kind: fleet.EventHealth, Server: "tdo-db-07", Key: "disk/Disk 3", From: "ok", To: "critical", Health: fleet.Critical, Text: `Bay 3: ok → critical ("failed")`},
		{ID: 44, Time: before(9 * 24 * time.Hour), Kind: fleet.EventHealth, Server: "tdo-db-07", Key: "disk/Disk 5", From: "ok", To: "warning", Health: fleet.Warning, Text: "Bay 5: ok → warning: predicts its own failure", Ack: &fleet.Ack{By: "hoa", At: before(8 * 24 * time.Hour)}},
	}
	return judge(v)
}

// queueView has an order in every state, of every tier.
func queueView(t testing.TB) *ops.View {
	t.Helper()
	var orders []queue.Order
	for i, s := range []queue.State{queue.Proposed, queue.Approved, queue.Ordered, queue.Ready, queue.InProgress, queue.Replaced, queue.Verified, queue.Deferred, queue.Closed} {
		o, _ := orderedTo(t, s)
		o.ID, o.Slot, o.Place = int64(40+i), fmt.Sprintf("disk/Disk %d", i), fmt.Sprintf("Bay %d", i)
		o.Tier = []queue.Tier{queue.P2, queue.P1, queue.P3, queue.P4}[i%4]
		orders = append(orders, o)
	}
	o := orders[0]
	o.ID, o.Slot, o.Place, o.Kind, o.Old, o.Reasons = 60, "fan/Fan 4", "", fleet.Fan, queue.Part{}, []queue.Reason{{Code: queue.ReasonManual, Text: "rattles when it starts", FirstSeen: before(time.Hour)}}
	return workView(append(orders, o)...)
}

// runSequence runs the commands of a tea.Sequence, whose message type is not exported.
func runSequence(msg tea.Msg) ([]tea.Msg, bool) {
	v := reflect.ValueOf(msg)
	want := reflect.TypeFor[[]tea.Cmd]()
	if !v.IsValid() || !v.CanConvert(want) {
		return nil, false
	}
	var out []tea.Msg
	for _, c := range v.Convert(want).Interface().([]tea.Cmd) {
		out = append(out, run(c)...)
	}
	return out, true
}

func paste(text string) tea.PasteMsg { return tea.PasteMsg{Content: text} }
