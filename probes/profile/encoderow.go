package profile

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/probes/snmp"
)

// encodedRow is a row being made.
type encodedRow struct {
	*encoder
	entry snmp.OID
	index string
}

func textValue(s string) snmp.Value { return snmp.Value{Type: snmp.OctetString, Octets: []byte(s)} }

// numberValue takes the narrowest type that agents use for such numbers; what
// is no whole number can only be told as text.
func numberValue(f float64) snmp.Value {
	switch r := math.Round(f); {
	case math.Abs(f-r) > 1e-9:
		return textValue(formatNumber(f))
	case r > math.MaxUint32:
		return snmp.Value{Type: snmp.Counter64, Unsigned: uint64(r)}
	case r > math.MaxInt32:
		return snmp.Value{Type: snmp.Gauge32, Num: int64(r)}
	default:
		return snmp.Value{Type: snmp.Integer, Num: int64(r)}
	}
}

// guessValue is a literal of a profile as a value.
func guessValue(s string) snmp.Value {
	if strings.Count(s, ".") > 4 && numericOID.MatchString(s) {
		return snmp.Value{Type: snmp.ObjectID, Octets: []byte(s)}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return numberValue(float64(n))
	}
	return textValue(s)
}

// place is where a reference's cell lies, making the joined row if need be.
func (r *encodedRow) place(ref *Ref) (cellAt, bool) {
	if ref.Index {
		return cellAt{}, false
	}
	if ref.scalar != "" {
		return scalarAt(ref.scalar), true
	}
	if ref.join == nil {
		return cellAt{ref.col, r.index}, true
	}
	index, ok := r.joined(ref.join)
	return cellAt{ref.col, index}, ok
}

func (r *encodedRow) joined(j *Join) (string, bool) {
	switch {
	case j.Keep != nil:
		return "", false // one of several rows that share the key: not said
	case j.ours != nil && j.ours.Index:
		r.set(cellAt{j.theirs, r.index}, guessValue(r.index))
		return r.index, true
	case j.ours != nil:
		ours, ok := r.place(j.ours)
		key, set := r.vars[ours]
		if !ok || !set {
			return "", false
		}
		r.set(cellAt{j.theirs, r.index}, key)
		return r.index, true
	case j.template != nil:
		var b strings.Builder
		for _, p := range j.template {
			if p.ref == nil {
				b.WriteString(p.literal)
			} else if c := r.known(p.ref); c.ok {
				b.WriteString(c.text)
			} else if r.put(p.ref, numberValue(1)) {
				b.WriteString("1")
			}
		}
		return b.String(), b.Len() > 0
	}
	return r.index, true
}

// known is a cell as made so far.
func (r *encodedRow) known(ref *Ref) cell {
	parts := strings.Split(r.index, ".")
	switch {
	case ref.Index && ref.Part == 0:
		return textCell(r.index)
	case ref.Index && ref.Part <= len(parts):
		return textCell(parts[ref.Part-1])
	}
	at, ok := r.place(ref)
	if !ok {
		return cell{}
	}
	return cellOf(store(r.vars[at]), at)
}

func (r *encodedRow) put(ref *Ref, v snmp.Value) bool {
	at, ok := r.place(ref)
	if ok {
		r.set(at, v)
	}
	return ok
}

// require makes a condition hold, as far as literals allow.
func (r *encodedRow) require(c *Condition) bool {
	if c == nil {
		return true
	}
	for _, all := range c.Any {
		ok := true
		for i := range all {
			ok = ok && r.satisfy(&all[i])
		}
		if ok {
			return true
		}
	}
	return false
}

func (r *encodedRow) satisfy(t *Test) bool {
	if t.Ref.join != nil && slices.ContainsFunc(t.Values, func(v valueMatch) bool { return v.missing }) {
		return true // what nothing has made is missing, and looking for it would make it
	}
	now := r.known(&t.Ref)
	for i := range t.Values {
		if t.Values[i].fits(&now) {
			return true
		}
	}
	if now.ok {
		return false
	}
	for i := range t.Values {
		if v, ok := sample(t.Values[i], t.Literal[i]); ok {
			return r.put(&t.Ref, v)
		}
	}
	return false
}

// sample is a value that fits a pattern.
func sample(m valueMatch, literal string) (snmp.Value, bool) {
	switch {
	case m.missing || m.bit > 0:
		return snmp.Value{}, false
	case m.re != nil:
		return textFor(m.re)
	case m.span && !math.IsInf(m.lo, 0):
		return numberValue(math.Ceil(m.lo)), true
	case m.span:
		return numberValue(math.Floor(m.hi)), true
	}
	return guessValue(literal), true
}

// text encodes a field's text; it reports whether the field can say it.
func (r *encodedRow) text(f *Field, s string) bool {
	if f == nil || s == "" {
		return false
	}
	for _, x := range f.First {
		if r.text(x, s) {
			return true
		}
	}
	if f.template != nil {
		return r.fill(f.template, s)
	}
	if f.Words != nil {
		key := wordKey(f.Words, s)
		if key == "" {
			return false
		}
		m, _ := parseMatch(key)
		v, ok := sample(m, key)
		return ok && r.value(f, v)
	}
	if f.decode != nil {
		return r.date(f, s)
	}
	if f.Match.Regexp != nil {
		raw, ok := unmatch(f, s)
		return ok && r.value(f, guessValue(raw))
	}
	if f.factor != 1 || f.Offset != 0 {
		n, ok := parseNumber(s)
		return ok && r.number(f, n)
	}
	return r.value(f, textValue(s))
}

// unmatch undoes a match: a replacement of the whole text ("$0 MHz"), or an
// expression of one group between literal texts ("/dev/(\w+)"). Other
// expressions read a part of a text that another field has written.
func unmatch(f *Field, s string) (string, bool) {
	whole := strings.Contains(f.Replace, "$0")
	group := s
	if f.Replace != "" {
		before, after, _ := strings.Cut(strings.Replace(f.Replace, "$1", "$0", 1), "$0")
		var had, has bool
		group, had = strings.CutPrefix(s, before)
		group, has = strings.CutSuffix(group, after)
		if !had || !has || strings.Contains(after, "$") {
			return "", false
		}
	}
	if whole || f.Replace == "" && f.Match.MatchString(s) {
		return group, true
	}
	before, after, ok := aroundGroup(strings.TrimPrefix(f.Match.String(), "(?i)"))
	if !ok {
		return "", false
	}
	raw := before + group + after
	is, _ := f.matched(raw)
	return raw, is == s
}

// aroundGroup is the literal text before and after the only group of an
// expression; not ok where there is more to the expression than that.
func aroundGroup(expression string) (before, after string, ok bool) {
	before, rest, open := strings.Cut(expression, "(")
	last := strings.LastIndexByte(rest, ')')
	if !open || last < 0 {
		return "", "", false
	}
	before, after = strings.TrimPrefix(before, "^"), strings.TrimSuffix(rest[last+1:], "$")
	return before, after, before == regexp.QuoteMeta(before) && after == regexp.QuoteMeta(after)
}

func wordKey(w *Words, word string) string {
	for _, x := range w.Values {
		if x.Word == word {
			return x.Key
		}
	}
	return ""
}

func (r *encodedRow) fill(pieces []piece, s string) bool {
	values := unfill(pieces, s)
	for ref, v := range values {
		if !ref.Index && !r.put(ref, guessValue(v)) {
			return false
		}
	}
	return values != nil
}

func (r *encodedRow) number(f *Field, n float64) bool {
	if f == nil {
		return false
	}
	for _, x := range f.First {
		if r.number(x, n) {
			return true
		}
	}
	if len(f.First) > 0 || f.template != nil {
		return false
	}
	if f.Decode == "bytes" {
		return r.value(f, textValue(sizeOf(n)))
	}
	raw := (n - f.Offset) / f.factor
	if f.factor != 1 {
		raw = math.Round(raw)
	}
	return r.value(f, numberValue(raw))
}

// sizeOf is a size as devices write it.
func sizeOf(bytes float64) string {
	if mb := bytes / (1 << 20); mb == math.Trunc(mb) {
		return formatNumber(mb) + " MB"
	}
	return formatNumber(bytes) + " B"
}

// value puts a raw value where the field reads it, unless it would be taken
// for "not reported".
func (r *encodedRow) value(f *Field, v snmp.Value) bool {
	c := cellOf(store(v), cellAt{})
	for i := range f.none {
		if f.none[i].fits(&c) {
			return false
		}
	}
	if !r.require(f.When) {
		return false
	}
	switch {
	case f.Column != nil:
		return r.put(f.Column, v)
	case f.OID != nil:
		r.scalar(f.OID.Num, v)
		return true
	case f.Find != nil:
		other := &encodedRow{encoder: r.encoder, entry: f.Find.Entry.Num, index: "1"}
		return other.require(f.Find.Where) && other.put(f.Find.Column, v)
	}
	return false
}

// date undoes the decoders of dates.
func (r *encodedRow) date(f *Field, s string) bool {
	year, week, isWeek := strings.Cut(s, "-W")
	day, err := time.Parse(time.DateOnly, s)
	switch {
	case f.Decode == "year-week" && isWeek && len(f.Of) > 1:
		return r.put(f.Of[0], textValue(year)) && r.put(f.Of[1], textValue(week))
	case f.Decode == "date-wwyy" && isWeek && len(year) == 4:
		return r.value(f, textValue(week+year[2:]))
	case f.Decode == "cisco-path":
		return r.value(f, textValue("sys/"+s))
	case err != nil:
		return false
	}
	switch f.Decode {
	case "datetime":
		y := day.Year()
		return r.value(f, snmp.Value{Type: snmp.OctetString, Octets: []byte{byte(y >> 8), byte(y), byte(day.Month()), byte(day.Day()), 0, 0, 0}})
	case "date-iso":
		return r.value(f, textValue(s))
	case "date-us":
		return r.value(f, textValue(day.Format("01/02/2006")))
	case "date-unix":
		return r.value(f, numberValue(float64(day.Unix())))
	}
	return false
}
