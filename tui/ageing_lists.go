package tui

import (
	"cmp"
	"math"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lists"
	"ironage/internal/outlook"
)

// listMost is how many lines the lists of parts hold: who wants to see further
// looks at a slice.
const listMost = 2000

// sliceOf is a slice, of its servers or of their parts.
type sliceOf struct {
	slice outlook.Slice
	parts bool
	keep  *lineTest // nil: all of them
}

// lineTest is a filter of lines; it is used where a list is worked out, beside
// the screen.
type lineTest struct {
	text string
	test func(*outlook.Line) bool
}

// lineFilter is the filter of a panel about parts and servers, and what makes a
// test of it, the same one until another filter is in force. Servers are looked
// up in what the desk has: the screen's own notes change meanwhile.
func lineFilter(sh *shared) (*filterBar[*outlook.Line], func() *lineTest) {
	about := aboutServers(sh)
	about.Server = func(name string) *fleet.Server {
		if v := sh.desk.View(); v != nil && v.Fleet != nil {
			if e := v.Fleet.Find(name); e != nil {
				return &e.Server
			}
		}
		return nil
	}
	bar := newFilterBar(sh, lists.Parts(about), "")
	var last *lineTest
	return bar, func() *lineTest {
		switch {
		case bar.keep == nil:
			last = nil
		case last == nil || last.text != bar.text:
			last = &lineTest{bar.text, bar.keep}
		}
		return last
	}
}

// counted is a filter that counts what it takes: a list may show less. Without
// a filter the number stays.
func (t *lineTest) counted(n *int) []func(*outlook.Line) bool {
	if t == nil {
		return nil
	}
	*n = 0
	return []func(*outlook.Line) bool{func(l *outlook.Line) bool {
		if !t.test(l) {
			return false
		}
		*n++
		return true
	}}
}

// newOverAge is the list of what is past its service life.
func newOverAge(sh *shared) ageingPanel {
	parts := false
	bar, keep := lineFilter(sh)
	p := newListPanel(sh, "Over age", overAgeColumns(sh), func(of *outlook.Fleet, k sliceOf) listing[*outlook.Line] {
		sum := of.Totals(k.slice)
		servers, all := sum.ServerBands.Over(), sum.PartBands.Over()
		if k.parts {
			found := all
			lines := of.OverAgeParts(k.slice, listMost, k.keep.counted(&found)...)
			return fill(lines, found, func(sh *shared) string {
				return sh.t.Say("Parts past their service life: %s, most of their life used first; v shows %s.", sh.count(all), sh.t.Count(servers, "%d server", "%d servers"))
			})
		}
		lines := of.OverAge(k.slice)
		if k.keep != nil {
			lines = slices.DeleteFunc(lines, func(l outlook.Line) bool { return !k.keep.test(&l) })
		}
		return fill(lines, len(lines), func(sh *shared) string {
			return sh.t.Say("Servers past their service life: %s, oldest first; v shows %s.", sh.count(servers), sh.t.Count(all, "%d part", "%d parts"))
		})
	})
	p.filter = bar
	p.key = func(s outlook.Slice) sliceOf { return sliceOf{s, parts, keep()} }
	p.none = "nothing is past its service life here"
	p.table.id = lineID
	p.say = func(l *outlook.Line) string { return overAgeDetail(sh, l) }
	p.copy = func(l *outlook.Line) string { return l.Server }
	p.more = func() []key.Binding {
		return []key.Binding{sh.keys.Open, sh.keys.Parts, sh.keys.Explain, sh.keys.Propose}
	}
	p.act = func(msg tea.KeyPressMsg, l *outlook.Line) (tea.Cmd, bool) { return lineKeys(sh, msg, l, false) }
	return &partsSwitch[*outlook.Line]{p, &parts}
}

// fill makes a listing of lines, of which there are all.
func fill(lines []outlook.Line, all int, note func(*shared) string) listing[*outlook.Line] {
	got := listing[*outlook.Line]{all: all, count: all, note: note, rows: make([]*outlook.Line, len(lines))}
	for i := range lines {
		got.rows[i] = &lines[i]
	}
	return got
}

func lineID(l *outlook.Line) string { return l.Server + "\x00" + l.Key }

// partsSwitch is a list that shows servers or parts.
type partsSwitch[R any] struct {
	*listPanel[sliceOf, R]
	parts *bool
}

func (p *partsSwitch[R]) pressed(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, p.sh.keys.Parts) {
		*p.parts = !*p.parts
		p.table.moveTo(0)
		return nil // the screen asks anew after every key
	}
	return p.listPanel.pressed(msg)
}

// lineKeys are what the keys do to a server or part of a list.
func lineKeys(sh *shared, msg tea.KeyPressMsg, l *outlook.Line, explain bool) (tea.Cmd, bool) {
	k := sh.keys
	switch {
	case key.Matches(msg, k.Explain), explain && key.Matches(msg, k.Open) && l.Key != "":
		if l.Key == "" {
			return explainWorst(sh, l.Server), true
		}
		return send(explainMsg{l.Server, l.Key}), true
	case key.Matches(msg, k.Open), key.Matches(msg, k.OpenServer):
		return send(openServerMsg{server: l.Server, key: l.Key}), true
	case key.Matches(msg, k.Propose):
		return proposeLine(sh, l.Server, l.Key), true
	}
	return nil, false
}

// explainWorst explains the part of a server that one should look at first.
func explainWorst(sh *shared, server string) tea.Cmd {
	of := sh.outlook()
	if of == nil {
		return nil
	}
	v := of.Server(server)
	if v == nil || v.Worst < 0 {
		return send(sayMsg{text: sh.t.Say("%s: no part of it has an estimate", clean(server))})
	}
	return send(explainMsg{server, v.Component(&v.Parts[v.Worst]).Key()})
}

// lineLabel names what a line is about: a part by kind and place, or the server.
func lineLabel(sh *shared, l *outlook.Line) string {
	if l.Key == "" {
		return sh.t.Say("server")
	}
	return sh.partWord(l.Kind, clean(l.Label))
}

func lineModel(l *outlook.Line) string { return joinSpace(clean(l.Vendor), clean(l.Model)) }

// ageCell is an age with its sign: "~9.3 y ++".
func ageCell(sh *shared, l *outlook.Line) string { return sh.t.Text(l.Age.String()) + bandMark(l.Band) }

func overAgeDetail(sh *shared, l *outlook.Line) string {
	text := sh.t.Say("age %s", sh.t.Text(l.Age.Label()))
	if in := l.InService(); in != "" {
		text = sh.t.Say("%s, counted from %s", text, in)
	}
	return joined(text, sh.t.Text(l.Band.String()), lineModel(l), sh.with("serial %s", l.Serial), clean(l.Service), sh.t.Text(l.Renew))
}

// lifeText is how many years something is planned to serve.
func lifeText(sh *shared, l *outlook.Line) string {
	of := sh.outlook()
	if of == nil {
		return ""
	}
	years := of.Settings.Life.Life["server"]
	if l.Key != "" {
		v := of.Server(l.Server)
		if v == nil {
			return ""
		}
		c := v.Entry.State.Component(l.Key)
		if c == nil {
			return ""
		}
		years, _ = of.Settings.Life.LifeOf(c)
	}
	if years <= 0 {
		return sh.t.Say("none")
	}
	return sh.t.Say("%s y", sh.number(years))
}

func overAgeColumns(sh *shared) []column[*outlook.Line] {
	type L = *outlook.Line
	st := func() *styles { return sh.styles }
	band := func(l L) (lipgloss.Style, bool) { return st().band(l.Band), true }
	faint := func(L) (lipgloss.Style, bool) { return st().faint, true }
	return []column[L]{
		{title: "AGE", width: 10, words: []string{"~9.3 y"}, right: true, letter: sortKey("A", "age"), down: true, text: func(l L) string { return ageCell(sh, l) }, style: band,
			blank: func(l L) bool { return !l.Age.Known }, less: func(a, b L) int { return cmp.Compare(a.Age.Days, b.Age.Days) }},
		{title: "LIFE USED", width: 9, right: true, letter: sortKey("U", "life used"), down: true, style: band,
			blank: func(l L) bool { return math.IsNaN(l.Consumed) },
			text:  func(l L) string { return pctCell(l.Consumed) }, less: func(a, b L) int { return cmp.Compare(a.Consumed, b.Consumed) }},
		{title: "OF", width: 4, words: []string{"5 y"}, right: true, priority: 2, text: func(l L) string { return lifeText(sh, l) }, style: faint},
		{title: "SERVER", width: 12, min: 10, max: 18, letter: sortKey("N", "server"), text: func(l L) string { return clean(l.Server) },
			less: func(a, b L) int { return outlook.NaturalCompare(a.Server, b.Server) }},
		{title: "WHAT", width: 18, min: 10, max: 30, text: func(l L) string {
			if l.Key == "" {
				return lineModel(l)
			}
			return lineLabel(sh, l)
		}},
		{title: "SOURCE", width: 17, min: 10, priority: 1, letter: sortKey("S", "source"), say: true, text: func(l L) string { return string(l.Age.Source) }, style: faint,
			less: func(a, b L) int { return cmp.Compare(a.Age.Source, b.Age.Source) }},
		{title: "SINCE", width: 10, priority: 3, text: (*outlook.Line).InService, style: faint},
		{title: "WARRANTY", width: 15, words: []string{"ended 999 days ago"}, say: true, priority: 4, letter: sortKey("W", "warranty"), text: func(l L) string { return coverText(l.Cover, l.CoverDays) },
			blank: func(l L) bool { return l.Cover == ageing.CoverUnknown }, less: func(a, b L) int { return cmp.Compare(a.CoverDays, b.CoverDays) },
			style: func(l L) (lipgloss.Style, bool) { return coverStyle(st(), l.Cover), true }},
		{title: "RISK", width: 7, right: true, priority: 5, letter: sortKey("P", "risk"), down: true, text: func(l L) string { return sh.t.Text(riskCell(l.Risk())) },
			less: func(a, b L) int { return cmp.Compare(a.P, b.P) }, style: faint},
		{title: "SERVICE", width: 16, min: 10, max: 24, priority: 6, text: func(l L) string { return clean(l.Service) }, style: faint},
		{title: "MODEL", width: 20, min: 12, max: 30, priority: 7, style: faint, text: func(l L) string {
			if l.Key == "" {
				return ""
			}
			return lineModel(l)
		}},
	}
}

// newRanking is the list of parts by what their failure would mean.
func newRanking(sh *shared) ageingPanel {
	bar, keep := lineFilter(sh)
	p := newListPanel(sh, "Risk", rankingColumns(sh), ranking)
	p.filter = bar
	p.key = func(s outlook.Slice) sliceOf { return sliceOf{s, true, keep()} }
	p.none = "no part has an estimate here"
	p.table.id = func(l *rankedLine) string { return lineID(l.Line) }
	p.say = func(l *rankedLine) string {
		return joined(l.because(sh), lineModel(l.Line), sh.with("serial %s", l.Serial), clean(l.Service))
	}
	p.copy = func(l *rankedLine) string { return l.Server + "/" + l.Key }
	p.more = func() []key.Binding {
		open := sh.keys.Open
		open.SetHelp(open.Help().Key, "explain")
		return []key.Binding{open, sh.keys.OpenServer, sh.keys.Propose}
	}
	p.act = func(msg tea.KeyPressMsg, l *rankedLine) (tea.Cmd, bool) { return lineKeys(sh, msg, l.Line, true) }
	p.side = func(l *rankedLine, w, h int) []string { return explanation(sh, l.Server, l.Key, w).box(0, h) }
	return p
}

// ranking works the list out.
func ranking(of *outlook.Fleet, k sliceOf) listing[*rankedLine] {
	sum := of.Totals(k.slice)
	urgent, all := sum.Parts-sum.Tiers[0], sum.Parts
	lines := of.Ranking(k.slice, listMost, k.keep.counted(&all)...)
	out := listing[*rankedLine]{all: all, count: urgent - sum.Tiers[4]}
	for i := range lines {
		out.rows = append(out.rows, &rankedLine{Line: &lines[i]})
	}
	out.note = func(sh *shared) string {
		return sh.t.Say("%s with a reason to be replaced: %d P1, %d P2, %d P3, %d P4. Risk is the probability of failure within 12 months.",
			sh.t.Count(urgent, "%d part", "%d parts"), sum.Tiers[1], sum.Tiers[2], sum.Tiers[3], sum.Tiers[4])
	}
	return out
}

func rankingColumns(sh *shared) []column[*rankedLine] {
	type L = *rankedLine
	st := func() *styles { return sh.styles }
	faint := func(L) (lipgloss.Style, bool) { return st().faint, true }
	tier := func(l L) (lipgloss.Style, bool) { return tierStyle(st(), l.Tier) }
	urgency := func(a, b L) int {
		return cmp.Or(cmp.Compare(tierRank(a.Tier), tierRank(b.Tier)), -cmp.Compare(a.Score, b.Score), -cmp.Compare(a.P, b.P))
	}
	return []column[L]{
		{title: "TIER", width: 4, letter: sortKey("T", "tier"), text: func(l L) string { return cmp.Or(string(l.Tier), "-") }, style: tier, less: urgency},
		{title: "SCORE", width: 5, right: true, letter: sortKey("C", "score"), down: true, text: func(l L) string { return sh.t.Number(l.Score, 1) },
			less: func(a, b L) int { return cmp.Compare(a.Score, b.Score) }, style: tier},
		{title: "RISK", width: 7, right: true, letter: sortKey("P", "risk"), down: true, text: func(l L) string { return sh.t.Text(riskCell(l.Risk())) },
			blank: func(l L) bool { return !l.Estimated }, less: func(a, b L) int { return cmp.Compare(a.P, b.P) },
			style: func(l L) (lipgloss.Style, bool) { return st().bad, l.Failed }},
		{title: "SERVER", width: 12, min: 10, max: 18, letter: sortKey("N", "server"), text: func(l L) string { return clean(l.Server) },
			less: func(a, b L) int { return outlook.NaturalCompare(a.Server, b.Server) }},
		{title: "PART", width: 14, min: 8, max: 28, text: func(l L) string { return lineLabel(sh, l.Line) }},
		{title: "WHY", width: 20, min: 14, max: 60, priority: 1, text: func(l L) string { return l.because(sh) }},
		{title: "AGE", width: 10, words: []string{"~9.3 y"}, right: true, priority: 2, letter: sortKey("A", "age"), down: true, text: func(l L) string { return ageCell(sh, l.Line) },
			blank: func(l L) bool { return !l.Age.Known }, less: func(a, b L) int { return cmp.Compare(a.Age.Days, b.Age.Days) },
			style: func(l L) (lipgloss.Style, bool) { return st().band(l.Band), true }},
		{title: "SPARED", width: 9, words: []string{"unknown", "no outage", "none left"}, priority: 3, text: func(l L) string { return sparedCell(sh, l.Line) }, style: faint},
		{title: "CRITICAL", width: sh.importanceWidth(), priority: 4, text: func(l L) string { return sh.importanceWord(l.Criticality) }, style: faint},
		{title: "SERVICE", width: 14, min: 10, max: 24, priority: 5, text: func(l L) string { return clean(l.Service) }, style: faint},
	}
}

// tierRank orders tiers, most urgent first; no tier comes last.
func tierRank(t ageing.Tier) string { return cmp.Or(string(t), "Z") }

// sparedCell says how many further failures the part's group survives.
func sparedCell(sh *shared, l *outlook.Line) string {
	switch {
	case l.Spared < 0:
		return sh.t.Say("unknown")
	case l.Spared == 0 && l.Exposure < 1: // a battery of a cache: what it protects goes on without it
		return sh.t.Say("no outage")
	case l.Spared == 0:
		return sh.t.Say("none left")
	}
	return sh.t.Say("%d more", l.Spared)
}

// rankedLine is a line of the ranking with what moved its risk, which is worked
// out when it is first drawn.
type rankedLine struct {
	*outlook.Line
	why string
}

// because is what moved a part's risk, in few words; the reasons where nothing did.
func (l *rankedLine) because(sh *shared) string {
	if l.why == "" {
		l.why = "age"
		if words := reasonWords(l.Reasons); words != "" {
			l.why = words
		}
		if of := sh.outlook(); of != nil { // a line does not keep the one that it is of
			if x, ok := of.Explain(l.Server, l.Key); ok && factorsShort(&x) != "" {
				l.why = factorsShort(&x)
			}
		}
	}
	return sh.t.Text(l.why)
}
