package profile

import (
	"regexp"
	"strings"

	"ironage/probes/snmp"
)

// usualPlaceholders are texts with which devices say that they have nothing
// to say.
func usualPlaceholders() []string {
	return []string{"", "n/a", "na", "not available", "not applicable", "not specified", "not present",
		"unknown", "none", "null", "no asset tag", "default string", "to be filled by o.e.m.", "to be filled by oem", "unspecified", "undefined", "[unknown]"}
}

// cell is the value a reference stands for in this row.
func (r *row) cell(ref *Ref, live bool, c *cell) {
	switch {
	case ref.Index && ref.Part == 0:
		*c = textCell(r.index)
	case ref.Index:
		if part, ok := nth(r.index, ref.Part); ok {
			*c = textCell(part)
		} else {
			*c = cell{}
		}
	case ref.scalar != "":
		at := scalarAt(ref.scalar)
		r.look(at.col, at.idx, live, c)
	default:
		x, at := r.raw(ref, live)
		c.set(x, at)
	}
}

// nth is the n-th number of an index, from 1.
func nth(index string, n int) (string, bool) {
	for ; n > 1; n-- {
		_, rest, more := strings.Cut(index, ".")
		if !more {
			return "", false
		}
		index = rest
	}
	part, _, _ := strings.Cut(index, ".")
	return part, true
}

// joined is the index of the row that a join leads to.
func (r *row) joined(j *Join) (string, bool) {
	if r.via == j {
		return r.viaIndex, r.viaOK
	}
	index, ok := r.follow(j)
	r.via, r.viaIndex, r.viaOK = j, index, ok
	return index, ok
}

func (r *row) follow(j *Join) (string, bool) {
	switch {
	case j.ours != nil:
		var key cell
		r.cell(j.ours, false, &key)
		if !key.ok {
			return "", false
		}
		index, ok := r.lookup(j)[j.key(key.text)]
		return index, ok
	case j.template != nil:
		var c cell
		r.expand(j.template, false, &c)
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
	if r.keys == nil {
		r.keys = map[joinKey]map[string]string{}
	}
	r.keys[id] = m
	return m
}

// expand fills a template; a cell without a value leaves it without one.
func (r *row) expand(pieces []piece, live bool, to *cell) {
	from := len(r.desk.text) // what is being put together further out stands before
	defer func() { r.desk.text = r.desk.text[:from] }()
	for _, p := range pieces {
		if p.ref == nil {
			r.desk.text = append(r.desk.text, p.literal...)
			continue
		}
		var c cell
		r.cell(p.ref, live, &c)
		if !c.ok || r.p.placeholder(c.text) {
			*to = cell{}
			return
		}
		r.desk.text = append(r.desk.text, strings.TrimSpace(c.text)...)
	}
	*to = textCell(bounded(r.p.memo.text(r.desk.text[from:])))
}

// origin is the raw value of a field; for a field of several cells the first.
func (r *row) origin(f *Field, c *cell) {
	switch {
	case f.Column != nil:
		r.cell(f.Column, f.live, c)
	case f.OID != nil:
		at := scalarAt(f.OID.Num)
		r.look(at.col, at.idx, f.live, c)
	case f.template != nil:
		r.expand(f.template, f.live, c)
	case f.Find != nil:
		r.find(f.Find, f.live, c)
	case len(f.Of) > 0:
		r.cell(f.Of[0], f.live, c)
	default:
		for _, x := range f.First {
			if r.eval(x, c); c.ok && !r.p.says(c) {
				return
			}
		}
		*c = cell{}
	}
}

// placeholder reports whether a text only says that there is nothing to say.
func (p *Profile) placeholder(s string) bool {
	var room [64]byte
	if p.longest > len(room) {
		return p.placeholders[folded(s)]
	}
	b, fits, plain := fold(room[:0:p.longest], s)
	if !plain {
		return p.placeholders[folded(s)]
	}
	return fits && p.placeholders[string(b)]
}

// says is placeholder for a cell.
func (p *Profile) says(c *cell) bool {
	if c.isNum {
		return p.placeholders[c.text] // "0123456789"; no number needs folding
	}
	return p.placeholder(strings.Trim(c.text, "\x00"))
}

// decoded applies a field's decoder, with all cells where it takes several.
func (r *row) decoded(f *Field, c *cell) {
	r.cells = append(r.cells[:0], *c)
	for i, ref := range f.Of {
		if i > 0 {
			var other cell
			r.cell(ref, f.live, &other)
			r.cells = append(r.cells, other)
		}
	}
	raw := c.raw
	*c = f.decode(r.cells, r.at)
	c.raw = raw
}

func (r *row) find(f *Find, live bool, c *cell) {
	for _, index := range r.rowsOf(f.Entry.Num) {
		other := &row{reader: r.reader, entry: f.Entry.Num, index: index}
		if f.Where != nil && !other.holds(f.Where, false) {
			continue
		}
		if other.cell(f.Column, live, c); c.ok {
			return
		}
	}
	*c = cell{}
}

// eval is a field's value after all conversions; not ok when there is none.
func (r *row) eval(f *Field, c *cell) {
	if r.sifted(f, c, false); c.ok {
		scaled(c, f)
	}
}

// sifted is eval without scaling. Wordless leaves the texts of numbers out, which
// a field must allow that is asked so.
func (r *row) sifted(f *Field, c *cell, wordless bool) {
	*c = cell{}
	if f == nil || f.When != nil && !r.holds(f.When, f.live) {
		return
	}
	if wordless && f.direct {
		x, at := r.raw(f.Column, f.live)
		c.measure(x, at)
	} else {
		r.origin(f, c)
	}
	if !c.ok {
		*c = cell{}
		return
	}
	r.sift(f, c)
}

// converted applies what a field does to its raw value.
func (r *row) converted(f *Field, c *cell) {
	if r.sift(f, c); c.ok {
		scaled(c, f)
	}
}

func (r *row) sift(f *Field, c *cell) {
	for i := range f.none {
		if f.none[i].fits(c) {
			*c = cell{at: c.at}
			return
		}
	}
	if f.Match.Regexp != nil {
		text, ok := r.p.memo.matched(f, c.text)
		if !ok {
			*c = cell{at: c.at}
			return
		}
		c.text = text
		c.num, c.isNum = parseNumber(strings.TrimSpace(text))
	}
	if f.decode != nil {
		if r.decoded(f, c); !c.ok {
			return
		}
	}
	if f.Words != nil {
		word, ok := f.Words.lookup(c)
		if !ok {
			*c = cell{at: c.at}
			return
		}
		c.text, c.isNum = word, false
	}
}

func scaled(c *cell, f *Field) {
	if !c.isNum || f.factor == 1 && f.Offset == 0 {
		return
	}
	c.num = f.scaled(c.num)
	c.text = formatNumber(c.num)
}

func (f *Field) scaled(n float64) float64 {
	if f.factor == 1 && f.Offset == 0 {
		return n
	}
	// Decimal scales as division: 430 × 0.1 is 43.00000000000001 in floating
	// point, 430 / 10 is what people expect.
	if inverse := 1 / f.factor; f.factor < 1 && f.factor > 0 && inverse == float64(int64(inverse+0.5)) {
		return n/inverse + f.Offset
	}
	return n*f.factor + f.Offset
}

func (f *Field) matched(text string) (string, bool) {
	m := f.Match.FindStringSubmatchIndex(text)
	switch {
	case m == nil:
		return "", false
	case f.Replace != "":
		return string(f.Match.ExpandString(nil, f.Replace, text, m)), true
	case len(m) >= 4 && m[2] >= 0:
		return text[m[2]:m[3]], true
	}
	return text[m[0]:m[1]], true
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
		var c cell
		if t := &tests[i]; t.wordless && t.Ref.direct() {
			x, at := r.raw(&t.Ref, live)
			c.measure(x, at)
		} else {
			r.cell(&t.Ref, live, &c)
		}
		fits := false
		for j := range tests[i].Values {
			fits = fits || tests[i].Values[j].fits(&c)
		}
		if !fits {
			return false
		}
	}
	return true
}
