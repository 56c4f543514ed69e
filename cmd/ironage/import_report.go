package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ironage/internal/exchange"
)

// importReport is what an import found and did. The JSON keys are stable.
type importReport struct {
	Schema    string              `json:"schema"`
	Source    string              `json:"source"`
	Format    string              `json:"format"`
	Into      string              `json:"into"`
	Applied   bool                `json:"applied"`
	Outcome   string              `json:"outcome"`
	Counts    importCounts        `json:"counts"`
	Rejected  []exchange.Remark   `json:"rejected"`
	Added     []exchange.Change   `json:"added"`
	Changed   []exchange.Change   `json:"changed"`
	Kept      []exchange.Change   `json:"kept"`
	Removed   []exchange.Change   `json:"removed"`
	Conflicts []exchange.Conflict `json:"conflicts"`
	Left      []exchange.Remark   `json:"left_out"`
	Notes     []string            `json:"notes"`
	Next      []string            `json:"next,omitempty"` // what a person has to do
	unit      string
}

// importCounts are the numbers of rows.
type importCounts struct {
	Read      int `json:"read"`
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Kept      int `json:"kept"`
	Removed   int `json:"removed"`
	Conflicts int `json:"conflicts"`
	Rejected  int `json:"rejected"`
	Left      int `json:"left_out"`
}

func newImportReport(j *importJob, s *exchange.Source, p *exchange.Plan) *importReport {
	return &importReport{Schema: "ironage.import/v1", Source: j.source, Format: j.flags.from, Into: j.into, unit: s.Unit,
		Counts: importCounts{Read: s.Total, Added: len(p.Added), Changed: len(p.Changed), Unchanged: p.Unchanged, Kept: len(p.Kept), Removed: len(p.Removed),
			Conflicts: len(p.Conflicts), Rejected: len(p.Rejected), Left: len(p.Left)},
		Rejected: notNil(p.Rejected), Added: notNil(p.Added), Changed: notNil(p.Changed), Kept: notNil(p.Kept), Removed: notNil(p.Removed),
		Conflicts: notNil(p.Conflicts), Left: notNil(p.Left), Notes: notNil(p.Notes)}
}

// notNil is never nil, so that JSON says [] rather than null.
func notNil[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// printImport writes the report; an empty format only its end.
func (env *cli) printImport(as string, r *importReport) error {
	switch as {
	case "json":
		return printJSON(env.out, r)
	case "csv":
		return printCSV(env.out, []string{"action", r.unit, "name", "field", "old", "new", "reason"}, r.rows())
	case "":
		_, err := fmt.Fprint(env.prose(), r.end())
		return err
	}
	_, err := fmt.Fprint(env.prose(), r.text())
	return err
}

// rows are the report as lines of a table, one per field that changes.
func (r *importReport) rows() [][]string {
	var out [][]string
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	add := func(action string, line int, name string, diffs []exchange.Diff, reason string) {
		if len(diffs) == 0 {
			out = append(out, []string{action, number(line), name, "", "", "", reason})
		}
		for _, d := range diffs {
			out = append(out, []string{action, number(line), name, d.Field, d.Old, d.New, reason})
		}
	}
	for _, x := range r.Rejected {
		add("rejected", x.Line, x.Name, nil, x.Reason)
	}
	for _, g := range []struct {
		action string
		rows   []exchange.Change
	}{{"added", r.Added}, {"changed", r.Changed}, {"kept", r.Kept}, {"removed", r.Removed}} {
		for _, x := range g.rows {
			add(g.action, x.Line, x.Name, x.Diffs, x.Reason)
		}
	}
	for _, x := range r.Conflicts {
		add("conflict", x.Line, x.Name, x.Diffs, strings.TrimSpace(x.At+" "+x.Reason))
	}
	for _, x := range r.Left {
		add("left out", x.Line, x.Name, nil, x.Reason)
	}
	return out
}

// shownRows is how many rows of a kind the text lists that need nobody's
// attention; what is rejected, changed or in conflict is listed whole.
const shownRows = 20

// text is the report for people.
func (r *importReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s of %s\n", clean(r.Source), plural(r.Counts.Read, "row"), r.Format)
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", clean(n))
	}
	section := func(title string, n, most int, line func(i int) string) {
		if n == 0 {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for i := range min(n, most) {
			fmt.Fprintf(&b, "  %s\n", line(i))
		}
		if n > most {
			fmt.Fprintf(&b, "  and %d more (--output csv lists all)\n", n-most)
		}
	}
	remark := func(l []exchange.Remark) func(int) string {
		return func(i int) string {
			return fmt.Sprintf("%s %d  %s", r.unit, l[i].Line, clean(joinTexts(": ", l[i].Name, l[i].Reason)))
		}
	}
	change := func(l []exchange.Change) func(int) string {
		return func(i int) string { return clean(joinTexts("  ", l[i].Name, diffText(l[i].Diffs), l[i].Reason)) }
	}
	section("Rejected", len(r.Rejected), len(r.Rejected), remark(r.Rejected))
	section("Conflicts", len(r.Conflicts), len(r.Conflicts), func(i int) string {
		c := r.Conflicts[i]
		return clean(joinTexts("  ", c.Name, joinTexts(": ", c.At, c.Reason), diffText(c.Diffs)))
	})
	section("Added", len(r.Added), shownRows, change(r.Added))
	section("Changed", len(r.Changed), len(r.Changed), change(r.Changed))
	section("Removed", len(r.Removed), len(r.Removed), change(r.Removed))
	section("Kept", len(r.Kept), shownRows, change(r.Kept))
	section("Left out", len(r.Left), shownRows, remark(r.Left))
	return b.String() + r.end()
}

// end is the sum and the outcome.
func (r *importReport) end() string {
	c := r.Counts
	text := fmt.Sprintf("\n%d added, %d changed, %d unchanged, %d kept, %d removed, %d in conflict, %d rejected, %d left out\n",
		c.Added, c.Changed, c.Unchanged, c.Kept, c.Removed, c.Conflicts, c.Rejected, c.Left)
	if r.Outcome != "" {
		text += r.Outcome + "\n"
	}
	for _, n := range r.Next {
		text += n + "\n"
	}
	return text
}

func diffText(diffs []exchange.Diff) string {
	words := make([]string, len(diffs))
	for i, d := range diffs {
		words[i] = fmt.Sprintf("%s: %s → %s", d.Field, orNothing(d.Old), orNothing(d.New))
	}
	return strings.Join(words, ", ")
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

// joinTexts joins the texts that are not empty.
func joinTexts(separator string, texts ...string) string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return strings.Join(kept, separator)
}

func netboxClient(timeout time.Duration) *http.Client { return &http.Client{Timeout: timeout} }
