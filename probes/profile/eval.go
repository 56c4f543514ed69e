package profile

import (
	"regexp"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// usualPlaceholders are texts with which devices say that they have nothing
// to say.
func usualPlaceholders() []string {
	return []string{"", "n/a", "na", "not available", "not applicable", "not specified", "not present",
		"unknown", "none", "null", "no asset tag", "default string", "to be filled by o.e.m.", "to be filled by oem", "unspecified", "undefined", "[unknown]"}
}

// reader evaluates fields of one profile over one set of variables.
type reader struct {
	p    *Profile
	v    *Vars
	at   time.Time
	role fleet.Role
	live map[cellAt]bool               // the live cells met so far; nil when nobody asks
	keys map[joinKey]map[string]string // joined column → key → index
	path map[string]string             // path in fault tables → pending key of the component
	rows map[snmp.OID][]string         // table → its rows, in order

	including []including // statuses that wait for the parts that they include
}

// including is a status of one component that includes other parts' health.
type including struct {
	key    string // the component, by pendingKey
	source *HealthSource
	said
}

// rowsOf are the rows of a table that the profile reads.
func (r *reader) rowsOf(entry snmp.OID) []string {
	if rows, ok := r.rows[entry]; ok {
		return rows
	}
	var rows []string
	if need := r.p.needs.of(entry); need != nil {
		rows = r.v.rowsOf(need.columns)
	}
	r.rows[entry] = rows
	return rows
}

// row is one row of a table, or (with an empty index) no row at all.
type row struct {
	*reader
	entry snmp.OID
	index string
}

func (r *row) fetch(col snmp.OID, index string, live bool) cell {
	at := cellAt{col, index}
	c := r.v.get(at)
	if live && c.ok && r.live != nil {
		r.live[at] = true
	}
	return c
}

// cell is the value a reference stands for in this row.
func (r *row) cell(ref *Ref, live bool) cell {
	switch {
	case ref.Index && ref.Part == 0:
		return textCell(r.index)
	case ref.Index:
		parts := strings.Split(r.index, ".")
		if ref.Part > len(parts) {
			return cell{}
		}
		return textCell(parts[ref.Part-1])
	case ref.scalar != "":
		at := scalarAt(ref.scalar)
		return r.fetch(at.col, at.idx, live)
	case ref.join != nil:
		index, ok := r.joined(ref.join)
		if !ok {
			return cell{}
		}
		return r.fetch(ref.col, index, live)
	}
	return r.fetch(ref.col, r.index, live)
}

// joined is the index of the row that a join leads to.
func (r *row) joined(j *Join) (string, bool) {
	switch {
	case j.ours != nil:
		key := r.cell(j.ours, false)
		if !key.ok {
			return "", false
		}
		index, ok := r.lookup(j)[j.key(key.text)]
		return index, ok
	case j.template != nil:
		c := r.expand(j.template, false)
		return c.text, c.ok
	}
	return r.index, true
}

// joinKey is a joined column and what of it is compared.
type joinKey struct {
	col  snmp.OID
	key  *regexp.Regexp
	keep *Condition
}

// key is what a join compares of a text.
func (j *Join) key(text string) string {
	if j.Key.Regexp == nil {
		return folded(text)
	}
	m := j.Key.FindStringSubmatch(text)
	if len(m) < 2 {
		return folded(text)
	}
	return folded(strings.Join(m[1:], "\x00"))
}

// lookup is a column turned round, key → index, made once per reading.
func (r *reader) lookup(j *Join) map[string]string {
	col, id := j.theirs, joinKey{j.theirs, j.Key.Regexp, j.Keep}
	if m, ok := r.keys[id]; ok {
		return m
	}
	m := map[string]string{}
	for _, index := range r.v.rowsOf([]snmp.OID{col}) {
		other := &row{reader: r, entry: j.Entry.Num, index: index}
		if j.Keep != nil && !other.holds(j.Keep, false) {
			continue
		}
		key := j.key(r.v.get(cellAt{col, index}).text)
		if _, taken := m[key]; !taken {
			m[key] = index
		}
	}
	r.keys[id] = m
	return m
}

// expand fills a template; a cell without a value leaves it without one.
func (r *row) expand(pieces []piece, live bool) cell {
	var b strings.Builder
	for _, p := range pieces {
		if p.ref == nil {
			b.WriteString(p.literal)
			continue
		}
		c := r.cell(p.ref, live)
		if !c.ok || r.p.saysNothing(c.text) {
			return cell{}
		}
		b.WriteString(strings.TrimSpace(c.text))
	}
	return textCell(bounded(b.String()))
}

// origin is the raw value of a field; for a field of several cells the first.
func (r *row) origin(f *Field) cell {
	switch {
	case f.Column != nil:
		return r.cell(f.Column, f.live)
	case f.OID != nil:
		at := scalarAt(f.OID.Num)
		return r.fetch(at.col, at.idx, f.live)
	case f.template != nil:
		return r.expand(f.template, f.live)
	case f.Find != nil:
		return r.find(f.Find, f.live)
	case len(f.Of) > 0:
		return r.cell(f.Of[0], f.live)
	}
	for _, x := range f.First {
		if c := r.eval(x); c.ok && !r.placeholder(c) {
			return c
		}
	}
	return cell{}
}

// saysNothing reports whether a text is one of the profile's placeholders.
func (p *Profile) saysNothing(s string) bool {
	var room [64]byte
	if short, ok := foldInto(room[:0], s); ok {
		return p.placeholders[string(short)]
	}
	return p.placeholders[folded(s)]
}

// placeholder reports whether a cell only says that there is nothing to say.
func (r *reader) placeholder(c cell) bool {
	if c.isNum {
		return r.p.placeholders[c.text] // "0123456789"; no number needs folding
	}
	return r.p.saysNothing(strings.Trim(c.text, "\x00"))
}

// decoded applies a field's decoder, with all cells where it takes several.
func (r *row) decoded(f *Field, c cell) cell {
	cs := []cell{c}
	for i, ref := range f.Of {
		if i > 0 {
			cs = append(cs, r.cell(ref, f.live))
		}
	}
	out := f.decode(cs, r.at)
	out.raw = c.raw
	return out
}

func (r *row) find(f *Find, live bool) cell {
	for _, index := range r.rowsOf(f.Entry.Num) {
		other := &row{reader: r.reader, entry: f.Entry.Num, index: index}
		if f.Where != nil && !other.holds(f.Where, false) {
			continue
		}
		if c := other.cell(f.Column, live); c.ok {
			return c
		}
	}
	return cell{}
}

// eval is a field's value after all conversions; not ok when there is none.
func (r *row) eval(f *Field) cell {
	if f == nil || f.When != nil && !r.holds(f.When, f.live) {
		return cell{}
	}
	c := r.origin(f)
	if !c.ok {
		return cell{}
	}
	for i := range f.none {
		if f.none[i].fits(c) {
			return cell{at: c.at}
		}
	}
	if f.Match.Regexp != nil {
		if c = matched(c, f); !c.ok {
			return c
		}
	}
	if f.decode != nil {
		if c = r.decoded(f, c); !c.ok {
			return c
		}
	}
	if f.Words != nil {
		word, ok := f.Words.lookup(c)
		if !ok {
			return cell{at: c.at}
		}
		c.text, c.isNum = word, false
	}
	return scaled(c, f)
}

func scaled(c cell, f *Field) cell {
	if !c.isNum || f.factor == 1 && f.Offset == 0 {
		return c
	}
	// Decimal scales as division: 430 × 0.1 is 43.00000000000001 in floating
	// point, 430 / 10 is what people expect.
	if inverse := 1 / f.factor; f.factor < 1 && f.factor > 0 && inverse == float64(int64(inverse+0.5)) {
		c.num = c.num/inverse + f.Offset
	} else {
		c.num = c.num*f.factor + f.Offset
	}
	c.text = formatNumber(c.num)
	return c
}

func matched(c cell, f *Field) cell {
	m := f.Match.FindStringSubmatchIndex(c.text)
	if m == nil {
		return cell{at: c.at}
	}
	switch {
	case f.Replace != "":
		c.text = string(f.Match.ExpandString(nil, f.Replace, c.text, m))
	case len(m) >= 4 && m[2] >= 0:
		c.text = c.text[m[2]:m[3]]
	default:
		c.text = c.text[m[0]:m[1]]
	}
	c.num, c.isNum = parseNumber(strings.TrimSpace(c.text))
	return c
}

// holds evaluates a condition.
func (r *row) holds(cond *Condition, live bool) bool {
	for _, all := range cond.Any {
		if r.all(all, live) {
			return true
		}
	}
	return false
}

func (r *row) all(tests []Test, live bool) bool {
	for i := range tests {
		c := r.cell(&tests[i].Ref, live)
		fits := false
		for j := range tests[i].Values {
			fits = fits || tests[i].Values[j].fits(c)
		}
		if !fits {
			return false
		}
	}
	return true
}

// text is a field as cleaned text: trimmed, without placeholders.
func (r *row) text(f *Field) string {
	c := r.eval(f)
	if !c.ok {
		return ""
	}
	s := strings.TrimSpace(strings.Trim(c.text, "\x00"))
	if r.p.saysNothing(s) {
		return ""
	}
	return s
}

// number is a field as a number, nil when there is none.
func (r *row) number(f *Field) *float64 {
	c := r.eval(f)
	if !c.ok || !c.isNum {
		return nil
	}
	n := c.num // not &c.num, which would keep the whole cell
	return &n
}

// whole is a field as a whole number that cannot be negative.
func (r *row) whole(f *Field) *int64 {
	n := r.number(f)
	if n == nil || *n < 0 || *n > 1<<62 {
		return nil
	}
	i := int64(*n + 0.5)
	return &i
}

// evidence notes where a value came from; what a status read does not ask for
// again is as old as the inventory.
func (r *reader) evidence(c cell, meaning string, f *Field, line int) fleet.Evidence {
	value := c.text
	if c.raw.exists() {
		value = bounded(c.raw.text())
	}
	if _, name, ok := member(c.at.col); ok {
		value = name + "=" + value
	}
	at, from := r.at, r.p.Name
	if f != nil && !f.live && !r.v.Taken.IsZero() {
		at = r.v.Taken
	}
	if f != nil && f.from != "" {
		from = f.from
	}
	return fleet.Evidence{OID: string(c.at.oid()), Value: value, Meaning: meaning, Time: at,
		Profile: from, Line: line, Role: r.role}
}
