package exchange

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// column is one column of an export: its name for the other system, and how
// its cell is made of a row.
type column struct {
	head string
	cell func(s *Schema, r *Row) string
	date string // the field, where only whole days can be written
}

func of(head, field string) column {
	return column{head: head, cell: func(s *Schema, r *Row) string { return s.Get(r, field) }}
}

// exactDay is a column of a date in a system that knows only whole days: a date
// known to the month or year stays empty there, because its day is not known.
func exactDay(head, field string) column {
	return column{head: head, date: field, cell: func(s *Schema, r *Row) string {
		d := s.Get(r, field)
		if p, err := ageing.ParseDate(fleet.Date(d)); err != nil || p.Precision != ageing.Day {
			return ""
		}
		return d
	}}
}

// columnsOf are the columns that an export in a format has.
func columnsOf(f *Format) []column {
	switch f {
	case netboxDevices:
		return []column{of("name", "name"), of("manufacturer", "manufacturer"), of("device_type", "model"), of("serial", "serial"), of("asset_tag", "asset_tag"),
			of("site", "site"), of("location", "room"), of("rack", "rack"), of("position", "position"), of("face", "face"), of("u_height", "height"),
			of("tenant", "owner"), of("oob_ip", "bmc"), of("primary_ip", "os"), of("comments", "notes"), of("cf_service", "service"), of("cf_criticality", "criticality"),
			exactDay("cf_in_service", "in_service"), exactDay("cf_purchased", "purchased"), exactDay("cf_warranty_end", "warranty_end"),
			of("cf_memory_bytes", "memory_bytes"), of("cf_cpu_sockets", "cpu_sockets")}
	case netboxItems:
		name := func(s *Schema, r *Row) string { return strings.TrimSpace(s.Get(r, "kind") + " " + s.Get(r, "slot")) }
		return []column{of("device", "server"), {head: "name", cell: name}, of("role", "kind"), of("manufacturer", "vendor"), of("part_id", "part"), of("serial", "serial"),
			of("asset_tag", "asset_tag"), of("description", "notes"), of("cf_model", "model"), exactDay("cf_in_service", "in_service"),
			exactDay("cf_purchased", "purchased"), exactDay("cf_warranty_end", "warranty_end")}
	case snipeIT:
		return []column{of("Asset Tag", "asset_tag"), of("Item Name", "name"), of("Serial Number", "serial"), of("Manufacturer", "manufacturer"),
			of("Model Name", "model"), of("Location", "site"), exactDay("Purchase Date", "purchased"), exactDay("Warranty Expires", "warranty_end"), of("Notes", "notes")}
	case glpi:
		place := func(s *Schema, r *Row) string {
			levels := []string{s.Get(r, "site")}
			if room := s.Get(r, "room"); room != "" {
				levels = append(levels, strings.Split(room, " / ")...)
			}
			return strings.Join(levels, " > ")
		}
		return []column{of("Name", "name"), of("Serial number", "serial"), of("Inventory number", "asset_tag"), of("Manufacturer", "manufacturer"), of("Model", "model"),
			{head: "Location", cell: place}, exactDay("Date of purchase", "purchased"), exactDay("Startup date", "in_service"),
			exactDay("Warranty expiration date", "warranty_end"), of("Comments", "notes")}
	}
	out := make([]column, 0, len(f.Schema.Fields)+3)
	for _, field := range f.Schema.Fields {
		if !strings.HasSuffix(field.Name, "credential") { // names of this installation
			out = append(out, of(field.Name, field.Name))
		}
	}
	if f == plainParts {
		for _, fact := range partFacts {
			out = append(out, column{head: fact, cell: func(_ *Schema, r *Row) string { return r.extra[fact] }})
		}
	}
	return out
}

// partFacts are what only the device can tell: no import reads them.
var partFacts = []string{"firmware", "capacity_bytes", "manufactured"}

// Output says how an export is written.
type Output struct {
	// Columns keeps only these, in this order; empty keeps all.
	Columns []string
	// IDs are identifiers of the other system by the row's name; with them NetBox
	// changes what it has instead of adding it again.
	IDs map[string]string
}

// Written says what an export held back.
type Written struct {
	Rows int
	// Rough are dates that are known to the month or year only and were left
	// empty; Guarded are texts that a spreadsheet would run, written with an
	// apostrophe in front.
	Rough, Guarded int
	// Nameless are rows without an identifier although identifiers were given.
	Nameless int
}

// Write writes rows in the columns of a format.
func Write(w io.Writer, f *Format, rows []Row, o Output) (Written, error) {
	columns, err := chosen(f, o)
	if err != nil {
		return Written{}, err
	}
	out := csv.NewWriter(w)
	out.Comma = f.comma
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.head
	}
	if err := out.Write(heads); err != nil {
		return Written{}, err
	}
	var done Written
	cells := make([]string, len(columns))
	for i := range rows {
		for j, c := range columns {
			cell := c.cell(f.Schema, &rows[i])
			cells[j] = protect(cell)
			if cells[j] != cell {
				done.Guarded++
			}
			if c.head == "id" && cell == "" {
				done.Nameless++
			}
			if c.date != "" && cell == "" && f.Schema.Get(&rows[i], c.date) != "" {
				done.Rough++
			}
		}
		done.Rows++
		if err := out.Write(cells); err != nil {
			return done, err
		}
	}
	out.Flush()
	return done, out.Error()
}

// chosen are the columns that were asked for.
func chosen(f *Format, o Output) ([]column, error) {
	columns := columnsOf(f)
	if len(o.IDs) > 0 {
		columns = append([]column{{head: "id", cell: func(s *Schema, r *Row) string { return o.IDs[s.Get(r, s.Fields[0].Name)] }}}, columns...)
	}
	if len(o.Columns) == 0 {
		return columns, nil
	}
	var out []column
	for _, want := range o.Columns {
		i := slices.IndexFunc(columns, func(c column) bool { return strings.EqualFold(c.head, strings.TrimSpace(want)) })
		if i < 0 {
			heads := make([]string, len(columns))
			for j, c := range columns {
				heads[j] = c.head
			}
			return nil, fmt.Errorf("%s has no column %q; columns are %s", f.Name, want, strings.Join(heads, ", "))
		}
		out = append(out, columns[i])
	}
	return out, nil
}

// protect puts an apostrophe before a text that a spreadsheet would run as a
// formula that does something: it begins like one and calls, pipes or refers.
// No serial or part number does, so those are written as they are read.
func protect(s string) string {
	bare := strings.TrimLeft(s, "'")
	if bare == "" || !strings.ContainsRune("=+-@", rune(bare[0])) {
		return s
	}
	if bare != s || strings.ContainsAny(s, "(|!") {
		return "'" + s
	}
	return s
}

// unprotect takes back what protect did.
func unprotect(s string) string {
	if !strings.HasPrefix(s, "'") {
		return s
	}
	if bare := strings.TrimLeft(s, "'"); bare != "" && strings.ContainsRune("=+-@", rune(bare[0])) {
		return s[1:]
	}
	return s
}

// plain is text of a device on one line, bounded and without what moves a cursor.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > maxText {
		_, size := lastRune(s)
		s = s[:len(s)-size]
	}
	return s
}
