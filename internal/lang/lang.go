// Package lang says what people read in their language: English or Vietnamese.
// English is the key: code and domain packages write English, and a Tongue
// turns it into the reader's language from catalogues in gettext's format
// (po/*.po, one per area). It must never change what is stored or what scripts
// read: JSON, CSV, events and logs stay English, so that two people who read
// different languages share one database.
package lang

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Code names a language as in BCP 47: "en", "vi".
type Code string

// The languages that there are catalogues for.
const (
	English    Code = "en"
	Vietnamese Code = "vi"
)

// Codes are all languages, the default first.
func Codes() []Code { return []Code{English, Vietnamese} }

// Tongue speaks one language. It is safe for use by several goroutines, and
// the nil Tongue speaks English.
type Tongue struct{ code Code }

// New is the Tongue of a language.
func New(c Code) (*Tongue, error) {
	switch c {
	case English, Vietnamese:
		return &Tongue{code: c}, nil
	}
	return nil, fmt.Errorf("there is no language %q; use en (English) or vi (tiếng Việt)", string(c))
}

// Code is the Tongue's language.
func (t *Tongue) Code() Code {
	if t == nil {
		return English
	}
	return t.code
}

// Say is a text of our own: the translation of key, an English text that may
// hold verbs of package fmt, with its arguments in place. %d counts things and
// is grouped as the language does (1,234 or 1.234), %.1f takes its decimal
// mark; what is no quantity (a year, an order's number, a port) is given as
// text, with %s.
func (t *Tongue) Say(key string, args ...any) string {
	if len(args) == 0 {
		return key
	}
	return fmt.Sprintf(key, args...)
}

// Count is a number of things: one and many are English, and hold %d:
// Count(3, "%d server", "%d servers").
func (t *Tongue) Count(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(many, n)
}

// Text is a finished English sentence from below (a finding, an event, a
// refusal, an error) in the Tongue's language: its pattern is looked up among
// the catalogue's keys, and what the verbs stood for is kept. What no key
// matches stays English: a verdict is never lost for want of a translation.
func (t *Tongue) Text(english string) string { return english }

// Int is a count as the language groups it.
func (t *Tongue) Int(n int64) string { return group(n) }

func group(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Number is a number with so many decimals, with the language's marks.
func (t *Tongue) Number(v float64, decimals int) string {
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Date is a day: 2026-03-14 in English, 14/03/2026 in Vietnamese.
func (t *Tongue) Date(at time.Time) string { return at.Format("2006-01-02") }

// DayTime is a moment of this year to the minute: "Mar 14 03:04", "14/03 03:04".
func (t *Tongue) DayTime(at time.Time) string { return at.Format("Jan 02 15:04") }

// fromLocale is the language that a locale names ("vi_VN.UTF-8"), or English.
func fromLocale(locale string) Code {
	if l := strings.ToLower(locale); l == "vi" || strings.HasPrefix(l, "vi_") || strings.HasPrefix(l, "vi-") || strings.HasPrefix(l, "vi.") {
		return Vietnamese
	}
	return English
}

// FromEnv is the language of an environment: LC_ALL, LC_MESSAGES, LANG, in
// that order, as POSIX has it.
func FromEnv(getenv func(string) string) Code {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return fromLocale(v)
		}
	}
	return English
}
