package collect

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// hall says which disks sit in which server, one to a slot, and may change.
type hall struct {
	mu    sync.Mutex
	disks map[string][]fleet.Component
}

func (h *hall) put(server string, cs ...fleet.Component) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.disks == nil {
		h.disks = map[string][]fleet.Component{}
	}
	h.disks[server] = cs
}

func (h *hall) parts(s fleet.Server) []fleet.Component {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]fleet.Component(nil), h.disks[s.Name]...)
}

// moving runs a collector over servers a, b and c, each in service since 2018.
func moving(t *testing.T, adjust func(*Config), test func(r *rig, h *hall)) {
	t.Helper()
	h := &hall{}
	for _, name := range []string{"a", "b", "c"} {
		h.put(name, worn("1", "own-"+name, 100, 0))
	}
	collecting(t, hallServers("a", "b", "c"), adjust, func(_ *testing.T, r *rig) {
		r.prober.set(func(p *fakeProber) { p.parts = h.parts })
		test(r, h)
	})
}

func hallServers(names ...string) []fleet.Server {
	var out []fleet.Server
	for _, n := range names {
		out = append(out, fleet.Server{Name: n, InService: "2018-06", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: n + ".example"}}})
	}
	return out
}

// record prints what the store remembers of a part: how its counter rose, and
// where it was before.
func (s *fakeStore) record(server, serial string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, rec := range s.states[server].Parts.All() {
		if rec.Serial == fleet.NormalSerial(serial) {
			t := rec.Trails["pending"]
			out := fmt.Sprintf("%s %gh %g+%g", key, rec.Hours, t.Base, t.Rise(time.Time{}))
			if rec.Carried != nil {
				out += fmt.Sprintf(" from %s %s", rec.Carried.Server, rec.Carried.Slot)
			}
			if rec.Also != "" {
				out += " also " + rec.Also
			}
			return out
		}
	}
	return "nothing"
}

func (s *fakeStore) gone() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.departed)
}

func wantRecord(t *testing.T, r *rig, server, serial, wanted string) {
	t.Helper()
	want(t, server+"'s record of "+serial, r.store.record(server, serial), wanted)
}

const itMoved = "part-moved b: disk 1 (S/N old-1) sat in a, disk/1, before; its history came along\n"

// The old disk of a counts errors, then goes to b, and a gets a new one.
func TestPartMovesToAnotherServer(t *testing.T) {
	for _, c := range []struct {
		name string
		then func(r *rig, h *hall)
	}{
		{"left before it came", func(r *rig, h *hall) {
			h.put("a", worn("1", "new-1", 1, 0))
			r.at(20 * time.Minute)
			if r.store.gone() != 1 {
				t.Errorf("departed parts: got %d, want 1", r.store.gone())
			}
			h.put("b", worn("1", "old-1", 40002, 12))
		}},
		{"came before its leaving was read", func(r *rig, h *hall) {
			r.prober.set(func(p *fakeProber) { p.silent = func(s fleet.Server) bool { return s.Name == "a" } })
			h.put("a", worn("1", "new-1", 1, 0))
			h.put("b", worn("1", "old-1", 40002, 12))
			r.at(40 * time.Minute)
			wantRecord(t, r, "b", "old-1", "disk/1 40002h 12+0")
			r.prober.set(func(p *fakeProber) { p.silent = nil })
		}},
		{"its server never answers again", func(r *rig, h *hall) {
			r.prober.set(func(p *fakeProber) { p.silent = func(s fleet.Server) bool { return s.Name == "a" } })
			h.put("b", worn("1", "old-1", 40002, 12))
			r.at(26 * time.Hour)
		}},
		{"its slot is empty", func(r *rig, h *hall) {
			h.put("a", empty("1"))
			r.at(20 * time.Minute)
			h.put("b", worn("1", "old-1", 40002, 12))
		}},
		{"its server left the inventory", func(r *rig, h *hall) {
			r.c.SetInventory(hallServers("b", "c"))
			r.at(20 * time.Minute)
			h.put("b", worn("1", "old-1", 40002, 12))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			moving(t, nil, func(r *rig, h *hall) {
				h.put("a", worn("1", "old-1", 40000, 5))
				r.at(5 * time.Minute)
				h.put("a", worn("1", "old-1", 40001, 9))
				r.at(10 * time.Minute)
				first := r.store.states["a"].Parts.Get("disk/1").FirstSeen
				c.then(r, h)
				r.at(27 * time.Hour)
				wantRecord(t, r, "b", "old-1", "disk/1 40002h 5+7 from a disk/1")
				want(t, "events", r.store.told(fleet.EventMoved, fleet.EventDuplicate), itMoved)
				wantRecord(t, r, "a", "old-1", "nothing")
				if got := r.store.record("a", "new-1"); got != "disk/1 1h 0+0" && got != "nothing" {
					t.Errorf("the successor in a: got %s, want it to inherit nothing", got)
				}
				want(t, "first seen", r.store.states["b"].Parts.Get("disk/1").FirstSeen.String(), first.String())
			})
		})
	}
}

// Two servers that report one serial number: nothing moves, people are told
// once, also after another collector took over, and the mark goes with one of
// the parts.
func TestOneSerialInTwoServers(t *testing.T) {
	moving(t, func(c *Config) { c.InventoryEvery = 10 * time.Minute }, func(r *rig, h *hall) {
		h.put("a", worn("1", "twin-1", 40000, 5))
		r.at(5 * time.Minute)
		h.put("b", worn("1", "twin-1", 7, 0))
		r.at(2 * time.Hour)
		want(t, "events", r.store.told(fleet.EventMoved, fleet.EventDuplicate),
			"part-twice b: disk with S/N TWIN-1 is reported by two servers at once, a disk/1 and b disk/1: neither gets the other's history\n")
		wantRecord(t, r, "a", "twin-1", "disk/1 40000h 5+0 also b disk/1")
		wantRecord(t, r, "b", "twin-1", "disk/1 7h 0+0 also a disk/1")
		h.put("a", worn("1", "new-1", 1, 0))
		r.at(3 * time.Hour)
		wantRecord(t, r, "b", "twin-1", "disk/1 7h 0+0")
		want(t, "events", r.store.told(fleet.EventMoved), "")
		if d, ok := r.store.departed[fleet.PartID{Kind: fleet.Disk, Serial: "TWIN-1"}]; ok {
			t.Errorf("one of two parts left, and its history waits for whoever has that number: %+v", d)
		}
	})
}

// What left months ago is in the store, and comes back with its history,
// whichever process collects then.
func TestPartComesBackAfterARestart(t *testing.T) {
	kept := &fakeStore{}
	use := func(c *Config) { c.Store = kept }
	moving(t, use, func(r *rig, h *hall) {
		h.put("a", worn("1", "old-1", 40000, 5))
		r.at(5 * time.Minute)
		h.put("a", worn("1", "old-1", 40001, 9))
		r.at(10 * time.Minute)
		h.put("a", worn("1", "new-1", 1, 0))
		r.at(30 * time.Minute)
	})
	d := kept.departed[fleet.PartID{Kind: fleet.Disk, Serial: "OLD-1"}]
	if d.Server != "a" || d.Slot != "disk/1" || d.Since != "2018-06" && d.Source == "server, inventory" || d.Record.Hours != 40001 {
		t.Errorf("departed: got %+v, want the disk of a with its hours", d)
	}
	moving(t, use, func(r *rig, h *hall) {
		r.store = kept
		h.put("a", worn("1", "new-1", 1, 0))
		h.put("b", worn("1", "own-b", 100, 0), worn("2", "old-1", 40002, 12))
		r.at(30 * time.Minute)
		wantRecord(t, r, "b", "old-1", "disk/2 40002h 5+7 from a disk/1")
		want(t, "departed", fmt.Sprint(kept.gone()), "0")
		// And back to where it was.
		h.put("b", worn("1", "own-b", 100, 0))
		r.at(50 * time.Minute)
		h.put("a", worn("1", "old-1", 40003, 12))
		r.at(8 * time.Hour) // that it left b, only an inventory of b tells
		wantRecord(t, r, "a", "old-1", "disk/1 40003h 5+7 from b disk/2")
	})
}

// A store that refuses to write loses neither the state nor the part.
func TestDepartedPartsWaitForTheStore(t *testing.T) {
	moving(t, nil, func(r *rig, h *hall) {
		h.put("a", worn("1", "old-1", 40000, 5))
		r.at(5 * time.Minute)
		r.store.set(func(s *fakeStore) { s.full = true })
		h.put("a", worn("1", "new-1", 1, 0))
		r.at(20 * time.Minute)
		want(t, "departed while the store is full", fmt.Sprint(r.store.gone()), "0")
		r.store.set(func(s *fakeStore) { s.full = false })
		r.at(30 * time.Minute)
		want(t, "departed", fmt.Sprint(r.store.gone()), "1")
		wantRecord(t, r, "a", "new-1", "disk/1 1h 0+0")
	})
}

// A machine that gets another name in the inventory brings all of its parts
// along, with one line in history.
func TestRenamedServerKeepsItsParts(t *testing.T) {
	moving(t, nil, func(r *rig, h *hall) {
		var disks []fleet.Component
		for i := range 5 {
			disks = append(disks, worn(fmt.Sprint(i), fmt.Sprintf("old-%d", i), 40000, 5))
		}
		h.put("a", disks...)
		r.at(5 * time.Minute)
		h.put("d", disks...)
		r.c.SetInventory(hallServers("b", "c", "d"))
		r.at(20 * time.Minute)
		wantRecord(t, r, "d", "old-3", "disk/3 40000h 5+0 from a disk/3")
		want(t, "events", r.store.told(fleet.EventMoved), "part-moved d: 5 parts sat in a before; their history came along\n")
		// What the inventory said about a is the start of their lives.
		if c := r.store.states["d"].Parts.Get("disk/3").Carried; c.Since == "" || c.Server != "a" {
			t.Errorf("carried: got %+v, want the start of its life in a", c)
		}
	})
}

// The same chassis under another name is the same place: its parts keep the
// dates of the server that they are in.
func TestSameMachineUnderAnotherName(t *testing.T) {
	r := newRun(New(Config{Prober: &fakeProber{}, Store: &fakeStore{}, Now: func() time.Time { return noon }}))
	part := func(since time.Time, fitted time.Time) fleet.Keyed[fleet.PartRecord] {
		return fleet.KeyedOf(map[string]fleet.PartRecord{"psu/1": {Serial: "P1", FirstSeen: since, Fitted: fitted}})
	}
	psu := []fleet.Component{{Kind: fleet.PSU, Slot: "1", Serial: "P1", Health: fleet.OK}}
	id := fleet.PartID{Kind: fleet.PSU, Serial: "P1"}
	for _, c := range []struct {
		name, chassis string
		fitted        time.Time
		carried       string
	}{
		{"same chassis", "CH-1", time.Time{}, ""},
		{"another chassis", "CH-2", time.Time{}, "2018-06 server, inventory"},
		{"same chassis, and it was away", "CH-1", noon, "2018-06 server, inventory"},
	} {
		r.retired = map[string]fleet.Server{"old": {Name: "old", InService: "2018-06"}}
		r.states = map[string]fleet.State{
			"old": {Server: "old", Device: fleet.Device{Serial: "CH-1"}, Components: psu, Parts: part(noon.AddDate(-1, 0, 0), time.Time{})},
			"new": {Server: "new", Device: fleet.Device{Serial: c.chassis}, Components: psu, Parts: part(noon, c.fitted)}}
		r.bring("new", r.release("old", id, noon), noon)
		got := r.states["new"].Parts.Get("psu/1")
		carried := ""
		if got.Carried != nil {
			carried = string(got.Carried.Since) + " " + got.Carried.Source
		}
		want(t, c.name, carried, c.carried)
		if !got.FirstSeen.Equal(noon.AddDate(-1, 0, 0)) || r.states["old"].Parts.Len() != 0 {
			t.Errorf("%s: got %+v, want it to be known for a year, and not to be in two places", c.name, got)
		}
	}
}

func TestDepartedPartsAreBounded(t *testing.T) {
	w := newWhereabouts()
	for i := range mostDeparted + mostDeparted/10 + 1 {
		id := fleet.PartID{Kind: fleet.Disk, Serial: fmt.Sprint("S", i)}
		w.gone[id] = fleet.DepartedPart{PartID: id, Left: noon.Add(time.Duration(i) * time.Second)}
	}
	w.bound()
	if _, oldest := w.gone[fleet.PartID{Kind: fleet.Disk, Serial: "S0"}]; len(w.gone) != mostDeparted || oldest {
		t.Errorf("got %d parts, the oldest among them: %v; want %d without it", len(w.gone), oldest, mostDeparted)
	}
	id := fleet.PartID{Kind: fleet.Disk, Serial: "S"}
	for i := range 20 {
		w.claim(id, claim{server: fmt.Sprint(i)})
	}
	if len(w.claims[id]) != mostClaimers {
		t.Errorf("got %d claims, want %d", len(w.claims[id]), mostClaimers)
	}
}

// Without what left, every part that comes back would look new: a collector
// that cannot read it waits, as it does for the states.
func TestCollectorWaitsForTheParts(t *testing.T) {
	r := newRun(New(Config{Prober: &fakeProber{}, Store: &noParts{}, Now: time.Now}))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if r.load(ctx) {
		t.Error("it began without knowing which parts left")
	}
}

type noParts struct{ fakeStore }

func (*noParts) DepartedParts(context.Context, int) ([]fleet.DepartedPart, error) {
	return nil, errFull
}
