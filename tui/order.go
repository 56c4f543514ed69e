package tui

import (
	"context"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// orderScreen shows one work order: what the trip to the machine needs, what
// happened so far, and what this person may do now.
type orderScreen struct {
	sh *shared
	id int64
	// mine is the order as our own last change left it, until the view has it.
	mine *queue.Order

	trip   queue.Trip // what the way to the part needs, as of the latest view
	moves  []queue.Move
	cursor int // in moves
	scroll int
	page   int

	log     []queue.Entry
	logOf   int64 // version of the order when the log was asked for
	loaded  bool
	trouble string

	form     *form
	move     queue.Move        // what the form is for; zero for a note, "edit" for the fields
	version  int64             // of the order that the person saw when the form opened
	kept     map[string]string // typed before a conflict, for the next form
	conflict *queue.Conflict
}

type orderLogMsg struct {
	of      *orderScreen
	version int64
	entries []queue.Entry
	err     error
}

// movedMsg is the Desk's answer to a move or a note.
type movedMsg struct {
	of    *orderScreen
	order queue.Order
	err   error
}

func newOrder(sh *shared, id int64) screen {
	o := &orderScreen{sh: sh, id: id, page: 10}
	o.refresh()
	return o
}

// newOrderMove shows an order with the form of one of its moves open.
func newOrderMove(sh *shared, id int64, action string) screen {
	o := &orderScreen{sh: sh, id: id, page: 10}
	o.refresh()
	for i, m := range o.moves {
		if m.Action == action {
			o.cursor = i
			o.openMove(m)
		}
	}
	return o
}

// Title is "#12".
func (o *orderScreen) Title() string { return orderName(o.id) }

// Typing is true while a form or the panel about a conflict wants the keys.
func (o *orderScreen) Typing() bool { return o.form != nil || o.conflict != nil }

// Unsaved reports whether leaving would lose what was typed.
func (o *orderScreen) Unsaved() bool {
	return o.conflict != nil || o.form != nil && (o.form.state == formSending || o.form.touched())
}

// Init asks for the order's log.
func (o *orderScreen) Init() tea.Cmd { return o.loadLog() }

func (o *orderScreen) loadLog() tea.Cmd {
	version := int64(0)
	if ord := o.order(); ord != nil {
		version = ord.Version
	}
	o.logOf = version
	sh, id := o.sh, o.id
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		entries, err := sh.desk.OrderLog(ctx, id)
		return orderLogMsg{o, version, entries, err}
	}
}

// order is the order as it stands, or nil when there is none of that number.
func (o *orderScreen) order() *queue.Order {
	x := o.sh.orderByID(o.id)
	if x == nil || o.mine != nil && o.mine.Version > x.Version {
		return o.mine
	}
	return x
}

// entry is the order's server, or nil.
func (o *orderScreen) entry() *fleet.Entry {
	ord := o.order()
	if ord == nil || o.sh.view == nil || o.sh.view.Fleet == nil {
		return nil
	}
	return o.sh.view.Fleet.Find(ord.Server)
}

// refresh works out what may be done now.
func (o *orderScreen) refresh() {
	o.moves = nil
	if ord := o.order(); ord != nil {
		o.moves, o.trip = queue.Moves(*ord, o.sh.actor.Role), o.sh.trip(ord)
	}
	o.cursor = max(min(o.cursor, len(o.moves)-1), 0)
}

func (o *orderScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		o.refresh()
		if ord := o.order(); ord != nil && ord.Version != o.logOf {
			return o, o.loadLog()
		}
	case orderLogMsg:
		if msg.of == o {
			o.logRead(msg)
		}
	case movedMsg:
		if msg.of == o {
			return o, o.answered(msg)
		}
	case tea.KeyPressMsg:
		switch {
		case o.conflict != nil:
			return o, o.inConflict(msg)
		case o.form != nil:
			return o, o.typing(msg)
		}
		return o, o.pressed(msg)
	default:
		if o.form != nil && o.conflict == nil {
			return o, o.typing(msg)
		}
	}
	return o, nil
}

func (o *orderScreen) logRead(msg orderLogMsg) {
	if msg.version < o.logOf {
		return // a newer answer is on its way
	}
	o.loaded, o.trouble = true, ""
	if msg.err != nil {
		o.trouble = msg.err.Error()
		return
	}
	o.log = slices.Clone(msg.entries)
	slices.SortStableFunc(o.log, func(a, b queue.Entry) int { return int(b.Seq - a.Seq) })
}

func (o *orderScreen) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := o.sh.keys
	for i := range o.moves {
		if key.Matches(msg, k.moveKey(o.moves[i].Action, "")) {
			o.cursor = i
			return o.openMove(o.moves[i])
		}
	}
	switch {
	case key.Matches(msg, k.Up):
		o.cursor = max(o.cursor-1, 0)
	case key.Matches(msg, k.Down):
		o.cursor = max(min(o.cursor+1, len(o.moves)-1), 0)
	case key.Matches(msg, k.PageUp):
		o.scroll = max(o.scroll-o.page, 0)
	case key.Matches(msg, k.PageDown):
		o.scroll += o.page
	case key.Matches(msg, k.HalfUp):
		o.scroll = max(o.scroll-o.page/2, 0)
	case key.Matches(msg, k.HalfDown):
		o.scroll += max(o.page/2, 1)
	case key.Matches(msg, k.Top):
		o.scroll = 0
	case key.Matches(msg, k.Bottom):
		o.scroll = 1 << 20
	case key.Matches(msg, k.Open):
		if o.cursor < len(o.moves) {
			return o.openMove(o.moves[o.cursor])
		}
		return o.sh.says(fleet.Unknown, "there is nothing for you to do with this order now")
	default:
		return o.other(msg)
	}
	return nil
}

// other are the keys that neither move the order nor the cursor.
func (o *orderScreen) other(msg tea.KeyPressMsg) tea.Cmd {
	k, ord := o.sh.keys, o.order()
	if ord == nil {
		return nil
	}
	switch {
	case key.Matches(msg, k.Note):
		return o.openNote()
	case key.Matches(msg, k.Edit):
		return o.openEdit()
	case key.Matches(msg, k.Aisle):
		return send(openAisleMsg{o.id})
	case key.Matches(msg, k.OpenServer):
		return send(openServerMsg{ord.Server, ord.Slot})
	case key.Matches(msg, k.Linked):
		if ls := o.sh.links(ord); len(ls) > 0 {
			return send(openOrderMsg{ls[0].id})
		}
		return o.sh.says(fleet.Unknown, "no other order belongs to this one")
	}
	return nil
}

// Keys are the moves' own, then what else works here.
func (o *orderScreen) Keys() []key.Binding {
	k := o.sh.keys
	switch {
	case o.conflict != nil:
		return []key.Binding{k.Reload, k.Drop}
	case o.form != nil:
		return o.form.keys()
	}
	var out []key.Binding
	for _, m := range o.moves {
		out = append(out, k.moveKey(m.Action, o.sh.moveWord(m)))
	}
	out = append(out, k.Aisle)
	ord := o.order()
	if o.sh.actor.Role.Includes(queue.Technician) {
		out = append(out, k.Note)
		if ord != nil && ord.State.Open() {
			out = append(out, k.Edit)
		}
	}
	if ord != nil && len(o.sh.links(ord)) > 0 {
		out = append(out, k.Linked)
	}
	return append(out, k.OpenServer, k.PageDown)
}
