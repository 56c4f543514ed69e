package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// aisle is one order in large plain text, for whoever stands in front of the
// machine with a phone: where, which slot, which serial number, what to fit,
// and what the probes see meanwhile. Its forms are those of the order's page.
type aisle struct {
	*orderScreen
	down int // first line on screen
	most int // last line that can be the first
}

func newAisle(sh *shared, id int64) screen {
	o := &orderScreen{sh: sh, id: id, page: 10}
	o.refresh()
	return &aisle{orderScreen: o}
}

// Title is "#12 in the aisle".
func (a *aisle) Title() string { return a.sh.t.Say("%s aisle", orderName(a.id)) }

// Narrow is true: this is the screen for small windows.
func (a *aisle) Narrow() bool { return true }

// ShowsAlarm is the order whose alarm this screen shows itself.
func (a *aisle) ShowsAlarm() int64 { return a.id }

// aisleActions are the moves that make sense in front of the machine.
var aisleActions = []string{"start", "abort", "replaced"}

func (a *aisle) bindings() map[string]key.Binding {
	k := a.sh.keys
	return map[string]key.Binding{"start": k.AisleStart, "abort": k.AisleStop, "replaced": k.AisleSwap}
}

// Keys are few: what may be done here now, a note, and the way back.
func (a *aisle) Keys() []key.Binding {
	if a.Typing() {
		return a.orderScreen.Keys()
	}
	var out []key.Binding
	for _, action := range aisleActions {
		if a.moveOf(action) != nil {
			out = append(out, a.bindings()[action])
		}
	}
	if mayAct(a.sh) {
		out = append(out, a.sh.keys.AisleNote)
	}
	return out
}

// moveOf is the move of that action, if it may be made now.
func (a *aisle) moveOf(action string) *queue.Move {
	i := slices.IndexFunc(a.moves, func(m queue.Move) bool { return m.Action == action })
	if i < 0 {
		return nil
	}
	return &a.moves[i]
}

func (a *aisle) Update(msg tea.Msg) (screen, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok || a.Typing() {
		_, cmd := a.orderScreen.Update(msg)
		return a, cmd
	}
	k := a.sh.keys
	for _, action := range aisleActions {
		if m := a.moveOf(action); m != nil && key.Matches(press, a.bindings()[action]) {
			return a, a.openMove(*m)
		}
	}
	switch {
	case key.Matches(press, k.AisleNote):
		return a, a.openNote()
	case key.Matches(press, k.AisleStart):
		return a, a.noStart()
	case key.Matches(press, k.Up, k.PageUp, k.HalfUp, k.Top):
		a.down = max(a.down-a.page, 0)
	case key.Matches(press, k.Down, k.PageDown, k.HalfDown, k.Bottom):
		a.down = min(a.down+a.page, a.most)
	}
	return a, nil
}

// noStart is why work cannot be started now.
func (a *aisle) noStart() tea.Cmd {
	ord := a.order()
	switch {
	case ord == nil:
		return a.sh.says(fleet.Warning, "there is no such order")
	case ord.State != queue.Ready:
		return a.sh.says(fleet.Warning, "%s is %s: work starts when it is ready", orderName(ord.ID), a.sh.stateWord(ord.State))
	}
	return a.sh.refuseRole("your role is %s: technicians, engineers and leads start work")
}

func (a *aisle) View(width, height int) string {
	ord := a.order()
	if a.Typing() || ord == nil {
		return a.orderScreen.View(width, height)
	}
	w := max(width-1, 1)
	// The status stays in view: it is what one waits for. Where it would take
	// everything, the facts keep half.
	status := a.status(ord, w)
	status = status[:min(len(status), max(height/2, 1))]
	parts := a.parts(ord)
	facts := a.large(parts, w)
	if len(facts.all)+len(status)+1 <= height {
		status = append([]string{a.sh.styles.rule.Render(strings.Repeat(a.sh.styles.hline, w))}, status...)
	} else {
		facts = a.dense(parts, w)
	}
	room := max(height-len(status), 0)
	a.most, a.page = max(len(facts.all)-room, 0), max(room-1, 1)
	facts.down = a.sh.keys.Down
	out := append(facts.box(min(a.down, a.most), room), status...)
	return indent(out[:min(len(out), height)])
}

// aislePart is one thing to know: what must be read, and what helps.
type aislePart struct {
	label      string
	must, more []string
	style      lipgloss.Style
}

// parts are where, which slot, what to pull and what to bring.
func (a *aisle) parts(ord *queue.Order) []aislePart {
	s, t, sh := a.sh.styles, &a.trip, a.sh
	out := []aislePart{
		{"WHERE", []string{a.where(), clean(ord.Server)}, []string{clean(t.Machine), sh.with("window %s", ord.Window)}, s.bold},
		{"SLOT", []string{sh.tripSlot(ord, t)}, []string{sh.t.Text(clean(t.HotSwap))}, s.bold},
	}
	serial := firstOf(t.Pull, ord.Old.Serial)
	switch {
	case swapped(ord):
		return append(out, aislePart{"OUT", []string{strings.TrimSpace(cleanOr(ord.Old.Serial, sh.t.Say("no serial number")))}, nil, s.bold})
	case fleet.NormalSerial(serial) == "":
		out = append(out, aislePart{"PULL", []string{sh.t.Say("no serial number known: check the slot twice")}, nil, s.warn})
	default:
		out = append(out, aislePart{"PULL", []string{strings.TrimSpace(clean(serial)), sh.t.Say("if the label differs, stop")}, nil, s.bold})
	}
	other := ""
	if len(t.Substitutes) > 0 {
		other = sh.t.Say("or %s", clean(strings.Join(t.Substitutes, ", ")))
	}
	bring := joined(clean(cmp.Or(t.Bring, ord.FitPart)), clean(t.Capacity), clean(t.Form))
	return append(out, aislePart{"BRING", []string{firstOf(bring, sh.t.Say("not decided yet"))},
		[]string{other, joined(sh.with("serial %s", ord.PartSerial), sh.with("spare %s", ord.Spare)), sh.t.Text(clean(t.Redundancy))}, s.bold})
}

// large gives every part a heading and air around it.
func (a *aisle) large(parts []aislePart, w int) *lines {
	l := newLines(a.sh, w)
	for _, p := range parts {
		l.gap()
		l.row(a.sh.styles.label.Render(a.sh.t.Text(p.label)))
		style := p.style
		for _, text := range slices.Concat(p.must, p.more) {
			if text != "" {
				l.text("  ", text, style)
				style = a.sh.styles.plain
			}
		}
	}
	return l
}

// dense puts what must be read first, for a window without room to spare.
func (a *aisle) dense(parts []aislePart, w int) *lines {
	l := newLines(a.sh, w)
	for _, p := range parts {
		lead, style := a.sh.styles.label.Render(fit(a.sh.t.Text(p.label), aisleLabel)), p.style
		for _, text := range p.must {
			for line := range strings.SplitSeq(wrapped(text, w-aisleLabel), "\n") {
				l.row(lead + style.Render(line))
				lead = spaces(aisleLabel)
			}
			style = a.sh.styles.plain
		}
	}
	for _, p := range parts {
		for _, text := range p.more {
			l.textIf(spaces(aisleLabel), text, a.sh.styles.faint)
		}
	}
	return l
}

// aisleLabel is the column of labels where there is no room for large spacing.
const aisleLabel = 6

// status is what happens now, the newest in words that can be read from a step away.
func (a *aisle) status(ord *queue.Order, w int) []string {
	l := newLines(a.sh, w)
	say := func(h fleet.Health, text string) {
		l.text("", a.sh.styles.glyphText(h)+" "+text, a.sh.styles.healthStyle(h).Bold(true))
	}
	if ord.HasFlag(queue.FlagWrongPart) && a.sh.view != nil {
		for part := range strings.SplitSeq(wrapped(a.sh.styles.glyphText(fleet.Critical)+" "+a.sh.alarmText(a.sh.view, ord, true), w), "\n") {
			l.row(a.sh.styles.alarm.Render(fit(part, w)))
		}
		return l.all
	}
	a.progress(ord, say)
	if text := a.blind(ord); text != "" {
		say(fleet.Warning, text)
	}
	return l.all
}

// progress says how far the order is, in the words of its state.
func (a *aisle) progress(ord *queue.Order, say func(fleet.Health, string)) {
	t := a.sh.t
	switch ord.State {
	case queue.Ready:
		say(fleet.OK, t.Say("ready: press %s when you stand in front of it", a.sh.keys.AisleStart.Help().Key))
	case queue.InProgress:
		a.working(ord, say)
	case queue.Replaced:
		a.proving(ord, say)
	case queue.Verified:
		say(fleet.OK, t.Say("verified: the new part works"))
		if ord.DataBearing() && ord.Disposition == nil {
			say(fleet.Warning, t.Say("the old disk waits: say what becomes of it"))
		}
	case queue.Deferred:
		say(fleet.Unknown, t.Say("deferred until %s", a.sh.day(string(ord.DeferredTill))))
	case queue.Closed, queue.Rejected, queue.Cancelled:
		say(fleet.Absent, a.sh.stateWord(ord.State)+" · "+t.Say("%s ago", a.sh.since(ord.Changed)))
	default:
		say(fleet.Unknown, t.Say("%s: not ready for work yet", a.sh.stateWord(ord.State)))
	}
}

// working follows the part out of the slot and the new one into it.
func (a *aisle) working(ord *queue.Order, say func(fleet.Health, string)) {
	t := a.sh.t
	started := t.Say("work started")
	if at := cmp.Or(ord.StartedAt, ord.Changed); !at.IsZero() {
		started += " " + t.Say("%s ago", a.sh.since(at))
	}
	if ord.Assignee != "" {
		started += " " + t.Say("by %s", clean(ord.Assignee))
	}
	say(fleet.OK, started)
	if ord.HasFlag(queue.FlagVerificationFailed) {
		say(fleet.Critical, t.Say("the new part is NOT healthy: swap it again"))
	}
	e := a.entry()
	if e == nil {
		return
	}
	p, pending := e.State.Pending[ord.Slot]
	switch {
	case pending && p.What == fleet.EventSerial:
		say(fleet.OK, t.Say("new serial seen: %s; one more read proves it", strings.TrimSpace(clean(p.Value))))
	case pending || ord.HasFlag(queue.FlagRemoved):
		say(fleet.Unknown, t.Say("the slot is empty: fit the new part"))
	case ord.Untracked:
		say(fleet.Unknown, t.Say("this part has no serial number: press %s when it is swapped", a.sh.keys.AisleSwap.Help().Key))
	default:
		say(fleet.Unknown, t.Say("the old part is still in its slot"))
	}
}

// proving counts the healthy reads of the new part.
func (a *aisle) proving(ord *queue.Order, say func(fleet.Health, string)) {
	t := a.sh.t
	seen := t.Say("swapped")
	if ord.New != nil && fleet.NormalSerial(ord.New.Serial) != "" {
		seen = t.Say("new serial seen: %s", strings.TrimSpace(clean(ord.New.Serial)))
	}
	say(fleet.OK, seen)
	rule := a.sh.desk.Verify()
	good := 0
	if e := a.entry(); e != nil {
		p := e.State.Proofs[ord.Slot]
		good = p.Good
		if p.Bad > 0 {
			say(fleet.Critical, t.Say("the new part does not read healthy"))
		}
	}
	text := t.Say("verifying %d/%d healthy reads", min(good, rule.Reads), rule.Reads)
	if left := rule.After - a.sh.now().Sub(ord.SwappedAt); good >= rule.Reads && left > 0 {
		text += ", " + t.Say("then %s more", t.Span(left))
	}
	say(fleet.Unknown, text)
	if ord.HasFlag(queue.FlagNeedsVerification) {
		say(fleet.Warning, a.sh.flagText(queue.FlagNeedsVerification))
	}
}

// blind says why nothing would be seen at the moment; "" when the server is read.
func (a *aisle) blind(ord *queue.Order) string {
	if ord.State != queue.InProgress && ord.State != queue.Replaced || a.sh.view == nil {
		return ""
	}
	now := a.sh.now()
	if text, fine := collectorText(a.sh.view.Collector, now); !fine {
		return a.sh.t.Say("nothing is seen now: %s", a.sh.t.Text(clean(text)))
	}
	e := a.entry()
	if e == nil {
		return a.sh.t.Say("the server is not in the inventory: nothing is read")
	}
	if text := staleText(&e.State, now); text != "" {
		return a.sh.t.Text(text)
	}
	return ""
}
