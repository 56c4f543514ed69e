package fleet

import (
	"encoding"
	"fmt"
)

// Health says how worrying a component or server is; it means the same for
// every vendor. The zero value is Unknown, so a part that was never read can
// never look healthy by accident.
type Health uint8

// The five healths. Absent is an empty slot: an answer, not a fault.
const (
	Unknown Health = iota
	OK
	Warning
	Critical
	Absent
)

var healthNames = [...]string{"unknown", "ok", "warning", "critical", "absent"}

// Healths lists every health in the order in which people want to see them:
// worst first, then what nobody knows, then what is fine.
var Healths = []Health{Critical, Warning, Unknown, OK, Absent}

var (
	_ encoding.TextMarshaler   = Health(0)
	_ encoding.TextUnmarshaler = (*Health)(nil)
)

func (h Health) String() string {
	if int(h) < len(healthNames) {
		return healthNames[h]
	}
	return healthNames[Unknown]
}

// MarshalText writes the word ("ok", "warning", …).
func (h Health) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText accepts exactly the five words.
func (h *Health) UnmarshalText(b []byte) error {
	v, err := ParseHealth(string(b))
	if err != nil {
		return err
	}
	*h = v
	return nil
}

// ParseHealth turns one of the five words into a Health.
func ParseHealth(s string) (Health, error) {
	for i, n := range healthNames {
		if n == s {
			return Health(i), nil
		}
	}
	return Unknown, fmt.Errorf("health %q is none of ok, warning, critical, unknown, absent", s)
}

// Severity orders healths for sorting and roll-ups: absent and ok do not
// worry, unknown worries less than a warning.
func (h Health) Severity() int {
	switch h {
	case Critical:
		return 4
	case Warning:
		return 3
	case Unknown:
		return 2
	case OK:
		return 1
	}
	return 0
}

// Worse reports whether h is more worrying than o.
func (h Health) Worse(o Health) bool { return h.Severity() > o.Severity() }

// Worst returns the most worrying of hs; Absent when there are none.
func Worst(hs ...Health) Health {
	worst := Absent
	for _, h := range hs {
		if h.Worse(worst) {
			worst = h
		}
	}
	return worst
}
