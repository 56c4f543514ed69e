package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// newForecast is the list of what will be needed, by part number.
func newForecast(sh *shared) ageingPanel {
	var slice outlook.Slice
	p := newListPanel(sh, "Forecast", forecastColumns(sh), func(of *outlook.Fleet, s outlook.Slice) listing[*forecastRow] {
		lines := of.Forecast(s)
		most := ageing.Money(0)
		got := listing[*forecastRow]{all: len(lines)}
		for i := range lines {
			most = max(most, amount(lines[i].Cost), amount(lines[i].Price))
		}
		in := scaleFor(most)
		for i := range lines {
			got.rows = append(got.rows, &forecastRow{&lines[i], in})
		}
		totals, set := ageing.Totals(lines), of.Settings
		got.note = func(sh *shared) string { return forecastNote(sh, totals, set) + in.note(sh, set) }
		slices.SortStableFunc(got.rows, func(a, b *forecastRow) int {
			return cmp.Or(cmp.Compare(b.Order, a.Order), compareFloat(b.Expected[2], a.Expected[2]))
		})
		return got
	})
	p.key = func(s outlook.Slice) outlook.Slice { slice = s; return s }
	p.none = "no parts here"
	p.table.id = func(l *forecastRow) string { return l.Kind + "\x00" + l.Part + "\x00" + l.Model }
	p.say = func(l *forecastRow) string { return forecastDetail(sh, l) }
	p.copy = func(l *forecastRow) string { return firstOf(l.Part, l.Model) }
	p.more = func() []key.Binding { return []key.Binding{thoseServers(sh)} }
	p.act = func(msg tea.KeyPressMsg, l *forecastRow) (tea.Cmd, bool) {
		return openFitted(sh, msg, firstOf(l.Part, l.Model), slice)
	}
	return p
}

// thoseServers is Enter where it leads to the servers behind a line.
func thoseServers(sh *shared) key.Binding {
	open := sh.keys.Open
	open.SetHelp(open.Help().Key, "servers that have it")
	return open
}

// openFitted shows the servers of a slice in which a part is fitted.
func openFitted(sh *shared, msg tea.KeyPressMsg, part string, s outlook.Slice) (tea.Cmd, bool) {
	if !key.Matches(msg, sh.keys.Open) {
		return nil, false
	}
	if part == "" {
		return send(sayMsg{text: sh.t.Say("these parts report neither part number nor model")}), true
	}
	filter := `part:"` + strings.ReplaceAll(part, `"`, "?") + `"`
	return send(openPageMsg{page: pageServers, filter: joinSpace(filter, sliceFilter(s))}), true
}

func forecastNote(sh *shared, n ageing.ForecastTotals, set *outlook.Settings) string {
	t := sh.t
	out := []string{t.Say("To order: %s for %s.", t.Count(n.Order, "%d part", "%d parts"), sh.money(n.Cost, set))}
	if n.PartsWithoutPrice > 0 {
		out[0] = t.Say("To order: %s for %s, %d of them without a price.", t.Count(n.Order, "%d part", "%d parts"), sh.money(n.Cost, set), n.PartsWithoutPrice)
	}
	out = append(out, t.Say("Lead time %s, service level %s.", t.Count(int(set.Spares.LeadDays+set.Spares.ReviewDays), "%d day", "%d days"), percent(100*set.Spares.ServiceLevel)))
	if n.NoPartNumber > 0 {
		out = append(out, t.Count(n.NoPartNumber, "%d part is counted by model, without a part number.", "%d parts are counted by model, without a part number."))
	}
	return strings.Join(out, " ")
}

// forecastRow is a line of the forecast with the scale of its amounts.
type forecastRow struct {
	*ageing.ForecastLine
	in scale
}

// partCell is what a line of the plan counts: the part number, else the model.
func partCell(sh *shared, part, model string) string {
	text := strings.NewReplacer("(R)", "", "(TM)", "", " CPU ", " ").Replace(firstOf(part, model)) // what tells processors apart comes at the end
	return cleanOr(strings.Join(strings.Fields(text), " "), sh.t.Say("not reported"))
}

func forecastDetail(sh *shared, l *forecastRow) string {
	t := sh.t
	var notes []string
	add := func(yes bool, say func() string) {
		if yes {
			notes = append(notes, say())
		}
	}
	say := func(key string, args ...any) func() string { return func() string { return t.Say(key, args...) } }
	add(l.Spares > 0, say("%s for %.2f failures expected in the lead time", t.Count(l.Spares, "%d spare", "%d spares"), l.Lambda))
	add(l.Batch, say("1 more, failures come in batches"))
	add(l.Insurance, say("1 for a critical server with nothing to spare"))
	add(l.Minimum > 0, say("at least %d by the stock list", l.Minimum))
	add(l.Approximated, say("normal approximation"))
	add(l.SubstitutesOnHand > 0, say("%d substitutes on hand: %s", l.SubstitutesOnHand, clean(strings.Join(l.Substitutes, ", "))))
	add(len(l.Places) > 0, say("lies at %s", clean(strings.Join(l.Places, ", "))))
	add(!l.InStock, say("not in the stock list"))
	add(l.NoEstimate > 0, say("%d without an estimate", l.NoEstimate))
	model := clean(l.Model)
	if l.Part == "" {
		model = ""
	}
	return joined(partCell(sh, l.Part, l.Model), model, strings.Join(notes, ", "))
}

// forecastNotes are the reasons for more spares than chance asks for, in a word each.
func forecastNotes(sh *shared, l *forecastRow) string {
	var notes []string
	for _, n := range []struct {
		yes  bool
		text string
	}{{l.Batch, "batch"}, {l.Insurance, "insurance"}, {l.Minimum > 0, "minimum"}, {l.SubstitutesOnHand > 0, "substitute"}, {!l.InStock, "not in stock list"}} {
		if n.yes {
			notes = append(notes, sh.t.Say(n.text))
		}
	}
	return strings.Join(notes, ", ")
}

func forecastColumns(sh *shared) []column[*forecastRow] {
	type L = *forecastRow
	st := func() *styles { return sh.styles }
	count := func(title string, w, prio int, k key.Binding, get func(L) int) column[L] {
		return column[L]{title: title, width: w, right: true, priority: prio, letter: k, down: true, text: func(l L) string { return blankZero(sh, get(l)) },
			less: func(a, b L) int { return cmp.Compare(get(a), get(b)) }}
	}
	expected := func(title string, at, prio int, k key.Binding) column[L] {
		return column[L]{title: title, width: 6, right: true, priority: prio, letter: k, down: true,
			text: func(l L) string { return sh.t.Number(l.Expected[at], 2) }, less: func(a, b L) int { return compareFloat(a.Expected[at], b.Expected[at]) }}
	}
	order := count("BUY", 5, 0, sortKey("O", "order"), func(l L) int { return l.Order })
	order.style = func(l L) (lipgloss.Style, bool) { return st().warn, l.Order > 0 }
	firm := count("FIRM", 4, 0, sortKey("F", "firm"), func(l L) int { return l.Firm })
	firm.style = func(l L) (lipgloss.Style, bool) { return st().bad, l.Firm > 0 }
	return []column[L]{
		{title: "KIND", width: 10, min: 6, letter: sortKey("K", "kind"), text: func(l L) string { return sh.t.Text(lifeName(l.Kind)) },
			less: func(a, b L) int {
				return cmp.Or(cmp.Compare(a.Kind, b.Kind), outlook.NaturalCompare(a.Part+a.Model, b.Part+b.Model))
			}},
		{title: "PART NUMBER", width: 16, min: 12, max: 26, letter: sortKey("N", "part number"), text: func(l L) string { return partCell(sh, l.Part, l.Model) },
			less: func(a, b L) int { return outlook.NaturalCompare(a.Part+a.Model, b.Part+b.Model) }},
		count("PARTS", 6, 0, sortKey("C", "count"), func(l L) int { return l.Parts }),
		expected("3 M", 0, 3, key.Binding{}),
		expected("6 M", 1, 3, key.Binding{}),
		expected("12 M", 2, 0, sortKey("P", "expected failures")),
		firm,
		count("WANT", 4, 1, key.Binding{}, func(l L) int { return l.Recommended }),
		count("HAVE", 4, 1, key.Binding{}, func(l L) int { return l.OnHand }),
		count("COMING", 6, 2, key.Binding{}, func(l L) int { return l.OnOrder }),
		order,
		{title: "PRICE", width: 11, right: true, priority: 1, text: func(l L) string { return priceCell(sh, l.Price, l.in) }},
		{title: "COST", width: 12, right: true, priority: 4, letter: sortKey("M", "cost"), down: true, text: func(l L) string { return priceCell(sh, l.Cost, l.in) },
			blank: func(l L) bool { return l.Cost == nil }, less: func(a, b L) int { return cmp.Compare(*a.Cost, *b.Cost) }},
		{title: "NOTES", width: 18, max: 40, priority: 5, text: func(l L) string { return forecastNotes(sh, l) }, style: func(L) (lipgloss.Style, bool) { return st().faint, true }},
		{title: "MODEL", width: 18, max: 30, priority: 6, text: func(l L) string { return clean(l.Model) }, style: func(L) (lipgloss.Style, bool) { return st().faint, true }},
	}
}

// newBatches is the list of makes of which more failed than chance explains.
func newBatches(sh *shared) ageingPanel {
	p := newListPanel(sh, "Batches", batchColumns(sh), func(of *outlook.Fleet, _ outlook.Slice) listing[*ageing.Batch] {
		got := listing[*ageing.Batch]{note: func(sh *shared) string {
			return sh.t.Say("Makes of which more failed here in the last three years than their age explains. Of the whole fleet.")
		}}
		batches := of.Batches()
		for i := range batches {
			got.rows = append(got.rows, &batches[i])
		}
		got.all = len(got.rows)
		return got
	})
	p.key = func(outlook.Slice) outlook.Slice { return outlook.Slice{} }
	p.none = "none: no model, firmware or week of manufacture stands out"
	p.table.id = func(b *ageing.Batch) string {
		return strings.Join([]string{b.Kind, b.Model, b.Firmware, b.Week}, "\x00")
	}
	p.say = func(b *ageing.Batch) string {
		return joined(joinSpace(sh.t.Text(lifeName(b.Kind)), clean(b.Model)), batchOnly(sh, b), sh.t.Say("%d failed of %d where %.2f were expected; that happens by chance in %s of such groups",
			b.Failures, b.Parts, b.Expected, chanceText(sh, b.Chance)))
	}
	p.copy = func(b *ageing.Batch) string { return b.Model }
	p.more = func() []key.Binding { return []key.Binding{thoseServers(sh)} }
	p.act = func(msg tea.KeyPressMsg, b *ageing.Batch) (tea.Cmd, bool) {
		return openFitted(sh, msg, b.Model, outlook.Slice{})
	}
	return p
}

// batchOnly is the part of a model that stands out; "all of them" when no one does.
func batchOnly(sh *shared, b *ageing.Batch) string {
	text := joined(sh.with("firmware %s", b.Firmware), sh.with("made %s", b.Week))
	if text == "" {
		return sh.t.Say("all of them")
	}
	return text
}

// chanceText is a small probability as people can read it.
func chanceText(sh *shared, p float64) string {
	if p >= 0.001 {
		return sh.t.Number(100*p, 1) + " %"
	}
	return "<" + sh.t.Number(0.1, 1) + " %"
}

func batchColumns(sh *shared) []column[*ageing.Batch] {
	type B = *ageing.Batch
	return []column[B]{
		{title: "KIND", width: 10, min: 6, text: func(b B) string { return sh.t.Text(lifeName(b.Kind)) }},
		{title: "MODEL", width: 20, min: 12, max: 36, letter: sortKey("N", "model"), text: func(b B) string { return clean(b.Model) },
			less: func(a, b B) int { return outlook.NaturalCompare(a.Model, b.Model) }},
		{title: "WHICH OF THEM", width: 18, min: 12, max: 36, text: func(b B) string { return batchOnly(sh, b) }},
		{title: "PARTS", width: 6, right: true, letter: sortKey("C", "count"), down: true, text: func(b B) string { return sh.count(b.Parts) },
			less: func(a, b B) int { return cmp.Compare(a.Parts, b.Parts) }},
		{title: "FAILED", width: 6, right: true, letter: sortKey("F", "failed"), down: true, text: func(b B) string { return sh.count(b.Failures) },
			less:  func(a, b B) int { return cmp.Compare(a.Failures, b.Failures) },
			style: func(B) (lipgloss.Style, bool) { return sh.styles.warn, true }},
		{title: "EXPECTED", width: 8, right: true, text: func(b B) string { return sh.t.Number(b.Expected, 2) }},
		{title: "BY CHANCE", width: 9, right: true, letter: sortKey("P", "chance"), text: func(b B) string { return chanceText(sh, b.Chance) },
			less: func(a, b B) int { return compareFloat(a.Chance, b.Chance) }},
	}
}
