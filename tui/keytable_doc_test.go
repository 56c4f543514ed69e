package tui

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// TestKeysInTheManual: the manual's table of keys is the keymap's.
func TestKeysInTheManual(t *testing.T) {
	const path, begin, end = "../docs/console.md", "-update` -->\n", "<!-- end of keys -->"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	was, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the manual has no place for the keys")
	}
	want := keysAsMarkdown()
	if was == want {
		return
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("docs/console.md has other keys than the console: go test ./tui -run TestKeysInTheManual -update")
}

// keysAsMarkdown is one table by screen, with the keys of one meaning in a row.
func keysAsMarkdown() string {
	var b strings.Builder
	b.WriteString("\n| where | key | what it does |\n| --- | --- | --- |\n")
	last := ""
	for _, h := range KeyTable(nil, "") {
		where := h.Screen
		if where == last {
			where = ""
		}
		last = h.Screen
		b.WriteString("| " + where + " | `" + strings.ReplaceAll(h.Key, "|", "\\|") + "` | " + h.What + " |\n")
	}
	b.WriteByte('\n')
	return b.String()
}
