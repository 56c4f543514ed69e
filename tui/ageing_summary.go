package tui

import (
	"fmt"
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

func (p *ageSummary) title() string               { return "Overview" }
func (p *ageSummary) aim(s outlook.Slice)         { p.later.want = s }
func (p *ageSummary) ask(s outlook.Slice) tea.Cmd { return p.later.ask(s) }
func (p *ageSummary) take(msg workedMsg) tea.Cmd  { return p.later.take(msg) }
func (p *ageSummary) again()                      { p.later.again() }
func (p *ageSummary) sums() *ageSums              { return &p.later.have.value }

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
	name := "without a date"
	if y.Known {
		name = fmt.Sprintf("in service since %d", y.Year)
	}
	return joined(name, plural(y.Servers.Total(), "server", "servers")+bandWords(&y.Servers), plural(y.Parts.Total(), "part", "parts")+bandWords(&y.Parts))
}

// bandWords are counts by band in words: ": 3 over age, 1 ageing".
func bandWords(b *outlook.BandCounts) string {
	var parts []string
	for _, band := range ageing.Bands {
		if n := b[band]; n > 0 {
			parts = append(parts, grouped(int64(n))+" "+band.String())
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func (p *ageSummary) view(w, h int) []string {
	if !p.later.known() {
		return []string{" " + p.sh.styles.faint.Render("working it out …")}
	}
	out := p.sentences(w)
	out = append(out, p.legend(w))
	room := h - len(out)
	rows := len(p.sums().years) + 1
	if w >= wideOverview {
		const gap = 2
		right := 58
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
	st, t := p.sh.styles, &p.sums().totals
	over, parts := t.ServerBands.Over(), t.PartBands.Over()
	lines := []string{
		fmt.Sprintf("%s, %s past their service life (%s)%s.", plural(t.Servers, "server", "servers"), grouped(int64(over)), partOf(over, t.Servers),
			noDate(t.ServersNoDate)+p.leastText()),
		fmt.Sprintf("%s parts, %s past theirs (%s)%s.", grouped(int64(t.Parts)), grouped(int64(parts)), partOf(parts, t.Parts), noDate(t.NoDate)),
		fmt.Sprintf("Expected to fail within 3, 6, 12 months: %.1f, %.1f, %.1f parts; firm now: %d (%d failed). Warranty ended for %s, ends soon for %d.",
			t.Expected[0], t.Expected[1], t.Expected[2], t.Firm, t.Failed, plural(t.WarrantyExpired, "server", "servers"), t.WarrantyExpiring),
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
	return fmt.Sprintf(", %s at least as old as shown", grouped(int64(p.sums().atLeast)))
}

// noDate says how many are not judged because nobody knows their age.
func noDate(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %s without a date", grouped(int64(n)))
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
			parts = append(parts, st.band(b).Render(fmt.Sprintf("%s %s%s %s", st.fills[b], b, bandMark(b), grouped(int64(counts[b])))))
		}
	}
	return cut(" "+strings.Join(parts, "  "), w)
}

// histogram draws one bar per year, oldest first; the cursor is in the one that
// the panel is about.
func (p *ageSummary) histogram(parts bool, w, h int) []string {
	st, years := p.sh.styles, p.sums().years
	what := "Servers"
	if parts {
		what = "Parts"
	}
	out := []string{heading(p.sh, what+" by the year they went into service", parts == p.parts, w)}
	most := 1
	for i := range years {
		most = max(most, bandsOf(&years[i], parts).Total())
	}
	rows := max(h-1, 1)
	p.cursor = max(min(p.cursor, len(years)-1), 0)
	top := max(min(p.cursor-rows/2, len(years)-rows), 0)
	for i := top; i < min(top+rows, len(years)); i++ {
		y := &years[i]
		name := "no date"
		if y.Known {
			name = fmt.Sprint(y.Year)
		}
		lead, look := st.noCur, st.plain
		if i == p.cursor && parts == p.parts {
			lead, look = st.cursor, st.bold
		}
		b := bandsOf(y, parts)
		head := lead + fit(name, 8) + fitRight(grouped(int64(b.Total())), 8) + " "
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

// kinds are the parts by kind.
func (p *ageSummary) kinds(w, h int) []string {
	st := p.sh.styles
	out := []string{heading(p.sh, "Parts by kind", false, w)}
	row := func(cells ...string) string {
		text := " " + fit(cells[0], 10)
		for i, w := range []int{7, 9, 5, 7, 8, 5, 6} {
			text += fitRight(cells[i+1], w)
		}
		return fit(text, w)
	}
	out = append(out, st.title.Render(row("KIND", "PARTS", "OVER AGE", "", "AGEING", "NO DATE", "FIRM", "12 M")))
	for _, k := range p.sums().totals.Kinds {
		over, look := k.Bands.Over(), st.plain
		if over > 0 {
			look = st.warn
		}
		out = append(out, look.Render(row(lifeName(k.Life), grouped(int64(k.Parts)), grouped(int64(over)), partOf(over, k.Parts),
			grouped(int64(k.Bands[ageing.BandAgeing])), grouped(int64(k.NoDate)), blankZero(k.Firm), fmt.Sprintf("%.1f", k.Expected[2]))))
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
