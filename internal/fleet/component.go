package fleet

import (
	"hash/maphash"
	"strings"
	"sync"
	"time"
)

// Evidence is the observation behind a verdict: enough to check it with
// snmpget. Value is the raw value as text, Meaning what it stands for.
type Evidence struct {
	OID     string    `json:"oid,omitempty"`
	Value   string    `json:"value,omitempty"`
	Meaning string    `json:"meaning,omitempty"`
	Time    time.Time `json:"time,omitzero"`
	// Profile and Line say which rule read it: profile name and line in its file.
	Profile string `json:"profile,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Role is the endpoint that was asked (bmc or os).
	Role Role `json:"role,omitempty"`
}

// Verdict is one source's opinion of a component: a status column, a SMART
// flag, a wear step, a limit.
type Verdict struct {
	Health Health `json:"health"`
	Seen   Seen   `json:"evidence"`
}

// Limits are a sensor's thresholds in the unit of its reading; nil is "not set".
type Limits struct {
	WarnLow  *float64 `json:"warn_low,omitempty"`
	WarnHigh *float64 `json:"warn_high,omitempty"`
	CritLow  *float64 `json:"crit_low,omitempty"`
	CritHigh *float64 `json:"crit_high,omitempty"`
}

// Component is one replaceable part, sensor or volume of a server as one read
// found it. Empty texts and nil pointers mean "the device does not say".
//
// There are dozens in every server, so what takes a byte stands together, and is
// a byte: see TestComponentSize.
type Component struct {
	Kind   Kind   `json:"kind"`
	Health Health `json:"health"`
	// Latched means that the device itself latches this state, so one read is proof
	// enough (a disk that the controller failed).
	Latched           bool   `json:"latched,omitempty"`
	Unit              Unit   `json:"unit,omitempty"` // of Reading
	PredictiveFailure Answer `json:"predictive_failure,omitempty"`
	Role              Role   `json:"role,omitempty"` // of the endpoint that told it
	// Profile is the one whose rule made it of the device's objects.
	Profile ProfileName `json:"profile,omitempty"`

	// Slot identifies the place within server and kind: the device's own name
	// for it, made unique by AssignSlots. It is the key that survives a swap.
	Slot string `json:"slot"`
	// Index is the row's index in the device's table, dotted. It may move
	// between reads: never use it as an identity.
	Index string `json:"index,omitempty"`
	Name  string `json:"name,omitempty"`
	// Place is the slot as printed on the chassis ("Box 1 Bay 3"), when the
	// device tells it apart from Name.
	Place    string `json:"place,omitempty"`
	Vendor   string `json:"vendor,omitempty"`
	Model    string `json:"model,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Part     string `json:"part,omitempty"`
	Firmware string `json:"firmware,omitempty"`

	CapacityBytes *int64 `json:"capacity_bytes,omitempty"`
	// Native is the object that decided Health.
	Native Seen `json:"native"`
	// Verdicts are all sources that spoke, the deciding one first.
	Verdicts []Verdict `json:"verdicts,omitempty"`

	WearUsedPct  *float64 `json:"wear_used_pct,omitempty"`
	PowerOnHours *float64 `json:"power_on_hours,omitempty"`
	// Manufactured is a date as the device gives it: "2019-06-01", "2019-W23", "2019".
	Manufactured string   `json:"manufactured,omitempty"`
	Reading      *float64 `json:"reading,omitempty"`
	Limits       *Limits  `json:"limits,omitempty"`
	// Counters are error counters by name: "reallocated", "media_errors",
	// "corrected_errors", … They only make sense compared with earlier reads.
	Counters map[string]float64 `json:"counters,omitempty"`
	// Attributes are further facts worth showing, by name: "media" (hdd, ssd),
	// "bus", "speed", "raid_level", "spare", "cores", "threads", "rated_watts", "progress_pct".
	Attributes map[string]string `json:"attributes,omitempty"`
	// Group names what the component belongs to (a controller, an enclosure), as far as the device says.
	Group string `json:"group,omitempty"`
}

// Key identifies a component within its server across reads and swaps.
func (c *Component) Key() string { return c.Kind.String() + "/" + c.Slot }

// SharedKey is Key in memory that all components in such a place share, for
// maps that are kept.
func (c *Component) SharedKey() string {
	keys.Lock()
	defer keys.Unlock()
	if key, ok := keys.pool.find(place{c.Kind, c.Slot}); ok {
		return key
	}
	key := c.Key()
	keys.pool.put(place{c.Kind, key[len(key)-len(c.Slot):]}, key)
	return key
}

// keys are those that SharedKey gave lately.
var keys struct {
	sync.Mutex
	pool pool[place, string]
}

// place is what a key is made of.
type place struct {
	kind Kind
	slot string
}

// Label is the shortest name a person recognises the place by.
func (c *Component) Label() string {
	for _, s := range []string{c.Place, c.Name, c.Slot, c.Index} {
		if s != "" {
			return s
		}
	}
	return c.Kind.String()
}

// Identity is the part's normalised serial number (trimmed, upper-case), or ""
// when the device gives none or a placeholder (ageing reference §1.4): such a
// part is untracked and a swap of it cannot be seen.
func (c *Component) Identity() string { return NormalSerial(c.Serial) }

// NormalSerial trims and upper-cases a serial number and returns "" for texts
// that are no identity: empty, all one character, or a known placeholder.
func NormalSerial(s string) string {
	if !plain(s) {
		s = strings.ToUpper(strings.Join(strings.Fields(s), " "))
	}
	if s == "" || strings.Count(s, s[:1]) == len(s) {
		return ""
	}
	switch s {
	case "N/A", "NA", "NONE", "NULL", "NOT AVAILABLE", "NOT SPECIFIED", "NOT APPLICABLE", "UNKNOWN",
		"TO BE FILLED BY O.E.M.", "DEFAULT STRING", "0123456789":
		return ""
	}
	return s
}

// plain reports whether a text is in upper case and without blanks already, as
// most devices write serial numbers.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || 'a' <= c && c <= 'z' {
			return false
		}
	}
	return true
}

// AssignSlots gives every component a Slot that is unique within its kind:
// its name, else its index; where names repeat, name and index together.
// The slice is changed in place. It must be called on the full list of one
// server's read, because uniqueness is a property of the list.
func AssignSlots(cs []Component) {
	var roomOfRepeated [256]bool
	repeated := roomOfRepeated[:]
	if len(cs) > len(repeated) {
		repeated = make([]bool, len(cs))
	}
	findRepeated(cs, repeated)
	for i := range cs {
		c := &cs[i]
		if c.Slot = c.base(); repeated[i] && c.Index != "" {
			c.Slot += " #" + c.Index
		}
	}
}

// base is the slot where no other part of the kind claims it too.
func (c *Component) base() string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Index != "":
		return c.Index
	}
	return "1"
}

// slotSeed keeps a device from choosing names that collide.
var slotSeed = maphash.MakeSeed()

// findRepeated marks the components whose kind and base others have too. It
// is asked at every read of every server, so it takes no memory for those of
// usual size.
func findRepeated(cs []Component, repeated []bool) {
	var room [512]int32
	table, size := room[:], len(room)
	for size < 2*len(cs) {
		size *= 2
	}
	if size > len(room) {
		table = make([]int32, size)
	}
	for i := range cs {
		b := cs[i].base()
		at := maphash.String(slotSeed, b)
		for ; ; at++ {
			first := &table[at%uint64(len(table))]
			if *first == 0 {
				*first = int32(i) + 1 //nolint:gosec // nobody reads a thousand million parts
				break
			}
			if o := *first - 1; cs[o].Kind == cs[i].Kind && cs[o].base() == b {
				repeated[o], repeated[i] = true, true
				break
			}
		}
	}
}
