package queue

import (
	"cmp"
	"slices"
	"strings"
)

// Sort puts orders as people look at them: what asks for something first, by
// tier, due date, server and slot; then what is finished, the latest first.
func Sort(orders []Order) {
	slices.SortStableFunc(orders, func(a, b Order) int {
		if af, bf := a.State.Final(), b.State.Final(); af != bf {
			if bf {
				return -1
			}
			return 1
		} else if af {
			return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Or(strings.Compare(string(a.Tier), string(b.Tier)), a.Due.Compare(b.Due),
			natural(a.Server, b.Server), natural(a.Slot, b.Slot), cmp.Compare(a.ID, b.ID))
	})
}

// natural compares texts so that "Bay 9" comes before "Bay 10".
func natural(a, b string) int {
	for a != "" && b != "" {
		x, y := digits(a), digits(b)
		if x > 0 && y > 0 {
			n, m := strings.TrimLeft(a[:x], "0"), strings.TrimLeft(b[:y], "0")
			if c := cmp.Or(cmp.Compare(len(n), len(m)), strings.Compare(n, m)); c != 0 {
				return c
			}
			a, b = a[x:], b[y:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
