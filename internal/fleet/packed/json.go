package packed

import (
	"encoding/json"
	"math/bits"

	"ironage/internal/fleet"
)

// asJSON turns a document into JSON by its own description, whatever fields it
// has: what this program does not know is then left out, as always with JSON.
func asJSON(doc []byte) ([]byte, error) {
	d := &decoder{rest: doc, common: map[string]string{}}
	if d.byte() != version {
		return nil, ErrPacked
	}
	p := parse(d)
	if d.bad {
		return nil, ErrPacked
	}
	w := writer{d: d}
	w.value(p, 0)
	if err := d.end(); err != nil {
		return nil, err
	}
	return w.out, nil
}

// Bounds of what a damaged document may make of itself.
const (
	deepest  = 32
	mostJSON = 64 << 20
)

type writer struct {
	d   *decoder
	out []byte
}

// put writes a value as JSON does.
func (w *writer) put(v any) {
	b, err := json.Marshal(v)
	if err != nil || len(w.out) > mostJSON {
		w.d.fail()
		return
	}
	w.out = append(w.out, b...)
}

func (w *writer) value(p *plan, depth int) {
	d := w.d
	if d.bad || depth > deepest {
		d.fail()
		return
	}
	switch p.kind {
	case kindText:
		w.put(d.text())
	case kindBool:
		w.put(d.byte() != 0)
	case kindWhole:
		w.put(d.varint())
	case kindFloat:
		w.put(d.float())
	case kindTime:
		w.put(d.time())
	case kindHealth:
		w.put(fleet.Health(d.health())) //nolint:gosec // bounded there
	case kindSeen:
		w.put(d.evidence())
	case kindTrend:
		w.put(d.trend())
	case kindOneOf:
		if d.byte() == 0 {
			w.put(nil)
			return
		}
		w.value(p.elem, depth+1)
	case kindList, kindMap:
		w.many(p, depth)
	case kindStruct:
		w.out = append(w.out, '{')
		w.fields(p, depth)
		w.close('}')
	}
}

func (w *writer) many(p *plan, depth int) {
	n, none := w.d.length()
	if none {
		w.put(nil)
		return
	}
	brackets := [2]byte{'[', ']'}
	if p.kind == kindMap {
		brackets = [2]byte{'{', '}'}
	}
	w.out = append(w.out, brackets[0])
	for i := 0; i < n && !w.d.bad; i++ {
		if p.kind == kindMap {
			w.put(w.d.text())
			w.out = append(w.out, ':')
		}
		w.value(p.elem, depth+1)
		w.out = append(w.out, ',')
	}
	w.close(brackets[1])
}

// fields writes those that are there; those of an embedded struct stand among them.
func (w *writer) fields(p *plan, depth int) {
	there := w.d.uvarint()
	for ; there != 0 && !w.d.bad; there &= there - 1 {
		i := bits.TrailingZeros64(there)
		if i >= len(p.fields) {
			w.d.fail()
			return
		}
		f := &p.fields[i]
		if f.name == "" {
			if f.plan.kind != kindStruct || depth > deepest {
				w.d.fail()
				return
			}
			w.fields(f.plan, depth+1)
			continue
		}
		w.put(f.name)
		w.out = append(w.out, ':')
		w.value(f.plan, depth+1)
		w.out = append(w.out, ',')
	}
}

// close ends a list, of which the last comma is one too many.
func (w *writer) close(bracket byte) {
	if n := len(w.out); n > 0 && w.out[n-1] == ',' {
		w.out = w.out[:n-1]
	}
	w.out = append(w.out, bracket)
}
