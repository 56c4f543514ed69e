package fleet

import "time"

// StaleAfter is how many missed status intervals make what is shown stale.
const StaleAfter = 3

// EndpointState is what is known about asking one endpoint.
type EndpointState struct {
	Endpoint
	Ping     Ping      `json:"ping"`
	SNMP     Reach     `json:"snmp"`
	Note     string    `json:"note,omitempty"` // why the last read failed and what to do
	LastOK   time.Time `json:"last_ok,omitzero"`
	LastTry  time.Time `json:"last_try,omitzero"`
	NextTry  time.Time `json:"next_try,omitzero"`
	LastFull time.Time `json:"last_inventory,omitzero"`
	// Interval is the status interval in force, back-off not counted.
	Interval time.Duration `json:"interval"`
	// Misses counts reads in a row without an answer.
	Misses   int         `json:"misses,omitempty"`
	Cost     Cost        `json:"cost"`
	Profiles []string    `json:"profiles,omitempty"`
	Errors   []ReadError `json:"errors,omitempty"`
}

// Stale reports whether the endpoint was not read for longer than it should
// have been. An endpoint that was never read is not stale but unknown.
func (e *EndpointState) Stale(now time.Time) bool {
	return !e.LastOK.IsZero() && now.Sub(e.LastOK) > StaleAfter*e.Interval
}

// Hold is a change of health that was seen but not yet confirmed: hysteresis
// remembers it between reads.
type Hold struct {
	Health Health    `json:"health"`
	Reads  int       `json:"reads"`
	Since  time.Time `json:"since"`
}

// Trend is a short ring of recent values, oldest first, for sparklines.
type Trend struct {
	Unit   Unit      `json:"unit"`
	Values []float64 `json:"values"`
	Last   time.Time `json:"last"`
}

// TrendLength is how many recent values a Trend keeps.
const TrendLength = 60

// Add appends v, dropping the oldest value when the ring is full.
func (t Trend) Add(v float64, at time.Time) Trend {
	vals := t.Values
	if len(vals) >= TrendLength {
		vals = vals[len(vals)-TrendLength+1:]
	}
	return Trend{Unit: t.Unit, Last: at, Values: append(append(make([]float64, 0, len(vals)+1), vals...), v)}
}

// State is what the product believes about one server after folding its
// observations: the confirmed verdicts with their evidence.
type State struct {
	Server string `json:"server"`
	Device Device `json:"device"`
	// Health is the roll-up over components, redundancy and reachability.
	Health Health    `json:"health"`
	Since  time.Time `json:"since,omitzero"` // when Health last changed
	// RollUp is the device's own overall status, shown as reported.
	RollUp      *Verdict         `json:"rollup,omitempty"`
	Components  []Component      `json:"components"`
	Findings    []Finding        `json:"findings,omitempty"` // worst first
	Totals      Totals           `json:"totals"`
	Filesystems []Filesystem     `json:"filesystems,omitempty"`
	Endpoints   []EndpointState  `json:"endpoints"`
	NotReported []Kind           `json:"not_reported,omitempty"`
	Trends      map[string]Trend `json:"trends,omitempty"` // "cpu", "memory", "rtt", or a component key
	Holds       map[string]Hold  `json:"holds,omitempty"`  // by component key
	// FirstSeen is when each part's serial number was first read, by component key.
	FirstSeen map[string]time.Time `json:"first_seen,omitempty"`
	// Swapped is when a slot's serial number last changed from one real serial
	// to another, by component key; the server's own age no longer holds there.
	Swapped map[string]time.Time `json:"swapped,omitempty"`
	Updated time.Time            `json:"updated"`
}

// LastRead is when any endpoint last answered; zero if none ever did.
func (s *State) LastRead() time.Time {
	var last time.Time
	for _, e := range s.Endpoints {
		if e.LastOK.After(last) {
			last = e.LastOK
		}
	}
	return last
}

// Stale reports whether any endpoint that answered before is overdue.
func (s *State) Stale(now time.Time) bool {
	for i := range s.Endpoints {
		if s.Endpoints[i].Stale(now) {
			return true
		}
	}
	return false
}

// Component finds a component by its key ("disk/Bay 3"), or returns nil.
func (s *State) Component(key string) *Component {
	for i := range s.Components {
		if s.Components[i].Key() == key {
			return &s.Components[i]
		}
	}
	return nil
}

// Trend names that are not component keys.
const (
	TrendCPU    = "cpu"
	TrendMemory = "memory"
	TrendRTT    = "rtt"
)
