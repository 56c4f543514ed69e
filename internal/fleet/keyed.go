package fleet

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
)

// Keyed is what a state holds of each of some names, such as the keys of its
// components: a map that takes no more room than it needs, in order of the names.
// A fleet has tens of thousands of them, and the names, to which nobody writes,
// are the same in most. The zero Keyed is empty.
//
// Like a map, one that others may look at must not be written to: see Own.
type Keyed[V any] struct {
	Names  []string
	Values []V
}

// KeyedOf is what a map holds.
func KeyedOf[V any](m map[string]V) (k Keyed[V]) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		k.Names, k.Values = append(k.Names, name), append(k.Values, m[name])
	}
	return k
}

// Len is how many names there are.
func (k Keyed[V]) Len() int { return len(k.Names) }

// IsZero reports whether there is none: then it is not written.
func (k Keyed[V]) IsZero() bool { return len(k.Names) == 0 }

// Get is what is held of a name; the zero value when there is none.
func (k Keyed[V]) Get(name string) V {
	v, _ := k.Find(name)
	return v
}

// Find is what is held of a name, and whether there is any.
func (k Keyed[V]) Find(name string) (v V, ok bool) {
	if i, ok := slices.BinarySearch(k.Names, name); ok {
		return k.Values[i], true
	}
	return v, false
}

// All are the names in order, with what is held of each.
func (k Keyed[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for i, name := range k.Names {
			if !yield(name, k.Values[i]) {
				return
			}
		}
	}
}

// Own is a copy that may be written to.
func (k Keyed[V]) Own() Keyed[V] {
	k.Values = append(make([]V, 0, len(k.Values)), k.Values...)
	return k
}

// Put sets what is held of a name.
func (k *Keyed[V]) Put(name string, v V) {
	i, ok := slices.BinarySearch(k.Names, name)
	if ok {
		k.Values[i] = v
		return
	}
	k.Names = slices.Concat(k.Names[:i], []string{name}, k.Names[i:]) // others have those names too
	k.Values = slices.Insert(k.Values, i, v)
}

// Drop forgets a name.
func (k *Keyed[V]) Drop(name string) {
	if i, ok := slices.BinarySearch(k.Names, name); ok {
		k.Names = slices.Concat(k.Names[:i], k.Names[i+1:]) // others have those names too
		k.Values = slices.Delete(k.Values, i, i+1)
	}
}

// MarshalJSON writes it as the map that it stands for.
func (k Keyed[V]) MarshalJSON() ([]byte, error) {
	m := make(map[string]V, len(k.Names))
	for name, v := range k.All() {
		m[name] = v
	}
	return json.Marshal(m)
}

// UnmarshalJSON reads a map.
func (k *Keyed[V]) UnmarshalJSON(b []byte) error {
	var m map[string]V
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*k = KeyedOf(m)
	return nil
}
