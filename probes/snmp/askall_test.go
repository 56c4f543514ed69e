package snmp_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/internal/snmpdtest"
	"ironage/probes/snmp"
)

// answers is what Use was given.
type answers struct {
	times int
	vars  []snmp.Variable
	err   error
}

func askAll(t *testing.T, sessions []*snmp.Session, q *snmp.Question) []answers {
	t.Helper()
	got := make([]answers, len(sessions))
	all := make([]snmp.Asking, len(sessions))
	for i, s := range sessions {
		all[i] = snmp.Asking{Session: s, Question: q, Use: func(vars []snmp.Variable, err error) {
			got[i].times++
			got[i].vars, got[i].err = append(got[i].vars, vars...), err
		}}
	}
	snmp.AskAll(context.Background(), all)
	for i := range got {
		if got[i].times != 1 {
			t.Errorf("agent %d: Use was called %d times, want once", i, got[i].times)
		}
	}
	return got
}

func question(t *testing.T, oids []snmp.OID) *snmp.Question {
	t.Helper()
	q, err := snmp.NewQuestion(oids, nil)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestAskAll: everybody gets their own answers to a question of several
// messages, in whatever way they go wrong meanwhile, and also over a window with
// room for fewer than are asked.
func TestAskAll(t *testing.T) {
	rows := table(entry, 6, 40)
	for name, b := range map[string]agent.Behaviour{"well": {}, "a third lost": {DropEvery: 3}, "small answers": {MaxSize: 600}} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, 1)
			var sessions []*snmp.Session
			for range 5 {
				a := start(t, rows, b)
				sessions = append(sessions, dialOver(t, h, a.Addr(), v2c(), snmp.Options{Timeout: time.Second, Retries: 5}))
			}
			sessions = append(sessions, sessions[0]) // asked twice: one after the other
			for i, got := range askAll(t, sessions, question(t, oidsOf(rows))) {
				if got.err != nil || len(got.vars) != len(rows) {
					t.Fatalf("agent %d: got %d objects, %v; want %d", i, len(got.vars), got.err, len(rows))
				}
				for n, v := range got.vars {
					if v.OID != rows[n].OID || v.Value.Num != rows[n].Value.Num {
						t.Fatalf("agent %d: got %v, want %v", i, v, rows[n])
					}
				}
			}
		})
	}
}

// TestAskAllWithTheSilent: whoever is silent costs the others nothing but time.
func TestAskAllWithTheSilent(t *testing.T) {
	h := newHub(t, 1)
	quiet, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = quiet.Close() }()
	rows := table(entry, 2, 2)
	live := dialOver(t, h, start(t, rows, agent.Behaviour{}).Addr(), v2c(), patient)
	dead := dialOver(t, h, quiet.LocalAddr().String(), v2c(), quick)
	gone := dialOver(t, h, quiet.LocalAddr().String(), v2c(), quick)
	_ = gone.Close()
	own := dial(t, start(t, rows, agent.Behaviour{}).Addr(), v2c(), patient, snmp.Limits{})
	got := askAll(t, []*snmp.Session{dead, live, gone, own}, question(t, oidsOf(rows)))
	for i, want := range []error{snmp.ErrTimeout, nil, snmp.ErrClosed, nil} {
		if !errors.Is(got[i].err, want) {
			t.Errorf("agent %d: got %v, want %v", i, got[i].err, want)
		}
		if want != nil && got[i].vars != nil || want == nil && len(got[i].vars) != len(rows) {
			t.Errorf("agent %d: got %d objects beside %v", i, len(got[i].vars), got[i].err)
		}
	}
}

// TestAskAllFullWindow: callers that hold places in the window and want more do
// not wait for each other.
func TestAskAllFullWindow(t *testing.T) {
	h := newHub(t, 1)
	rows := table(entry, 2, 2)
	q := question(t, oidsOf(rows))
	a := start(t, rows, agent.Behaviour{})
	done := make(chan []answers)
	callers := h.Traffic().Window
	for range callers {
		var sessions []*snmp.Session
		for range 4 {
			sessions = append(sessions, dialOver(t, h, a.Addr(), v2c(), patient))
		}
		go func() { done <- askAll(t, sessions, q) }()
	}
	for range callers {
		for i, got := range <-done {
			if got.err != nil {
				t.Errorf("session %d: %v", i, got.err)
			}
		}
	}
}

// TestAskAllDiscovers: sessions of version 3 that know no engine yet meet it first.
func TestAskAllDiscovers(t *testing.T) {
	u := user("sha256", "aes128")
	d := snmpdtest.Start(t, snmpdtest.Config{Users: []snmpdtest.User{u}})
	h := newHub(t, 1)
	var sessions []*snmp.Session
	for range 3 {
		sessions = append(sessions, dialOver(t, h, d.Addr, u.Credential(), patient))
	}
	for range 2 {
		for i, got := range askAll(t, sessions, question(t, []snmp.OID{"1.3.6.1.2.1.1.2.0"})) {
			if got.err != nil || len(got.vars) != 1 || !got.vars[0].Value.Exists() {
				t.Errorf("session %d: got %v, %v", i, got.vars, got.err)
			}
		}
	}
}

// TestAskAllWaitsWithNothingInHand: who must wait for a session that somebody
// else asks keeps no other session meanwhile. Two callers that each hold what the
// other wants would wait for ever.
func TestAskAllWaitsWithNothingInHand(t *testing.T) {
	h := newHub(t, 1)
	rows := table(entry, 1, 1)
	quiet := start(t, rows, agent.Behaviour{Silent: true})
	taken := dialOver(t, h, quiet.Addr(), v2c(), snmp.Options{Timeout: time.Hour})
	free := dialOver(t, h, start(t, rows, agent.Behaviour{}).Addr(), v2c(), patient)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	first, all := make(chan error, 1), make(chan struct{})
	go func() { _, err := taken.Get(ctx, oidsOf(rows)); first <- err }()
	until(t, func() bool { return quiet.Requests() == 1 })
	var told []error
	q := question(t, oidsOf(rows))
	go func() {
		defer close(all)
		use := func(_ []snmp.Variable, err error) { told = append(told, err) }
		snmp.AskAll(context.Background(), []snmp.Asking{{Session: taken, Question: q, Use: use}, {Session: free, Question: q, Use: use}})
	}()
	until(t, func() bool { return free.Cost().Varbinds == 1 })
	deadline, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	if _, err := free.Get(deadline, oidsOf(rows)); err != nil {
		t.Errorf("got %v, want the turn of a session that was answered", err)
	}
	quiet.Behave(agent.Behaviour{})
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the first question", err)
	}
	if <-all; len(told) != 2 || told[0] != nil || told[1] != nil {
		t.Errorf("got %v, want two answers", told)
	}
}
