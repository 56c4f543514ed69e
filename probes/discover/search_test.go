package discover

import (
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func community(name, text string) snmp.Credential {
	return snmp.Credential{Name: name, Version: snmp.V2c, Community: snmp.Secret(text)}
}

// network is agents in memory, with time that passes only when nothing else
// happens.
type network struct {
	t      *testing.T
	agents map[string]string // address → community
	now    time.Time
	sent   []time.Time
	asked  map[string]int
	open   map[string]bool // asked, and neither answered nor timed out
	worst  int             // most questions at once to one address
}

func newNetwork(t *testing.T, agents map[string]string) *network {
	return &network{t: t, agents: agents, now: began, asked: map[string]int{}, open: map[string]bool{}}
}

// reply is what an agent of that community answers to a request; nil when it
// is another community's.
func reply(t *testing.T, raw []byte, own string, change func(*gosnmp.SnmpPacket)) []byte {
	t.Helper()
	var codec gosnmp.GoSNMP
	m, err := codec.SnmpDecodePacket(raw)
	if err != nil {
		t.Fatalf("the request does not decode: %v", err)
	}
	if m.Version == gosnmp.Version3 || m.Community != own {
		return nil
	}
	out := &gosnmp.SnmpPacket{Version: m.Version, Community: m.Community, PDUType: gosnmp.GetResponse, RequestID: m.RequestID}
	for _, v := range m.Variables {
		out.Variables = append(out.Variables, gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.OctetString, Value: []byte("a\x1b[2Jb")})
	}
	if change != nil {
		change(out)
	}
	b, err := out.MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run lets a search work until it is over or until enough packets went.
func (n *network) run(s *search, packets int) {
	n.t.Helper()
	for range 1_000_000 {
		if s.over() {
			return
		}
		out, send, wait, err := s.step(n.now)
		switch {
		case err != nil:
			n.t.Fatal(err)
		case send:
			n.carry(s, out)
			if packets--; packets == 0 {
				s.stop()
			}
		default:
			n.now = n.now.Add(max(wait, time.Microsecond))
		}
	}
	n.t.Fatal("the search does not end")
}

func (n *network) carry(s *search, out packet) {
	n.sent = append(n.sent, n.now)
	at := out.to.Addr().String()
	n.asked[at]++
	if answer := reply(n.t, out.raw, n.agents[at], nil); answer != nil && n.agents[at] != "" {
		s.hear(out.to, answer)
	}
	outstanding := map[netip.Addr]int{}
	for _, d := range s.deadlines {
		if d.ask.sent == d.sent {
			outstanding[d.ask.at.Addr()]++
			n.worst = max(n.worst, outstanding[d.ask.at.Addr()])
		}
	}
}

func options(t *testing.T, targets string, keys ...snmp.Credential) *Options {
	t.Helper()
	p, err := NewPlan(spans(t, targets), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) == 0 {
		keys = []snmp.Credential{community("lab", "geheim")}
	}
	return &Options{Plan: p, Port: 161, Credentials: keys, Rate: 200, Timeout: 2 * time.Second, Retries: 1}
}

func start(t *testing.T, o *Options) *search {
	t.Helper()
	s, err := newSearch(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func addresses(agents []Agent) []string {
	var out []string
	for _, a := range agents {
		out = append(out, a.Address.Addr().String())
	}
	slices.Sort(out)
	return out
}

func TestSearchFindsWhoAnswersAndKeepsTheRate(t *testing.T) {
	n := newNetwork(t, map[string]string{"10.0.0.7": "geheim", "10.0.0.200": "geheim", "10.0.1.1": "other", "10.0.3.254": "geheim"})
	s := start(t, options(t, "10.0.0.0/22"))
	n.run(s, -1)
	if got := addresses(s.agents); !slices.Equal(got, []string{"10.0.0.200", "10.0.0.7", "10.0.3.254"}) {
		t.Errorf("found %v", got)
	}
	if len(n.asked) != 1022 || len(n.sent) != 3+2*1019 || s.counts.Packets != len(n.sent) {
		t.Errorf("asked %d addresses with %d packets (%d counted), want 1022 with %d", len(n.asked), len(n.sent), s.counts.Packets, 3+2*1019)
	}
	if n.worst != 1 {
		t.Errorf("%d questions at once to one address, want 1", n.worst)
	}
	for i := range n.sent { // any second holds the rate and what a late timer is made up for
		last := i
		for last < len(n.sent) && n.sent[last].Sub(n.sent[i]) < time.Second {
			last++
		}
		if last-i > 200+5 {
			t.Fatalf("%d packets in the second after packet %d, want at most 205", last-i, i)
		}
	}
	if took := n.now.Sub(began); took > 15*time.Second {
		t.Errorf("it took %s, want about 11 s: the time-outs must not hold the rate back", took)
	}
	if a := s.agents[0]; a.Descr != "a [2Jb" || a.Credential != "lab" {
		t.Errorf("got %+v, want no control characters", a)
	}
}

func TestSlowRatesAreKeptToo(t *testing.T) {
	o := options(t, "10.0.0.1-10")
	o.Rate, o.Retries = 2, 0
	n := newNetwork(t, nil)
	n.run(start(t, o), -1)
	for i := 1; i < len(n.sent); i++ {
		if gap := n.sent[i].Sub(n.sent[i-1]); gap < 500*time.Millisecond {
			t.Errorf("packet %d came %s behind the one before, want half a second", i, gap)
		}
	}
}

func TestAnInterruptedSearchAsksNobodyTwice(t *testing.T) {
	agents := map[string]string{"10.0.0.7": "geheim", "10.0.0.100": "geheim", "10.0.0.250": "geheim"}
	for _, stopAfter := range []int{1, 7, 99, 100, 101, 254, 255, 400, 505} {
		n := newNetwork(t, agents)
		o := options(t, "10.0.0.0/24")
		s := start(t, o)
		n.run(s, stopAfter)
		st := s.state(n.now)
		text, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "geheim") {
			t.Fatal("the state holds the community")
		}
		if st, err = DecodeState(text); err != nil {
			t.Fatal(err)
		}
		again := *o
		again.Resume = st
		s = start(t, &again)
		n.run(s, -1)
		if got := addresses(s.agents); len(got) != 3 {
			t.Errorf("stopped after %d: found %v", stopAfter, got)
		}
		if !s.state(n.now).Complete || s.done.count != 254 || s.counts.Packets != len(n.sent) {
			t.Errorf("stopped after %d: %d of 254 done, %d packets counted of %d", stopAfter, s.done.count, s.counts.Packets, len(n.sent))
		}
		for i := range o.Plan.Count() {
			at := o.Plan.At(i).String()
			want := 2
			if agents[at] != "" {
				want = 1
			}
			if n.asked[at] != want {
				t.Errorf("stopped after %d: %s was asked %d times, want %d", stopAfter, at, n.asked[at], want)
			}
		}
	}
}

func TestCredentialsAreTriedOneAfterAnother(t *testing.T) {
	n := newNetwork(t, map[string]string{"10.0.0.1": "first", "10.0.0.2": "second"})
	o := options(t, "10.0.0.1-3", community("a", "first"),
		snmp.Credential{Name: "v3", Version: snmp.V3, User: "u"}, snmp.Credential{Name: "v3too", Version: snmp.V3, User: "w"}, community("b", "second"))
	o.Retries = 0
	s := start(t, o)
	n.run(s, -1)
	if len(s.agents) != 2 || s.agents[0].Credential != "a" || s.agents[1].Credential != "b" {
		t.Errorf("got %+v", s.agents)
	}
	// Where nobody speaks version 3, the second user of it is not tried.
	if n.asked["10.0.0.1"] != 1 || n.asked["10.0.0.2"] != 3 || n.asked["10.0.0.3"] != 3 || n.worst != 1 {
		t.Errorf("asked %v, %d at once", n.asked, n.worst)
	}
}

func TestWhatIsNoEvidence(t *testing.T) {
	good := func(m *gosnmp.SnmpPacket) {}
	for _, c := range []struct {
		name   string
		from   string
		change func(*gosnmp.SnmpPacket)
		raw    []byte
		want   Counts
		found  int
	}{
		{"an answer", "10.0.0.1:161", good, nil, Counts{}, 1},
		{"an answer over IPv6's view of IPv4", "[::ffff:10.0.0.1]:161", good, nil, Counts{}, 1},
		{"another address of the search", "10.0.0.2:161", good, nil, Counts{Elsewhere: 1}, 0},
		{"an address outside of it", "192.0.2.1:161", good, nil, Counts{Elsewhere: 1}, 0},
		{"another port", "10.0.0.1:162", good, nil, Counts{Elsewhere: 1}, 0},
		{"another request", "10.0.0.1:161", func(m *gosnmp.SnmpPacket) { m.RequestID++ }, nil, Counts{Strays: 1}, 0},
		{"request 0", "10.0.0.1:161", func(m *gosnmp.SnmpPacket) { m.RequestID = 0 }, nil, Counts{Strays: 1}, 0},
		{"another community", "10.0.0.1:161", func(m *gosnmp.SnmpPacket) { m.Community = "public" }, nil, Counts{Strays: 1}, 0},
		{"a request", "10.0.0.1:161", func(m *gosnmp.SnmpPacket) { m.PDUType = gosnmp.GetRequest }, nil, Counts{Strays: 1}, 0},
		{"another version", "10.0.0.1:161", func(m *gosnmp.SnmpPacket) { m.Version = gosnmp.Version1 }, nil, Counts{Garbled: 1}, 0},
		{"garbage", "10.0.0.1:161", nil, []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), Counts{Garbled: 1}, 0},
		{"nothing at all", "10.0.0.1:161", nil, []byte{}, Counts{Garbled: 1}, 0},
	} {
		o := options(t, "10.0.0.1-2")
		s := start(t, o)
		out, send, _, err := s.step(began)
		if err != nil || !send || out.to.String() != "10.0.0.1:161" {
			t.Fatalf("got %v, %v, %v", out, send, err)
		}
		raw := c.raw
		if c.change != nil {
			raw = reply(t, out.raw, "geheim", c.change)
		}
		s.hear(netip.MustParseAddrPort(c.from), raw)
		c.want.Packets = 1
		if s.counts != c.want || len(s.agents) != c.found {
			t.Errorf("%s: got %+v and %d agents, want %+v and %d", c.name, s.counts, len(s.agents), c.want, c.found)
		}
	}
}

func TestALateAnswerToAnEarlierTryCounts(t *testing.T) {
	o := options(t, "10.0.0.1")
	s := start(t, o)
	first, _, _, err := s.step(began)
	if err != nil {
		t.Fatal(err)
	}
	answer := reply(t, first.raw, "geheim", nil)
	second, send, _, err := s.step(began.Add(o.Timeout + time.Millisecond))
	if err != nil || !send || second.to != first.to {
		t.Fatalf("no second try: %v, %v", send, err)
	}
	s.hear(first.to, answer)
	s.hear(first.to, answer)
	if len(s.agents) != 1 || !s.over() || s.counts.Late != 1 {
		t.Errorf("got %d agents, over %v, %+v; want one agent and one late answer", len(s.agents), s.over(), s.counts)
	}
}

func TestAnAgentThatRefusesIsToldOfAndNotProposed(t *testing.T) {
	s := start(t, options(t, "10.0.0.1"))
	out, _, _, err := s.step(began)
	if err != nil {
		t.Fatal(err)
	}
	s.hear(out.to, reply(t, out.raw, "geheim", func(m *gosnmp.SnmpPacket) { m.Error = gosnmp.AuthorizationError }))
	if len(s.agents) != 1 || s.agents[0].Refused == "" || !s.over() {
		t.Fatalf("got %+v", s.agents)
	}
	findings, entries := Propose(s.agents, nil)
	if findings[0].Status != Refuses || len(entries) != 0 {
		t.Errorf("got %+v and %d entries", findings, len(entries))
	}
}

func TestWhereNothingCanBeSentNothingIsWaitedFor(t *testing.T) {
	s := start(t, options(t, "10.0.0.1"))
	out, _, _, err := s.step(began)
	if err != nil {
		t.Fatal(err)
	}
	s.unsent(out.to, errors.New("network is unreachable"))
	if !s.over() || s.counts.Unsent != 1 || s.counts.Why != "network is unreachable" || s.waiting != 0 {
		t.Errorf("over %v, %+v, %d waiting", s.over(), s.counts, s.waiting)
	}
}

func TestOptionsAreBounded(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"rate 0":              func(o *Options) { o.Rate = 0 },
		"rate too high":       func(o *Options) { o.Rate = MaxRate + 1 },
		"no port":             func(o *Options) { o.Port = 0 },
		"no credential":       func(o *Options) { o.Credentials = nil },
		"too many":            func(o *Options) { o.Credentials = slices.Repeat(o.Credentials, MaxCredentials+1) },
		"no time":             func(o *Options) { o.Timeout = 0 },
		"a credential halved": func(o *Options) { o.Credentials[0].Community = "" },
	} {
		o := options(t, "10.0.0.1")
		change(o)
		if _, err := newSearch(o); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v, want an error without secrets", name, err)
		}
	}
}
