package exchange

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of docs/inventory.md")

func TestReference(t *testing.T) {
	const path, begin, end = "../../docs/inventory.md", "<!-- columns -->\n", "<!-- end of columns -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(raw), begin)
	table, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the tables", path)
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+Reference()+end+tail), 0o644); err != nil { //nolint:gosec // a manual
			t.Fatal(err)
		}
		return
	}
	if table != Reference() {
		t.Errorf("%s does not list the columns that are read; run go test ./internal/exchange -run Reference -update", path)
	}
}
