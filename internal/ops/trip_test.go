package ops

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// shelf gives the office a stock list that was written at noon.
func (o *office) shelf(lines ...ageing.StockLine) {
	set := outlook.DefaultSettings()
	set.Stock, _ = ageing.NewStock(lines)
	set.Stock.At = noon
	set.Services = map[string]outlook.Service{"TDOffice": {Owner: "the office", Criticality: fleet.CriticalityHigh}}
	o.desk.SetRules(o.desk.rules.policy, set)
	o.refresh()
}

func (s *scene) raid(h fleet.Health) []fleet.Component {
	one, two := disk("1", "OLD-1", h), disk("2", "GOOD-2", fleet.OK)
	one.Group, two.Group, one.Part, two.Part = "RAID.1", "RAID.1", "400-A", "400-A"
	one.Attributes = map[string]string{"bus": "sas", "media": "hdd", "form_factor": "3.5 in"}
	v := fleet.Component{Kind: fleet.RAIDVolume, Role: fleet.BMC, Slot: "VD 0", Name: "VD 0", Group: "RAID.1", Health: fleet.Warning, Native: fleet.SeenOf(fleet.Evidence{Meaning: "degraded"}),
		Attributes: map[string]string{"raid_level": "1", "members": "2"}}
	return []fleet.Component{one, two, v}
}

func TestTrip(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box", Site: "HN", Room: "1", Rack: "A1", Position: 7, Height: 2, Face: "front", Service: "TDOffice",
		AssetTag: "AT-7", Manufacturer: "Dell", Model: "R740", WarrantyEnd: "2026-03-02"})
	s.shelf(ageing.StockLine{PartNumber: "400-A", Kind: "disk", Place: "Store 1, shelf 4", OnHand: 2, Substitutes: []string{"400-B"}},
		ageing.StockLine{PartNumber: "400-A", Kind: "disk", Place: "Store 2", OnHand: 1})
	s.poll(s.raid(fleet.Critical)...)
	s.poll(s.raid(fleet.Critical)...)
	got := s.desk.Trip(s.only())
	want := queue.Trip{Order: s.only(), Site: "HN", Room: "1", Rack: "A1", Position: 7, Height: 2, Face: "front", AssetTag: "AT-7", Machine: "Dell R740",
		Chassis: "CHASSIS-1", Slot: "Bay 1", Pull: "OLD-1", Bring: "400-A", Substitutes: []string{"400-B"}, Capacity: "4 TB", Form: "3.5 in, sas, hdd",
		OnHand: []string{"2 in Store 1, shelf 4", "1 in Store 2"}, HotSwap: "usually hot-swappable; check the carrier", Array: "VD 0: degraded",
		Redundancy: got.Redundancy, Service: "TDOffice", Owner: "the office", Criticality: fleet.CriticalityHigh, Warranty: "until 2026-03-02 (60 days left)"}
	if x, y := plain(got), plain(want); x != y {
		t.Errorf("got\n%s\nwant\n%s", x, y)
	}
	if got.InStock == nil || *got.InStock != 3 {
		t.Errorf("in stock: got %v, want 3", got.InStock)
	}
	if want := []queue.Shelf{{Place: "Store 1, shelf 4", Left: 2}, {Place: "Store 2", Left: 1}}; !reflect.DeepEqual(got.Shelves, want) {
		t.Errorf("shelves: got %+v, want %+v", got.Shelves, want)
	}
	if !strings.Contains(got.Redundancy, "RAID 1") {
		t.Errorf("redundancy: got %q", got.Redundancy)
	}
	if err := s.store.ReplaceServers(t.Context(), []fleet.Server{{Name: "other"}}); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(time.Hour)
	s.refresh()
	if got = s.desk.Trip(want.Order); got.Slot != "Bay 1" || got.Pull != "OLD-1" || got.Chassis != "CHASSIS-1" || got.Site != "" {
		t.Errorf("the server has left: got %+v, want what the order remembers", got)
	}
}

// TestNoneLeft: the stock list names a model only, the device a part number too.
func TestNoneLeft(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box"})
	parts := s.raid(fleet.Critical)
	s.shelf(ageing.StockLine{Model: parts[0].Model, Kind: "disk"})
	s.poll(parts...)
	s.poll(parts...)
	trip := s.desk.Trip(s.only())
	if got := trip.Shelf(); got != "none left in stock" || trip.Bring != "400-A" {
		t.Errorf("got %q for %s, want that none is left", got, trip.Bring)
	}
	s.shelf()
	trip = s.desk.Trip(s.only())
	if got := trip.Shelf(); got != "" || trip.InStock != nil {
		t.Errorf("not in the stock list: got %q, want nothing said", got)
	}
}

func plain(t queue.Trip) string {
	t.Order = queue.Order{}
	return strings.Join(slices.Concat(t.Substitutes, t.OnHand, []string{t.Site, t.Room, t.Rack, t.Face, t.AssetTag, t.Machine, t.Chassis, t.Slot, t.Pull, t.Bring,
		t.Capacity, t.Form, t.HotSwap, t.Redundancy, t.Array, t.Service, t.Owner, string(t.Criticality), t.Warranty}), "\n")
}

func TestHotSwapWords(t *testing.T) {
	for _, c := range []struct {
		kind fleet.Kind
		said string
		want string
	}{
		{fleet.PSU, "", "usually hot-swappable"}, {fleet.Fan, "", "usually hot-swappable"}, {fleet.Memory, "", "power off first"},
		{fleet.CPU, "", "power off first"}, {fleet.Memory, "yes", "hot-swappable, the device says"}, {fleet.PSU, "no", "power off first: not"},
	} {
		part := fleet.Component{Kind: c.kind, Attributes: map[string]string{"hot_swap": c.said}}
		if got := hotSwap(&queue.Order{Kind: c.kind}, &part); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, device says %q: got %q, want %q", c.kind, c.said, got, c.want)
		}
	}
}

func TestCapacity(t *testing.T) {
	for _, c := range []struct {
		kind  fleet.Kind
		bytes int64
		want  string
	}{{fleet.Disk, 0, ""}, {fleet.Disk, 4_000_787_030_016, "4 TB"}, {fleet.Disk, 480_103_981_056, "480 GB"}, {fleet.Disk, 3_840_755_982_336, "3.84 TB"},
		{fleet.Memory, 32 << 30, "32 GiB"}} {
		if got := capacity(c.kind, c.bytes); got != c.want {
			t.Errorf("capacity(%s, %d): got %q, want %q", c.kind, c.bytes, got, c.want)
		}
	}
}

// A spare is kept for an order from the shelf, given back when the order waits,
// kept again, and used by the swap.
func TestSparesFollowTheOrder(t *testing.T) {
	s := newScene(t)
	s.shelf(ageing.StockLine{PartNumber: "400-A", Kind: "disk", Place: "Store 1", OnHand: 2, Minimum: 2}, ageing.StockLine{PartNumber: "400-A", Place: "Store 2", OnHand: 1})
	s.poll(s.raid(fleet.Critical)...)
	s.poll(s.raid(fleet.Critical)...)
	o := s.move(s.only(), queue.Change{Action: "approve"})
	line := func(what string, onHand, reserved, used int) SpareLine {
		t.Helper()
		l := s.desk.Spares()[0]
		if l.OnHand != onHand || len(l.Reserved) != reserved || l.Used != used {
			t.Errorf("%s: got %d on hand, %d reserved, %d used; want %d, %d, %d", what, l.OnHand, len(l.Reserved), l.Used, onHand, reserved, used)
		}
		return l
	}
	line("approved", 2, 0, 0)
	o = s.move(o, queue.Change{Action: "ready", Fields: map[string]string{"spare": "store 1, shelf 4", "part_serial": "SP-1"}})
	if l := line("ready", 1, 1, 0); l.Reserved[0].Order != o.ID || l.Reserved[0].Serial != "SP-1" || l.Reserved[0].Server != "box" || l.Low {
		t.Errorf("reserved: got %+v low %t", l.Reserved[0], l.Low)
	}
	if got := s.desk.Trip(o).OnHand; len(got) != 3 || got[0] != "kept for this order: store 1, shelf 4 (S/N SP-1)" || got[1] != "1 in Store 1" {
		t.Errorf("trip: got %q", got)
	}
	o = s.move(o, queue.Change{Action: "defer", Reason: "freeze", Fields: map[string]string{"until": "2026-01-09"}})
	line("deferred", 2, 0, 0)
	if got := s.desk.Trip(o).Shelves; len(got) != 2 || !slices.Equal(got[0].Serials, []string{"SP-1"}) {
		t.Errorf("given back: got %+v, want its serial number offered again", got)
	}
	o = s.move(o, queue.Change{Action: "resume"})
	line("resumed", 1, 1, 0)
	o = s.move(o, queue.Change{Action: "start", Fields: map[string]string{"assignee": "tom"}})
	o = s.move(o, queue.Change{Action: "abort", Reason: "no key"})
	line("work stopped: it is still kept", 1, 1, 0)
	s.move(o, queue.Change{Action: "start", Fields: map[string]string{"assignee": "tom"}})
	cs := s.raid(fleet.OK)
	cs[0].Serial = "SP-1"
	s.poll(cs...)
	line("swapped", 1, 0, 1)
	s.poll(s.raid(fleet.Critical)...) // the old one is back
	line("reseated", 1, 1, 0)
	cs[0].Serial = "ELSE-9"
	s.poll(cs...)
	line("another part was fitted", 2, 0, 0)
}

func TestASpareIsKeptForOneOrder(t *testing.T) {
	s := newScene(t)
	ready := queue.Change{Action: "ready", Fields: map[string]string{"spare": "shelf", "part_serial": "sp-1"}}
	var orders []queue.Order
	for _, slot := range []string{"1", "2"} {
		o, err := s.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/" + slot, Kind: fleet.Disk, Old: queue.Part{Serial: "X" + slot, PartNumber: "400-A"}, Note: "failing"})
		if err != nil {
			t.Fatal(err)
		}
		orders = append(orders, s.move(o, queue.Change{Action: "approve"}))
	}
	first := s.move(orders[0], ready)
	var refused *queue.Refusal
	if _, err := s.desk.Move(t.Context(), tech, orders[1].ID, orders[1].Version, ready); !errors.As(err, &refused) || !strings.Contains(err.Error(), "kept for order 1") {
		t.Fatalf("got %v, want a refusal that names the order", err)
	}
	if lines := s.desk.Spares(); len(lines) != 1 || lines[0].Listed || lines[0].Missing != 1 || lines[0].PartNumber != "400-A" {
		t.Errorf("without a stock list: got %+v, want a line that says that one more was taken than is known", lines)
	}
	s.move(first, queue.Change{Action: "cancel", Reason: "not needed"})
	if o := s.move(orders[1], ready); o.State != queue.Ready {
		t.Errorf("got %s", o.State)
	}
}

func TestLowStockIsANotice(t *testing.T) {
	o := newOffice(t)
	o.shelf(ageing.StockLine{PartNumber: "400-A", Place: "Store 1", OnHand: 1, Minimum: 3}, ageing.StockLine{PartNumber: "400-A", Place: "Store 2", OnHand: 1},
		ageing.StockLine{PartNumber: "400-B", OnHand: 5, Minimum: 3})
	lines := o.desk.Spares()
	if !lines[0].Low || !lines[1].Low || lines[1].Minimum != 3 || lines[2].Low {
		t.Errorf("got %+v, want 400-A low at both places", lines)
	}
	if got := spareNotice(lines); got != "spares are below the minimum (ironage spares --low): 400-A" {
		t.Errorf("got %q", got)
	}
	if got := spareNotice(lines[2:]); got != "" {
		t.Errorf("enough: got %q", got)
	}
}
