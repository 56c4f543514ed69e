package exchange

import (
	"fmt"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// Source is what one export or API said: rows that can be imported, and every
// other with its reason.
type Source struct {
	Format *Format
	// Unit says what the numbers of rows are: "line", or "id" in an API.
	Unit  string
	Total int
	Rows  []Row
	// Rejected rows are wrong; they keep the others from being imported unless
	// that is asked for. Left rows are right and not meant for us.
	Rejected, Left []Remark
	// Notes are about the source as a whole.
	Notes []string
}

// Remark says something about one row.
type Remark struct {
	Line   int    `json:"line"`
	Name   string `json:"name,omitempty"`
	Reason string `json:"reason"`
}

// Known is a server of the inventory with the place where it is written.
type Known struct {
	Server fleet.Server
	File   string
	Line   int
}

// assembler turns cells into checked rows.
type assembler struct {
	f     *Format
	o     Options
	src   *Source
	heads []string // what each column means: a field, a word with "@", or ""
	names []string // the columns as the source calls them
	said  uint64

	keys, serials, addresses, slots map[string]int // line by what must be there once
	units                           map[rackUnit]int
	assets                          *finder
	computed                        int
	unread                          int // warranties that are no number of months
}

type rackUnit struct {
	site, room, rack, face string
	unit                   int
}

func newAssembler(f *Format, o Options, unit string, head []string) (*assembler, error) {
	a := &assembler{f: f, o: o, src: &Source{Format: f, Unit: unit}, keys: map[string]int{}, serials: map[string]int{}, addresses: map[string]int{},
		slots: map[string]int{}, units: map[rackUnit]int{}, assets: newFinder(o.Known)}
	if o.Skip == nil {
		a.o.Skip = f.skip
	}
	var unknown []string
	for _, h := range head {
		to, ok := f.target(h)
		if !ok {
			unknown = append(unknown, fmt.Sprintf("%q", h))
		}
		a.heads = append(a.heads, to)
		a.names = append(a.names, strings.TrimSpace(h))
		if i, is := f.Schema.index[to]; is {
			a.said |= 1 << i
		}
	}
	for _, word := range a.heads {
		switch word {
		case asPlace:
			a.said |= 1<<f.Schema.index["site"] | 1<<f.Schema.index["room"]
		case asItemName:
			a.said |= 1<<f.Schema.index["slot"] | 1<<f.Schema.index["kind"]
		}
	}
	if len(unknown) > 0 {
		a.src.Notes = append(a.src.Notes, "columns that are not read: "+strings.Join(unknown, ", "))
	}
	return a, a.required(head)
}

// required says which column is missing without which no row makes sense.
func (a *assembler) required(head []string) error {
	have := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(a.heads, w) })
	}
	missing := ""
	switch {
	case a.f.Schema == Parts && !have("server"):
		missing = "server"
		if a.f == netboxItems {
			missing = "device"
		}
	case a.f.Schema == Parts && !have("serial", "slot", asItemName):
		missing = "serial"
	case a.f.assets && !have("name", "serial", "asset_tag"):
		missing = "name, serial number or asset tag"
	case a.f.Schema == Servers && !a.f.assets && !have("name"):
		missing = "name"
	default:
		return nil
	}
	return fmt.Errorf("the first line has no column %s; found %s. Is this an export of %s?", missing, strings.Join(head, ", "), a.f.Title)
}

func (a *assembler) reject(line int, name, reason string) {
	a.src.Rejected = append(a.src.Rejected, Remark{line, name, reason})
}

func (a *assembler) leave(line int, name, reason string) {
	a.src.Left = append(a.src.Left, Remark{line, name, reason})
}

// nameIn is what a line that cannot be read further seems to be about.
func (a *assembler) nameIn(cells []string) string {
	for i, to := range a.heads {
		if (to == "name" || to == "server") && i < len(cells) {
			return strings.Join(strings.Fields(cells[i]), " ")
		}
	}
	return ""
}

// done sorts what was found and says what holds for many rows.
func (a *assembler) done() *Source {
	byLine := func(x, y Remark) int { return x.Line - y.Line }
	slices.SortStableFunc(a.src.Rejected, byLine)
	slices.SortStableFunc(a.src.Left, byLine)
	if a.computed > 0 {
		a.src.Notes = append(a.src.Notes, "warranty_end is computed from the day of purchase and the months of warranty in "+several(a.computed, "row"))
	}
	if a.unread > 0 {
		a.src.Notes = append(a.src.Notes, "the length of the warranty is no number of months in "+several(a.unread, "row")+", and not read there")
	}
	return a.src
}

// draft is a row while it is put together.
type draft struct {
	Row
	words map[string]string // values of columns that are no fields
	wrong []string
	// addressed means that an address was given, right or wrong.
	addressed bool
}

// add takes the cells of one row.
func (a *assembler) add(line int, cells []string) {
	d := &draft{Row: a.f.Schema.newRow(line)}
	d.said = a.said
	for i, cell := range cells {
		a.cell(d, i, cell)
	}
	title := a.f.Schema.Title(&d.Row)
	if status := strings.ToLower(d.words[asStatus]); status != "" && slices.Contains(a.o.Skip, status) {
		a.leave(line, title, "status "+status)
		return
	}
	if role := d.words[asRole]; len(a.o.Roles) > 0 && !slices.ContainsFunc(a.o.Roles, func(r string) bool { return strings.EqualFold(r, role) }) {
		a.leave(line, title, fmt.Sprintf("role %q", role))
		return
	}
	a.interpret(d)
	if why := a.elsewhere(d); why != "" && len(d.wrong) == 0 {
		a.leave(line, a.f.Schema.Title(&d.Row), why)
		return
	}
	if a.check(d); len(d.wrong) > 0 {
		a.reject(line, a.f.Schema.Title(&d.Row), strings.Join(d.wrong, "; "))
		return
	}
	a.remember(d)
	a.src.Rows = append(a.src.Rows, d.Row)
}

// cell puts one cell where it belongs.
func (a *assembler) cell(d *draft, i int, cell string) {
	cell = unprotect(composed(cell))
	if a.f.assets {
		cell = withoutTags(cell)
	}
	to := a.heads[i]
	switch {
	case cell == "" || to == "":
		return
	case strings.HasPrefix(to, "@"):
		if d.words == nil {
			d.words = map[string]string{}
		}
		if d.words[to] == "" {
			d.words[to] = cell
		}
		return
	case len(cell) > maxCell:
		d.wrong = append(d.wrong, fmt.Sprintf("%s: a cell of %d bytes; at most %d are read", a.names[i], len(cell), maxCell))
		return
	}
	d.addressed = d.addressed || to == "bmc" || to == "os"
	at := a.f.Schema.index[to]
	value, wrong := a.f.Schema.Fields[at].check(&a.o.Rules, cell)
	switch had := d.Values[at]; {
	case wrong != "":
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %s %s", a.names[i], quoted(cell), wrong))
	case had != "" && value != "" && had != value && to != "os" && to != "bmc": // of several addresses the first is taken
		d.wrong = append(d.wrong, fmt.Sprintf("two values for %s: %s and %s", to, quoted(had), quoted(value)))
	case had == "":
		d.Values[at] = value
	}
}

// several is a number with its noun.
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// quoted is a value as a message shows it: short and on one line.
func quoted(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// withoutTags drops the HTML that older Snipe-IT put into its exports.
func withoutTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '<':
			depth++
		case r == '>' && depth > 0:
			depth--
			b.WriteByte(' ')
		case depth == 0:
			b.WriteRune(r)
		}
	}
	if depth > 0 {
		return s // no HTML after all
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
