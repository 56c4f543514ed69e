package tui

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// sidePanel is a short list beside others: each line leads somewhere.
type sidePanel struct {
	title  string
	rows   []sideRow
	cursor int
}

// sideRow draws itself at a width and says where Enter leads.
type sideRow struct {
	draw func(w int) string
	msg  tea.Msg
}

func (p *sidePanel) pressed(msg tea.KeyPressMsg, k *keymap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Up):
		p.cursor--
	case key.Matches(msg, k.Down):
		p.cursor++
	case key.Matches(msg, k.Top, k.PageUp, k.HalfUp):
		p.cursor = 0
	case key.Matches(msg, k.Bottom, k.PageDown, k.HalfDown):
		p.cursor = len(p.rows) - 1
	case key.Matches(msg, k.Open) && p.cursor < len(p.rows) && p.rows[p.cursor].msg != nil:
		return send(p.rows[p.cursor].msg)
	}
	p.cursor = max(min(p.cursor, len(p.rows)-1), 0)
	return nil
}

// block is one column of panels abreast: a panel, or plain lines.
type block struct {
	title   string
	panel   *sidePanel
	lines   []string
	focused bool
}

// abreast draws blocks beside each other, each under its heading.
func abreast(sh *shared, blocks []block, w, h int) []string {
	const gap = 2
	widths := make([]int, len(blocks))
	for i := range widths {
		widths[i] = (w - gap*(len(blocks)-1)) / len(blocks)
	}
	widths[len(widths)-1] = w - (len(widths)-1)*(widths[0]+gap)
	return abreastBy(sh, blocks, widths, h)
}

// abreastBy does so with a width for each.
func abreastBy(sh *shared, blocks []block, widths []int, h int) []string {
	const gap = 2
	var out []string
	used := 0
	for i, b := range blocks {
		bw := widths[i]
		lines := append([]string{heading(sh, b.title, b.focused, bw)}, b.draw(sh, bw, h-1)...)
		for len(lines) < h {
			lines = append(lines, "")
		}
		if i == 0 {
			out = lines
		} else {
			out = beside(out, used-gap, spaces(gap), lines)
		}
		used += bw + gap
	}
	return out
}

// draw is the inside of a block: h lines at most, the cursor's among them.
func (b *block) draw(sh *shared, w, h int) []string {
	if h <= 0 {
		return nil
	}
	if b.panel == nil {
		out := slices.Clone(b.lines[:min(len(b.lines), h)])
		for i := range out {
			out[i] = fit(" "+out[i], w)
		}
		return out
	}
	rows := b.panel.rows
	top := max(min(b.panel.cursor-h+1, len(rows)-h), 0)
	var out []string
	for i := top; i < min(top+h, len(rows)); i++ {
		text := rows[i].draw(w - 2)
		if b.focused && i == b.panel.cursor {
			out = append(out, sh.styles.selected.Render(fit(strings.TrimSpace(sh.styles.cursor)+ansi.Strip(text), w)))
			continue
		}
		out = append(out, fit(" "+text, w))
	}
	if hidden := len(rows) - top - len(out); hidden > 0 && !b.focused {
		out[len(out)-1] = fit(" "+sh.styles.faint.Render(sh.t.Say("and %d more", hidden+1)), w)
	}
	return out
}

// heading is a title on a thin line, in the reader's language; the focused one
// is marked.
func heading(sh *shared, title string, focused bool, w int) string {
	st := sh.styles
	style, lead := st.bold, " "
	if focused {
		style, lead = st.mark, st.cursor[:len(st.cursor)-1]
	}
	title = cut(sh.t.Text(title), w-4)
	if sh.linear {
		return style.Render(lead + title + ":")
	}
	line := max(w-width(lead)-width(title)-1, 0)
	return style.Render(lead+title) + " " + st.rule.Render(strings.Repeat(st.hline, line))
}

// shareBar is a share of total in w cells; what is not nothing shows at least one.
func shareBar(st *styles, n, total, w int) string {
	if total <= 0 || w <= 0 {
		return ""
	}
	full := n * w / total
	if n > 0 && full == 0 {
		full = 1
	}
	return strings.Repeat(st.full, min(full, w))
}

// countRow is "✗ critical   3 ███".
func countRow(st *styles, label string, n, total, labelWidth, w int) string {
	num := st.t.Int(int64(n))
	room := max(min(6, w-labelWidth), width(num)+1) // the number stays, whatever the label's language
	labelWidth = min(labelWidth, w-room)
	return fit(label, labelWidth) + fitRight(num, room) + " " + shareBar(st, n, total, w-labelWidth-room-1)
}

func healthRows(sh *shared) []sideRow {
	v := sh.view
	if v == nil || v.Fleet == nil {
		return nil
	}
	var rows []sideRow
	all := v.Fleet.Len()
	label := 1 + widest([]string{"critical", "warning", "unknown", "ok"}, sh.t.Text) + width("✗ ")
	for _, h := range []fleet.Health{fleet.Critical, fleet.Warning, fleet.Unknown, fleet.OK} {
		n := v.Fleet.Count(h)
		rows = append(rows, sideRow{func(w int) string {
			st := sh.styles
			style := st.healthStyle(h).Underline(false)
			if n == 0 {
				style = st.faint
			}
			return style.Render(countRow(st, st.badgeText(h), n, all, label, w))
		}, openPageMsg{page: pageServers, filter: "health:" + h.String()}})
	}
	return rows
}

// ageRows are the servers by age band; bands without a server are left out.
func ageRows(sh *shared, sum *fleetSums) []sideRow {
	var rows []sideRow
	label := 15 // of "far over age ++" in English
	for _, b := range ageing.Bands {
		label = max(label, width(sh.t.Text(b.String())+bandMark(b)))
	}
	for _, b := range ageing.Bands {
		n := sum.bands[b]
		if n == 0 {
			continue
		}
		rows = append(rows, sideRow{func(w int) string {
			return sh.styles.band(b).Render(countRow(sh.styles, sh.t.Text(b.String())+bandMark(b), n, len(sh.digests.all), label, w))
		}, openPageMsg{page: pageServers, filter: "band:" + bandWord(b)}})
	}
	return rows
}

// queueRows are the open states with how many orders wait there, and since when.
func queueRows(sh *shared) []sideRow {
	if sh.view == nil {
		return nil
	}
	count, oldest := map[queue.State]int{}, map[queue.State]time.Time{}
	for i := range sh.view.Orders {
		o := &sh.view.Orders[i]
		count[o.State]++
		if t := oldest[o.State]; t.IsZero() || o.Changed.Before(t) {
			oldest[o.State] = o.Changed
		}
	}
	var rows []sideRow
	label := 11 // of "in progress" in English
	for _, s := range queue.States() {
		if !s.Final() && count[s] > 0 {
			label = max(label, width(sh.t.Text(stateName(s))))
		}
	}
	for _, s := range queue.States() {
		if s.Final() || count[s] == 0 {
			continue
		}
		rows = append(rows, sideRow{func(w int) string {
			st := sh.styles
			age := sh.t.Say("%s old", sh.ago(oldest[s]))
			if label+5+width(age) > w {
				age = sh.ago(oldest[s])
			}
			return fit(st.state(s).Render(fit(sh.t.Text(stateName(s)), label))+fitRight(sh.count(count[s]), 3)+st.faint.Render("  "+age), w)
		}, openPageMsg{page: pageQueue, filter: "state:" + hyphened(stateName(s))}})
	}
	if len(rows) == 0 {
		rows = append(rows, sideRow{func(w int) string { return sh.styles.faint.Render(cut(sh.t.Say("no open work order"), w)) },
			openPageMsg{page: pageQueue}})
	}
	return rows
}

// serviceRows are the services, worst first, then those that matter most.
func serviceRows(sh *shared, sum *fleetSums) []sideRow {
	all := slices.SortedFunc(maps.Values(sum.services), func(a, b *service) int {
		return cmp.Or(cmp.Compare(b.worst().Severity(), a.worst().Severity()), cmp.Compare(b.crit(), a.crit()), cmp.Compare(a.name, b.name))
	})
	var rows []sideRow
	words := widest([]string{"critical", "warning", "unknown", "ok"}, sh.t.Text)
	for _, s := range all {
		name, filter := s.name, `service:"`+strings.ReplaceAll(s.name, `"`, "?")+`"`
		if name == "" {
			name = sh.t.Say("(no service)")
		}
		rows = append(rows, sideRow{func(w int) string {
			st := sh.styles
			worst := s.worst()
			tail := sh.t.Say("%d of %d", s.counts[worst], s.servers)
			if worst == fleet.OK {
				tail = sh.t.Count(s.servers, "%d server", "%d servers")
			}
			label := st.badge(worst) + spaces(words+1-width(st.word(worst)))
			if w < words+26 {
				label = st.glyph(worst) + " "
				tail = sh.count(s.counts[worst]) + "/" + sh.count(s.servers) + " " + st.word(worst)
			}
			return label + fit(name, max(w-width(label)-width(tail)-1, 4)) + " " + st.faint.Render(tail)
		}, openPageMsg{page: pageServers, filter: filter}})
	}
	return rows
}

// pollLines say who asks, how many answered, and how fresh the answers are.
func pollLines(sh *shared, sum *fleetSums) []string {
	v, st, now := sh.view, sh.styles, sh.now()
	if v == nil {
		return nil
	}
	text, fine := collectorText(v.Collector, now)
	who := sh.t.Text(clean(strings.TrimPrefix(text, "viewer: ")))
	switch started := v.Collector.Started; {
	case !fine || started.IsZero():
	case v.Collector.Here:
		who = sh.t.Say("collecting here for %s", sh.ago(started))
	default:
		who = sh.t.Say("collected by %s for %s", clean(v.Collector.Owner), sh.ago(started))
	}
	if !fine {
		who = st.warn.Render(st.glyphText(fleet.Warning) + " " + who)
	}
	if sh.loading() {
		return []string{who, st.faint.Render(sh.t.Say("being read"))}
	}
	lines := []string{who, sh.t.Say("%d of %s answered", sum.reach[fleet.Answered], sh.t.Count(sum.endpoints, "%d endpoint", "%d endpoints"))}
	var not []string
	for _, r := range []fleet.Reach{fleet.Silent, fleet.Refused, fleet.Garbled, fleet.Unresolved, fleet.NotAsked} {
		if n := sum.reach[r]; n > 0 {
			not = append(not, sh.count(n)+" "+sh.t.Text(strings.ReplaceAll(string(r), "-", " ")))
		}
	}
	late := ""
	if n := max(v.Collector.Late, sum.late); n > 0 {
		late = ", " + sh.t.Say("%d late", n)
	}
	if len(not) > 0 {
		lines = append(lines, st.warn.Render(strings.Join(not, ", "))+st.faint.Render(late))
	} else {
		lines = append(lines, st.faint.Render(sh.t.Say("none silent or refused")+late))
	}
	lines = append(lines, freshLine(sh, sum))
	if v.Collector.InFlight > 0 {
		lines = append(lines, st.faint.Render(sh.t.Say("%d being asked right now", v.Collector.InFlight)))
	}
	return lines
}

// freshLine says how old the answers are, and how many servers are stale.
func freshLine(sh *shared, sum *fleetSums) string {
	st := sh.styles
	fresh := sh.t.Say("no answer yet")
	if !sum.newest.IsZero() {
		newest, oldest := sh.ago(sum.newest), sh.ago(sum.oldest)
		if oldest != newest {
			newest += "–" + oldest
		}
		fresh = sh.t.Say("read %s ago", newest)
	}
	if sum.stale == 0 {
		return st.faint.Render(fresh)
	}
	return st.warn.Render(sh.t.Say("%d stale", sum.stale)) + st.faint.Render(", ") + st.faint.Render(fresh)
}
