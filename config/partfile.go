package config

import (
	"slices"
	"strings"
)

// readPartCSV reads a file with one part per line. Its first line names the
// columns: server and the keys of a part.
func readPartCSV(file string, src []byte, r *report) []*noted {
	lines, head, ok := openCSV(file, src, r, "server,kind,slot,serial,in_service")
	if !ok {
		return nil
	}
	t := &partTable{csvLines: lines, d: newDecoder(file, nil, r)}
	if !t.readHead(head) {
		return nil
	}
	var out []*noted
	for cells, ok := t.next(); ok; cells, ok = t.next() {
		if p := t.row(cells); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// partTable reads the rows of one file with parts.
type partTable struct {
	*csvLines
	d     *decoder
	heads []*key[noted] // nil for a column that is not read
}

// readHead understands the column names; false when the rows make no sense.
func (t *partTable) readHead(head []string) bool {
	keys := partColumnKeys()
	known := names(keys)
	used := map[string]bool{}
	for i, raw := range head {
		at := t.at(i)
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
func (t *partTable) row(line []string) *noted {
	p := &noted{at: t.at(0), places: map[string]place{}}
	if !t.cells(line, func(i int, cell string, at place) {
		if k := t.heads[i]; k != nil {
			p.places[k.name] = at
			k.set(t.d, cell, at, p)
		}
	}) {
		return nil
	}
	return p
}
