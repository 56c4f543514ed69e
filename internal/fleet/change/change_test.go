package change_test

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/fleet/change"
	"ironage/internal/fleet/fleettest"
)

func filled(differ map[int]int) (*fleet.State, int) { return fleettest.State(differ) }

func text(t testing.TB, s *fleet.State) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// holds checks that a delta, if there is one, says exactly what changed.
func holds(t *testing.T, prev, next *fleet.State) (said bool) {
	t.Helper()
	before, want := text(t, prev), text(t, next)
	delta, ok := change.Make(prev, next)
	if !ok {
		return false
	}
	if len(delta) == 0 && before != want {
		t.Fatalf("a change is not noticed:\n%s\n%s", before, want)
	}
	var read fleet.State // as another process has it
	if err := json.Unmarshal([]byte(before), &read); err != nil {
		t.Fatal(err)
	}
	for _, from := range []*fleet.State{prev, &read} {
		got, err := change.Apply(from, delta)
		if err != nil {
			t.Fatal(err)
		}
		if g := text(t, &got); g != want {
			t.Fatalf("got\n%s\nwant\n%s\nfrom\n%s", g, want, before)
		}
		if text(t, from) != before {
			t.Fatal("the state before was written to")
		}
	}
	if err := change.Move(&read, delta); err != nil || text(t, &read) != want {
		t.Fatalf("moved in place: %v, got\n%s\nwant\n%s", err, text(t, &read), want)
	}
	return true
}

// TestEveryField changes each leaf of a state, one at a time.
func TestEveryField(t *testing.T) {
	base, leaves := filled(nil)
	if same, _ := filled(nil); !holds(t, base, same) {
		t.Error("two equal states are not alike")
	}
	said := 0
	for leaf := 1; leaf <= leaves; leaf++ {
		next, _ := filled(map[int]int{leaf: 1})
		if holds(t, base, next) {
			said++
		}
	}
	if said < leaves/6 || said > leaves/2 {
		t.Errorf("of %d leaves %d are told by deltas, want the moving ones", leaves, said)
	}
	t.Logf("of %d leaves %d are told by deltas", leaves, said)
}

// TestManyFields changes leaves of those that deltas tell, by chance.
func TestManyFields(t *testing.T) {
	base, leaves := filled(nil)
	var moving []int
	for leaf := 1; leaf <= leaves; leaf++ {
		next, _ := filled(map[int]int{leaf: 1})
		if _, ok := change.Make(base, next); ok {
			moving = append(moving, leaf)
		}
	}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		share := r.Float64()
		pick := func() map[int]int {
			differ := map[int]int{}
			for _, leaf := range moving {
				if r.Float64() < share {
					differ[leaf] = 1 + r.IntN(2)
				}
			}
			return differ
		}
		first := pick()
		second := pick()
		a, _ := filled(first)
		b, _ := filled(second)
		if !holds(t, base, a) {
			t.Fatalf("seed %d: no delta", seed)
		}
		holds(t, a, b) // trends may not follow from each other
	}
}

// TestGolden: a delta that another build of the same form wrote is read alike.
// If this fails, raise order in change.go, and put the new bytes here.
func TestGolden(t *testing.T) {
	base, leaves := filled(nil)
	differ := map[int]int{}
	for leaf := 1; leaf <= leaves; leaf++ {
		next, _ := filled(map[int]int{leaf: 1})
		if _, ok := change.Make(base, next); ok && leaf%7 == 0 {
			differ[leaf] = 1
		}
	}
	next, _ := filled(differ)
	delta, ok := change.Make(base, next)
	if got := hex.EncodeToString(delta); !ok || got != golden {
		t.Errorf("got %s", got)
	}
}

const golden = "" +
	"01000c7465787420313320e1babf300c7465787420313420e1babf31010001789802000503cf0f07cf0f0100cf0f0503cf0f010b01c0c491030001017800c806000c7465787420353520e1" +
	"babf300c7465787420353620e1babf3104000002c08a860709000d746578742036383520e1babf300d746578742036383620e1babf31010d746578742036393320e1babf310d7465787420" +
	"36393420e1babf30020002010d746578742031363120e1babf310100020d746578742031383220e1babf3101050d746578742038313920e1babf310200cf0f06cf0f0b00c086a607040d74" +
	"6578742036353120e1babf31"

// TestDamaged: what is no delta is refused, or changes the state in some way,
// but never more than that.
func TestDamaged(t *testing.T) {
	base, _ := filled(nil)
	before := text(t, base)
	next, _ := filled(map[int]int{2: 0})
	next.Updated = next.Updated.Add(time.Minute)
	delta, ok := change.Make(base, next)
	if !ok || len(delta) == 0 {
		t.Fatal("no delta")
	}
	if _, err := change.Apply(base, append(delta[:len(delta):len(delta)], 0xff)); err == nil {
		t.Error("a delta with something behind it was taken")
	}
	if _, err := change.Apply(base, delta[:len(delta)-1]); err == nil {
		t.Error("a delta that was cut was taken")
	}
	if _, err := change.Apply(base, make([]byte, change.MostDelta+1)); err == nil {
		t.Error("a delta that is too long was taken")
	}
	if text(t, base) != before {
		t.Error("the state before was written to")
	}
}

// TestUnsaid: what a document cannot say has no delta either.
func TestUnsaid(t *testing.T) {
	base, _ := filled(nil)
	zero := 0.0
	for name, mar := range map[string]func(*fleet.State){
		"not a number": func(s *fleet.State) { v := zero / zero; s.Components[0].Reading = &v },
		"no text":      func(s *fleet.State) { s.Findings[0].Text = "\xff" },
		"no date":      func(s *fleet.State) { s.Updated = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC) },
		"odd zone":     func(s *fleet.State) { s.Updated = s.Updated.In(time.FixedZone("", 61)) },
	} {
		next, _ := filled(nil)
		mar(next)
		if _, ok := change.Make(base, next); ok {
			t.Errorf("%s: got a delta", name)
		}
	}
}

func FuzzApply(f *testing.F) {
	base, _ := filled(nil)
	next, _ := filled(nil)
	next.Updated = next.Updated.Add(time.Minute)
	if delta, ok := change.Make(base, next); ok {
		f.Add([]byte(delta))
	}
	f.Add([]byte{0, 1, 2, 3})
	f.Fuzz(func(t *testing.T, delta []byte) {
		before := text(t, base)
		got, err := change.Apply(base, delta)
		if err == nil {
			if _, ok := change.Make(base, &got); !ok {
				t.Errorf("a delta made a state that is not alike")
			}
		}
		if text(t, base) != before {
			t.Error("the state before was written to")
		}
	})
}
