package ops

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

func (s *benchStore) OrdersSince(_ context.Context, after int64) ([]queue.Order, int64, error) {
	if after > 0 {
		return nil, 1, nil
	}
	var out []queue.Order
	for i := range s.servers {
		if i%25 == 0 {
			o := queue.Order{ID: int64(i + 1), Version: 1, Server: s.servers[i].Name, Slot: "disk/3", Kind: fleet.Disk, State: queue.Approved, Tier: queue.P1,
				Old: queue.Part{Serial: fmt.Sprintf("SN-%d-3", i)}, Created: noon, Changed: noon,
				Reasons: []queue.Reason{{Code: queue.ReasonFailed, StillTrue: true}, {Code: queue.ReasonAge, StillTrue: true}}}
			out = append(out, o)
		}
	}
	return out, 1, nil
}

func (s *benchStore) UpdateOrder(context.Context, queue.Order, queue.Entry, int64) error {
	s.written++
	return nil
}

func (s *benchStore) ToldWindows(context.Context) (map[int64]bool, error) { return nil, nil }

// BenchmarkSettle is what the queue costs after a batch of a hundred reads of a
// fleet of ten thousand, four of which have orders, when nothing happens. Aim:
// under 20 ms.
func BenchmarkSettle(b *testing.B) {
	s := benchFleet(10_000, 60)
	now := noon
	d := NewDesk(s, func() time.Time { return now }, WithQueue(queue.Rules{RecoverReads: 10, AgeItems: queue.AgeOff}))
	if err := d.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	settle := func(at int) {
		batch := s.states[at : at+100]
		for i := range batch {
			batch[i].Updated = now
			for j := range batch[i].Components {
				batch[i].Components[j].Native = batch[i].Components[j].Native.At(now)
			}
		}
		if err := d.Settle(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	for range 3 { // two reads until everything is believed
		now = now.Add(time.Minute)
		for at := 0; at < len(s.states); at += 100 {
			settle(at)
		}
	}
	now = now.Add(time.Minute)
	s.written = 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		settle(i * 100 % len(s.states))
	}
	if s.written > 0 {
		b.Fatalf("%d orders were changed", s.written)
	}
}

// BenchmarkFirstLook judges a hundred servers that changed. Aim: under 50 ms.
func BenchmarkFirstLook(b *testing.B) {
	s := benchFleet(1000, 60)
	d := NewDesk(s, func() time.Time { return noon }, WithPolicy(health.Default()))
	if err := d.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		clear(d.reviewer.sights)
		if err := d.Settle(b.Context(), s.states[200:300]); err != nil {
			b.Fatal(err)
		}
	}
}
