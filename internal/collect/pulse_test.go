package collect

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/fleet/change"
	"ironage/internal/health"
)

// polls is what an ordinary server becomes read by read; its readings move.
func polls(reads int) []fleet.State {
	var commons fleet.Commons
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var prev fleet.State
	all := make([]fleet.State, 0, reads)
	for read := range reads {
		rhythm := fleet.Status
		if read%15 == 0 {
			rhythm = fleet.Inventory
		}
		obs := fullRead(7, rhythm, at)
		obs.Cost = fleet.Cost{PDUs: 4, Varbinds: 190, Bytes: 5000 + read, Took: time.Duration(20+read%7) * time.Millisecond}
		obs.Ping = fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Min: time.Millisecond, Avg: time.Duration(1000+read*37%500) * time.Microsecond, Max: 2 * time.Millisecond}
		for i := range obs.Components {
			if c := &obs.Components[i]; c.Reading != nil && i%2 == 0 {
				v := *c.Reading + float64((read*7+i)%5)
				c.Reading = &v
				e := c.Native.Evidence()
				e.Value = fmt.Sprint(v)
				c.Native = fleet.SeenOf(e)
				c.Verdicts[0].Seen = c.Native
			}
		}
		next := folded(&prev, fleet.Server{Name: obs.Server, Endpoints: []fleet.Endpoint{obs.Endpoint}}, &obs, health.Default(), at).next
		commons.Share(&prev, &next)
		all = append(all, next)
		prev = next
		at = at.Add(time.Minute + time.Duration(read)*time.Microsecond)
	}
	return all
}

// TestReadsArePulses: what an ordinary read changes is told in a few hundred
// bytes, and what is told is all of it.
func TestReadsArePulses(t *testing.T) {
	states := polls(70)
	document := func(s *fleet.State) []byte {
		t.Helper()
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var read fleet.State
	whole, bytes := 0, 0
	for i := range states {
		var prev fleet.State
		if i > 0 {
			prev = states[i-1]
		}
		delta, ok := change.Make(&prev, &states[i])
		if !ok {
			whole++
			read = fleet.State{}
			if err := json.Unmarshal(document(&states[i]), &read); err != nil {
				t.Fatal(err)
			}
			continue
		}
		bytes += len(delta)
		got, err := change.Apply(&read, delta)
		if err != nil {
			t.Fatal(err)
		}
		if g, want := string(document(&got)), string(document(&states[i])); g != want {
			t.Fatalf("read %d: got\n%s\nwant\n%s", i, g, want)
		}
		read = got
	}
	if each := bytes / (len(states) - whole); whole > 3 || each > 1000 {
		t.Errorf("%d of %d reads had to be told whole, the others took %d bytes each", whole, len(states), each)
	}
	t.Logf("%d of %d reads told whole, the others took %d bytes each of %d", whole, len(states), bytes/(len(states)-whole), len(document(&read)))
}

func BenchmarkPulse(b *testing.B) {
	states := polls(65)
	prev, next := &states[63], &states[64]
	delta, ok := change.Make(prev, next)
	if !ok {
		b.Fatal("no delta")
	}
	b.Run("Make", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := change.Make(prev, next); !ok {
				b.Fatal("no delta")
			}
		}
		b.ReportMetric(float64(len(delta)), "B/delta")
	})
	b.Run("Apply", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := change.Apply(prev, delta); err != nil {
				b.Fatal(err)
			}
		}
	})
}
