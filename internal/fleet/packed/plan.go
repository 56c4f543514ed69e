package packed

import (
	"encoding/binary"
	"reflect"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// The kinds of values. Some of the types of package fleet have one of their own,
// because they are more than their fields.
const (
	kindText   = 's'
	kindBool   = 'b'
	kindWhole  = 'i'
	kindFloat  = 'f'
	kindTime   = 't'
	kindHealth = 'h'
	kindSeen   = 'E'
	kindTrend  = 'T'
	kindStruct = 'S'
	kindOneOf  = 'P' // a pointer
	kindList   = 'L'
	kindMap    = 'M' // by text
)

// Kinds that are others in documents: they are only kept in another way.
const (
	kindWord   = 'w' // a text that its type keeps as a number
	kindAnswer = 'a' // a pointer to a bool
)

// words are the texts of such a type.
type words struct {
	text   func(number uint64) string
	number func(text string) uint64
}

func wordsOf[T interface {
	~uint8 | ~uint16
	String() string
}](of func(string) T) words {
	return words{
		text:   func(n uint64) string { return T(n).String() }, //nolint:gosec // it was one of them
		number: func(s string) uint64 { return uint64(of(s)) },
	}
}

// plan is how a type is written and read.
type plan struct {
	number int // in the description
	kind   byte
	typ    reflect.Type
	elem   *plan
	fields []field
	words  words
}

// ordered reports whether a map is kept as a fleet.Keyed: names, and values.
func (p *plan) ordered() bool { return p.typ.Kind() == reflect.Struct }

type field struct {
	index int
	name  string // as in JSON; empty: its fields stand among the others
	plan  *plan
}

// mostFields is how many fields a struct may have: which are there is one number.
const mostFields = 64

// compiler makes the plans of a type and of all that it is made of.
type compiler struct {
	plans []*plan
	by    map[reflect.Type]*plan
}

func (c *compiler) plan(t reflect.Type) *plan {
	if p := c.by[t]; p != nil {
		return p
	}
	p := &plan{number: len(c.plans), typ: t}
	c.plans = append(c.plans, p)
	if c.by == nil {
		c.by = map[reflect.Type]*plan{}
	}
	c.by[t] = p
	switch t {
	case reflect.TypeFor[time.Time]():
		p.kind = kindTime
		return p
	case reflect.TypeFor[fleet.Health]():
		p.kind = kindHealth
		return p
	case reflect.TypeFor[fleet.Seen]():
		p.kind = kindSeen
		return p
	case reflect.TypeFor[fleet.Trend]():
		p.kind = kindTrend
		return p
	case reflect.TypeFor[fleet.Keyed[fleet.Trend]]():
		p.kind, p.elem = kindMap, c.plan(reflect.TypeFor[fleet.Trend]())
		return p
	case reflect.TypeFor[fleet.Keyed[fleet.PartRecord]]():
		p.kind, p.elem = kindMap, c.plan(reflect.TypeFor[fleet.PartRecord]())
		return p
	case reflect.TypeFor[fleet.Answer]():
		p.kind, p.elem = kindAnswer, c.plan(reflect.TypeFor[bool]())
		return p
	case reflect.TypeFor[fleet.Unit]():
		p.kind, p.words = kindWord, wordsOf(fleet.UnitOf)
		return p
	case reflect.TypeFor[fleet.Kind]():
		p.kind, p.words = kindWord, wordsOf(fleet.KindOf)
		return p
	case reflect.TypeFor[fleet.Role]():
		p.kind, p.words = kindWord, wordsOf(fleet.RoleOf)
		return p
	case reflect.TypeFor[fleet.ProfileName]():
		p.kind, p.words = kindWord, wordsOf(fleet.ProfileOf)
		return p
	}
	switch t.Kind() {
	case reflect.String:
		p.kind = kindText
	case reflect.Bool:
		p.kind = kindBool
	case reflect.Int, reflect.Int64:
		p.kind = kindWhole
	case reflect.Float64:
		p.kind = kindFloat
	case reflect.Pointer:
		p.kind, p.elem = kindOneOf, c.plan(t.Elem())
	case reflect.Slice:
		p.kind, p.elem = kindList, c.plan(t.Elem())
	case reflect.Map:
		p.kind, p.elem = kindMap, c.plan(t.Elem())
	case reflect.Struct:
		p.kind = kindStruct
		c.fields(p)
	default:
		panic("packed: no way to write " + t.String()) // a test packs every field
	}
	return p
}

func (c *compiler) fields(p *plan) {
	for i := range p.typ.NumField() {
		f := p.typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" && !f.Anonymous {
			name = f.Name
		}
		p.fields = append(p.fields, field{i, name, c.plan(f.Type)})
	}
	if len(p.fields) > mostFields {
		panic("packed: too many fields in " + p.typ.String())
	}
}

// written is what a plan is in documents.
func (p *plan) written() byte {
	switch p.kind {
	case kindWord:
		return kindText
	case kindAnswer:
		return kindOneOf
	}
	return p.kind
}

// description is what parse reads.
func (c *compiler) description() []byte {
	var b []byte
	for _, p := range c.plans {
		kind := p.written()
		b = append(b, kind)
		switch kind {
		case kindOneOf, kindList, kindMap:
			b = binary.AppendUvarint(b, uint64(p.elem.number)) //nolint:gosec // a count
		case kindStruct:
			b = binary.AppendUvarint(b, uint64(len(p.fields)))
			for _, f := range p.fields {
				b = binary.AppendUvarint(b, uint64(len(f.name)))
				b = append(b, f.name...)
				b = binary.AppendUvarint(b, uint64(f.plan.number)) //nolint:gosec // a count
			}
		}
	}
	return append(binary.AppendUvarint(nil, uint64(len(c.plans))), b...)
}

// Bounds of a description of another ironage.
const (
	mostPlans = 1000
	mostName  = 100
)

// parse reads a description; the types of its plans are not known.
func parse(d *decoder) *plan {
	n := d.count(mostPlans)
	if n == 0 {
		d.fail()
		return nil
	}
	plans := make([]plan, n)
	ref := func() *plan {
		if i := d.uvarint(); i < uint64(len(plans)) {
			return &plans[i]
		}
		d.fail()
		return &plans[0]
	}
	for i := range plans {
		p := &plans[i]
		p.number, p.kind = i, d.byte()
		switch p.kind {
		case kindOneOf, kindList, kindMap:
			p.elem = ref()
		case kindStruct:
			p.fields = make([]field, d.count(mostFields))
			for k := range p.fields {
				p.fields[k] = field{name: string(d.bytes(mostName)), plan: ref()}
			}
		case kindText, kindBool, kindWhole, kindFloat, kindTime, kindHealth, kindSeen, kindTrend:
		default:
			d.fail()
		}
	}
	return &plans[0]
}
