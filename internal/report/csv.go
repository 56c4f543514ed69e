package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// JSON writes the report as one object; its keys are stable.
func JSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// CSV writes one table with its header. Without a name it writes all of them,
// one after the other, each with its own header and with the table's name in
// the first column, "table".
func CSV(w io.Writer, r *Report, name string) error {
	out := csv.NewWriter(w)
	found := false
	for _, t := range r.Tables() {
		if name != "" && t.Name != name {
			continue
		}
		found = true
		if err := writeTable(out, &t, name == ""); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("there is no table %q; tables are %s", name, strings.Join(TableNames(), ", "))
	}
	out.Flush()
	return out.Error()
}

func writeTable(out *csv.Writer, t *Table, named bool) error {
	var head []string
	if named {
		head = append(head, "table")
	}
	for _, c := range t.Columns {
		head = append(head, c.Name)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, cells := range t.Rows {
		var line []string
		if named {
			line = append(line, t.Name)
		}
		for _, c := range cells {
			line = append(line, c.harmless())
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// harmless is the cell as a spreadsheet may get it: text that it would take for
// a formula has an apostrophe in front. Names come from devices.
func (c Cell) harmless() string {
	if !c.Number && c.Raw != "" && strings.ContainsRune("=+-@", rune(c.Raw[0])) {
		return "'" + c.Raw
	}
	return c.Raw
}
