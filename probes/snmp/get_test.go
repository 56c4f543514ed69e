package snmp_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func oidsOf(vars []snmp.Variable) []snmp.OID {
	oids := make([]snmp.OID, len(vars))
	for i, v := range vars {
		oids[i] = v.OID
	}
	return oids
}

func TestGetAnswersForEveryObjectInSpiteOf(t *testing.T) {
	shared := newHub(t, 2)
	for _, test := range []struct {
		name      string
		behaviour agent.Behaviour
	}{
		{"nothing", agent.Behaviour{}},
		{"tooBig", agent.Behaviour{MaxSize: 200}},
		{"large requests dropped", agent.Behaviour{DropOver: 20}},
		{"lost packets", agent.Behaviour{DropEvery: 3}},
		{"late and duplicate answers", agent.Behaviour{LateDuplicate: true}},
		{"garbage now and then", agent.Behaviour{GarbageEvery: 3}},
		{"objects left out", agent.Behaviour{Shorten: 2}},
	} {
		for _, credential := range []snmp.Credential{v1(), v2c()} {
			t.Run(test.name+" over v"+credential.Version, func(t *testing.T) {
				t.Parallel()
				want := table(entry, 7, 30)
				a := start(t, want, test.behaviour)
				s := dialBy(t, shared, a.Addr(), credential, patience(test.behaviour))
				want = slices.Clone(want)
				slices.Reverse(want)
				asked := oidsOf(want)
				if test.behaviour.Shorten > 0 { // an agent that leaves two out of two never gives them
					asked, want = asked[:8], want[:8]
				}
				got, err := s.Get(context.Background(), asked)
				if test.behaviour.Shorten > 0 {
					if !errors.Is(err, snmp.ErrIncomplete) || len(got) != len(asked) {
						t.Fatalf("got %d variables, %v; want all but two and ErrIncomplete", len(got), err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				same(t, got, want)
			})
		}
	}
}

func TestGetOfAbsentObjects(t *testing.T) {
	vars := table(entry, 1, 3)
	asked := []snmp.OID{entry + ".1.9", entry + ".1.2", "1.3.6.1.2.1.1.3.0", entry + ".1.3"}
	for _, credential := range []snmp.Credential{v1(), v2c()} {
		a := start(t, vars, agent.Behaviour{})
		s := dial(t, a.Addr(), credential, patient, snmp.Limits{})
		got, err := s.Get(context.Background(), asked)
		if err != nil {
			t.Fatal(err)
		}
		for i, exists := range []bool{false, true, false, true} {
			if got[i].OID != asked[i] || got[i].Value.Exists() != exists || got[i].Value.Type == snmp.Null {
				t.Errorf("v%s: got %+v for %s, want exists=%v", credential.Version, got[i], asked[i], exists)
			}
		}
	}
}

func TestGetReportsWhatIsBroken(t *testing.T) {
	for _, test := range []struct {
		name      string
		behaviour agent.Behaviour
	}{
		{"genErr with index", agent.Behaviour{GenErr: []snmp.OID{entry + ".2.3"}}},
		{"genErr without index", agent.Behaviour{GenErr: []snmp.OID{entry + ".2.3"}, NoIndex: true}},
		{"damaged", agent.Behaviour{GarbageOn: entry + ".2.3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			vars := table(entry, 4, 5)
			a := start(t, vars, test.behaviour)
			s := dial(t, a.Addr(), v2c(), patience(test.behaviour), snmp.Limits{})
			if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); err != nil {
				t.Fatal(err)
			}
			got, err := s.Get(context.Background(), oidsOf(vars))
			var incomplete *snmp.Incomplete
			if !errors.As(err, &incomplete) || len(incomplete.Lost) != 1 || incomplete.Lost[0] != entry+".2.3" {
				t.Fatalf("got %v, want an *Incomplete about .2.3 alone", err)
			}
			for i, v := range got {
				if want := v.OID != entry+".2.3"; v.Value.Exists() != want || v.OID != vars[i].OID {
					t.Errorf("got %+v, want exists=%v", v, want)
				}
			}
		})
	}
}

func TestGetRemembersTooBig(t *testing.T) {
	vars := table(entry, 2, 30)
	a := start(t, vars, agent.Behaviour{MaxSize: 700})
	s := dial(t, a.Addr(), v2c(), patient, snmp.Limits{})
	for range 2 {
		if _, err := s.Get(context.Background(), oidsOf(vars)); err != nil {
			t.Fatal(err)
		}
	}
	before := s.Cost().PDUs
	if _, err := s.Get(context.Background(), oidsOf(vars)); err != nil {
		t.Fatal(err)
	}
	if again := s.Cost().PDUs - before; again > 4 {
		t.Errorf("got %d messages for 60 objects once tooBig was learned, want at most 4 (limits %+v)", again, s.Limits())
	}
}

func TestAStatusReadIsOneMessage(t *testing.T) {
	var vars []snmp.Variable // shaped like the live objects of an iDRAC
	for _, v := range table("1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1", 5, 10) {
		vars = append(vars, snmp.Variable{OID: v.OID, Value: number(3)})
	}
	a := start(t, vars, agent.Behaviour{})
	s := dial(t, a.Addr(), v2c(), patient, snmp.Limits{})
	if _, err := s.Get(context.Background(), oidsOf(vars)); err != nil {
		t.Fatal(err)
	}
	if cost := s.Cost(); cost.PDUs != 1 || cost.Varbinds != 50 || cost.Retries != 0 || cost.Bytes == 0 || cost.Took == 0 {
		t.Errorf("got %+v, want 50 objects in one message", cost)
	}
}

func TestAnswersToOtherQuestionsAreIgnored(t *testing.T) {
	for name, b := range map[string]agent.Behaviour{
		"request-id 0":       {ZeroID: true},
		"another request-id": {WrongID: true},
	} {
		a := start(t, table(entry, 1, 1), b)
		s := dial(t, a.Addr(), v2c(), quick, snmp.Limits{})
		if got, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); !errors.Is(err, snmp.ErrTimeout) {
			t.Errorf("%s: got %v, %v; want ErrTimeout", name, got, err)
		}
	}
}

func TestValuesOfEveryType(t *testing.T) {
	vars := []snmp.Variable{
		{OID: entry + ".1", Value: number(-2147483648)},
		{OID: entry + ".2", Value: text("Físico \x00\x1b[2J")},
		{OID: entry + ".3", Value: snmp.Value{Type: snmp.ObjectID, Octets: []byte("1.3.6.1.4.1.674.10892.5")}},
		{OID: entry + ".4", Value: snmp.Value{Type: snmp.IPAddress, Octets: []byte("192.0.2.7")}},
		{OID: entry + ".5", Value: snmp.Value{Type: snmp.Counter32, Num: 4294967295}},
		{OID: entry + ".6", Value: snmp.Value{Type: snmp.Gauge32, Num: 3000000000}},
		{OID: entry + ".7", Value: snmp.Value{Type: snmp.TimeTicks, Num: 4294967295}},
		{OID: entry + ".8", Value: snmp.Value{Type: snmp.Counter64, Unsigned: 18446744073709551615}},
		{OID: entry + ".9", Value: snmp.Value{Type: snmp.Opaque, Float: 1.5}},
		{OID: entry + ".10", Value: text("")},
		{OID: entry + ".11", Value: snmp.Value{Type: snmp.OctetString, Octets: []byte{0xff, 0, 0x80}}},
	}
	a := start(t, vars, agent.Behaviour{})
	s := dial(t, a.Addr(), v2c(), patient, snmp.Limits{})
	got, err := s.Get(context.Background(), oidsOf(vars))
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, vars)
	got, err = s.Columns(context.Background(), []snmp.OID{entry})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, vars)
}

func TestACancelledReadReturnsAtOnce(t *testing.T) {
	a := start(t, table(entry, 1, 1), agent.Behaviour{Silent: true})
	s := dial(t, a.Addr(), v2c(), snmp.Options{Timeout: time.Minute}, snmp.Limits{})
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error, 2)
	ask := func(ctx context.Context) { _, err := s.Get(ctx, []snmp.OID{entry + ".1.1"}); failed <- err }
	go ask(ctx)
	waiting, stop := context.WithCancel(context.Background())
	go ask(waiting) // one of the two waits for its turn
	until(t, func() bool { return a.Requests() == 1 })
	began := time.Now()
	cancel()
	stop()
	for range 2 {
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("cancelling took %v", took)
	}
	// The session is still good.
	a.Behave(agent.Behaviour{})
	if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); err != nil {
		t.Errorf("got %v after a cancelled read, want an answer", err)
	}
}

func TestADeadlineEndsTheRead(t *testing.T) {
	a := start(t, table(entry, 1, 1), agent.Behaviour{Silent: true})
	s := dial(t, a.Addr(), v2c(), snmp.Options{Timeout: time.Minute}, snmp.Limits{})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := s.Get(ctx, []snmp.OID{entry + ".1.1"})
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, snmp.ErrTimeout) {
		t.Errorf("got %v, want ErrTimeout and DeadlineExceeded", err)
	}
}

func TestClosingEndsTheRead(t *testing.T) {
	a := start(t, table(entry, 1, 1), agent.Behaviour{Silent: true})
	s := dial(t, a.Addr(), v2c(), snmp.Options{Timeout: time.Minute}, snmp.Limits{})
	failed := make(chan error, 1)
	go func() { _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); failed <- err }()
	until(t, func() bool { return a.Requests() == 1 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-failed; !errors.Is(err, snmp.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// until waits for a condition that another goroutine brings about.
func until(t testing.TB, met func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !met() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited ten seconds in vain")
		}
	}
}
