package filter

import (
	"errors"
	"fmt"
	"testing"
)

// FuzzParse holds any text against the language: an error points into the
// text, a predicate answers, and completion stays inside.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"disk health:critical age:>5y", `!room:"a b",c*`, "a,,b", ":::", "age:>=", `"`, "room:?*?*", "đĩa!x", "@old,@worst", "warranty:<9e99d", "\xff:\xff"} {
		f.Add(s)
	}
	lang, rows := boxLanguage(), boxes()
	f.Fuzz(func(t *testing.T, text string) {
		runes := len([]rune(text))
		for _, at := range []int{runes, runes / 2, -1, runes + 1} {
			c := lang.Complete(text, at)
			if c.From < 0 || c.From > c.To || c.To > runes {
				t.Fatalf("Complete(%q, %d): from %d to %d is not in the text", text, at, c.From, c.To)
			}
			if len(c.Offers) > 0 {
				c.Put(text, c.Common())
			}
		}
		keep, err := lang.Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.At < 0 || e.At > runes {
				t.Fatalf("Parse(%q): error %v does not point into the text", text, err)
			}
			return
		}
		if keep == nil {
			return
		}
		for _, r := range rows {
			if first := keep(r); first != keep(r) {
				t.Fatalf("Parse(%q): two answers about %s", text, r.name)
			}
		}
	})
}

// BenchmarkFilter is a filter as it is typed, over ten thousand rows: read
// anew and applied to every row. A key must be answered within 16 ms.
func BenchmarkFilter(b *testing.B) {
	rows := make([]box, 0, 10_000)
	for i := range cap(rows) {
		r := boxes()[i%4]
		r.name = fmt.Sprintf("%s-%05d", r.name, i)
		rows = append(rows, r)
	}
	lang := boxLanguage()
	free := make(map[string]string, len(rows)) // as the lists have it: folded once
	for _, r := range rows {
		free[r.name] = lang.Free(r)
	}
	lang.Free = func(r box) string { return free[r.name] }
	for _, text := range []string{"d", "disk health:critical age:>5y", "room:phong*", "part:ST1200 !health:ok warranty:<90d", "*a07*"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				keep, err := lang.Parse(text)
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for _, r := range rows {
					if keep(r) {
						n++
					}
				}
			}
		})
	}
}
