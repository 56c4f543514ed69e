package change

import (
	"reflect"
	"strings"
	"testing"
)

func described(t reflect.Type) string {
	var b strings.Builder
	describe(t, map[reflect.Type]bool{}, func(s string) { b.WriteString(s) })
	return b.String()
}

func texts() reflect.Type {
	type word string
	type part struct{ Kind word }
	return reflect.TypeFor[map[word][]part]()
}

func numbers() reflect.Type {
	type word uint8
	type part struct{ Kind word }
	return reflect.TypeFor[map[word][]part]()
}

func keys() reflect.Type {
	type word uint8
	type part struct{ Kind string }
	return reflect.TypeFor[map[word]part]()
}

func textKeys() reflect.Type {
	type word string
	type part struct{ Kind string }
	return reflect.TypeFor[map[word]part]()
}

// TestFormSaysKinds: a type that became another one under the same name makes
// another form.
func TestFormSaysKinds(t *testing.T) {
	for _, pair := range [][2]reflect.Type{{texts(), numbers()}, {keys(), textKeys()}} {
		if pair[0].String() != pair[1].String() {
			t.Fatalf("%s and %s have other names: this test says nothing", pair[0], pair[1])
		}
		if a := described(pair[0]); a == described(pair[1]) {
			t.Errorf("two types are described alike: %s", a)
		}
	}
}
