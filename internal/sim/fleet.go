package sim

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
)

// Options say what fleet to simulate. Zero values mean the defaults of the demo.
type Options struct {
	Servers   int              // how many; default DefaultServers
	Seed      uint64           // equal seeds give equal fleets and equal stories
	Speed     float64          // how many simulated seconds pass in one real second; default 1
	Now       func() time.Time // the real clock; default time.Now
	Community string           // that the agents ask for; default DefaultCommunity
	Jobs      Jobs             // the work orders that technicians are at; nil if nobody repairs anything
	// Clumsy makes technicians pull the wrong disk at every third exchange of a
	// disk, the second being the first; they put it back.
	Clumsy bool
	// Library has the profiles to simulate devices with; nil is the built-in one.
	Library *profile.Library
	// Ports makes the agents share 127.0.0.1 and differ by port even where the
	// system gives every address of 127.0.0.0/8.
	Ports bool
}

// The defaults of Options, and the most servers that have a loopback address
// of their own.
const (
	DefaultServers   = 96
	DefaultCommunity = "ironage-demo"
	Credential       = "simulated" // the credential that the inventory names
	MaxServers       = 10_000
)

// Fleet is a simulated fleet. All its methods may be called from several
// goroutines.
type Fleet struct {
	opts  Options
	began time.Time // real time at which the simulated clock started

	families families

	mu       sync.Mutex
	machines []*machine // sorted by name
	byName   map[string]*machine
	script   *script
	jobs     map[string]bool        // ids of the jobs that were begun
	disks    int                    // jobs about disks that were begun
	run      *running               // nil until Start
	hosts    map[string][]*endpoint // by address without port, where that tells them apart
}

// New builds the fleet and its story. It opens nothing: Start does.
func New(o Options) (*Fleet, error) {
	if o.Servers == 0 {
		o.Servers = DefaultServers
	}
	if o.Servers < 1 || o.Servers > MaxServers {
		return nil, fmt.Errorf("a simulated fleet has 1 to %d servers, not %d", MaxServers, o.Servers)
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if o.Speed < 0 || o.Speed > MaxSpeed {
		return nil, fmt.Errorf("the simulation's speed is more than 0 and at most %d, not %g", MaxSpeed, o.Speed)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Community == "" {
		o.Community = DefaultCommunity
	}
	f := &Fleet{opts: o, began: o.Now(), byName: make(map[string]*machine, o.Servers), jobs: map[string]bool{}, hosts: map[string][]*endpoint{}}
	speaks := dialects()
	if err := f.families.load(o.Library, speaks); err != nil {
		return nil, err
	}
	b := &builder{seed: o.Seed, now: f.began, chassis: catalogue(), disks: diskCatalogue(), speaks: speaks}
	for _, p := range plan(o.Seed, o.Servers) {
		m := b.machine(p)
		m.serial = m.server.Serial
		f.machines = append(f.machines, m)
	}
	place(o.Seed, f.machines)
	losePapers(o.Seed, f.machines)
	slices.SortFunc(f.machines, func(a, b *machine) int { return strings.Compare(a.server.Name, b.server.Name) })
	for _, m := range f.machines {
		f.byName[m.server.Name] = m
	}
	f.script = newScript(o.Seed)
	f.script.past(f.machines, f.began)
	return f, nil
}

// MaxSpeed keeps the story readable: faster, nothing could be polled between
// two of its steps.
const MaxSpeed = 1000

// clock is the simulated time at a real time.
func (f *Fleet) clock(now time.Time) time.Time {
	return f.began.Add(time.Duration(float64(now.Sub(f.began)) * f.opts.Speed))
}

// Community is the SNMP v2c community that all agents ask for.
func (f *Fleet) Community() string { return f.opts.Community }

// Servers is the inventory of the fleet: what people would have written down.
// Endpoints have addresses only after Start.
func (f *Fleet) Servers() []fleet.Server {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]fleet.Server, len(f.machines))
	for i, m := range f.machines {
		out[i] = m.server
		out[i].Endpoints = slices.Clone(m.server.Endpoints)
	}
	return out
}
