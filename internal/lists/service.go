package lists

import (
	"ironage/internal/filter"
	"ironage/internal/outlook"
)

// Services is what lists of services are filtered by.
func Services() *filter.Language[*outlook.ServiceLine] {
	type L = *outlook.ServiceLine
	count := func(name, about, hint string, get func(L) int) filter.Field[L] {
		return filter.Field[L]{Name: name, About: about, Hint: hint, Measure: filter.Pieces, Number: func(l L) (float64, bool) { return float64(get(l)), true }}
	}
	return &filter.Language[L]{
		Free: func(l L) string { return filter.Fold(joinLines([]string{l.Value, l.Owner, l.Oldest})) },
		Fields: []filter.Field[L]{
			choice("health", "worst health of its servers", healthWords, func(l L) string { return l.Health.String() }),
			name("service", "name of the service", "TDOffice", func(l L) string { return l.Value }),
			name("owner", "who answers for it", "ops", func(l L) string { return l.Owner }),
			choice("criticality", "how much depends on it", critWords, func(l L) string { return string(l.Criticality) }),
			count("servers", "how many servers it stands on", ">10", func(l L) int { return l.Servers }),
			count("over", "how many of its parts are over age", ">0", func(l L) int { return l.PartsOver }),
			count("failed", "how many of its parts failed", ">0", func(l L) int { return l.Failed }),
			{Name: "share", About: "per cent of its servers that are over age", Hint: ">50%", Measure: filter.Percent,
				Number: func(l L) (float64, bool) { return 100 * l.OverShare(), l.Servers > 0 }},
			{Name: "age", About: "age of its oldest server", Hint: ">5y", Number: func(l L) (float64, bool) { return l.OldestAge.Years, l.Oldest != "" }},
			{Name: "risk", About: "probability that some part fails within 12 months", Hint: ">10%", Measure: filter.Percent,
				Number: func(l L) (float64, bool) { return 100 * l.P, l.Parts > 0 }},
		},
	}
}
