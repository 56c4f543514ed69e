package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// The widths of a column of the board, and the lines between two.
const (
	leastColumn = 19
	mostColumn  = 34
)

// board is the queue as columns by state. Its cards are those of the list,
// filtered alike; the marks are the list's too.
type board struct {
	sh   *shared
	cols []boardColumn
	at   int // column with the cursor
	left int // first column on screen
	page int // cards that moved by a page
	// marked reports whether an order is marked.
	marked func(*queue.Order) bool
}

// boardColumn is one state with its orders.
type boardColumn struct {
	state  queue.State
	orders []*queue.Order
	cursor int
	top    int
}

// boardStates are the columns: those that every order goes through, and the
// finished ones when they are asked for.
func boardStates(finished bool) []queue.State {
	return slices.DeleteFunc(queue.States(), func(s queue.State) bool { return s.Final() && !finished })
}

// set takes the orders as the list has them. The cursor follows its order, also
// into another column.
func (b *board) set(orders []*queue.Order, finished bool) {
	had := b.current()
	cols := make([]boardColumn, 0, len(b.cols))
	at := make(map[queue.State]int)
	for i, s := range boardStates(finished) {
		c := boardColumn{state: s}
		if i < len(b.cols) && b.cols[i].state == s {
			c.cursor, c.top = b.cols[i].cursor, b.cols[i].top
		}
		at[s] = i
		cols = append(cols, c)
	}
	for _, o := range orders {
		if i, ok := at[o.State]; ok {
			cols[i].orders = append(cols[i].orders, o)
		}
	}
	fresh := b.cols == nil
	b.cols, b.at = cols, min(b.at, len(cols)-1)
	for i := range b.cols {
		b.cols[i].move(0)
	}
	switch {
	case had != nil:
		b.find(had.ID)
	case fresh: // begin where something stands
		b.at = max(slices.IndexFunc(b.cols, func(c boardColumn) bool { return len(c.orders) > 0 }), 0)
	}
}

// find puts the cursor on an order.
func (b *board) find(id int64) {
	for i := range b.cols {
		if n := slices.IndexFunc(b.cols[i].orders, func(o *queue.Order) bool { return o.ID == id }); n >= 0 {
			b.at, b.cols[i].cursor = i, n
		}
	}
}

// current is the order under the cursor, or nil.
func (b *board) current() *queue.Order {
	if b.at >= len(b.cols) {
		return nil
	}
	c := &b.cols[b.at]
	if c.cursor >= len(c.orders) {
		return nil
	}
	return c.orders[c.cursor]
}

func (c *boardColumn) move(by int) {
	c.cursor = max(min(c.cursor+by, len(c.orders)-1), 0)
}

// update moves the cursor; false when the key means nothing here.
func (b *board) update(msg tea.KeyPressMsg) bool {
	k, c := b.sh.keys, &b.cols[b.at]
	switch {
	case key.Matches(msg, k.Left):
		b.at = max(b.at-1, 0)
	case key.Matches(msg, k.Right):
		b.at = min(b.at+1, len(b.cols)-1)
	case key.Matches(msg, k.Up):
		c.move(-1)
	case key.Matches(msg, k.Down):
		c.move(1)
	case key.Matches(msg, k.PageUp, k.HalfUp):
		c.move(-max(b.page, 1))
	case key.Matches(msg, k.PageDown, k.HalfDown):
		c.move(max(b.page, 1))
	case key.Matches(msg, k.Top):
		c.cursor = 0
	case key.Matches(msg, k.Bottom):
		c.move(len(c.orders))
	default:
		return false
	}
	return true
}

// view draws the columns around the cursor: exactly height lines at most.
func (b *board) view(w, height int) string {
	if len(b.cols) == 0 || height < 3 || w < leastColumn {
		return ""
	}
	shown := max(min((w+1)/(leastColumn+1), len(b.cols)), 1)
	cw := min((w-shown+1)/shown, mostColumn)
	b.left = max(min(b.left, b.at, len(b.cols)-shown), b.at-shown+1, 0)
	room := height
	if shown < len(b.cols) {
		room--
	}
	blocks := make([][]string, shown)
	for i := range shown {
		blocks[i] = b.column(b.left+i, cw, room)
	}
	rule := b.sh.styles.rule.Render("│")
	out := make([]string, room)
	var line strings.Builder
	for n := range out {
		line.Reset()
		for i := range shown {
			if i > 0 {
				line.WriteString(rule)
			}
			line.WriteString(blocks[i][n])
		}
		out[n] = line.String()
	}
	if shown < len(b.cols) {
		out = append(out, b.hidden(shown, w))
	}
	return strings.Join(out, "\n")
}

// hidden names the columns for which there is no room, and how full they are.
func (b *board) hidden(shown, w int) string {
	names := func(cols []boardColumn) string {
		var parts []string
		for i := range cols {
			parts = append(parts, b.sh.t.Int(int64(len(cols[i].orders)))+" "+b.sh.stateWord(cols[i].state))
		}
		return strings.Join(parts, ", ")
	}
	left, right := names(b.cols[:b.left]), names(b.cols[b.left+shown:])
	if left != "" {
		left = " < " + left
	}
	if right != "" {
		right += " > "
	}
	return b.sh.styles.faint.Render(spread(left, right, w))
}

// column is the heading of a state with its cards, each line exactly cw cells.
func (b *board) column(i, cw, height int) []string {
	s, c := b.sh.styles, &b.cols[i]
	head := "  " + strings.ToUpper(b.sh.stateWord(c.state)) + " " + b.sh.t.Int(int64(len(c.orders)))
	out := []string{s.state(c.state).Bold(true).Render(fit(head, cw)), s.rule.Render(strings.Repeat(s.hline, cw))}
	c.scroll(height - len(out))
	for n := c.top; n < len(c.orders); n++ {
		card := b.card(c.orders[n], cw, i == b.at && n == c.cursor)
		if left := len(c.orders) - n; len(out)+len(card) > height-1 && left > 1 || len(out)+len(card) > height {
			out = append(out, s.faint.Render(fit("  "+b.sh.t.Say("and %d more", left), cw)))
			break
		}
		out = append(append(out, card...), spaces(cw))
	}
	for len(out) < height {
		out = append(out, spaces(cw))
	}
	return out[:height]
}

// scroll keeps the card under the cursor on screen.
func (c *boardColumn) scroll(height int) {
	c.top = max(min(c.top, c.cursor), 0)
	for c.top < c.cursor {
		used := 1 // for "and n more"
		for _, o := range c.orders[c.top : c.cursor+1] {
			used += cardHeight(o) + 1
		}
		if used-1 <= height {
			return
		}
		c.top++
	}
}

func cardHeight(o *queue.Order) int {
	if len(o.Flags) > 0 {
		return 4
	}
	return 3
}

// card is an order in three lines, and a fourth with its flags.
func (b *board) card(o *queue.Order, cw int, selected bool) []string {
	s := b.sh.styles
	lead := s.noCur
	switch {
	case selected:
		lead = s.cursor
	case b.marked(o):
		lead = s.marked
	}
	clock := b.sh.since(o.Created)
	if t := faultSince(o); !t.IsZero() {
		clock = b.sh.since(t)
		if cw >= 24 {
			clock = b.sh.t.Say("fault %s", clock)
		}
	}
	first := s.tier(o.Tier).Render(clean(string(o.Tier))) + " " + s.bold.Render(orderName(o.ID))
	if selected && b.marked(o) {
		first += " " + s.mark.Render(strings.TrimSpace(s.marked))
	}
	room := cw - width(lead)
	out := []string{lead + spread(first, s.faint.Render(clock), room-1) + " ",
		s.noCur + fit(clean(o.Server), room), s.noCur + fit(b.sh.partWord(o.Kind, slotName(o)), room)}
	if len(o.Flags) > 0 {
		out = append(out, s.noCur+b.flags(o, room))
	}
	if selected {
		for i := range out {
			out[i] = highlight(s, pad(out[i], cw))
		}
	}
	return out
}

// flags are an order's flags as words; a wrong part stands alone.
func (b *board) flags(o *queue.Order, room int) string {
	s := b.sh.styles
	if o.HasFlag(queue.FlagWrongPart) {
		return pad(s.alarm.Render(cut(s.glyphText(fleet.Critical)+" "+b.sh.t.Say("WRONG PART"), room)), room)
	}
	var words []string
	for _, f := range o.Flags {
		words = append(words, b.sh.flagWord(f))
	}
	return s.warn.Render(fit(strings.Join(words, ", "), room))
}
