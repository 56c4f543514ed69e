package ops

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// Reserved is a spare that is kept for an order.
type Reserved struct {
	Order  int64     `json:"order"`
	Server string    `json:"server"`
	Serial string    `json:"serial,omitempty"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// SpareLine is one line of the stock list with what was taken from it since.
type SpareLine struct {
	PartNumber string `json:"part_number,omitempty"`
	Model      string `json:"model,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Place      string `json:"place,omitempty"`
	// Counted is what the list says, Used what was fitted since it was written,
	// Reserved what is kept for orders. OnHand is what is left of it.
	Counted  int        `json:"counted"`
	Used     int        `json:"used"`
	Reserved []Reserved `json:"reserved"`
	OnHand   int        `json:"on_hand"`
	// Missing is how many more were taken than the list has.
	Missing int `json:"missing,omitempty"`
	OnOrder int `json:"on_order,omitempty"`
	// Minimum is how many of the part there should be at all places together:
	// what the list asks for or the forecast recommends, whichever is more. Low
	// means that fewer are left. Both are the same on every line of one part.
	Minimum int  `json:"minimum"`
	Low     bool `json:"low"`
	// Made and InStockSince are as the list says; Age is what follows from them,
	// in words, and OverAge that such parts are not planned to be used so old.
	Made         fleet.Date `json:"made,omitempty"`
	InStockSince fleet.Date `json:"in_stock_since,omitempty"`
	Age          string     `json:"age,omitempty"`
	OverAge      bool       `json:"over_age,omitempty"`
	// Listed is false for a part that was taken for an order and that the stock
	// list does not know.
	Listed bool `json:"listed"`
}

// withoutDate is how far back spares were used that a stock list without a date is held against.
const withoutDate = 365 * 24 * time.Hour

// countedAt is when the stock was counted.
func (d *Desk) countedAt() time.Time {
	_, set := d.currentRules()
	if set.Stock == nil || set.Stock.At.IsZero() {
		return d.now().Add(-withoutDate)
	}
	return set.Stock.At
}

// Spares is the stock list with what orders took from it, in the list's order;
// parts that it does not know come last.
func (d *Desk) Spares() []SpareLine {
	v := d.View()
	_, set := d.currentRules()
	t := takenFrom(v, set.Stock, d.countedAt())
	t.date(set.Life, d.now())
	t.weigh(set.Stock, v.Outlook.Forecast(sliceOfAll))
	return t.lines
}

// taken is the stock with what was taken from each of its lines.
type taken struct {
	lines []SpareLine
	stock *ageing.Stock
	// serials are those of the parts of each line that orders gave back.
	serials map[int][]string
}

// takenFrom counts the moves of spares since the list was written.
func takenFrom(v *View, stock *ageing.Stock, since time.Time) *taken {
	t := &taken{stock: stock}
	if stock != nil {
		for i := range stock.Lines {
			l := &stock.Lines[i]
			t.lines = append(t.lines, SpareLine{PartNumber: l.PartNumber, Model: l.Model, Kind: l.Kind, Place: l.Place, Counted: l.OnHand,
				Reserved: []Reserved{}, OnOrder: l.OnOrder, Listed: true})
		}
	}
	servers := map[int64]string{}
	for i := range v.Orders {
		servers[v.Orders[i].ID] = v.Orders[i].Server
	}
	latest := map[int64]int{}
	for i := range v.Spares {
		latest[v.Spares[i].Order] = i
	}
	for i := range v.Spares {
		m := &v.Spares[i]
		if !m.At.Before(since) && m.Action == queue.SpareUsed {
			t.lines[t.line(m)].Used++
		}
		if !m.At.Before(since) && m.Action == queue.SpareReturned {
			l := &t.lines[t.line(m)]
			l.Used = max(0, l.Used-1)
		}
		if latest[m.Order] == i && m.Kept() {
			l := &t.lines[t.line(m)]
			l.Reserved = append(l.Reserved, Reserved{Order: m.Order, Server: servers[m.Order], Serial: m.Serial, By: m.By, At: m.At})
		}
	}
	t.givenBack(v.Spares)
	for i := range t.lines {
		l := &t.lines[i]
		l.OnHand = l.Counted - l.Used - len(l.Reserved)
		if l.OnHand < 0 {
			l.Missing, l.OnHand = -l.OnHand, 0
		}
	}
	return t
}

// givenBack notes the serial numbers of spares that lie on the shelf again.
func (t *taken) givenBack(moves []queue.SpareMove) {
	last := map[string]int{}
	for i := range moves {
		if s := fleet.NormalSerial(moves[i].Serial); s != "" {
			last[s] = i
		}
	}
	t.serials = map[int][]string{}
	for i := range moves {
		m := &moves[i]
		if s := fleet.NormalSerial(m.Serial); s != "" && last[s] == i && m.Action == queue.SpareReleased {
			at := t.line(m)
			t.serials[at] = append(t.serials[at], m.Serial)
		}
	}
}

// date says how old what is in stock is.
func (t *taken) date(life ageing.Policy, now time.Time) {
	if t.stock == nil {
		return
	}
	for i := range t.stock.Lines {
		from, l := &t.stock.Lines[i], &t.lines[i]
		age := life.ShelfAge(from, now)
		l.Made, l.InStockSince, l.Age, l.OverAge = from.Made, from.InStockSince, age.Label, age.Over
	}
}

// ageNote is a line's age as it stands behind something else; "" when nobody knows it.
func (l *SpareLine) ageNote() string {
	switch {
	case l.Age == "":
		return ""
	case l.OverAge:
		return " (" + l.Age + ", over age)"
	}
	return " (" + l.Age + ")"
}

// line is the line of the list that a spare comes from: of its part, the one
// whose place was named, else the one with most left. A part that the list does
// not know gets a line of its own.
func (t *taken) line(m *queue.SpareMove) int {
	best := -1
	item, _ := t.stock.Find(stockKind(m.Kind), m.Part, m.Model)
	for _, i := range item.Lines {
		l := &t.lines[i]
		if samePlace(l.Place, m.Place) {
			return i
		}
		if best < 0 || left(l) > left(&t.lines[best]) {
			best = i
		}
	}
	if best >= 0 {
		return best
	}
	at := slices.IndexFunc(t.lines, func(l SpareLine) bool {
		return !l.Listed && l.PartNumber == m.Part && l.Model == m.Model && l.Kind == m.Kind.String() && l.Place == m.Place
	})
	if at < 0 {
		at = len(t.lines)
		t.lines = append(t.lines, SpareLine{PartNumber: m.Part, Model: m.Model, Kind: m.Kind.String(), Place: m.Place, Reserved: []Reserved{}})
	}
	return at
}

func left(l *SpareLine) int { return l.Counted - l.Used - len(l.Reserved) }

// stockKind is a kind as the stock list knows it; where the list's words are
// finer than the order's, every kind fits.
func stockKind(k fleet.Kind) string {
	switch k {
	case fleet.Disk:
		return "disk"
	case fleet.Memory, fleet.CPU, fleet.PSU, fleet.Fan, fleet.RAIDController, fleet.NIC:
		return ageing.LifeKind(&fleet.Component{Kind: k})
	}
	return ""
}

// samePlace compares places as people write them: "shelf 3, from the left" is
// in "Shelf 3".
func samePlace(listed, said string) bool {
	listed, said = strings.ToLower(strings.TrimSpace(listed)), strings.ToLower(strings.TrimSpace(said))
	if listed == "" || said == "" {
		return false
	}
	rest, found := strings.CutPrefix(said, listed)
	return found && (rest == "" || strings.ContainsAny(rest[:1], " ,;:/("))
}

// weigh compares what is left of each part with what there should be.
func (t *taken) weigh(stock *ageing.Stock, forecast []ageing.ForecastLine) {
	for i := range forecast {
		f := &forecast[i]
		item, ok := stock.Find(f.Kind, f.Part, f.Model)
		if !ok {
			continue
		}
		t.demand(item.Lines, f.Recommended)
	}
	if stock == nil {
		return
	}
	for i := range stock.Lines {
		l := &stock.Lines[i]
		if item, ok := stock.Find(l.Kind, l.PartNumber, l.Model); ok && item.Minimum > 0 {
			t.demand(item.Lines, item.Minimum)
		}
	}
}

// demand raises the minimum of one part's lines.
func (t *taken) demand(lines []int, minimum int) {
	have := 0
	for _, i := range lines {
		have += t.lines[i].OnHand
		minimum = max(minimum, t.lines[i].Minimum)
	}
	for _, i := range lines {
		t.lines[i].Minimum, t.lines[i].Low = minimum, have < minimum
	}
}

// onHand is where parts like those that an order needs lie, in words.
func (t *taken) onHand(item ageing.StockItem) []string {
	var out []string
	for _, i := range item.Lines {
		if l := &t.lines[i]; l.OnHand > 0 {
			out = append(out, fmt.Sprintf("%d in %s%s", l.OnHand, cmp.Or(l.Place, "a place that the stock list does not name"), l.ageNote()))
		}
	}
	return out
}

// shelves are the places that the stock list names with parts like those that
// an order needs, those with most first.
func (t *taken) shelves(item ageing.StockItem) []queue.Shelf {
	var out []queue.Shelf
	for _, i := range item.Lines {
		if l := &t.lines[i]; l.OnHand > 0 && l.Place != "" {
			out = append(out, queue.Shelf{Place: l.Place, Left: l.OnHand, Serials: t.serials[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b queue.Shelf) int { return cmp.Compare(b.Left, a.Left) })
	return out
}

// spareNotice says which parts of the stock list are running out; "" when none is.
func spareNotice(lines []SpareLine) string {
	var names []string
	for i := range lines {
		if l := &lines[i]; l.Low {
			if name := cmp.Or(l.PartNumber, l.Model); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	text := fmt.Sprintf("%d kinds of spares are below the minimum (ironage spares --low): %s", len(names), strings.Join(names[:min(len(names), 3)], ", "))
	if len(names) == 1 {
		text = "spares are below the minimum (ironage spares --low): " + names[0]
	}
	if len(names) > 3 {
		text += ", …"
	}
	return text
}
