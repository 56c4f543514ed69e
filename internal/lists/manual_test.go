package lists

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ironage/internal/filter"
)

var update = flag.Bool("update", false, "write the fields into the manual")

const manual = "../../docs/filters.md"

// TestManual holds the tables of fields in docs/filters.md against the code.
func TestManual(t *testing.T) {
	about := &About{Now: func() time.Time { return time.Time{} }}
	tables := map[string]string{
		"servers": fieldTable(t, Servers(about.Now, nil)), "parts": fieldTable(t, Parts(about)), "services": fieldTable(t, Services()),
		"orders": fieldTable(t, Orders(about)), "events": fieldTable(t, Events(about)), "probes": fieldTable(t, Probes(about)),
	}
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, table := range tables {
		before, rest, found := strings.Cut(text, "<!-- fields: "+name+" -->\n")
		old, after, closed := strings.Cut(rest, "<!-- end -->")
		if !found || !closed {
			t.Fatalf("%s has no place for the fields of %s", manual, name)
		}
		if old != table && !*update {
			t.Errorf("the fields of %s differ; go test ./internal/lists -update writes\n%s", name, table)
		}
		text = before + "<!-- fields: " + name + " -->\n" + table + "<!-- end -->" + after
	}
	if *update {
		if err := os.WriteFile(manual, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fieldTable is the table of a list's fields. Every field must say what it is,
// and how its values look.
func fieldTable[R any](t *testing.T, l *filter.Language[R]) string {
	t.Helper()
	b := "| field | what it is | values |\n| --- | --- | --- |\n"
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.About == "" || f.Example() == "" {
			t.Errorf("field %s says neither what it is nor what its values look like", f.Name)
		}
		values := "e.g. `" + f.Hint + "`"
		if f.Choices != nil {
			values = "`" + strings.Join(f.Choices, "` `") + "`"
			if f.Number != nil {
				values += ", or e.g. `" + f.Hint + "`"
			}
		}
		b += fmt.Sprintf("| `%s` | %s | %s |\n", f.Name, f.About, values)
	}
	return b
}
