package profile

import (
	"maps"
	"reflect"
	"slices"

	"ironage/internal/fleet"
)

// JSONSchema describes profile files to editors, in JSON Schema's draft
// 2020-12. It is made from the types that loading fills, so it knows exactly
// their keys; Lint knows more (which names exist, which joins are circles).
func JSONSchema() map[string]any {
	b := &schemaBuilder{defs: map[string]any{}}
	root := b.object(reflect.TypeFor[Profile]())
	root["required"] = []string{"profile", "role", "match"}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "ironage profile"
	root["description"] = "One family of devices: how to recognise it and what to read. docs/profiles.md explains every key."
	root["$defs"] = b.defs
	return root
}

type schemaBuilder struct{ defs map[string]any }

// text is any YAML scalar: 5, 1.3 and true are texts where one is expected.
func text() map[string]any { return map[string]any{"type": []string{"string", "number", "boolean"}} }

func oneOf[T ~string | ~uint8](words ...T) map[string]any { return map[string]any{"enum": words} }

func anyOf(options ...any) map[string]any { return map[string]any{"anyOf": options} }

func listOf(item any) map[string]any { return map[string]any{"type": "array", "items": item} }

// object describes a struct by its YAML keys.
func (b *schemaBuilder) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	b.properties(t, properties)
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func (b *schemaBuilder) properties(t reflect.Type, into map[string]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			b.properties(f.Type, into)
			continue
		}
		tag := f.Tag.Get("yaml")
		if tag == "" || tag == "-" {
			continue
		}
		if words, ok := wordsOf(t, tag); ok {
			into[tag] = words
			continue
		}
		into[tag] = b.of(f.Type)
	}
}

// wordsOf are keys whose text is one of a list that the type does not say.
func wordsOf(t reflect.Type, key string) (map[string]any, bool) {
	switch {
	case t == reflect.TypeFor[Field]() && key == "decode":
		return oneOf(slices.Sorted(maps.Keys(decoders()))...), true
	case t == reflect.TypeFor[Field]() && key == "unit":
		return oneOf(slices.Sorted(maps.Keys(byteUnits()))...), true
	case t == reflect.TypeFor[Rule]() && key == "not_reported":
		return oneOf("no-rows", "never"), true
	case t == reflect.TypeFor[Profile]() && key == "compute":
		return listOf(oneOf(slices.Sorted(maps.Keys(functions()))...)), true
	}
	return nil, false
}

// of describes one type; those with a shorthand of their own are spelt out.
func (b *schemaBuilder) of(t reflect.Type) any {
	if t.Kind() == reflect.Pointer {
		return b.of(t.Elem())
	}
	if t.PkgPath() != "" && t.Kind() == reflect.Struct {
		return b.named(t)
	}
	switch t {
	case reflect.TypeFor[fleet.Role]():
		return oneOf(fleet.BMC, fleet.OS)
	case reflect.TypeFor[fleet.Kind]():
		return oneOf(fleet.Kinds...)
	case reflect.TypeFor[fleet.Unit]():
		return oneOf("celsius", "rpm", "percent", "volt", "ampere", "watt")
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice:
		one := b.of(t.Elem())
		return anyOf(one, listOf(one)) // a list of one may be written without brackets
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": b.of(t.Elem())}
	}
	return text()
}

// named describes a struct once and refers to it by its name.
func (b *schemaBuilder) named(t reflect.Type) any {
	ref := map[string]any{"$ref": "#/$defs/" + t.Name()}
	if _, known := b.defs[t.Name()]; known {
		return ref
	}
	b.defs[t.Name()] = nil // it may contain itself
	b.defs[t.Name()] = b.shape(t)
	return ref
}

func (b *schemaBuilder) shape(t reflect.Type) any {
	switch t {
	case reflect.TypeFor[OID]():
		return map[string]any{"type": []string{"string", "number"}, "pattern": `^\.?[0-9a-z_-]+(\.[0-9]+)*$`, "description": "numbers with dots, or a base and the rest"}
	case reflect.TypeFor[Ref]():
		return map[string]any{"type": []string{"string", "number"}, "description": "a column (7), a joined column (fru.7), index, or index.2"}
	case reflect.TypeFor[Regexp]():
		return map[string]any{"type": []string{"string", "number"}, "format": "regex"}
	case reflect.TypeFor[Field](), reflect.TypeFor[Total]():
		return anyOf(text(), listOf(map[string]any{"$ref": "#/$defs/Field"}), b.object(t))
	case reflect.TypeFor[HealthSource]():
		source := b.object(t)
		source["required"] = []string{"map"}
		return source
	case reflect.TypeFor[Condition]():
		tests := map[string]any{"type": "object", "additionalProperties": anyOf(text(), listOf(text()))}
		return anyOf(tests, listOf(tests))
	case reflect.TypeFor[Words]():
		return anyOf(map[string]any{"type": "string", "description": "the name of a word list"}, map[string]any{"type": "object", "additionalProperties": text()})
	case reflect.TypeFor[Enum]():
		return anyOf(map[string]any{"type": "string", "description": "the name of an enum"}, b.enum())
	case reflect.TypeFor[NotificationEvent]():
		return anyOf(map[string]any{"type": "string", "pattern": "^(ok|warning|critical|unknown|none) ."}, b.of(reflect.TypeFor[notificationEventKeys]()))
	case reflect.TypeFor[Clause]():
		clause := b.object(t)
		clause["minProperties"] = 1
		return clause
	}
	return b.object(t)
}

// enum is an enum that is written out.
func (b *schemaBuilder) enum() any {
	value := anyOf(
		map[string]any{"type": "string", "pattern": "^(ok|warning|critical|unknown|absent|none|skip)( |$)"},
		b.of(reflect.TypeFor[enumValueKeys]()))
	return map[string]any{"type": "object", "required": []string{"default"}, "additionalProperties": value,
		"properties": map[string]any{"kind": oneOf(EnumNumber, EnumText, EnumBits, EnumOctets), "vague": map[string]any{"type": "boolean"}}}
}
