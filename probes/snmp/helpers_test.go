package snmp_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func TestMain(m *testing.M) {
	// These tests wait more than they work.
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

const community = "Xyzzy-Secret-42"

// Tests of silence wait for as long as quick says; all others are patient,
// because on a busy machine a late answer must not look like none.
var (
	quick   = snmp.Options{Timeout: time.Second, Retries: 1}
	patient = snmp.Options{Timeout: 20 * time.Second, Retries: 1}
)

// patience is how long to wait for an agent that behaves so.
func patience(b agent.Behaviour) snmp.Options {
	if b.DropBulk || b.DropOver > 0 || b.DropEvery > 0 || b.Mute > 0 || b.ZeroID || b.WrongID {
		return quick
	}
	return patient
}

func number(n int64) snmp.Value { return snmp.Value{Type: snmp.Integer, Num: n} }

func text(s string) snmp.Value { return snmp.Value{Type: snmp.OctetString, Octets: []byte(s)} }

// table is columns 1…columns of entry, with rows 1…rows; each cell says where it is.
func table(entry snmp.OID, columns, rows int) []snmp.Variable {
	var vars []snmp.Variable
	for c := 1; c <= columns; c++ {
		for r := 1; r <= rows; r++ {
			vars = append(vars, snmp.Variable{
				OID:   entry.Append(fmt.Sprintf("%d.%d", c, r)),
				Value: number(int64(100*c + r)),
			})
		}
	}
	return vars
}

const (
	entry = snmp.OID("1.3.6.1.4.1.99999.1.1")
	after = snmp.OID("1.3.6.1.4.1.99999.2.1.0") // something behind the table
)

func columns(n int) []snmp.OID {
	oids := make([]snmp.OID, n)
	for i := range oids {
		oids[i] = entry.Append(fmt.Sprint(i + 1))
	}
	return oids
}

// start runs an agent with a table, something behind it, and a behaviour.
func start(t testing.TB, vars []snmp.Variable, b agent.Behaviour) *agent.Agent {
	t.Helper()
	a, err := agent.Listen("127.0.0.1:0", community, agent.NewMap(vars))
	if err != nil {
		t.Fatal(err)
	}
	a.Behave(b)
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func dial(t testing.TB, address string, c snmp.Credential, o snmp.Options, known snmp.Limits) *snmp.Session {
	t.Helper()
	s, err := snmp.Dial(context.Background(), address, c, o, known)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func v2c() snmp.Credential { return snmp.Credential{Version: snmp.V2c, Community: community} }

func v1() snmp.Credential { return snmp.Credential{Version: snmp.V1, Community: community} }

// same fails unless got is want.
func same(t *testing.T, got, want []snmp.Variable) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d variables, want %d\ngot %v", len(got), len(want), got)
	}
	for i := range got {
		if got[i].OID != want[i].OID || got[i].Value.Type != want[i].Value.Type || got[i].Value.Text() != want[i].Value.Text() {
			t.Fatalf("variable %d: got %s = %q, want %s = %q", i,
				got[i].OID, got[i].Value.Text(), want[i].OID, want[i].Value.Text())
		}
	}
}
