package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
)

// Sizes from which the evidence stands beside the parts, or below them.
const (
	besideFrom = 150
	belowFrom  = 30
)

func (s *serverScreen) View(width, height int) string {
	w := width - 1 // one cell of air on the left, as on every screen
	s.roomy, s.width = roomy(w, height), w
	var out []string
	switch {
	case s.ack != nil:
		return indent(strings.Split(s.ack.view(w, height), "\n"))
	case s.entry == nil:
		l := newLines(s.sh, w)
		l.text("", s.sh.t.Say("No server %q in the inventory. It may have been renamed or taken out; Esc goes back.", clean(s.name)), s.sh.styles.faint)
		out = l.all
	default:
		out = append(s.header(s.entry, w, s.headRoom(w, height)), s.tabs(w))
		out = append(out, s.body(w, height-len(out))...)
	}
	return indent(out[:min(len(out), height)])
}

// headRoom is how many lines the header may take: two (and the warning that it
// is stale) where evidence fills a small window, because then the evidence is what was asked for.
func (s *serverScreen) headRoom(width, height int) int {
	if (s.at == inParts && s.full && s.part() != nil || s.at == inReadings) && !roomy(width, height) {
		if s.entry.State.Stale(s.sh.now()) {
			return 3
		}
		return 2
	}
	return max(height/2, min(4, height-2))
}

// roomy reports whether the evidence has room beside or below the parts.
func roomy(width, height int) bool { return width >= besideFrom || height >= belowFrom }

func indent(ls []string) string {
	for i, l := range ls {
		if l != "" {
			ls[i] = " " + l
		}
	}
	return strings.Join(ls, "\n")
}

// tabs is the line that names the panels, the one shown in brackets.
func (s *serverScreen) tabs(width int) string {
	names := s.tabNames(width)
	parts := make([]string, len(names))
	for i, n := range names {
		if panel(i) == s.at {
			parts[i] = s.sh.styles.selected.Render("[" + n + "]")
		} else {
			parts[i] = s.sh.styles.faint.Render(" " + n + " ")
		}
	}
	line := strings.Join(parts, "")
	if room := width - ansi.StringWidth(line) - 1; room > 0 {
		line += " " + s.sh.styles.rule.Render(strings.Repeat(s.sh.styles.hline, room))
	}
	return cut(line, width)
}

// tabNames are the panels with how much is in them; a narrow window has short
// names, so that all of them are seen.
func (s *serverScreen) tabNames(width int) [panels]string {
	const longFrom = 100
	st, t := &s.entry.State, s.sh.t
	names := [panels]string{
		inParts:    t.Say("Parts %d", len(st.Components)),
		inFindings: t.Say("Findings %d", len(st.Findings)),
		inMissing:  t.Say("Missing %d", missingCount(s.entry)),
		inFiles:    t.Say("Files %d", len(st.Filesystems)),
		inUse:      t.Say("Use"),
		inReadings: t.Say("Charts"),
		inReads:    t.Say("Reads"),
		inHistory:  t.Say("History"),
	}
	if width >= longFrom {
		names[inFiles] = t.Say("File systems %d", len(st.Filesystems))
		names[inReads] = t.Say("Endpoints")
	}
	if n := readErrors(st); n > 0 {
		names[inReads] += " " + s.sh.styles.glyphText(fleet.Warning) + t.Int(int64(n))
	}
	return names
}

func (s *serverScreen) body(width, height int) []string {
	s.page = max(height, 1)
	if height <= 0 {
		return nil
	}
	switch s.at {
	case inParts:
		return s.partsBody(width, height)
	case inFindings:
		return s.findingsBody(width, height)
	case inReadings:
		return s.readingsBody(width, height)
	}
	l := newLines(s.sh, width)
	if s.at == inHistory && len(s.history) > 0 {
		l.row(s.changeTabs())
	}
	switch s.at {
	case inMissing:
		s.missing(l)
	case inFiles:
		s.files(l)
	case inUse:
		s.use(l)
	case inReads:
		s.reads(l)
	case inHistory:
		s.events(l)
	}
	s.scroll = max(min(s.scroll, len(l.all)-height), 0)
	return l.box(s.scroll, height)
}

// partsBody is the list of parts and, where there is room, the evidence of the
// one under the cursor beside or below it.
func (s *serverScreen) partsBody(width, height int) []string {
	if len(s.parts) == 0 {
		return s.noParts(width)
	}
	switch {
	case s.full && !s.roomy:
		return s.evidenceBox(width, height)
	case s.away || !s.roomy:
		return s.partList(width, height)
	case width >= besideFrom:
		right := max(width*2/5, 64)
		left := width - right - 3
		rule := " " + s.sh.styles.rule.Render("│") + " "
		return beside(s.leftColumn(left, height), left, rule, s.rightColumn(right, height))
	}
	lower := max(height*2/5, height-1-len(s.parts), 12)
	below := trimRight(s.evidenceBox(width, lower))
	upper := s.partList(width, height-len(below)-1)
	upper = append(upper, s.sh.styles.rule.Render(strings.Repeat(s.sh.styles.hline, width)))
	return append(upper, below...)
}

// leftColumn is the parts and, where they leave room, findings and file systems.
func (s *serverScreen) leftColumn(width, height int) []string {
	out := s.partList(width, height)
	more := newLines(s.sh, width)
	if fs := s.entry.State.Findings; len(fs) > 0 {
		more.head("Findings")
		for _, f := range fs {
			more.row(s.findingLine(f, false, width, s.sh.now()))
		}
	}
	if len(s.entry.State.Filesystems) > 0 {
		more.gap()
		more.head("File systems")
		s.files(more)
	}
	return s.fill(out, more, height)
}

// rightColumn is the evidence and, where it leaves room, use and recent events.
func (s *serverScreen) rightColumn(width, height int) []string {
	out := trimRight(s.evidenceBox(width, height))
	more := newLines(s.sh, width)
	more.head("Use")
	s.use(more)
	more.gap()
	more.head("Recent events")
	s.events(more)
	return s.fill(out, more, height)
}

// fill adds what fits of more below out, when at least a few lines of it do.
func (s *serverScreen) fill(out []string, more *lines, height int) []string {
	const few = 4
	room := height - len(out) - 1
	if room < few || len(more.all) == 0 {
		return out
	}
	return append(append(out, ""), more.all[:min(room, len(more.all))]...)
}

func (s *serverScreen) noParts(width int) []string {
	l := newLines(s.sh, width)
	l.gap()
	if s.entry.State.LastRead().IsZero() {
		text := s.sh.t.Say("Never read yet: nothing is known of its parts. r asks for a read now.")
		for i := range s.entry.State.Endpoints {
			if !s.entry.State.Endpoints[i].LastTry.IsZero() {
				text = s.sh.t.Say("It has never answered: nothing is known of its parts. Why is said above; r tries again now.")
			}
		}
		l.text("", text, s.sh.styles.faint)
		return l.all
	}
	l.text("", s.sh.t.Say("It answers, but publishes no hardware that ironage knows how to read. The Reads panel says which profiles matched."), s.sh.styles.faint)
	for _, r := range s.parts {
		l.text("", r.text, s.sh.styles.faint)
	}
	return l.all
}

// evidenceBox is the evidence of the part under the cursor. It is made anew
// when the part, the width or the second changed.
func (s *serverScreen) evidenceBox(width, height int) []string {
	c := s.part()
	if c == nil {
		l := newLines(s.sh, width)
		l.text("", s.sh.t.Say("Enter opens this line."), s.sh.styles.faint)
		return l.box(0, height)
	}
	want := evidenceKey{s.entry, c.Key(), width, s.sh.now().Unix(), s.sh.styles}
	if s.evidence == nil || want != s.drawnFor {
		s.evidence, s.drawnFor = evidenceOf(s.sh, s.entry, c, width), want
	}
	s.evTop = max(min(s.evTop, len(s.evidence.all)-height), 0)
	return s.evidence.box(s.evTop, height)
}

// partList draws the rows around the cursor.
func (s *serverScreen) partList(width, height int) []string {
	if height <= 0 {
		return nil
	}
	s.page = height
	s.top = max(min(s.top, s.line, len(s.parts)-height), s.line-height+1, 0)
	if s.top == s.line && s.line > 0 && s.parts[s.line-1].key() == "" {
		s.top-- // keep a heading with its first row
	}
	stale := s.entry.State.Stale(s.sh.now())
	cols := partColumns(width, s.badgeWidth(), s.ageWidth())
	out := make([]string, 0, height)
	for i := s.top; i < len(s.parts) && len(out) < height; i++ {
		out = append(out, s.partLine(s.parts[i], i == s.line, stale, cols, width))
	}
	return out
}

func (s *serverScreen) findingsBody(width, height int) []string {
	fs := s.entry.State.Findings
	st, now := s.sh.styles, s.sh.now()
	if len(fs) == 0 {
		l := newLines(s.sh, width)
		text := s.sh.t.Say("Nothing to report: no finding on this server.")
		if s.entry.State.LastRead().IsZero() {
			text = s.sh.t.Say("Never read yet, so nothing is known: no finding is not good news.")
		}
		l.text("", text, st.faint)
		return l.all
	}
	detail := newLines(s.sh, width)
	f := fs[min(s.finding, len(fs)-1)]
	detail.all = append(detail.all, st.rule.Render(strings.Repeat(st.hline, width)))
	detail.text("", s.findingWords(&f), st.bold)
	if f.Evidence.OID != "" || f.Evidence.Meaning != "" {
		verdictLines(detail, &s.entry.State, fleet.Verdict{Health: f.Health, Seen: fleet.SeenOf(f.Evidence)})
	}
	if f.Ack != nil {
		detail.text("", joined(s.sh.t.Say("known to %s since %s", clean(f.Ack.By), s.sh.moment(f.Ack.At)), clean(f.Ack.Note)), st.faint)
	}
	below := min(len(detail.all), max(height/2, 3), height)
	list := height - below
	s.page = max(list, 1)
	top := max(min(s.finding-list/2, len(fs)-list), 0)
	out := make([]string, 0, height)
	for i := top; i < len(fs) && len(out) < list; i++ {
		out = append(out, s.findingLine(fs[i], i == s.finding, width, now))
	}
	return append(out, detail.box(0, below)...)
}

func (s *serverScreen) findingLine(f fleet.Finding, selected bool, width int, now time.Time) string {
	st := s.sh.styles
	lead := st.noCur
	if selected {
		lead = st.cursor
	}
	since, note := "", ""
	if !f.Since.IsZero() {
		since = s.sh.t.Span(max(now.Sub(f.Since), 0))
	}
	switch {
	case f.Maintenance:
		note = s.sh.t.Say("in maintenance")
	case f.Acknowledged && f.Ack != nil:
		note = s.sh.t.Say("known: %s %s", clean(f.Ack.By), s.sh.since(f.Ack.At))
		if !f.Ack.Until.IsZero() {
			note += ", " + s.sh.t.Say("until %s", s.sh.moment(f.Ack.Until))
		}
	case f.Acknowledged:
		note = s.sh.t.Say("known")
	}
	look := st.healthStyle(f.Health)
	if note != "" {
		look, note = st.faint, " ("+note+")"
	}
	line := lead + look.Render(fit(st.badgeText(f.Health), s.badgeWidth())) + " " + st.faint.Render(fitRight(since, 7)) + "  " + s.findingWords(&f) + st.faint.Render(note)
	return s.shade(line, selected, width)
}

// findingWords is a finding in the reader's language.
func (s *serverScreen) findingWords(f *fleet.Finding) string {
	return s.sh.dated(s.sh.t.Text(findingText(&s.entry.State, f)))
}

// badgeWidth is the column of a health as sign and word.
func (s *serverScreen) badgeWidth() int {
	w := 0
	for _, h := range fleet.Healths {
		w = max(w, width(s.sh.styles.badgeText(h)))
	}
	return w
}
