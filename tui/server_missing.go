package tui

import (
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// lack is something that was expected of a server and is not there, or that
// nobody can tell.
type lack struct {
	health fleet.Health
	text   string // in the reader's language
	more   string // what else there is to know
}

// missingCodes are the findings about what is not as expected.
var missingCodes = []string{health.MissingPart, health.Vanished, health.MismatchMemory, health.MismatchCPU, health.MismatchPart,
	health.MismatchPartModel, health.MismatchSerial, health.MismatchModel}

// lacks is what was expected and is missing: findings first, then empty slots
// of kinds of which parts are missing, then what was not reported or not read.
func lacks(sh *shared, e *fleet.Entry) []lack {
	var out []lack
	for i := range e.State.Findings {
		f := &e.State.Findings[i]
		if !slices.Contains(missingCodes, f.Code) {
			continue
		}
		more := ""
		if g, ok := e.State.Gone[f.Key]; ok {
			more = sh.t.Say("gone since %s (%s ago)", sh.moment(g.At), sh.since(g.At))
		}
		out = append(out, lack{f.Health, sh.dated(sh.t.Text(findingText(&e.State, f))), more})
	}
	out = append(out, emptySlots(sh, e)...)
	return append(out, untold(sh, e)...)
}

// emptySlots are the free places of kinds of which fewer are fitted than the
// inventory expects: where the missing part should sit.
func emptySlots(sh *shared, e *fleet.Entry) []lack {
	var out []lack
	for _, k := range fleet.Kinds {
		fitted, empty := 0, []string(nil)
		for i := range e.State.Components {
			c := &e.State.Components[i]
			switch {
			case c.Kind != k:
			case c.Health != fleet.Absent:
				fitted++
			default:
				empty = append(empty, clean(c.Label()))
			}
		}
		if fitted >= e.Server.Expected[k] || len(empty) == 0 || !inventoried(e) {
			continue
		}
		slices.SortFunc(empty, fleet.CompareNames)
		const most = 12
		more := ""
		if len(empty) > most {
			empty, more = empty[:most], ", …"
		}
		out = append(out, lack{fleet.Unknown, sh.t.Say("empty slots for %s: %s", sh.kindWord(k, 2), strings.Join(empty, ", ")+more), ""})
	}
	return out
}

// untold is what cannot be missed because nobody says whether it is there.
func untold(sh *shared, e *fleet.Entry) []lack {
	var out []lack
	for _, k := range e.State.NotReported {
		more := ""
		if n := e.Server.Expected[k]; n > 0 {
			more = sh.t.Say("the inventory expects %d: look at the machine itself", n)
		}
		out = append(out, lack{fleet.Unknown, sh.t.Say("%s: not reported by this device", sh.kindWord(k, 2)), more})
	}
	for i := range e.State.Endpoints {
		ep := &e.State.Endpoints[i]
		for _, u := range ep.Unread {
			kinds := make([]string, len(u.Kinds))
			for i, k := range u.Kinds {
				kinds[i] = sh.kindWord(k, 2)
			}
			what := strings.Join(kinds, ", ")
			if what == "" {
				what = clean(u.What)
			}
			out = append(out, lack{fleet.Unknown, sh.t.Say("%s: could not be read whole through %s", what, ep.Role.String()), sh.t.Text(clean(u.Text))})
		}
	}
	for _, ep := range endpointsOf(e) {
		if ep.LastOK.IsZero() {
			out = append(out, lack{fleet.Unknown, sh.t.Say("%s %s has never answered: nothing that only it tells is known", ep.Role.String(), clean(ep.Address)), ""})
		}
	}
	return out
}

// missingCount is how many things are missing for certain.
func missingCount(e *fleet.Entry) int {
	n := 0
	for i := range e.State.Findings {
		if slices.Contains(missingCodes, e.State.Findings[i].Code) {
			n++
		}
	}
	return n
}

// missing is the panel of what was expected, and whether it is there.
func (s *serverScreen) missing(l *lines) {
	st, t := s.sh.styles, s.sh.t
	all := lacks(s.sh, s.entry)
	l.head("Expected and missing")
	if len(all) == 0 {
		text := t.Say("Nothing is missing: what the inventory expects is there, and every kind was reported.")
		if len(s.entry.Server.Expected) == 0 && s.entry.Server.MemoryBytes == 0 && s.entry.Server.CPUSockets == 0 {
			text = t.Say("Nothing has gone. How many parts there should be, the inventory does not say (key expected).")
		}
		l.text("", text, st.faint)
	}
	for _, x := range all {
		at := len(l.all)
		l.text("  ", x.text, st.plain)
		l.all[at] = st.healthStyle(x.health).Render(st.glyphText(x.health)) + " " + strings.TrimPrefix(l.all[at], "  ")
		l.textIf("  ", x.more, st.faint)
	}
	s.expected(l)
}

// expected compares what the inventory says with what is fitted.
func (s *serverScreen) expected(l *lines) {
	e, st := s.entry, s.sh.styles
	l.gap()
	l.head("The inventory and the machine")
	at := len(l.all)
	row := func(label, want, have string) {
		l.row(st.label.Render(fit(s.sh.t.Text(label), 18)) + s.sh.t.Say("expected %s, found %s", want, have))
	}
	for _, k := range fleet.Kinds {
		want := e.Server.Expected[k]
		if want == 0 {
			continue
		}
		have := "?"
		if inventoried(e) && !slices.Contains(e.State.NotReported, k) {
			have = s.sh.t.Int(int64(fittedOf(&e.State, k)))
		}
		row(s.sh.kindWord(k, 2), s.sh.t.Int(int64(want)), have)
	}
	if n := e.Server.MemoryBytes; n > 0 {
		row(s.sh.t.Text("memory"), bytesText(n), s.memoryFound())
	}
	if n := e.Server.CPUSockets; n > 0 {
		have := "?"
		if inventoried(e) {
			have = s.sh.t.Int(int64(fittedOf(&e.State, fleet.CPU)))
		}
		row("CPU", s.sh.t.Int(int64(n)), have)
	}
	for _, x := range [][3]string{{"serial", e.Server.Serial, e.State.Device.Serial}, {"model", e.Server.Model, e.State.Device.Model}} {
		if x[1] != "" {
			row(x[0], clean(x[1]), cleanOr(x[2], "?"))
		}
	}
	if len(l.all) == at {
		l.text("", s.sh.t.Say("The inventory says nothing about what is fitted."), st.faint)
	}
}

func (s *serverScreen) memoryFound() string {
	if n := s.entry.State.Totals.MemoryBytes; n != nil {
		return bytesText(*n)
	}
	sum := int64(0)
	for i := range s.entry.State.Components {
		if c := &s.entry.State.Components[i]; c.Kind == fleet.Memory && c.Health != fleet.Absent && c.CapacityBytes != nil {
			sum += *c.CapacityBytes
		}
	}
	if sum == 0 {
		return "?"
	}
	return bytesText(sum)
}

func fittedOf(st *fleet.State, k fleet.Kind) int {
	n := 0
	for i := range st.Components {
		if c := &st.Components[i]; c.Kind == k && c.Health != fleet.Absent {
			n++
		}
	}
	return n
}

// inventoried reports whether what speaks for the hardware was read whole: the
// management controller where there is one. Before that nothing is missing.
func inventoried(e *fleet.Entry) bool {
	bmc := slices.ContainsFunc(e.Server.Endpoints, func(ep fleet.Endpoint) bool { return ep.Role == fleet.BMC })
	return slices.ContainsFunc(e.State.Endpoints, func(ep fleet.EndpointState) bool {
		return !ep.LastFull.IsZero() && (!bmc || ep.Role == fleet.BMC)
	})
}
