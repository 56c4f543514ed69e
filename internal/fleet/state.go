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
	Misses int `json:"misses,omitempty"`
	// PingMisses counts reads in a row in which no echo came back.
	PingMisses int `json:"ping_misses,omitempty"`
	// WantFull means that the last read showed something that only an inventory
	// can settle: a row that moved, a part that may have been swapped.
	WantFull bool `json:"want_inventory,omitempty"`
	// Engine is the agent's SNMPv3 engine ID in hex, as last seen.
	Engine   string   `json:"engine,omitempty"`
	Cost     Cost     `json:"cost"`
	Profiles []string `json:"profiles,omitempty"`
	// Errors are those of the last read, and what the last inventory left unread.
	Errors []ReadError `json:"errors,omitempty"`
	// Unread is what the last inventory could not read whole: about these kinds
	// nothing is known, so none of their parts can be missed.
	Unread []ReadError `json:"unread,omitempty"`
}

// Knows reports whether the last inventory said everything about kind k.
func (e *EndpointState) Knows(k Kind) bool {
	for _, u := range e.Unread {
		for _, x := range u.Kinds {
			if x == k {
				return false
			}
		}
	}
	return !e.LastFull.IsZero()
}

// Stale reports whether the endpoint was not read for longer than it should
// have been. An endpoint that was never read is not stale but unknown.
func (e *EndpointState) Stale(now time.Time) bool {
	if e.LastOK.IsZero() {
		return false
	}
	age := now.Sub(e.LastOK)
	return age > StaleAfter*e.Interval || age < -StaleAfter*e.Interval // the clock was set back: how old it is nobody knows
}

// Hold is a change of health that was seen but not yet confirmed: hysteresis
// remembers it between reads.
type Hold struct {
	Health Health    `json:"health"`
	Reads  int       `json:"reads"`
	Since  time.Time `json:"since"`
	// Evidence is what the latest of these reads saw; the component keeps the
	// evidence of its confirmed health meanwhile.
	Evidence Evidence `json:"evidence,omitzero"`
}

// Pending is a change of what sits in a slot that was seen but not yet
// confirmed by a second inventory: EventSerial (Value is the new serial) or
// EventVanished.
type Pending struct {
	What  EventKind `json:"what"`
	Value string    `json:"value,omitempty"`
	Reads int       `json:"reads"`
	Since time.Time `json:"since"`
}

// Gone is a part that left its slot and was not followed by another. It is
// remembered, so that a disk that a controller drops from its table does not
// turn the server green, and so that its successor is recognised as a swap.
type Gone struct {
	Part Component `json:"part"`
	At   time.Time `json:"at"`
}

// Level is where a measured value stands against its thresholds; only levels
// that are not ok are kept.
type Level struct {
	Health   Health    `json:"health"`
	Value    float64   `json:"value"`
	Since    time.Time `json:"since"`
	Evidence Evidence  `json:"evidence,omitzero"`
}

// Proof counts the successful reads of a part since it came into its slot:
// what shows that a replacement works.
type Proof struct {
	Since time.Time `json:"since"` // when the part was first seen in the slot
	Good  int       `json:"good"`  // reads in a row with health ok
	Bad   int       `json:"bad"`   // reads in a row with health warning or critical
	Last  time.Time `json:"last"`  // the latest read that counted
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
	RollUp      *Verdict     `json:"rollup,omitempty"`
	Components  []Component  `json:"components"`
	Findings    []Finding    `json:"findings,omitempty"` // worst first
	Totals      Totals       `json:"totals"`
	Filesystems []Filesystem `json:"filesystems,omitempty"`
	// Fills is when each file system will be full, by mount.
	Fills       map[string]Fill `json:"fills,omitempty"`
	Endpoints   []EndpointState `json:"endpoints"`
	NotReported []Kind          `json:"not_reported,omitempty"`
	Trends      Keyed[Trend]    `json:"trends,omitzero"` // "cpu", "memory", "rtt", or a component key
	Holds       map[string]Hold `json:"holds,omitempty"` // by component key
	// FirstSeen is when each part's serial number was first read, by component key.
	FirstSeen map[string]time.Time `json:"first_seen,omitempty"`
	// Swapped is when a slot's serial number last changed from one real serial
	// to another, by component key; the server's own age no longer holds there.
	Swapped map[string]time.Time `json:"swapped,omitempty"`
	// Parts is what is remembered of the part in each slot, by component key.
	Parts Keyed[PartRecord] `json:"parts,omitzero"`
	// Pending, Gone and Proofs follow parts through their slots, by component key.
	Pending map[string]Pending `json:"pending,omitempty"`
	Gone    map[string]Gone    `json:"gone,omitempty"`
	Proofs  map[string]Proof   `json:"proofs,omitempty"`
	// Levels are the measured values beyond their thresholds, by "measure:key".
	Levels map[string]Level `json:"levels,omitempty"`
	// Shadowed are parts as the operating system's agent sees them that the
	// management controller shows too, by serial number, or as a disk behind a
	// nameless block device: one part is listed once.
	Shadowed []Component `json:"shadowed,omitempty"`
	// Faults are what the devices themselves list as wrong, as last read.
	Faults  []Finding `json:"faults,omitempty"`
	Updated time.Time `json:"updated"`
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

// Span is a stretch of time with both its ends; the zero Span is all of time.
type Span struct{ From, Until time.Time }

// Has reports whether a moment lies in the stretch.
func (s Span) Has(t time.Time) bool {
	return s == Span{} || !t.Before(s.From) && !t.After(s.Until)
}

// Fresh is when the state is not Stale: who keeps it need not look at every
// endpoint again as time goes by.
func (s *State) Fresh() Span {
	var out Span
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		if e.LastOK.IsZero() {
			continue
		}
		from, until := e.LastOK.Add(-StaleAfter*e.Interval), e.LastOK.Add(StaleAfter*e.Interval)
		if out.From.Before(from) {
			out.From = from
		}
		if out.Until.IsZero() || out.Until.After(until) {
			out.Until = until
		}
	}
	return out
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
