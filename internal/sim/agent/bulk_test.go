package agent

import (
	"bytes"
	"cmp"
	"context"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"pgregory.net/rapid"

	"ironage/probes/snmp"
)

// crowdVars is a small table, with sub-identifiers that take one byte and more.
func crowdVars(rows int) []snmp.Variable {
	vars := []snmp.Variable{{OID: "1.3.6.1.2.1.1.5.0", Value: snmp.Value{Type: snmp.OctetString, Octets: []byte("idrac-00001")}}}
	for column := range 3 {
		for row := range rows {
			oid := snmp.OID("1.3.6.1.4.1.674.10892.5." + strconv.Itoa(column+1) + "." + strconv.Itoa(row*97+1))
			vars = append(vars, snmp.Variable{OID: oid, Value: snmp.Value{Type: snmp.Gauge32, Num: int64(column*1000 + row)}})
		}
	}
	return vars
}

func crowd(t *testing.T, change func(*Crowd)) *Bulk {
	t.Helper()
	c := Crowd{First: netip.MustParseAddr("127.77.3.1"), Count: 10, Community: "many", Variables: crowdVars(200), Sockets: 2,
		Personal: map[snmp.OID]bool{"1.3.6.1.2.1.1.5.0": true}}
	if change != nil {
		change(&c)
	}
	b, err := ListenBulk(c)
	if runtime.GOOS != "linux" {
		if err == nil || !strings.Contains(err.Error(), "Linux") {
			t.Fatalf("got %v, want that it needs Linux", err)
		}
		t.Skip("many agents in one process need Linux")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func ask(t *testing.T, b *Bulk, address string, timeout time.Duration) *snmp.Session {
	t.Helper()
	s, err := snmp.Dial(context.Background(), netip.AddrPortFrom(netip.MustParseAddr(address), uint16(b.Port())).String(),
		snmp.Credential{Version: snmp.V2c, Community: "many"}, snmp.Options{Timeout: timeout, Retries: -1}, snmp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Every agent answers for itself, by the product's own sessions.
func TestBulkAnswersAsWhoWasAsked(t *testing.T) {
	b := crowd(t, nil)
	names := map[string]bool{}
	for _, address := range []string{"127.77.3.1", "127.77.3.10"} {
		s := ask(t, b, address, 10*time.Second)
		got, err := s.Get(context.Background(), []snmp.OID{"1.3.6.1.2.1.1.5.0", "1.3.6.1.4.1.674.10892.5.3.98", "1.3.6.1.4.1.674.10892.5.3.99"})
		if err != nil {
			t.Fatal(err)
		}
		if got[1].Value.Num != 2001 || got[2].Value.Exists() {
			t.Errorf("%s: got %v, want 2001 and nothing", address, got)
		}
		names[string(got[0].Value.Octets)] = true
		rows := 0
		err = s.Walk(context.Background(), "1.3.6.1.4.1.674.10892.5", "", func(vars []snmp.Variable) error {
			rows += len(vars)
			return nil
		})
		if err != nil || rows != 600 {
			t.Errorf("%s: got %d rows, %v, want 600", address, rows, err)
		}
	}
	if len(names) != 2 {
		t.Errorf("got the names %v, want one of each", names)
	}
	if asked, answered, lost := b.Counts(); asked == 0 || asked != answered || lost != 0 {
		t.Errorf("got %d asked, %d answered, %d lost, want as many answers as questions", asked, answered, lost)
	}
}

func TestBulkLateDeadAndLost(t *testing.T) {
	b := crowd(t, func(c *Crowd) { c.Latency, c.Dead = 30*time.Millisecond, 10 })
	begun := time.Now()
	if _, err := ask(t, b, "127.77.3.1", 10*time.Second).Get(context.Background(), []snmp.OID{"1.3.6.1.2.1.1.5.0"}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 30*time.Millisecond {
		t.Errorf("an answer took %v, want no less than the latency", took)
	}
	for _, address := range []string{"127.77.3.10", "127.77.3.11"} { // dead, and not there at all
		if _, err := ask(t, b, address, 100*time.Millisecond).Get(context.Background(), []snmp.OID{"1.3.6.1.2.1.1.5.0"}); err == nil {
			t.Errorf("%s answered", address)
		}
	}
	lossy := crowd(t, func(c *Crowd) { c.Loss = 100 })
	if _, err := ask(t, lossy, "127.77.3.1", 100*time.Millisecond).Get(context.Background(), []snmp.OID{"1.3.6.1.2.1.1.5.0"}); err == nil {
		t.Error("got an answer, want all of them lost")
	}
	if _, answered, lost := lossy.Counts(); answered != 0 || lost != 1 {
		t.Errorf("got %d answered, %d lost, want none and one", answered, lost)
	}
}

func TestDeadAreAsManyAsSaid(t *testing.T) {
	for percent, want := range map[float64]int{0: 0, 5: 500, .01: 1, 100: 10000} {
		n := 0
		for i := range 10000 {
			if dead(i, percent) {
				n++
			}
		}
		if n != want {
			t.Errorf("%g per cent of 10000: got %d, want %d", percent, n, want)
		}
	}
}

func TestCrowdRefuses(t *testing.T) {
	good := Crowd{First: netip.MustParseAddr("127.10.0.1"), Count: 1}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Crowd){
		"an address of the network": func(c *Crowd) { c.First = netip.MustParseAddr("10.0.0.1") },
		"IPv6":                      func(c *Crowd) { c.First = netip.IPv6Loopback() },
		"no address":                func(c *Crowd) { c.First = netip.Addr{} },
		"nobody":                    func(c *Crowd) { c.Count = 0 },
		"too many":                  func(c *Crowd) { c.Count = mostAgents + 1 },
		"behind the end":            func(c *Crowd) { c.First, c.Count = netip.MustParseAddr("127.255.255.255"), 2 },
		"no port":                   func(c *Crowd) { c.Port = 65536 },
		"a latency of an hour":      func(c *Crowd) { c.Latency = time.Hour },
		"more loss than all":        func(c *Crowd) { c.Loss = 101 },
		"less dead than none":       func(c *Crowd) { c.Dead = -1 },
		"many sockets":              func(c *Crowd) { c.Sockets = 1000 },
		"a long community":          func(c *Crowd) { c.Community = strings.Repeat("x", 128) },
	} {
		c := good
		change(&c)
		if b, err := ListenBulk(c); err == nil {
			_ = b.Close()
			t.Errorf("%s: got no error", name)
		}
	}
}

// The encoded order is that of the object identifiers.
func TestEncodedOrder(t *testing.T) {
	encode := func(t *rapid.T, oid snmp.OID) []byte {
		bind, err := encodeBind(snmp.Variable{OID: oid, Value: snmp.Value{Type: snmp.Integer}})
		if err != nil {
			t.Fatal(err)
		}
		name, _, err := nameOf(bind)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	oids := rapid.Custom(func(t *rapid.T) snmp.OID {
		oid := "1.3"
		for _, n := range rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(0, 3), rapid.SampledFrom([]uint32{127, 128, 16383, 16384, 1<<32 - 1})), 1, 5).Draw(t, "subs") {
			oid += "." + strconv.FormatUint(uint64(n), 10)
		}
		return snmp.OID(oid)
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := oids.Draw(t, "a"), oids.Draw(t, "b")
		if got, want := compareNames(encode(t, a), encode(t, b)), cmp.Compare(a.Compare(b), 0); got != want {
			t.Errorf("%s and %s: got %d, want %d", a, b, got, want)
		}
	})
}

// gosnmp reads what the crowd writes, whatever fits or does not.
func TestAnswersReadBack(t *testing.T) {
	table, err := newTable(crowdVars(200), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWriter(table, "many")
	names := func(n int, oid string) (out []gosnmp.SnmpPDU) {
		for range n {
			out = append(out, gosnmp.SnmpPDU{Name: oid, Type: gosnmp.Null})
		}
		return out
	}
	for _, c := range []struct {
		name   string
		packet gosnmp.SnmpPacket
		status gosnmp.SNMPError
		vars   int // -1: silence
		kind   gosnmp.Asn1BER
	}{
		{"get", gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, Variables: names(2, "1.3.6.1.4.1.674.10892.5.1.1")}, gosnmp.NoError, 2, gosnmp.Gauge32},
		{"get of nothing", gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, Variables: names(1, "1.3.6.1.4.1.674.10892.5.1")}, gosnmp.NoError, 1, gosnmp.NoSuchInstance},
		{"get of too much", gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, Variables: names(100, "1.3.6.1.4.1.674.10892.5.1.1")}, gosnmp.TooBig, 0, 0},
		{"next", gosnmp.SnmpPacket{PDUType: gosnmp.GetNextRequest, Variables: names(1, "1.3.6.1.4.1.674.10892.5.1.1")}, gosnmp.NoError, 1, gosnmp.Gauge32},
		{"next of the last", gosnmp.SnmpPacket{PDUType: gosnmp.GetNextRequest, Variables: names(1, "1.3.7")}, gosnmp.NoError, 1, gosnmp.EndOfMibView},
		{"bulk", gosnmp.SnmpPacket{PDUType: gosnmp.GetBulkRequest, MaxRepetitions: 5, Variables: names(3, "1.3.6.1.4.1.674.10892.5.2")}, gosnmp.NoError, 15, gosnmp.Gauge32},
		{"bulk behind the end", gosnmp.SnmpPacket{PDUType: gosnmp.GetBulkRequest, MaxRepetitions: 5, Variables: names(2, "1.3.7")}, gosnmp.NoError, 2, gosnmp.EndOfMibView},
		{"set", gosnmp.SnmpPacket{PDUType: gosnmp.SetRequest, Variables: []gosnmp.SnmpPDU{{Name: "1.3.6.1.2.1.1.5.0", Type: gosnmp.Integer, Value: 1}}}, gosnmp.NotWritable, 1, gosnmp.Integer},
		{"a stranger", gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, Community: "few", Variables: names(1, "1.3.7")}, 0, -1, 0},
		{"more than anybody asks", gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, Variables: names(200, "1.3.7")}, 0, -1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.packet.Version, c.packet.RequestID = gosnmp.Version2c, 4711
			if c.packet.Community == "" {
				c.packet.Community = "many"
			}
			message, err := c.packet.MarshalMsg()
			if err != nil {
				t.Fatal(err)
			}
			raw := w.answer(message, 7)
			if (raw == nil) != (c.vars < 0) {
				t.Fatalf("got %d bytes", len(raw))
			}
			if raw == nil {
				return
			}
			if len(raw) > DefaultMaxSize {
				t.Errorf("got %d bytes, want at most %d", len(raw), DefaultMaxSize)
			}
			got, err := (&gosnmp.GoSNMP{}).SnmpDecodePacket(bytes.Clone(raw))
			if err != nil {
				t.Fatal(err)
			}
			if got.RequestID != 4711 || got.Error != c.status || len(got.Variables) != c.vars {
				t.Fatalf("got id %d, status %v, %d variables, want %v and %d", got.RequestID, got.Error, len(got.Variables), c.status, c.vars)
			}
			if c.vars > 0 && got.Variables[c.vars-1].Type != c.kind {
				t.Errorf("got %v, want %v", got.Variables[c.vars-1].Type, c.kind)
			}
		})
	}
}

// FuzzCrowd: whatever is sent costs an answer, no more.
func FuzzCrowd(f *testing.F) {
	table, err := newTable(crowdVars(3), nil)
	if err != nil {
		f.Fatal(err)
	}
	w := newWriter(table, "many")
	for _, kind := range []gosnmp.PDUType{gosnmp.GetRequest, gosnmp.GetNextRequest, gosnmp.GetBulkRequest, gosnmp.SetRequest} {
		message, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "many", PDUType: kind, MaxRepetitions: 9,
			Variables: []gosnmp.SnmpPDU{{Name: "1.3.6.1.4.1.674", Type: gosnmp.Null}}}).MarshalMsg()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(message)
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		if out := w.answer(message, 1); len(out) > max(DefaultMaxSize, len(message)+envelope+len("many")) {
			t.Errorf("got %d bytes for %d", len(out), len(message))
		}
	})
}

// A GetBulk fills the answer as far as a well-behaved agent does: no more bytes
// than it may have, and not one variable fewer.
func TestBulkFillsTheAnswer(t *testing.T) {
	table, err := newTable(crowdVars(200), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWriter(table, "many")
	for _, id := range []uint32{1, 1 << 30} {
		message, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "many", PDUType: gosnmp.GetBulkRequest, MaxRepetitions: 100, RequestID: id,
			Variables: []gosnmp.SnmpPDU{{Name: "1.3.6.1.4.1.674.10892.5.2", Type: gosnmp.Null}}}).MarshalMsg()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(w.answer(message, 1)); n > DefaultMaxSize || n < DefaultMaxSize-len(table.rows[len(table.rows)-1].bind) {
			t.Errorf("id %d: got %d bytes, want at most %d and no room for another variable", id, n, DefaultMaxSize)
		}
	}
}

func BenchmarkBulkAnswer(b *testing.B) {
	table, err := newTable(crowdVars(200), nil)
	if err != nil {
		b.Fatal(err)
	}
	w := newWriter(table, "many")
	message, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "many", PDUType: gosnmp.GetBulkRequest, MaxRepetitions: 50,
		Variables: []gosnmp.SnmpPDU{{Name: "1.3.6.1.4.1.674.10892.5.2", Type: gosnmp.Null}}}).MarshalMsg()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.answer(message, 7)
	}
}
