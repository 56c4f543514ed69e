package tui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// The smallest window in which the screens are readable.
const (
	minWidth  = 60
	minHeight = 15
)

// quietCollector is how long a collector may go without a sign of life before
// the console says so.
const quietCollector = 90 * time.Second

// View draws the window: header, screen, footer.
func (a *App) View() tea.View {
	v := tea.NewView(a.frame())
	v.AltScreen = true
	v.WindowTitle = "ironage"
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (a *App) frame() string {
	if w, h := a.least(); a.width < w || a.height < h {
		return a.finish(a.tooSmall())
	}
	lines := append(a.header(), a.banner()...)
	foot := a.footer()
	if a.height >= 20 {
		rule := a.sh.styles.rule.Render(strings.Repeat(a.sh.styles.hline, a.width))
		lines = append(lines, rule)
	}
	room := max(a.height-len(lines)-len(foot), 0)
	var body []string
	if a.waits() {
		body = a.waiting()
	} else {
		body = strings.Split(a.top().View(a.width, room), "\n")
	}
	if len(body) > room {
		body = body[:room]
	}
	lines = append(lines, body...)
	for len(lines)+len(foot) < a.height {
		lines = append(lines, "")
	}
	return a.finish(append(lines, foot...))
}

// finish holds every line to the window, whatever a screen drew.
func (a *App) finish(lines []string) string {
	lines = lines[:min(len(lines), max(a.height, 0))]
	for i, l := range lines {
		if ansi.StringWidth(l) > a.width {
			lines[i] = ansi.Truncate(l, a.width, "")
		}
	}
	out := strings.Join(lines, "\n")
	if a.theme.ascii {
		out = toASCII(out)
	}
	return out
}

// header says where one is, how the fleet is, who collects, and what time it is.
func (a *App) header() []string {
	if a.narrow() {
		return a.narrowHeader()
	}
	st := a.sh.styles
	right := a.collector() + "  " + st.faint.Render(a.now().Format("15:04:05")) + " "
	left := " " + st.brand.Render("ironage") + "  " + a.breadcrumbs(a.width-width(right)-12)
	return []string{spread(left, right, a.width), a.secondLine()}
}

// breadcrumbs names the screens from the first to the present one; where there
// is no room the first ones go.
func (a *App) breadcrumbs(room int) string {
	st := a.sh.styles
	titles := make([]string, len(a.stack))
	for i, s := range a.stack {
		titles[i] = a.sh.t.Text(clean(s.Title()))
	}
	cutOff := ""
	for len(titles) > 1 && width(cutOff+strings.Join(titles, st.crumbs)) > room {
		titles, cutOff = titles[1:], st.ellipse+st.crumbs
	}
	last := len(titles) - 1
	path := cutOff
	for _, t := range titles[:last] {
		path += t + st.crumbs
	}
	return st.faint.Render(path) + st.crumb.Render(cut(titles[last], max(room-width(path), 8)))
}

// secondLine is the fleet and the queue in numbers; where there is no room the
// queue goes first, then the healths' words get short.
func (a *App) secondLine() string {
	counts, queue := " "+a.counts(false), a.queueLine()+" "
	if width(counts)+width(queue) < a.width {
		return spread(counts, queue, a.width)
	}
	if width(counts) > a.width {
		counts = " " + a.counts(true)
	}
	return cut(counts, a.width)
}

// counts are the servers by health.
func (a *App) counts(short bool) string {
	st, v := a.sh.styles, a.sh.view
	if v == nil || v.Fleet == nil {
		return st.faint.Render(a.sh.t.Say("no servers read yet"))
	}
	var parts []string
	for _, h := range []fleet.Health{fleet.Critical, fleet.Warning, fleet.Unknown, fleet.OK} {
		n := v.Fleet.Count(h)
		word := a.sh.t.Text(h.String())
		if short {
			word = string([]rune(word)[:min(4, len([]rune(word)))])
		}
		text := st.glyphText(h) + " " + a.sh.t.Int(int64(n)) + " " + word
		if n == 0 {
			parts = append(parts, st.faint.Render(text))
			continue
		}
		parts = append(parts, st.healthStyle(h).Render(text))
	}
	return strings.Join(parts, "  ")
}

// collector says who reads the fleet.
func (a *App) collector() string {
	st := a.sh.styles
	switch {
	case a.frozen != nil:
		return st.warn.Render(cut(a.frozenText(), a.width*3/5))
	case a.sh.view == nil:
		return st.faint.Render(a.sh.t.Say("starting"))
	case a.sh.loading():
		return st.warn.Render(cut(a.sh.loadingText(), a.width/2))
	}
	text, fine := collectorText(a.sh.view.Collector, a.sh.now())
	text = cut(a.sh.t.Text(clean(text)), a.width/2)
	if !fine {
		return st.warn.Render(st.glyphText(fleet.Warning) + " " + text)
	}
	return st.faint.Render(text)
}

// collectorText says in words who collects, and whether that is as it should be.
func collectorText(c ops.Collector, now time.Time) (string, bool) {
	quiet := !c.Heartbeat.IsZero() && now.Sub(c.Heartbeat) > quietCollector
	switch {
	case c.Here && quiet:
		return "collecting here, stuck " + ago(now, c.Heartbeat), false
	case c.Here:
		return "collecting here", true
	case c.Owner == "":
		return "nobody collects", false
	case quiet:
		return "collector " + c.Owner + " silent " + ago(now, c.Heartbeat), false
	}
	return "viewer: collected by " + c.Owner, true
}

// queueLine is the open work at a glance, and how many notices there are.
func (a *App) queueLine() string {
	st, v := a.sh.styles, a.sh.view
	if v == nil {
		return ""
	}
	open := 0
	for i := range v.Orders {
		if v.Orders[i].State.Open() {
			open++
		}
	}
	text := st.faint.Render(a.sh.t.Count(open, "%d open order", "%d open orders"))
	if n := troubles(v.Notices); n > 0 {
		text = st.warn.Render(a.sh.t.Count(n, "%d notice", "%d notices")) + "  " + text
	}
	return text
}

// footer is the feedback line (or the palette) and the keys that work here.
func (a *App) footer() []string {
	if a.palette != nil {
		return append(a.palette.view(a.width), a.hints(a.palette.keys()))
	}
	k := a.sh.keys
	if a.question != nil {
		return []string{a.questionLine(), a.hints([]key.Binding{k.Yes, k.No})}
	}
	var bindings []key.Binding
	if !a.waits() {
		bindings = allowed(a.sh, a.top().Keys())
	}
	switch {
	case a.narrow() && a.top().Typing():
		bindings = []key.Binding{k.Cancel, k.NextField}
	case a.top().Typing():
	case a.narrow():
		bindings = append(bindings, k.Back)
	default:
		bindings = append(bindings, k.Help, k.Palette, k.Back, k.Quit)
	}
	if a.narrow() && a.said.text == "" { // every line counts
		return []string{a.hints(bindings)}
	}
	return []string{a.feedback(), a.hints(bindings)}
}

// detailer is a screen that says more about the line under the cursor than the
// line has room for.
type detailer interface{ Detail() string }

// feedback is what was last done or refused; else more about the line under the
// cursor, or the worst notice.
func (a *App) feedback() string {
	st := a.sh.styles
	if a.said.text != "" {
		return cut(" "+st.glyph(a.said.health)+" "+a.sh.t.Text(clean(a.said.text)), a.width)
	}
	if d, ok := a.top().(detailer); ok && !a.waits() {
		if text := d.Detail(); text != "" {
			return cut(" "+st.faint.Render(text), a.width)
		}
	}
	if a.sh.view == nil || a.at == pageOverview && len(a.stack) == 1 {
		return ""
	}
	if n, ok := worstNotice(a.sh.view.Notices); ok && n.Health.Worse(fleet.OK) {
		return cut(" "+st.glyph(n.Health)+" "+st.faint.Render(a.sh.t.Text(clean(n.Text))), a.width)
	}
	return ""
}

// troubles counts the notices that are more than a friendly word.
func troubles(ns []ops.Notice) int {
	n := 0
	for i := range ns {
		if ns[i].Health.Worse(fleet.OK) {
			n++
		}
	}
	return n
}

func worstNotice(ns []ops.Notice) (ops.Notice, bool) {
	if len(ns) == 0 {
		return ops.Notice{}, false
	}
	worst := ns[0]
	for _, n := range ns[1:] {
		if n.Health.Worse(worst.Health) {
			worst = n
		}
	}
	return worst, true
}

// hints are the keys with what they do, as many as fit; the way to the rest
// is the last to go.
func (a *App) hints(bindings []key.Binding) string {
	st := a.sh.styles
	rest := a.sh.keys.Help.Help()
	more := st.keyName.Render(rest.Key) + " " + st.faint.Render(a.sh.t.Say("more keys"))
	var b strings.Builder
	b.WriteByte(' ')
	used, helped := 1, false
	for i, kb := range bindings {
		h := kb.Help()
		h.Desc = a.sh.t.Text(h.Desc)
		need := width(h.Key) + 1 + width(h.Desc) + 2
		left := a.width - used
		if need > left || (i < len(bindings)-1 && !a.narrow() && need+width(more)+2 > left) {
			if left > width(more) && !helped {
				b.WriteString(more)
			}
			break
		}
		b.WriteString(st.keyName.Render(h.Key) + " " + st.faint.Render(h.Desc) + "  ")
		used += need
		helped = helped || h.Key == rest.Key
	}
	return b.String()
}

// spread puts left at the left edge and right at the right one; left gives way.
func spread(left, right string, w int) string {
	gap := w - width(left) - width(right)
	if gap >= 1 {
		return left + spaces(gap) + right
	}
	return fit(left, max(w-width(right)-1, 0)) + " " + right
}
