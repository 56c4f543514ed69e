package fleet

import "time"

// Rhythm says how much a read asked for.
type Rhythm string

// The two rhythms of reading.
const (
	// Inventory is a full walk.
	Inventory Rhythm = "inventory"
	// Status reads only the live columns of the rows known to exist.
	Status Rhythm = "status"
)

// Reach says what one way of asking found out about an endpoint.
type Reach string

// What a probe can say. NotPermitted (ping without the right to send) and
// NotAsked are no evidence of anything.
const (
	Answered     Reach = "answered"
	Silent       Reach = "silent"        // no answer in time: no evidence why
	Refused      Reach = "refused"       // the agent said no: credentials, security level
	Garbled      Reach = "garbled"       // something answered that is not SNMP
	Unresolved   Reach = "unresolved"    // the name does not resolve
	NotPermitted Reach = "not-permitted" // this machine may not ping
	NotAsked     Reach = "not-asked"
)

// Ping is the result of a few ICMP echoes.
type Ping struct {
	Reach    Reach         `json:"reach"`
	Sent     int           `json:"sent,omitempty"`
	Received int           `json:"received,omitempty"`
	Min      time.Duration `json:"min,omitempty"`
	Avg      time.Duration `json:"avg,omitempty"`
	Max      time.Duration `json:"max,omitempty"`
	Jitter   time.Duration `json:"jitter,omitempty"`
	Note     string        `json:"note,omitempty"` // what to do, when not permitted or unresolved
}

// LossPct is the share of echoes without a reply, in per cent.
func (p Ping) LossPct() float64 {
	if p.Sent == 0 {
		return 0
	}
	return 100 * float64(p.Sent-p.Received) / float64(p.Sent)
}

// ReadError is one thing that could not be read. A table that was not read
// whole is an error of that read and never means that parts are gone.
type ReadError struct {
	// What was asked: a profile's table ("dell-idrac disk"), an OID, or "session".
	What string `json:"what"`
	Text string `json:"text"`
	// Kinds are the component kinds about which this read therefore says nothing.
	Kinds []Kind `json:"kinds,omitempty"`
}

// Cost is what a read cost the device and the network.
type Cost struct {
	PDUs     int           `json:"pdus"`
	Varbinds int           `json:"varbinds"`
	Bytes    int           `json:"bytes"` // received
	Retries  int           `json:"retries"`
	Took     time.Duration `json:"took"`
}

// Observation is what one read of one endpoint said. It holds no verdict
// about the server; collect folds observations into states.
type Observation struct {
	Server   string    `json:"server"`
	Endpoint Endpoint  `json:"endpoint"`
	Rhythm   Rhythm    `json:"rhythm"`
	Time     time.Time `json:"time"` // when the read ended
	Ping     Ping      `json:"ping"`
	SNMP     Reach     `json:"snmp"`
	SNMPNote string    `json:"snmp_note,omitempty"` // why, in words a technician understands, and what to do

	// Engine is the agent's SNMPv3 engine ID in hex, when version 3 was spoken.
	Engine string `json:"engine,omitempty"`

	Device      Device       `json:"device"`
	RollUp      *Verdict     `json:"rollup,omitempty"` // the device's own overall status
	Components  []Component  `json:"components"`
	Totals      Totals       `json:"totals"`
	Filesystems []Filesystem `json:"filesystems,omitempty"`
	// Fills is when its file systems will be full, by mount, where that was
	// worked out anew since the last read. Whoever collects adds it.
	Fills    map[string]Fill `json:"-"`
	Findings []Finding       `json:"findings,omitempty"` // faults that the device lists in words
	Profiles []string        `json:"profiles,omitempty"`
	// NotReported lists kinds that the matched profiles know but this device
	// does not publish: "not reported by this device", which is not "none fitted".
	NotReported []Kind      `json:"not_reported,omitempty"`
	Errors      []ReadError `json:"errors,omitempty"`
	Cost        Cost        `json:"cost"`
}

// Complete reports whether the read says everything about components of kind k:
// the agent answered and no error covers k.
func (o *Observation) Complete(k Kind) bool {
	if o.SNMP != Answered {
		return false
	}
	for _, e := range o.Errors {
		for _, x := range e.Kinds {
			if x == k {
				return false
			}
		}
	}
	return true
}
