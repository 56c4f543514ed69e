package agent_test

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func number(n int64) snmp.Value { return snmp.Value{Type: snmp.Integer, Num: n} }

// tree is the objects 1.3.6.1.1 … 1.3.6.1.n with their number as value.
func tree(n int) []snmp.Variable {
	vars := make([]snmp.Variable, n)
	for i := range vars {
		vars[i] = snmp.Variable{OID: snmp.OID(fmt.Sprintf("1.3.6.1.%d", i+1)), Value: number(int64(i + 1))}
	}
	return vars
}

func listen(t testing.TB, vars []snmp.Variable, b agent.Behaviour) *agent.Agent {
	t.Helper()
	a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap(vars))
	if err != nil {
		t.Fatal(err)
	}
	a.Behave(b)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// client is gosnmp's own, which knows nothing of our sessions.
func client(t testing.TB, a *agent.Agent, version gosnmp.SnmpVersion, community string) *gosnmp.GoSNMP {
	t.Helper()
	host, port, err := snmp.SplitAddress(a.Addr())
	if err != nil {
		t.Fatal(err)
	}
	g := &gosnmp.GoSNMP{Target: host, Port: port, Version: version, Community: community, Timeout: 300 * time.Millisecond}
	if err := g.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func TestVersion2Answers(t *testing.T) {
	g := client(t, listen(t, tree(3), agent.Behaviour{}), gosnmp.Version2c, "public")
	for _, test := range []struct {
		name string
		ask  func() (*gosnmp.SnmpPacket, error)
		want string
	}{
		{"get", func() (*gosnmp.SnmpPacket, error) { return g.Get([]string{"1.3.6.1.2", "1.3.6.1.9"}) }, ".1.3.6.1.2=2 .1.3.6.1.9=NoSuchInstance "},
		{"get next", func() (*gosnmp.SnmpPacket, error) { return g.GetNext([]string{"1.3", "1.3.6.1.2", "1.3.6.1.3"}) },
			".1.3.6.1.1=1 .1.3.6.1.3=3 .1.3.6.1.3=EndOfMibView "},
		{"bulk", func() (*gosnmp.SnmpPacket, error) { return g.GetBulk([]string{"1.3.6.1.1", "1.3", "1.3.6.1.2"}, 1, 2) },
			".1.3.6.1.2=2 .1.3.6.1.1=1 .1.3.6.1.3=3 .1.3.6.1.2=2 .1.3.6.1.3=EndOfMibView "},
	} {
		r, err := test.ask()
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := show(r); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func show(r *gosnmp.SnmpPacket) string {
	if r.Error != gosnmp.NoError {
		return fmt.Sprintf("%s at %d", r.Error, r.ErrorIndex)
	}
	out := ""
	for _, v := range r.Variables {
		if v.Type == gosnmp.Integer {
			out += fmt.Sprintf("%s=%v ", v.Name, v.Value)
		} else {
			out += fmt.Sprintf("%s=%s ", v.Name, v.Type)
		}
	}
	return out
}

func TestVersion1HasNoSuchName(t *testing.T) {
	vars := append(tree(2), snmp.Variable{OID: "1.3.6.1.3", Value: snmp.Value{Type: snmp.Counter64, Unsigned: 1}})
	g := client(t, listen(t, vars, agent.Behaviour{}), gosnmp.Version1, "public")
	for _, test := range []struct {
		name string
		ask  func([]string) (*gosnmp.SnmpPacket, error)
		oids []string
		want string
	}{
		{"get", g.Get, []string{"1.3.6.1.1"}, ".1.3.6.1.1=1 "},
		{"get of an absent object", g.Get, []string{"1.3.6.1.1", "1.3.6.1.9"}, "NoSuchName at 2"},
		{"get of a 64-bit counter", g.Get, []string{"1.3.6.1.3"}, "NoSuchName at 1"},
		{"get next over a 64-bit counter", g.GetNext, []string{"1.3.6.1.2"}, "NoSuchName at 1"},
	} {
		r, err := test.ask(test.oids)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := show(r); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestAWrongCommunityIsMetWithSilence(t *testing.T) {
	a := listen(t, tree(1), agent.Behaviour{})
	if _, err := client(t, a, gosnmp.Version2c, "private").Get([]string{"1.3.6.1.1"}); err == nil {
		t.Error("got an answer, want silence")
	}
	if a.Requests() != 0 {
		t.Errorf("got %d requests counted, want none", a.Requests())
	}
}

func TestRepliesKeepToTheirSize(t *testing.T) {
	for _, size := range []int{100, 484, 1400} {
		b := agent.Behaviour{MaxSize: size}
		if size == agent.DefaultMaxSize {
			b.MaxSize = 0
		}
		g := client(t, listen(t, tree(300), b), gosnmp.Version2c, "public")
		r, err := g.GetBulk([]string{"1.3"}, 0, 250)
		if err != nil {
			t.Fatal(err)
		}
		out, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: 1 << 30, Variables: r.Variables}).MarshalMsg()
		if err != nil || len(out) > size || len(out) < size*3/5 {
			t.Errorf("got a reply of %d bytes, %v; want at most %d and not far below", len(out), err, size)
		}
		many := make([]string, 60)
		for i := range many {
			many[i] = "1.3.6.1.1"
		}
		r, err = g.Get(many)
		if err != nil {
			t.Fatal(err)
		}
		if want := size < 60*13; (r.Error == gosnmp.TooBig) != want {
			t.Errorf("size %d: got %s for a large Get, want tooBig=%v", size, r.Error, want)
		}
	}
}

func TestMisbehaviourOnTheWire(t *testing.T) {
	vars := append(tree(2), snmp.Variable{OID: "1.3.6.1.3", Value: snmp.Value{Type: snmp.OctetString, Octets: []byte("abc")}})
	for _, test := range []struct {
		name string
		b    agent.Behaviour
		want string
	}{
		{"well", agent.Behaviour{}, ".1.3.6.1.1=1 .1.3.6.1.3=OctetString "},
		{"wrong types", agent.Behaviour{WrongType: "1.3.6.1"}, ".1.3.6.1.1=OctetString .1.3.6.1.3=Gauge32 "},
		{"denied", agent.Behaviour{Deny: true}, "AuthorizationError at 0"},
		{"generic error", agent.Behaviour{GenErr: []snmp.OID{"1.3.6.1.3"}}, "GenErr at 2"},
		{"generic error without index", agent.Behaviour{GenErr: []snmp.OID{"1.3.6.1.3"}, NoIndex: true}, "GenErr at 0"},
		{"shortened", agent.Behaviour{Shorten: 1}, ".1.3.6.1.1=1 "},
	} {
		r, err := client(t, listen(t, vars, test.b), gosnmp.Version2c, "public").Get([]string{"1.3.6.1.1", "1.3.6.1.3"})
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := show(r); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestCloseEndsADelay(t *testing.T) {
	a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap(tree(1)))
	if err != nil {
		t.Fatal(err)
	}
	a.Behave(agent.Behaviour{Delay: time.Hour})
	g := client(t, a, gosnmp.Version2c, "public")
	if _, err := g.Get([]string{"1.3.6.1.1"}); err == nil {
		t.Error("got an answer, want none within an hour")
	}
	if err := a.Close(); err != nil { // goleak sees whether the goroutine stays
		t.Error(err)
	}
}

func TestListenSaysWhereItCannot(t *testing.T) {
	a := listen(t, nil, agent.Behaviour{})
	for _, addr := range []string{a.Addr(), "nonsense", "192.0.2.1:0"} {
		if b, err := agent.Listen(addr, "public", agent.NewMap(nil)); err == nil {
			_ = b.Close()
			t.Errorf("%s: got an agent, want an error", addr)
		}
	}
}

func TestGarbageInIsSilenceOut(t *testing.T) {
	a := listen(t, tree(1), agent.Behaviour{})
	conn, err := net.Dial("udp", a.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, junk := range []string{"", "x", "\x30\x84\xff\xff\xff\xff", "GET / HTTP/1.0\r\n\r\n", "\x30\x03\x02\x01\x03"} {
		if _, err := conn.Write([]byte(junk)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client(t, a, gosnmp.Version2c, "public").Get([]string{"1.3.6.1.1"}); err != nil {
		t.Errorf("got %v behind garbage, want an answer", err)
	}
}

// Two hundred agents in one process, all asked at once, as in the demo.
func TestManyAgents(t *testing.T) {
	const agents = 200
	vars := tree(200)
	failed := make(chan error, agents)
	var all sync.WaitGroup
	for range agents {
		a := listen(t, vars, agent.Behaviour{})
		all.Go(func() {
			s, err := snmp.Dial(t.Context(), a.Addr(), snmp.Credential{Version: "2c", Community: "public"}, snmp.Options{}, snmp.Limits{})
			if err != nil {
				failed <- err
				return
			}
			got, err := s.Columns(t.Context(), []snmp.OID{"1.3.6.1"})
			failed <- errors.Join(err, s.Close(), count(len(got), len(vars)))
		})
	}
	all.Wait()
	for range agents {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

func count(got, want int) error {
	if got != want {
		return fmt.Errorf("got %d variables, want %d", got, want)
	}
	return nil
}

// A Map is a sorted map, whatever is done to it.
func TestMapKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, model := agent.NewMap(nil), map[snmp.OID]int64{}
		oid := rapid.Custom(func(t *rapid.T) snmp.OID {
			return snmp.OID(fmt.Sprintf("1.3.%d.%d", rapid.IntRange(0, 12).Draw(t, "a"), rapid.IntRange(0, 12).Draw(t, "b")))
		})
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			o := oid.Draw(t, "oid")
			if rapid.Bool().Draw(t, "delete") {
				m.Delete(o)
				delete(model, o)
				continue
			}
			n := rapid.Int64().Draw(t, "value")
			m.Set(o, number(n))
			model[o] = n
		}
		var keys []snmp.OID
		for v, ok := m.Next("1"); ok; v, ok = m.Next(v.OID) {
			keys = append(keys, v.OID)
			if v.Value.Num != model[v.OID] || m.Get(v.OID).Num != model[v.OID] {
				t.Fatalf("%s: got %d, want %d", v.OID, v.Value.Num, model[v.OID])
			}
		}
		if len(keys) != len(model) || m.Len() != len(model) || !slices.IsSortedFunc(keys, snmp.OID.Compare) {
			t.Fatalf("got %v, want the %d keys in order", keys, len(model))
		}
	})
}

func TestMapReplace(t *testing.T) {
	m := agent.NewMap(tree(3))
	m.Replace([]snmp.Variable{{OID: "1.3.9", Value: number(1)}, {OID: "1.3.8", Value: number(2)}, {OID: "1.3.9", Value: number(3)}})
	first, _ := m.Next("1.3")
	if m.Len() != 2 || first.OID != "1.3.8" || m.Get("1.3.9").Num != 3 || m.Get("1.3.6.1.1").Exists() {
		t.Errorf("got %d objects, the first %v, 1.3.9 = %v; want the two new ones", m.Len(), first, m.Get("1.3.9"))
	}
}

func BenchmarkAgentBulk(b *testing.B) {
	a := listen(b, tree(2000), agent.Behaviour{})
	g := client(b, a, gosnmp.Version2c, "public")
	for b.Loop() {
		if _, err := g.GetBulk([]string{"1.3"}, 0, 40); err != nil {
			b.Fatal(err)
		}
	}
}
