package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Managed is an inventory file that imports keep: rows in our own columns, in
// the file's order, with columns of people's own between them.
type Managed struct {
	schema *Schema
	heads  []string
	rows   []Row
	index  map[string]int
}

// ReadManaged reads an inventory file as imports write it; nothing is an empty
// file. It refuses what it could not write back.
func ReadManaged(name string, text []byte, s *Schema, rules *Rules) (*Managed, error) {
	m := &Managed{schema: s, index: map[string]int{}}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if len(bytes.TrimSpace(text)) == 0 {
		return m, nil
	}
	cr := csv.NewReader(bytes.NewReader(text))
	cr.Comma = separator(text, ',')
	cr.FieldsPerRecord = -1
	head, err := cr.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := m.readHead(name, head); err != nil {
		return nil, err
	}
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w; correct it first", name, err)
		}
		line, _ := cr.FieldPos(0)
		if blank(cells) {
			continue
		}
		if len(cells) > len(m.heads) {
			return nil, fmt.Errorf("%s:%d: more cells than columns; correct it first", name, line)
		}
		row := m.row(line, cells, rules)
		key := s.Key(&row)
		if at, twice := m.index[key]; twice {
			return nil, fmt.Errorf("%s:%d: %s is already in line %d; correct it first", name, line, s.Title(&row), m.rows[at].Line)
		}
		m.put(row)
	}
}

// readHead accepts our own columns and those of people's own. A column under
// another system's name means that this file was not written here.
func (m *Managed) readHead(name string, head []string) error {
	for _, h := range head {
		h = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(h)), " ", "_")
		if slices.Contains(m.heads, h) {
			return fmt.Errorf("%s: column %q is there twice", name, h)
		}
		if to, ok := netboxDevices.columns[h]; ok && m.schema == Servers && !strings.HasPrefix(to, "@") {
			return fmt.Errorf("%s: column %q is not one that an import writes (it would be %q), so this file is a person's own; choose another with --into", name, h, to)
		}
		m.heads = append(m.heads, h)
	}
	key := m.schema.Fields[0].Name
	if !slices.Contains(m.heads, key) {
		return fmt.Errorf("%s: no column is called %s, so this file was not written by an import; choose another with --into", name, key)
	}
	return nil
}

func (m *Managed) row(line int, cells []string, rules *Rules) Row {
	row := m.schema.newRow(line)
	for i, cell := range cells {
		cell = composed(cell)
		at, ours := m.schema.index[m.heads[i]]
		switch {
		case cell == "":
		case !ours:
			if row.extra == nil {
				row.extra = map[string]string{}
			}
			row.extra[m.heads[i]] = cell
		default:
			// What a person wrote in another way is the same value; what is wrong
			// stays as it is, and the configuration will say so.
			if value, wrong := m.schema.Fields[at].check(rules, cell); wrong == "" {
				cell = value
			}
			row.Values[at] = cell
		}
	}
	return row
}

func (m *Managed) put(row Row) {
	key := m.schema.Key(&row)
	if at, known := m.index[key]; known {
		m.rows[at] = row
		return
	}
	m.index[key] = len(m.rows)
	m.rows = append(m.rows, row)
}

func (m *Managed) find(key string) *Row {
	at, ok := m.index[key]
	if !ok {
		return nil
	}
	return &m.rows[at]
}

// copyOf is a file that can be changed without changing m.
func (m *Managed) copyOf() *Managed {
	out := &Managed{schema: m.schema, heads: slices.Clone(m.heads), rows: slices.Clone(m.rows), index: make(map[string]int, len(m.rows))}
	for i := range out.rows {
		out.rows[i].Values = slices.Clone(out.rows[i].Values)
		out.index[out.schema.Key(&out.rows[i])] = i
	}
	return out
}

// without is the file less some rows.
func (m *Managed) without(gone map[string]bool) *Managed {
	out := &Managed{schema: m.schema, heads: m.heads, index: map[string]int{}}
	for _, r := range m.rows {
		if !gone[m.schema.Key(&r)] {
			out.put(r)
		}
	}
	return out
}

// Encode writes the file: its own columns first, as they were, then those that
// rows need.
func (m *Managed) Encode() ([]byte, error) {
	heads := slices.Clone(m.heads)
	for i, f := range m.schema.Fields {
		used := slices.ContainsFunc(m.rows, func(r Row) bool { return r.Values[i] != "" })
		if (used || i == 0) && !slices.Contains(heads, f.Name) {
			heads = append(heads, f.Name)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(heads); err != nil {
		return nil, err
	}
	cells := make([]string, len(heads))
	for _, r := range m.rows {
		for i, h := range heads {
			if at, ours := m.schema.index[h]; ours {
				cells[i] = r.Values[at]
			} else {
				cells[i] = r.extra[h]
			}
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
