package discover_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ironage/internal/sim/agent"
	"ironage/internal/snmpdtest"
	"ironage/probes/discover"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "geheim"

// site is agents on addresses of 127.77.0.0/24 that share a port.
type site struct {
	t      *testing.T
	port   uint16
	agents map[string]*agent.Agent
}

func newSite(t *testing.T) *site { return &site{t: t, agents: map[string]*agent.Agent{}} }

// tree is a machine of the recording with its own name and serial number.
func tree(t *testing.T, name, serial string) agent.Tree {
	t.Helper()
	f, err := os.Open("../profile/testdata/idrac-faults.snmprec")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	rec, err := profile.ReadRecording(f)
	if err != nil {
		t.Fatal(err)
	}
	vars := rec.Variables()
	for o, text := range map[snmp.OID]string{"1.3.6.1.2.1.1.5.0": name, "1.3.6.1.4.1.674.10892.5.1.3.2.0": serial} {
		v := snmp.Variable{OID: o, Value: snmp.Value{Type: snmp.OctetString, Octets: []byte(text)}}
		if i := slices.IndexFunc(vars, func(v snmp.Variable) bool { return v.OID == o }); i >= 0 {
			vars[i] = v
		} else {
			vars = append(vars, v)
		}
	}
	return agent.NewMap(vars)
}

// add starts the agent 127.77.0.n.
func (s *site) add(n int, name, serial string, b agent.Behaviour) *agent.Agent {
	s.t.Helper()
	at := fmt.Sprintf("127.77.0.%d", n)
	a, err := agent.Listen(fmt.Sprintf("%s:%d", at, s.port), secret, tree(s.t, name, serial))
	if err != nil {
		s.t.Skipf("this system has no %s: %v", at, err)
	}
	s.t.Cleanup(func() { _ = a.Close() })
	a.Behave(b)
	s.agents[at] = a
	if _, port, err := snmp.SplitAddress(a.Addr()); err == nil {
		s.port = port
	}
	return a
}

// elsewhere makes 127.77.0.n answer what the agent behind answers, from another port.
func (s *site) elsewhere(n int, behind *agent.Agent) {
	s.t.Helper()
	in, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 77, 0, byte(n)), Port: int(s.port)})
	if err != nil {
		s.t.Fatal(err)
	}
	back, err := net.Dial("udp4", behind.Addr())
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 77, 0, byte(n))})
	if err != nil {
		s.t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		buf := make([]byte, 2048)
		for {
			k, from, err := in.ReadFromUDP(buf)
			if err != nil {
				return
			}
			if _, err = back.Write(buf[:k]); err != nil {
				return
			}
			if k, err = back.Read(buf); err != nil {
				return
			}
			_, _ = out.WriteToUDP(buf[:k], from) // a lost answer is what UDP is
		}
	})
	s.t.Cleanup(func() {
		for _, c := range []net.Conn{in, back, out} {
			_ = c.Close() // nothing is lost with a socket
		}
		wg.Wait()
	})
}

func (s *site) options(targets ...string) discover.Options {
	s.t.Helper()
	var list []discover.Span
	for _, text := range targets {
		sp, err := discover.ParseTarget(text, false)
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, sp)
	}
	excluded, err := discover.ParseExclusion("127.77.0.66")
	if err != nil {
		s.t.Fatal(err)
	}
	p, err := discover.NewPlan(list, []discover.Span{excluded})
	if err != nil {
		s.t.Fatal(err)
	}
	return discover.Options{Plan: p, Port: s.port, Credentials: []snmp.Credential{{Name: "lab", Version: snmp.V2c, Community: secret}},
		Rate: 2000, Timeout: 400 * time.Millisecond, Retries: 1}
}

func TestAFleetWithTroublemakers(t *testing.T) {
	s := newSite(t)
	first := s.add(1, "bmc-01", "SN0001", agent.Behaviour{})
	s.add(2, "bmc-02", "SN0002", agent.Behaviour{})
	silent := s.add(3, "bmc-03", "SN0003", agent.Behaviour{Silent: true})
	s.add(4, "bmc-02", "SN0002", agent.Behaviour{}) // the same device again
	s.add(5, "bmc-05", "SN0005", agent.Behaviour{Garbage: true})
	s.add(6, "bmc-06", "SN0006", agent.Behaviour{WrongID: true})
	s.add(7, "bmc-07", "SN0007", agent.Behaviour{LateDuplicate: true})
	excluded := s.add(66, "never", "SN0066", agent.Behaviour{})
	s.elsewhere(8, first)

	o := s.options("127.77.0.0/25", "127.77.0.60-70")
	var last discover.Progress
	o.Progress = func(p discover.Progress) { last = p }
	got, err := discover.Run(t.Context(), o)
	if err != nil || !got.Complete {
		t.Fatalf("got %+v, %v", got, err)
	}
	if last.Done != o.Plan.Count() || last.Found != 4 || last.Total != 125 {
		t.Errorf("the last progress was %+v", last)
	}
	if silent.Requests() != 2 || excluded.Requests() != 0 {
		t.Errorf("the silent one was asked %d times, the excluded %d; want 2 and 0", silent.Requests(), excluded.Requests())
	}
	if c := got.Counts; c.Elsewhere < 1 || c.Garbled != 2 || c.Strays < 2 {
		t.Errorf("got %+v, want what is no evidence counted", c)
	}
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	i := discover.Identifier{Library: lib, Credentials: o.Credentials, Now: time.Now}
	i.Identify(t.Context(), got.Agents)
	findings, entries := discover.Propose(got.Agents, nil)
	var said []string
	for _, f := range findings {
		said = append(said, fmt.Sprintf("%s %s %s %s", f.Address.Addr(), f.Status, f.Server, f.Device.Serial))
	}
	want := []string{"127.77.0.1 new bmc-01 SN0001", "127.77.0.2 new bmc-02 SN0002", "127.77.0.4 same device bmc-02 SN0002", "127.77.0.7 new bmc-07 SN0007"}
	if !slices.Equal(said, want) {
		t.Errorf("got %q\nwant %q", said, want)
	}
	at := fmt.Sprintf("127.77.0.%%d:%d", s.port)
	if e := entries[1]; len(entries) != 3 || e.BMC != fmt.Sprintf(at, 2) || e.BMCCredential != "lab" || e.Manufacturer != "Dell" || e.Model == "" ||
		e.Notes != "also answers at "+fmt.Sprintf(at, 4) {
		t.Errorf("got %+v", entries)
	}
}

// TestCalledOffAndGoneOn stops a search in the middle and asks nobody twice.
func TestCalledOffAndGoneOn(t *testing.T) {
	s := newSite(t)
	var all []*agent.Agent
	for n := 1; n <= 40; n++ {
		all = append(all, s.add(n, fmt.Sprintf("bmc-%02d", n), fmt.Sprintf("SN%04d", n), agent.Behaviour{Silent: n%2 == 0}))
	}
	path := filepath.Join(t.TempDir(), "state.json")
	o := s.options("127.77.0.1-40")
	o.Retries, o.Rate, o.Timeout = 0, 50, time.Second
	o.Save = func(st *discover.State) error { return st.Write(path) }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Progress = func(p discover.Progress) {
		if p.Packets > 5 {
			cancel()
		}
	}
	got, err := discover.Run(ctx, o)
	if err != nil || got.Complete || got.Done == 0 || got.Done == 40 {
		t.Fatalf("got %+v, %v; want a search that stopped in the middle", got, err)
	}
	o.Resume, err = discover.ReadState(path)
	if err != nil {
		t.Fatal(err)
	}
	o.Progress, o.Rate = nil, 2000
	if got, err = discover.Run(t.Context(), o); err != nil || !got.Complete || len(got.Agents) != 20 {
		t.Fatalf("got %d agents, complete %v, %v; want 20", len(got.Agents), got.Complete, err)
	}
	for n, a := range all {
		if a.Requests() != 1 {
			t.Errorf("127.77.0.%d was asked %d times, want once", n+1, a.Requests())
		}
	}
}

func TestAnIdentificationCalledOffIsDoneLater(t *testing.T) {
	s := newSite(t)
	s.add(1, "bmc-01", "SN0001", agent.Behaviour{})
	o := s.options("127.77.0.1")
	got, err := discover.Run(t.Context(), o)
	if err != nil || len(got.Agents) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	i := discover.Identifier{Library: lib, Credentials: o.Credentials, Now: time.Now}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	i.Identify(ctx, got.Agents)
	if got.Agents[0].Identified {
		t.Fatal("it was identified although it was called off")
	}
	discover.Guess(t.Context(), lib, &got.Agents[0])
	if a := got.Agents[0]; a.Role.String() != "bmc" || a.Device.Serial != "" || a.Identified {
		t.Errorf("guessed %+v, want its role and nothing that was not said", a)
	}
	i.Identify(t.Context(), got.Agents)
	if a := got.Agents[0]; !a.Identified || a.Device.Serial != "SN0001" {
		t.Errorf("got %+v", a)
	}
}

// TestVersion3AgainstARealAgent: discovery, then the user, then who is refused.
func TestVersion3AgainstARealAgent(t *testing.T) {
	users := []snmpdtest.User{{Name: "secure", Auth: "sha256", AuthSecret: "authauth1", Priv: "aes128", PrivSecret: "privpriv1"}}
	d := snmpdtest.Start(t, snmpdtest.Config{Users: users})
	_, port, err := snmp.SplitAddress(d.Addr)
	if err != nil {
		t.Fatal(err)
	}
	right := users[0].Credential()
	stranger, wrong := right, right
	stranger.Name, stranger.User = "stranger", "nobody"
	wrong.Name, wrong.AuthSecret = "wrong", "somethingelse"
	target, err := discover.ParseTarget("127.0.0.1", false)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := discover.NewPlan([]discover.Span{target}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := discover.Options{Plan: plan, Port: port, Rate: 200, Timeout: 2 * time.Second, Credentials: []snmp.Credential{stranger, wrong, right}}
	got, err := discover.Run(t.Context(), o)
	if err != nil || len(got.Agents) != 1 || got.Agents[0].Credential != "secure" || got.Agents[0].Engine == "" || got.Agents[0].Descr == "" {
		t.Fatalf("got %+v, %v", got, err)
	}
	o.Credentials = []snmp.Credential{stranger, wrong}
	got, err = discover.Run(t.Context(), o)
	if err != nil || len(got.Agents) != 1 || got.Agents[0].Refused == "" || got.Agents[0].Engine != "" {
		t.Errorf("got %+v, %v; want an agent that refuses", got, err)
	}
}
