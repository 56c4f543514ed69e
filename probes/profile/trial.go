package profile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Remark is what the author of a profile wants to know after trying it:
// where the profile speaks of something that the device does not have, or the
// device of something that the profile does not know.
type Remark struct {
	Pos
	Text string
}

// Trial compares what a profile asks for with what a device gave: v are the
// variables of an inventory read and reading is what they were decoded to. It
// is no judgement: a profile for a family names columns that one machine lacks.
func (p *Profile) Trial(v *Vars, reading Reading, at time.Time) []Remark {
	t := &trial{row: row{reader: newReader(p, v, at, p.Role, new(desk))}}
	t.identity()
	for _, rule := range p.Components {
		t.rule(rule)
	}
	t.names(reading.Components)
	t.whole(reading)
	slices.SortStableFunc(t.remarks, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(t.remarks)
}

type trial struct {
	row
	remarks []Remark
}

func (t *trial) say(at Pos, format string, args ...any) {
	t.remarks = append(t.remarks, Remark{at, fmt.Sprintf(format, args...)})
}

func (t *trial) identity() {
	d := t.p.Device
	for _, f := range []struct {
		name  string
		field *Field
	}{{"vendor", d.Vendor}, {"model", d.Model}, {"serial", d.Serial}, {"controller", d.Controller}, {"firmware", d.Firmware}, {"hostname", d.Hostname}, {"os", d.OS}} {
		if f.field != nil && t.text(f.field) == "" {
			t.say(f.field.Pos, "device: no %s: %s", f.name, t.why([]*row{&t.row}, f.field))
		}
	}
	for _, s := range t.p.RollUp {
		var c cell
		if t.eval(&s.Field, &c); !c.ok {
			t.say(s.Pos, "rollup: %s", t.why([]*row{&t.row}, &s.Field))
			continue
		}
		t.unlisted("rollup", s, []cell{c})
	}
}

// rule tries one component rule.
func (t *trial) rule(rule *Rule) {
	if rule.Published != nil && !rule.Published.stated(introduction(t.v), t.v) {
		t.say(rule.Pos, "%s: the table was not read, because \"published:\" does not hold", rule.Kind)
		return
	}
	indexes := rule.Rows
	if len(indexes) == 0 {
		indexes = t.rowsOf(rule.Entry.Num)
	}
	if len(indexes) == 0 {
		t.say(rule.Entry.Pos, "%s: the table %s has no rows on this device, at least not in the columns that the rule names", rule.Kind, rule.Entry.Num)
		return
	}
	var rows []*row
	for _, index := range indexes {
		r := &row{reader: t.reader, entry: rule.Entry.Num, index: index}
		if (rule.Keep == nil || r.holds(rule.Keep, false)) && (rule.Skip == nil || !r.holds(rule.Skip, false)) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		t.say(rule.Pos, "%s: the table has %s, and \"keep\" and \"skip\" leave none of them", rule.Kind, counted(len(indexes), "row"))
		return
	}
	if fitted := slices.DeleteFunc(slices.Clone(rows), func(r *row) bool { return r.judge(rule).health == fleet.Absent }); len(fitted) > 0 {
		rows = fitted // an empty place repeats anything
	}
	for _, f := range rule.named() {
		t.field(rule.Kind.String()+": "+f.name, f.field, rows)
	}
	for _, s := range slices.Concat(rule.Present, rule.Health) {
		t.source(rule.Kind.String(), s, rows)
	}
	if len(rule.Health) == 0 && rule.Limits == nil {
		t.say(rule.Pos, "%s: no \"health:\" and no \"limits:\", so all of them are unknown", rule.Kind)
	}
}

type namedField struct {
	name  string
	field *Field
}

// named are a rule's fields with their keys.
func (r *Rule) named() []namedField {
	out := []namedField{{"name", r.Name}, {"place", r.Place}, {"vendor", r.Vendor}, {"model", r.Model}, {"serial", r.Serial},
		{"part", r.Part}, {"firmware", r.Firmware}, {"group", r.Group}, {"manufactured", r.Manufactured},
		{"capacity", r.Capacity}, {"wear", r.Wear}, {"hours", r.Hours}, {"reading", r.Reading}}
	for _, m := range []map[string]*Field{r.Counters, r.Attributes} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			out = append(out, namedField{name, m[name]})
		}
	}
	return slices.DeleteFunc(out, func(f namedField) bool { return f.field == nil })
}

// field says when no row has a value for it.
func (t *trial) field(name string, f *Field, rows []*row) {
	if slices.ContainsFunc(rows, func(r *row) bool { return r.text(f) != "" }) {
		return
	}
	t.say(f.Pos, "%s: none of the %s has a value: %s", name, counted(len(rows), "row"), t.why(rows, f))
}

func (t *trial) source(kind string, s *HealthSource, rows []*row) {
	var cells []cell
	for _, r := range rows {
		var c cell
		if r.eval(&s.Field, &c); c.ok {
			cells = append(cells, c)
		}
	}
	if len(cells) == 0 {
		t.say(s.Pos, "%s: this health source has no value in any of the %s: %s", kind, counted(len(rows), "row"), t.why(rows, &s.Field))
		return
	}
	t.unlisted(kind, s, cells)
}

// unlisted says which values the source's enum does not hold.
func (t *trial) unlisted(what string, s *HealthSource, cells []cell) {
	if s.Map == nil {
		return
	}
	seen := map[string]int{}
	for i := range cells {
		c := &cells[i]
		if v, ok := s.Map.lookup(c); ok && v.unlisted && v.Health == fleet.Unknown && !v.Silent {
			seen[c.text]++
		}
	}
	for _, text := range slices.Sorted(maps.Keys(seen)) {
		t.say(s.Pos, "%s: the value %s (%s) is not in the enum in line %d; find in the device's MIB what it means and add it", what, quoted(text), counted(seen[text], "time"), s.Map.Line)
	}
}

// why says what keeps a field from having a value: there is no object, or a
// conversion dropped what it says.
func (t *trial) why(rows []*row, f *Field) string {
	switch {
	case len(f.First) > 0:
		return "none of the alternatives has one"
	case f.Find != nil:
		return fmt.Sprintf("no row of %s fits", f.Find.Entry.Num)
	}
	for _, r := range rows {
		var c cell
		if r.origin(f, &c); c.ok {
			return fmt.Sprintf("the device says %s, and the field's conditions and conversions leave nothing of it", quoted(c.text))
		}
	}
	switch {
	case f.OID != nil:
		return fmt.Sprintf("the device has no object %s (a single object ends in .0)", f.OID.Num)
	case f.Column != nil && !f.Column.Index:
		return fmt.Sprintf("the device has no column %s", cmp.Or(f.Column.col, f.Column.scalar))
	case f.Text != "":
		return fmt.Sprintf("a cell of %q has no value", f.Text)
	}
	return "the device has no such column"
}

// names says which names do not tell the parts of a kind apart.
func (t *trial) names(cs []fleet.Component) {
	count := map[string]int{}
	for i := range cs {
		if cs[i].Profile.String() == t.p.Name {
			count[cs[i].Kind.String()+"\x00"+cs[i].Name]++
		}
	}
	at := map[fleet.Kind]Pos{}
	for _, r := range t.p.Components {
		if _, known := at[r.Kind]; !known {
			at[r.Kind] = r.Pos
			if r.Name != nil {
				at[r.Kind] = r.Name.Pos
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(count)) {
		kind, name, _ := strings.Cut(key, "\x00")
		switch n := count[key]; {
		case name == "":
			t.say(at[fleet.KindOf(kind)], "%s: %s without a name; \"name:\" must tell the slots apart", kind, counted(n, "part"))
		case n > 1:
			t.say(at[fleet.KindOf(kind)], "%s: %d parts are called %s; \"name:\" must tell the slots apart, for instance with {index}", kind, n, quoted(name))
		}
	}
}

// whole says what the profile reads nothing of.
func (t *trial) whole(r Reading) {
	for _, name := range slices.Sorted(maps.Keys(t.p.Totals)) {
		total := t.p.Totals[name]
		if total.Sum == "" && total.Count == "" && t.number(&total.Field) == nil {
			t.say(total.Pos, "totals: no %s: %s", name, t.why([]*row{&t.row}, &total.Field))
		}
	}
	if t.p.Filesystems != nil && len(r.Filesystems) == 0 {
		t.say(t.p.Filesystems.Pos, "filesystems: none; the table is empty, or \"keep\" and \"skip\" leave none")
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
