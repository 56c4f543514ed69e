package profile

import (
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// reader evaluates fields of one profile over one set of variables.
type reader struct {
	p    *Profile
	v    *Vars
	at   time.Time
	role fleet.Role
	live map[cellAt]bool               // the live cells met so far; nil when nobody asks
	keys map[joinKey]map[string]string // joined column → key → index
	path map[string]string             // path in fault tables → pending key of the component
	*desk
	tells []cellAt // texts that tell parts from one another

	including []including // statuses that wait for the parts that they include
}

// newReader has found nothing yet.
func newReader(p *Profile, v *Vars, at time.Time, role fleet.Role, d *desk) *reader {
	d.columns = append(d.columns[:0], make([]foundColumn, p.columns)...)
	d.tables = append(d.tables[:0], make([]foundRows, len(p.needs.tables))...)
	return &reader{p: p, v: v, at: at, role: role, desk: d}
}

// desk is what decoding needs room for, kept from one reading to the next.
type desk struct {
	columns  []foundColumn     // by Ref.number
	tables   []foundRows       // by their place in needs
	list     []fleet.Component // those of all profiles so far
	verdicts []fleet.Verdict   // those of the components
	j        judgement
	text     []byte
	cells    []cell
	values   []string
	numbers  []*float64
	living   map[cellAt]bool // the live cells of one profile,
	order    []cellAt        // as they were met
}

// alive is an empty set for the live cells of the next profile.
func (d *desk) alive() map[cellAt]bool {
	if d.living == nil {
		d.living = map[cellAt]bool{}
	}
	clear(d.living)
	d.order = d.order[:0]
	return d.living
}

// lives notes a live cell, where somebody asks for them.
func (r *reader) lives(at cellAt) {
	if r.live == nil {
		return
	}
	n := len(r.live)
	if r.live[at] = true; len(r.live) > n {
		r.order = append(r.order, at)
	}
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// foundColumn is a column of the variables, once somebody asked for it.
type foundColumn struct {
	*column
	asked bool
}

// foundRows are the rows of a table, once somebody asked for them.
type foundRows struct {
	rows  []string
	t     *table // whose rows they are, one by one; may be nil
	asked bool
}

// leave clears the desk.
func (d *desk) leave() {
	const most = 1 << 10 // of a thing; who needs more room brings it along
	if cap(d.list) > most || cap(d.text) > 4*most || len(d.living) > most {
		return
	}
	clear(d.columns[:cap(d.columns)])
	clear(d.tables[:cap(d.tables)])
	clear(d.list[:cap(d.list)])
	clear(d.verdicts[:cap(d.verdicts)])
	clear(d.j.verdicts[:cap(d.j.verdicts)])
	clear(d.j.including[:cap(d.j.including)])
	clear(d.cells[:cap(d.cells)])
	clear(d.values[:cap(d.values)])
	clear(d.numbers[:cap(d.numbers)])
	clear(d.living)
	clear(d.order[:cap(d.order)])
	*d = desk{columns: d.columns[:0], tables: d.tables[:0], list: d.list[:0], verdicts: d.verdicts[:0], text: d.text[:0], cells: d.cells[:0], values: d.values[:0], numbers: d.numbers[:0], living: d.living, order: d.order[:0],
		j: judgement{verdicts: d.j.verdicts[:0], including: d.j.including[:0]}}
	desks.Put(d)
}

// including is a status of one component that includes other parts' health.
type including struct {
	part   partAt // the component
	source *HealthSource
	said
}

// rowsOf are the rows of a table that the profile reads.
func (r *reader) rowsOf(entry snmp.OID) []string { return r.table(entry).rows }

func (r *reader) table(entry snmp.OID) foundRows {
	for i, t := range r.p.needs.tables {
		if t.entry != entry {
			continue
		}
		found := &r.tables[i]
		if !found.asked {
			found.asked = true
			found.rows, found.t = r.v.listed(t.columns)
		}
		return *found
	}
	return foundRows{}
}

// row is one row of a table, or (with an empty index) no row at all.
type row struct {
	*reader
	entry snmp.OID
	index string

	t *table // the table that the row was last looked for in, and
	n int    // its number there, -1 if it is not there
	// via is the join that was last followed, and where it led.
	via      *Join
	viaIndex string
	viaOK    bool
}

func (r *row) fetch(col snmp.OID, index string, live bool) cell {
	var c cell
	r.look(col, index, live, &c)
	return c
}

func (r *row) look(col snmp.OID, index string, live bool, c *cell) {
	at := cellAt{col, index}
	*c = r.v.get(at)
	if live && c.ok && !r.p.fixed[col] {
		r.lives(at)
	}
}

// raw is the stored value that a reference to a column stands for, and where it is.
func (r *row) raw(ref *Ref, live bool) (x stored, at cellAt) {
	c, index := r.column(ref), r.index
	if ref.join != nil {
		var ok bool
		if index, ok = r.joined(ref.join); !ok {
			return x, at
		}
	}
	at = cellAt{ref.col, index}
	if c == nil {
		return x, at
	}
	n := -1
	switch {
	case ref.join != nil && index != r.index:
		if row, ok := c.t.rows[index]; ok {
			n = row
		}
	case r.t == c.t:
		n = r.n
	default:
		if row, ok := c.t.rows[index]; ok {
			n = row
		}
		r.t, r.n = c.t, n
	}
	if n < 0 || n >= len(c.values) {
		return x, at
	}
	if x = c.values[n]; live && r.live != nil && x.exists() && !r.p.fixed[ref.col] {
		r.lives(at)
	}
	return x, at
}

// column is a reference's column, looked for once in all rows.
func (r *reader) column(ref *Ref) *column {
	if ref.number == 0 {
		return r.v.of(ref.col)
	}
	c := &r.columns[ref.number-1]
	if !c.asked {
		c.column, c.asked = r.v.of(ref.col), true
	}
	return c.column
}
