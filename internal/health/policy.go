// Package health turns what probes observed into verdicts: hysteresis,
// thresholds, redundancy, findings in words, and what needs a person now. It
// is pure. It must never ask a device, read a clock or touch a store, and it
// must never take silence for evidence: a timeout says nothing about a disk.
package health

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// Measure names a measured value for which devices give no verdict of their own.
type Measure string

// The measures. The words are the keys of the configuration.
const (
	FilesystemUsed  Measure = "filesystem"       // used share of a file system, %
	MemoryUsed      Measure = "memory"           // memory that programs cannot have, %
	DiskTemperature Measure = "disk-temperature" // °C, of disks that have no limits of their own
	Wear            Measure = "wear"             // used endurance of an SSD, %
	PacketLoss      Measure = "loss"             // echoes without a reply over the recent reads, %
	Fills           Measure = "fills"            // days until a file system is full; the fewer, the worse
)

// Measures lists every measure.
var Measures = []Measure{FilesystemUsed, MemoryUsed, DiskTemperature, Wear, PacketLoss, Fills}

// Falling reports whether less is worse.
func (m Measure) Falling() bool { return m == Fills }

// Limit is a pair of thresholds. A value is beyond one when it reaches it, and
// comes back only when it is Margin below it (above it, where less is worse).
type Limit struct {
	Warn, Crit, Margin float64
	// Off takes the measure out of judgement.
	Off bool
}

// Reads says how many reads in a row must agree before a verdict changes.
// Zero inherits.
type Reads struct {
	Detect  int // for a worsening
	Recover int // for a recovery
}

// Rules are what a verdict follows. In an override, zero values inherit.
type Rules struct {
	Reads  Reads
	Kinds  map[fleet.Kind]Reads // where a kind differs
	Limits map[Measure]Limit    // an entry replaces the inherited one whole
}

// Verify says when a replacement counts as proven.
type Verify struct {
	Reads int           // healthy reads in a row
	After time.Duration // at least so long after the swap
}

// Policy is every rule by which health is decided. Start from Default.
type Policy struct {
	Rules
	Services map[string]Rules // overrides by service
	Servers  map[string]Rules // overrides by server; they win over the service's
	Verify   Verify
	// Dark is how close together servers of a rack must fall silent to be one
	// outage.
	Dark time.Duration
}

// DarkServers is how many servers a rack or site needs, all silent, to be one
// outage; fewer are listed one by one.
const DarkServers = 3

// Default is the built-in policy.
func Default() Policy {
	return Policy{
		Rules: Rules{
			Reads: Reads{Detect: 2, Recover: 2},
			Limits: map[Measure]Limit{
				FilesystemUsed:  {Warn: 85, Crit: 95, Margin: 3},
				MemoryUsed:      {Warn: 90, Crit: 97, Margin: 3},
				DiskTemperature: {Warn: 60, Crit: 70, Margin: 3},
				Wear:            {Warn: 80, Crit: 100},
				PacketLoss:      {Warn: 10, Crit: 30, Margin: 5},
				Fills:           {Warn: 14, Crit: 3, Margin: 2},
			},
		},
		Verify: Verify{Reads: 10, After: 24 * time.Hour},
		Dark:   5 * time.Minute,
	}
}

// For returns the rules that hold for one server: the defaults, then its
// service's overrides, then its own.
func (p Policy) For(s fleet.Server) Rules {
	r := p.Rules
	if o, ok := p.Services[s.Service]; ok && s.Service != "" {
		r = r.with(o)
	}
	if o, ok := p.Servers[s.Name]; ok {
		r = r.with(o)
	}
	return r
}

func (r Rules) with(o Rules) Rules {
	r.Reads = r.Reads.with(o.Reads)
	if len(o.Kinds) > 0 {
		kinds := maps.Clone(r.Kinds)
		if kinds == nil {
			kinds = map[fleet.Kind]Reads{}
		}
		for k, n := range o.Kinds {
			kinds[k] = kinds[k].with(n)
		}
		r.Kinds = kinds
	}
	if len(o.Limits) > 0 {
		limits := maps.Clone(r.Limits)
		if limits == nil {
			limits = map[Measure]Limit{}
		}
		maps.Copy(limits, o.Limits)
		r.Limits = limits
	}
	return r
}

func (n Reads) with(o Reads) Reads {
	if o.Detect > 0 {
		n.Detect = o.Detect
	}
	if o.Recover > 0 {
		n.Recover = o.Recover
	}
	return n
}

// ReadsFor is how many reads a change of a component of kind k needs; at least one.
func (r Rules) ReadsFor(k fleet.Kind) Reads {
	n := r.Reads.with(r.Kinds[k])
	return Reads{Detect: max(n.Detect, 1), Recover: max(n.Recover, 1)}
}

// Level says where v stands, given where it stood: a value that hovers around
// a threshold does not flip with every read.
func (l Limit) Level(v float64, was fleet.Health) fleet.Health {
	if l.Off || math.IsNaN(v) || math.IsInf(v, 0) {
		return fleet.OK
	}
	beyond := func(limit float64, h fleet.Health) bool {
		if was.Severity() >= h.Severity() {
			return v > limit-l.Margin || l.Margin == 0 && v >= limit
		}
		return v >= limit
	}
	switch {
	case beyond(l.Crit, fleet.Critical):
		return fleet.Critical
	case beyond(l.Warn, fleet.Warning):
		return fleet.Warning
	}
	return fleet.OK
}

// Below is Level for a measure of which less is worse.
func (l Limit) Below(v float64, was fleet.Health) fleet.Health {
	if l.Off || math.IsNaN(v) || math.IsInf(v, 0) {
		return fleet.OK
	}
	beyond := func(limit float64, h fleet.Health) bool {
		return v <= limit || was.Severity() >= h.Severity() && v < limit+l.Margin
	}
	switch {
	case beyond(l.Crit, fleet.Critical):
		return fleet.Critical
	case beyond(l.Warn, fleet.Warning):
		return fleet.Warning
	}
	return fleet.OK
}

// Fits reports whether the thresholds of a measure fit together.
func (l Limit) Fits(m Measure) bool {
	if m.Falling() {
		return l.Crit > 0 && l.Warn >= l.Crit && l.Margin >= 0
	}
	return l.Warn > 0 && l.Crit >= l.Warn && l.Margin >= 0 && l.Margin < l.Warn
}

// Check returns everything that is wrong with the policy, or nil.
func (p Policy) Check() error {
	errs := p.check("")
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		errs = append(errs, p.Services[name].check("service "+name+": ")...)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Servers)) {
		errs = append(errs, p.Servers[name].check("server "+name+": ")...)
	}
	if p.Verify.Reads < 0 || p.Verify.After < 0 {
		errs = append(errs, errors.New("verify: reads and time must not be negative"))
	}
	return errors.Join(errs...)
}

func (r Rules) check(where string) []error {
	var errs []error
	for _, k := range append([]fleet.Kind{0}, slices.Sorted(maps.Keys(r.Kinds))...) {
		n, what := r.Reads, "reads"
		if k != 0 {
			n, what = r.Kinds[k], "reads of "+k.String()
		}
		if n.Detect < 0 || n.Recover < 0 || n.Detect > 100 || n.Recover > 100 {
			errs = append(errs, fmt.Errorf("%s%s: %d and %d must lie between 1 and 100", where, what, n.Detect, n.Recover))
		}
	}
	for _, m := range slices.Sorted(maps.Keys(r.Limits)) {
		l := r.Limits[m]
		switch {
		case !slices.Contains(Measures, m):
			errs = append(errs, fmt.Errorf("%slimit %q is none of %v", where, m, Measures))
		case l.Off:
		case !l.Fits(m) && m.Falling():
			errs = append(errs, fmt.Errorf("%slimit %s: warn %v, crit %v, margin %v: want 0 < crit <= warn and 0 <= margin",
				where, m, l.Warn, l.Crit, l.Margin))
		case !l.Fits(m):
			errs = append(errs, fmt.Errorf("%slimit %s: warn %v, crit %v, margin %v: want 0 < warn <= crit and 0 <= margin < warn",
				where, m, l.Warn, l.Crit, l.Margin))
		}
	}
	return errs
}
