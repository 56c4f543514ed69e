package profile

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"ironage/probes/snmp"
)

// agenda is how the rows of a shape are read again: every cell is asked for by
// what stands before it, so that nothing beyond the columns' ends is read and a
// row that came, went or moved shows. It is never changed, and shared by all
// devices of the shape.
type agenda struct {
	asks  []ask
	oids  []snmp.OID // what is asked for each
	sizes []int      // what the answers probably take
	// seen are the columns of the kin whose end, or emptiness, must be seen; nil
	// where all must.
	seen map[int]bool

	mu     sync.Mutex
	made   *snmp.Question // asks for all of it
	beside []snmp.OID     // and for what follows these
}

// question asks what is on the agenda, and what follows some other objects.
func (a *agenda) question(beside []snmp.OID) *snmp.Question {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.made != nil && slices.Equal(a.beside, beside) {
		return a.made
	}
	expect := make([]snmp.OID, len(a.asks)+len(beside))
	for i := range a.asks {
		if expect[i] = a.asks[i].want; expect[i] == "" {
			expect[i] = a.asks[i].first
		}
	}
	q, err := snmp.NewNextQuestion(slices.Concat(a.oids, beside), expect, slices.Concat(a.sizes, endSizes(len(beside))))
	if err != nil {
		return nil
	}
	a.made, a.beside = q, beside
	return q
}

type agendaKey struct {
	shape  *shape
	strict bool
	leave  string
}

// ask is one question: a cell that is expected to follow, columns that are
// expected to end or to be empty, or both.
type ask struct {
	want     snmp.OID // the cell; empty where only an end is looked for
	col, row int      // its place in the shape
	of       int      // its column in the kin; -1: an object outside of tables
	tells    bool     // it is a text by which one part is told from another
	from, to int      // the columns of the kin that end or are empty here
	// Where only an end is looked for: the next column that has cells, -1 if
	// there is none, and its first cell, if that may follow at once. A strict
	// reading learns from it.
	next  int
	first snmp.OID
}

// endSize is what an answer behind a column probably takes: it is somebody else's.
const endSize = 40

func endSizes(n int) []int { return slices.Repeat([]int{endSize}, n) }

// planner makes one agenda.
type planner struct {
	*kin
	*agenda
	shape  *shape
	strict bool
	leave  map[*tableNeed]bool
	lesson

	rows  map[int][]int // column of the kin → rows that it has, in order
	place map[int]int   // column of the kin → its place in the shape
}

func (k *kin) plan(s *shape, strict bool, leave map[*tableNeed]bool) *agenda {
	p := &planner{agenda: &agenda{}, kin: k, shape: s, strict: strict, leave: leave, lesson: k.learned(s),
		rows: map[int][]int{}, place: map[int]int{}}
	p.present()
	if !strict {
		p.seen = map[int]bool{}
		p.witnesses()
		p.singles()
	}
	last, end := -1, snmp.OID("")
	for i := range k.columns {
		if rows := p.rows[i]; len(rows) > 0 {
			p.column(i, last, end)
			last, end = i, p.cell(i, rows[len(rows)-1])
		}
	}
	p.gap(last, len(k.columns), end)
	return p.agenda
}

// present finds the cells of each column.
func (p *planner) present() {
	for i, c := range p.columns {
		if p.leave[c.table] {
			continue
		}
		at, ok := p.shape.at[c.oid]
		if !ok {
			continue
		}
		sc := &p.shape.columns[at]
		for _, row := range sc.t.order() {
			if row < sc.rows && sc.has(row) {
				p.rows[i] = append(p.rows[i], row)
			}
		}
		p.place[i] = at
	}
}

func (p *planner) cell(i, row int) snmp.OID {
	c := &p.shape.columns[p.place[i]]
	return c.oid.Append(c.t.names[row])
}

// asked reports whether the cells of a column are asked for.
func (p *planner) asked(i int) bool { return p.strict || !p.columns[i].fixed }

// witnesses choose the columns by whose end a new row shows: one that has all
// rows of its table, else all.
func (p *planner) witnesses() {
	type view struct {
		all  []int
		full int
	}
	tables := map[*tableNeed]*view{}
	for i, c := range p.columns {
		if p.leave[c.table] {
			continue
		}
		v := tables[c.table]
		if v == nil {
			v = &view{full: -1}
			tables[c.table] = v
		}
		if len(p.rows[i]) == 0 {
			continue
		}
		v.all = append(v.all, i)
		full := len(p.rows[i]) == len(p.shape.columns[p.place[i]].t.names)
		// The end of a column that another one follows costs nothing.
		if full && (v.full < 0 || p.follower(i) && !p.follower(v.full)) {
			v.full = i
		}
	}
	for i, c := range p.columns {
		if v := tables[c.table]; v != nil {
			p.seen[i] = len(v.all) == 0 || i == v.full || v.full < 0 && len(p.rows[i]) > 0
		}
	}
}

// follower reports whether the first cell of an asked column is known to follow
// the last one of this.
func (p *planner) follower(i int) bool {
	for j := i + 1; j < len(p.columns); j++ {
		if len(p.rows[j]) > 0 {
			return p.follows[j] && p.asked(j)
		}
	}
	return false
}

// column asks for the cells of a column, the first one through the last of the
// column before where it is known to follow.
func (p *planner) column(i, last int, end snmp.OID) {
	chained := last >= 0 && p.follows[i] && p.asked(i)
	if !chained {
		p.gap(last, i, end)
	}
	if !p.asked(i) {
		return
	}
	before := p.columns[i].oid
	for n, row := range p.rows[i] {
		a := ask{want: p.cell(i, row), col: p.place[i], row: row, of: i, tells: p.tells(i, row)}
		if n == 0 && chained {
			before, a.from, a.to = end, last, i
		}
		p.add(before, a)
		before = a.want
	}
}

// tells reports whether another text in this place means another part: not
// where it is a reading, beside a text that names the part.
func (p *planner) tells(i, row int) bool {
	if !p.text(i, row) || !p.columns[i].live {
		return p.text(i, row)
	}
	for j, c := range p.columns {
		if c.table == p.columns[i].table && !c.live && p.text(j, row) {
			return false
		}
	}
	return true
}

func (p *planner) text(i, row int) bool {
	at, ok := p.place[i]
	if !ok || row >= p.shape.columns[at].rows || !p.shape.columns[at].has(row) {
		return false
	}
	return p.shape.example[p.shape.columns[at].place(row)].kind == snmp.OctetString
}

// add puts a question on the agenda.
func (p *planner) add(oid snmp.OID, a ask) {
	size := max(endSize, p.ends[a.from])
	if a.want != "" {
		is := p.shape.example[p.shape.columns[a.col].place(a.row)]
		size = snmp.Variable{OID: a.want, Value: is.value()}.Size()
	}
	p.asks, p.oids, p.sizes = append(p.asks, a), append(p.oids, oid), append(p.sizes, size)
}

// gap looks for ends between two columns that have cells: that of the first one,
// and that the columns between are empty.
func (p *planner) gap(last, next int, end snmp.OID) {
	from, oid := last, end
	emit := func(to int) {
		if oid == "" || !p.wanted(from, to) {
			return
		}
		a := ask{of: -1, from: from, to: to, next: -1}
		if next < len(p.columns) {
			a.next = next
		}
		if from == last && a.next >= 0 {
			a.first = p.cell(next, p.rows[next][0])
		}
		p.add(oid, a)
	}
	for i := last + 1; i < next; i++ {
		if p.leave[p.columns[i].table] {
			continue
		}
		if p.explicit[i] || oid == "" {
			emit(i)
			from, oid = i, p.columns[i].oid
		}
	}
	emit(next)
}

// wanted reports whether the end of any of these columns must be seen.
func (p *planner) wanted(from, to int) bool {
	if p.strict {
		return true
	}
	for i := from; i < to; i++ {
		if p.seen[i] {
			return true
		}
	}
	return false
}

// singles asks for the objects outside of tables.
func (p *planner) singles() {
	for _, c := range p.single {
		at, ok := p.shape.at[c.col]
		if !ok || p.named[c] {
			continue
		}
		sc := &p.shape.columns[at]
		if row, ok := sc.t.rows[c.idx]; ok && row < sc.rows && sc.has(row) {
			p.add(before(c), ask{want: c.oid(), col: at, row: row, of: -1})
		}
	}
}

// before is an object that a single one follows on every agent; empty when
// nobody knows one.
func before(c cellAt) snmp.OID {
	if strings.Contains(string(c.col), memberMark) {
		return ""
	}
	n, err := strconv.ParseUint(c.idx, 10, 32)
	switch {
	case err != nil || c.col == "":
		return ""
	case n == 0:
		return c.col
	}
	return c.col.Append(strconv.FormatUint(n-1, 10))
}
