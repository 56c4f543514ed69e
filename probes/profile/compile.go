package profile

import (
	"maps"
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// compiler resolves names, checks what the types cannot say, and collects
// which objects a profile needs.
type compiler struct {
	*yamlReader
	p     *Profile
	bases map[string]snmp.OID
	used  map[string]bool  // enums and word lists that something refers to
	cols  map[snmp.OID]int // numbers of columns
}

// scope is where a field stands: which table its column numbers belong to.
type scope struct {
	entry snmp.OID // empty: there are no rows here
	joins map[string]*Join
	live  bool // the default for fields in this place
	rows  []string
	kinds []fleet.Kind
	name  string
	from  string // the extended profile that it stands in

	published *Clause
}

func (c *compiler) profile() {
	p := c.p
	p.name, p.placeholders = fleet.ProfileOf(p.Name), map[string]bool{}
	for _, s := range slices.Concat(usualPlaceholders(), p.Placeholders) {
		p.placeholders[folded(s)] = true
		p.longest = max(p.longest, len(folded(s)))
	}
	if p.Name == "" {
		c.complain(p.Pos, "the profile has no name; write \"profile: NAME\"")
	}
	if p.Role != fleet.BMC && p.Role != fleet.OS {
		c.complain(p.Pos, "role %q is neither bmc nor os", p.Role)
	}
	if len(p.Match.Any) == 0 {
		c.complain(p.Pos, "the profile matches nothing; write \"match: {any: [{object_id: …}]}\"")
	}
	c.scripts()
	for _, cl := range slices.Concat(p.Match.Any, p.Match.Unless) {
		c.clause(cl)
	}
	c.whole()
	for _, r := range p.Components {
		c.rule(r)
	}
	for _, f := range p.Faults {
		c.faults(f)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Totals)) {
		c.total(name, p.Totals[name])
		p.totals = append(p.totals, namedTotal{p.Totals[name], totalSetters()[name]})
	}
	if p.Filesystems != nil {
		c.filesystems(p.Filesystems)
	}
	c.functions()
	c.notifications()
	c.simulation()
	c.unused()
	for _, t := range p.needs.tables {
		if t.script = p.scriptOf(t.entry); t.script != nil {
			t.add([]snmp.OID{t.entry.Append(memberMark + rowMember)}, nil)
		}
	}
	p.needs.finish()
}

// whole compiles what the profile says of the device as a whole.
func (c *compiler) whole() {
	device := scope{name: "identity"}
	for _, f := range c.p.Device.fields() {
		c.field(f, device)
	}
	rollup := scope{name: "roll-up", live: true}
	for _, s := range c.p.RollUp {
		rollup.from = s.from
		c.source(s, rollup)
	}
	c.kinds(c.p.Pos, c.p.NotReported...)
	for _, s := range c.p.Summaries {
		if s.Of == nil {
			c.complain(s.Pos, "a summary needs \"of:\", the object that it reads")
			continue
		}
		rollup.from = s.from
		c.source(s.Of, rollup)
		c.kinds(s.Pos, s.Kinds...)
	}
}

func (c *compiler) simulation() {
	c.p.simulate = map[string]snmp.OID{}
	for _, text := range slices.Sorted(maps.Keys(c.p.Simulate)) {
		o := OID{Pos: c.p.Pos, Text: text}
		if c.oid(&o) {
			c.p.simulate[text] = o.Num
		}
	}
}

func (d *Device) fields() []*Field {
	return []*Field{d.Vendor, d.Model, d.Serial, d.Controller, d.Firmware, d.Hostname, d.OS}
}

func (c *compiler) functions() {
	for _, name := range c.p.Compute {
		f, ok := functions()[name]
		if !ok {
			c.complain(c.p.Pos, "compute: there is no function %q%s", name, nearest(name, slices.Sorted(maps.Keys(functions()))))
			continue
		}
		c.p.compute = append(c.p.compute, f)
		for _, o := range f.scalars {
			c.p.needs.scalar(o)
		}
		for _, t := range f.tables {
			for _, col := range t.columns {
				c.p.needs.column(t.entry, t.entry.Append(col), scope{name: name})
			}
		}
	}
}

// unused complains about enums and words that nothing refers to: mostly a
// misspelt reference elsewhere.
func (c *compiler) unused() {
	for _, name := range slices.Sorted(maps.Keys(c.p.Enums)) {
		if !c.used["enum "+name] && !c.p.inherited["enum "+name] {
			c.complain(c.p.Enums[name].Pos, "nothing uses the enum %q", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.p.Words)) {
		if !c.used["words "+name] && !c.p.inherited["words "+name] {
			c.complain(c.p.Words[name].Pos, "nothing uses the word list %q", name)
		}
	}
}

func (c *compiler) kinds(at Pos, ks ...fleet.Kind) {
	for _, k := range ks {
		if !slices.Contains(fleet.Kinds, k) {
			words := make([]string, len(fleet.Kinds))
			for i, k := range fleet.Kinds {
				words[i] = k.String()
			}
			c.complain(at, "%q is no kind of component%s", k, nearest(k.String(), words))
		}
	}
}

// oid resolves o; it complains when the text is neither numeric nor begins
// with a base.
func (c *compiler) oid(o *OID) bool {
	if o == nil || o.Text == "" {
		return false
	}
	num, ok := c.resolve(o.Text)
	if !ok {
		c.complain(o.Pos, "%q is no OID: write numbers with dots, or a base and the rest%s", o.Text, c.baseHint(o.Text))
		return false
	}
	o.Num = num
	return true
}

func (c *compiler) resolve(text string) (snmp.OID, bool) {
	if numericOID.MatchString(text) {
		return snmp.OID(text), true
	}
	name, rest, _ := strings.Cut(text, ".")
	base, ok := c.bases[name]
	if !ok {
		return "", false
	}
	full := base.Append(rest)
	return full, numericOID.MatchString(string(full))
}

func (c *compiler) baseHint(text string) string {
	name, _, _ := strings.Cut(text, ".")
	return nearest(name, slices.Sorted(maps.Keys(c.bases)))
}

func (c *compiler) clause(cl *Clause) {
	if cl == nil {
		return
	}
	for i := range cl.ObjectID {
		c.oid(&cl.ObjectID[i])
	}
	for i := range cl.Answers {
		c.oid(&cl.Answers[i])
	}
	c.oid(cl.Object)
	c.oid(cl.HasRows)
	if cl.Object != nil && cl.Is.Regexp == nil {
		c.complain(cl.Pos, "\"object:\" needs \"is:\", the expression that its text must match")
	}
	if len(cl.ObjectID)+len(cl.Answers)+len(cl.Scripts) == 0 && cl.Descr.Regexp == nil && cl.Object == nil && cl.HasRows == nil {
		c.complain(cl.Pos, "the clause states nothing; give object_id, descr, answers, object, has_rows or scripts")
	}
}

func (c *compiler) rule(r *Rule) {
	c.kinds(r.Pos, r.Kind)
	if !c.oid(&r.Entry) {
		if r.Entry.Text == "" {
			c.complain(r.Pos, "the %s rule has no \"entry:\", the table entry that it reads", r.Kind)
		}
		return
	}
	for i := range r.UnlessRows {
		c.oid(&r.UnlessRows[i])
	}
	c.published(r)
	s := scope{entry: r.Entry.Num, joins: r.Join, rows: r.Rows, kinds: []fleet.Kind{r.Kind}, name: r.Kind.String(), from: r.from, published: r.Published}
	c.joins(r.Join, s)
	c.condition(r.Keep, s)
	c.condition(r.Skip, s)
	c.fixed(r, s)
	live := s
	script := c.p.scriptOf(r.Entry.Num)
	live.live = script == nil || script.Live
	for _, src := range slices.Concat(r.Present, r.Health) {
		c.source(src, live)
	}
	for _, f := range r.texts() {
		c.field(f, s)
	}
	for _, f := range []*Field{r.Capacity, r.Wear, r.Hours, r.Manufactured} {
		c.field(f, s)
	}
	c.field(r.Reading, live)
	if l := r.Limits; l != nil {
		for _, f := range []*Field{l.WarnLow, l.WarnHigh, l.CritLow, l.CritHigh} {
			c.field(f, s)
		}
	}
	r.counters, r.attributes = sortedFields(r.Counters), sortedFields(r.Attributes)
	for _, f := range slices.Concat(r.counters, r.attributes) {
		c.field(f.field, s)
	}
	if r.Fallback {
		c.p.fallbacks = append(c.p.fallbacks, r.Kind)
	}
	c.ruleWords(r)
	if len(r.Health) == 0 && len(r.Present) == 0 && r.Reading == nil && r.Name == nil {
		c.complain(r.Pos, "the %s rule reads neither health, reading nor name", r.Kind)
	}
}

// sortedFields are fields in the order of their names.
func sortedFields(m map[string]*Field) []namedField {
	out := make([]namedField, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, namedField{name, m[name]})
	}
	return out
}

// fixed notes the columns that status reads need not ask for.
func (c *compiler) fixed(r *Rule, s scope) {
	for _, f := range r.Fixed {
		c.ref(f, s)
		if f.Index || f.Alias != "" || f.scalar != "" || len(r.Rows) > 0 {
			c.complain(f.Pos, "\"fixed:\" takes columns of the rule's own table, and %q is none", f.Text)
			continue
		}
		if c.p.fixed == nil {
			c.p.fixed = map[snmp.OID]bool{}
		}
		c.p.fixed[f.col] = true
		if t := c.p.needs.of(r.Entry.Num); t != nil {
			t.fixed = append(t.fixed, f.col)
		}
	}
}

// published checks the clause that guards a table; its objects are read first.
func (c *compiler) published(r *Rule) {
	if r.Published == nil {
		return
	}
	c.clause(r.Published)
	for _, o := range r.Published.Answers {
		c.p.needs.scalar(o.Num)
	}
	if r.Published.Object != nil {
		c.p.needs.scalar(r.Published.Object.Num)
	}
	for _, name := range r.Published.Scripts {
		c.p.needs.cell(listed(name))
	}
	if r.Published.HasRows != nil {
		c.complain(r.Published.Pos, "\"published:\" is decided before tables are read; use object_id, descr, answers or object")
	}
}

func (c *compiler) ruleWords(r *Rule) {
	units := []string{"", "celsius", "rpm", "percent", "volt", "ampere", "watt"}
	if !slices.Contains(units, r.Unit.String()) {
		c.complain(r.Pos, "unknown unit %q%s", r.Unit, nearest(r.Unit.String(), units[1:]))
	}
	if r.Unit != 0 && r.Reading == nil {
		c.complain(r.Pos, "unit without \"reading:\"")
	}
	if !slices.Contains([]string{"", "no-rows", "never"}, r.NotReported) {
		c.complain(r.Pos, "not_reported %q is neither no-rows nor never", r.NotReported)
	}
}

func (r *Rule) texts() []*Field {
	return []*Field{r.Name, r.Place, r.Path, r.Vendor, r.Model, r.Serial, r.Part, r.Firmware, r.Group}
}

func (c *compiler) faults(f *FaultTable) {
	if !c.oid(&f.Entry) {
		c.complain(f.Pos, "the fault table has no \"entry:\"")
		return
	}
	s := scope{entry: f.Entry.Num, live: f.live(), name: "faults", from: f.from}
	c.condition(f.Keep, s)
	c.condition(f.Skip, s)
	if f.Severity == nil || f.Text == nil {
		c.complain(f.Pos, "a fault table needs \"severity:\" and \"text:\"")
		return
	}
	c.source(f.Severity, s)
	for _, x := range []*Field{f.Text, f.About, f.Code, f.Since} {
		c.field(x, s)
	}
}

// live reports whether a status read reads the table again.
func (f *FaultTable) live() bool { return f.Live == nil || *f.Live }

func (c *compiler) filesystems(f *FilesystemTable) {
	if !c.oid(&f.Entry) {
		c.complain(f.Pos, "the file system table has no \"entry:\"")
		return
	}
	s := scope{entry: f.Entry.Num, joins: f.Join, name: "file systems"}
	c.joins(f.Join, s)
	c.condition(f.Keep, s)
	c.condition(f.Skip, s)
	live := s
	live.live = true
	c.condition(f.ReadOnly, live)
	for _, x := range []*Field{f.Mount, f.Type} {
		c.field(x, s)
	}
	for _, x := range []*Field{f.Units, f.Size, f.Used} {
		c.field(x, live)
	}
}

func (c *compiler) total(name string, t *Total) {
	if _, ok := totalSetters()[name]; !ok {
		c.complain(t.Pos, "unknown total %q%s", name, nearest(name, slices.Sorted(maps.Keys(totalSetters()))))
	}
	if t.Sum != "" || t.Count != "" {
		c.kinds(t.Pos, t.Kind)
		if t.short == "" && t.origins() == 0 {
			return
		}
	}
	if t.Entry.Text != "" {
		if c.oid(&t.Entry) {
			c.field(&t.Field, scope{entry: t.Entry.Num, name: "totals"})
		}
		return
	}
	c.field(&t.Field, scope{live: true, name: "totals"})
}
