package lang

import (
	"fmt"
	"strings"
)

// entry is one text of a catalogue and its translation.
type entry struct {
	key    string
	plural string // the English text for other than one; empty for most
	text   string
	asIs   bool // arguments are words of a command or a file, in no language
	file   string
	line   int
}

// keys are the English texts that an entry translates.
func (e *entry) keys() []string {
	if e.plural == "" || e.plural == e.key {
		return []string{e.key}
	}
	return []string{e.key, e.plural}
}

// poReader reads gettext's format as strictly as these catalogues need it: no
// contexts, no obsolete entries, one plural form, because Vietnamese has one.
type poReader struct {
	file    string
	line    int
	entries []entry
	now     entry
	asIs    bool            // the next entry is flagged
	into    *string         // what a continued string belongs to
	had     map[string]bool // the words of the entry so far
}

// asIsFlag before an entry says that its arguments are words of a command or of
// a file ("did you mean servers?"), which Text must not translate.
const asIsFlag = "#, as-is"

// readPO reads a catalogue. Errors name file and line.
func readPO(file, text string) ([]entry, error) {
	r := &poReader{file: file, had: map[string]bool{}}
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		r.line++
		if err := r.take(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, r.line, err)
		}
	}
	if err := r.finish(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", file, r.line, err)
	}
	return r.entries, nil
}

func (r *poReader) take(line string) error {
	switch {
	case line == "":
		return r.finish()
	case strings.HasPrefix(line, "#~"):
		return fmt.Errorf("an obsolete entry: delete it")
	case strings.HasPrefix(line, "#,") && strings.Contains(line, "fuzzy"):
		return fmt.Errorf("a fuzzy entry: make it right, then drop the mark")
	case line == asIsFlag:
		r.asIs = true
		return r.finish()
	case line[0] == '#':
		return nil
	case line[0] == '"':
		if r.into == nil {
			return fmt.Errorf("a string that belongs to no msgid or msgstr")
		}
		s, err := unquote(line)
		*r.into += s
		return err
	}
	word, rest, _ := strings.Cut(line, " ")
	return r.word(word, strings.TrimSpace(rest))
}

// word begins one of an entry's texts.
func (r *poReader) word(word, quoted string) error {
	if word == "msgid" {
		if err := r.finish(); err != nil {
			return err
		}
	}
	if r.had[word] {
		return fmt.Errorf("a second %s in one entry", word)
	}
	switch {
	case word == "msgid":
		r.now = entry{file: r.file, line: r.line, asIs: r.asIs}
		r.asIs = false
		r.into = &r.now.key
	case !r.had["msgid"]:
		return fmt.Errorf("%q where msgid should stand", word)
	case word == "msgid_plural":
		r.into = &r.now.plural
	case word == "msgstr" && !r.had["msgid_plural"], word == "msgstr[0]" && r.had["msgid_plural"]:
		r.into = &r.now.text
		r.had["text"] = true
	case word == "msgstr":
		return fmt.Errorf("msgstr of a text with a plural: write msgstr[0]")
	default:
		return fmt.Errorf("%q is no word of a catalogue: use msgid, msgid_plural, msgstr or msgstr[0]", word)
	}
	r.had[word] = true
	s, err := unquote(quoted)
	*r.into = s
	return err
}

// finish keeps the entry that was read so far; the entry with the empty key is
// gettext's header, and says nothing here.
func (r *poReader) finish() error {
	if len(r.had) == 0 {
		return nil
	}
	if !r.had["text"] {
		return fmt.Errorf("%q has no msgstr", r.now.key)
	}
	if r.now.key != "" {
		r.entries = append(r.entries, r.now)
	}
	clear(r.had)
	r.into = nil
	return nil
}

// unquote reads "a string", with the escapes \n, \t, \" and \\.
func unquote(s string) (string, error) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", fmt.Errorf("a text must stand between quotes: %s", s)
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		if strings.IndexByte(s, '"') >= 0 {
			return "", fmt.Errorf(`a quote inside a text is written \"`)
		}
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			return "", fmt.Errorf(`a quote inside a text is written \"`)
		}
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i == len(s) {
			return "", fmt.Errorf(`the text ends with a single \`)
		}
		at := strings.IndexByte(`nt"\`, s[i])
		if at < 0 {
			return "", fmt.Errorf(`\%c is no escape; use \n, \t, \" or \\`, s[i])
		}
		b.WriteByte("\n\t\"\\"[at])
	}
	return b.String(), nil
}
