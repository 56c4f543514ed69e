package lists

import (
	"math"

	"ironage/internal/ageing"
	"ironage/internal/filter"
	"ironage/internal/outlook"
)

// Parts is what lists of the outlook are filtered by: parts, or servers as one
// line each.
func Parts(a *About) *filter.Language[*outlook.Line] {
	type L = *outlook.Line
	server := func(l L) string { return l.Server }
	where := places(a, server)
	where[0].Text = server
	fields := append([]filter.Field[L]{
		choice("health", "health of the part", healthWords, func(l L) string { return l.Health.String() }),
		{Name: "kind", About: "kind of part, also the one by which it ages: hdd, ssd, dimm", Hint: "disk", Whole: true,
			Texts: func(l L) []string { return []string{l.Kind.String(), l.Life} },
			Offer: func() []string { return append(kindWords(), ageing.LifeKinds()...) }},
		text("vendor", "maker of the part", "Seagate", func(l L) string { return l.Vendor }),
		text("model", "model of the part", "ST1200", func(l L) string { return l.Model }),
		{Name: "part", About: "part number or model", Hint: "ST1200MM0099", Texts: func(l L) []string { return []string{l.PartNumber, l.Model} }},
		text("serial", "serial number of the part", "WFK012", func(l L) string { return l.Serial }),
		{Name: "slot", About: "where the part sits", Hint: `"Bay 3"`, Texts: func(l L) []string { return []string{l.Label, l.Key} }},
	}, where...)
	fields = append(fields,
		choice("criticality", "how much depends on the server", critWords, func(l L) string { return string(l.Criticality) }),
		filter.Field[L]{Name: "age", About: "years in service", Hint: ">5y", Number: func(l L) (float64, bool) { return l.Age.Years, l.Age.Known }},
		filter.Field[L]{Name: "year", About: "year in which the age begins", Hint: "<2019", Measure: filter.Pieces,
			Number: func(l L) (float64, bool) { return float64(l.Age.Since.Year()), l.Age.Known }},
		choice("band", "age against service life", bandWords(), func(l L) string { return BandWord(l.Band) }),
		filter.Field[L]{Name: "used", About: "per cent of the service life that is used", Hint: ">100%", Measure: filter.Percent,
			Number: func(l L) (float64, bool) { return l.Consumed, !math.IsNaN(l.Consumed) }},
		filter.Field[L]{Name: "risk", About: "probability of failure within 12 months", Hint: ">10%", Measure: filter.Percent,
			Number: func(l L) (float64, bool) { return 100 * l.P, l.Estimated }},
		warranty(func(l L) (ageing.Cover, int) { return l.Cover, l.CoverDays }),
		choice("tier", "how urgent a replacement is", tierWords, func(l L) string { return string(l.Tier) }),
		filter.Field[L]{Name: "reason", About: "why to replace it", Hint: "wear", Texts: func(l L) []string {
			out := make([]string, len(l.Reasons))
			for i, r := range l.Reasons {
				out[i] = string(r)
			}
			return out
		}},
		choice("failed", "failed already", yesOrNo, func(l L) string { return yesNo(l.Failed) }))
	return &filter.Language[L]{Fields: fields, Free: func(l L) string {
		texts := []string{l.Server, l.Key, l.Label, l.Life, l.Kind.String(), l.Vendor, l.Model, l.PartNumber, l.Serial, l.Site, l.Service, l.Renew}
		for _, r := range l.Reasons {
			texts = append(texts, a.said(string(r)))
		}
		return filter.Fold(joinLines(texts))
	}}
}
