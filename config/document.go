package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds on a YAML file. They are far above any real fleet and keep a hostile
// or mistaken file from costing more than a second or a few hundred megabytes.
const (
	maxMainBytes      = 1 << 20
	maxInventoryBytes = 8 << 20
	maxTableBytes     = 64 << 20 // a CSV file costs no more than its size
	maxDepth          = 32       // brackets in brackets, or prefixes in a row
	maxKeysInARow     = 20_000   // the parser's cost grows with their square
	maxNodes          = 1_000_000
	maxAliases        = 100_000
)

// parseDocument turns one YAML file into its tree; nil when there is nothing
// in it or it cannot be read as YAML, which is then reported.
func parseDocument(file string, src []byte, r *report) (body ast.Node) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !utf8.Valid(src) {
		r.errorf(place{file: file}, "this is not UTF-8 text; save it as UTF-8")
		return nil
	}
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	defer func() {
		// The parser is not ours and has been seen to panic on garbage.
		if p := recover(); p != nil {
			r.errorf(place{file: file}, "this is not YAML that can be read")
			body = nil
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if at, why := tooWild(tokens); why != "" {
		r.errorf(place{file, at.Line, at.Column}, "%s", why)
		return nil
	}
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, text := explainSyntax(file, err)
		r.errorf(at, "%s", text)
		return nil
	}
	return onlyDocument(file, tree, r)
}

// onlyDocument is the one document that a file may hold.
func onlyDocument(file string, tree *ast.File, r *report) ast.Node {
	var body ast.Node
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if doc.Body.Type() == ast.DirectiveType {
			continue
		}
		if body != nil {
			r.errorf(placeOf(file, doc.Body), "a second document begins here; expected one document without \"---\" in between")
			break
		}
		body = doc.Body
	}
	return body
}

// explainSyntax says where the YAML breaks. The parser's own long form quotes
// the source, which may hold a secret, so only its one-line message is used.
func explainSyntax(file string, err error) (place, string) {
	var se yaml.Error
	if !errors.As(err, &se) || se.GetToken() == nil {
		return place{file: file}, "this is not YAML that can be read"
	}
	at := se.GetToken().Position
	text := se.GetMessage()
	switch {
	case strings.Contains(text, "cannot start any token"):
		text = "a tab cannot indent YAML; use spaces"
	case strings.Contains(text, "mapping value is not allowed"):
		text = "this line does not fit the one above: a value is followed by a further \":\" (wrong indentation, or a text that needs quotes)"
	case strings.Contains(text, "unexpected key name"):
		text = "expected \"key: value\" (a \":\" with a space behind it is missing)"
	}
	return place{file, at.Line, at.Column}, "not valid YAML: " + text
}

// tooWild looks for what would cost the parser its stack or far too much time.
func tooWild(tokens token.Tokens) (token.Position, string) {
	depth, prefixes, keys := 0, 0, map[int]int{}
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		switch t.Type {
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType, token.DirectiveType:
			prefixes++
			clear(keys)
		case token.MappingValueType:
			keys[t.Position.Column]++
		case token.CommentType:
		default:
			prefixes = 0
		}
		if depth > maxDepth || prefixes > 2*maxDepth {
			return *t.Position, fmt.Sprintf("nested too deeply; at most %d levels are read", maxDepth)
		}
		if keys[t.Position.Column] > maxKeysInARow {
			return *t.Position, fmt.Sprintf("more than %d keys in one mapping", maxKeysInARow)
		}
	}
	return token.Position{}, ""
}

// placeOf is where a node begins.
func placeOf(file string, n ast.Node) place {
	if n == nil {
		return place{file: file}
	}
	switch m := n.(type) {
	case *ast.MappingNode:
		if len(m.Values) > 0 && !m.IsFlowStyle {
			n = m.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = m.Key
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return place{file: file}
	}
	return place{file, t.Position.Line, t.Position.Column}
}
