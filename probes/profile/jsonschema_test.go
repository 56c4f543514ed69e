package profile

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// schema is the schema as an editor gets it.
func schema(t *testing.T) map[string]any {
	t.Helper()
	data, err := json.Marshal(JSONSchema())
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestJSONSchemaAcceptsTheLibrary holds that an editor underlines nothing in
// the built-in profiles.
func TestJSONSchemaAcceptsTheLibrary(t *testing.T) {
	files, err := fs.Glob(library, "library/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no profiles: %v", err)
	}
	s := schema(t)
	for _, f := range files {
		data, err := library.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := validate(t, s, data); wrong != "" {
			t.Errorf("%s: %s", f, wrong)
		}
	}
}

func TestJSONSchemaRefuses(t *testing.T) {
	s := schema(t)
	if wrong := validate(t, s, []byte(goodProfile)); wrong != "" {
		t.Fatalf("a good profile: %s", wrong)
	}
	for _, c := range []struct{ name, old, new string }{
		{"unknown key", "title:", "titel:"},
		{"unknown nested key", "    name:", "    namw:"},
		{"bad role", "role: bmc", "role: bcm"},
		{"no role", "role: bmc\n", ""},
		{"unknown kind", "kind: disk", "kind: disc"},
		{"no default", "    default: unknown\n", ""},
		{"no health word", "1: ok", "1: okay"},
		{"bad OID", "entry: acme.2.1", "entry: acme.x y"},
		{"source without map", "{column: 3, map: state}", "{column: 3}"},
		{"unknown decoder", `"Bay {2}"`, `{column: 2, decode: nubmer}`},
		{"empty clause", "    - object_id: acme", "    - {}"},
	} {
		if validate(t, s, []byte(strings.Replace(goodProfile, c.old, c.new, 1))) == "" {
			t.Errorf("%s: the schema takes it", c.name)
		}
	}
}

// TestJSONSchemaHasEveryKey holds that no key of the schema's types is missing.
func TestJSONSchemaHasEveryKey(t *testing.T) {
	s := schema(t)
	defs := s["$defs"].(map[string]any)
	keys := func(at any) map[string]any {
		m, _ := at.(map[string]any)
		if options, ok := m["anyOf"].([]any); ok {
			m, _ = options[len(options)-1].(map[string]any)
		}
		p, _ := m["properties"].(map[string]any)
		return p
	}
	for _, of := range []reflect.Type{reflect.TypeFor[Profile](), reflect.TypeFor[Recognition](), reflect.TypeFor[Clause](), reflect.TypeFor[Device](),
		reflect.TypeFor[Field](), reflect.TypeFor[Find](), reflect.TypeFor[HealthSource](), reflect.TypeFor[Summary](), reflect.TypeFor[Join](),
		reflect.TypeFor[Rule](), reflect.TypeFor[LimitRules](), reflect.TypeFor[FaultTable](), reflect.TypeFor[Total](), reflect.TypeFor[FilesystemTable](),
		reflect.TypeFor[enumValueKeys](), reflect.TypeFor[Script](),
		reflect.TypeFor[NotificationGroup](), reflect.TypeFor[NotificationSeverity](), reflect.TypeFor[notificationEventKeys]()} {
		var at any = s
		if of != reflect.TypeFor[Profile]() {
			at = defs[of.Name()]
		}
		have := keys(at)
		for _, key := range keysOf(of) {
			if _, ok := have[key]; !ok {
				t.Errorf("%s: the schema lacks %q", of.Name(), key)
			}
		}
	}
}

// validate checks YAML against the part of JSON Schema that JSONSchema uses;
// "" when it fits.
func validate(t *testing.T, schema map[string]any, data []byte) string {
	t.Helper()
	var doc any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return (&validator{defs: schema["$defs"].(map[string]any)}).check(schema, doc, "")
}

type validator struct{ defs map[string]any }

func (v *validator) check(schema any, doc any, at string) string {
	s, ok := schema.(map[string]any)
	if !ok {
		return at + ": no schema"
	}
	if ref, ok := s["$ref"].(string); ok {
		return v.check(v.defs[strings.TrimPrefix(ref, "#/$defs/")], doc, at)
	}
	if options, ok := s["anyOf"].([]any); ok {
		why := ""
		for _, o := range options {
			w := v.check(o, doc, at)
			if w == "" {
				return ""
			}
			why = w // the last option is the most explicit
		}
		return why
	}
	if words, ok := s["enum"].([]any); ok && !slices.ContainsFunc(words, func(w any) bool { return fmt.Sprint(w) == fmt.Sprint(doc) }) {
		return fmt.Sprintf("%s: %v is none of %v", at, doc, words)
	}
	if kinds := s["type"]; kinds != nil && !fitsType(kinds, doc) {
		return fmt.Sprintf("%s: %v (%T) is no %v", at, doc, doc, kinds)
	}
	if p, ok := s["pattern"].(string); ok {
		if text, is := doc.(string); is && !regexp.MustCompile(p).MatchString(text) {
			return fmt.Sprintf("%s: %q does not match %s", at, text, p)
		}
	}
	return v.inside(s, doc, at)
}

// inside checks the entries of a list or mapping.
func (v *validator) inside(s map[string]any, doc any, at string) string {
	switch doc := doc.(type) {
	case []any:
		for i, x := range doc {
			if w := v.check(s["items"], x, fmt.Sprintf("%s[%d]", at, i)); w != "" {
				return w
			}
		}
	case map[string]any:
		for _, name := range asList(s["required"]) {
			if _, ok := doc[fmt.Sprint(name)]; !ok {
				return fmt.Sprintf("%s: %v is missing", at, name)
			}
		}
		if least, ok := s["minProperties"].(float64); ok && len(doc) < int(least) {
			return at + ": empty"
		}
		properties, _ := s["properties"].(map[string]any)
		for key, x := range doc {
			sub, known := properties[key]
			if !known {
				if sub = s["additionalProperties"]; sub == false {
					return fmt.Sprintf("%s: unknown key %q", at, key)
				}
			}
			if w := v.check(sub, x, at+"."+key); w != "" {
				return w
			}
		}
	}
	return ""
}

func asList(x any) []any {
	l, _ := x.([]any)
	return l
}

func fitsType(kinds, doc any) bool {
	if one, ok := kinds.(string); ok {
		kinds = []any{one}
	}
	is := "null"
	switch doc := doc.(type) {
	case string:
		is = "string"
	case bool:
		is = "boolean"
	case float64:
		is = "number"
		if doc == float64(int64(doc)) && slices.Contains(asList(kinds), any("integer")) {
			is = "integer"
		}
	case int, int64, uint64:
		is = "number"
		if slices.Contains(asList(kinds), any("integer")) {
			is = "integer"
		}
	case []any:
		is = "array"
	case map[string]any:
		is = "object"
	}
	return slices.Contains(asList(kinds), any(is))
}
