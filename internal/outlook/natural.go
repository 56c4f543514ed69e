package outlook

import (
	"cmp"
	"strings"
)

// NaturalCompare orders texts as people do: "Bay 2" before "Bay 10", and
// capital letters among the small ones.
func NaturalCompare(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		var i, j string
		if digit(x[0]) && digit(y[0]) {
			i, x = number(x)
			j, y = number(y)
			if c := cmp.Or(cmp.Compare(len(i), len(j)), strings.Compare(i, j)); c != 0 {
				return c
			}
			continue
		}
		if c := cmp.Compare(lower(x[0]), lower(y[0])); c != 0 {
			return c
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// number cuts the digits from the front of s; zeros before them do not count.
func number(s string) (digits, rest string) {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return strings.TrimLeft(s[:n], "0"), s[n:]
}
