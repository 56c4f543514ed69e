package tui

import (
	"cmp"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// serviceList is the Services screen: what each service stands on.
type serviceList struct {
	sh    *shared
	table *table[*outlook.ServiceLine]
	later *later[struct{}, []outlook.ServiceLine]
}

func newServices(sh *shared) screen {
	s := &serviceList{sh: sh, table: newTable(sh, serviceColumns(sh))}
	s.table.id = func(l *outlook.ServiceLine) string { return l.Value }
	s.table.sortBy("WORST", true)
	s.later = &later[struct{}, []outlook.ServiceLine]{sh: sh, done: s.show,
		work: func(of *outlook.Fleet, _ struct{}) []outlook.ServiceLine { return of.Services() }}
	return s
}

func (s *serviceList) Title() string { return "Services" }
func (s *serviceList) Typing() bool  { return false }

// Init asks anew: an answer that came while the screen was not shown is lost.
func (s *serviceList) Init() tea.Cmd {
	s.later.again()
	return nil
}

func (s *serviceList) Keys() []key.Binding {
	k := s.sh.keys
	open := k.Open
	open.SetHelp(open.Help().Key, "its servers")
	return append([]key.Binding{open, k.Ageing}, s.table.sortKeys()...)
}

func (s *serviceList) show(lines []outlook.ServiceLine) {
	rows := make([]*outlook.ServiceLine, len(lines))
	for i := range lines {
		rows[i] = &lines[i]
	}
	s.table.setRows(rows)
}

func (s *serviceList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		return s, s.later.ask(struct{}{})
	case workedMsg:
		return s, s.later.take(msg)
	case tea.KeyPressMsg:
		l, ok := s.table.row()
		if ok && key.Matches(msg, s.sh.keys.Open) {
			return s, send(openPageMsg{page: pageServers, filter: sliceFilter(outlook.ByService.Slice(l.Value))})
		}
		s.table.update(msg)
	}
	return s, nil
}

func (s *serviceList) View(w, h int) string {
	switch v := s.sh.view; {
	case v == nil || v.Fleet == nil:
		s.table.empty = "waiting for the first answer of the store …"
	case v.Fleet.Len() == 0:
		s.table.empty = noServers
	case !s.later.known():
		s.table.empty = "working it out …"
	}
	return s.table.view(w, h)
}

// Detail says the numbers behind the line under the cursor.
func (s *serviceList) Detail() string {
	l, ok := s.table.row()
	if !ok {
		return ""
	}
	oldest := ""
	if l.Oldest != "" {
		oldest = "oldest " + clean(l.Oldest) + " " + l.OldestAge.Label()
	}
	return joined(serviceName(l.Value), labelled("owner", l.Owner), fmt.Sprintf("%s over age of %s", grouped(int64(l.PartsOver)), plural(l.Parts, "part", "parts")),
		fmt.Sprintf("%.1f failures expected in 12 months, %d failed now", l.H, l.Failed), oldest)
}

func serviceName(name string) string { return cleanOr(name, "(no service)") }

func serviceColumns(sh *shared) []column[*outlook.ServiceLine] {
	type L = *outlook.ServiceLine
	st := func() *styles { return sh.styles }
	faint := func(L) (lipgloss.Style, bool) { return st().faint, true }
	return []column[L]{
		{title: "WORST", width: 10, letter: sortKey("H", "health"), down: true, text: func(l L) string {
			if l.Servers == 0 {
				return "no server"
			}
			return st().badgeText(l.Health)
		},
			style: func(l L) (lipgloss.Style, bool) { return st().healthStyle(l.Health), l.Servers > 0 },
			blank: func(l L) bool { return l.Servers == 0 },
			less: func(a, b L) int {
				return cmp.Or(cmp.Compare(a.Health.Severity(), b.Health.Severity()), cmp.Compare(importance(a.Criticality), importance(b.Criticality)), cmp.Compare(a.H, b.H))
			}},
		{title: "SERVICE", width: 22, min: 14, max: 40, letter: sortKey("N", "name"), text: func(l L) string { return serviceName(l.Value) },
			less: func(a, b L) int { return outlook.NaturalCompare(a.Value, b.Value) }},
		{title: "CRITICALITY", width: 11, priority: 1, letter: sortKey("C", "criticality"), down: true, text: func(l L) string { return clean(string(l.Criticality)) },
			less: func(a, b L) int { return cmp.Compare(importance(a.Criticality), importance(b.Criticality)) }, style: faint},
		{title: "SERVERS", width: 7, right: true, letter: sortKey("S", "servers"), down: true, text: func(l L) string { return grouped(int64(l.Servers)) },
			less: func(a, b L) int { return cmp.Compare(a.Servers, b.Servers) }},
		{title: "OVER AGE", width: 9, right: true, letter: sortKey("A", "share over age"), down: true, text: overCell,
			less:  func(a, b L) int { return cmp.Compare(a.OverShare(), b.OverShare()) },
			style: func(l L) (lipgloss.Style, bool) { return st().warn, l.Bands.Over() > 0 }},
		{title: "NO DATE", width: 7, right: true, priority: 3, text: func(l L) string { return blankZero(l.NoDate) }, style: faint},
		{title: "FAILS IN 12 M", width: 13, right: true, letter: sortKey("P", "risk that a part fails"), down: true, text: serviceRisk,
			blank: func(l L) bool { return l.Parts == 0 }, less: func(a, b L) int { return cmp.Compare(a.H, b.H) }},
		{title: "FAILED", width: 6, right: true, priority: 2, letter: sortKey("F", "failed parts"), down: true, text: func(l L) string { return blankZero(l.Failed) },
			less:  func(a, b L) int { return cmp.Compare(a.Failed, b.Failed) },
			style: func(l L) (lipgloss.Style, bool) { return st().bad, l.Failed > 0 }},
		{title: "EXPECTED", width: 8, right: true, priority: 4, text: func(l L) string { return fmt.Sprintf("%.1f", l.H) }, style: faint},
		{title: "OLDEST", width: 8, right: true, priority: 5, text: func(l L) string {
			if l.Oldest == "" {
				return ""
			}
			return l.OldestAge.String()
		}, style: faint},
		{title: "OWNER", width: 14, min: 8, max: 30, priority: 1, letter: sortKey("O", "owner"), text: func(l L) string { return clean(l.Owner) },
			less: func(a, b L) int { return strings.Compare(a.Owner, b.Owner) }, style: faint},
	}
}

// overCell is how many servers are past their life, and their share.
func overCell(l *outlook.ServiceLine) string {
	if l.Servers == 0 {
		return ""
	}
	return fmt.Sprintf("%d %4s", l.Bands.Over(), partOf(l.Bands.Over(), l.Servers))
}

// serviceRisk is the probability that some part of the service's servers fails
// within 12 months.
func serviceRisk(l *outlook.ServiceLine) string {
	return riskCell(ageing.Risk{Known: l.Parts > 0, AtLeast: l.AtLeast, Years: 1, H: l.H, P: l.P}.String())
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return grouped(int64(n))
}
