package exchange

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Reference is the part of docs/inventory.md that lists which columns each
// format reads, made from the tables by which they are read.
func Reference() string {
	var b strings.Builder
	words := map[string]string{asStatus: "status", asRole: "role", asMonths: "months of warranty", asPlace: "site and room", asItemName: "kind and slot", asModelNo: "model, if there is no other"}
	for _, f := range Formats {
		fmt.Fprintf(&b, "### %s: %s\n\n| column | is read as |\n| --- | --- |\n", f.Name, f.Title)
		for _, head := range slices.Sorted(maps.Keys(f.columns)) {
			to := f.columns[head]
			if w, special := words[to]; special {
				to = w
			} else {
				to = "`" + to + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s |\n", head, to)
		}
		own := make([]string, len(f.Schema.Fields))
		for i, field := range f.Schema.Fields {
			own[i] = "`" + field.Name + "`"
		}
		fmt.Fprintf(&b, "\nUnder their own names: %s.", strings.Join(own, ", "))
		if len(f.prefixes) > 0 {
			fmt.Fprintf(&b, " A column may begin with `%s`.", strings.Join(f.prefixes, "`, `"))
		}
		if len(f.skip) > 0 {
			fmt.Fprintf(&b, " Left out are rows with status %s.", strings.Join(f.skip, ", "))
		}
		b.WriteString("\n\n")
	}
	return b.String()
}
