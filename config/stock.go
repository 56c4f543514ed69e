package config

import (
	"slices"
	"strconv"
	"strings"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// The largest stock list that is read.
const (
	maxStockBytes = 32 << 20
	maxStockLines = 100_000
	maxStockWord  = 200 // characters of a part number, model or place
	maxStockCount = 1_000_000
)

// stockColumns are the columns of a stock list, in the order in which messages name them.
var stockColumns = []string{"part_number", "model", "kind", "price", "on_hand", "on_order", "place", "lead_days", "minimum", "substitutes", "made", "in_stock_since", "notes"}

// stockNames are other names that people give to those columns.
var stockNames = map[string]string{
	"part": "part_number", "part_no": "part_number", "partnumber": "part_number", "pn": "part_number", "p/n": "part_number", "sku": "part_number",
	"unit_price": "price", "cost": "price", "stock": "on_hand", "quantity": "on_hand", "qty": "on_hand", "onhand": "on_hand",
	"ordered": "on_order", "onorder": "on_order", "location": "place", "warehouse": "place", "lead_time": "lead_days",
	"min": "minimum", "manufactured": "made", "received": "in_stock_since", "stocked": "in_stock_since", "substitute": "substitutes", "comments": "notes", "note": "notes",
}

// ReadStock reads a list of spares and prices: lines of comma, semicolon or
// tab separated cells below a line of column names. The stock is nil when
// anything is wrong; warnings leave it usable. File names the list in messages.
func ReadStock(file string, src []byte) (*ageing.Stock, Problems) {
	r := &report{files: []string{file}}
	lines := readStock(file, src, r)
	stock, conflicts := ageing.NewStock(lines)
	for _, c := range conflicts {
		r.errorf(place{file, lines[c.Second].Line, 1}, "%s: %s; expected the same on every line of one part",
			stockWord(lines[c.Second]), c.Text)
	}
	if !r.failed() {
		warnTwice(file, lines, r)
	}
	mistakes, warnings := r.split()
	if len(mistakes) > 0 {
		stock = nil
	}
	return stock, append(mistakes, warnings...)
}

func stockWord(l ageing.StockLine) string {
	if l.PartNumber != "" {
		return "part number " + quote(l.PartNumber)
	}
	return "model " + quote(l.Model)
}

// readStock reads the lines; what is wrong with them is in the report.
func readStock(file string, src []byte, r *report) []ageing.StockLine {
	if len(src) > maxStockBytes {
		r.errorf(place{file: file}, "a stock list of %d bytes; at most %d are read", len(src), maxStockBytes)
		return nil
	}
	lines, head, ok := openCSV(file, src, r, "part_number,model,price,on_hand,on_order,place")
	if !ok {
		return nil
	}
	t := &stockTable{csvLines: lines}
	if !t.readHead(head) {
		return nil
	}
	return t.rows()
}

// stockTable reads the lines of one stock list.
type stockTable struct {
	*csvLines
	heads []string // column name of each cell; "" when it is not read
}

// readHead understands the column names; false: the lines make no sense without.
func (t *stockTable) readHead(head []string) bool {
	for i, raw := range head {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(raw)), " ", "_")
		if other := stockNames[name]; other != "" {
			name = other
		}
		switch n := nearest(name, stockColumns); {
		case name == "":
		case !slices.Contains(stockColumns, name) && n != "":
			t.errorf(t.at(i), "column %s is not known here; did you mean %s?", quote(raw), quote(n))
			name = ""
		case !slices.Contains(stockColumns, name):
			t.warnf(t.at(i), "column %s is not known here and is not read; columns are %s", quote(raw), list(stockColumns))
			name = ""
		case slices.Contains(t.heads, name):
			t.errorf(t.at(i), "column %s says the same as column %s; expected each once", quote(raw), quote(head[slices.Index(t.heads, name)]))
			name = ""
		}
		t.heads = append(t.heads, name)
	}
	if !slices.Contains(t.heads, "part_number") && !slices.Contains(t.heads, "model") {
		t.errorf(place{t.file, 1, 1}, "neither a column part_number nor one called model; found %s", list(head))
		return false
	}
	return true
}

// rows reads all lines below the column names.
func (t *stockTable) rows() []ageing.StockLine {
	var out []ageing.StockLine
	for cells, ok := t.next(); ok; cells, ok = t.next() {
		if len(out) == maxStockLines {
			t.errorf(t.at(0), "more than %d lines; split the list or leave out what is not stocked", maxStockLines)
			return out
		}
		if line, ok := t.row(cells); ok {
			out = append(out, line)
		}
	}
	return out
}

// row reads one line; false for an empty one.
func (t *stockTable) row(cells []string) (ageing.StockLine, bool) {
	l := ageing.StockLine{Line: t.at(0).line}
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return l, false
	}
	if len(cells) > len(t.heads) { // empty ones too: in 1,250 without quotes the cells behind it have moved
		t.errorf(t.at(len(t.heads)), "this line has more cells than the first line has columns (%d); "+
			"a cell with a separator in it, e.g. a price, needs quotes", len(t.heads))
		return l, true
	}
	t.cells(cells, func(i int, cell string, at place) { t.cell(&l, t.heads[i], cell, at) })
	if l.PartNumber == "" && l.Model == "" {
		t.errorf(t.at(0), "neither a part number nor a model; expected at least one, as the devices report it")
	}
	return l, true
}

// cell puts one cell's text where it belongs.
func (t *stockTable) cell(l *ageing.StockLine, column, cell string, at place) {
	switch column {
	case "part_number":
		l.PartNumber = t.word(column, cell, at)
	case "model":
		l.Model = t.word(column, cell, at)
	case "place":
		l.Place = t.word(column, cell, at)
	case "notes":
		l.Notes = strings.Map(printable, cell)
	case "kind":
		l.Kind = t.kind(cell, at)
	case "price":
		price, err := ageing.ParseMoney(cell)
		if err != nil {
			t.errorf(at, "price %v; leave the cell empty when the price is not known", err)
			return
		}
		l.Price = &price
	case "on_hand":
		l.OnHand = t.count(column, cell, at)
	case "on_order":
		l.OnOrder = t.count(column, cell, at)
	case "minimum":
		l.Minimum = t.count(column, cell, at)
	case "lead_days":
		l.LeadDays = t.days(cell, at)
	case "made":
		l.Made = t.date(column, cell, at)
	case "in_stock_since":
		l.InStockSince = t.date(column, cell, at)
	case "substitutes":
		l.Substitutes = t.words(column, cell, at)
	}
}

// words are part numbers with blanks, bars or slashes between them.
func (t *stockTable) words(column, cell string, at place) []string {
	var out []string
	for _, w := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" |/;,", r) }) {
		out = append(out, t.word(column, w, at))
	}
	return out
}

func (t *stockTable) word(column, cell string, at place) string {
	if len(cell) > maxStockWord {
		t.errorf(at, "%s of %d characters; expected at most %d", column, len(cell), maxStockWord)
		return ""
	}
	return strings.Map(printable, cell)
}

// count reads a whole number from 0 up.
func (t *stockTable) count(column, cell string, at place) int {
	n, err := strconv.Atoi(cell)
	if err != nil || n < 0 || n > maxStockCount {
		t.errorf(at, "%s: %s is not a number of parts; expected a whole number from 0 to %d", column, quote(cell), maxStockCount)
		return 0
	}
	return n
}

// days reads a lead time.
func (t *stockTable) days(cell string, at place) *float64 {
	d, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
	if err != nil || !(d >= 0 && d <= ageing.MaxLeadDays) {
		t.errorf(at, "lead_days: %s is not a number of days; expected 0 to %d", quote(cell), ageing.MaxLeadDays)
		return nil
	}
	return &d
}

// date reads when a line's parts were made or came.
func (t *stockTable) date(column, cell string, at place) fleet.Date {
	d := fleet.Date(cell)
	if _, err := ageing.ParseDate(d); err != nil {
		t.errorf(at, "%s: %v; leave the cell empty when the date is not known", column, err)
		return ""
	}
	return d
}

// kind reads a life kind, or "disk" for those of hard and solid-state disks.
func (t *stockTable) kind(cell string, at place) string {
	kinds := append(slices.DeleteFunc(ageing.LifeKinds(), func(k string) bool { return k == "server" }), "disk")
	word := strings.ToLower(cell)
	if k := stockKinds[word]; k != "" {
		word = k
	}
	if !slices.Contains(kinds, word) {
		t.errorf(at, "kind %s; expected one of %s, or an empty cell", quote(cell), list(kinds))
		return ""
	}
	return word
}

// stockKinds are other words for the kinds of parts.
var stockKinds = map[string]string{"memory": "dimm", "ram": "dimm", "raid-controller": "controller", "raid controller": "controller",
	"power supply": "psu", "processor": "cpu", "mainboard": "board", "motherboard": "board"}

// warnTwice warns of two lines about one part at one place: they add up, and
// may be one line that was copied.
func warnTwice(file string, lines []ageing.StockLine, r *report) {
	type key struct{ part, model, kind, place string }
	seen := map[key]int{}
	for _, l := range lines {
		k := key{ageing.NormalPart(l.PartNumber), "", l.Kind, strings.ToLower(l.Place)}
		if k.part == "" {
			k.model = ageing.NormalPart(l.Model)
		}
		if first := seen[k]; first > 0 {
			r.warnf(place{file, l.Line, 1}, "%s stands at the same place on line %d already; both are counted", stockWord(l), first)
			continue
		}
		seen[k] = l.Line
	}
}
