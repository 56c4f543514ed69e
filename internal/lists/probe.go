package lists

import (
	"strings"

	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/health"
)

// ProbeFine is the problem of an endpoint that has none, as filters name it.
const ProbeFine = "none"

// ProblemWords are the problems of endpoints that a filter knows.
func ProblemWords() []string { return append(append([]string{}, health.ProbeProblems...), ProbeFine) }

// Probes is what lists of endpoints are filtered by.
func Probes(a *About) *filter.Language[*health.Probe] {
	type P = *health.Probe
	count := func(name, about, hint string, get func(P) int) filter.Field[P] {
		return filter.Field[P]{Name: name, About: about, Hint: hint, Measure: filter.Pieces, Number: func(p P) (float64, bool) { return float64(get(p)), true }}
	}
	fields := []filter.Field[P]{
		{Name: "problem", About: "what is wrong with asking it", Choices: ProblemWords(), Whole: true, Texts: func(p P) []string {
			if len(p.Problems) == 0 {
				return []string{ProbeFine}
			}
			return p.Problems
		}},
		choice("role", "management controller or operating system", []string{fleet.BMC.String(), fleet.OS.String()}, func(p P) string { return p.State.Role.String() }),
		text("address", "address that is asked", "10.1.*", func(p P) string { return p.State.Address }),
		name("credential", "how ironage logs in", "bmc", func(p P) string { return p.State.Credential }),
		{Name: "profile", About: "profiles that it is read by", Hint: "dell-*", Whole: true, Texts: func(p P) []string { return p.State.Profiles }},
		choice("stale", "not read for too long", yesOrNo, func(p P) string { return yesNo(p.State.Stale(a.Now())) }),
		{Name: "ms", About: "how many milliseconds its last read took", Hint: ">500", Measure: filter.Pieces, Number: func(p P) (float64, bool) {
			return float64(p.State.Cost.Took.Milliseconds()), p.State.SNMP == fleet.Answered
		}},
		count("pdus", "requests of its last read", ">100", func(p P) int { return p.State.Cost.PDUs }),
		count("retries", "requests that were sent again", ">0", func(p P) int { return p.State.Cost.Retries }),
		count("missed", "reads in a row without an answer", ">0", func(p P) int { return p.State.Misses }),
	}
	fields = append(fields, places(a, func(p P) string { return p.Server })...)
	return &filter.Language[P]{Fields: fields, Free: func(p P) string {
		texts := []string{p.Server, p.State.Address, p.State.Role.String(), strings.Join(p.State.Profiles, " ")}
		if why := p.Why(a.Now()); why != "" {
			texts = append(texts, a.said(why))
		}
		return filter.Fold(joinLines(texts))
	}}
}
