package tui

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// threeAM is when every test of the console happens.
var threeAM = time.Date(2026, 3, 14, 3, 4, 5, 0, time.FixedZone("ICT", 7*3600))

func threeAMNow() time.Time { return threeAM }

// before is a moment before threeAM.
func before(d time.Duration) time.Time { return threeAM.Add(-d) }

func num[T any](v T) *T { return &v }

// handServer is one server of the hand-written fleet, read twelve seconds ago.
func handServer(name, rack string, unit int, model, service, inService string) fleet.Entry {
	vendor := "Dell"
	if strings.HasPrefix(model, "ProLiant") {
		vendor = "HPE"
	}
	s := fleet.Server{Name: name, Site: "hanoi", Room: "dc1", Rack: rack, Position: unit, Height: 1, Service: service,
		Criticality: fleet.CriticalityNormal, Manufacturer: vendor, Model: model, InService: fleet.Date(inService),
		Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.1.0." + fmt.Sprint(unit)}, {Role: fleet.OS, Address: "10.2.0." + fmt.Sprint(unit)}}}
	st := fleet.State{Server: name, Health: fleet.OK, Since: before(40 * 24 * time.Hour), Updated: before(12 * time.Second),
		Device: fleet.Device{Vendor: vendor, Model: model, Serial: "CZ" + strings.ToUpper(name), Controller: "iDRAC9", Firmware: "6.10.30"}}
	for i := range 4 {
		st.Components = append(st.Components, fleet.Component{Kind: fleet.Disk, Name: fmt.Sprintf("Disk 0:1:%d", i), Index: fmt.Sprint(i + 1),
			Place: fmt.Sprintf("Bay %d", i), Vendor: "SEAGATE", Model: "ST1200MM0099", Serial: fmt.Sprintf("WFK%s%d", strings.ToUpper(name[len(name)-2:]), i),
			CapacityBytes: num(int64(1200243695616)), Health: fleet.OK, Role: fleet.BMC, Attributes: map[string]string{"media": "hdd"},
			Native: fleet.SeenOf(fleet.Evidence{OID: "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24." + fmt.Sprint(i+1), Value: "3", Meaning: "ok",
				Time: before(12 * time.Second), Profile: "dell-idrac", Line: 118, Role: fleet.BMC})})
	}
	for i := range 8 {
		st.Components = append(st.Components, fleet.Component{Kind: fleet.Memory, Name: fmt.Sprintf("DIMM.Socket.A%d", i+1), Index: fmt.Sprint(i + 1),
			Vendor: "Samsung", Part: "M393A4K40CB2", Serial: fmt.Sprintf("3721A%03d", i), CapacityBytes: num(int64(32 << 30)), Health: fleet.OK, Role: fleet.BMC})
	}
	for i := range 2 {
		st.Components = append(st.Components, fleet.Component{Kind: fleet.PSU, Name: fmt.Sprintf("PSU %d", i+1), Index: fmt.Sprint(i + 1),
			Serial: fmt.Sprintf("CNDED0%d", i), Health: fleet.OK, Role: fleet.BMC})
	}
	fleet.AssignSlots(st.Components)
	for _, ep := range s.Endpoints {
		st.Endpoints = append(st.Endpoints, fleet.EndpointState{Endpoint: ep, SNMP: fleet.Answered, Interval: time.Minute,
			Ping:   fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Min: 300 * time.Microsecond, Avg: 420 * time.Microsecond, Max: time.Millisecond},
			LastOK: before(12 * time.Second), LastTry: before(12 * time.Second), NextTry: threeAM.Add(48 * time.Second), LastFull: before(2 * time.Hour),
			Profiles: []string{"dell-idrac"}, Cost: fleet.Cost{PDUs: 4, Varbinds: 96, Bytes: 4100, Took: 180 * time.Millisecond}})
	}
	st.Totals = fleet.Totals{MemoryBytes: num(int64(256 << 30)), MemoryUsedBytes: num(int64(97 << 30)), LogicalCPUs: num(int64(64)), CPULoadPct: []float64{12, 30, 21, 17}}
	st.Trends = fleet.KeyedOf(map[string]fleet.Trend{fleet.TrendCPU: fleet.TrendOf(fleet.Percent, []float64{10, 12, 18, 40, 22, 19, 20, 20}, before(12*time.Second))})
	return fleet.Entry{Server: s, State: st}
}

// spoil makes a component of an entry bad, with its finding and evidence.
func spoil(e *fleet.Entry, key string, h fleet.Health, code, text string, since time.Duration) {
	c := e.State.Component(key)
	if c == nil {
		panic("no component " + key + " in " + e.Server.Name)
	}
	c.Health = h
	ev := c.Native.Evidence()
	ev.Value, ev.Meaning = "5", text
	c.Native = fleet.SeenOf(ev)
	e.State.Findings = append(e.State.Findings, fleet.Finding{Code: code, Health: h, Key: key, Text: text, Since: before(since), Evidence: ev})
	e.State.Health, e.State.Since = fleet.Worst(e.State.Health, h), before(since)
}

// deaf makes the endpoints of an entry stop answering.
func deaf(e *fleet.Entry, code string, ping fleet.Reach, since time.Duration) {
	for i := range e.State.Endpoints {
		ep := &e.State.Endpoints[i]
		ep.SNMP, ep.Ping.Reach, ep.LastOK, ep.Misses = fleet.Silent, ping, before(since), int(since/time.Minute)
		ep.Note = "no answer within 2 s: check the community and that " + ep.Address + " may be asked from here"
	}
	e.State.Findings = append(e.State.Findings, fleet.Finding{Code: code, Health: fleet.Unknown, Text: strings.ReplaceAll(code, "-", " ") + ": no answer since " + before(since).Format("15:04"), Since: before(since)})
	e.State.Health = fleet.Unknown
}

// handFleet is the fleet that the console's tests look at.
func handFleet() []fleet.Entry {
	es := []fleet.Entry{
		handServer("hn-a07-01", "A07", 1, "PowerEdge R740", "TDOffice", "2018-05-14"),
		handServer("hn-a07-02", "A07", 2, "PowerEdge R740", "TDOffice", "2018-05-14"),
		handServer("hn-a07-03", "A07", 3, "PowerEdge R640", "TDOffice", "2021-11"),
		handServer("hn-a07-04", "A07", 4, "PowerEdge R640", "national reporting", "2021-11"),
		handServer("hn-b02-11", "B02", 11, "ProLiant DL380 Gen10", "national reporting", "2017"),
		handServer("hn-b02-12", "B02", 12, "ProLiant DL380 Gen10", "operations centre", "2017"),
		handServer("hn-b02-13", "B02", 13, "ProLiant DL360 Gen9", "operations centre", "2016-03"),
		handServer("hn-b02-14", "B02", 14, "ProLiant DL360 Gen9", "security monitoring", "2016-03"),
		handServer("hn-c11-20", "C11", 20, "PowerEdge R750", "shared data warehouse", "2024-02-01"),
		handServer("hn-c11-21", "C11", 21, "PowerEdge R750", "shared data warehouse", "2024-02-01"),
		handServer("hn-c11-22", "C11", 22, "PowerEdge R750", "shared data warehouse", ""),
		handServer("kho-dữ-liệu-23", "C11", 23, "PowerEdge R750", "Kho dữ liệu dùng chung", "2024-02-01"),
	}
	es[0].Server.Criticality = fleet.CriticalityCritical
	spoil(&es[0], "disk/Disk 0:1:2", fleet.Critical, "failed", "disk failed", 3*time.Hour)
	spoil(&es[4], "psu/PSU 2", fleet.Warning, "failed", "power supply has no input power; the other one carries the load", 26*time.Minute)
	spoil(&es[6], "memory/DIMM.Socket.A3", fleet.Warning, "degraded", "corrected errors over the threshold", 6*24*time.Hour)
	es[6].State.Findings[0].Acknowledged = true
	spoil(&es[2], "disk/Disk 0:1:0", fleet.Warning, "predictive", "disk predicts its own failure", 50*time.Minute)
	deaf(&es[5], "agent-silent", fleet.Answered, 17*time.Minute)
	deaf(&es[7], "unreachable", fleet.Silent, 2*time.Minute)
	for i := range es[9].State.Endpoints {
		es[9].State.Endpoints[i].LastOK = before(5 * time.Minute)
	}
	es[10].State = fleet.State{Server: es[10].Server.Name}   // never read
	es[8].State.Device.Model = "PowerEdge\x1b[2J R750\u202e" // a device may say anything
	return es
}

// handView is handFleet with work orders, events and a collector.
func handView() *ops.View {
	es := handFleet()
	v := &ops.View{
		Fleet: fleet.NewSnapshot(7, before(time.Second), es),
		Orders: []queue.Order{
			{ID: 12, Version: 3, Server: "hn-a07-03", Slot: "disk/Disk 0:1:0", Kind: fleet.Disk, Place: "Bay 0", Tier: queue.P1, State: queue.Ordered,
				Old:     queue.Part{Vendor: "SEAGATE", Model: "ST1200MM0099", Serial: "WFK030", CapacityBytes: 1200243695616},
				Reasons: []queue.Reason{{Code: queue.ReasonPredictive, Text: "disk predicts its own failure", FirstSeen: before(50 * time.Minute), LastSeen: before(12 * time.Second), StillTrue: true}},
				Created: before(45 * time.Minute), CreatedBy: "lan", Changed: before(20 * time.Minute), ChangedBy: "minh", OrderRef: "PO-2214", Expected: "2026-03-16"},
			{ID: 9, Version: 2, Server: "hn-b02-13", Slot: "memory/DIMM.Socket.A3", Kind: fleet.Memory, Tier: queue.P2, State: queue.Approved,
				Old: queue.Part{Vendor: "Samsung", PartNumber: "M393A4K40CB2", Serial: "3721A002"}, Created: before(5 * 24 * time.Hour), CreatedBy: "minh",
				Changed: before(4 * 24 * time.Hour), ChangedBy: "hoa", Assignee: "tuan"},
			{ID: 4, Version: 8, Server: "hn-c11-20", Slot: "disk/Disk 0:1:1", Kind: fleet.Disk, Tier: queue.P2, State: queue.Closed,
				Created: before(60 * 24 * time.Hour), CreatedBy: "lan", Changed: before(30 * 24 * time.Hour), ChangedBy: "lan"},
		},
		Events: []fleet.Event{
			{ID: 31, Time: before(2 * time.Minute), Kind: fleet.EventUnreachable, Server: "hn-b02-14", Health: fleet.Unknown, Text: "answers neither ping nor SNMP"},
			{ID: 30, Time: before(17 * time.Minute), Kind: fleet.EventSilent, Server: "hn-b02-12", Health: fleet.Unknown, Text: "answers ping, but not SNMP"},
			{ID: 29, Time: before(26 * time.Minute), Kind: fleet.EventHealth, Server: "hn-b02-11", Key: "psu/PSU 2", From: "ok", To: "critical", Health: fleet.Warning, Text: "PSU 2: ok → critical: no input power"},
			{ID: 28, Time: before(50 * time.Minute), Kind: fleet.EventHealth, Server: "hn-a07-03", Key: "disk/Disk 0:1:0", From: "ok", To: "warning", Health: fleet.Warning, Text: "Bay 0: ok → warning: predicts its own failure",
				Ack: &fleet.Ack{By: "lan", At: before(45 * time.Minute), Note: "order #12"}},
			{ID: 27, Time: before(3 * time.Hour), Kind: fleet.EventHealth, Server: "hn-a07-01", Key: "disk/Disk 0:1:2", From: "ok", To: "critical", Health: fleet.Critical, Text: "Bay 2: ok → critical: failed"},
			{ID: 22, Time: before(30 * 24 * time.Hour), Kind: fleet.EventSerial, Server: "hn-c11-20", Key: "disk/Disk 0:1:1", From: "WFK201", To: "WFK2X9", Health: fleet.OK, Text: "Bay 1: another disk: WFK201 → WFK2X9"},
			{ID: 3, Time: before(500 * 24 * time.Hour), Kind: fleet.EventCollector, Health: fleet.OK, Text: "collector started on noc-1:4711"},
		},
		Collector: ops.Collector{Owner: "noc-1:4711", Here: true, Started: before(9 * 24 * time.Hour), Heartbeat: before(2 * time.Second), Endpoints: 24, InFlight: 2, Load: busyLoad()},
	}
	return judge(v)
}

// manyEntries is a large fleet of which every tenth server has a bad disk.
func manyEntries(n int) []fleet.Entry {
	es := make([]fleet.Entry, n)
	for i := range es {
		es[i] = handServer(fmt.Sprintf("srv-%05d", i), fmt.Sprintf("R%03d", i/40), i%40+1, "PowerEdge R640", fmt.Sprintf("service %d", i%12), "2018-05-14")
		if i%10 == 0 {
			spoil(&es[i], "disk/Disk 0:1:1", fleet.Critical, "failed", "disk failed", time.Duration(i+1)*time.Minute)
		}
	}
	return es
}

func manyView(n int) *ops.View {
	return judge(&ops.View{Fleet: fleet.NewSnapshot(1, threeAM, manyEntries(n)), Collector: ops.Collector{Here: true, Owner: "noc-1:1", Heartbeat: threeAM}})
}

// console is an App at w×h over a fake desk, as a technician sees it.
type console struct {
	t    testing.TB
	app  *App
	desk *fakeDesk
}

// newConsole opens a console over a view. It speaks English and has every
// colour, unless changes of its configuration say otherwise: inVietnamese, …
func newConsole(t testing.TB, w, h int, v *ops.View, with ...func(*Config)) *console {
	t.Helper()
	desk := newFakeDesk(v)
	c := &console{t: t, desk: desk}
	cfg := Config{Desk: desk, Actor: queue.Actor{Name: "lan", Origin: "local", Role: queue.Engineer},
		Now: threeAMNow, Life: ageing.DefaultPolicy(), Dark: true}
	for _, change := range with {
		change(&cfg)
	}
	c.app = newApp(t.Context(), cfg)
	for _, msg := range run(c.app.beginning()) {
		c.send(msg)
	}
	c.send(tea.WindowSizeMsg{Width: w, Height: h})
	return c
}

// send gives the console a message and runs what it asks for, as bubbletea
// would, except for what waits for time.
func (c *console) send(msg tea.Msg) {
	c.t.Helper()
	todo := []tea.Msg{msg}
	for n := 0; len(todo) > 0; n++ {
		if n > 1000 {
			c.t.Fatal("messages without end")
		}
		m := todo[0]
		todo = todo[1:]
		_, cmd := c.app.Update(m)
		todo = append(todo, run(cmd)...)
	}
}

// run runs a command and returns the messages it makes. The blinking of a
// cursor, which the console drops, is not waited for.
func run(cmd tea.Cmd) []tea.Msg {
	if cmd == nil || strings.Contains(runtime.FuncForPC(reflect.ValueOf(cmd).Pointer()).Name(), "cursor.(*Model).Blink") {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var out []tea.Msg
		for _, c := range msg {
			out = append(out, run(c)...)
		}
		return out
	case tea.QuitMsg:
		return nil
	default:
		if out, ok := runSequence(msg); ok {
			return out
		}
		return []tea.Msg{msg}
	}
}

// press types keys: "j", "enter", "ctrl+d", or a text letter by letter after "type:".
func (c *console) press(keys ...string) *console {
	c.t.Helper()
	for _, k := range keys {
		if text, ok := strings.CutPrefix(k, "type:"); ok {
			for _, r := range text {
				c.send(keyPress(string(r)))
			}
			continue
		}
		c.send(keyPress(k))
	}
	return c
}

// screen is what a person reads, without colours.
func (c *console) screen() string {
	var b strings.Builder
	for line := range strings.SplitSeq(ansi.Strip(c.app.View().Content), "\n") {
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// line is the first line of the screen that contains a text.
func (c *console) line(part string) string {
	for l := range strings.SplitSeq(c.screen(), "\n") {
		if strings.Contains(l, part) {
			return l
		}
	}
	return ""
}

var namedKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "up": tea.KeyUp,
	"down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "space": tea.KeySpace,
}

func keyPress(name string) tea.KeyPressMsg {
	if code, ok := namedKeys[name]; ok {
		k := tea.KeyPressMsg{Code: code}
		if name == "space" {
			k.Text = " "
		}
		return k
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	if name == "shift+tab" {
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: string(r)}
}

// checkFits fails when a line is wider, or the whole taller, than the window.
func checkFits(t testing.TB, what, drawn string, w, h int) {
	t.Helper()
	lines := strings.Split(drawn, "\n")
	if len(lines) > h {
		t.Errorf("%s at %d×%d: got %d lines, want at most %d", what, w, h, len(lines), h)
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got > w {
			t.Errorf("%s at %d×%d: line %d is %d cells wide, want at most %d: %q", what, w, h, i+1, got, w, ansi.Strip(l))
		}
	}
}

func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// busyLoad is what a collector says of itself.
func busyLoad() fleet.CollectorLoad {
	return fleet.CollectorLoad{Time: before(2 * time.Second), Endpoints: 24, Slots: 256, InFlight: 2, Beside: 1, Waiting: fleet.LaneLoad{Inventory: 3}, Silent: 4,
		Behind: 100 * time.Millisecond, DelayP99: 200 * time.Millisecond, DelayMost: 1100 * time.Millisecond, Reads: 4321, Rate: 0.4, Unsaved: 1, Saves: 900, SaveTook: 9 * time.Second,
		Notifications: fleet.NotificationCounts{Heard: 7, Accepted: 6, Unknown: 1},
		Transport:     fleet.TransportLoad{Sockets: 4, Buffer: 212992, Window: 264, InFlight: 2, Beside: 1, Strays: 3, Dropped: 5},
		Process:       fleet.ProcessLoad{Memory: 61 << 20, Live: 33 << 20, Heap: 40 << 20, Goroutines: 58, Files: 21}}
}
