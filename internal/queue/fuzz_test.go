package queue

import (
	"errors"
	"testing"
	"unicode/utf8"
)

// FuzzFields feeds what people and scripts may type into every field.
func FuzzFields(f *testing.F) {
	for _, s := range []string{"", "2026-01-31", "2026-02-30", "2026-01-31 14:03", "2026-01-31T14:03:00+07:00", "9999999-01-01", "returned", "P1", "\xff\x00\x1b[2J", "ế"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, v, reason string) {
		for _, c := range rowCases {
			change := c.change
			change.Reason, change.Fields = reason, map[string]string{}
			for name := range c.change.Fields {
				change.Fields[name] = v
			}
			next, e, err := Apply(c.order, change, c.by, noon)
			var r *Refusal
			if err != nil && !errors.As(err, &r) {
				t.Fatalf("%s: got %T %v, want a refusal", c.row, err, err)
			}
			if err == nil && (next.Version != c.order.Version+1 || !utf8.ValidString(e.Reason)) {
				t.Fatalf("%s: got version %d, reason %q", c.row, next.Version, e.Reason)
			}
		}
	})
}
