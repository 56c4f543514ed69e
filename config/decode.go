package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decoder walks the tree of one file by the schema's tables. Nothing is
// guessed: what the schema does not know is a problem with its place.
type decoder struct {
	*report
	file    string
	anchors map[string]ast.Node
	nodes   int  // visited so far, what an alias repeats counted each time
	aliases int  // followed so far
	full    bool // one of the two was too many
	secrets bool // inside credentials: no value may be quoted in a message
}

func newDecoder(file string, body ast.Node, r *report) *decoder {
	d := &decoder{report: r, file: file, anchors: map[string]ast.Node{}}
	if body != nil {
		ast.Walk(anchorCollector(d.anchors), body)
	}
	return d
}

// anchorCollector remembers what each "&name" stands for.
type anchorCollector map[string]ast.Node

// Visit implements ast.Visitor.
func (c anchorCollector) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil {
		c[a.Name.GetToken().Value] = a.Value
	}
	return c
}

func (d *decoder) place(n ast.Node) place { return placeOf(d.file, n) }

// resolve strips anchors and tags and follows aliases, a bounded number of times.
func (d *decoder) resolve(n ast.Node) ast.Node {
	for range maxDepth {
		if d.nodes++; d.exhausted(n) {
			return nil
		}
		switch m := n.(type) {
		case *ast.AnchorNode:
			n = m.Value
		case *ast.TagNode:
			n = m.Value
		case *ast.AliasNode:
			target, ok := d.anchors[m.Value.GetToken().Value]
			if !ok {
				d.errorf(d.place(n), "no anchor &%s to go with this alias", m.Value.GetToken().Value)
				return nil
			}
			n = target
			d.aliases++
		case *ast.NullNode:
			return nil
		default:
			return n
		}
	}
	d.errorf(d.place(n), "an alias that leads back to itself")
	return nil
}

// exhausted reports whether a file unfolds to more than any real one does, and
// says so once.
func (d *decoder) exhausted(n ast.Node) bool {
	if d.nodes <= maxNodes && d.aliases <= maxAliases {
		return false
	}
	if !d.full {
		d.full = true
		d.errorf(d.place(n), "too much to read: aliases and lists add up to more than %d aliases or %d values", maxAliases, maxNodes)
	}
	return true
}

// pair is one "key: value" of a mapping.
type pair struct {
	key   string
	at    place // of the key
	value ast.Node
}

// pairs is what a mapping holds, merged mappings ("<<: *base") first, so that
// the mapping's own keys win. Anything but a mapping is reported as not being
// what, and a key that is there twice too.
func (d *decoder) pairs(n ast.Node, what string) []pair {
	at := d.place(n)
	n = d.resolve(n)
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		d.errorf(at, "expected %s (\"key: value\" lines), not %s", what, describe(n))
		return nil
	}
	own, merged := make([]pair, 0, len(values)), []pair(nil)
	first := make(map[string]place, len(values))
	for _, v := range values {
		if v.Key.IsMergeKey() {
			if !d.exhausted(v) {
				merged = append(merged, d.pairs(v.Value, "a mapping to merge")...)
			}
			continue
		}
		p := pair{key: keyText(v.Key), at: d.place(v.Key), value: v.Value}
		if was, twice := first[p.key]; twice {
			d.errorf(p.at, "%s is already set in line %d; expected each key once", quote(p.key), was.line)
			continue
		}
		first[p.key] = p.at
		own = append(own, p)
	}
	out := make([]pair, 0, len(merged)+len(own))
	for _, p := range merged {
		if _, overridden := first[p.key]; !overridden {
			out = append(out, p)
		}
	}
	return append(out, own...)
}

func keyText(k ast.MapKeyNode) string {
	if m, ok := k.(*ast.MappingKeyNode); ok && m.Value != nil {
		return m.Value.GetToken().Value
	}
	return k.GetToken().Value
}

// items is what a list holds; anything else is reported as not being what.
func (d *decoder) items(n ast.Node, what string) []ast.Node {
	at := d.place(n)
	switch m := d.resolve(n).(type) {
	case nil:
		return nil
	case *ast.SequenceNode:
		return m.Values
	default:
		d.errorf(at, "expected %s (a list of \"- …\" lines), not %s", what, describe(m))
		return nil
	}
}

// scalar is the text of a single value; nothing at all is "", false.
func (d *decoder) scalar(n ast.Node, what string) (string, bool) {
	at := d.place(n)
	switch m := d.resolve(n).(type) {
	case nil:
		return "", false
	case *ast.LiteralNode:
		return m.Value.Value, true
	case *ast.StringNode:
		return m.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return m.GetToken().Value, true
	default:
		d.errorf(at, "expected %s, not %s", what, describe(m))
		return "", false
	}
}

func describe(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "a text"
	}
	return "a single value"
}

// quote is a value as a message may show it: short, printable, and not at all
// where secrets are written.
func (d *decoder) quote(s string) string {
	if d.secrets {
		return "this value"
	}
	return quote(s)
}

func quote(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return `"` + strings.Map(printable, s) + `"`
}
