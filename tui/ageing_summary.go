package tui

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// ageSummary is the first panel of the Ageing screen: how many went into
// service in which year, and what that means today.
type ageSummary struct {
	sh     *shared
	screen *ageingScreen
	later  *later[outlook.Slice, ageSums]
	parts  bool // the histogram counts parts
	cursor int
}

// ageSums is what the panel shows.
type ageSums struct {
	years  []outlook.Year
	totals outlook.Totals
	// atLeast are the servers of which only is known since when they were seen.
	atLeast int
}

func newAgeSummary(sh *shared, a *ageingScreen) ageingPanel {
	p := &ageSummary{sh: sh, screen: a}
	p.later = &later[outlook.Slice, ageSums]{sh: sh, work: func(of *outlook.Fleet, s outlook.Slice) ageSums {
		sums := ageSums{years: of.Histogram(s), totals: of.Totals(s)}
		for _, v := range of.Servers {
			if v.Age.LowerBound && s.Takes(v) {
				sums.atLeast++
			}
		}
		return sums
	}}
	return p
}

func (p *ageSummary) id() string                     { return "Overview" }
func (p *ageSummary) title() string                  { return p.sh.t.Say("Overview") }
func (p *ageSummary) bar() *filterBar[*outlook.Line] { return nil }
func (p *ageSummary) aim(s outlook.Slice)            { p.later.want = s }
func (p *ageSummary) ask(s outlook.Slice) tea.Cmd    { return p.later.ask(s) }
func (p *ageSummary) take(msg workedMsg) tea.Cmd     { return p.later.take(msg) }
func (p *ageSummary) again()                         { p.later.again() }
func (p *ageSummary) sums() *ageSums                 { return &p.later.have.value }

// bandsOf are the servers or parts of a year by band.
func bandsOf(y *outlook.Year, parts bool) *outlook.BandCounts {
	if parts {
		return &y.Parts
	}
	return &y.Servers
}

func (p *ageSummary) keys() []key.Binding {
	open := p.sh.keys.Open
	open.SetHelp(open.Help().Key, "those servers")
	return []key.Binding{open, p.sh.keys.Parts}
}

func (p *ageSummary) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k, last := p.sh.keys, len(p.sums().years)-1
	switch {
	case key.Matches(msg, k.Parts):
		p.parts = !p.parts
	case key.Matches(msg, k.Up):
		p.cursor--
	case key.Matches(msg, k.Down):
		p.cursor++
	case key.Matches(msg, k.Top, k.PageUp, k.HalfUp):
		p.cursor = 0
	case key.Matches(msg, k.Bottom, k.PageDown, k.HalfDown):
		p.cursor = last
	case key.Matches(msg, k.Open) && p.later.known() && last >= 0:
		return p.open()
	}
	p.cursor = max(min(p.cursor, last), 0)
	return nil
}

// open shows the servers of the year under the cursor.
func (p *ageSummary) open() tea.Cmd {
	y := p.sums().years[min(p.cursor, len(p.sums().years)-1)]
	filter := "band:unknown"
	if y.Known {
		filter = fmt.Sprintf("year:%d", y.Year)
	}
	return send(openPageMsg{page: pageServers, filter: joinSpace(filter, sliceFilter(p.screen.slice))})
}

// detail says what the year under the cursor is made of.
func (p *ageSummary) detail() string {
	if !p.later.known() || p.cursor >= len(p.sums().years) {
		return ""
	}
	y := &p.sums().years[p.cursor]
	t := p.sh.t
	name := t.Say("without a date")
	if y.Known {
		name = t.Say("in service since %s", strconv.Itoa(y.Year))
	}
	return joined(name, t.Count(y.Servers.Total(), "%d server", "%d servers")+bandWords(p.sh, &y.Servers), t.Count(y.Parts.Total(), "%d part", "%d parts")+bandWords(p.sh, &y.Parts))
}

// bandWords are counts by band in words: ": 3 over age, 1 ageing".
func bandWords(sh *shared, b *outlook.BandCounts) string {
	var parts []string
	for _, band := range ageing.Bands {
		if n := b[band]; n > 0 {
			parts = append(parts, sh.count(n)+" "+sh.t.Text(band.String()))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func (p *ageSummary) view(w, h int) []string {
	if !p.later.known() {
		return []string{" " + p.sh.styles.faint.Render(p.sh.t.Say("working it out …"))}
	}
	out := p.sentences(w)
	out = append(out, p.legend(w))
	room := h - len(out)
	rows := len(p.sums().years) + 1
	if w >= wideOverview {
		const gap = 2
		right := max(58, p.kindsWidth())
		left := w - right - gap
		bars := p.histogram(p.parts, left, min(room, rows))
		if room -= len(bars); room > rows { // both have room
			bars = append(append(bars, ""), p.histogram(!p.parts, left, rows)...)
		}
		return append(out, beside(bars, left, spaces(gap), p.kinds(right, room+len(bars)))...)
	}
	bars := p.histogram(p.parts, w, min(room, rows))
	out = append(out, bars...)
	if room -= len(bars); room > 3 {
		out = append(append(out, ""), p.kinds(w, room-1)...)
	}
	return out[:min(len(out), h)]
}

// sentences say what a manager asks first.
func (p *ageSummary) sentences(w int) []string {
	st, n, t := p.sh.styles, &p.sums().totals, p.sh.t
	over, parts := n.ServerBands.Over(), n.PartBands.Over()
	lines := []string{
		t.Say("%s, %d past their service life (%s)", t.Count(n.Servers, "%d server", "%d servers"), over, partOf(over, n.Servers)) +
			p.noDate(n.ServersNoDate) + p.leastText() + ".",
		t.Say("%s, %d past theirs (%s)", t.Count(n.Parts, "%d part", "%d parts"), parts, partOf(parts, n.Parts)) + p.noDate(n.NoDate) + ".",
		t.Say("Expected to fail within 3, 6, 12 months: %.1f, %.1f, %.1f parts; firm now: %d (%d failed).", n.Expected[0], n.Expected[1], n.Expected[2], n.Firm, n.Failed),
		t.Say("Warranty ended for %s, ends soon for %d.", t.Count(n.WarrantyExpired, "%d server", "%d servers"), n.WarrantyExpiring),
	}
	var out []string
	for i, text := range flowWords(strings.Join(lines, " "), w-2) {
		if i == 0 {
			text = st.bold.Render(text)
		}
		out = append(out, " "+text)
	}
	return out
}

// leastText says how many servers are older than the histogram shows.
func (p *ageSummary) leastText() string {
	if p.sums().atLeast == 0 {
		return ""
	}
	return p.sh.t.Say(", %d at least as old as shown", p.sums().atLeast)
}

// noDate says how many are not judged because nobody knows their age.
func (p *ageSummary) noDate(n int) string {
	if n == 0 {
		return ""
	}
	return p.sh.t.Say(", %d without a date", n)
}

// legend names the fillings of the bars.
func (p *ageSummary) legend(w int) string {
	st, t := p.sh.styles, &p.sums().totals
	counts := &t.ServerBands
	if p.parts {
		counts = &t.PartBands
	}
	var parts []string
	for _, b := range ageing.Bands {
		if counts[b] > 0 {
			parts = append(parts, st.band(b).Render(st.fills[b]+" "+p.sh.t.Text(b.String())+bandMark(b)+" "+p.sh.count(counts[b])))
		}
	}
	return cut(" "+strings.Join(parts, "  "), w)
}

// histogram draws one bar per year, oldest first; the cursor is in the one that
// the panel is about.
func (p *ageSummary) histogram(parts bool, w, h int) []string {
	st, years := p.sh.styles, p.sums().years
	what := "Servers by the year they went into service"
	if parts {
		what = "Parts by the year they went into service"
	}
	out := []string{heading(p.sh, what, parts == p.parts, w)}
	most := 1
	for i := range years {
		most = max(most, bandsOf(&years[i], parts).Total())
	}
	rows, label := max(h-1, 1), max(width(p.sh.t.Say("no date")), 8)
	p.cursor = max(min(p.cursor, len(years)-1), 0)
	top := max(min(p.cursor-rows/2, len(years)-rows), 0)
	for i := top; i < min(top+rows, len(years)); i++ {
		y := &years[i]
		name := p.sh.t.Say("no date")
		if y.Known {
			name = strconv.Itoa(y.Year)
		}
		lead, look := st.noCur, st.plain
		if i == p.cursor && parts == p.parts {
			lead, look = st.cursor, st.bold
		}
		b := bandsOf(y, parts)
		head := lead + fit(name, label) + fitRight(p.sh.count(b.Total()), 8) + " "
		out = append(out, look.Render(head)+bandBar(st, b, most, w-width(head)-1))
	}
	return out
}

// bandBar is a bar of w cells for most, divided by band, worst first. The
// fillings differ in shape as well as in colour.
func bandBar(st *styles, b *outlook.BandCounts, most, w int) string {
	var out strings.Builder
	total := b.Total()
	if total == 0 || w <= 0 {
		return ""
	}
	cells := max(total*w/most, 1)
	done, drawn := 0, 0
	for _, band := range ageing.Bands {
		if b[band] == 0 {
			continue
		}
		done += b[band]
		upTo := (done*cells + total - 1) / total // what is there shows, at the cost of what comes after
		if n := upTo - drawn; n > 0 {
			out.WriteString(st.band(band).Render(strings.Repeat(st.fills[band], n)))
			drawn = upTo
		}
	}
	return out.String()
}

// kindHeads are the headings of the parts by kind, and how wide the columns are.
func (p *ageSummary) kindHeads() (heads []string, widths []int) {
	heads = []string{"KIND", "PARTS", "OVER AGE", "", "AGEING", "NO DATE", "FIRM", "12 M"}
	widths = []int{10, 6, 8, 4, 6, 7, 4, 5}
	for i, title := range heads {
		heads[i] = p.sh.t.Text(title)
		widths[i] = max(widths[i], width(heads[i]))
	}
	return heads, widths
}

func (p *ageSummary) kindsWidth() int {
	_, widths := p.kindHeads()
	all := 0
	for _, w := range widths {
		all += w + 1
	}
	return all
}

// kinds are the parts by kind.
func (p *ageSummary) kinds(w, h int) []string {
	st := p.sh.styles
	out := []string{heading(p.sh, "Parts by kind", false, w)}
	t := p.sh.t
	heads, widths := p.kindHeads()
	row := func(cells ...string) string {
		text := " " + fit(cells[0], widths[0])
		for i, cell := range cells[1:] {
			text += " " + fitRight(cell, widths[i+1])
		}
		return fit(text, w)
	}
	out = append(out, st.title.Render(row(heads...)))
	for _, k := range p.sums().totals.Kinds {
		over, look := k.Bands.Over(), st.plain
		if over > 0 {
			look = st.warn
		}
		out = append(out, look.Render(row(t.Text(lifeName(k.Life)), p.sh.count(k.Parts), p.sh.count(over), partOf(over, k.Parts),
			p.sh.count(k.Bands[ageing.BandAgeing]), p.sh.count(k.NoDate), blankZero(p.sh, k.Firm), t.Number(k.Expected[2], 1))))
	}
	return out[:min(len(out), max(h, 0))]
}

// lifeName is a life kind as people say it.
func lifeName(kind string) string {
	switch kind {
	case "":
		return "other"
	case "hdd", "ssd", "dimm", "cpu", "psu", "nic":
		return strings.ToUpper(kind)
	case "cmos":
		return "CMOS"
	}
	return kind
}
