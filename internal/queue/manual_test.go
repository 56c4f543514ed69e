package queue

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of transitions into the manual")

const manual = "../../docs/queue.md"

// TestManual holds the manual's table to the one that the program works by.
func TestManual(t *testing.T) {
	b, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- transitions -->\n", "<!-- /transitions -->"
	head, rest, ok := strings.Cut(string(b), begin)
	got, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table of transitions", manual)
	}
	want := manualTable()
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("%s shows another table than the program works by; update it with -update\ngot\n%s\nwant\n%s", manual, got, want)
	}
	if err := os.WriteFile(manual, []byte(head+begin+want+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func manualTable() string {
	var b strings.Builder
	b.WriteString("| # | step | from | to | who | needs |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, t := range Transitions() {
		var from []string
		for _, s := range t.From {
			from = append(from, string(s))
		}
		to := string(t.To)
		if to == "" {
			to = "the state before"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", t.Row, t.Action, strings.Join(from, ", "), to, t.Who, t.Needs)
	}
	return b.String()
}

// TestManualNamesEveryStateAndCheck keeps the other tables complete.
func TestManualNamesEveryStateAndCheck(t *testing.T) {
	b, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range States() {
		if !strings.Contains(string(b), "\n| "+string(s)+" |") {
			t.Errorf("the manual does not explain the state %s", s)
		}
	}
	for _, c := range []string{CheckOnSite, CheckStale, CheckLocate, CheckLastOne, CheckRebuilding, CheckSameServer} {
		if !strings.Contains(string(b), "\n| `"+c+"` |") {
			t.Errorf("the manual does not explain the check %s", c)
		}
	}
}
