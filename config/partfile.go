package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// readPartCSV reads a file with one part per line. Its first line names the
// columns: server and the keys of a part.
func readPartCSV(file string, src []byte, r *report) []*noted {
	src, ok := cleanCSV(file, src, r)
	if !ok {
		return nil
	}
	cr := csv.NewReader(bytes.NewReader(src))
	cr.Comma = separator(src)
	cr.FieldsPerRecord = -1
	cr.ReuseRecord = true
	head, err := cr.Read()
	if err != nil {
		r.errorf(place{file, 1, 1}, "no first line with column names, e.g. server,kind,slot,serial,in_service")
		return nil
	}
	t := &partTable{report: r, d: newDecoder(file, nil, r), file: file}
	if !t.readHead(head, cr) {
		return nil
	}
	var out []*noted
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			r.errorf(place{file, pe.Line, pe.Column}, "not valid CSV: %v; a quote inside a cell is written twice and the cell in quotes", pe.Err)
			return out // what follows an open quote is not what it seems
		}
		if p := t.row(cells, cr); p != nil {
			out = append(out, p)
		}
	}
}

// partTable reads the rows of one file with parts.
type partTable struct {
	*report
	d     *decoder
	file  string
	heads []*key[noted] // nil for a column that is not read
}

// readHead understands the column names; false when the rows make no sense.
func (t *partTable) readHead(head []string, cr *csv.Reader) bool {
	keys := partColumnKeys()
	known := names(keys)
	used := map[string]bool{}
	for i, raw := range head {
		line, col := cr.FieldPos(i)
		at := place{t.file, line, col}
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(raw)), " ", "_")
		t.heads = append(t.heads, nil)
		k := slices.Index(known, name)
		switch {
		case name == "" || slices.Contains(partFacts, name):
		case k < 0:
			t.add(at, nearest(name, known) == "", "column %s is not known here%s", quote(raw), orMeant(name, known))
		case used[name]:
			t.errorf(at, "column %s is there twice; expected each once", quote(raw))
		default:
			used[name] = true
			t.heads[i] = &keys[k]
		}
	}
	if !used["server"] {
		t.errorf(place{t.file, 1, 1}, "no column is called server; found %s", list(head))
	}
	return used["server"]
}

// partFacts are columns that an export of parts has and that only the device
// can tell.
var partFacts = []string{"firmware", "capacity_bytes", "manufactured", "health"}

// row reads one line; nil for an empty one.
func (t *partTable) row(cells []string, cr *csv.Reader) *noted {
	line, col := cr.FieldPos(0)
	p := &noted{at: place{t.file, line, col}, places: map[string]place{}}
	empty := true
	for i, cell := range cells {
		line, col := cr.FieldPos(i)
		at := place{t.file, line, col}
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		empty = false
		if i >= len(t.heads) {
			t.errorf(at, "this line has more cells than the first line has columns (%d); a cell with a separator in it needs quotes", len(t.heads))
			break
		}
		if len(cell) > maxCellBytes {
			t.errorf(at, "a cell of %d bytes; at most %d are read (is a closing quote missing?)", len(cell), maxCellBytes)
			continue
		}
		if k := t.heads[i]; k != nil {
			p.places[k.name] = at
			k.set(t.d, cell, at, p)
		}
	}
	if empty {
		return nil
	}
	return p
}
