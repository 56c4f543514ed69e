package lists

import (
	"ironage/internal/filter"
	"ironage/internal/fleet"
)

// Servers is what lists of servers are filtered by. seen iterates over the
// servers that there are, for the completion of names; it may be nil.
func Servers(now Clock, seen func() []*Server) *filter.Language[*Server] {
	type S = *Server
	of := func(get func(*fleet.Server) string) func(S) string {
		return func(x S) string { return get(&x.Entry.Server) }
	}
	l := &filter.Language[S]{
		Free: func(x S) string { return x.search },
		Fields: []filter.Field[S]{
			choice("health", "health of the server", healthWords, func(x S) string { return x.Entry.State.Health.String() }),
			{Name: "kind", About: "a kind of part of which something is not well", Choices: kindWords(), Whole: true, Texts: func(x S) []string { return x.trouble }},
			name("name", "name of the server", "hn-a1-*", of(func(s *fleet.Server) string { return s.Name })),
			{Name: "vendor", About: "maker of the server", Hint: "Dell", Texts: func(x S) []string {
				return []string{x.Entry.State.Device.Vendor, x.Entry.Server.Manufacturer}
			}},
			{Name: "model", About: "model of the server", Hint: "R640", Texts: func(x S) []string { return []string{x.Model, x.Entry.Server.Model} }},
			name("site", "site", "hanoi", of(func(s *fleet.Server) string { return s.Site })),
			name("room", "room", "dc1", of(func(s *fleet.Server) string { return s.Room })),
			name("rack", "rack", "A*", of(func(s *fleet.Server) string { return s.Rack })),
			name("service", "what the server is for", "TDOffice", of(func(s *fleet.Server) string { return s.Service })),
			name("owner", "who answers for it", "ops", of(func(s *fleet.Server) string { return s.Owner })),
			choice("criticality", "how much depends on the server, or else on its service", critWords, func(x S) string { return string(x.Criticality) }),
			{Name: "age", About: "years in service", Hint: ">5y", Number: func(x S) (float64, bool) { return x.Age.Years, x.Age.Known }},
			{Name: "year", About: "year in which the age begins", Hint: "<2019", Measure: filter.Pieces, Number: func(x S) (float64, bool) { return float64(x.Age.Since.Year()), x.Age.Known }},
			choice("band", "age against service life", bandWords(), func(x S) string { return BandWord(x.Band) }),
			{Name: "over", About: "how many of its parts are over age", Hint: ">0", Measure: filter.Pieces, Number: func(x S) (float64, bool) {
				if x.Out == nil {
					return 0, false
				}
				return float64(x.Out.PartsOver), true
			}},
			{Name: "risk", About: "probability that some part fails within 12 months", Hint: ">10%", Measure: filter.Percent, Number: S.Risk},
			warranty(S.Warranty),
			{Name: "state", About: "state of an open work order on it", Choices: stateWords(), Whole: true,
				Texts: func(x S) []string { return x.orders(func(o *Order) string { return stateWord(o.State) }) }},
			{Name: "tier", About: "tier of an open work order on it", Choices: tierWords, Whole: true,
				Texts: func(x S) []string { return x.orders(func(o *Order) string { return string(o.Tier) }) }},
			choice("stale", "not read for longer than it should be", yesOrNo, func(x S) string { return yesNo(x.Entry.State.Stale(now())) }),
			{Name: "serial", About: "serial number of the server or of a part of it", Hint: "7XK4P13", Texts: func(x S) []string { return x.serials }},
			{Name: "part", About: "part number or model of a part that is fitted", Hint: "ST1200MM0099", Texts: func(x S) []string { return x.fitted }},
			{Name: "firmware", About: "firmware of the server or of a part of it", Hint: "2.75*", Texts: func(x S) []string { return x.firmware }},
		},
	}
	offerServers(l, seen)
	return l
}

// orders are the words of the open orders, each once.
func (x *Server) orders(word func(*Order) string) []string {
	var out []string
	for i := range x.Orders {
		out = addOnce(out, word(&x.Orders[i]))
	}
	return out
}

// offered are the fields whose values are completed from what there is. Those
// of which a fleet has a hundred thousand are not.
var offered = []string{"name", "vendor", "model", "site", "room", "rack", "service", "owner", "part", "firmware"}

func offerServers(l *filter.Language[*Server], seen func() []*Server) {
	if seen == nil {
		return
	}
	for _, n := range offered {
		f := l.Field(n)
		f.Offer = func() []string { return distinct(seen(), f.Text, f.Texts) }
	}
}

// distinct are the values that rows have.
func distinct[R any](rows []R, text func(R) string, texts func(R) []string) []string {
	known := make(map[string]bool)
	var out []string
	add := func(s string) {
		if s != "" && !known[s] {
			known[s] = true
			out = append(out, s)
		}
	}
	for _, r := range rows {
		if text != nil {
			add(text(r))
			continue
		}
		for _, s := range texts(r) {
			add(s)
		}
	}
	return out
}
