package collect

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// fakeEars let a test play the devices.
type fakeEars struct {
	mu     sync.Mutex
	hear   func(fleet.Notification)
	listen int // how often Listen was called
	err    error
	names  map[string][]string
}

func (e *fakeEars) Listen(ctx context.Context, hear func(fleet.Notification)) error {
	e.mu.Lock()
	e.listen++
	err := e.err
	e.hear = hear
	e.mu.Unlock()
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func (e *fakeEars) Addresses(_ context.Context, host string) ([]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a, ok := e.names[host]; ok {
		return a, nil
	}
	return nil, errors.New("no such host")
}

func (e *fakeEars) say(n fleet.Notification) {
	e.mu.Lock()
	hear := e.hear
	e.mu.Unlock()
	n.Time = time.Now()
	hear(n)
}

// listening is a collector over n servers with the addresses 10.0.0.1 and on.
func listening(t *testing.T, n int, test func(t *testing.T, r *rig, e *fakeEars)) {
	e := &fakeEars{names: map[string][]string{}}
	servers := racks("hn", n)
	for i, s := range servers {
		e.names[s.Endpoints[0].Address] = []string{fmt.Sprintf("10.0.%d.%d", (i+1)/256, (i+1)%256)}
	}
	collecting(t, servers, func(c *Config) { c.Ears = e }, func(t *testing.T, r *rig) {
		r.at(10 * time.Second)
		test(t, r, e)
	})
}

func said(source, text string) fleet.Notification {
	return fleet.Notification{Source: source, Version: "2c", Text: text, Health: fleet.Critical, Evidence: fleet.Evidence{OID: "1.3.6.1.4.1.99999.0.1"}}
}

// since are the reads of a server from a time on.
func (p *fakeProber) since(server string, at time.Time) []fakeRead {
	var out []fakeRead
	for _, r := range p.of(server) {
		if !r.at.Before(at) {
			out = append(out, r)
		}
	}
	return out
}

func TestANotificationCausesAReadAtOnce(t *testing.T) {
	listening(t, 20, func(t *testing.T, r *rig, e *fakeEars) {
		at := time.Now()
		e.say(said("10.0.0.4", "disk failed: Bay 1"))
		r.at(11 * time.Second)
		if reads := r.prober.since("hn-0003", at); len(reads) != 1 || reads[0].at != at || reads[0].rhythm != fleet.Status {
			t.Errorf("got reads %v, want one status read at %v", reads, at)
		}
		if got, want := r.store.told(fleet.EventNotification), "notification hn-0003: disk failed: Bay 1\n"; got != want {
			t.Errorf("got events %q, want %q", got, want)
		}
		if got := r.store.told(fleet.EventHealth); got != "" {
			t.Errorf("the word of a notification became a verdict: %s", got)
		}
		n := said("10.0.0.5", "disk inserted")
		n.Inventory = true
		e.say(n)
		r.at(12500 * time.Millisecond)
		if reads := r.prober.since("hn-0004", at); len(reads) != 1 || reads[0].rhythm != fleet.Inventory {
			t.Errorf("got reads %v, want one inventory", reads)
		}
		if c := r.c.Status().Notifications; c.Accepted != 2 || c.Heard != 2 {
			t.Errorf("got counts %+v, want 2 heard and accepted", c)
		}
	})
}

func TestNewsDuringAReadCauseAnother(t *testing.T) {
	listening(t, 1, func(t *testing.T, r *rig, e *fakeEars) {
		at := time.Now()
		e.say(said("10.0.0.1", "disk failed"))
		r.at(10500 * time.Millisecond) // the read takes a second
		e.say(said("10.0.0.1", "volume degraded"))
		r.at(20 * time.Second)
		if reads := r.prober.since("hn-0000", at); len(reads) != 2 || reads[1].at.Sub(at) != hintPause {
			t.Errorf("got reads %v, want a second one %v after the first", reads, hintPause)
		}
	})
}

// readsOfOthers are the reads of all but two servers, as offsets from the start.
func readsOfOthers(r *rig, without ...string) string {
	var out []string
	r.prober.set(func(p *fakeProber) {
		for _, read := range p.reads {
			if !slices.Contains(without, read.server) {
				out = append(out, fmt.Sprintf("%s %s after %v", read.rhythm, read.server, read.at.Sub(r.began).Truncate(time.Millisecond)))
			}
		}
	})
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// TestAStorm: a thousand a second for 30 s from one device cost a few reads of
// it and change nothing for the others.
func TestAStorm(t *testing.T) {
	quiet := ""
	listening(t, 40, func(_ *testing.T, r *rig, _ *fakeEars) {
		r.at(70 * time.Second)
		quiet = readsOfOthers(r, "hn-0003", "hn-0004")
	})
	listening(t, 40, func(t *testing.T, r *rig, e *fakeEars) {
		at := time.Now()
		for i := range 30_000 {
			e.say(said("10.0.0.4", "fan failed"))
			if i == 20_000 {
				e.say(said("10.0.0.5", "disk failed"))
			}
			<-time.After(time.Millisecond)
		}
		stormEnd := time.Now()
		r.at(70 * time.Second)
		reads := r.prober.since("hn-0003", at)
		if len(reads) < 3 || len(reads) > 9 { // its regular turn is among them
			t.Errorf("got %d reads of the one in a storm in 60 s, want few: %v", len(reads), reads)
		}
		for i := 1; i < len(reads); i++ {
			if d := reads[i].at.Sub(reads[i-1].at); d < hintPause-time.Second {
				t.Errorf("got reads %v apart, want at least about %v", d, hintPause)
			}
		}
		if last := reads[len(reads)-1].at; last.Before(stormEnd) {
			t.Errorf("the last read was at %v, before the storm ended at %v", last, stormEnd)
		}
		found := false
		for _, read := range r.prober.since("hn-0004", at) {
			found = found || read.at.Sub(at) >= 20*time.Second && read.at.Sub(at) < 20*time.Second+100*time.Millisecond
		}
		if !found {
			t.Errorf("another device called in the storm and was read at %v", r.prober.since("hn-0004", at))
		}
		if got := readsOfOthers(r, "hn-0003", "hn-0004"); got != quiet {
			t.Errorf("the reads of the others changed: got\n%s\nwant\n%s", got, quiet)
		}
		events := r.store.told(fleet.EventNotification)
		if n := strings.Count(events, "\n"); n > 9 || !regexp.MustCompile(`fan failed \((4,999|5,00[01]) notifications in 5 s\)`).MatchString(events) {
			t.Errorf("got %d events:\n%s\nwant few that count", n, events)
		}
		if c := r.c.Status().Notifications; c.Accepted != 30_001 {
			t.Errorf("got counts %+v, want 30,001 accepted", c)
		}
	})
}

func TestAStormDoesNotHideWhatIsNew(t *testing.T) {
	listening(t, 1, func(t *testing.T, r *rig, e *fakeEars) {
		for range 120 { // repeats itself: the pauses grow
			e.say(said("10.0.0.1", "fan failed"))
			<-time.After(time.Second)
		}
		for len(r.store.told(fleet.EventNotification)) == 0 {
			t.Fatal("nothing was told")
		}
		at := time.Now()
		e.say(said("10.0.0.1", "disk failed"))
		r.at(at.Sub(r.began) + 6*time.Second)
		if !strings.Contains(r.store.told(fleet.EventNotification), "disk failed") {
			t.Errorf("the new kind waits:\n%s", r.store.told(fleet.EventNotification))
		}
		if reads := r.prober.since("hn-0000", at); len(reads) == 0 || reads[0].at.Sub(at) > hintPause {
			t.Errorf("got reads %v after the new kind at %v, want one within %v", reads, at, hintPause)
		}
	})
}

func TestAWholeSiteMayCall(t *testing.T) {
	listening(t, 300, func(t *testing.T, r *rig, e *fakeEars) {
		r.at(time.Minute)
		r.prober.set(func(p *fakeProber) { p.took = func(fleet.Server) time.Duration { return 3 * time.Second } })
		at := time.Now()
		for i := range 250 {
			e.say(said(fmt.Sprintf("10.0.%d.%d", (i+1)/256, (i+1)%256), "power lost"))
		}
		r.at(90 * time.Second)
		quiet := 0
		for i := 250; i < 300; i++ {
			quiet += len(r.prober.since(fmt.Sprintf("hn-%04d", i), at))
		}
		if quiet < 12 { // half of the half minute's turns of 50
			t.Errorf("got %d regular reads meanwhile, want the others to have their turns", quiet)
		}
		for i := range 250 {
			if len(r.prober.since(fmt.Sprintf("hn-%04d", i), at)) == 0 {
				t.Fatalf("hn-%04d called and was not read within 30 s", i)
			}
		}
	})
}

func TestStrangersAreCountedNotRead(t *testing.T) {
	listening(t, 10, func(t *testing.T, r *rig, e *fakeEars) {
		before := r.prober.count()
		for i := range 1204 {
			e.say(said("192.0.2.9", "disk failed"))
			if i < 12 {
				e.say(fleet.Notification{Source: "10.0.0.4", Refused: "not accepted: its community is in none of the credentials"})
			}
		}
		r.at(21 * time.Second)
		want := "notification : 1,216 notifications that nothing was done about; 192.0.2.9 sent 1,204: no server has this address; " +
			"hn-0003 (10.0.0.4) sent 12: not accepted: its community is in none of the credentials\n"
		if got := r.store.told(fleet.EventNotification); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
		for range 100 {
			e.say(said("192.0.2.10", "disk failed"))
			<-time.After(time.Second)
		}
		r.at(59 * time.Minute)
		if got := strings.Count(r.store.told(fleet.EventNotification), "\n"); got != 1 {
			t.Errorf("got %d accounts within the hour, want 1", got)
		}
		r.at(61 * time.Minute)
		if got := r.store.told(fleet.EventNotification); strings.Count(got, "\n") != 2 || !strings.Contains(got, "192.0.2.10 sent 100") {
			t.Errorf("got %q, want a second account after the hour", got)
		}
		if c := r.c.Status().Notifications; c.Unknown != 1304 || c.Refused != 12 || c.Accepted != 0 {
			t.Errorf("got counts %+v", c)
		}
		if before == 0 || len(r.prober.since("hn-0003", r.began.Add(10*time.Second))) > 63 {
			t.Error("a refused notification caused reads")
		}
	})
}

func TestListeningIsTriedAgain(t *testing.T) {
	e := &fakeEars{err: errors.New("another program has port 162")}
	collecting(t, racks("hn", 1), func(c *Config) { c.Ears = e }, func(t *testing.T, r *rig) {
		r.at(10 * time.Second)
		if got := r.notes.of("notifications"); !strings.Contains(got, "another program has port 162") {
			t.Errorf("got the notice %q, want it to say why", got)
		}
		e.mu.Lock()
		e.err = nil
		e.mu.Unlock()
		r.at(40 * time.Second)
		if got := r.notes.of("notifications"); got != "" || e.listen != 2 {
			t.Errorf("got the notice %q after %d tries, want none after the second", got, e.listen)
		}
	})
}

func TestWhoCalls(t *testing.T) {
	servers := map[string]*fleet.Server{
		"a":     {Name: "a", Serial: "SN-A-1", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1:161"}, {Role: fleet.OS, Address: "a.example"}}},
		"b":     {Name: "b", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "[2001:db8::b]:161"}}},
		"nat-1": {Name: "nat-1", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.9.9.9:1001"}}},
		"nat-2": {Name: "nat-2", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.9.9.9:1002"}}},
	}
	states := map[string]fleet.State{
		"b":     {Device: fleet.Device{Serial: "sn-b-2", Hostname: "web-b.example.net"}, Endpoints: []fleet.EndpointState{{Engine: "80001f8804"}}},
		"nat-2": {Device: fleet.Device{Hostname: "second"}, Endpoints: []fleet.EndpointState{{Engine: "80001f8805"}}},
		"gone":  {Device: fleet.Device{Serial: "SN-GONE"}},
	}
	w := newSenders(servers, states, map[string][]string{"a.example": {"10.0.0.2", "::ffff:10.0.0.3"}})
	for _, test := range []struct {
		name string
		n    fleet.Notification
		want string
	}{
		{"its address", fleet.Notification{Source: "10.0.0.1"}, "a"},
		{"a resolved address", fleet.Notification{Source: "10.0.0.3"}, "a"},
		{"IPv6", fleet.Notification{Source: "2001:db8::b"}, "b"},
		{"the agent's address behind a forwarder", fleet.Notification{Source: "10.0.0.1", Agent: "2001:db8:0::b"}, "b"},
		{"a strange agent address", fleet.Notification{Source: "10.0.0.1", Agent: "192.168.0.120"}, "a"},
		{"its engine", fleet.Notification{Source: "192.0.2.1", Engine: "80001f8804"}, "b"},
		{"its serial number", fleet.Notification{Source: "192.0.2.1", Serials: []string{" sn-a-1 "}}, "a"},
		{"the serial number that was read", fleet.Notification{Source: "10.0.0.1", Serials: []string{"SN-B-2"}}, "b"},
		{"a placeholder for a serial number", fleet.Notification{Source: "10.0.0.1", Serials: []string{"N/A"}}, "a"},
		{"its name", fleet.Notification{Source: "192.0.2.1", Names: []string{"WEB-B.other.domain"}}, "b"},
		{"a shared address", fleet.Notification{Source: "10.9.9.9"}, ""},
		{"a shared address and a name", fleet.Notification{Source: "10.9.9.9", Names: []string{"second"}}, "nat-2"},
		{"a shared address and an engine", fleet.Notification{Source: "10.9.9.9", Engine: "80001f8805"}, "nat-2"},
		{"a shared address and a name from elsewhere", fleet.Notification{Source: "10.9.9.9", Names: []string{"a"}}, ""},
		{"nobody", fleet.Notification{Source: "192.0.2.1", Names: []string{"localhost"}}, ""},
		{"who left the inventory", fleet.Notification{Source: "192.0.2.1", Serials: []string{"SN-GONE"}}, ""},
	} {
		if got, why := w.find(&test.n); got != test.want || (got == "") != (why != "") {
			t.Errorf("%s: got %q (%s), want %q", test.name, got, why, test.want)
		}
	}
}

func TestPartNamed(t *testing.T) {
	st := &fleet.State{Components: []fleet.Component{{Kind: fleet.Disk, Slot: "Bay 3", Name: "Bay 3"}, {Kind: fleet.Disk, Slot: "Bay 13", Name: "Bay 13"},
		{Kind: fleet.PSU, Slot: "1", Name: "1"}, {Kind: fleet.Fan, Slot: "1", Name: "1"}, {Kind: fleet.Memory, Slot: "PROC 1 DIMM 4", Name: "PROC 1 DIMM 4"}}}
	for about, want := range map[string]string{"bay 3": "disk/Bay 3", "Port 1I Box 1 Bay 3": "disk/Bay 3", "Box 1 Bay 13": "disk/Bay 13", "1": "", "proc 1  dimm 4": "memory/PROC 1 DIMM 4", "nothing": ""} {
		if got := partNamed(st, about); got != want {
			t.Errorf("%q: got %q, want %q", about, got, want)
		}
	}
}

// TestHintsAreBounded: whatever comes, a server is heeded at most once per
// pause, everything is counted once, and nothing is kept of who went quiet.
func TestHintsAreBounded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		synctest.Test(t, func(t *testing.T) {
			h := newHints(time.Now)
			h.know(newSenders(map[string]*fleet.Server{"a": {Name: "a", Endpoints: []fleet.Endpoint{{Address: "10.0.0.1"}}},
				"b": {Name: "b", Endpoints: []fleet.Endpoint{{Address: "10.0.0.2"}}}}, nil, nil))
			last, counted, sent := map[string]time.Time{}, 0, 0
			take := func() {
				heeds, _ := h.take(time.Now())
				for i := range heeds {
					k := &heeds[i]
					if was, ok := last[k.server]; ok && time.Since(was) < hintPause {
						rt.Fatalf("%s was heeded %v after the last time", k.server, time.Since(was))
					}
					last[k.server] = time.Now()
					counted += k.call.total
					if n := len(k.events(&fleet.State{})); n < 1 || n > mostTold {
						rt.Fatalf("got %d events of one pause", n)
					}
				}
			}
			for range rapid.IntRange(1, 60).Draw(rt, "notifications") {
				n := said(rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2", "192.0.2.1"}).Draw(rt, "source"), rapid.SampledFrom([]string{"", "x", "y", "z", "w", "v"}).Draw(rt, "text"))
				n.Missed = rapid.IntRange(0, 3).Draw(rt, "missed")
				if n.Source != "192.0.2.1" {
					sent += n.Missed + boolInt(n.Text != "")
				}
				h.hear(n)
				<-time.After(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "ms")) * time.Millisecond)
				take()
			}
			for range 3 {
				<-time.After(2 * hintPauseMost)
				take()
			}
			if counted != sent || len(h.calls) != 0 {
				rt.Fatalf("got %d of %d counted and %d servers still in mind", counted, sent, len(h.calls))
			}
		})
	})
}

func BenchmarkHear(b *testing.B) {
	h := newHints(time.Now)
	h.know(newSenders(map[string]*fleet.Server{"a": {Name: "a", Endpoints: []fleet.Endpoint{{Address: "10.0.0.1"}}}}, nil, nil))
	n := said("10.0.0.1", "fan failed")
	b.ReportAllocs()
	for b.Loop() {
		h.hear(n)
	}
}
