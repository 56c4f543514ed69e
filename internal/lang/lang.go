// Package lang says what people read in their language: English or Vietnamese.
// English is the key: code and domain packages write English, and a Tongue
// turns it into the reader's language from catalogues in gettext's format
// (po/*.po, one per area). It must never change what is stored or what scripts
// read: JSON, CSV, events and logs stay English, so that two people who read
// different languages share one database.
package lang

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
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
type Tongue struct {
	code  Code
	cat   *catalogue // nil: English, whose texts are the keys themselves
	known *cache     // what Text was asked before
}

// New is the Tongue of a language.
func New(c Code) (*Tongue, error) {
	switch c {
	case English:
		return &Tongue{code: c}, nil
	case Vietnamese:
		cat, err := vietnamese()
		if err != nil {
			return nil, fmt.Errorf("the Vietnamese texts cannot be read: %w", err)
		}
		return &Tongue{code: c, cat: cat, known: newCache(maxKnown)}, nil
	}
	return nil, fmt.Errorf("there is no language %q; use en (English) or vi (tiếng Việt)", string(c))
}

// Prepare reads what the first texts of a language would else wait for. Nobody
// has to call it; a program that shows a screen does so beside its other work.
func Prepare(c Code) {
	if t, err := New(c); err == nil && t.cat != nil {
		t.cat.index()
	}
}

// Code is the Tongue's language.
func (t *Tongue) Code() Code {
	if t == nil {
		return English
	}
	return t.code
}

// english groups numbers; it has no texts, because they are the keys.
var english = sync.OnceValue(func() *message.Printer {
	return message.NewPrinter(language.English, message.Catalog(catalog.NewBuilder()))
})

// printer formats with the language's marks.
func (t *Tongue) printer() *message.Printer {
	if t == nil || t.cat == nil {
		return english()
	}
	return t.cat.printer
}

// Say is a text of our own: the translation of key, an English text that may
// hold verbs of package fmt, with its arguments in place. %d counts things and
// is grouped as the language does (1,234 or 1.234), %.1f takes its decimal
// mark; what is no quantity (a year, an order's number, a port) is given as
// text, with %s. A percent sign is written %%, with arguments or without.
func (t *Tongue) Say(key string, args ...any) string {
	if len(args) > 0 {
		return t.printer().Sprintf(key, args...)
	}
	if t != nil && t.cat != nil {
		if text, ok := t.cat.plain[key]; ok {
			key = text
		}
	}
	return strings.ReplaceAll(key, "%%", "%")
}

// Count is a number of things: one and many are English, and hold %d:
// Count(3, "%d server", "%d servers"). Verbs after it take the rest.
func (t *Tongue) Count(n int, one, many string, rest ...any) string {
	key := many
	if n == 1 && (t == nil || t.cat == nil || !t.Knows(many)) {
		key = one
	}
	return t.printer().Sprintf(key, append([]any{n}, rest...)...)
}

// Knows reports whether a key has a translation; in English every key has.
func (t *Tongue) Knows(key string) bool {
	if t == nil || t.cat == nil {
		return true
	}
	_, ok := t.cat.plain[key]
	return ok
}

// Text is a finished English sentence from below (a finding, an event, a
// refusal, an error) in the Tongue's language: its pattern is looked up among
// the catalogue's keys, and what the verbs stood for is kept. What no key
// matches stays English: a verdict is never lost for want of a translation.
func (t *Tongue) Text(english string) string {
	if t == nil || t.cat == nil || english == "" {
		return english
	}
	if text, ok := t.cat.plain[english]; ok && strings.IndexByte(english, '%') < 0 {
		return text
	}
	if text, ok := t.known.get(english); ok {
		return text
	}
	text := t.cat.index().translate(english)
	t.known.put(english, text)
	return text
}

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
