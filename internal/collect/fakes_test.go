package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ironage/internal/fleet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeProber answers by rules that a test may change while it runs.
type fakeProber struct {
	mu      sync.Mutex
	took    func(s fleet.Server) time.Duration
	silent  func(s fleet.Server) bool
	parts   func(s fleet.Server) []fleet.Component
	running map[string]int
	most    int // in flight at once
	now     int
	reads   []fakeRead
	clash   string
	noPing  bool
}

type fakeRead struct {
	server string
	rhythm fleet.Rhythm
	at     time.Time
}

func (p *fakeProber) Read(ctx context.Context, s fleet.Server, ep fleet.Endpoint, r fleet.Rhythm) fleet.Observation {
	key := taskKey(s.Name, ep)
	p.mu.Lock()
	if p.running == nil {
		p.running = map[string]int{}
	}
	p.running[key]++
	if p.running[key] > 1 {
		p.clash = s.Name
	}
	p.now++
	p.most = max(p.most, p.now)
	p.reads = append(p.reads, fakeRead{s.Name, r, time.Now()})
	took, silent := time.Second, false
	if p.took != nil {
		took = p.took(s)
	}
	if p.silent != nil {
		silent = p.silent(s)
	}
	cs := []fleet.Component{disk("1", "SN-"+s.Name, fleet.OK)}
	if p.parts != nil {
		cs = slices.Clone(p.parts(s))
	}
	p.mu.Unlock()
	if s.Name == "panics" {
		p.set(func(p *fakeProber) { p.running[key]--; p.now-- })
		panic("decoding went wrong")
	}
	cut := !sleep(ctx, took)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[key]--
	p.now--
	o := fleet.Observation{Server: s.Name, Endpoint: ep, Rhythm: r, Time: time.Now(), Cost: fleet.Cost{Took: took}}
	if silent || cut {
		o.SNMP, o.Ping.Reach = fleet.Silent, fleet.Silent
		return o
	}
	if p.noPing {
		o.SNMP, o.Components, o.Ping = fleet.Answered, cs, fleet.Ping{Reach: fleet.NotPermitted, Note: "setcap cap_net_raw+ep ironage"}
		return o
	}
	o.SNMP, o.Ping, o.Components = fleet.Answered, fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Avg: time.Millisecond}, cs
	return o
}

func (p *fakeProber) set(f func(p *fakeProber)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}

// of are the reads of one server.
func (p *fakeProber) of(server string) []fakeRead {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []fakeRead
	for _, r := range p.reads {
		if r.server == server {
			out = append(out, r)
		}
	}
	return out
}

func (p *fakeProber) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.reads)
}

var errFull = errors.New("no space left on device")

// fakeStore is a store in memory that can be made to refuse.
type fakeStore struct {
	mu       sync.Mutex
	states   map[string]fleet.State
	departed map[fleet.PartID]fleet.DepartedPart
	events   []fleet.Event
	hours    []fleet.HourValue
	saves    int
	full     bool
	holder   string
	taken    bool // somebody else took the lease
	requests []fleet.ReadRequest
}

func (s *fakeStore) States(context.Context, int64) ([]fleet.State, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []fleet.State
	for _, st := range s.states {
		out = append(out, st)
	}
	return out, 1, nil
}

func (s *fakeStore) DepartedParts(_ context.Context, most int) ([]fleet.DepartedPart, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []fleet.DepartedPart
	for _, d := range s.departed {
		if len(out) < most {
			out = append(out, d)
		}
	}
	return out, nil
}

// transactions is how often something was saved.
func (s *fakeStore) transactions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves
}

func (s *fakeStore) SavePolls(_ context.Context, p fleet.Polls) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return errFull
	}
	if s.states == nil {
		s.states = map[string]fleet.State{}
	}
	for _, st := range p.States {
		s.states[st.Server] = st
	}
	if s.departed == nil {
		s.departed = map[fleet.PartID]fleet.DepartedPart{}
	}
	for _, id := range p.Returned {
		delete(s.departed, id)
	}
	for _, d := range p.Departed {
		s.departed[d.PartID] = d
	}
	s.events = append(s.events, p.Events...)
	s.hours = append(s.hours, p.Hours...)
	s.saves++
	return nil
}

func (s *fakeStore) AcquireLease(_ context.Context, holder string, _ time.Duration) (fleet.Lease, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken {
		return fleet.Lease{Holder: "other"}, false, nil
	}
	s.holder = holder
	return fleet.Lease{Holder: holder}, true, nil
}

func (s *fakeStore) RenewLease(context.Context, string, fleet.CollectorLoad) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return false, errFull
	}
	return !s.taken, nil
}

func (s *fakeStore) ReleaseLease(context.Context, string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holder = ""
	return nil
}

func (s *fakeStore) TakeReadRequests(context.Context) ([]fleet.ReadRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.requests
	s.requests = nil
	return out, nil
}

func (s *fakeStore) set(f func(s *fakeStore)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// told are the saved events of some kinds.
func (s *fakeStore) told(kinds ...fleet.EventKind) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ""
	for _, e := range s.events {
		for _, k := range kinds {
			if e.Kind == k {
				out += fmt.Sprintf("%s %s: %s\n", e.Kind, e.Server, e.Text)
			}
		}
	}
	return out
}

func (s *fakeStore) health(server string) fleet.Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.states[server].Health
}

// notes keeps what the collector tells people.
type notes struct {
	mu sync.Mutex
	by map[string]string
}

func (n *notes) tell(code string, _ fleet.Health, text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.by == nil {
		n.by = map[string]string{}
	}
	n.by[code] = text
}

func (n *notes) of(code string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.by[code]
}

// racks makes servers with one endpoint each, ten to a rack.
func racks(site string, n int) []fleet.Server {
	out := make([]fleet.Server, n)
	for i := range out {
		out[i] = fleet.Server{Name: fmt.Sprintf("%s-%04d", site, i), Site: site, Rack: fmt.Sprintf("R%d", i/10),
			Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: fmt.Sprintf("%s-%d.example", site, i)}}}
	}
	return out
}

// rig is a collector at work inside a bubble of fake time.
type rig struct {
	c      *Collector
	prober *fakeProber
	store  *fakeStore
	notes  *notes
	began  time.Time
}

// collecting runs a collector over servers while test runs.
func collecting(t *testing.T, servers []fleet.Server, adjust func(*Config), test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{prober: &fakeProber{}, store: &fakeStore{}, notes: &notes{}, began: time.Now()}
		cfg := Config{Prober: r.prober, Store: r.store, Notice: r.notes.tell, Now: time.Now, Holder: "here"}
		if adjust != nil {
			adjust(&cfg)
		}
		r.c = New(cfg)
		r.c.SetInventory(servers)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.c.Run(ctx) }()
		test(t, r)
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if r.prober.clash != "" {
			t.Errorf("%s was read twice at once", r.prober.clash)
		}
	})
}

// at lets fake time pass until so long after the start.
func (r *rig) at(d time.Duration) {
	<-time.After(d - time.Since(r.began)) // fake time: the bubble's clock jumps
	synctest.Wait()
}
