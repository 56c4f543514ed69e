package exchange

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ironage/internal/fleet"
)

// Rules are what the configuration knows about values: how an address and a
// size of memory are written, and what "today" is.
type Rules struct {
	// Today bounds dates; see Dates for how their order is read.
	Today fleet.Date
	// Dates is the order of day and month where a date does not tell it.
	Dates DateOrder
	// Address and Memory return the canonical text of a value.
	Address func(string) (string, error)
	Memory  func(string) (string, bool)
	// Height is how many rack units a server has that does not say it.
	Height int
}

// Schema is one kind of row that inventory files hold: servers or parts.
type Schema struct {
	Name   string
	Fields []Field
	index  map[string]int
}

// Field is one column of an inventory file. Its check returns the canonical
// text, or says what is wrong with a text.
type Field struct {
	Name  string
	check func(r *Rules, text string) (canonical, wrong string)
}

// Servers and Parts are the two schemas; their field names are the column
// names of inventory files.
var (
	Servers = newSchema("servers", serverFields())
	Parts   = newSchema("parts", partFields())
)

func newSchema(name string, fields []Field) *Schema {
	s := &Schema{Name: name, Fields: fields, index: make(map[string]int, len(fields))}
	for i, f := range fields {
		s.index[f.Name] = i
	}
	return s
}

// Row is one server or part: a value per field of its schema.
type Row struct {
	// Line is where the source has it: a line, or the identifier in an API.
	Line   int
	Values []string
	// said has a bit for each field that the source has a column for.
	said uint64
	// extra are columns of an inventory file that are not ours to change.
	extra map[string]string
}

func (s *Schema) newRow(line int) Row { return Row{Line: line, Values: make([]string, len(s.Fields))} }

// Get is the value of a field by name.
func (s *Schema) Get(r *Row, field string) string { return r.Values[s.index[field]] }

func (s *Schema) set(r *Row, field, value string) {
	i := s.index[field]
	r.Values[i] = value
	r.said |= 1 << i
}

// Key identifies a row in its file: a server's name; of a part the server with
// its serial number, or with kind and slot.
func (s *Schema) Key(r *Row) string {
	if s == Servers {
		return s.Get(r, "name")
	}
	if id := fleet.NormalSerial(s.Get(r, "serial")); id != "" {
		return s.Get(r, "server") + "\x00" + id
	}
	return s.Get(r, "server") + "\x00" + s.Get(r, "kind") + "\x00" + strings.ToLower(s.Get(r, "slot"))
}

// Title is how a row is called in messages.
func (s *Schema) Title(r *Row) string {
	if s == Servers {
		return s.Get(r, "name")
	}
	words := []string{s.Get(r, "server"), s.Get(r, "kind"), s.Get(r, "slot")}
	if serial := s.Get(r, "serial"); serial != "" {
		words = append(words, serial)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func serverFields() []Field {
	fields := []Field{line("name"), {"bmc", checkAddress}, {"os", checkAddress}}
	for _, name := range []string{"credential", "bmc_credential", "os_credential", "site", "room", "rack"} {
		fields = append(fields, line(name))
	}
	fields = append(fields, units("position"), units("height"), choice("face", "front", "rear"), line("service"),
		choice("criticality", string(fleet.CriticalityLow), string(fleet.CriticalityNormal), string(fleet.CriticalityHigh), string(fleet.CriticalityCritical)))
	for _, name := range []string{"owner", "asset_tag", "serial", "manufacturer", "model"} {
		fields = append(fields, line(name))
	}
	fields = append(fields, pastDate("in_service"), pastDate("purchased"), anyDate("warranty_start"), anyDate("warranty_end"), anyDate("support_end"),
		Field{"memory_bytes", checkMemory}, Field{"cpu_sockets", checkSockets}, Field{"notes", checkNotes})
	for _, k := range fleet.Kinds {
		if k.Replaceable() {
			fields = append(fields, Field{expected(k), checkCount})
		}
	}
	return fields
}

// expected is the column of how many parts of a kind there should be.
func expected(k fleet.Kind) string { return "expected_" + strings.ReplaceAll(k.String(), "-", "_") }

func partFields() []Field {
	kinds := make([]string, len(fleet.Kinds))
	for i, k := range fleet.Kinds {
		kinds[i] = k.String()
	}
	fields := []Field{line("server"), choice("kind", kinds...)}
	for _, name := range []string{"slot", "serial", "part", "vendor", "model", "asset_tag"} {
		fields = append(fields, line(name))
	}
	return append(fields, pastDate("in_service"), pastDate("purchased"), anyDate("warranty_end"), Field{"notes", checkNotes})
}

const (
	maxText  = 1 << 10
	maxNotes = 16 << 10
)

// line is a field that holds a short text. Line breaks in it are the source's
// layout and become blanks.
func line(name string) Field {
	return Field{name, func(_ *Rules, text string) (string, string) {
		text = strings.Join(strings.Fields(text), " ")
		switch {
		case strings.ContainsFunc(text, hidden) || strings.ContainsRune(text, utf8.RuneError):
			return "", "holds control characters, invisible ones, or letters that could not be read"
		case len(text) > maxText:
			return "", "is longer than 1 KiB"
		}
		return text, ""
	}}
}

// hidden reports whether a letter cannot be seen: two names that look alike
// would be two servers.
func hidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

func checkNotes(_ *Rules, text string) (string, string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
	if len(text) > maxNotes {
		return "", "is longer than 16 KiB"
	}
	return strings.TrimSpace(text), ""
}

func choice(name string, words ...string) Field {
	return Field{name, func(_ *Rules, text string) (string, string) {
		for _, w := range words {
			if strings.EqualFold(strings.TrimSpace(text), w) {
				return w, ""
			}
		}
		return "", "is not known; expected " + strings.Join(words, ", ")
	}}
}
