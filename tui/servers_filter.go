package tui

import (
	"cmp"
	"slices"
	"strings"

	"ironage/internal/ageing"
	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// serverLanguage is what the Servers list can be filtered by.
func serverLanguage(sh *shared) *language[*digest] {
	text := func(name, hint string, whole bool, get func(*digest) []string) field[*digest] {
		return field[*digest]{Name: name, Hint: hint, Whole: whole, Texts: get}
	}
	of := func(get func(*fleet.Server) string) func(*digest) []string {
		return func(d *digest) []string { return []string{get(&d.entry.Server)} }
	}
	choice := func(name string, choices []string, get func(*digest) []string) field[*digest] {
		return field[*digest]{Name: name, Choices: choices, Whole: true, Texts: get}
	}
	return &language[*digest]{
		Free: func(d *digest) string { return d.search },
		Fields: []field[*digest]{
			choice("health", []string{"ok", "warning", "critical", "unknown"},
				func(d *digest) []string { return []string{d.entry.State.Health.String()} }),
			choice("kind", kindChoices(), func(d *digest) []string { return d.trouble }),
			text("vendor", "Dell", false, func(d *digest) []string {
				return []string{d.entry.State.Device.Vendor, d.entry.Server.Manufacturer}
			}),
			text("model", "R640", false, func(d *digest) []string { return []string{d.model, d.entry.Server.Model} }),
			text("site", "hanoi", true, of(func(s *fleet.Server) string { return s.Site })),
			text("room", "dc1", true, of(func(s *fleet.Server) string { return s.Room })),
			text("rack", "A*", true, of(func(s *fleet.Server) string { return s.Rack })),
			text("service", "TDOffice", true, of(func(s *fleet.Server) string { return s.Service })),
			choice("criticality", []string{"low", "normal", "high", "critical"}, of(func(s *fleet.Server) string {
				return string(cmp.Or(s.Criticality, fleet.CriticalityNormal))
			})),
			{Name: "age", Hint: ">5y", Number: func(d *digest) (float64, bool) { return d.age.Years, d.age.Known }},
			{Name: "year", Hint: "<2019", Measure: filter.Pieces, Number: func(d *digest) (float64, bool) { return float64(d.age.Since.Year()), d.age.Known }},
			{Name: "risk", Hint: ">10%", Measure: filter.Percent, Number: (*digest).risk},
			{Name: "over", Hint: ">0", Measure: filter.Pieces, Number: func(d *digest) (float64, bool) {
				if d.out == nil {
					return 0, false
				}
				return float64(d.out.PartsOver), true
			}},
			choice("band", bandChoices(), func(d *digest) []string { return []string{bandWord(d.band)} }),
			text("part", "ST1200MM0099", false, func(d *digest) []string { return d.fitted }),
			choice("stale", []string{"yes", "no"}, func(d *digest) []string { return yesNo(d.stale(sh.now())) }),
			text("serial", "7XK4P13", false, func(d *digest) []string { return d.serials }),
			choice("state", stateChoices(), func(d *digest) []string {
				return orderTexts(d, func(o orderMark) string { return hyphened(stateName(o.state)) })
			}),
			choice("tier", []string{"p1", "p2", "p3", "p4"}, func(d *digest) []string {
				return orderTexts(d, func(o orderMark) string { return string(o.tier) })
			}),
		},
	}
}

func kindChoices() []string {
	out := make([]string, len(fleet.Kinds))
	for i, k := range fleet.Kinds {
		out[i] = string(k)
	}
	return out
}

func stateChoices() []string {
	var out []string
	for _, s := range queue.States() {
		out = append(out, hyphened(stateName(s)))
	}
	return out
}

func bandChoices() []string {
	var out []string
	for _, b := range ageing.Bands {
		out = append(out, bandWord(b))
	}
	return out
}

// bandWord is an age band as a filter names it: one word, "over", "far-over".
func bandWord(b ageing.Band) string { return hyphened(strings.TrimSuffix(b.String(), " age")) }

func hyphened(s string) string { return strings.ReplaceAll(s, " ", "-") }

func yesNo(b bool) []string {
	if b {
		return []string{"yes"}
	}
	return []string{"no"}
}

func orderTexts(d *digest, get func(orderMark) string) []string {
	var out []string
	for _, o := range d.orders {
		if t := get(o); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
