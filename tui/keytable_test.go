package tui

import (
	"reflect"
	"slices"
	"testing"

	"charm.land/bubbles/v2/key"

	"ironage/internal/lang"
)

// TestKeyTableHasEveryKey: what is in the keymap is in `ironage keys`.
func TestKeyTableHasEveryKey(t *testing.T) {
	all := KeyTable(nil, "")
	v := reflect.ValueOf(*defaultKeys())
	for i := range v.NumField() {
		b, ok := v.Field(i).Interface().(key.Binding)
		if !ok {
			continue
		}
		if !slices.ContainsFunc(all, func(h KeyHelp) bool { return h.Key == b.Help().Key && h.What == b.Help().Desc }) {
			t.Errorf("%s (%s, %s) is in no section", v.Type().Field(i).Name, b.Help().Key, b.Help().Desc)
		}
	}
}

// TestEveryPageHasItsOwnKeys: no key of a screen hides one that works everywhere.
func TestEveryPageHasItsOwnKeys(t *testing.T) {
	k := defaultKeys()
	letters := []key.Binding{k.Older, k.Newer, k.Last, k.Freeze, k.Wide, k.Copy, k.Help, k.Quit, k.Palette}
	for _, s := range keySections(nil) {
		if slices.Contains([]string{"everywhere", "aisle", "forms", "typing"}, s.title) {
			continue
		}
		for _, b := range s.keys {
			for _, g := range letters {
				for _, one := range b.Keys() {
					if slices.Contains(g.Keys(), one) && !sameKey(b, g) {
						t.Errorf("%s: %q is %q there, and %q everywhere", s.title, one, b.Help().Desc, g.Help().Desc)
					}
				}
			}
		}
	}
}

func TestKeyTableSpeaks(t *testing.T) {
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	en, said := KeyTable(nil, ""), KeyTable(vi, "")
	same := 0
	for i := range said {
		if i < len(en) && said[i].What == en[i].What {
			same++
			t.Logf("not translated: %s", said[i].What)
		}
	}
	if len(said) == 0 || same > 0 {
		t.Errorf("%d of %d are said in English", same, len(said))
	}
	if len(KeyTable(nil, "Servers")) == 0 || len(KeyTable(nil, "nowhere")) != 0 {
		t.Error("one screen alone")
	}
}
