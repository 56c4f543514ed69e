package main

import (
	"io"
	"slices"
	"strings"

	"ironage/internal/lang"
)

// tongue is the language of whoever reads what a command prints for people.
// JSON, CSV and the log never ask for it: they are English for everybody.
func (env *cli) tongue() *lang.Tongue {
	env.speaks.Do(func() {
		if env.getenv == nil {
			return // the nil Tongue speaks English
		}
		t, err := lang.New(env.languageChosen())
		if err == nil { // else a catalogue is broken, which its tests refuse
			env.spoken = t
		}
	})
	return env.spoken
}

// prose is where sentences for people go: each write is said in their language.
func (env *cli) prose() io.Writer { return speaker{env.tongue(), env.out} }

// aside is prose on standard error.
func (env *cli) aside() io.Writer { return speaker{env.tongue(), env.err} }

// speaker translates what is written, line by line.
type speaker struct {
	t *lang.Tongue
	w io.Writer
}

func (s speaker) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.w, sayLines(s.t, string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// sayLines translates each line of a text, whatever it is indented by.
func sayLines(t *lang.Tongue, text string) string {
	if t.Code() == lang.English {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		bare := strings.TrimLeft(line, " →")
		lines[i] = line[:len(line)-len(bare)] + t.Text(bare)
	}
	return strings.Join(lines, "\n")
}

// wordColumns are the columns of tables whose cells are words or sentences of
// ours. All others hold names, numbers and places, which are nobody's language.
var wordColumns = []string{"health", "age", "read", "finding", "findings", "text", "kind", "criticality", "band", "warranty", "reason", "reasons", "why",
	"factors", "suggestion", "state", "found", "what", "risk", "risk 12 m", "note", "value", "meaning", "change", "told", "part fails", "next", "due",
	"life used", "stage", "stood in", "worst", "error", "detail", "face", "does not answer", "redundancy", "oldest", "some part fails", "in service",
	"median", "9 of 10", "longest", "together"}

// spokenTable is a table in the language of its reader.
func spokenTable(t *lang.Tongue, head []string, rows [][]string) ([]string, [][]string) {
	if t.Code() == lang.English {
		return head, rows
	}
	names := make([]string, len(head))
	words := make([]bool, len(head))
	for i, h := range head {
		plain := strings.ToLower(h)
		words[i] = slices.Contains(wordColumns, plain)
		names[i] = strings.ToUpper(t.Text(plain))
	}
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = slices.Clone(row)
		for n, cell := range row {
			if n < len(words) && words[n] {
				out[i][n] = sayLines(t, cell)
			}
		}
	}
	return names, out
}
