package profile

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/probes/snmp"
)

func reflectOf(p any) reflect.Value { return reflect.ValueOf(p).Elem() }

var numericOID = regexp.MustCompile(`^[0-9]+(\.[0-9]+)+$`)

func (o *OID) fromYAML(d *yamlReader, n ast.Node) {
	text, ok := scalar(n)
	if !ok {
		d.complain(posOf(n), "expected an OID such as 1.3.6.1.2.1.1.2.0")
		return
	}
	o.Pos, o.Text = posOf(n), strings.TrimPrefix(text, ".")
}

func (r *Ref) fromYAML(d *yamlReader, n ast.Node) {
	text, ok := scalar(n)
	if !ok {
		d.complain(posOf(n), "expected a column number, alias.column, or index")
		return
	}
	ref, ok := parseRef(text)
	if !ok {
		d.complain(posOf(n), "%q is no cell: write a column number (5), a joined column (fru.7), index, or index.2", text)
		return
	}
	*r = ref
	r.Pos = posOf(n)
}

var refPattern = regexp.MustCompile(`^(?:([a-z][a-z0-9_-]*)\.)?([0-9]+(?:\.[0-9]+)*|@[A-Za-z0-9_]+)$`)

// parseRef reads "5", "fru.7", "index", "index.2", or "@serial", a member of a
// script's output.
func parseRef(s string) (Ref, bool) {
	if s == "index" {
		return Ref{Text: s, Index: true}, true
	}
	m := refPattern.FindStringSubmatch(s)
	if m == nil {
		return Ref{}, false
	}
	if m[1] == "index" {
		part, err := strconv.Atoi(m[2])
		return Ref{Text: s, Index: true, Part: part}, err == nil && part > 0
	}
	return Ref{Text: s, Alias: m[1], Column: snmp.OID(m[2])}, true
}

// fromYAML reads a field: a column number, an OID, a template or constant, a
// list of fallbacks, or a mapping with every key.
func (f *Field) fromYAML(d *yamlReader, n ast.Node) {
	f.Pos = posOf(n)
	if _, ok := n.(*ast.SequenceNode); ok {
		for _, item := range items(n) {
			var e Field
			e.fromYAML(d, item)
			f.First = append(f.First, &e)
		}
		return
	}
	if text, ok := scalar(n); ok {
		f.short = text
		return
	}
	d.readStruct(n, reflectOf(f))
}

func (s *HealthSource) fromYAML(d *yamlReader, n ast.Node) {
	d.readStruct(n, reflectOf(s))
	s.Pos = posOf(n)
	if s.Map == nil {
		d.complain(s.Pos, "a health source needs \"map:\", the enum that translates its values")
	}
}

func (t *Total) fromYAML(d *yamlReader, n ast.Node) {
	if _, ok := pairs(n); !ok {
		t.Field.fromYAML(d, n)
		return
	}
	d.readStruct(n, reflectOf(t))
	t.Pos = posOf(n)
}

// fromYAML reads a mapping of cells to values, or a list of such mappings of
// which any may hold.
func (c *Condition) fromYAML(d *yamlReader, n ast.Node) {
	c.Pos = posOf(n)
	for _, item := range items(n) {
		kv, ok := pairs(item)
		if !ok {
			d.complain(posOf(item), "expected a condition such as {7: [24, 26]}: cell, then the values that fit")
			continue
		}
		var all []Test
		for _, p := range kv {
			var t Test
			t.Ref.fromYAML(d, p.Key)
			for _, v := range items(p.Value) {
				text, ok := scalar(v)
				if !ok {
					d.complain(posOf(v), "expected a value or a pattern")
					continue
				}
				m, err := parseMatch(text)
				if err != nil {
					d.complain(posOf(v), "bad pattern %q: %v", text, err)
					continue
				}
				t.Values, t.Literal = append(t.Values, m), append(t.Literal, text)
			}
			all = append(all, t)
		}
		c.Any = append(c.Any, all)
	}
}

// piece is a part of a template: literal text or a cell.
type piece struct {
	literal string
	ref     *Ref
}

// parseTemplate takes "Bay {5}, box {index.2}" apart.
func parseTemplate(s string) ([]piece, bool) {
	var out []piece
	for s != "" {
		lit, rest, found := strings.Cut(s, "{")
		if lit != "" {
			out = append(out, piece{literal: lit})
		}
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, "}")
		ref, ok := parseRef(inner)
		if !closed || !ok {
			return nil, false
		}
		out = append(out, piece{ref: &ref})
		s = after
	}
	return out, true
}
