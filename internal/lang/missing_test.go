package lang

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// faces draw what people read: every word of theirs must be a key. Below them
// stand the packages whose sentences reach people through Text.
var (
	faces  = []string{"tui", "internal/picklist", "internal/report"}
	depths = []string{"internal/health", "internal/queue", "internal/ageing", "internal/collect", "internal/ops", "internal/outlook",
		"internal/fleet", "internal/maintenance", "internal/filter", "internal/lists", "internal/racks", "internal/settings",
		"probes", "probes/snmp", "probes/ping", "config", "cmd/ironage"}
)

// TestMissing finds the texts for people that no catalogue has. A text that is
// none for people stands in testdata/not-words.txt with the reason.
func TestMissing(t *testing.T) {
	vi, err := New(Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	except := readExceptions(t)
	for _, dir := range slices.Concat(faces, depths) {
		t.Run(dir, func(t *testing.T) {
			for _, f := range scanDir(t, dir, slices.Contains(faces, dir)) {
				if !except.has(f) && !vi.covers(f.text) {
					t.Errorf("%s:%d: %q has no translation: give it an entry in po, or a line with the reason in testdata/not-words.txt",
						f.pos.Filename, f.pos.Line, f.text)
				}
			}
		})
	}
	for text := range except.texts {
		if !except.used[text] {
			t.Errorf("not-words.txt: %q stands nowhere, or has a translation: drop the line", text)
		}
	}
}

// covers reports whether a text of the source is translated: as a key, or
// because Text recognises what is made of it.
func (t *Tongue) covers(text string) bool {
	for _, x := range []string{text, strings.TrimSpace(text), strings.Trim(text, " ,;:()→\n"), "%s" + text, strings.TrimSuffix(text, "%s"), strings.TrimSpace(strings.TrimSuffix(text, "%s")), text + "%s"} {
		if t.Knows(x) {
			return true
		}
	}
	if first, rest, found := strings.Cut(strings.Trim(text, " \n"), "\n"); found {
		return (withoutWords(first) || t.covers(first)) && (withoutWords(rest) || t.covers(rest))
	}
	english := strings.TrimSpace((*Tongue)(nil).Say(strings.ReplaceAll(text, "%w", "%s"), samples(text)...))
	s := &search{book: t.cat.index(), steps: maxSteps}
	_, weight := s.say(english, maxDepth)
	return weight*10 >= len(strings.TrimSpace(withoutVerbs(text)))*7
}

// withoutWords reports that a line is none for people: numbers, or a command.
func withoutWords(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "ironage ") || !letters.MatchString(withoutVerbs(line))
}

// exceptions are texts that are none for people.
type exceptions struct {
	texts map[string]bool
	rules []rule
	used  map[string]bool
}

// rule excepts what a pattern matches in the files of another.
type rule struct {
	file string // of path.Match
	text *regexp.Regexp
}

func (e *exceptions) has(f found) bool {
	if e.texts[f.text] {
		e.used[f.text] = true
		return true
	}
	for _, r := range e.rules {
		if ok, _ := path.Match(r.file, f.pos.Filename); ok && r.text.MatchString(f.text) {
			return true
		}
	}
	return false
}

// readExceptions reads testdata/not-words.txt: a line "text" reason, or
// file PATTERN REGEXP reason.
func readExceptions(t *testing.T) *exceptions {
	t.Helper()
	text, err := os.ReadFile("testdata/not-words.txt")
	if err != nil {
		t.Fatal(err)
	}
	e := &exceptions{texts: map[string]bool{}, used: map[string]bool{}}
	for n, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "file "); ok {
			fields := strings.SplitN(rest, " ", 3)
			if len(fields) < 3 {
				t.Errorf("not-words.txt:%d: write file PATTERN REGEXP reason", n+1)
				continue
			}
			e.rules = append(e.rules, rule{fields[0], regexp.MustCompile(fields[1])})
			continue
		}
		end := quoted(line, 0)
		if end == 0 || strings.TrimSpace(line[end:]) == "" {
			t.Errorf("not-words.txt:%d: write \"text\" reason, or file PATTERN REGEXP reason", n+1)
			continue
		}
		s, err := unquote(line[:end])
		if err != nil {
			t.Errorf("not-words.txt:%d: %v", n+1, err)
		}
		e.texts[s] = true
	}
	return e
}
