// Package outlook joins what is known about a fleet's future: age, service
// life, risk and impact of every part, and what follows for services, spares
// and money. It is pure: no I/O and no clock. It must never hide a part that
// it cannot judge: what has no age or no estimate is counted as such.
package outlook

import (
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Settings are the rules by which a fleet is judged.
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

// Inputs are what is known beside the snapshot.
type Inputs struct {
	// Failures are the parts that are proven to have failed here: verified work
	// orders with a reason that is not age.
	Failures []ageing.Failure
	// Approved are the places whose replacement is approved and not yet
	// reserved or fitted: firm demand, by server and component key.
	Approved map[Place]bool
}

// Place is a slot of a server.
type Place struct{ Server, Key string }

// Horizons of the compact estimates, in years: the order of Part.H.
var Horizons = [...]float64{0.25, 0.5, 1}

// Part is the compact judgement of one part: what lists, sums and rankings
// need. Fleet.Explain tells everything about one of them.
type Part struct {
	At          int32  // index in the entry's State.Components
	Life        string // life kind
	Age         float64
	HazardAge   float64
	AgeKnown    bool
	Approximate bool
	LowerBound  bool
	Precision   ageing.Precision
	Source      ageing.Source
	Band        ageing.Band
	Consumed    float64 // per cent of the service life; NaN: unknown or no policy
	Estimated   bool    // false: the kind has no estimate
	Failed      bool
	AtLeast     bool // the risk is a lower bound
	Confidence  ageing.Confidence
	H           [len(Horizons)]float64
	LeadH       float64 // over the spares' lead and review time
	P           float64 // within 12 months
	Exposure    float64
	Spared      int8 // t: further failures that its group survives; -1: unknown
	Score       float64
	Tier        ageing.Tier // "" : no reason to act
	Reasons     []ageing.Reason
}

// Server is the judgement of one server.
type Server struct {
	Entry     *fleet.Entry
	Age       ageing.Age
	Band      ageing.Band
	Cover     ageing.Cover // warranty
	CoverDays int
	Parts     []Part
	H, P      float64 // that some part of it fails within 12 months
	AtLeast   bool
	Failed    int // parts that have failed
	Over      int // parts over or far over age
	NoDate    int // parts without a known age
	Worst     int // index in Parts of the part to look at first; -1: none
	// Renew says why the whole server should be replaced rather than its parts; "" : no.
	Renew string
}

// Fleet is the judgement of all servers at one moment. It is immutable.
type Fleet struct {
	Time     time.Time
	Settings *Settings
	Inputs   *Inputs
	// Servers are in the order of the snapshot.
	Servers []*Server
	index   map[string]int
}
