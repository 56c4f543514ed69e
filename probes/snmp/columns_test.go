package snmp_test

import (
	"context"
	"errors"
	"testing"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func TestColumnsReadsTablesWholeInSpiteOf(t *testing.T) {
	shared := newHub(t, 2)
	for _, test := range []struct {
		name      string
		behaviour agent.Behaviour
	}{
		{"nothing", agent.Behaviour{}},
		{"answers cut short", agent.Behaviour{MaxSize: 200}},
		{"answers of one variable", agent.Behaviour{MaxSize: 100}},
		{"few repetitions", agent.Behaviour{MaxRepetitions: 1}},
		{"tooBig for GetBulk", agent.Behaviour{MaxSize: 300, BulkTooBig: true}},
		{"GetBulk answered with genErr", agent.Behaviour{BulkErr: true}},
		{"GetBulk dropped", agent.Behaviour{DropBulk: true}},
		{"large requests dropped", agent.Behaviour{DropOver: 7}},
		{"lost packets", agent.Behaviour{DropEvery: 4}},
		{"late and duplicate answers", agent.Behaviour{LateDuplicate: true}},
		{"garbage now and then", agent.Behaviour{GarbageEvery: 3}},
		{"an object behind the table that gives genErr", agent.Behaviour{GenErr: []snmp.OID{after}}},
		{"the MIB said to end in the middle", agent.Behaviour{Truncate: entry + ".4.7"}},
		{"errors without an index", agent.Behaviour{GenErr: []snmp.OID{after}, NoIndex: true}},
	} {
		for _, credential := range []snmp.Credential{v1(), v2c()} {
			t.Run(test.name+" over v"+credential.Version, func(t *testing.T) {
				t.Parallel()
				want := table(entry, 6, 23)
				a := start(t, append(table(entry, 6, 23), snmp.Variable{OID: after, Value: number(1)}), test.behaviour)
				s := dialBy(t, shared, a.Addr(), credential, patience(test.behaviour))
				got, err := s.Columns(context.Background(), columns(6))
				if err != nil {
					t.Fatalf("got %v, want the table", err)
				}
				same(t, got, want)
			})
		}
	}
}

func TestColumnsSaysWhenATableIsNotWhole(t *testing.T) {
	shared := newHub(t, 2)
	for _, test := range []struct {
		name      string
		behaviour agent.Behaviour
		lost      []snmp.OID // columns
		rows      int        // variables that come in spite of it
	}{
		{"an object gives genErr", agent.Behaviour{GenErr: []snmp.OID{entry + ".2.3"}}, []snmp.OID{entry + ".2"}, 4*5 - 1},
		{"genErr without index", agent.Behaviour{GenErr: []snmp.OID{entry + ".2.3"}, NoIndex: true}, []snmp.OID{entry + ".2"}, 4*5 - 1},
		{"the first and the last give genErr", agent.Behaviour{GenErr: []snmp.OID{entry + ".1.1", entry + ".4.5"}},
			[]snmp.OID{entry + ".1", entry + ".4"}, 4*5 - 2},
		{"a whole column gives genErr", agent.Behaviour{GenErr: []snmp.OID{entry + ".3"}}, []snmp.OID{entry + ".3"}, 3 * 5},
		{"an object repeats itself", agent.Behaviour{Repeat: entry + ".3"}, []snmp.OID{entry + ".3"}, 3*5 + 1},
		{"objects go backwards", agent.Behaviour{Backwards: entry + ".3"}, []snmp.OID{entry + ".3"}, 3*5 + 2},
		{"an object comes damaged", agent.Behaviour{GarbageOn: entry + ".2.3"}, []snmp.OID{entry + ".2"}, 4*5 - 1},
		{"the agent dies in the middle", agent.Behaviour{Mute: 1, MaxRepetitions: 2}, columns(4), 4 * 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := start(t, append(table(entry, 4, 5), snmp.Variable{OID: after, Value: number(1)}), test.behaviour)
			s := dialOver(t, shared, a.Addr(), v2c(), patience(test.behaviour))
			got, err := s.Columns(context.Background(), columns(4))
			var incomplete *snmp.Incomplete
			if !errors.As(err, &incomplete) || !errors.Is(err, snmp.ErrIncomplete) {
				t.Fatalf("got error %v, want an *Incomplete", err)
			}
			if len(incomplete.Lost) != len(test.lost) {
				t.Errorf("got lost %v, want %v", incomplete.Lost, test.lost)
			} else {
				for i := range test.lost {
					if incomplete.Lost[i] != test.lost[i] {
						t.Errorf("got lost %v, want %v", incomplete.Lost, test.lost)
					}
				}
			}
			if len(got) != test.rows {
				t.Errorf("got %d variables in spite of it, want %d", len(got), test.rows)
			}
		})
	}
}

func TestColumnsEndsWithAnEndlessTable(t *testing.T) {
	a := start(t, table(entry, 2, 3), agent.Behaviour{Endless: entry + ".2"})
	s := dialOver(t, newHub(t, 1), a.Addr(), v2c(), snmp.Options{})
	got, err := s.Columns(context.Background(), columns(2))
	if !errors.Is(err, snmp.ErrIncomplete) {
		t.Fatalf("got error %v, want ErrIncomplete", err)
	}
	if want := 3 + 20_000; len(got) != want {
		t.Errorf("got %d variables, want %d", len(got), want)
	}
}

func TestColumnsOfNothing(t *testing.T) {
	for _, credential := range []snmp.Credential{v1(), v2c()} {
		a := start(t, nil, agent.Behaviour{})
		s := dial(t, a.Addr(), credential, patient, snmp.Limits{})
		got, err := s.Columns(context.Background(), columns(3))
		if len(got) != 0 || err != nil {
			t.Errorf("v%s: got %v, %v; want nothing and no error", credential.Version, got, err)
		}
	}
}

func TestLimitsAreLearnedAndKept(t *testing.T) {
	a := start(t, table(entry, 6, 23), agent.Behaviour{DropOver: 7})
	s := dial(t, a.Addr(), v2c(), quick, snmp.Limits{})
	if _, err := s.Columns(context.Background(), columns(6)); err != nil {
		t.Fatal(err)
	}
	learned := s.Limits()
	if learned.MaxVarbinds == 0 || learned.MaxVarbinds > 7 {
		t.Fatalf("got limits %+v, want at most 7 varbinds", learned)
	}
	again := dial(t, a.Addr(), v2c(), quick, learned)
	if _, err := again.Columns(context.Background(), columns(6)); err != nil {
		t.Fatal(err)
	}
	if cost := again.Cost(); cost.Retries != 0 {
		t.Errorf("got %d retries with learned limits, want none", cost.Retries)
	}
}

func TestOneLostPacketIsNoLimit(t *testing.T) {
	a := start(t, table(entry, 6, 23), agent.Behaviour{DropEvery: 5})
	s := dial(t, a.Addr(), v2c(), quick, snmp.Limits{})
	if _, err := s.Columns(context.Background(), columns(6)); err != nil {
		t.Fatal(err)
	}
	if got := s.Limits(); got != (snmp.Limits{}) {
		t.Errorf("got limits %+v after single losses, want none", got)
	}
}

func TestLimitsRecover(t *testing.T) {
	a := start(t, table(entry, 1, 3), agent.Behaviour{})
	s := dial(t, a.Addr(), v2c(), quick, snmp.Limits{MaxVarbinds: 4, MaxRepetitions: 2})
	for range 64 {
		if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Limits()
	if got.MaxVarbinds <= 4 || got.MaxRepetitions <= 2 {
		t.Errorf("got limits %+v after 64 clean reads, want larger ones", got)
	}
}
