package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// printJSON writes v indented, as --output json does everywhere.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printCSV writes a header and rows. A cell that a spreadsheet would run as a
// formula gets an apostrophe in front: names come from devices.
func printCSV(w io.Writer, head []string, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = clean(cell)
			if strings.HasPrefix(safe[i], "=") || strings.HasPrefix(safe[i], "+") || strings.HasPrefix(safe[i], "@") {
				safe[i] = "'" + safe[i]
			}
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// printTable writes columns padded to their widest cell, the last one as it is.
func printTable(w io.Writer, head []string, rows [][]string) error {
	widths := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], ansi.StringWidth(clean(cell)))
		}
	}
	var b strings.Builder
	for _, row := range append([][]string{head}, rows...) {
		var line strings.Builder
		for i, cell := range row {
			cell = clean(cell)
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+2))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printTable writes a table for people, in their language.
func (env *cli) printTable(head []string, rows [][]string) error {
	head, rows = spokenTable(env.tongue(), head, rows)
	return printTable(env.out, head, rows)
}

// printAs writes rows in the format that was asked for; asJSON is what json
// writes.
func (env *cli) printAs(as string, head []string, rows [][]string, asJSON any) error {
	switch as {
	case "json":
		return printJSON(env.out, asJSON)
	case "csv":
		return printCSV(env.out, head, rows)
	}
	return env.printTable(headings(head), rows)
}

// headings are the names of columns as a table shows them.
func headings(names []string) []string {
	upper := make([]string, len(names))
	for i, h := range names {
		upper[i] = strings.ToUpper(strings.ReplaceAll(h, "_", " "))
	}
	return upper
}

// printFitting prints a table whose first columns matter most. In a window that
// is too narrow the last ones are left out, because wrapped rows read as nothing;
// which ones is said. What is piped somewhere has all of them.
func (env *cli) printFitting(head []string, rows [][]string) error {
	head, rows = spokenTable(env.tongue(), headings(head), rows)
	n := len(head)
	if file, ok := env.out.(*os.File); ok {
		if width, _, err := term.GetSize(file.Fd()); err == nil {
			n = fitting(head, rows, width)
		}
	}
	shown := make([][]string, len(rows))
	for i, row := range rows {
		shown[i] = row[:n]
	}
	if err := printTable(env.out, head[:n], shown); err != nil || n == len(head) {
		return err
	}
	_, err := fmt.Fprintln(env.out, env.tongue().Say("A wider window also shows: %s", strings.Join(lowered(head[n:]), ", ")))
	return err
}

// lowered are headings within a sentence: words in small letters, names such as
// "Q2 2026" as they are.
func lowered(head []string) []string {
	out := make([]string, len(head))
	for i, h := range head {
		words := strings.Fields(h)
		for n, w := range words {
			if !strings.ContainsAny(w, "0123456789") {
				words[n] = strings.ToLower(w)
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

// fitting is how many columns fit into the width; the first two always do.
func fitting(head []string, rows [][]string, width int) int {
	used := 0
	for i := range head {
		w := ansi.StringWidth(head[i])
		for _, row := range rows {
			w = max(w, ansi.StringWidth(clean(row[i])))
		}
		if used += w; used > width && i >= 2 {
			return i
		}
		used += 2
	}
	return len(head)
}

// clean is text from a device or a person as a terminal may get it: a serial
// number must not move a cursor.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, s)
}

// since is how long ago t was, in the largest unit that says something.
func since(now, t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	switch d := now.Sub(t); {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	default:
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	}
}
