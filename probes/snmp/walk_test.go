package snmp_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func TestWalk(t *testing.T) {
	var vars []snmp.Variable
	for i := 1; i <= 500; i++ {
		vars = append(vars, snmp.Variable{OID: snmp.OID("1.3.6.1.4.1.99999.1." + strconv.Itoa(i)), Value: snmp.Value{Type: snmp.Integer, Num: int64(i)}})
	}
	vars = append(vars, snmp.Variable{OID: "1.3.6.1.4.1.99999.2.0", Value: snmp.Value{Type: snmp.Integer, Num: 1}})
	a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap(vars))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	s, err := snmp.Dial(context.Background(), a.Addr(), snmp.Credential{Version: snmp.V2c, Community: "public"}, snmp.Options{MaxRepetitions: 10}, snmp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, c := range []struct {
		name        string
		base, after snmp.OID
		first       int64
		n           int
	}{
		{"whole subtree", "1.3.6.1.4.1.99999.1", "", 1, 500},
		{"from the middle on", "1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.1.432", 433, 68},
		{"an object before the subtree is no start", "1.3.6.1.4.1.99999.1", "1.3.6.1.2.1", 1, 500},
		{"to the end of the MIB", "1.3.6.1.4.1", "1.3.6.1.4.1.99999.1.499", 500, 2},
		{"nothing there", "1.3.6.1.2.1.47", "", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []snmp.Variable
			if err := s.Walk(context.Background(), c.base, c.after, func(vs []snmp.Variable) error { got = append(got, vs...); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(got) != c.n || c.n > 0 && got[0].Value.Num != c.first {
				t.Errorf("got %d variables, want %d from %d on", len(got), c.n, c.first)
			}
		})
	}
	enough := errors.New("enough")
	calls := 0
	err = s.Walk(context.Background(), "1.3.6.1.4.1.99999.1", "", func([]snmp.Variable) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("a visit that fails: got %v after %d calls, want its error after one", err, calls)
	}
}
