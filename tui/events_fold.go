package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// eventRow is one line of the Events screen: an event, or a storm of them that
// have one cause.
type eventRow struct {
	*fleet.Event                // of a storm, the newest
	all          []*fleet.Event // of a storm, the newest first; else nil
	head         *eventRow      // of an event that is shown under its storm
	open         bool           // the storm shows its events
	text         string         // of a storm
	worst        fleet.Health   // of a storm
	known        bool           // acknowledged, of a storm all of it
}

// Storms: so many events of one cause, each so soon after the one before.
const (
	stormSize = 4
	stormGap  = 3 * time.Minute
)

// foldEvents makes the lines of events that come newest first: storms become
// one line, with their events under it where it is open.
func foldEvents(sh *shared, events []*fleet.Event, open map[int64]bool) []*eventRow {
	storms := map[*fleet.Event][]*fleet.Event{} // by its newest
	member := map[*fleet.Event]bool{}
	running := map[string][]*fleet.Event{}
	settle := func(g []*fleet.Event) {
		if len(g) < stormSize {
			return
		}
		storms[g[0]] = g
		for _, e := range g {
			member[e] = true
		}
	}
	for _, e := range events {
		c := stormCause(sh, e)
		if c == "" {
			continue
		}
		g := running[c]
		if n := len(g); n > 0 && g[n-1].Time.Sub(e.Time).Abs() > stormGap {
			settle(g)
			g = nil
		}
		running[c] = append(g, e)
	}
	for _, g := range running {
		settle(g)
	}
	rows := make([]*eventRow, 0, len(events))
	for _, e := range events {
		g, first := storms[e]
		switch {
		case first:
			head := stormRow(sh, g)
			rows = append(rows, head)
			if head.open = open[head.key()]; head.open {
				for _, x := range g {
					rows = append(rows, &eventRow{Event: x, head: head, known: x.Ack != nil})
				}
			}
		case !member[e]:
			rows = append(rows, &eventRow{Event: e, known: e.Ack != nil})
		}
	}
	return rows
}

// stormCause says what an event may have in common with others: a site that
// cannot be reached, a server of which much changes at once, or what ironage
// did to the queue by itself. What people did is never folded.
func stormCause(sh *shared, e *fleet.Event) string {
	switch e.Kind {
	case fleet.EventQueue:
		if strings.HasSuffix(e.Text, " by ironage") {
			return string(e.Kind)
		}
		return ""
	case fleet.EventCollector, fleet.EventMaintenance, fleet.EventSite, fleet.EventDuplicate:
		return ""
	case fleet.EventUnreachable, fleet.EventSilent, fleet.EventBack, fleet.EventRefused:
		return string(e.Kind) + "\x00" + siteOf(sh, e.Server)
	}
	if e.Server == "" {
		return ""
	}
	if e.Kind == fleet.EventHealth && e.Health == fleet.OK && e.Key == "" { // many servers read well for the first time
		return string(e.Kind) + "\x00" + siteOf(sh, e.Server) + "\x00" + e.Text
	}
	return string(e.Kind) + "\x00\x00" + e.Server
}

func siteOf(sh *shared, server string) string {
	if d := sh.digests.byName[server]; d != nil {
		return d.entry.Server.Site
	}
	return ""
}

// stormRow is the one line of a storm.
func stormRow(sh *shared, g []*fleet.Event) *eventRow {
	r := &eventRow{Event: g[0], all: g, known: true, worst: g[0].Health}
	servers := map[string]bool{}
	worst := g[0]
	for _, e := range g {
		servers[e.Server] = true
		r.known = r.known && e.Ack != nil
		if e.Health.Severity() > worst.Health.Severity() {
			worst = e
		}
	}
	r.worst = worst.Health
	t := sh.t
	if len(servers) > 1 && r.Kind != fleet.EventQueue {
		where := siteOf(sh, g[0].Server)
		if where != "" {
			where = ", " + t.Say("site %s", clean(where))
		}
		r.text = t.Count(len(servers), "%d server", "%d servers") + where + ": " + t.Text(clean(worst.Text))
		return r
	}
	r.text = t.Count(len(g), "%d event", "%d events") + ": " + t.Text(clean(worst.Text))
	return r
}

// id names a line from one view to the next: a storm by its oldest event, which
// stays the same while it grows.
func (r *eventRow) id() string {
	if r.all != nil {
		return "s" + strconv.FormatInt(r.key(), 10)
	}
	return strconv.FormatInt(r.ID, 10)
}

// key names a storm among those that are open.
func (r *eventRow) key() int64 { return r.all[len(r.all)-1].ID }

// top is the line that decides where this one stands.
func (r *eventRow) top() *eventRow {
	if r.head != nil {
		return r.head
	}
	return r
}

// health is how worrying the line is.
func (r *eventRow) health() fleet.Health {
	if r.all != nil {
		return r.worst
	}
	return r.Health
}

// unknown are the events of the line that nobody acknowledged.
func (r *eventRow) unknown() []int64 {
	var out []int64
	for _, e := range r.events() {
		if e.Ack == nil {
			out = append(out, e.ID)
		}
	}
	slices.Sort(out)
	return out
}

// events are all events of the line.
func (r *eventRow) events() []*fleet.Event {
	if r.all != nil {
		return r.all
	}
	return []*fleet.Event{r.Event}
}
