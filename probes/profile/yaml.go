package profile

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Problem is one thing wrong with a profile: where, what, and what to write.
type Problem struct {
	File string
	Pos
	Text string
}

// String is the problem as compilers write it: file:line:column: text.
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// Problems is everything wrong with a profile or a library, in file order.
type Problems []Problem

// Error lists all problems, one per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) sorted() Problems {
	sort.SliceStable(ps, func(i, j int) bool {
		if ps[i].File != ps[j].File {
			return ps[i].File < ps[j].File
		}
		if ps[i].Line != ps[j].Line {
			return ps[i].Line < ps[j].Line
		}
		return ps[i].Column < ps[j].Column
	})
	return ps
}

// maxDepth bounds nesting, so that a hostile file cannot exhaust the stack.
const maxDepth = 32

// yamlReader fills the schema's types from a YAML tree. A library that stops
// at the first error would make people fix a file once per error; this one
// collects them all, and keeps the line of everything.
type yamlReader struct {
	file     string
	problems Problems
	depth    int
}

// fromYAML is implemented by types with a shorthand of their own.
type fromYAML interface {
	fromYAML(d *yamlReader, n ast.Node)
}

func (d *yamlReader) complain(p Pos, format string, args ...any) {
	if p.Line == 0 { // an entry that says nothing at all has no place of its own
		p = Pos{Line: 1, Column: 1}
	}
	d.problems = append(d.problems, Problem{File: d.file, Pos: p, Text: fmt.Sprintf(format, args...)})
}

func posOf(n ast.Node) Pos {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return Pos{Line: t.Position.Line, Column: t.Position.Column}
	}
	return Pos{Line: 1, Column: 1}
}

var errorPosition = regexp.MustCompile(`^\[(\d+):(\d+)\] `)

// parseYAML parses data; a syntax error is a problem with its place.
func (d *yamlReader) parseYAML(data []byte) ast.Node {
	f, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey()) // d.twice says it better
	if err != nil {
		at, text := Pos{1, 1}, err.Error()
		if m := errorPosition.FindStringSubmatch(text); m != nil {
			at.Line, _ = strconv.Atoi(m[1])
			at.Column, _ = strconv.Atoi(m[2])
			text = text[len(m[0]):]
		}
		first, _, _ := strings.Cut(text, "\n")
		d.complain(at, "this is not YAML: %s", first)
		return nil
	}
	if len(f.Docs) == 0 || f.Docs[0].Body == nil {
		d.complain(Pos{1, 1}, "the file is empty; a profile starts with \"profile: NAME\"")
		return nil
	}
	if len(f.Docs) > 1 {
		d.complain(posOf(f.Docs[1].Body), "one file holds one profile; put the second document into its own file")
	}
	ast.Walk(twice{d}, f.Docs[0].Body)
	return f.Docs[0].Body
}

// twice complains about keys that stand twice in one mapping: of two names or
// serials of a part, nobody can say which one was meant.
type twice struct{ *yamlReader }

// Visit implements ast.Visitor.
func (d twice) Visit(n ast.Node) ast.Visitor {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return d
	}
	first := map[string]int{}
	for _, p := range m.Values {
		key, ok := scalar(p.Key)
		if !ok {
			continue
		}
		at := posOf(p.Key)
		if line, again := first[key]; again {
			d.complain(at, "%q stands here twice (first in line %d); keep one%s", key, line, orList(key))
			continue
		}
		first[key] = at.Line
	}
	return d
}

// orList is what to write where a device has two places for one field.
func orList(key string) string {
	for _, t := range []reflect.Type{reflect.TypeFor[Rule](), reflect.TypeFor[Device]()} {
		v := reflect.New(t).Elem()
		if f, ok := fieldFor(v, key); ok && f.Type() == reflect.TypeFor[*Field]() {
			return fmt.Sprintf(", or write a list, of which the first that has a value counts: %s: [7, 9]", key)
		}
	}
	return ""
}

// scalar is a node's text as written, and whether it is a scalar at all.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	case ast.MapKeyNode:
		if t := n.GetToken(); t != nil {
			return t.Value, true
		}
	}
	return "", false
}

// pairs are the entries of a mapping node.
func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// items are the entries of a sequence; anything else is a list of one.
func items(n ast.Node) []ast.Node {
	if s, ok := n.(*ast.SequenceNode); ok {
		return s.Values
	}
	return []ast.Node{n}
}

func (d *yamlReader) read(n ast.Node, v reflect.Value) {
	if d.depth++; d.depth > maxDepth {
		d.complain(posOf(n), "nested more than %d deep", maxDepth)
		d.depth--
		return
	}
	defer func() { d.depth-- }()
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		d.complain(posOf(n), "anchors, aliases and tags are not used in profiles; share translations through enums and words")
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.read(n, v.Elem())
		return
	}
	if own, ok := v.Addr().Interface().(fromYAML); ok {
		own.fromYAML(d, n)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.readStruct(n, v)
	case reflect.Slice:
		for _, item := range items(n) {
			e := reflect.New(v.Type().Elem()).Elem()
			d.read(item, e)
			v.Set(reflect.Append(v, e))
		}
	case reflect.Map:
		d.readMap(n, v)
	default:
		d.readScalar(n, v)
	}
}

func (d *yamlReader) readMap(n ast.Node, v reflect.Value) {
	kv, ok := pairs(n)
	if !ok {
		d.complain(posOf(n), "expected a mapping of names")
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for _, p := range kv {
		key, _ := scalar(p.Key)
		e := reflect.New(v.Type().Elem()).Elem()
		d.read(p.Value, e)
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), e)
	}
}

func (d *yamlReader) readScalar(n ast.Node, v reflect.Value) {
	text, ok := scalar(n)
	if !ok {
		d.complain(posOf(n), "expected a single value, not a list or mapping")
		return
	}
	if own, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := own.UnmarshalText([]byte(text)); err != nil {
			d.complain(posOf(n), "%v", err)
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			d.complain(posOf(n), "expected true or false, not %q", text)
		}
		v.SetBool(text == "true")
	case reflect.Int:
		i, err := strconv.Atoi(text)
		if err != nil {
			d.complain(posOf(n), "expected a whole number, not %q", text)
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			d.complain(posOf(n), "expected a number, not %q", text)
		}
		v.SetFloat(f)
	default:
		d.complain(posOf(n), "cannot hold a value here")
	}
}

// readStruct fills a struct by its yaml tags; embedded structs share its keys.
func (d *yamlReader) readStruct(n ast.Node, v reflect.Value) {
	kv, ok := pairs(n)
	if !ok {
		d.complain(posOf(n), "expected a mapping with keys such as %s", strings.Join(firstKeys(v.Type()), ", "))
		return
	}
	setPos(v, posOf(n))
	for _, p := range kv {
		key, _ := scalar(p.Key)
		f, ok := fieldFor(v, key)
		if !ok {
			d.complain(posOf(p.Key), "unknown key %q%s", key, nearest(key, keysOf(v.Type())))
			continue
		}
		d.read(p.Value, f)
	}
}

func setPos(v reflect.Value, p Pos) {
	if f := v.FieldByName("Pos"); f.IsValid() && f.CanSet() && f.Type() == reflect.TypeFor[Pos]() {
		f.Set(reflect.ValueOf(p))
	}
}

func fieldFor(v reflect.Value, key string) (reflect.Value, bool) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			if e, ok := fieldFor(v.Field(i), key); ok {
				return e, true
			}
			continue
		}
		if tag := f.Tag.Get("yaml"); tag != "" && tag != "-" && tag == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			keys = append(keys, keysOf(f.Type)...)
			continue
		}
		if tag := f.Tag.Get("yaml"); tag != "" && tag != "-" {
			keys = append(keys, tag)
		}
	}
	return keys
}

func firstKeys(t reflect.Type) []string {
	keys := keysOf(t)
	return keys[:min(4, len(keys))]
}

// maxExpected is how many valid words are listed where none is near.
const maxExpected = 40

// nearest is a hint: the valid word closest to what was written.
func nearest(got string, valid []string) string {
	best, distance := "", len(got)/2+2
	for _, w := range valid {
		if n := editDistance(strings.ToLower(got), strings.ToLower(w)); n < distance {
			best, distance = w, n
		}
	}
	if best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	if len(valid) > 0 && len(valid) <= maxExpected {
		return "; expected one of " + strings.Join(valid, ", ")
	}
	return ""
}

// editDistance is the Levenshtein distance of a and b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
