package tui

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/lang"
)

// problemWord is a problem of an endpoint in a word or two.
func problemWord(code string) string {
	switch code {
	case "":
		return "fine"
	case health.Refused:
		return "credentials"
	case health.AgentSilent:
		return "silent"
	case health.Garbled:
		return "not SNMP"
	case health.Unresolved:
		return "no such name"
	case health.NotAsked:
		return "not asked"
	case health.ProbeBehind:
		return "behind"
	case health.ProbePartial:
		return "partial read"
	case health.ProbeProfile:
		return "no profile"
	case health.ProbeTimeout:
		return "time-outs"
	}
	return code // unreachable, slow
}

// problemLook is a problem's glyph and style: what leaves a server in the dark
// stands out from what only costs a part of it.
func problemLook(st *styles, code string) (string, lipgloss.Style) {
	switch code {
	case "":
		return st.glyphText(fleet.OK), st.healthStyle(fleet.OK)
	case health.ProbeBehind, health.ProbePartial, health.ProbeProfile, health.ProbeTimeout, health.ProbeSlow:
		return st.glyphText(fleet.Warning), st.warn
	case health.NotAsked:
		return st.glyphText(fleet.Unknown), st.healthStyle(fleet.Unknown)
	}
	return st.glyphText(fleet.Critical), st.bad
}

// took is a duration as reads and echoes need it: "0.4 ms", "180 ms", "1.2 s".
func took(t *lang.Tongue, d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d == 0:
		return ""
	case ms < 1:
		return t.Number(ms, 2) + " ms"
	case ms < 10:
		return t.Number(ms, 1) + " ms"
	case ms < 1000:
		return t.Number(ms, 0) + " ms"
	case ms < 60_000:
		return t.Number(ms/1000, 1) + " s"
	}
	return t.Span(d)
}

func probeColumns(sh *shared) []column[*health.Probe] {
	type P = *health.Probe
	st := func() *styles { return sh.styles }
	faint := func(P) (lipgloss.Style, bool) { return st().faint, true }
	dead := func(p P) bool { return p.State.SNMP != fleet.Answered }
	count := func(n int) string {
		if n == 0 {
			return ""
		}
		return sh.t.Int(int64(n))
	}
	words := []string{}
	for _, code := range append(append([]string{}, health.ProbeProblems...), "") {
		words = append(words, "x "+problemWord(code))
	}
	return []column[P]{
		{title: "PROBLEM", width: 14, words: words, letter: sortKey("P", "problem"),
			less: func(a, b P) int { return cmp.Compare(problemRank(a), problemRank(b)) },
			text: func(p P) string {
				g, _ := problemLook(st(), p.Problem())
				return g + " " + sh.t.Say(problemWord(p.Problem()))
			},
			style: func(p P) (lipgloss.Style, bool) { _, style := problemLook(st(), p.Problem()); return style, true }},
		{title: "SERVER", width: 12, min: 10, max: 18, letter: sortKey("N", "name"), text: func(p P) string { return clean(p.Server) },
			less: func(a, b P) int { return strings.Compare(a.Server, b.Server) }},
		{title: "ROLE", width: 4, text: func(p P) string { return clean(p.State.Role.String()) }, style: faint,
			less: func(a, b P) int { return cmp.Compare(a.State.Role, b.State.Role) }},
		{title: "ADDRESS", width: 18, min: 13, max: 30, priority: 2, letter: sortKey("D", "address"), text: func(p P) string { return clean(p.State.Address) },
			less: func(a, b P) int { return fleet.CompareNames(a.State.Address, b.State.Address) }},
		{title: "ONE READ", width: 8, right: true, letter: sortKey("T", "time of a read"), down: true, blank: dead,
			text: func(p P) string {
				if dead(p) {
					return ""
				}
				return took(sh.t, p.State.Cost.Took)
			},
			less: func(a, b P) int { return cmp.Compare(a.State.Cost.Took, b.State.Cost.Took) }},
		{title: "PING", width: 8, words: []string{"no right"}, right: true, priority: 3, letter: sortKey("G", "ping"), down: true,
			blank: func(p P) bool { return p.State.Ping.Received == 0 },
			text:  func(p P) string { return sh.t.Text(pingCell(sh.t, &p.State.Ping)) }, style: faint,
			less: func(a, b P) int { return cmp.Compare(a.State.Ping.Avg, b.State.Ping.Avg) }},
		{title: "REQUESTS", width: 8, right: true, priority: 1, letter: sortKey("Q", "requests"), down: true,
			text: func(p P) string { return count(p.State.Cost.PDUs) }, style: faint,
			less: func(a, b P) int { return cmp.Compare(a.State.Cost.PDUs, b.State.Cost.PDUs) }},
		{title: "AGAIN", width: 5, right: true, priority: 1, letter: sortKey("A", "requests sent again"), down: true,
			text:  func(p P) string { return count(p.State.Cost.Retries) },
			style: func(p P) (lipgloss.Style, bool) { return st().warn, p.State.Cost.Retries > 0 },
			less:  func(a, b P) int { return cmp.Compare(a.State.Cost.Retries, b.State.Cost.Retries) }},
		{title: "MISSED", width: 6, right: true, priority: 2, letter: sortKey("M", "reads missed"), down: true,
			text:  func(p P) string { return count(p.State.Misses) },
			style: func(p P) (lipgloss.Style, bool) { return st().warn, p.State.Misses > 0 },
			less:  func(a, b P) int { return cmp.Compare(a.State.Misses, b.State.Misses) }},
		{title: "VALUES", width: 7, right: true, priority: 4, letter: sortKey("V", "values"), down: true,
			text: func(p P) string { return count(p.State.Cost.Varbinds) }, style: faint,
			less: func(a, b P) int { return cmp.Compare(a.State.Cost.Varbinds, b.State.Cost.Varbinds) }},
		{title: "BYTES", width: 8, right: true, priority: 4, letter: sortKey("B", "bytes"), down: true,
			text: func(p P) string { return someBytes(sh, p.State.Cost.Bytes) }, style: faint,
			less: func(a, b P) int { return cmp.Compare(a.State.Cost.Bytes, b.State.Cost.Bytes) }},
		{title: "ANSWERED", width: 8, words: []string{"never"}, right: true, priority: 1, letter: sortKey("L", "last answer"),
			text:  func(p P) string { return sh.ago(p.State.LastOK) },
			style: func(p P) (lipgloss.Style, bool) { return st().warn, p.State.Stale(sh.now()) },
			less:  func(a, b P) int { return a.State.LastOK.Compare(b.State.LastOK) }},
		{title: "PROFILES", width: 18, min: 12, max: 40, priority: 5, text: func(p P) string { return clean(strings.Join(p.State.Profiles, ", ")) }, style: faint,
			less: func(a, b P) int {
				return strings.Compare(strings.Join(a.State.Profiles, ","), strings.Join(b.State.Profiles, ","))
			}},
		{title: "NOT READ", width: 16, min: 12, max: 60, priority: 6, text: func(p P) string { return clean(unreadCell(p.State)) },
			style: func(p P) (lipgloss.Style, bool) { return st().warn, true }},
	}
}

func problemRank(p *health.Probe) int {
	for i, code := range health.ProbeProblems {
		if code == p.Problem() {
			return i
		}
	}
	return len(health.ProbeProblems)
}

// pingCell is the echo's time, or why there is none.
func pingCell(t *lang.Tongue, p *fleet.Ping) string {
	switch {
	case p.Received > 0 && p.Received < p.Sent:
		return took(t, p.Avg) + " " + strconv.Itoa(p.Received) + "/" + strconv.Itoa(p.Sent)
	case p.Received > 0:
		return took(t, p.Avg)
	case p.Reach == fleet.Silent:
		return "none"
	case p.Reach == fleet.NotPermitted:
		return "no right"
	}
	return ""
}

func someBytes(sh *shared, n int) string {
	if n == 0 {
		return ""
	}
	return sh.bytes(int64(n))
}

// unreadCell is what the last read left out.
func unreadCell(e *fleet.EndpointState) string {
	var parts []string
	for _, r := range e.Errors {
		parts = append(parts, r.What)
	}
	return strings.Join(parts, ", ")
}
