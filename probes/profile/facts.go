package profile

import (
	"strings"

	"ironage/probes/snmp"
)

// text is a field as cleaned text: trimmed, without placeholders.
func (r *row) text(f *Field) string {
	if f == nil {
		return ""
	}
	var c cell
	switch {
	case f.plain:
		x, _ := r.raw(f.Column, f.live)
		if !x.exists() {
			return ""
		}
		c.ok, c.text = true, bounded(x.text())
	case f.choice:
		if s, ok := r.first(f, &c); ok {
			return s
		}
	case f.Words != nil:
		r.sifted(f, &c, f.wordless) // words are not scaled
	default:
		r.eval(f, &c)
	}
	if !c.ok {
		return ""
	}
	s := strings.TrimSpace(strings.Trim(c.text, "\x00"))
	if r.p.placeholder(s) {
		return ""
	}
	return s
}

// first is the text of the first alternative that says something. It is clean
// where ok, else c is as eval gives it.
func (r *row) first(f *Field, c *cell) (s string, ok bool) {
	for _, x := range f.First {
		if x.plain {
			raw, _ := r.raw(x.Column, x.live)
			if !raw.exists() {
				continue
			}
			if s := bounded(raw.text()); raw.kind == snmp.OctetString && !numeric(s) {
				if s = strings.Trim(s, "\x00"); !r.p.placeholder(s) {
					return strings.TrimSpace(s), true
				}
				continue
			}
		}
		if r.eval(x, c); c.ok && !r.p.says(c) {
			return "", false
		}
	}
	*c = cell{}
	return "", false
}

// number is a field as a number, nil when there is none.
func (r *row) number(f *Field) *float64 {
	if n, ok := r.value(f); ok {
		return r.p.memo.number(n)
	}
	return nil
}

func (r *row) value(f *Field) (float64, bool) {
	if f == nil {
		return 0, false
	}
	var c cell
	if r.sifted(f, &c, f.wordless); !c.ok || !c.isNum {
		return 0, false
	}
	return f.scaled(c.num), true
}

// whole is a field as a whole number that cannot be negative.
func (r *row) whole(f *Field) *int64 {
	n, ok := r.value(f)
	if !ok || n < 0 || n > 1<<62 {
		return nil
	}
	return r.p.memo.whole(int64(n + 0.5))
}
