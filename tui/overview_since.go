package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// change is what came of one thing since the person last looked: its newest
// event, and how many there were.
type change struct {
	newest *fleet.Event
	worst  fleet.Health
	count  int
	text   string
}

// sinceRows are what changed since a time, one line per thing that changed:
// worst first, then newest. What the person did is no news to them.
func sinceRows(sh *shared, since time.Time) []sideRow {
	if sh.view == nil {
		return nil
	}
	changes := changesSince(sh, since)
	if len(changes) == 0 {
		return []sideRow{{draw: func(w int) string { return sh.styles.faint.Render(cut(sh.t.Say("nothing has changed"), w)) },
			msg: openPageMsg{page: pageEvents}}}
	}
	rows := make([]sideRow, len(changes))
	for i, c := range changes {
		rows[i] = sideRow{draw: func(w int) string { return changeLine(sh, c, w) }, msg: changeOpens(c)}
	}
	return rows
}

func changesSince(sh *shared, since time.Time) []*change {
	var fresh []*fleet.Event
	for i := range sh.view.Events {
		e := &sh.view.Events[i]
		if e.Time.After(since) && e.Kind != fleet.EventCollector && !ownDoing(sh, e) {
			fresh = append(fresh, e)
		}
	}
	byThing := map[string]*change{}
	var out []*change
	for _, r := range foldEvents(sh, fresh, nil) {
		thing := strings.Join([]string{string(r.Kind), r.Server, r.Key}, "\x00")
		c := byThing[thing]
		if c == nil || r.all != nil || r.Server == "" {
			c = &change{newest: r.Event, worst: r.health(), text: r.text}
			byThing[thing] = c
			out = append(out, c)
		}
		c.count += len(r.events())
	}
	slices.SortStableFunc(out, func(a, b *change) int {
		return cmp.Or(cmp.Compare(b.worst.Severity(), a.worst.Severity()), b.newest.Time.Compare(a.newest.Time))
	})
	return out
}

// ownDoing reports whether an event tells a person what they did themselves.
func ownDoing(sh *shared, e *fleet.Event) bool {
	return (e.Kind == fleet.EventQueue || e.Kind == fleet.EventMaintenance) && strings.HasPrefix(e.Text, sh.actor.Name+" ")
}

func changeLine(sh *shared, c *change, w int) string {
	st := sh.styles
	text := c.text
	if text == "" {
		text = sh.t.Text(clean(c.newest.Text))
		if c.newest.Server != "" {
			text = clean(c.newest.Server) + " " + text
		}
		if c.count > 1 {
			text = sh.t.Say("%d×", c.count) + " " + text
		}
	}
	when := " " + sh.ago(c.newest.Time)
	head := st.glyph(c.worst) + " "
	return head + fit(cut(text, max(w-2-width(when), 4)), max(w-2-width(when), 4)) + st.faint.Render(when)
}

// changeOpens is where Enter leads from a line.
func changeOpens(c *change) any {
	switch {
	case c.text != "":
		return openPageMsg{page: pageEvents, filter: "event:" + string(c.newest.Kind)}
	case c.newest.Server != "":
		return openServerMsg{server: c.newest.Server, key: c.newest.Key}
	case c.newest.Kind == fleet.EventMaintenance:
		return openPageMsg{page: pageMaintenance}
	}
	return openPageMsg{page: pageEvents, filter: "event:" + string(c.newest.Kind)}
}

// sinceTitle says since when: the last visit, or this console's start at the first.
func (o *overview) sinceTitle() string {
	t := o.sh.t
	if o.sh.prefs != nil && !o.sh.prefs.before.IsZero() {
		return t.Say("Since your visit %s ago", o.sh.ago(o.since))
	}
	return t.Say("Since you came %s ago", o.sh.ago(o.since))
}
