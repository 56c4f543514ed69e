package config

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// override is a set of rules for one service or server. It is read after the
// general rules, wherever it stands in the file, because it starts from them.
type override struct {
	of   string // "service" or "server"
	name string
	at   place
	node ast.Node
}

// rules is what is read into while thresholds are read: the rules themselves
// and the overrides found on the way.
type rules struct {
	health.Rules
	policy    *health.Policy
	overrides []override
}

func thresholdsKey() key[Config] {
	keys := append(ruleKeys(), overridesKey("services", "service"), overridesKey("servers", "server"),
		section("verify", "When a replaced part counts as proven.", verifyKeys(), func(r *rules) *health.Verify { return &r.policy.Verify }),
		duration("dark", "How close together the servers of a rack must fall silent to be one outage.", time.Second, time.Hour, func(r *rules) *time.Duration { return &r.policy.Dark }))
	return key[Config]{name: "thresholds", form: "a mapping", doc: "When a value or a change becomes a verdict. A value comes back only when it is margin below its limit.",
		tree: func(d *decoder, n ast.Node, c *Config) {
			r := &rules{Rules: c.Health.Rules, policy: &c.Health}
			fill(d, n, "thresholds", keys, r)
			c.Health.Rules = r.Rules
			c.overrides = r.overrides
			for _, o := range r.overrides {
				readOverride(d, c, o)
			}
		},
		show: func(c *Config, doc bool) entry {
			return entry{below: entries(keys, &rules{Rules: c.Health.Rules, policy: &c.Health}, doc)}
		},
	}
}

// readOverride reads the rules of one service or server. A limit that sets
// only crit keeps the general warn.
func readOverride(d *decoder, c *Config, o override) {
	r := &rules{Rules: health.Rules{Kinds: map[fleet.Kind]health.Reads{}, Limits: maps.Clone(c.Health.Limits)}, policy: &c.Health}
	places := fill(d, o.node, "thresholds of a "+o.of, ruleKeys(), r)
	maps.DeleteFunc(r.Limits, func(m health.Measure, _ health.Limit) bool { _, set := places[string(m)]; return !set })
	into := &c.Health.Services
	if o.of == "server" {
		into = &c.Health.Servers
	}
	if *into == nil {
		*into = map[string]health.Rules{}
	}
	(*into)[o.name] = r.Rules
}

// ruleKeys are the keys of general rules and of overrides alike.
func ruleKeys() []key[rules] {
	keys := []key[rules]{
		reads("detect", "Reads in a row that must agree before something counts as worse.", func(r *rules) *int { return &r.Reads.Detect }),
		reads("recover", "Reads in a row that must agree before something counts as recovered.", func(r *rules) *int { return &r.Reads.Recover }),
		kindReadsKey(),
	}
	for _, m := range health.Measures {
		keys = append(keys, limitKey(m))
	}
	return keys
}

// reads makes a key that counts reads; 0 (inherited) is shown as nothing.
func reads[T any](name, doc string, at func(*T) *int) key[T] {
	k := number(name, doc, 1, 100, at)
	k.show = func(t *T, _ bool) entry {
		if *at(t) == 0 {
			return entry{}
		}
		return entry{value: strconv.Itoa(*at(t))}
	}
	return k
}

func kindReadsKey() key[rules] {
	keys := []key[health.Reads]{
		reads("detect", "Reads for a worsening.", func(r *health.Reads) *int { return &r.Detect }),
		reads("recover", "Reads for a recovery.", func(r *health.Reads) *int { return &r.Recover }),
	}
	kinds := make([]string, len(fleet.Kinds))
	for i, k := range fleet.Kinds {
		kinds[i] = k.String()
	}
	return key[rules]{name: "kinds", form: "a mapping by kind", doc: "Kinds of part that need other numbers of reads, e.g. {fan: {detect: 5}}.",
		tree: func(d *decoder, n ast.Node, r *rules) {
			r.Kinds = maps.Clone(r.Kinds)
			if r.Kinds == nil {
				r.Kinds = map[fleet.Kind]health.Reads{}
			}
			for _, p := range d.pairs(n, "kinds of part") {
				if !slices.Contains(kinds, p.key) {
					d.errorf(p.at, "%s is no kind of part%s", quote(p.key), orMeant(p.key, kinds))
					continue
				}
				var v health.Reads
				fill(d, p.value, "the reads of a kind", keys, &v)
				r.Kinds[fleet.KindOf(p.key)] = v
			}
		},
		show: func(r *rules, doc bool) entry {
			if doc {
				return entry{below: []entry{{name: "KIND", form: "a mapping", doc: "One kind of part.", below: entries(keys, &health.Reads{}, true)}}}
			}
			var e entry
			for _, k := range kinds {
				if v, ok := r.Kinds[fleet.KindOf(k)]; ok {
					e.below = append(e.below, entry{name: k, below: entries(keys, &v, false)})
				}
			}
			return e
		},
	}
}

// limitKey makes the key of one measure's thresholds.
func limitKey(m health.Measure) key[rules] {
	words := map[health.Measure]string{
		health.FilesystemUsed:  "Used share of a file system, in %.",
		health.MemoryUsed:      "Memory that programs cannot have, in %.",
		health.DiskTemperature: "Temperature of a disk that has no limits of its own, in °C.",
		health.Wear:            "Used endurance of an SSD, in %.",
		health.PacketLoss:      "Echoes without a reply, in %.",
		health.Fills:           "Days until a file system is full, as it grows now; the fewer, the worse.",
	}
	keys := []key[health.Limit]{
		decimal("warn", "a number", "Warning from here on.", 0, 1000, func(l *health.Limit) *float64 { return &l.Warn }),
		decimal("crit", "a number", "Critical from here on.", 0, 1000, func(l *health.Limit) *float64 { return &l.Crit }),
		decimal("margin", "a number", "How far below the limit it must be to have come back.", 0, 1000, func(l *health.Limit) *float64 { return &l.Margin }),
		boolean("off", "Do not judge this.", func(l *health.Limit) *bool { return &l.Off }),
	}
	return key[rules]{name: string(m), form: "a mapping", doc: words[m],
		tree: func(d *decoder, n ast.Node, r *rules) {
			l := r.Limits[m]
			places := fill(d, n, string(m), keys, &l)
			if !l.Off && !l.Fits(m) {
				at := d.place(n)
				for _, k := range []string{"margin", "crit", "warn"} {
					if p, ok := places[k]; ok {
						at = p
					}
				}
				want := "0 < warn <= crit and margin < warn"
				if m.Falling() {
					want = "0 < crit <= warn: the fewer days, the worse"
				}
				d.errorf(at, "%s: warn %s, crit %s, margin %s do not fit together; expected %s", m, plainFloat(l.Warn), plainFloat(l.Crit), plainFloat(l.Margin), want)
				return
			}
			r.Limits = maps.Clone(r.Limits)
			if r.Limits == nil {
				r.Limits = map[health.Measure]health.Limit{}
			}
			r.Limits[m] = l
		},
		show: func(r *rules, doc bool) entry {
			l, ok := r.Limits[m]
			if !ok && !doc {
				return entry{}
			}
			return entry{below: entries(keys, &l, doc)}
		},
	}
}

// overridesKey makes the key under which services or servers have their own rules.
func overridesKey(name, of string) key[rules] {
	return key[rules]{name: name, form: "a mapping by name",
		doc: "Rules of one " + of + ", which win over the general ones: detect, recover, kinds and the limits, each as above.",
		tree: func(d *decoder, n ast.Node, r *rules) {
			for _, p := range d.pairs(n, name+" by name") {
				r.overrides = append(r.overrides, override{of, p.key, p.at, p.value})
			}
		},
		show: func(r *rules, doc bool) entry {
			var e entry
			if doc {
				return e
			}
			all := r.policy.Services
			if of == "server" {
				all = r.policy.Servers
			}
			for _, who := range slices.Sorted(maps.Keys(all)) {
				below := entries(ruleKeys(), &rules{Rules: all[who], policy: r.policy}, false)
				below = slices.DeleteFunc(below, func(e entry) bool { return e.value == "" && len(e.below) == 0 })
				e.below = append(e.below, entry{name: who, below: below})
			}
			return e
		},
	}
}

func verifyKeys() []key[health.Verify] {
	return []key[health.Verify]{
		number("reads", "Healthy reads in a row.", 1, 1000, func(v *health.Verify) *int { return &v.Reads }),
		duration("after", "At least so long after the swap.", 0, 30*day, func(v *health.Verify) *time.Duration { return &v.After }),
	}
}

// checkOverrides says which overrides are for nobody.
func checkOverrides(r *report, c *Config) {
	known := map[string][]string{"service": slices.Sorted(maps.Keys(c.Services))}
	for _, s := range c.Servers {
		known["server"] = append(known["server"], s.Name)
		if s.Service != "" && !slices.Contains(known["service"], s.Service) {
			known["service"] = append(known["service"], s.Service)
		}
	}
	for _, o := range c.overrides {
		if !slices.Contains(known[o.of], o.name) {
			r.errorf(o.at, "thresholds: no %s is named %s%s", o.of, quote(o.name), orMeant(o.name, known[o.of]))
		}
	}
}
