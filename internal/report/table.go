package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ironage/internal/ageing"
)

// Table is one table of the report: what Markdown, CSV and HTML print.
type Table struct {
	Name    string // stable; what --table takes
	Title   string
	Columns []Column
	Rows    [][]Cell
	// More is how many rows the whole list has beyond these.
	More int
	// Empty is what to say when there is no row.
	Empty string
}

// Column is a column of a table.
type Column struct {
	Name   string // stable; the header in CSV
	Head   string // for people; empty: the column is for programs only
	Number bool
}

// Cell is one value: Text for people, Raw for programs.
type Cell struct {
	Text, Raw string
	// Class marks a cell that is drawn with a sign: a health, band or tier.
	Class string
	// Number means that Raw is a number that this program made.
	Number bool
}

// state is a state of the queue as people say it; programs read its code.
func state(code string) Cell {
	c := text(code)
	c.Text = strings.ReplaceAll(c.Text, "_", " ")
	return c
}

func text(s string) Cell {
	s = clean(s)
	if s == "" {
		return Cell{}
	}
	return Cell{Text: s, Raw: s}
}

// marked is a word with a sign of its own: "critical", "far over age", "P1".
func marked(s string) Cell {
	c := text(s)
	c.Class = strings.ReplaceAll(strings.ToLower(c.Raw), " ", "-")
	return c
}

func count(n int) Cell {
	return Cell{Text: grouped(n), Raw: strconv.Itoa(n), Number: true}
}

// decimals is a number with a fixed number of decimals.
func decimals(v float64, places int) Cell {
	s := strconv.FormatFloat(v, 'f', places, 64)
	return Cell{Text: s, Raw: s, Number: true}
}

// optional is a number that may be unknown; words stand for it before people.
func optional(v *float64, places int, words string) Cell {
	c := Cell{Text: clean(words)}
	if v != nil {
		c.Raw, c.Number = strconv.FormatFloat(*v, 'f', places, 64), true
	}
	return c
}

func percent(v float64) Cell {
	c := decimals(v, 1)
	c.Text += " %"
	return c
}

func money(m ageing.Money) Cell {
	return Cell{Text: moneyText(m), Raw: m.String(), Number: true}
}

// moneyText leaves away hundredths that are none: nobody pays a cent of a dong.
func moneyText(m ageing.Money) string { return strings.TrimSuffix(m.Grouped(), ".00") }

// named is a part number for programs, and with its model for people.
func named(number, model string) Cell {
	c := text(number)
	switch model = clean(model); {
	case c.Text == "" && model == "":
		c.Text = "(not told)"
	case c.Text == "":
		c.Text = model
	case model != "" && model != c.Text:
		c.Text += " · " + model
	}
	return c
}

func price(m *ageing.Money) Cell {
	if m == nil {
		return Cell{Text: "no price"}
	}
	return money(*m)
}

func date(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	s := t.UTC().Format(time.DateOnly)
	return Cell{Text: s, Raw: s}
}

// grouped is a whole number as people read it: 12,500.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// clean is text from a device or a person as it may stand in a document.
func clean(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)), " ")
}

// plural is a number with its noun: "1 part", "12 parts".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", grouped(n), noun)
}

// round keeps a number of decimals, so that all faces start from the same value.
func round(v float64, places int) float64 {
	p := math.Pow10(places)
	return math.Round(v*p) / p
}
