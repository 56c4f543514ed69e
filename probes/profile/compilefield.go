package profile

import (
	"maps"
	"slices"
	"strings"

	"ironage/probes/snmp"
)

// source compiles one opinion about health.
func (c *compiler) source(s *HealthSource, at scope) {
	if s == nil {
		return
	}
	c.field(&s.Field, at)
	c.kinds(s.Pos, s.Includes...)
	s.Map = c.enum(s.Map)
	c.p.sources++
	s.number = c.p.sources
}

// enum replaces a reference by the shared enum.
func (c *compiler) enum(e *Enum) *Enum {
	if e == nil || e.Name == "" {
		return e
	}
	shared, ok := c.p.Enums[e.Name]
	if !ok {
		c.complain(e.Pos, "there is no enum %q%s", e.Name, nearest(e.Name, slices.Sorted(maps.Keys(c.p.Enums))))
		return nil
	}
	c.used["enum "+e.Name] = true
	return shared
}

func (c *compiler) words(w *Words) *Words {
	if w == nil || w.Name == "" {
		return w
	}
	shared, ok := c.p.Words[w.Name]
	if !ok {
		c.complain(w.Pos, "there is no word list %q%s", w.Name, nearest(w.Name, slices.Sorted(maps.Keys(c.p.Words))))
		return nil
	}
	c.used["words "+w.Name] = true
	return shared
}

// byteUnits are the factors of Field.Unit.
func byteUnits() map[string]float64 {
	const k, ki = 1000, 1024
	return map[string]float64{"": 1, "bytes": 1, "KB": k, "MB": k * k, "GB": k * k * k, "TB": k * k * k * k,
		"KiB": ki, "MiB": ki * ki, "GiB": ki * ki * ki, "TiB": ki * ki * ki * ki}
}

func (c *compiler) field(f *Field, at scope) {
	if f == nil {
		return
	}
	c.shorthand(f, at)
	f.live, f.from = at.live, at.from
	if f.Live != nil {
		f.live = *f.Live
	}
	at.live = f.live
	if n := f.origins(); n != 1 {
		c.complain(f.Pos, "give exactly one of column, oid, text, first, of, find (there are %d)", n)
	}
	if f.Column != nil {
		c.ref(f.Column, at)
	}
	for _, r := range f.Of {
		c.ref(r, at)
	}
	if f.OID != nil && c.oid(f.OID) {
		c.p.needs.scalar(f.OID.Num)
	}
	c.template(f, at)
	for _, x := range f.First {
		c.field(x, at)
	}
	if f.Find != nil {
		c.find(f.Find)
	}
	c.condition(f.When, at)
	c.conversions(f)
	f.classify()
}

// classify notes what a field takes to read, for the short cuts.
func (f *Field) classify() {
	f.direct = f.Column != nil && f.Column.direct()
	f.single = f.When == nil && (f.Column != nil && !f.Column.Index || f.OID != nil) && !dated(f.Decode)
	f.wordless = f.Match.Regexp == nil && f.decode == nil && (f.Words == nil || f.Words.wordless())
	for i := range f.none {
		f.wordless = f.wordless && f.none[i].wordless()
	}
	bare := f.When == nil && len(f.none) == 0 && f.Match.Regexp == nil && f.decode == nil && f.Words == nil && f.factor == 1 && f.Offset == 0
	f.plain, f.choice = bare && f.direct, bare && len(f.First) > 0
}

// direct reports whether a reference is to a column.
func (r *Ref) direct() bool { return !r.Index && r.scalar == "" }

// wordless reports whether numbers are told apart without their texts.
func (w *Words) wordless() bool {
	for i := range w.Values {
		if !w.Values[i].match.wordless() {
			return false
		}
	}
	return !strings.Contains(w.Default, "{value}")
}

func (c *compiler) conversions(f *Field) {
	f.Words = c.words(f.Words)
	unit, ok := byteUnits()[f.Unit]
	if !ok {
		c.complain(f.Pos, "unknown unit %q%s", f.Unit, nearest(f.Unit, []string{"bytes", "KB", "KiB", "MB", "MiB", "GB", "GiB", "TB", "TiB"}))
	}
	f.factor = unit
	if f.Scale != 0 {
		f.factor *= f.Scale
	}
	if f.Decode != "" {
		if f.decode, ok = decoders()[f.Decode]; !ok {
			c.complain(f.Pos, "there is no decoder %q%s", f.Decode, nearest(f.Decode, slices.Sorted(maps.Keys(decoders()))))
		}
	}
	if len(f.Of) > 0 && f.Decode == "" {
		c.complain(f.Pos, "\"of:\" needs \"decode:\", which puts the cells together")
	}
	for _, text := range f.None {
		m, err := parseMatch(text)
		if err != nil {
			c.complain(f.Pos, "bad pattern %q: %v", text, err)
		}
		f.none = append(f.none, m)
	}
}

func (f *Field) origins() int {
	n := 0
	for _, has := range []bool{f.Column != nil, f.OID != nil, f.Text != "", len(f.First) > 0, len(f.Of) > 0, f.Find != nil} {
		if has {
			n++
		}
	}
	return n
}

// shorthand sorts out what a single scalar stood for.
func (c *compiler) shorthand(f *Field, at scope) {
	s := f.short
	if s == "" {
		return
	}
	f.short = ""
	ref, isRef := parseRef(s)
	_, isJoin := at.joins[ref.Alias]
	switch {
	case isRef && at.entry != "" && (ref.Alias == "" && !strings.Contains(s, ".") || ref.Index || isJoin):
		ref.Pos = f.Pos
		f.Column = &ref
	case numericOID.MatchString(s) || c.hasBase(s):
		f.OID = &OID{Pos: f.Pos, Text: s}
	default:
		f.Text = s
	}
}

func (c *compiler) hasBase(s string) bool {
	name, _, dotted := strings.Cut(s, ".")
	_, ok := c.bases[name]
	return dotted && ok
}

func (c *compiler) template(f *Field, at scope) {
	if f.Text == "" {
		return
	}
	pieces, ok := parseTemplate(f.Text)
	if !ok {
		c.complain(f.Pos, "bad template %q: cells stand in braces, as in \"Bay {5}, box {index.2}\"", f.Text)
		return
	}
	f.template = pieces
	for _, p := range pieces {
		if p.ref != nil {
			p.ref.Pos = f.Pos
			c.ref(p.ref, at)
		}
	}
}

// ref resolves a cell and notes its column as needed.
func (c *compiler) ref(r *Ref, at scope) {
	if r.Index || c.scalarRef(r, at) {
		return
	}
	if at.entry == "" {
		c.complain(r.Pos, "there are no rows here, so %q means nothing; give an OID", r.Text)
		return
	}
	entry, rows := at.entry, at.rows
	if r.Alias != "" {
		j, ok := at.joins[r.Alias]
		if !ok {
			c.complain(r.Pos, "there is no join %q%s", r.Alias, nearest(r.Alias, slices.Sorted(maps.Keys(at.joins))))
			return
		}
		r.join, entry, rows = j, j.Entry.Num, nil
	}
	r.col = entry.Append(string(r.Column))
	r.number = c.column(r.col)
	for _, i := range rows {
		c.p.needs.cell(cellAt{r.col, i})
	}
	if len(rows) == 0 {
		c.p.needs.column(entry, r.col, at)
	}
}

// column is a column's number in the profile.
func (c *compiler) column(col snmp.OID) int {
	n, known := c.cols[col]
	if !known {
		c.p.columns++
		n = c.p.columns
		c.cols[col] = n
	}
	return n
}

// scalarRef sorts out a cell that is an object outside of any table: a base's
// name and the rest, as in "aten.4.0".
func (c *compiler) scalarRef(r *Ref, at scope) bool {
	if _, isJoin := at.joins[r.Alias]; isJoin || !c.hasBase(r.Text) {
		return false
	}
	num, ok := c.resolve(r.Text)
	if ok {
		r.scalar = num
		c.p.needs.scalar(num)
	}
	return ok
}

func (c *compiler) joins(joins map[string]*Join, at scope) {
	for _, name := range slices.Sorted(maps.Keys(joins)) {
		j := joins[name]
		if _, clash := c.bases[name]; clash || name == "index" {
			c.complain(j.Pos, "the join's name %q is taken by a base", name)
		}
		c.oid(&j.Entry)
	}
	for _, name := range slices.Sorted(maps.Keys(joins)) {
		c.join(name, joins, at)
	}
}

func (c *compiler) join(name string, joins map[string]*Join, at scope) {
	j := joins[name]
	if c.cyclic(name, joins) {
		c.complain(j.Pos, "the joins run in a circle through %q; let one of them compare with a column of the rule's own table, as in where: {2: 5}", name)
		j.Where = nil
		return
	}
	if j.Index != "" {
		pieces, ok := parseTemplate(j.Index)
		if !ok {
			c.complain(j.Pos, "bad index template %q", j.Index)
		}
		j.template = pieces
		for _, p := range pieces {
			if p.ref != nil {
				c.ref(p.ref, at)
			}
		}
	}
	if j.Keep != nil && len(j.Where) == 0 {
		c.complain(j.Pos, "\"keep:\" of a join needs \"where:\", among whose rows it chooses")
	}
	c.condition(j.Keep, scope{entry: j.Entry.Num, name: at.name, kinds: at.kinds, published: at.published})
	if len(j.Where) > 1 {
		c.complain(j.Pos, "a join compares one column; there are %d", len(j.Where))
	}
	for col, ours := range j.Where {
		ref, ok := parseRef(col)
		if !ok || ref.Alias != "" || ref.Index {
			c.complain(j.Pos, "%q is no column of the joined table", col)
			continue
		}
		j.theirs, j.ours = j.Entry.Num.Append(string(ref.Column)), ours
		c.p.needs.column(j.Entry.Num, j.theirs, at)
		c.ref(ours, at)
	}
}

// cyclic follows the joins that a join's own key comes from.
func (c *compiler) cyclic(name string, joins map[string]*Join) bool {
	seen := map[string]bool{}
	var visit func(string) bool
	visit = func(n string) bool {
		j, ok := joins[n]
		if !ok {
			return false
		}
		if seen[n] {
			return true
		}
		seen[n] = true
		defer delete(seen, n)
		for _, r := range j.Where {
			if r.Alias != "" && visit(r.Alias) {
				return true
			}
		}
		pieces, _ := parseTemplate(j.Index)
		for _, p := range pieces {
			if p.ref != nil && p.ref.Alias != "" && visit(p.ref.Alias) {
				return true
			}
		}
		return false
	}
	return visit(name)
}

func (c *compiler) condition(cond *Condition, at scope) {
	if cond == nil {
		return
	}
	at.live = false // what a condition looks at may well be a name
	for _, all := range cond.Any {
		for i := range all {
			c.ref(&all[i].Ref, at)
			all[i].wordless = true
			for j := range all[i].Values {
				all[i].wordless = all[i].wordless && all[i].Values[j].wordless()
			}
		}
	}
}

func (c *compiler) find(f *Find) {
	if !c.oid(&f.Entry) || f.Column == nil {
		c.complain(f.Pos, "\"find:\" needs \"entry:\" and \"column:\"")
		return
	}
	s := scope{entry: f.Entry.Num, name: "identity"}
	c.ref(f.Column, s)
	c.condition(f.Where, s)
}
