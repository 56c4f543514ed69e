package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
)

// scopeText names what a window is about in the reader's language.
func scopeText(sh *shared, w *maintenance.Window) string {
	if w.Scope == maintenance.Fleet {
		return sh.t.Say("the whole fleet")
	}
	name := clean(w.Name)
	if w.Scope == maintenance.Rack { // its own name first: lists cut what does not fit
		parts := strings.Split(name, "/")
		slices.Reverse(parts)
		name = strings.Join(parts, ", ")
	}
	return strings.TrimSpace(sh.t.Text(string(w.Scope)) + " " + name)
}

// everyText is a rhythm in the reader's language.
func everyText(sh *shared, r *maintenance.Rhythm) string {
	days := sh.t.Say("every day")
	switch {
	case r.MonthDay > 0:
		days = sh.t.Say("on day %s of the month", strconv.Itoa(r.MonthDay))
	case len(r.Weekdays) < 7:
		var names []string
		for _, d := range r.Weekdays {
			names = append(names, sh.t.Text(maintenance.DayName(d)))
		}
		days = sh.t.Say("every %s", strings.Join(names, ", "))
	}
	text := days + " " + sh.t.Say("%s for %s", r.Clock(), maintenance.Span(r.For))
	if zone := sh.now().Location().String(); r.Zone != "" && r.Zone != zone {
		text += " (" + r.Zone + ")"
	}
	return text
}

// timesText says when a window holds: how long still, when next, or when last.
func timesText(sh *shared, r *windowRow) string {
	t, now := sh.t, sh.now()
	left := func() string { return t.Span(r.at.To.Sub(now)) }
	switch r.phase {
	case maintenance.Active:
		return t.Say("until %s, %s left", sh.clock(r.at.To), left())
	case maintenance.Coming:
		return t.Say("%s, for %s", sh.clock(r.at.From), maintenance.Span(r.at.To.Sub(r.at.From)))
	}
	if r.at.To.IsZero() {
		return t.Say("cancelled")
	}
	return t.Say("was over %s", sh.clock(r.at.To))
}

// phaseWord is how a window stands, as people say it.
func phaseWord(p maintenance.Phase) string {
	if p == maintenance.Active {
		return "going on"
	}
	return p.String()
}

func windowColumns(sh *shared) []column[*windowRow] {
	st := func() *styles { return sh.styles }
	dim := func(r *windowRow) (lipgloss.Style, bool) { return st().faint, r.phase == maintenance.Past }
	return []column[*windowRow]{
		{title: "STATE", width: 8, letter: sortKey("S", "state"), say: true, words: []string{"going on", "coming", "past"},
			less: func(a, b *windowRow) int { return cmp.Compare(a.phase, b.phase) },
			text: func(r *windowRow) string { return phaseWord(r.phase) },
			style: func(r *windowRow) (lipgloss.Style, bool) {
				switch r.phase {
				case maintenance.Active:
					return st().healthStyle(fleet.Warning), true
				case maintenance.Past:
					return st().faint, true
				}
				return st().plain, false
			}},
		{title: "MAINTENANCE OF", width: 20, min: 12, max: 34, letter: sortKey("N", "name"), sticky: true,
			less: func(a, b *windowRow) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Name, b.Name)) },
			text: func(r *windowRow) string { return scopeText(sh, &r.Window) }, style: dim},
		{title: "WHEN", width: 27, min: 18, max: 34, letter: sortKey("T", "time"),
			less: func(a, b *windowRow) int { return a.at.From.Compare(b.at.From) },
			text: func(r *windowRow) string { return timesText(sh, r) }, style: dim},
		{title: "REASON", width: 18, min: 12, max: 80, text: func(r *windowRow) string { return clean(r.Reason) }, style: dim},
		{title: "SERVERS", width: 7, right: true, priority: 2, text: func(r *windowRow) string { return sh.count(r.servers) }, style: dim,
			letter: sortKey("V", "servers"), down: true, less: func(a, b *windowRow) int { return cmp.Compare(a.servers, b.servers) }},
		{title: "SILENCED", width: 8, right: true, priority: 1, text: func(r *windowRow) string {
			if r.phase != maintenance.Active {
				return "-"
			}
			return sh.count(r.silenced)
		}, style: dim},
		{title: "BY", width: 10, max: 18, priority: 3, letter: sortKey("B", "person"), less: func(a, b *windowRow) int { return cmp.Compare(a.By, b.By) },
			text: func(r *windowRow) string { return clean(r.By) }, style: dim},
		{title: "TIMES", width: 22, max: 44, priority: 4, text: func(r *windowRow) string {
			if r.Every == nil {
				return sh.t.Say("once")
			}
			return everyText(sh, r.Every)
		}, style: dim},
	}
}

// windowLanguage is what the Maintenance list can be filtered by.
func windowLanguage() *language[*windowRow] {
	is := func(scope maintenance.Scope) func(*windowRow) []string {
		return func(r *windowRow) []string {
			if r.Scope != scope {
				return nil
			}
			name := r.Name
			if scope == maintenance.Rack { // its own name serves too
				return []string{name, name[strings.LastIndex(name, "/")+1:]}
			}
			return []string{name}
		}
	}
	return (&language[*windowRow]{
		Free: func(r *windowRow) string {
			return fold(strings.Join([]string{string(r.Scope), r.Name, r.Reason, r.By, r.phase.String()}, "\n"))
		},
		Fields: []field[*windowRow]{
			{Name: "state", Choices: []string{"active", "coming", "past"}, Whole: true, Texts: func(r *windowRow) []string { return []string{r.phase.String()} }},
			{Name: "scope", Choices: []string{"server", "rack", "site", "service", "fleet"}, Whole: true,
				Texts: func(r *windowRow) []string { return []string{string(r.Scope)} }},
			{Name: "server", Whole: true, Texts: is(maintenance.Server)},
			{Name: "rack", Whole: true, Texts: is(maintenance.Rack)},
			{Name: "site", Whole: true, Texts: is(maintenance.Site)},
			{Name: "service", Whole: true, Texts: is(maintenance.Service)},
			{Name: "by", Whole: true, Texts: func(r *windowRow) []string { return []string{r.By} }},
		},
	})
}

// clock is a moment to the minute: the time today, the date with it else.
func (sh *shared) clock(at time.Time) string {
	now := sh.now()
	here := at.In(now.Location())
	switch {
	case sameDay(now, at):
		return here.Format("15:04")
	case here.Year() == now.Year():
		return sh.t.DayTime(here)
	}
	return sh.t.Date(here) + " " + here.Format("15:04")
}
