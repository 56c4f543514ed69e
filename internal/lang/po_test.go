package lang

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestReadPO(t *testing.T) {
	got, err := readPO("a.po", `# a comment
msgid ""
msgstr "Language: vi\n"

#: somewhere
msgid "one \"two\"\n"
"three"
msgstr ""
"một \"hai\"\n"
"ba"
#, as-is
msgid "%d cat"
msgid_plural "%d cats"
msgstr[0] "%d con mèo"
`)
	want := "[{one \"two\"\nthree  một \"hai\"\nba false a.po 6} {%d cat %d cats %d con mèo true a.po 12}]"
	if err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v, %v; want %s", got, err, want)
	}
}

func TestReadPOSaysWhere(t *testing.T) {
	for _, x := range []struct{ po, want string }{
		{`"lost"`, "a.po:1: a string that belongs to no msgid or msgstr"},
		{"msgid \"a\"\n\nmsgstr \"b\"", `a.po:2: "a" has no msgstr`},
		{`msgid "a"`, `a.po:1: "a" has no msgstr`},
		{`msgid a`, "a.po:1: a text must stand between quotes: a"},
		{`msgid "a"b"`, `a.po:1: a quote inside a text is written \"`},
		{`msgid "a\x"`, `a.po:1: \x is no escape; use \n, \t, \" or \\`},
		{`msgid "a\"`, `a.po:1: the text ends with a single \`},
		{`msgctxt "a"`, `a.po:1: "msgctxt" where msgid should stand`},
		{"msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"", "a.po:3: a second msgstr in one entry"},
		{"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr \"c\"", "a.po:3: msgstr of a text with a plural: write msgstr[0]"},
		{"msgid \"a\"\nmsgstr[1] \"c\"", `a.po:2: "msgstr[1]" is no word of a catalogue: use msgid, msgid_plural, msgstr or msgstr[0]`},
		{"#, fuzzy\nmsgid \"a\"", "a.po:1: a fuzzy entry: make it right, then drop the mark"},
		{"#~ msgid \"a\"", "a.po:1: an obsolete entry: delete it"},
	} {
		if _, err := readPO("a.po", x.po); err == nil || err.Error() != x.want {
			t.Errorf("%q: %v, want %s", x.po, err, x.want)
		}
	}
}

// TestCatalogues holds every entry of every catalogue to what a translation
// must be.
func TestCatalogues(t *testing.T) {
	entries, err := readAll()
	if err != nil {
		t.Fatal(err)
	}
	had := map[string]*entry{}
	for i := range entries {
		e := &entries[i]
		for _, problem := range problems(e) {
			t.Errorf("%s:%d: %q: %s", e.file, e.line, e.key, problem)
		}
		for _, key := range e.keys() {
			o := had[key]
			switch {
			case o == nil:
				had[key] = e
			case o.text != e.text:
				t.Errorf("%s:%d: %q is %q here and %q in %s:%d", e.file, e.line, key, e.text, o.text, o.file, o.line)
			case o.file == e.file:
				t.Errorf("%s:%d: %q stands in line %d already", e.file, e.line, key, o.line)
			}
		}
	}
}

// problems are what is wrong with an entry.
func problems(e *entry) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if e.text == "" {
		return []string{"not translated"}
	}
	if !norm.NFC.IsNormalString(e.text) {
		say("the translation is not in Unicode's form C: write %q", norm.NFC.String(e.text))
	}
	if !norm.NFC.IsNormalString(e.key) {
		say("the key is not in Unicode's form C")
	}
	if edges(e.key) != edges(e.text) {
		say("the translation %q begins or ends with other spaces than the key", e.text)
	}
	if !sameVerbs(e.key, e.text) {
		say("the translation %q has other verbs than the key", e.text)
	}
	if e.plural != "" && !sameVerbs(e.plural, e.text) {
		say("the translation %q has other verbs than %q", e.text, e.plural)
	}
	if e.plural != "" && (len(split(e.plural)) == 0 || !strings.Contains(e.plural, "%d")) {
		say("%q counts nothing: it has no %%d", e.plural)
	}
	if strings.Contains(e.text, "${") || strings.Contains(e.key, "${") {
		say("${ is a mark of the catalogue's own")
	}
	for _, p := range append(split(e.key), split(e.text)...) {
		if p.verb == 0 && strings.Contains(p.lit, "%") && hasVerbs(e.key) != hasVerbs(strings.ReplaceAll(e.key, "%%", "")) {
			say("a percent sign is written %%%%")
		}
	}
	return out
}

// edges are the spaces at both ends of a text.
func edges(s string) [2]string {
	left := len(s) - len(strings.TrimLeft(s, " \n\t"))
	right := len(strings.TrimRight(s, " \n\t"))
	return [2]string{s[:left], s[max(left, right):]}
}
