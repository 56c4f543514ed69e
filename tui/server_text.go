package tui

import (
	"context"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
)

// Sheet is what a server's page is made of where no console runs.
type Sheet struct {
	View    *ops.View
	Server  string
	History []fleet.Event
	Now     func() time.Time
	Life    ageing.Policy
	Tongue  *lang.Tongue // nil is English
	Width   int
	ASCII   bool
}

// Text is everything that the page shows, panel after panel, as plain text; ""
// when the inventory has no such server.
func (x Sheet) Text() string {
	look, err := themeNamed("")
	if err != nil {
		return ""
	}
	look.ascii = x.ASCII
	sh := &shared{ctx: context.Background(), view: x.View, now: x.Now, styles: newStyles(look, x.Tongue), keys: defaultKeys(), life: x.Life,
		t: x.Tongue, digests: newDigests(x.Life, x.Tongue)}
	sh.digests.sync(x.View, x.Now())
	s := &serverScreen{sh: sh, name: x.Server, opened: map[string]bool{}, loaded: true, history: x.History, curves: newCurves(), roomy: true}
	s.refresh()
	if s.entry == nil {
		return ""
	}
	text := s.text(x.Width)
	if x.ASCII {
		text = toASCII(text)
	}
	return text
}

// text is the whole page as plain text, for a pager or a printer.
func (s *serverScreen) text(width int) string {
	var b strings.Builder
	section := func(title string, draw func(*lines)) {
		l := newLines(s.sh, width)
		draw(l)
		if title != "" && len(l.all) > 0 {
			title = s.sh.t.Text(title)
			b.WriteString("\n" + title + "\n" + strings.Repeat("-", max(ansi.StringWidth(title), 1)) + "\n")
		}
		for _, line := range l.all {
			b.WriteString(strings.TrimRight(ansi.Strip(line), " ") + "\n")
		}
	}
	section("", func(l *lines) { l.all = s.header(s.entry, width, 1000) })
	section("Findings", s.findingsText)
	section("Missing", s.missing)
	section("Parts", s.partsText)
	section("File systems", s.files)
	section("Use", s.use)
	section("Readings", s.readingsText)
	section("Endpoints", s.reads)
	section("History", func(l *lines) {
		shown := s.changes
		s.changes = allChanges
		s.events(l)
		s.changes = shown
	})
	return b.String()
}

func (s *serverScreen) findingsText(l *lines) {
	fs := s.entry.State.Findings
	if len(fs) == 0 {
		l.text("", s.sh.t.Say("Nothing to report: no finding on this server."), s.sh.styles.faint)
	}
	for _, f := range fs {
		l.all = append(l.all, s.findingLine(f, false, max(l.width, 400), s.sh.now())) // whole, however long
		if f.Ack != nil && f.Ack.Note != "" {
			l.text("    ", s.sh.t.Say("note: %s", clean(f.Ack.Note)), s.sh.styles.faint)
		}
	}
}

// partsText is every part on one line, folds opened.
func (s *serverScreen) partsText(l *lines) {
	open := map[string]bool{}
	for _, r := range partRows(s.sh, s.entry, open) {
		if r.fold != "" {
			open[r.fold] = true
		}
	}
	if len(s.parts) == 0 {
		l.all = s.noParts(l.width)
		return
	}
	stale := s.entry.State.Stale(s.sh.now())
	cols := partColumns(l.width, s.badgeWidth(), s.ageWidth())
	for _, r := range partRows(s.sh, s.entry, open) {
		if r.fold != "" {
			continue
		}
		l.row(s.partLine(r, false, stale, cols, l.width))
	}
}

func (s *serverScreen) readingsText(l *lines) {
	list := s.readings()
	for i := range list {
		value := list[i].value(s.sh)
		if s.old(&list[i]) {
			value += " (" + s.sh.t.Say("stale") + ")"
		}
		l.row(fit(list[i].label, min(l.width/2, 44)) + " " + value)
	}
}
