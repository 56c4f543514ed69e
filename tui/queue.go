package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// queueList is the Queue screen: the work orders by priority and state, as a
// list or as a board.
type queueList struct {
	sh      *shared
	table   *table[*queue.Order]
	board   board
	onBoard bool
	filter  *filterBar[*queue.Order]
	done    bool // finished ones are shown too
	counts  map[queue.State]int
	all     int      // shown when nothing is filtered
	figures []string // how the queue does, for a line
}

func newQueue(sh *shared, filter string) screen {
	q := &queueList{sh: sh, table: newTable(sh, orderColumns(sh))}
	q.table.id = orderKey
	q.board = board{sh: sh, page: 4, marked: func(o *queue.Order) bool { return q.table.marks[orderKey(o)] }}
	q.filter = newFilterBar(sh, orderLanguage(sh), filter)
	q.done = strings.Contains(filter, "state:") // asking for a state must not hide it
	q.refresh()
	return q
}

// orderKey names an order among the marked ones.
func orderKey(o *queue.Order) string { return strconv.FormatInt(o.ID, 10) }

func (q *queueList) Title() string { return "Queue" }
func (q *queueList) Typing() bool  { return q.filter.open }

// Escape takes the marks, then the filter away before Esc leaves the screen.
func (q *queueList) Escape() bool {
	if q.table.unmark() {
		return true
	}
	had := q.filter.clear()
	if had {
		q.refresh()
	}
	return had
}

// Keys are those of the list or the board, or of the filter while it is typed.
func (q *queueList) Keys() []key.Binding {
	if q.filter.open {
		return q.filter.keys()
	}
	k := q.sh.keys
	out := []key.Binding{k.Open, k.Filter, k.Board, k.Mark}
	if mayAct(q.sh) {
		out = append(out, k.Change)
	}
	out = append(out, k.Walk, k.Finished, k.Aisle, k.OpenServer)
	if q.onBoard {
		return append(out, k.Left, k.Right)
	}
	return append(out, q.table.sortKeys()...)
}

func (q *queueList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		q.refresh()
	case bulkAnswerMsg:
		if msg.err == nil { // what is done needs no mark any more
			delete(q.table.marks, strconv.FormatInt(msg.id, 10))
		}
	case tea.KeyPressMsg:
		if q.filter.open {
			return q, q.typed(msg)
		}
		return q, q.pressed(msg)
	case tea.PasteMsg:
		if q.filter.open {
			return q, q.typed(msg)
		}
	}
	return q, nil
}

func (q *queueList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k, o := q.sh.keys, q.current()
	switch {
	case key.Matches(msg, k.Filter):
		q.filter.start()
	case key.Matches(msg, k.Finished):
		q.done = !q.done
		q.refresh()
	case key.Matches(msg, k.Board):
		q.turn()
	case key.Matches(msg, k.Mark):
		q.mark()
	case key.Matches(msg, k.Walk):
		return send(openPickListMsg{q.marked()})
	case key.Matches(msg, k.Change):
		return q.change()
	case o != nil && key.Matches(msg, k.Open):
		return send(openOrderMsg{o.ID})
	case o != nil && key.Matches(msg, k.OpenServer):
		return send(openServerMsg{o.Server, o.Slot})
	case o != nil && key.Matches(msg, k.Aisle):
		return send(openAisleMsg{o.ID})
	case q.onBoard:
		q.board.update(msg)
	default:
		q.table.update(msg)
	}
	return nil
}

// current is the order under the cursor, or nil.
func (q *queueList) current() *queue.Order {
	if q.onBoard {
		return q.board.current()
	}
	o, _ := q.table.row()
	return o
}

// turn changes between list and board; the cursor stays on its order.
func (q *queueList) turn() {
	o := q.current()
	q.onBoard = !q.onBoard
	switch {
	case o == nil:
	case q.onBoard:
		q.board.find(o.ID)
	default:
		q.table.selectFirst(func(x *queue.Order) bool { return x.ID == o.ID })
	}
}

// mark marks the order under the cursor, or takes its mark away, and goes on.
func (q *queueList) mark() {
	if o := q.current(); q.onBoard && o != nil {
		q.table.selectFirst(func(x *queue.Order) bool { return x.ID == o.ID })
		q.table.toggleMark()
		q.board.cols[q.board.at].move(1)
		return
	}
	q.table.toggleMark()
	q.table.moveTo(q.table.cursor + 1)
}

// marked are the numbers of the marked orders, in the order of the list.
func (q *queueList) marked() []int64 {
	var ids []int64
	if q.sh.view == nil || len(q.table.marks) == 0 {
		return nil
	}
	for i := range q.sh.view.Orders { // a filter hides a mark, but does not take it away
		if o := &q.sh.view.Orders[i]; q.table.marks[orderKey(o)] {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// change opens the form for the marked orders, or the one under the cursor.
func (q *queueList) change() tea.Cmd {
	ids := q.marked()
	if o := q.current(); len(ids) == 0 && o != nil {
		ids = []int64{o.ID}
	}
	switch {
	case !mayAct(q.sh):
		return q.sh.refuseRole("your role is %s: technicians, engineers and leads change work orders")
	case len(ids) == 0:
		return q.sh.says(fleet.Unknown, "mark orders with %s first", q.sh.keys.Mark.Help().Key)
	}
	return send(openBulkMsg{ids: ids})
}

// Detail says more about the order under the cursor than its line has room for.
func (q *queueList) Detail() string {
	if n := len(q.marked()); n > 0 && !q.filter.open {
		k := q.sh.keys
		return q.sh.t.Count(n, "%d order marked: %s changes them together, %s lists what to take along, Esc takes the marks away",
			"%d orders marked: %s changes them together, %s lists what to take along, Esc takes the marks away", k.Change.Help().Key, k.Walk.Help().Key)
	}
	o := q.current()
	if o == nil || q.filter.open {
		return ""
	}
	var flags []string
	for _, f := range o.Flags {
		flags = append(flags, q.sh.flagWord(f))
	}
	return joined(orderName(o.ID)+" "+q.sh.subject(o), strings.Join(flags, ", "), q.sh.mainReason(o),
		q.sh.clocks(o), q.sh.with("assigned to %s", o.Assignee))
}

func (q *queueList) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := q.filter.update(msg)
	if changed {
		q.refresh()
	}
	return cmd
}

// refresh takes the latest orders: by tier, then by how far they are.
func (q *queueList) refresh() {
	q.counts = make(map[queue.State]int)
	var rows []*queue.Order
	if q.sh.view != nil {
		for i := range q.sh.view.Orders {
			o := &q.sh.view.Orders[i]
			q.counts[o.State]++
			if q.done || !o.State.Final() {
				rows = append(rows, o)
			}
		}
	}
	slices.SortStableFunc(rows, byUrgency)
	q.all = len(rows)
	shown := q.filter.apply(rows)
	q.table.setRows(shown)
	q.board.set(shown, q.done)
	q.figures = queueFigures(q.sh)
	q.table.empty = q.emptyText()
}

// byUrgency is the order of the list: what is finished last, then by tier, then
// by how far it has come, then the oldest first.
func byUrgency(a, b *queue.Order) int {
	final := func(o *queue.Order) int {
		if o.State.Final() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(final(a), final(b)), cmp.Compare(a.Tier, b.Tier),
		cmp.Compare(stateRank(a.State), stateRank(b.State)), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// stateRank orders states by what waits for somebody's hands or word: work that
// is going on first, then what is to be decided, what is to be fetched.
func stateRank(s queue.State) int {
	return slices.Index([]queue.State{queue.InProgress, queue.Ready, queue.Proposed, queue.Approved, queue.Ordered,
		queue.Replaced, queue.Verified, queue.Deferred, queue.Closed, queue.Rejected, queue.Cancelled}, s)
}

func (q *queueList) emptyText() string {
	switch {
	case q.sh.view == nil:
		return q.sh.t.Say("waiting for the first answer of the store …")
	case len(q.sh.view.Orders) == 0:
		return q.sh.t.Say("no work order yet: %s on a part of a server proposes one", q.sh.keys.Propose.Help().Key)
	case q.all == 0:
		return q.sh.t.Say("no open work order; %s shows the finished ones", q.sh.keys.Finished.Help().Key)
	}
	return q.sh.t.Say("no work order matches the filter; Esc shows all")
}

func (q *queueList) View(w, h int) string {
	bar := q.filter.view(w, q.countText())
	counts := q.countLines(w)
	if len(q.figures) > 0 && h >= 14 {
		for _, line := range flow(q.figures, w) {
			counts = append(counts, q.sh.styles.faint.Render(line))
		}
	}
	if h-len(bar)-len(counts) >= 5 { // in a tiny window rows come first
		bar = append(counts, bar...)
	}
	bar = bar[:min(len(bar), h)]
	if room := h - len(bar); room > 0 {
		bar = append(bar, q.body(w, room))
	}
	return strings.Join(bar, "\n")
}

// body is the list or the board.
func (q *queueList) body(w, h int) string {
	if !q.onBoard {
		return q.table.view(w, h)
	}
	if len(q.table.rows) == 0 {
		return q.sh.styles.faint.Render(fit(q.sh.styles.noCur+q.table.empty, w))
	}
	return q.board.view(w, h)
}

func (q *queueList) countText() string {
	if q.all == 1 {
		return q.sh.t.Say("%d of 1 order", len(q.table.rows))
	}
	return q.sh.t.Say("%d of %d orders", len(q.table.rows), q.all)
}

// countLines is how many orders stand in each state, on as many lines as it takes.
func (q *queueList) countLines(w int) []string {
	st := q.sh.styles
	var parts []string
	final := 0
	for _, s := range queue.States() {
		n := q.counts[s]
		if s.Final() {
			final += n
			continue
		}
		if n > 0 {
			parts = append(parts, st.state(s).Render(q.sh.t.Int(int64(n))+" "+q.sh.stateWord(s)))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, st.faint.Render(q.sh.t.Say("no open order")))
	}
	key := "%d finished (%s shows)"
	if q.done {
		key = "%d finished (%s hides)"
	}
	if final > 0 {
		parts = append(parts, st.faint.Render(q.sh.t.Say(key, final, q.sh.keys.Finished.Help().Key)))
	}
	return flow(parts, w)
}
