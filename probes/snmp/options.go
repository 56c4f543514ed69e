package snmp

import "time"

// The defaults of Options.
const (
	DefaultTimeout        = 2 * time.Second
	DefaultRetries        = 1
	DefaultMaxRepetitions = 25
	// DefaultMaxPDU fits one Ethernet frame behind IPv4, IPv6 and a tunnel:
	// lost fragments look exactly like a silent agent.
	DefaultMaxPDU = 1400
)

// Options say how patiently and how greedily an agent is asked. Zero values
// mean the defaults.
type Options struct {
	Timeout        time.Duration // of one try
	Retries        int           // further tries after the first; negative means none
	MaxRepetitions int           // rows asked for in one GetBulk
	MaxPDU         int           // bytes of one message, each way
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	switch {
	case o.Retries == 0:
		o.Retries = DefaultRetries
	case o.Retries < 0:
		o.Retries = 0
	}
	if o.MaxRepetitions <= 0 {
		o.MaxRepetitions = DefaultMaxRepetitions
	}
	if o.MaxPDU <= 0 {
		o.MaxPDU = DefaultMaxPDU
	}
	return o
}

// Limits is what was learned about one agent: how much of a question it still
// answers. The caller keeps it between sessions. Zero values mean "no limit
// met yet".
type Limits struct {
	MaxPDU         int  `json:"max_pdu,omitempty"`
	MaxRepetitions int  `json:"max_repetitions,omitempty"`
	MaxVarbinds    int  `json:"max_varbinds,omitempty"` // objects in one request
	NoBulk         bool `json:"no_bulk,omitempty"`      // answers GetNext where GetBulk fails
	// Clean counts untroubled reads since a limit was last lowered. After
	// cleanReads of them the limits are raised a little: one bad minute on the
	// network must not slow an agent for ever.
	Clean int `json:"clean,omitempty"`
}

// cleanReads is an hour of status polls at the default interval: an agent with
// a real limit loses one time-out an hour to the test whether it still has it.
const cleanReads = 64

// lowered reports whether any limit is below what o asks for.
func (l Limits) lowered(o Options) bool {
	return l.MaxPDU > 0 && l.MaxPDU < o.MaxPDU ||
		l.MaxRepetitions > 0 && l.MaxRepetitions < o.MaxRepetitions ||
		l.MaxVarbinds > 0 || l.NoBulk
}

// relax is the limits after one more read without trouble.
func (l Limits) relax(o Options) Limits {
	if !l.lowered(o) {
		l.Clean = 0
		return l
	}
	l.Clean++
	if l.Clean < cleanReads {
		return l
	}
	l.Clean = 0
	l.MaxPDU = raise(l.MaxPDU, o.MaxPDU)
	l.MaxRepetitions = raise(l.MaxRepetitions, o.MaxRepetitions)
	l.MaxVarbinds = raise(l.MaxVarbinds, o.MaxPDU/smallestVarbind)
	l.NoBulk = false
	return l
}

// raise is limit made half as large again, or 0 (no limit) once it reaches top.
func raise(limit, top int) int {
	if limit == 0 || limit+limit/2+1 >= top {
		return 0
	}
	return limit + limit/2 + 1
}

// least is the smaller of a wish and a limit, where 0 means no limit.
func least(wish, limit int) int {
	if limit > 0 && limit < wish {
		return limit
	}
	return wish
}
