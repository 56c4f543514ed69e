package fleet

import "time"

// HourValue is one hour of one reading, as the store keeps it. Saving an hour
// that exists merges into it.
type HourValue struct {
	Server string    `json:"server"`
	Metric string    `json:"metric"` // a trend's name, a component key, or FilesystemMetric, WearMetric, ErrorsMetric of one
	Hour   time.Time `json:"hour"`   // start of the hour, UTC
	Min    float64   `json:"min"`
	Avg    float64   `json:"avg"`
	Max    float64   `json:"max"`
	Count  int       `json:"count"` // readings behind Avg
}

// EventQuery selects events; the zero value means the most recent ones of all.
type EventQuery struct {
	Server string      // only of this server
	Kinds  []EventKind // only of these kinds
	Since  time.Time   // not older than
	Before int64       // only ids below this one, for paging back; 0 = from the newest
	After  int64       // only ids above this one; 0 = all
	Unseen bool        // only those that nobody acknowledged
	Limit  int         // 0 = 500
}

// Marks are the revisions at which what has no feed of its own last changed:
// whoever knows them need not read it again.
type Marks struct {
	Inventory int64
	EventAcks int64
}

// FindingAck is a person's word that a finding is known. It holds until it is
// withdrawn, whether or not the finding comes and goes.
type FindingAck struct {
	Server string `json:"server"`
	Key    string `json:"component,omitempty"` // component key, empty for the server
	Code   string `json:"code"`
	Ack
}

// Lease says which process collects. The zero Lease is nobody's.
type Lease struct {
	Holder    string        `json:"holder"` // host and process
	Taken     time.Time     `json:"taken"`
	Heartbeat time.Time     `json:"heartbeat"`
	TTL       time.Duration `json:"ttl"`
	Load      CollectorLoad `json:"load"`
	// Foreign means that the holder is another version of ironage, of whose polls
	// this process sees only some.
	Foreign bool `json:"-"`
}

// Live reports whether somebody holds the lease at now. A heartbeat further
// ahead than the lease lasts means that a clock was set back: no proof of life.
func (l Lease) Live(now time.Time) bool {
	if l.Holder == "" {
		return false
	}
	age := now.Sub(l.Heartbeat)
	return age < l.TTL && age > -l.TTL
}

// ReadRequest is a viewer's wish that the collecting process reads a server now.
type ReadRequest struct {
	Server string    `json:"server"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Watch is a slot that the replacement queue follows. While somebody works on
// it, its server is worth an inventory at every read; since its part was
// replaced, the reads of it are counted as proof; before that, they show
// whether it recovers.
type Watch struct {
	Server string    `json:"server"`
	Key    string    `json:"component"`
	Hurry  bool      `json:"hurry,omitempty"` // work is in progress
	Since  time.Time `json:"since,omitzero"`  // when the part was replaced, or the order made
	// Stated means that a person said when the part was replaced, because no read
	// can: what was counted before is about the old part.
	Stated bool `json:"stated,omitempty"`
}
