package lang

import (
	"embed"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

//go:embed all:po
var files embed.FS

// catalogue is a language's texts, ready to use and never changed again.
type catalogue struct {
	plain   map[string]string // texts without arguments: no printer is needed for them
	printer *message.Printer
	entries []entry

	index func() *book
}

// vietnamese is read when somebody first speaks it, and then once for all: a
// process may serve many terminals. A console in English never comes here.
var vietnamese = sync.OnceValues(func() (*catalogue, error) {
	entries, err := readAll()
	if err != nil {
		return nil, err
	}
	return newCatalogue(language.Vietnamese, entries)
})

// readAll reads the embedded catalogues in the order of their names.
func readAll() ([]entry, error) {
	list, err := files.ReadDir("po")
	if err != nil {
		return nil, err
	}
	var all []entry
	for _, f := range list {
		if !strings.HasSuffix(f.Name(), ".po") {
			continue
		}
		text, err := files.ReadFile("po/" + f.Name())
		if err != nil {
			return nil, err
		}
		some, err := readPO("po/"+f.Name(), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// newCatalogue makes entries into a language's texts. Where two say different
// things for one key the first holds; a test keeps that from happening.
func newCatalogue(tag language.Tag, entries []entry) (*catalogue, error) {
	c := &catalogue{plain: make(map[string]string, len(entries)), entries: entries}
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for i := range entries {
		e := &entries[i]
		if e.text == "" {
			continue
		}
		if err := c.add(b, tag, e); err != nil {
			return nil, err
		}
	}
	c.printer = message.NewPrinter(tag, message.Catalog(b))
	c.index = sync.OnceValue(func() *book { return newBook(c) })
	return c, nil
}

// add takes in one entry. Printing goes by the key for many, as Count does.
func (c *catalogue) add(b *catalog.Builder, tag language.Tag, e *entry) error {
	if _, had := c.plain[e.key]; had {
		return nil
	}
	if e.plural != "" {
		c.plain[e.key], c.plain[e.plural] = e.text, e.text
		return b.Set(tag, e.plural, plural.Selectf(1, "%d", plural.Other, e.text))
	}
	c.plain[e.key] = e.text
	if hasVerbs(e.key) {
		return b.SetString(tag, e.key, e.text)
	}
	return nil
}

// Each calls do with every key and its translation, in the order of the
// catalogues; in English, whose texts are the keys, with none.
func (t *Tongue) Each(do func(key, text string)) {
	if t == nil || t.cat == nil {
		return
	}
	for i := range t.cat.entries {
		for _, key := range t.cat.entries[i].keys() {
			do(key, t.cat.entries[i].text)
		}
	}
}

// Literals are the words of a text without its verbs.
func Literals(text string) string {
	var b strings.Builder
	for _, p := range split(text) {
		b.WriteString(p.lit)
		b.WriteByte(' ')
	}
	return b.String()
}
