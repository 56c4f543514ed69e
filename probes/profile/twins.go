package profile

import (
	"cmp"
	"slices"

	"ironage/internal/fleet"
)

// mergeTwins puts together what several agents of one device say of the same
// part: a disk that its controller lists and a script examines, a pool that two
// agents know. The first, of the profile with the highest priority, keeps its
// place and name; what it does not say is filled in, and the worst verdict
// decides. Findings follow.
func mergeTwins(cs []fleet.Component, findings []fleet.Finding) []fleet.Component {
	if !slices.ContainsFunc(cs, func(c fleet.Component) bool { return c.Profile != cs[0].Profile }) {
		return cs // one agent does not tell of a part twice
	}
	first := map[string]int{}
	shared := sharedSerials(cs)
	out := cs[:0]
	for i := range cs {
		c := cs[i]
		keys := twinKeys(&c, shared)
		at := -1
		for _, k := range keys {
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
				if findings[n].Key == pendingKey(&c) {
					findings[n].Key = pendingKey(&out[at])
				}
			}
		}
		for _, k := range keys {
			if _, taken := first[k]; !taken {
				first[k] = at
			}
		}
	}
	return out
}

// sharedSerials are those that one agent gives several parts of a kind: they
// tell nothing apart.
func sharedSerials(cs []fleet.Component) map[string]bool {
	seen, out := map[string]bool{}, map[string]bool{}
	for i := range cs {
		if s := cs[i].Identity(); s != "" {
			k := cs[i].Profile + " " + string(cs[i].Kind) + " " + s
			if seen[k] {
				out[string(cs[i].Kind)+" "+s] = true
			}
			seen[k] = true
		}
	}
	return out
}

// twinKeys are what a part may be known by to another agent. Names tell only
// what has no serial number and is named by the operating system.
func twinKeys(c *fleet.Component, shared map[string]bool) []string {
	var keys []string
	if s := string(c.Kind) + " " + c.Identity(); c.Identity() != "" && !shared[s] {
		keys = append(keys, "serial "+s)
	}
	switch c.Kind {
	case fleet.Disk, fleet.RAIDVolume, fleet.Temperature:
		if c.Name != "" {
			keys = append(keys, "name "+string(c.Kind)+" "+folded(c.Name))
		}
	}
	return keys
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
	if p := b.PredictiveFailure; p != nil && (a.PredictiveFailure == nil || *p) {
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

// joined adds what a lacks and b has.
func joined[V any](a, b map[string]V) map[string]V {
	if a == nil {
		return b
	}
	for name, v := range b {
		if _, said := a[name]; !said {
			a[name] = v
		}
	}
	return a
}
