package tui

import (
	"cmp"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/lists"
	"ironage/internal/outlook"
)

// serviceList is the Services screen: what each service stands on.
type serviceList struct {
	sh     *shared
	table  *table[*outlook.ServiceLine]
	filter *filterBar[*outlook.ServiceLine]
	all    []*outlook.ServiceLine
	later  *later[struct{}, []outlook.ServiceLine]
}

func newServices(sh *shared, filter string) screen {
	s := &serviceList{sh: sh, table: newTable(sh, serviceColumns(sh))}
	s.table.id = func(l *outlook.ServiceLine) string { return l.Value }
	s.table.sortBy("WORST", true)
	s.table.remember(string(pageServices))
	s.filter = newFilterBar(sh, serviceLanguage(s), filter)
	s.later = &later[struct{}, []outlook.ServiceLine]{sh: sh, done: s.show,
		work: func(of *outlook.Fleet, _ struct{}) []outlook.ServiceLine { return of.Services() }}
	s.refresh()
	return s
}

func (s *serviceList) Title() string { return "Services" }
func (s *serviceList) Typing() bool  { return s.filter.open }

// Place is the list with its filter.
func (s *serviceList) Place() string { return joinSpace(string(pageServices), s.filter.text) }

// Copy is the name of the service under the cursor.
func (s *serviceList) Copy() string {
	if l, ok := s.table.row(); ok {
		return l.Value
	}
	return ""
}

// ToggleWide shows every column, or those that fit.
func (s *serviceList) ToggleWide() { s.table.toggleWide() }

// Escape takes the filter away before Esc leaves the screen.
func (s *serviceList) Escape() bool {
	had := s.filter.clear()
	s.refresh()
	return had
}

// serviceLanguage is what the list can be filtered by; it completes the names
// of its services and owners.
func serviceLanguage(s *serviceList) *language[*outlook.ServiceLine] {
	l := lists.Services()
	offer := func(get func(*outlook.ServiceLine) string) func() []string {
		return func() []string {
			var out []string
			for _, r := range s.all {
				out = append(out, get(r))
			}
			return out
		}
	}
	l.Field("service").Offer = offer(func(r *outlook.ServiceLine) string { return r.Value })
	l.Field("owner").Offer = offer(func(r *outlook.ServiceLine) string { return r.Owner })
	return l
}

// Init asks anew: an answer that came while the screen was not shown is lost.
func (s *serviceList) Init() tea.Cmd {
	s.later.again()
	return nil
}

func (s *serviceList) Keys() []key.Binding {
	if s.filter.open {
		return s.filter.keys()
	}
	k := s.sh.keys
	open := k.Open
	open.SetHelp(open.Help().Key, "its servers")
	return append([]key.Binding{open, k.Filter, k.Ageing}, s.table.sortKeys()...)
}

func (s *serviceList) show(lines []outlook.ServiceLine) {
	s.all = make([]*outlook.ServiceLine, len(lines))
	for i := range lines {
		s.all[i] = &lines[i]
	}
	s.refresh()
}

// refresh filters the services that are known.
func (s *serviceList) refresh() {
	s.table.setRows(s.filter.apply(s.all))
	s.table.why = s.emptyState()
}

func (s *serviceList) emptyState() emptyState {
	switch v := s.sh.view; {
	case v == nil || v.Fleet == nil:
		return nothingRead()
	case v.Fleet.Len() == 0 && len(s.all) == 0:
		return noneConfigured()
	case !s.later.known():
		return emptyState{kind: emptyLoading, what: "working it out …"}
	}
	return noneMatch("no service matches the filter")
}

func (s *serviceList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		s.table.why = s.emptyState()
		return s, s.later.ask(struct{}{})
	case workedMsg:
		return s, s.later.take(msg)
	case tea.KeyPressMsg:
		return s, s.pressed(msg)
	case tea.PasteMsg:
		if s.filter.open {
			return s, s.typed(msg)
		}
	}
	return s, nil
}

func (s *serviceList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	l, ok := s.table.row()
	switch {
	case s.filter.open:
		return s.typed(msg)
	case key.Matches(msg, s.sh.keys.Filter):
		s.filter.start()
	case ok && key.Matches(msg, s.sh.keys.Open):
		return send(openPageMsg{page: pageServers, filter: sliceFilter(outlook.ByService.Slice(l.Value))})
	default:
		s.table.update(msg)
	}
	return nil
}

func (s *serviceList) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := s.filter.update(msg)
	if changed {
		s.refresh()
	}
	return cmd
}

func (s *serviceList) View(w, h int) string {
	t := s.sh.t
	bar := s.filter.view(w, t.Say("%s of %s", t.Int(int64(len(s.table.rows))), t.Count(len(s.all), "%d service", "%d services")))
	return strings.Join(append(bar, s.table.view(w, h-len(bar))), "\n")
}

// Detail says the numbers behind the line under the cursor.
func (s *serviceList) Detail() string {
	l, ok := s.table.row()
	if !ok {
		return ""
	}
	t, oldest := s.sh.t, ""
	if l.Oldest != "" {
		oldest = t.Say("oldest %s %s", clean(l.Oldest), t.Text(l.OldestAge.Label()))
	}
	return joined(serviceName(s.sh, l.Value), s.sh.with("owner %s", l.Owner), t.Say("%s over age of %s", s.sh.count(l.PartsOver), t.Count(l.Parts, "%d part", "%d parts")),
		t.Say("%.1f failures expected in 12 months, %d failed now", l.H, l.Failed), oldest)
}

func serviceName(sh *shared, name string) string { return cleanOr(name, sh.t.Say("(no service)")) }

func serviceColumns(sh *shared) []column[*outlook.ServiceLine] {
	type L = *outlook.ServiceLine
	st := func() *styles { return sh.styles }
	faint := func(L) (lipgloss.Style, bool) { return st().faint, true }
	return []column[L]{
		{title: "WORST", width: 10, words: healthWords(), letter: sortKey("H", "health"), down: true, text: func(l L) string {
			if l.Servers == 0 {
				return sh.t.Say("no server")
			}
			return st().badgeText(l.Health)
		},
			style: func(l L) (lipgloss.Style, bool) { return st().healthStyle(l.Health), l.Servers > 0 },
			blank: func(l L) bool { return l.Servers == 0 },
			less: func(a, b L) int {
				return cmp.Or(cmp.Compare(a.Health.Severity(), b.Health.Severity()), cmp.Compare(importance(a.Criticality), importance(b.Criticality)), cmp.Compare(a.H, b.H))
			}},
		{title: "SERVICE", sticky: true, width: 22, min: 14, max: 40, letter: sortKey("N", "name"), text: func(l L) string { return serviceName(sh, l.Value) },
			less: func(a, b L) int { return outlook.NaturalCompare(a.Value, b.Value) }},
		{title: "CRITICALITY", width: max(sh.importanceWidth(), 11), priority: 1, letter: sortKey("C", "criticality"), down: true, text: func(l L) string { return sh.importanceWord(l.Criticality) },
			less: func(a, b L) int { return cmp.Compare(importance(a.Criticality), importance(b.Criticality)) }, style: faint},
		{title: "SERVERS", width: 7, right: true, letter: sortKey("S", "servers"), down: true, text: func(l L) string { return sh.count(l.Servers) },
			less: func(a, b L) int { return cmp.Compare(a.Servers, b.Servers) }},
		{title: "OVER AGE", width: 9, right: true, letter: sortKey("A", "share over age"), down: true, text: overCell,
			less:  func(a, b L) int { return cmp.Compare(a.OverShare(), b.OverShare()) },
			style: func(l L) (lipgloss.Style, bool) { return st().warn, l.Bands.Over() > 0 }},
		{title: "NO DATE", width: 7, right: true, priority: 3, text: func(l L) string { return blankZero(sh, l.NoDate) }, style: faint},
		{title: "FAILS IN 12 M", width: 13, right: true, letter: sortKey("P", "risk that a part fails"), down: true, text: func(l L) string { return sh.t.Text(serviceRisk(l)) },
			blank: func(l L) bool { return l.Parts == 0 }, less: func(a, b L) int { return cmp.Compare(a.H, b.H) }},
		{title: "FAILED", width: 6, right: true, priority: 2, letter: sortKey("F", "failed parts"), down: true, text: func(l L) string { return blankZero(sh, l.Failed) },
			less:  func(a, b L) int { return cmp.Compare(a.Failed, b.Failed) },
			style: func(l L) (lipgloss.Style, bool) { return st().bad, l.Failed > 0 }},
		{title: "EXPECTED", width: 8, right: true, priority: 4, text: func(l L) string { return sh.t.Number(l.H, 1) }, style: faint},
		{title: "OLDEST", width: 8, words: []string{"~9.3 y"}, right: true, priority: 5, text: func(l L) string {
			if l.Oldest == "" {
				return ""
			}
			return sh.t.Text(l.OldestAge.String())
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

func blankZero(sh *shared, n int) string {
	if n == 0 {
		return ""
	}
	return sh.count(n)
}

// criticalityWords are how much can depend on something.
func criticalityWords() []string { return []string{"low", "normal", "high", "critical"} }
