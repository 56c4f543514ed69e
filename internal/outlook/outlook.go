// Package outlook joins what is known about a fleet's future: age, service
// life, risk and impact of every part, and what follows for services, spares
// and money. It is pure: no I/O and no clock. It must never hide a part that
// it cannot judge: what has no age or no estimate is counted as such.
package outlook

import (
	"sort"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Settings are the rules by which a fleet is judged. Build compares them by
// pointer: whoever changes a rule makes new Settings.
type Settings struct {
	Life     ageing.Policy
	Model    *ageing.Model
	Priority ageing.Priority
	Spares   ageing.SparePolicy
	Budget   ageing.BudgetPolicy
	// Services are the criticality and owner of each service, by name.
	Services map[string]Service
	// Stock is what lies on the shelf and what parts cost; nil: nothing is known.
	Stock *ageing.Stock
}

// Service is what people said about a service.
type Service struct {
	Criticality fleet.Criticality
	Owner       string
}

// Inputs are what is known beside the snapshot. Build compares them by pointer.
type Inputs struct {
	// Failures are the parts that are proven to have failed here: verified work
	// orders with a reason that is not age.
	Failures []ageing.Failure
	// Departed are the parts that left their place and sit nowhere that is known:
	// they were watched too until then. Build compares them by what left when.
	Departed []fleet.DepartedPart
	// Approved are the places whose replacement is approved and not yet
	// reserved or fitted: firm demand, by server and component key.
	Approved map[Place]bool
	// Reserved are the places whose replacement part is at hand or fitted: no
	// demand any more.
	Reserved map[Place]bool
	// Queued are the places with an open order of tier P3 or above.
	Queued map[Place]bool
}

// Place is a slot of a server.
type Place struct{ Server, Key string }

// Horizons of the compact estimates, in years: the order of Part.H.
var Horizons = [...]float64{0.25, 0.5, 1}

// Server is the judgement of one server.
type Server struct {
	Entry     *fleet.Entry
	Age       ageing.Age
	Band      ageing.Band
	Consumed  float64      // per cent of the service life; NaN: unknown or no policy
	Cover     ageing.Cover // warranty
	CoverDays int
	Support   ageing.Cover
	Parts     []Part
	// H is the sum of its working parts' hazards over 12 months, P the probability that
	// some part of it fails within that time.
	H, P      float64
	AtLeast   bool      // some part's risk is a lower bound, so this one is too
	Failed    int       // parts that have failed
	PartsOver int       // parts over or far over age
	NoDate    int       // parts that nothing dates
	Worst     int       // index in Parts of the part to look at first; -1: none
	at        time.Time // when it was judged
	// Renew says why the whole server should be replaced rather than its parts; "" : no.
	Renew string
}

// Over reports whether the server is past its service life.
func (s *Server) Over() bool { return s.Band == ageing.BandOver || s.Band == ageing.BandFarOver }

// Component is what a part of the server is made of.
func (s *Server) Component(p *Part) *fleet.Component { return &s.Entry.State.Components[p.At] }

// Vendor is who made the server: the device's own word, else the inventory's.
func (s *Server) Vendor() string {
	if v := s.Entry.State.Device.Vendor; v != "" {
		return v
	}
	return s.Entry.Server.Manufacturer
}

// Model is the server's model: the device's own word, else the inventory's.
func (s *Server) Model() string {
	if m := s.Entry.State.Device.Model; m != "" {
		return m
	}
	return s.Entry.Server.Model
}

// Criticality is how much depends on the server: its own, else its service's,
// else normal.
func (f *Fleet) Criticality(s *fleet.Server) fleet.Criticality {
	c := s.Criticality
	if c == "" && f.Settings != nil {
		c = f.Settings.Services[s.Service].Criticality
	}
	if c == "" {
		return fleet.CriticalityNormal
	}
	return c
}

// Fleet is the judgement of all servers at one moment. It is immutable; what
// its queries work out is kept.
type Fleet struct {
	Time     time.Time
	Settings *Settings
	Inputs   *Inputs
	// Servers are in the order of the snapshot: by name.
	Servers []*Server

	snap   *fleet.Snapshot
	groups *groups
	tally  *ageing.Tally
	parts  int // judged
	learnt *learnt
	plans  plans
}

// Server is the judgement of the server of that name, or nil.
func (f *Fleet) Server(name string) *Server {
	if f.snap == nil {
		return nil
	}
	i, found := sort.Find(f.snap.Len(), func(i int) int { return strings.Compare(name, f.snap.At(i).Server.Name) })
	if !found {
		return nil
	}
	return f.Servers[i]
}

// Slice is a part of the fleet by what its servers are: empty fields take
// everything, Unset takes the servers that do not say it. Vendor and Model are
// those of the server.
type Slice struct{ Site, Service, Vendor, Model string }

// Unset as a field of a Slice stands for "does not say".
const Unset = "-"

// Takes reports whether a server belongs to the slice; letters' case does not matter.
func (s Slice) Takes(v *Server) bool {
	return s == Slice{} || takes(s.Site, v.Entry.Server.Site) && takes(s.Service, v.Entry.Server.Service) &&
		takes(s.Vendor, v.Vendor()) && takes(s.Model, v.Model())
}

func takes(want, have string) bool {
	switch want {
	case "":
		return true
	case Unset:
		return have == ""
	}
	return strings.EqualFold(want, have)
}

// in iterates over the servers of a slice.
func (f *Fleet) in(s Slice) func(yield func(*Server) bool) {
	return func(yield func(*Server) bool) {
		for _, v := range f.Servers {
			if s.Takes(v) && !yield(v) {
				return
			}
		}
	}
}

// DefaultSettings are the built-in rules, without services and stock.
func DefaultSettings() Settings {
	return Settings{Life: ageing.DefaultPolicy(), Model: ageing.DefaultModel(), Priority: ageing.DefaultPriority(),
		Spares: ageing.DefaultSparePolicy(), Budget: ageing.DefaultBudgetPolicy()}
}
