package config

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"ironage/internal/fleet"
)

// columns maps CSV column names, NetBox's first, to the keys of a server.
// Every key of a server is a column name too, and so are cf_KEY and
// expected_KIND.
var columns = map[string]string{
	"oob_ip": "bmc", "primary_ip": "os", "primary_ip4": "os", "primary_ip6": "os", "ip_address": "os",
	"location": "room", "u_height": "height", "rack_face": "face", "device_type": "model", "type": "model",
	"tenant": "owner", "comments": "notes", "memory": "memory_bytes", "cpus": "cpu_sockets", "role": "", "device_role": "",
}

// netboxOnly are columns of a NetBox export that say nothing here.
var netboxOnly = []string{"id", "status", "tags", "platform", "parent", "parent_bay", "device_bay", "region", "site_group", "cluster",
	"virtual_chassis", "vc_position", "vc_priority", "airflow", "config_template", "config_context", "local_context_data", "description",
	"tenant_group", "contacts", "created", "last_updated", "latitude", "longitude", "url", "owner_group", "inventory_items", "vdc_count",
	"console_ports", "power_ports", "interfaces", "front_ports", "rear_ports", "device_bays", "module_bays"}

// skipStatus are NetBox's states of devices that are not in a rack and running.
var skipStatus = []string{"planned", "inventory", "decommissioning", "offline"}

const maxCellBytes = 16 << 10

// readCSV reads an inventory of comma, semicolon or tab separated lines.
func readCSV(file string, src []byte, r *report) []*draft {
	lines, head, ok := openCSV(file, src, r, "name,oob_ip,site,rack,position")
	if !ok {
		return nil
	}
	t := &csvTable{csvLines: lines, d: newDecoder(file, nil, r), keys: serverKeys()}
	t.readHead(head)
	if r.failed() && t.column("name") < 0 {
		return nil
	}
	var out []*draft
	skipped := 0
	for cells, ok := t.next(); ok; cells, ok = t.next() {
		s := t.row(cells)
		switch {
		case s == nil:
		case slices.Contains(skipStatus, t.status):
			skipped++
		default:
			out = append(out, s)
		}
	}
	if skipped > 0 {
		r.warnf(place{file: file}, "%d servers left out because of their status (%s)", skipped, strings.Join(skipStatus, ", "))
	}
	return out
}

// cleanCSV strips what spreadsheets put before the text and refuses what is
// not text.
func cleanCSV(file string, src []byte, r *report) ([]byte, bool) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	switch {
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}), bytes.HasPrefix(src, []byte{0xfe, 0xff}), !utf8.Valid(src):
		r.errorf(place{file: file}, "this is not UTF-8 text; in the spreadsheet choose \"CSV UTF-8\"")
		return nil, false
	case bytes.IndexByte(src, 0) >= 0:
		r.errorf(place{file: file}, "this is not a text file")
		return nil, false
	}
	// Excel's hint about the separator; the line stays, empty, for the line numbers.
	if bytes.HasPrefix(src, []byte("sep=")) {
		if i := bytes.IndexByte(src, '\n'); i >= 0 {
			src = src[i:]
		}
	}
	// A lone CR ends lines on old Macs; keep CRLF for the reader.
	if !bytes.Contains(src, []byte("\n")) {
		src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	}
	return src, true
}

// separator is what the first line uses most: comma, semicolon or tab.
func separator(src []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(src, "\r\n"), []byte("\n"))
	best, most := ',', 0
	for _, sep := range ",;\t" {
		if n := bytes.Count(line, []byte(string(sep))); n > most {
			best, most = sep, n
		}
	}
	return best
}

// csvTable reads the rows of one file.
type csvTable struct {
	*csvLines
	d      *decoder
	keys   []key[draft]
	heads  []string // key of each column; "" when it is not used
	kinds  []fleet.Kind
	status string // of the last row read
}

func (t *csvTable) column(key string) int { return slices.Index(t.heads, key) }

// readHead understands the column names.
func (t *csvTable) readHead(head []string) {
	known := names(t.keys)
	for i, raw := range head {
		at := t.at(i)
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(raw)), " ", "_")
		t.heads = append(t.heads, "")
		t.kinds = append(t.kinds, 0)
		key, kind, wrong := columnKey(name, known)
		switch {
		case wrong != "":
			t.add(at, nearest(strings.TrimPrefix(name, "cf_"), known) == "", "column %s is not known here%s", quote(raw), wrong)
		case kind != 0:
			t.kinds[i] = kind
		case key != "" && key != "os" && t.column(key) >= 0:
			t.errorf(at, "column %s says the same as column %s; expected each once", quote(raw), quote(head[t.column(key)]))
		default:
			t.heads[i] = key
		}
	}
	if t.column("name") < 0 {
		t.errorf(place{t.file, 1, 1}, "no column is called name; found %s", list(head))
	}
}

// columnKey is the key or the kind of expected part that a column holds; both
// empty: a column without meaning here.
func columnKey(name string, known []string) (key string, kind fleet.Kind, wrong string) {
	plain := strings.TrimPrefix(name, "cf_")
	if k, ok := strings.CutPrefix(plain, "expected_"); ok {
		k = strings.ReplaceAll(k, "_", "-")
		if kind, ok := fleet.FindKind(k); ok && slices.Contains(fleet.Kinds, kind) {
			return "", kind, ""
		}
	}
	key, mapped := columns[name]
	switch {
	case slices.Contains(known, plain) && plain != "expected" && plain != "parts":
		return plain, 0, ""
	case mapped:
		return key, 0, ""
	case name == "status":
		return "status", 0, ""
	case name == "" || slices.Contains(netboxOnly, name):
		return "", 0, ""
	}
	if n := nearest(plain, known); n != "" {
		return "", 0, "; did you mean " + quote(n) + "?"
	}
	return "", 0, " and is not read; columns are " + list(known)
}

// row reads one line; nil for an empty one.
func (t *csvTable) row(line []string) *draft {
	s := &draft{at: t.at(0), places: map[string]place{}}
	t.status = ""
	if !t.cells(line, func(i int, cell string, at place) { t.cell(s, i, cell, at) }) {
		return nil
	}
	return s
}

// cell puts one cell's text where it belongs.
func (t *csvTable) cell(s *draft, i int, cell string, at place) {
	name := t.heads[i]
	switch {
	case t.kinds[i] != 0:
		setExpected(t.d, t.kinds[i], cell, at, s)
		return
	case name == "":
		return
	case name == "status":
		t.status = strings.ToLower(cell)
		return
	case name == "bmc" || name == "os":
		cell, _, _ = strings.Cut(cell, "/") // NetBox writes 10.0.0.7/24
		if _, has := s.places[name]; has {
			return // primary_ip4 and primary_ip6: the first wins
		}
	case name == "face" || name == "criticality":
		cell = strings.ToLower(cell)
	}
	s.places[name] = at
	k := t.keys[slices.IndexFunc(t.keys, func(k key[draft]) bool { return k.name == name })]
	k.set(t.d, cell, at, s)
}
