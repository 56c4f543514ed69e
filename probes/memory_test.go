package probes

import (
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/snmpdtest"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// TestWhoIsSilent: whoever did not answer is asked beside the window the next
// time, whether nobody said why, the host did, or a router.
func TestWhoIsSilent(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false}, {snmp.ErrTimeout, true}, {snmp.ErrSilentUser, true}, {snmp.ErrPortClosed, true}, {snmp.ErrNoRoute, true},
		{snmp.ErrUnknownUser, false}, {snmp.ErrGarbled, false},
	} {
		if c.err != nil {
			c.err = fmt.Errorf("10.0.0.1: %w", c.err)
		}
		if got := silent(c.err); got != c.want {
			t.Errorf("%v: got %v, want %v", c.err, got, c.want)
		}
	}
}

// TestAnotherEngineBehindTheAddress: version 3 tells machines apart that call
// themselves the same. What was known of the one says nothing about the other.
func TestAnotherEngineBehindTheAddress(t *testing.T) {
	u := snmpdtest.User{Name: "reader"}
	config := func(engine string) snmpdtest.Config {
		return snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: engine, Lines: []string{"sysName same"}}
	}
	d := snmpdtest.Start(t, config("one"))
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	p := New(lib, nil, time.Now)
	defer func() { _ = p.Close() }() // it was only read
	target := Target{Endpoint: fleet.Endpoint{Address: d.Addr}, Credential: u.Credential(), Options: snmp.Options{Timeout: 10 * time.Second}}
	if o := p.Read(t.Context(), target, fleet.Inventory); o.SNMP != fleet.Answered || o.Engine == "" {
		t.Fatalf("%s (%s)", o.SNMP, o.SNMPNote)
	}
	m := p.known[place{d.Addr, u.Credential().Name}]
	ask := func(want bool) {
		t.Helper()
		m.unpack(whole)
		_, _, err := p.askStatus(t.Context(), m.session, m)
		if known := m.plan != nil && m.vars != nil; known != want || err != nil {
			t.Errorf("still known: %v (%v), want %v", known, err, want)
		}
	}
	ask(true)
	d.Stop()
	d = snmpdtest.StartAt(t, config("one"), d.Addr)
	ask(true) // the same has started again
	d.Stop()
	snmpdtest.StartAt(t, config("two"), d.Addr)
	ask(false)
}

// TestClock: who counts wrongly is suspected once, who keeps pace again is again.
func TestClock(t *testing.T) {
	type reading struct {
		later time.Duration
		up    time.Duration
		want  bool
	}
	for name, all := range map[string][]reading{
		"as it should":         {{0, time.Minute, false}, {time.Hour, 61 * time.Minute, false}, {24 * time.Hour, 25 * time.Hour, false}},
		"counted now and then": {{0, 5 * time.Minute, false}, {time.Minute, 5 * time.Minute, false}, {time.Minute, 7 * time.Minute, false}, {time.Minute, 7 * time.Minute, false}},
		"standing still":       {{0, time.Hour, false}, {10 * time.Minute, time.Hour, false}, {time.Hour, time.Hour, false}},
		"at half the speed":    {{0, time.Hour, false}, {10 * time.Minute, 65 * time.Minute, true}, {10 * time.Minute, 70 * time.Minute, false}, {time.Hour, 100 * time.Minute, false}},
		"restarts":             {{0, 40 * time.Second, false}, {5 * time.Minute, 2 * time.Minute, true}, {time.Minute, 3 * time.Minute, false}, {time.Hour, 30 * time.Minute, true}},
		"two missed in a row":  {{0, time.Hour, false}, {time.Minute, time.Second, true}, {time.Minute, 2 * time.Second, false}, {time.Hour, time.Minute, true}},
		"wraps":                {{0, 497 * 24 * time.Hour, false}, {time.Minute, time.Second, true}, {time.Minute, 61 * time.Second, false}},
	} {
		var c clock
		now := time.Now()
		for i, x := range all {
			now = now.Add(x.later)
			if got := c.read(int64(x.up/(10*time.Millisecond)), now, now); got != x.want {
				t.Errorf("%s: reading %d, up for %v: got %v, want %v", name, i, x.up, got, x.want)
			}
		}
	}
}

// It says when it was asked in a read that takes minutes, not when the read ended.
func TestClockInALongRead(t *testing.T) {
	var c clock
	began := time.Now()
	c.read(100_000, began, began.Add(3*time.Minute)) // 1,000 s
	if began = began.Add(4 * time.Minute); c.read(106_000, began, began.Add(3*time.Minute)) {
		t.Error("asked at the end of one read and at the beginning of the next: got a restart, want none")
	}
}

func TestDevicesThatTakeTurnsAreToldOf(t *testing.T) {
	var m memory
	for n, want := range []bool{false, true, true} {
		if m.swapped(); (m.turns() != nil) != want {
			t.Errorf("another device for the %d. time: told: %v, want %v", n+1, !want, want)
		}
	}
	for range 3 * swapWeight {
		m.stayed()
	}
	if m.turns() != nil {
		t.Error("the same device for long: it is still told of others")
	}
}
