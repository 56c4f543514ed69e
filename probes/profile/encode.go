package profile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Hardware is an abstract machine: what a reading says, from the other side.
type Hardware struct {
	Device      fleet.Device
	RollUp      fleet.Health
	Components  []fleet.Component
	Totals      fleet.Totals
	Filesystems []fleet.Filesystem
}

// Encode is the profile turned round: it makes the variables that decode back
// to h, for simulators and tests. What the family cannot say is left out; a
// component of a kind that the family does not publish is not there at all.
// A component's Native.Meaning, where it is a label of one of the rule's health
// sources, chooses which source tells its health.
func Encode(p *Profile, h Hardware) []snmp.Variable {
	e := &encoder{p: p, vars: map[cellAt]snmp.Value{}, rows: map[snmp.OID]int{}, taken: map[cellAt]bool{}}
	e.introduce(h.Device)
	none := &encodedRow{encoder: e}
	for _, x := range []struct {
		f *Field
		s string
	}{{p.Device.Vendor, h.Device.Vendor}, {p.Device.Model, h.Device.Model}, {p.Device.Serial, h.Device.Serial},
		{p.Device.Controller, h.Device.Controller}, {p.Device.Firmware, h.Device.Firmware},
		{p.Device.Hostname, h.Device.Hostname}, {p.Device.OS, h.Device.OS}} {
		none.text(x.f, x.s)
	}
	if len(p.RollUp) > 0 {
		none.health(p.RollUp[0], wanted{health: h.RollUp})
	}
	for i := range h.Components {
		e.component(&h.Components[i])
	}
	e.totals(none, h.Totals)
	e.filesystems(h.Filesystems)
	for _, f := range p.compute {
		f.encode(e, h)
	}
	return e.variables()
}

type encoder struct {
	p     *Profile
	vars  map[cellAt]snmp.Value
	rows  map[snmp.OID]int // rows made so far, by table
	taken map[cellAt]bool  // rows that exist
}

// variables are all cells, column by column in order. Columns and indexes are
// sorted apart, because comparing whole object identifiers is slow.
func (e *encoder) variables() []snmp.Variable {
	indexes := map[snmp.OID][]string{}
	for at := range e.vars {
		if _, _, isMember := member(at.col); !isMember {
			indexes[at.col] = append(indexes[at.col], at.idx)
		}
	}
	out := make([]snmp.Variable, 0, len(e.vars))
	for _, col := range slices.SortedFunc(maps.Keys(indexes), snmp.OID.Compare) {
		slices.SortFunc(indexes[col], compareIndexes)
		for _, idx := range indexes[col] {
			at := cellAt{col, idx}
			out = append(out, snmp.Variable{OID: at.oid(), Value: e.vars[at]})
		}
	}
	if len(e.p.Scripts) > 0 {
		out = append(out, e.scriptVariables()...)
		slices.SortFunc(out, func(a, b snmp.Variable) int { return a.OID.Compare(b.OID) })
	}
	return out
}

// set keeps the first value of a cell: fields that share a column are encoded
// in the order of their weight.
func (e *encoder) set(at cellAt, v snmp.Value) {
	if _, set := e.vars[at]; !set {
		e.vars[at] = v
	}
}

func (e *encoder) scalar(o snmp.OID, v snmp.Value) { e.set(scalarAt(o), v) }

// introduce makes the objects by which the family is recognised.
func (e *encoder) introduce(d fleet.Device) {
	fill := deviceWords(d)
	for _, text := range slices.Sorted(maps.Keys(e.p.simulate)) {
		e.scalar(e.p.simulate[text], guessValue(fill.Replace(e.p.Simulate[text])))
	}
	for _, c := range e.p.Match.Any {
		if len(c.ObjectID) > 0 {
			e.scalar(sysObjectID, snmp.Value{Type: snmp.ObjectID, Octets: []byte(c.ObjectID[0].Num)})
		}
	}
	e.scalar(sysDescr, textValue(""))
	e.scalar("1.3.6.1.2.1.1.3.0", snmp.Value{Type: snmp.TimeTicks, Num: 100})
	e.scalar(sysName, textValue(d.Hostname))
}

// deviceWords fills templates of "simulate:"; {os.2} is the second word.
func deviceWords(d fleet.Device) *strings.Replacer {
	var pairs []string
	for name, text := range map[string]string{"vendor": d.Vendor, "model": d.Model, "serial": d.Serial,
		"controller": d.Controller, "firmware": d.Firmware, "hostname": d.Hostname, "os": d.OS} {
		pairs = append(pairs, "{"+name+"}", text)
		words := strings.Fields(text)
		for i := range 3 {
			word := ""
			if i < len(words) {
				word = words[i]
			}
			pairs = append(pairs, "{"+name+"."+strconv.Itoa(i+1)+"}", word)
		}
	}
	return strings.NewReplacer(pairs...)
}

// component encodes one component into the rule that suits it best.
func (e *encoder) component(c *fleet.Component) {
	var best *Rule
	score := 0
	for _, r := range e.p.Components {
		if s := suits(r, c); s > score {
			best, score = r, s
		}
	}
	if best == nil {
		return
	}
	r := &encodedRow{encoder: e, entry: best.Entry.Num}
	r.index = e.index(best, c)
	e.taken[cellAt{r.entry, r.index}] = true
	r.names(best, c)
	r.require(best.Keep)
	if c.Health == fleet.Absent {
		r.absent(best)
		return
	}
	r.facts(best, c)
	r.verdicts(best, c)
}

// suits says how well a rule can hold a component; 0 is not at all.
func suits(r *Rule, c *fleet.Component) int {
	if r.Kind != c.Kind || len(r.UnlessRows) > 0 || r.Published != nil || r.Unit != 0 && c.Unit != 0 && r.Unit != c.Unit {
		return 0
	}
	if r.Name == nil {
		return 1
	}
	if !r.takesName(c.Name) {
		return 0
	}
	fields := r.Name.First
	if len(fields) == 0 {
		fields = []*Field{r.Name}
	}
	score := 1
	for _, f := range fields {
		switch {
		case f.template == nil && (f.Words == nil || wordKey(f.Words, c.Name) != ""):
			score = max(score, 2)
		case f.template != nil && unfill(f.template, c.Name) != nil:
			score = max(score, 3)
		}
	}
	if !r.says(c.Health) || score == 1 && c.Name != "" { // what cannot say the name is a last resort
		return score
	}
	return score + 3
}

// says reports whether any source of the rule knows a health.
func (r *Rule) says(h fleet.Health) bool {
	for _, s := range slices.Concat(r.Present, r.Health) {
		for i := range s.Map.Values {
			if v := &s.Map.Values[i]; v.Health == h && !v.Silent && !v.Skip {
				return true
			}
		}
	}
	return false
}

// index chooses the row: the component's own index where it has the rule's
// shape, else what its name says, else the next free one.
func (e *encoder) index(r *Rule, c *fleet.Component) string {
	if len(r.Rows) > 0 {
		return r.Rows[0]
	}
	shape := r.Index
	if shape == "" {
		shape = "{row}"
	}
	free := func(i string) bool { return !e.taken[cellAt{r.Entry.Num, i}] }
	if i := textIndex(r, c.Name); i != "" && free(i) {
		return i
	}
	if i := rowKey(c.Name); i != "" && e.p.scriptOf(r.Entry.Num) != nil && free(i) {
		return i
	}
	if strings.Count(c.Index, ".") == strings.Count(shape, ".") && numericIndex(c.Index) && (free(c.Index) || e.sharesRow(r)) {
		return c.Index
	}
	if i := e.indexByName(r, c.Name, shape); i != "" && free(i) {
		return i
	}
	for {
		e.rows[r.Entry.Num]++
		if i := strings.ReplaceAll(shape, "{row}", strconv.Itoa(e.rows[r.Entry.Num])); free(i) {
			return i
		}
	}
}

// sharesRow reports whether a rule reads the battery out of its controller's own
// row; the two stand under one index.
func (e *encoder) sharesRow(r *Rule) bool {
	return r.Kind == fleet.Battery && slices.ContainsFunc(e.p.Components, func(x *Rule) bool {
		return x.Kind == fleet.RAIDController && x.Entry.Num == r.Entry.Num
	})
}

// textIndex is the index of a row that its table keeps under the name itself.
func textIndex(r *Rule, name string) string {
	if r.Name == nil || r.Name.Column == nil || !r.Name.Column.Index || r.Name.Decode != "index" || name == "" {
		return ""
	}
	parts := []string{strconv.Itoa(len(name))}
	for _, b := range []byte(name) {
		parts = append(parts, strconv.Itoa(int(b)))
	}
	return strings.Join(parts, ".")
}

func numericIndex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.") == ""
}

func (e *encoder) indexByName(r *Rule, name, shape string) string {
	if r.Name == nil || r.Name.template == nil {
		return ""
	}
	parts := strings.Split(shape, ".")
	found := false
	for ref, value := range unfill(r.Name.template, name) {
		if !ref.Index || !numericIndex(value) {
			continue
		}
		if ref.Part == 0 {
			return value
		}
		if ref.Part <= len(parts) {
			parts[ref.Part-1], found = value, true
		}
	}
	i := strings.Join(parts, ".")
	if !found || !numericIndex(i) {
		return ""
	}
	return i
}

// unfill takes a filled template apart again; nil when it does not fit.
func unfill(pieces []piece, s string) map[*Ref]string {
	out := map[*Ref]string{}
	for i, p := range pieces {
		if p.ref == nil {
			rest, ok := strings.CutPrefix(s, p.literal)
			if !ok {
				return nil
			}
			s = rest
			continue
		}
		end := len(s)
		if i+1 < len(pieces) {
			if end = strings.Index(s, pieces[i+1].literal); end <= 0 || pieces[i+1].ref != nil {
				return nil
			}
		}
		if end == 0 {
			return nil
		}
		out[p.ref], s = s[:end], s[end:]
	}
	if s != "" {
		return nil
	}
	return out
}

// constant is the number that a field always gives.
func (f *Field) constant() (float64, bool) {
	if f == nil || len(f.template) != 1 || f.template[0].ref != nil {
		return 0, false
	}
	return parseNumber(f.template[0].literal)
}

func (e *encoder) totals(none *encodedRow, t fleet.Totals) {
	setters := totalSetters()
	for name, rule := range e.p.Totals {
		if rule.Sum != "" || rule.Count != "" || rule.Entry.Num != "" {
			continue
		}
		switch p := setters[name](&t).(type) {
		case **int64:
			if *p != nil {
				none.number(&rule.Field, float64(**p))
			}
		case **float64:
			if *p != nil {
				none.number(&rule.Field, **p)
			}
		}
	}
}

// filesystems encodes rows as Net-SNMP does: the unit grows until the size
// fits into 31 bits.
func (e *encoder) filesystems(fs []fleet.Filesystem) {
	f := e.p.Filesystems
	if f == nil {
		return
	}
	for i, one := range fs {
		r := &encodedRow{encoder: e, entry: f.Entry.Num, index: strconv.Itoa(31 + i)}
		units := int64(4096)
		if n, ok := f.Units.constant(); ok {
			units = int64(n)
		}
		for one.SizeBytes != nil && *one.SizeBytes/units > 1<<31-1 {
			units *= 2
		}
		kind := one.Type
		if kind == "" {
			kind = "fixed-disk"
		}
		r.text(f.Mount, one.Mount)
		r.text(f.Type, kind)
		r.number(f.Units, float64(units))
		if one.SizeBytes != nil {
			r.number(f.Size, float64(*one.SizeBytes/units))
		}
		if one.UsedBytes != nil {
			r.number(f.Used, float64(*one.UsedBytes/units))
		}
		if one.ReadOnly {
			r.require(f.ReadOnly)
		}
	}
}
