package filter

import "strings"

// Near is the name that was most likely meant by a mistyped one; "" when none is like it.
func Near(names []string, typed string) string {
	typed = strings.ToLower(typed)
	if typed == "" {
		return ""
	}
	for _, n := range names {
		if strings.HasPrefix(n, typed) || strings.HasPrefix(typed, n) || oneOff(n, typed) {
			return n
		}
	}
	return ""
}

// oneOff reports whether one typing slip leads from a to b.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i]: // two letters swapped
		return a[i+2:] == b[i+2:]
	}
	return i == len(a) || a[i+1:] == b[i+1:]
}
