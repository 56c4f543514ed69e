package fleet

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestKeyedIsAMap does the same to a Keyed and to a map; a copy keeps what it was.
func TestKeyedIsAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var k Keyed[int]
	m := map[string]int{}
	for n := range 2000 {
		was, held := k, maps.Clone(m)
		k = k.Own()
		name := string(rune('a' + r.IntN(20)))
		if r.IntN(3) == 0 {
			k.Drop(name)
			delete(m, name)
		} else {
			k.Put(name, n)
			m[name] = n
		}
		for of, want := range map[*Keyed[int]]map[string]int{&k: m, &was: held} {
			if got := maps.Collect(of.All()); !maps.Equal(got, want) || of.Len() != len(want) || !slices.IsSorted(of.Names) {
				t.Fatalf("step %d: got %v, want %v", n, of, want)
			}
		}
		want, there := m[name]
		if v, ok := k.Find(name); v != want || ok != there || k.Get(name) != want {
			t.Fatalf("step %d: %s is %d (%v), want %d (%v)", n, name, v, ok, want, there)
		}
	}
	kept, err := json.Marshal(k)
	want, _ := json.Marshal(m)
	var back Keyed[int]
	if err != nil || string(kept) != string(want) || json.Unmarshal(kept, &back) != nil || !maps.Equal(maps.Collect(back.All()), m) {
		t.Errorf("it is written as %s and read as %v, want %s", kept, back, want)
	}
}
