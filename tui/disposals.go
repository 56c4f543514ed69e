package tui

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// disposalList is the register of removed parts that hold data: first those of
// which nobody has said yet what became of them.
type disposalList struct {
	sh     *shared
	table  *table[*queue.Disposal]
	filter *filterBar[*queue.Disposal]
	all    int
	open   int // without a statement
}

func newDisposals(sh *shared) screen {
	d := &disposalList{sh: sh, table: newTable(sh, disposalColumns(sh))}
	d.table.id = func(x *queue.Disposal) string { return strconv.FormatInt(x.Order, 10) }
	d.filter = newFilterBar(sh, disposalLanguage(), "")
	d.refresh()
	return d
}

func (d *disposalList) Title() string { return "Disposals" }
func (d *disposalList) Typing() bool  { return d.filter.open }

// Escape takes marks and the filter away before Esc leaves the screen.
func (d *disposalList) Escape() bool {
	if d.table.unmark() {
		return true
	}
	had := d.filter.clear()
	if had {
		d.refresh()
	}
	return had
}

// Keys are those of the register, or of the filter while it is typed.
func (d *disposalList) Keys() []key.Binding {
	if d.filter.open {
		return d.filter.keys()
	}
	k := d.sh.keys
	out := []key.Binding{k.Open, k.Filter}
	if mayAct(d.sh) {
		out = append(out, d.closeKey(), k.Mark)
	}
	return append(out, d.table.sortKeys()...)
}

// closeKey is the key that closes orders everywhere.
func (d *disposalList) closeKey() key.Binding {
	return d.sh.keys.moveKey("close", d.sh.t.Say("say what became of it"))
}

func (d *disposalList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		d.refresh()
	case bulkAnswerMsg:
		if msg.err == nil {
			delete(d.table.marks, strconv.FormatInt(msg.id, 10))
		}
	case tea.KeyPressMsg:
		if d.filter.open {
			return d, d.typed(msg)
		}
		return d, d.pressed(msg)
	case tea.PasteMsg:
		if d.filter.open {
			return d, d.typed(msg)
		}
	}
	return d, nil
}

func (d *disposalList) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := d.filter.update(msg)
	if changed {
		d.refresh()
	}
	return cmd
}

func (d *disposalList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := d.sh.keys
	x, ok := d.table.row()
	switch {
	case key.Matches(msg, k.Filter):
		d.filter.start()
	case ok && key.Matches(msg, k.Open):
		return send(openOrderMsg{x.Order})
	case ok && key.Matches(msg, k.Mark):
		d.table.toggleMark()
		d.table.moveTo(d.table.cursor + 1)
	case ok && key.Matches(msg, d.closeKey()):
		return d.settle()
	default:
		d.table.update(msg)
	}
	return nil
}

// settle opens the form that says what became of the marked parts, or of the
// one under the cursor.
func (d *disposalList) settle() tea.Cmd {
	if !mayAct(d.sh) {
		return d.sh.refuseRole("your role is %s: technicians, engineers and leads say what became of a part")
	}
	var ids []int64
	for _, x := range d.table.chosen() {
		if !x.Settled {
			ids = append(ids, x.Order)
		}
	}
	switch len(ids) {
	case 0:
		return d.sh.says(fleet.Unknown, "it is settled already; settled lines stay as they are")
	case 1:
		return send(openMoveMsg{ids[0], "close"})
	}
	return send(openBulkMsg{ids: ids, action: "close"})
}

func (d *disposalList) refresh() {
	var rows []*queue.Disposal
	d.open = 0
	if d.sh.view != nil {
		all := queue.Disposals(d.sh.view.Orders)
		for i := range all {
			rows = append(rows, &all[i])
			if all[i].Method == "" {
				d.open++
			}
		}
	}
	d.all = len(rows)
	d.table.setRows(d.filter.apply(rows))
	switch {
	case d.sh.view == nil:
		d.table.empty = "waiting for the first answer of the store …"
	case d.all == 0:
		d.table.empty = "no disk was replaced yet: verified orders for disks come here"
	default:
		d.table.empty = "no line matches the filter; Esc shows all"
	}
}

func (d *disposalList) View(w, h int) string {
	s := d.sh.styles
	t := d.sh.t
	head := s.faint.Render(t.Say("every removed disk has a statement"))
	if d.open > 0 {
		head = s.warn.Render(s.glyphText(fleet.Warning) + " " + t.Count(d.open, "%d removed disk waits for a statement of what became of it",
			"%d removed disks wait for a statement of what became of it"))
	}
	out := []string{cut(" "+head+s.faint.Render("   "+t.Say("on paper: %s", "ironage queue disposals")), w)}
	out = append(out, d.filter.view(w, t.Say("%d of %d lines", len(d.table.rows), d.all))...)
	out = out[:min(len(out), h)]
	if room := h - len(out); room > 0 {
		out = append(out, d.table.view(w, room))
	}
	return strings.Join(out, "\n")
}

// disposalColumns are the columns of the register.
func disposalColumns(sh *shared) []column[*queue.Disposal] {
	type D = *queue.Disposal
	text := func(get func(D) string) func(D) string { return func(x D) string { return clean(get(x)) } }
	by := func(get func(D) string) func(a, b D) int {
		return func(a, b D) int { return cmp.Compare(get(a), get(b)) }
	}
	method := func(x D) string { return cmp.Or(x.Method, "waiting") }
	server, serial := func(x D) string { return x.Server }, func(x D) string { return x.Part.Serial }
	return []column[D]{
		{title: "ORDER", width: 5, right: true, letter: sortKey("I", "number"),
			text: func(x D) string { return orderName(x.Order) }, less: func(a, b D) int { return cmp.Compare(a.Order, b.Order) }},
		{title: "METHOD", width: 9, letter: sortKey("M", "method"), text: text(method), less: by(method), say: true, words: disposalWords,
			style: func(x D) (lipgloss.Style, bool) { return sh.styles.warn, x.Method == "" }},
		{title: "SERIAL", width: 14, max: 24, letter: sortKey("S", "serial number"), text: text(serial), less: by(serial)},
		{title: "MODEL", width: 12, max: 28, priority: 4, text: text(func(x D) string { return cmp.Or(x.Part.Model, x.Part.PartNumber) })},
		{title: "SERVER", width: 12, max: 24, letter: sortKey("N", "server"), text: text(server), less: by(server)},
		{title: "SLOT", width: 10, max: 20, priority: 3, text: func(x D) string { return sh.slotWord(&queue.Order{Slot: x.Slot}) }},
		{title: "REMOVED", width: 10, priority: 1, letter: sortKey("A", "time of the swap"), text: func(x D) string { return sh.day(firstWord(x.Removed)) },
			less: by(func(x D) string { return x.Removed })},
		{title: "BY", width: 9, max: 18, priority: 2, text: text(func(x D) string { return x.By })},
		{title: "ON", width: 10, priority: 5, text: func(x D) string { return sh.day(dayText(x.At)) }},
		{title: "CERTIFICATE", width: 11, max: 40, priority: 2, text: text(func(x D) string { return x.Certificate })},
	}
}

// disposalWords are what may be said of a removed disk.
var disposalWords = []string{"waiting", "returned", "destroyed", "wiped", "kept"}

// firstWord is the day of a moment that is written with its time.
func firstWord(s string) string {
	day, _, _ := strings.Cut(s, " ")
	return day
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// disposalLanguage is what the register can be filtered by.
func disposalLanguage() *language[*queue.Disposal] {
	type D = *queue.Disposal
	text := func(name string, get func(D) string) field[D] {
		return field[D]{Name: name, Texts: func(x D) []string { return []string{get(x)} }}
	}
	method := func(x D) string { return cmp.Or(x.Method, "waiting") }
	return &language[D]{
		Fields: []field[D]{
			{Name: "method", Choices: disposalWords, Whole: true, Texts: func(x D) []string { return []string{method(x)} }},
			text("server", func(x D) string { return x.Server }),
			text("serial", func(x D) string { return x.Part.Serial }),
			text("by", func(x D) string { return x.By }),
			text("certificate", func(x D) string { return x.Certificate }),
			text("removed", func(x D) string { return x.Removed }),
		},
		Free: func(x D) string {
			return fold(strings.Join([]string{orderName(x.Order), method(x), x.Server, x.Slot, x.Part.Model, x.Part.Serial, x.By, x.Certificate, x.Removed}, " "))
		},
	}
}
