package profile

import (
	"cmp"
	"maps"
	"slices"

	"ironage/internal/fleet"
)

// mergeTwins puts together what several agents of one device say of the same
// part: a disk that its controller lists and a script examines, a pool that two
// agents know. The first, of the profile with the highest priority, keeps its
// place and name; what it does not say is filled in, and the worst verdict
// decides. Findings follow.
//
// It uses the list's own room.
func mergeTwins(cs []fleet.Component, findings []fleet.Finding) []fleet.Component {
	alone := true
	for i := range cs {
		alone = alone && cs[i].Profile == cs[0].Profile
	}
	if alone {
		return cs // nobody else speaks of them
	}
	first := make(map[twinKey]int, 2*len(cs))
	shared := sharedSerials(cs)
	out := cs[:0]
	for i := range cs {
		c := cs[i]
		keys, n := twinKeys(&c, shared)
		at := -1
		for _, k := range keys[:n] {
			if j, ok := first[k]; ok && areTwins(&out[j], &c) {
				at = j
				break
			}
		}
		if at < 0 {
			at = len(out)
			out = append(out, c)
		} else {
			merge(&out[at], &c)
			for n := range findings {
				if findings[n].Key != "" && findings[n].Key == pendingKey(&c) {
					findings[n].Key = pendingKey(&out[at])
				}
			}
		}
		for _, k := range keys[:n] {
			if _, taken := first[k]; !taken {
				first[k] = at
			}
		}
	}
	clear(cs[len(out):])
	return out
}

// twinKey is what a part is known by: its serial number, or its name.
type twinKey struct {
	kind         fleet.Kind
	serial, name string
}

// sharedSerials are those that one agent gives several parts of a kind: they
// tell nothing apart.
func sharedSerials(cs []fleet.Component) map[twinKey]bool {
	type listed struct {
		profile fleet.ProfileName
		twinKey
	}
	seen, out := make(map[listed]bool, len(cs)), map[twinKey]bool{}
	for i := range cs {
		if s := cs[i].Identity(); s != "" {
			k := listed{cs[i].Profile, twinKey{kind: cs[i].Kind, serial: s}}
			if seen[k] {
				out[k.twinKey] = true
			}
			seen[k] = true
		}
	}
	return out
}

// twinKeys are what a part may be known by to another agent. Names tell only
// what has no serial number and is named by the operating system.
func twinKeys(c *fleet.Component, shared map[twinKey]bool) (keys [2]twinKey, n int) {
	if k := (twinKey{kind: c.Kind, serial: c.Identity()}); k.serial != "" && !shared[k] {
		keys[n], n = k, n+1
	}
	switch c.Kind {
	case fleet.Disk, fleet.RAIDVolume, fleet.Temperature:
		if c.Name != "" {
			keys[n], n = twinKey{kind: c.Kind, name: folded(c.Name)}, n+1
		}
	}
	return keys, n
}

func areTwins(a, b *fleet.Component) bool {
	if a.Profile == b.Profile || a.Health == fleet.Absent || b.Health == fleet.Absent {
		return false
	}
	return a.Identity() == "" || b.Identity() == "" || a.Identity() == b.Identity()
}

// merge fills in what a does not say, and weighs b's verdicts.
func merge(a, b *fleet.Component) {
	for _, x := range []struct {
		to   *string
		from string
	}{{&a.Place, b.Place}, {&a.Vendor, b.Vendor}, {&a.Model, b.Model}, {&a.Serial, b.Serial}, {&a.Part, b.Part},
		{&a.Firmware, b.Firmware}, {&a.Manufactured, b.Manufactured}, {&a.Group, b.Group}} {
		*x.to = cmp.Or(*x.to, x.from)
	}
	a.CapacityBytes = cmp.Or(a.CapacityBytes, b.CapacityBytes)
	a.WearUsedPct = cmp.Or(a.WearUsedPct, b.WearUsedPct)
	a.PowerOnHours = cmp.Or(a.PowerOnHours, b.PowerOnHours)
	if a.Reading == nil {
		a.Reading, a.Unit = b.Reading, b.Unit
	}
	a.Limits = cmp.Or(a.Limits, b.Limits)
	if p := b.PredictiveFailure; p != 0 && (a.PredictiveFailure == 0 || p == fleet.Yes) {
		a.PredictiveFailure = p
	}
	a.Counters, a.Attributes = joined(a.Counters, b.Counters), joined(a.Attributes, b.Attributes)
	a.Latched = a.Latched || b.Latched && b.Health.Worse(a.Health)
	if len(a.Verdicts) == 0 || b.Health.Worse(a.Health) && b.Health != fleet.Unknown {
		a.Health, a.Native = b.Health, b.Native
		a.Verdicts = slices.Concat(b.Verdicts, a.Verdicts)
		return
	}
	a.Verdicts = slices.Concat(a.Verdicts, b.Verdicts)
}

// joined is a and what it lacks and b has. Both may belong to others too.
func joined[V any](a, b map[string]V) map[string]V {
	if a == nil {
		return b
	}
	own := false
	for name, v := range b {
		if _, said := a[name]; said {
			continue
		}
		if !own {
			a, own = maps.Clone(a), true
		}
		a[name] = v
	}
	return a
}
