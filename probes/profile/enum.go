package profile

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/fleet"
)

// EnumKind says how an Enum compares.
type EnumKind string

// The kinds of enums. Numbers also take texts that hold a number.
const (
	EnumNumber EnumKind = "number" // exact numbers, ">0", "3..7"
	EnumText   EnumKind = "text"   // texts without case, "~regexp"
	EnumBits   EnumKind = "bits"   // masks of an integer; "!1" is "bit 1 clear", 0 is "no bit set"
	EnumOctets EnumKind = "octets" // SNMP BITS: bit numbers from the left of the first octet
)

// Enum translates raw values into health and meaning.
type Enum struct {
	Pos
	Name    string // when it refers to a shared one
	Kind    EnumKind
	Values  []EnumValue
	Default *EnumValue // for values that are not listed; required
	// Vague enums only repeat the health ("critical"): where another source
	// gives the same verdict in particular words ("AC lost"), that one is shown.
	Vague bool
}

// EnumValue is one row of an Enum, written "health label" or as a mapping.
type EnumValue struct {
	Pos
	Key    string
	Health fleet.Health
	Label  string
	// Silent values say nothing (written "none"): the next source decides.
	Silent bool
	// Skip drops the row: what it describes is no component.
	Skip bool
	// Predictive marks a predicted failure, Latched a state that the device
	// itself holds until a person acts.
	Predictive bool
	Latched    bool

	match valueMatch
}

// Words translates raw values into words, without any health.
type Words struct {
	Pos
	Name    string // when it refers to a shared one
	Values  []Word
	Default string // for values that are not listed; empty: no value
}

// Word is one row of Words.
type Word struct {
	Key, Word string
	match     valueMatch
}

func (e *Enum) fromYAML(d *yamlReader, n ast.Node) {
	e.Pos = posOf(n)
	if name, ok := scalar(n); ok {
		e.Name = name
		return
	}
	kv, ok := pairs(n)
	if !ok {
		d.complain(e.Pos, "expected the name of an enum or a mapping of values to health")
		return
	}
	e.Kind = EnumNumber
	for _, p := range kv {
		key, _ := scalar(p.Key)
		if key == "kind" {
			e.readKind(d, p.Value)
			continue
		}
		if key == "vague" {
			d.read(p.Value, reflectOf(&e.Vague))
			continue
		}
		v := EnumValue{Pos: posOf(p.Key), Key: key}
		v.read(d, p.Value)
		if key == "default" {
			e.Default = &v
			continue
		}
		e.Values = append(e.Values, v)
	}
	if e.Default == nil {
		d.complain(e.Pos, "the enum has no default; write \"default: unknown\" for values that the list does not hold")
	}
	e.compile(d)
}

func (e *Enum) readKind(d *yamlReader, n ast.Node) {
	text, _ := scalar(n)
	switch k := EnumKind(text); k {
	case EnumNumber, EnumText, EnumBits, EnumOctets:
		e.Kind = k
	default:
		d.complain(posOf(n), "unknown kind of enum %q%s", text, nearest(text, []string{"number", "text", "bits", "octets"}))
	}
}

func (e *Enum) compile(d *yamlReader) {
	for i := range e.Values {
		v := &e.Values[i]
		if e.Kind == EnumBits || e.Kind == EnumOctets {
			if _, err := strconv.ParseUint(strings.TrimPrefix(v.Key, "!"), 10, 63); err != nil {
				d.complain(v.Pos, "%q is not a bit: write the mask (kind bits) or the bit's number (kind octets)", v.Key)
			}
			continue
		}
		m, err := parseMatch(v.Key)
		if err != nil {
			d.complain(v.Pos, "bad pattern %q: %v", v.Key, err)
		}
		v.match = m
	}
}

// enumValueKeys is the long form of an EnumValue.
type enumValueKeys struct {
	Health     string `yaml:"health"`
	Label      string `yaml:"label"`
	Predictive bool   `yaml:"predictive"`
	Latched    bool   `yaml:"latched"`
}

func (v *EnumValue) read(d *yamlReader, n ast.Node) {
	word, label := "", ""
	if text, ok := scalar(n); ok {
		word, label, _ = strings.Cut(text, " ")
	} else {
		var k enumValueKeys
		d.read(n, reflectOf(&k))
		word, label = k.Health, k.Label
		v.Predictive, v.Latched = k.Predictive, k.Latched
	}
	v.Label = strings.TrimSpace(label)
	switch word {
	case "none":
		v.Silent = true
	case "skip":
		v.Skip = true
	default:
		h, err := fleet.ParseHealth(word)
		if err != nil {
			d.complain(posOf(n), "%q is no health%s", word,
				nearest(word, []string{"ok", "warning", "critical", "unknown", "absent", "none", "skip"}))
		}
		v.Health = h
	}
	if v.Label == "" && !v.Silent {
		v.Label = word
	}
}

// predicts reports whether the enum can say "predicted failure" at all.
func (e *Enum) predicts() bool {
	for i := range e.Values {
		if e.Values[i].Predictive {
			return true
		}
	}
	return e.Default != nil && e.Default.Predictive
}

// verdict is what one value means.
type verdict struct {
	EnumValue
	unlisted bool
}

// lookup translates a value. The second result is false when there is nothing
// to translate.
func (e *Enum) lookup(c *cell) (verdict, bool) {
	if !c.ok || e == nil {
		return verdict{}, false
	}
	switch e.Kind {
	case EnumBits:
		if !c.isNum {
			return e.unlisted(c), true
		}
		return e.bits(c, uint64(int64(c.num))), true
	case EnumOctets:
		return e.bits(c, octetBits(c.raw)), true
	}
	for i := range e.Values {
		if e.Values[i].match.fits(c) {
			return verdict{EnumValue: e.Values[i]}, true
		}
	}
	return e.unlisted(c), true
}

func (e *Enum) unlisted(c *cell) verdict {
	v := verdict{unlisted: true}
	if e.Default != nil {
		v.EnumValue = *e.Default
	}
	if !v.Silent && v.Health == fleet.Unknown {
		v.Label = "not a listed value: " + c.text
	}
	return v
}

// bits takes the worst of the bits that are set, and names them all.
func (e *Enum) bits(c *cell, set uint64) verdict {
	var out verdict
	var fine, wrong []string // what the bits say, apart
	found := false
	for i := range e.Values {
		v := &e.Values[i]
		clear := strings.HasPrefix(v.Key, "!")
		n, _ := strconv.ParseUint(strings.TrimPrefix(v.Key, "!"), 10, 63)
		mask := n
		if e.Kind == EnumOctets {
			mask = 1 << (63 - min(n, 63))
		}
		holds := set&mask != 0
		switch {
		case clear:
			holds = set&mask == 0
		case e.Kind == EnumBits && n == 0:
			holds = set == 0
		}
		if !holds {
			continue
		}
		if clear && v.Health == fleet.Absent {
			return verdict{EnumValue: *v} // nothing else about an empty place counts
		}
		switch {
		case v.Silent:
		case v.Health == fleet.OK:
			fine = append(fine, v.Label)
		default:
			wrong = append(wrong, v.Label)
		}
		if !found || worseValue(*v, out.EnumValue) {
			predictive, latched := out.Predictive, out.Latched
			out.EnumValue = *v
			out.Predictive = out.Predictive || predictive
			out.Latched = out.Latched || latched
		} else {
			out.Predictive = out.Predictive || v.Predictive
			out.Latched = out.Latched || v.Latched
		}
		found = true
	}
	if !found {
		return e.unlisted(c)
	}
	if len(wrong) == 0 {
		wrong = fine
	}
	out.Label = strings.Join(wrong, ", ")
	return out
}

func worseValue(a, b EnumValue) bool {
	if a.Silent != b.Silent {
		return b.Silent
	}
	return a.Health.Worse(b.Health)
}

// octetBits is an SNMP BITS value as a number whose highest bit is bit 0.
func octetBits(s stored) uint64 {
	var n uint64
	for i := range min(8, len(s.octets)) {
		n |= uint64(s.octets[i]) << (56 - 8*i)
	}
	return n
}

func (w *Words) fromYAML(d *yamlReader, n ast.Node) {
	w.Pos = posOf(n)
	if name, ok := scalar(n); ok {
		w.Name = name
		return
	}
	kv, ok := pairs(n)
	if !ok {
		d.complain(w.Pos, "expected the name of a word list or a mapping of values to words")
		return
	}
	for _, p := range kv {
		key, _ := scalar(p.Key)
		word, ok := scalar(p.Value)
		if !ok {
			d.complain(posOf(p.Value), "expected a word")
			continue
		}
		if key == "default" {
			w.Default = word
			continue
		}
		m, err := parseMatch(key)
		if err != nil {
			d.complain(posOf(p.Key), "bad pattern %q: %v", key, err)
			continue
		}
		w.Values = append(w.Values, Word{Key: key, Word: word, match: m})
	}
}

// lookup translates a value; a default may show the value itself as {value}.
func (w *Words) lookup(c *cell) (string, bool) {
	for i := range w.Values {
		if w.Values[i].match.fits(c) {
			return w.Values[i].Word, true
		}
	}
	return strings.ReplaceAll(w.Default, "{value}", c.text), w.Default != ""
}
