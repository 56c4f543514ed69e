package profile

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The bounds of a script's output, far beyond what one answer of an agent can
// carry: what a hostile one can make us unpack and keep.
const (
	maxScriptBytes = 2 << 20 // after unpacking
	maxScriptNodes = 100_000 // values in a document
	maxScriptDepth = 32
	maxScriptRows  = 4096
	maxScriptKey   = 128
)

// scriptRow is one row of an output: its name, and its members as text.
type scriptRow struct {
	key     string
	members map[string]string
}

// parse reads an output in any of the forms that scripts print: JSON, the same
// packed by gzip and base64, or lines with commas. A panic of a library costs
// this one output.
func (s *Script) parse(output []byte) (rows []scriptRow, err error) {
	defer func() {
		if p := recover(); p != nil {
			rows, err = nil, fmt.Errorf("its output broke the reader: %v", p)
		}
	}()
	text := bytes.Trim(output, " \t\r\n\x00")
	if len(text) > maxScriptBytes {
		return nil, fmt.Errorf("its output is larger than %d MiB", maxScriptBytes>>20)
	}
	if bytes.HasPrefix(text, []byte("H4sI")) {
		if text, err = unpack(text); err != nil {
			return nil, err
		}
	}
	switch {
	case s.plain():
		return []scriptRow{{key: "1", members: map[string]string{plainMember: bounded(firstLine(string(text)))}}}, nil
	case len(text) == 0:
		return nil, errors.New("its output is empty; see what it prints when the agent's user runs it")
	case text[0] == '{' || text[0] == '[':
		return s.document(text)
	case len(s.Lines) > 1:
		return s.lines(string(text))
	}
	return nil, fmt.Errorf("its output is no JSON; it begins with %q", beginning(text))
}

// plainMember is the only member of an output that is no table but a text.
const plainMember = "text"

// plain reports whether the output is a text and no table.
func (s *Script) plain() bool { return s.Rows == "" && len(s.Lines) == 0 }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(strings.ToValidUTF8(line, "?"))
}

func beginning(text []byte) string {
	return strings.ToValidUTF8(string(text[:min(60, len(text))]), "?")
}

// unpack undoes base64 and gzip. Base64 comes with line breaks inside.
func unpack(text []byte) ([]byte, error) {
	packed := make([]byte, 0, len(text))
	for _, b := range text {
		if b > ' ' {
			packed = append(packed, b)
		}
	}
	raw := make([]byte, base64.StdEncoding.DecodedLen(len(packed)))
	n, err := base64.StdEncoding.Decode(raw, packed)
	if err != nil {
		return nil, fmt.Errorf("its output begins like base64 and is none: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw[:n]))
	if err != nil {
		return nil, fmt.Errorf("its output is not packed as gzip: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(z, maxScriptBytes+1))
	if err != nil {
		return nil, fmt.Errorf("its output cannot be unpacked (was it cut?): %w", err)
	}
	if len(out) > maxScriptBytes {
		return nil, fmt.Errorf("its output unpacks to more than %d MiB", maxScriptBytes>>20)
	}
	return bytes.Trim(out, " \t\r\n\x00"), nil
}

// lines reads the form of one row a line.
func (s *Script) lines(text string) ([]scriptRow, error) {
	var out []scriptRow
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if len(fields) < 2 || len(out) >= maxScriptRows {
			continue // a message among the rows
		}
		row := scriptRow{key: rowKey(fields[0]), members: map[string]string{}}
		for i, field := range fields {
			if i < len(s.Lines) {
				row.put(s.Lines[i], strings.TrimSpace(field))
			}
		}
		if row.key != "" {
			out = append(out, row)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("its output is neither JSON nor lines with commas; it begins with %q", beginning([]byte(text)))
	}
	return out, nil
}

// put keeps a member; the word null is the scripts' way to say nothing.
func (r *scriptRow) put(name, text string) {
	if text != "" && !strings.EqualFold(text, "null") {
		r.members[name] = bounded(text)
	}
}

// rowKey makes a name that can be an index.
func rowKey(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
	return strings.ToValidUTF8(s[:min(len(s), maxScriptKey)], "")
}

// document reads JSON. All scripts of one family share the envelope: "error"
// is not 0 where the script could not do its work.
func (s *Script) document(text []byte) ([]scriptRow, error) {
	d := &tree{dec: json.NewDecoder(bytes.NewReader(text))}
	d.dec.UseNumber()
	root, err := d.value(0)
	if err != nil {
		return nil, fmt.Errorf("its output is broken JSON: %w", err)
	}
	if top, ok := root.(map[string]any); ok {
		if code := scalarText(top["error"]); code != "" && code != "0" {
			return nil, fmt.Errorf("it says: %s (error %s)", cmp.Or(rowKey(scalarText(top["errorString"])), "no reason"), rowKey(code))
		}
	}
	at := root
	for _, name := range strings.Split(s.Rows, ".") {
		here, ok := at.(map[string]any)
		if name == "" {
			continue
		}
		if at = here[name]; !ok || at == nil {
			return nil, fmt.Errorf("its output has no %q: another version of the script, perhaps", s.Rows)
		}
	}
	return s.rowsIn(at), nil
}

func (s *Script) rowsIn(at any) []scriptRow {
	var out []scriptRow
	add := func(key string, v any) {
		members, ok := v.(map[string]any)
		if !ok || len(out) >= maxScriptRows {
			return
		}
		row := scriptRow{key: rowKey(key), members: make(map[string]string, len(members))}
		for name, m := range members {
			row.put(name, scalarText(m))
		}
		if row.key != "" {
			out = append(out, row)
		}
	}
	switch at := at.(type) {
	case map[string]any:
		for _, key := range sortedKeys(at) {
			add(key, at[key])
		}
	case []any:
		for i, v := range at {
			key := strconv.Itoa(i)
			if m, ok := v.(map[string]any); ok && s.Key != "" {
				key = cmp.Or(scalarText(m[s.Key]), key)
			}
			add(key, v)
		}
	}
	return out
}

// scalarText is a value as text: a list of scalars with commas, nothing for
// what is no scalar.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "1"
		}
		return "0"
	case []any:
		var parts []string
		for _, x := range v {
			if _, nested := x.([]any); !nested && len(parts) < maxScriptKey {
				if text := scalarText(x); text != "" {
					parts = append(parts, text)
				}
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// tree builds a document value by value, so that depth and number of values
// are bounded while it is read and not afterwards.
type tree struct {
	dec   *json.Decoder
	nodes int
}

func (t *tree) value(depth int) (any, error) {
	if t.nodes++; t.nodes > maxScriptNodes || depth > maxScriptDepth {
		return nil, fmt.Errorf("more than %d values, or %d levels", maxScriptNodes, maxScriptDepth)
	}
	tok, err := t.dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		return t.object(depth)
	case json.Delim('['):
		return t.list(depth)
	}
	return tok, nil
}

func (t *tree) object(depth int) (any, error) {
	out := map[string]any{}
	for t.dec.More() {
		key, err := t.dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := t.value(depth + 1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		out[name] = v
	}
	_, err := t.dec.Token()
	return out, err
}

func (t *tree) list(depth int) (any, error) {
	var out []any
	for t.dec.More() {
		v, err := t.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := t.dec.Token()
	return out, err
}

// print is parse turned round, for the simulator: the members of each row as
// the JSON that the script would print.
func (s *Script) print(rows map[string]map[string]string) string {
	if s.plain() {
		return rows["1"][plainMember]
	}
	var at any = rows
	if s.Key != "" {
		list := []map[string]string{}
		for _, key := range sortedKeys(rows) {
			row := maps.Clone(rows[key])
			row[s.Key] = cmp.Or(row[s.Key], key)
			list = append(list, row)
		}
		at = list
	}
	path := strings.Split(s.Rows, ".")
	slices.Reverse(path)
	for _, name := range path {
		at = map[string]any{name: at}
	}
	if top, ok := at.(map[string]any); ok {
		top["version"], top["error"], top["errorString"] = 1, 0, ""
	}
	text, err := json.Marshal(at)
	if err != nil {
		return "" // texts and maps of texts can always be written
	}
	return string(text)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
