package lists

import (
	"cmp"
	"strings"

	"ironage/internal/filter"
	"ironage/internal/fleet"
)

// EventKinds are the kinds of events, in the order in which they are offered.
var EventKinds = []fleet.EventKind{fleet.EventHealth, fleet.EventSerial, fleet.EventFirmware, fleet.EventCapacity, fleet.EventAppeared,
	fleet.EventVanished, fleet.EventMoved, fleet.EventDuplicate, fleet.EventSilent, fleet.EventUnreachable, fleet.EventBack, fleet.EventRefused,
	fleet.EventSite, fleet.EventQueue, fleet.EventCollector, fleet.EventNotification,
	fleet.EventMaintenance}

// About gives the servers that events and orders are about.
type About struct {
	Now Clock
	// Server finds a server by its name; nil where there is none.
	Server func(name string) *fleet.Server
	// Criticality is how much depends on a server; nil: what its inventory says.
	Criticality func(*fleet.Server) fleet.Criticality
	// Say gives a text in the reader's language; may be nil.
	Say func(string) string
	// Sites, racks and services are offered from these; may be nil.
	Seen func() []*fleet.Server
}

// said is a text, and the same in the reader's language.
func (a *About) said(english string) string {
	if a.Say == nil {
		return english
	}
	if own := a.Say(english); own != english {
		return english + "\n" + own
	}
	return english
}

func (a *About) criticality(s *fleet.Server) string {
	if a.Criticality != nil {
		return string(a.Criticality(s))
	}
	return string(cmp.Or(s.Criticality, fleet.CriticalityNormal))
}

// place is a field that the server's inventory answers.
func place[R any](a *About, word, about, hint string, server func(R) string, get func(*fleet.Server) string) filter.Field[R] {
	f := name(word, about, hint, func(r R) string {
		if s := a.Server(server(r)); s != nil {
			return get(s)
		}
		return ""
	})
	if a.Seen != nil {
		f.Offer = func() []string { return distinct(a.Seen(), get, nil) }
	}
	return f
}

// places are the fields that say where a row's server is and what it is for.
func places[R any](a *About, server func(R) string) []filter.Field[R] {
	return []filter.Field[R]{
		place(a, "server", "name of the server", "hn-a1-*", server, func(s *fleet.Server) string { return s.Name }),
		place(a, "site", "site of the server", "hanoi", server, func(s *fleet.Server) string { return s.Site }),
		place(a, "room", "room of the server", "dc1", server, func(s *fleet.Server) string { return s.Room }),
		place(a, "rack", "rack of the server", "A*", server, func(s *fleet.Server) string { return s.Rack }),
		place(a, "service", "what the server is for", "TDOffice", server, func(s *fleet.Server) string { return s.Service }),
	}
}

// Events is what lists of events are filtered by. more are fields of the
// caller's own, e.g. of an event's acknowledgement.
func Events(a *About, more ...filter.Field[*fleet.Event]) *filter.Language[*fleet.Event] {
	type E = *fleet.Event
	var kinds []string
	for _, k := range EventKinds {
		kinds = append(kinds, string(k))
	}
	server := func(e E) string { return e.Server }
	where := places(a, server)
	where[0].Text = server // also of a server that left the inventory
	fields := append([]filter.Field[E]{
		choice("health", "how worrying the new state is", healthWords, func(e E) string { return e.Health.String() }),
		choice("event", "what changed", kinds, func(e E) string { return string(e.Kind) }),
		choice("kind", "kind of part", kindWords(), func(e E) string { kind, _, _ := strings.Cut(e.Key, "/"); return kind }),
	}, where...)
	fields = append(fields,
		text("component", "the part, as kind and slot", "disk/Bay*", func(e E) string { return e.Key }),
		choice("acked", "acknowledged by somebody", yesOrNo, func(e E) string { return yesNo(e.Ack != nil) }),
		filter.Field[E]{Name: "age", About: "how long ago it was", Hint: "<1d", Number: func(e E) (float64, bool) { return years(a.Now(), e.Time), true }})
	return &filter.Language[E]{Fields: append(fields, more...), Free: func(e E) string {
		texts := []string{e.Server, e.Key, a.said(e.Text), string(e.Kind)}
		if e.Ack != nil {
			texts = append(texts, e.Ack.By, e.Ack.Note)
		}
		return filter.Fold(joinLines(texts))
	}}
}
