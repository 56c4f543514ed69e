package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

// causeRow is one line of what needs a person now.
type causeRow struct {
	health.Cause
	where string // the server, or the rack or site that is concerned
	text  string
	place string
	known string // what is being done about it: acknowledged, order #12
}

// causeRows lists what needs a person, as the Overview shows it.
func causeRows(sh *shared, w *health.Watch) []causeRow {
	if sh.view == nil {
		return nil
	}
	w.Foreign = sh.view.Collector.Foreign
	causes := w.Causes(sh.view.Fleet, sh.now())
	rows := make([]causeRow, len(causes))
	for i, c := range causes {
		rows[i] = causeRow{Cause: c, where: clean(c.Server), text: sh.t.Text(clean(c.Text)), known: knownText(sh, &c)}
		if c.Server == "" {
			rows[i].where, rows[i].text = outageText(sh, &c)
			continue
		}
		e := sh.view.Fleet.Find(c.Server)
		if e == nil {
			continue
		}
		rows[i].place = sh.digests.place(&e.Server)
		if len(c.Keys) > 0 {
			continue // says which parts itself
		}
		rows[i].text = causeText(sh, e, &c)
		if n := len(c.Consequences); n > 0 {
			rows[i].text += " (" + sh.t.Count(n, "and %d consequence", "and %d consequences") + ")"
		}
	}
	return rows
}

// causeText is a cause in the reader's language, with the part's place before it
// where its words do not name it.
func causeText(sh *shared, e *fleet.Entry, c *health.Cause) string {
	text := clean(c.Text)
	said := sh.t.Text(text)
	if c.Key == "" {
		return said
	}
	if label := placeLabel(&e.State, c.Key); label != "" && !strings.Contains(fold(text), fold(label)) {
		return label + ": " + said
	}
	return said
}

// outageText names what is silent as shortly as the list needs: the rack or
// site, and in the text how much it is and in which room.
func outageText(sh *shared, c *health.Cause) (where, text string) {
	t := sh.t
	text = t.Text(clean(c.Text))
	e := sh.view.Fleet.Find(firstOf(c.Servers...))
	if e == nil {
		return t.Text(clean(c.Scope)), text
	}
	silent := t.Count(len(c.Servers), "%d server silent: look at power and network first", "all %d servers silent: look at power and network first")
	switch c.Scope {
	case "rack":
		return t.Say("rack %s", clean(e.Server.Rack)), joined(silent, joined(clean(e.Server.Room), clean(e.Server.Site)))
	case "site":
		return t.Say("site %s", clean(e.Server.Site)), silent
	}
	return t.Text(clean(c.Scope)), text
}

// knownText says what is being done about a cause; "" when nothing is.
func knownText(sh *shared, c *health.Cause) string {
	if text := orderedText(sh, c); text != "" {
		return text
	}
	switch {
	case c.Maintenance:
		if e := sh.view.Fleet.Find(c.Server); e != nil && e.Maintenance != nil {
			return sh.t.Say("maintenance until %s", sh.clock(e.Maintenance.Until))
		}
		return sh.t.Say("maintenance")
	case c.Acknowledged:
		return ackedBy(sh, c)
	}
	return ""
}

// orderedText names the open work order behind a cause; of a cause that stands
// for several parts, how many have one.
func orderedText(sh *shared, c *health.Cause) string {
	d := sh.digests.byName[c.Server]
	if d == nil {
		return ""
	}
	count, text := 0, ""
	for _, o := range d.orders {
		if o.Slot != "" && (o.Slot == c.Key || slices.Contains(c.Keys, o.Slot)) {
			count++
			text = orderName(o.ID) + " " + sh.stateWord(o.State)
		}
	}
	if n := len(c.Keys); n > 0 && count > 0 {
		return sh.t.Say("%d of %d ordered", count, n)
	}
	return text
}

// ackedBy is who knows of a cause, and since when, as far as that is kept.
func ackedBy(sh *shared, c *health.Cause) string {
	if e := sh.view.Fleet.Find(c.Server); e != nil {
		for i := range e.State.Findings {
			if f := &e.State.Findings[i]; f.Code == c.Code && f.Key == c.Key && f.Ack != nil {
				return joinComma(sh.t.Say("known: %s %s", clean(f.Ack.By), sh.ago(f.Ack.At)), untilText(sh, f.Ack.Until))
			}
		}
	}
	return sh.t.Say("acknowledged")
}

// id names a cause from one view to the next.
func (r causeRow) id() string { return strings.Join([]string{r.where, r.Key, r.Code}, "\x00") }

// open is where Enter leads: the server at the part, or the servers concerned.
func (r causeRow) open(sh *shared) tea.Msg {
	switch {
	case r.Server != "":
		return openServerMsg{server: r.Server, key: r.Key}
	case r.Code == health.Stale:
		return openPageMsg{page: pageServers, filter: "stale:yes"}
	case r.Scope == "rack" || r.Scope == "site":
		return openPageMsg{page: pageServers, filter: outageFilter(sh, r)}
	}
	return openPageMsg{page: pageServers, filter: "health:unknown"}
}

// outageFilter shows the servers of a rack or site.
func outageFilter(sh *shared, r causeRow) string {
	e := sh.view.Fleet.Find(firstOf(r.Servers...))
	if e == nil {
		return "health:unknown"
	}
	var terms []string
	for _, t := range []struct{ field, value string }{{"rack", e.Server.Rack}, {"room", e.Server.Room}, {"site", e.Server.Site}} {
		if t.value != "" && (r.Scope == "rack" || t.field == "site") {
			terms = append(terms, t.field+`:"`+strings.ReplaceAll(t.value, `"`, "?")+`"`)
		}
	}
	return strings.Join(terms, " ")
}

// causeColumns are the columns of the list; it keeps the order of urgency.
func causeColumns(sh *shared) []column[causeRow] {
	st := func() *styles { return sh.styles }
	dim := func(r causeRow) (lipgloss.Style, bool) { return st().faint, !r.Alerts() }
	return []column[causeRow]{
		{title: "HEALTH", width: 10, words: healthWords(), text: func(r causeRow) string { return st().badgeText(r.Health) },
			style: func(r causeRow) (lipgloss.Style, bool) { return st().healthStyle(r.Health), true }},
		{title: "SERVER", width: 12, min: 10, max: 18, text: func(r causeRow) string { return r.where },
			style: func(r causeRow) (lipgloss.Style, bool) {
				if r.Alerts() {
					return st().bold, true
				}
				return st().faint, true
			}},
		{title: "WHAT", width: 47, min: 20, max: 140, text: func(r causeRow) string { return r.text }, style: dim},
		{title: "PLACE", width: 8, max: 24, priority: 2, text: func(r causeRow) string { return r.place }, style: dim},
		{title: "SINCE", width: max(5, width(sh.t.Span(99*24*time.Hour))), right: true, text: func(r causeRow) string { return sh.ago(r.Since) },
			style: func(causeRow) (lipgloss.Style, bool) { return st().faint, true }},
		{title: "BEING DONE", width: 13, max: 18, text: func(r causeRow) string {
			if r.known == "" {
				return "-"
			}
			return r.known
		}, style: func(causeRow) (lipgloss.Style, bool) { return st().faint, true }},
	}
}

// mayAct reports whether the person may change anything; a viewer only looks.
func mayAct(sh *shared) bool { return sh.actor.Role.Includes(queue.Technician) }

// refuseViewer says why a viewer's key does nothing.
func refuseViewer(what string) tea.Cmd {
	return send(sayMsg{fleet.Warning, "your role is viewer: you may look, but not " + what})
}

// causeAckedMsg says what became of an acknowledgement: how many findings were
// acknowledged, and why the others were not.
type causeAckedMsg struct {
	of    any
	count int
	err   error
}

// ackTarget is one finding of a cause.
type ackTarget struct{ server, key, code string }

// ackTargets are the findings that a cause stands for. An outage is
// acknowledged on each of its servers.
func ackTargets(sh *shared, c *health.Cause) []ackTarget {
	var out []ackTarget
	for _, name := range c.Servers {
		switch {
		case len(c.Keys) > 0:
			for _, key := range c.Keys {
				out = append(out, ackTarget{name, key, c.Code})
			}
		case c.Server != "":
			out = append(out, ackTarget{name, c.Key, c.Code})
		default:
			e := sh.view.Fleet.Find(name)
			if e == nil {
				continue
			}
			for _, f := range e.State.Findings {
				if health.AboutReach(f.Code) && !f.Acknowledged {
					out = append(out, ackTarget{name, f.Key, f.Code})
				}
			}
		}
	}
	return out
}

// acknowledge tells the store that a person knows of a cause, and of whom the
// answer is for.
func acknowledge(sh *shared, of any, c health.Cause, note string, until time.Time) tea.Cmd {
	targets := ackTargets(sh, &c)
	return func() tea.Msg {
		for i, t := range targets {
			if err := sh.desk.AckFinding(sh.ctx, sh.actor, t.server, t.key, t.code, note, until); err != nil {
				return causeAckedMsg{of, i, fmt.Errorf("%s: %w (%d of %d done)", clean(t.server), err, i, len(targets))}
			}
		}
		return causeAckedMsg{of: of, count: len(targets)}
	}
}
