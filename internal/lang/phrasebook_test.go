package lang

import (
	"fmt"
	"strings"
	"testing"
)

// samples are arguments for a key: words that are no keys, counts that are
// grouped, and decimals.
func samples(key string) []any {
	var args []any
	for _, p := range split(key) {
		if p.verb == 0 {
			continue
		}
		for len(args) <= p.arg {
			args = append(args, nil)
		}
		switch p.verb {
		case 'd', 'x', 'X', 'o', 'b', 'c', 'U':
			args[p.arg] = 1234 + p.arg
		case 'f', 'e', 'g':
			args[p.arg] = 12.5 + float64(p.arg)
		case 't':
			args[p.arg] = true
		default:
			args[p.arg] = fmt.Sprintf("zq%dx", p.arg)
		}
	}
	return args
}

// TestEveryKeyIsRecognised: what any key says in English, Text says in
// Vietnamese as Say does. Where two keys make the same English text of
// different things, one of them must be told apart.
func TestEveryKeyIsRecognised(t *testing.T) {
	vi, err := New(Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	for i := range vi.cat.entries {
		e := &vi.cat.entries[i]
		for _, key := range e.keys() {
			for _, p := range e.wrapped(key) {
				t.Errorf("%s:%d: %s", e.file, e.line, p)
			}
			args := samples(key)
			english, want := (*Tongue)(nil).Say(strings.ReplaceAll(key, "%w", "%s"), args...), e.say(vi, args)
			if got := vi.Text(english); got != want {
				t.Errorf("%s:%d: %q: Text(%q) = %q, want %q: another key says this too", e.file, e.line, key, english, got, want)
			}
		}
	}
}

// say is the entry's translation with arguments in place.
func (e *entry) say(vi *Tongue, args []any) string {
	if len(args) == 0 {
		return strings.ReplaceAll(e.text, "%%", "%")
	}
	return vi.cat.printer.Sprintf(strings.ReplaceAll(e.text, "%w", "%s"), args...)
}

// wrapped reports verbs with a width, which Text would have to guess: columns
// are padded by those who draw them.
func (e *entry) wrapped(key string) []string {
	var out []string
	for _, p := range split(key) {
		if spec := bare(p.spec); p.verb != 0 && !strings.HasPrefix(spec, "%0") && strings.ContainsAny(spec, "123456789-") && !strings.Contains(spec, ".") {
			out = append(out, fmt.Sprintf("%q pads an argument; pad the whole text instead", key))
		}
	}
	return out
}

// TestVerdictsAreNotTurned: a word that denies what follows is translated with
// it or not at all.
func TestVerdictsAreNotTurned(t *testing.T) {
	vi, err := New(Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	for _, deny := range []string{"not", "never", "has not", "Bay 1 has never", "without"} {
		for _, verdict := range []string{"failed", "missing", "failed (broken)", "silent"} {
			text := deny + " " + verdict
			for _, x := range []string{text, "Bay 1: " + text, "disk Bay 1 is ok; " + text} {
				if got := vi.Text(x); !strings.Contains(got, text) {
					t.Errorf("%q became %q", x, got)
				}
			}
		}
	}
}

func TestHostileTextsCostLittle(t *testing.T) {
	vi := tongue(t, `
msgid "%s %s %s %s %s %s %s!"
msgstr "%s %s %s %s %s %s %s!"

msgid "%sa%sa%sa%sa%sa%sb"
msgstr "%sa%sa%sa%sa%sa%sb"

msgid "%s%s%s%s%s%sx"
msgstr "%s%s%s%s%s%sx"
`)
	for _, text := range []string{
		strings.Repeat("a ", 1000), strings.Repeat("aa", 1000) + "b", strings.Repeat("a; b, c. ", 220),
		strings.Repeat("((a: ", 400), strings.Repeat("1,", 1000), strings.Repeat("\"\\", 1000),
	} {
		s := &search{book: vi.cat.index(), steps: maxSteps}
		s.say(text, maxDepth)
		if s.steps < -maxLookup {
			t.Errorf("%.20q took %d steps more than it may", text, -s.steps)
		}
	}
	long := strings.Repeat("disk ", maxLookup)
	if got := vi.Text(long); got != long {
		t.Error("a very long text did not stay as it was")
	}
}

func FuzzText(f *testing.F) {
	for _, text := range []string{"disk 3 failed", "12,345 servers", "/ is 93.4% full", "a: b; c. d", "((", `"a\`, "%s", "\xff\xfe", "1,2,3"} {
		f.Add(text)
	}
	small := tongue(f, small)
	whole, err := New(Vietnamese)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, vi := range []*Tongue{small, whole} {
			got := vi.Text(text)
			if again := vi.Text(text); again != got {
				t.Errorf("%q is %q first and %q then", text, got, again)
			}
			if text != "" && got == "" {
				t.Errorf("%q vanished", text)
			}
		}
	})
}

func FuzzReadPO(f *testing.F) {
	f.Add(small)
	f.Add("msgid \"a\"\nmsgstr \"b\\")
	f.Fuzz(func(t *testing.T, po string) {
		entries, err := readPO("f.po", po)
		if err != nil && !strings.HasPrefix(err.Error(), "f.po:") {
			t.Errorf("an error without its place: %v", err)
		}
		for i := range entries {
			if entries[i].key == "" {
				t.Error("an entry without a key")
			}
		}
	})
}
