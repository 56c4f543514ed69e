package collect

import (
	"testing"
	"time"

	"ironage/internal/fleet"
)

// The reads of a part that an order is about are counted from then on; a swap
// that a person states begins the count anew, one that the reads saw does not.
func TestWatchedSlotsAreCounted(t *testing.T) {
	made := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	proof := func(since time.Time, bad int) map[string]fleet.Proof {
		return map[string]fleet.Proof{"fan/1": {Since: since, Bad: bad, Last: since}}
	}
	for name, c := range map[string]struct {
		before map[string]fleet.Proof
		watch  fleet.Watch
		since  time.Time
		bad    int
	}{
		"a new order":                           {nil, fleet.Watch{Since: made}, made, 0},
		"an order since long":                   {proof(made, 7), fleet.Watch{Since: made}, made, 7},
		"work in progress":                      {proof(made, 7), fleet.Watch{Since: made, Hurry: true}, made, 7},
		"a swap that was seen at the read":      {proof(made.Add(9*time.Minute), 1), fleet.Watch{Since: made.Add(10 * time.Minute)}, made.Add(9 * time.Minute), 1},
		"a swap stated minutes after the order": {proof(made, 7), fleet.Watch{Since: made.Add(10 * time.Minute), Stated: true}, made.Add(10 * time.Minute), 0},
		"a stated swap, counted since":          {proof(made.Add(10*time.Minute), 1), fleet.Watch{Since: made.Add(10 * time.Minute), Stated: true}, made.Add(10 * time.Minute), 1},
		"a swap days after the order":           {proof(made, 7), fleet.Watch{Since: made.AddDate(0, 0, 3)}, made.AddDate(0, 0, 3), 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.watch.Server, c.watch.Key = "box", "fan/1"
			r := newRun(New(Config{Now: func() time.Time { return made }}))
			r.follow([]fleet.Watch{c.watch})
			st := fleet.State{Server: "box", Proofs: c.before}
			r.watch(&st)
			if got := st.Proofs["fan/1"]; !got.Since.Equal(c.since) || got.Bad != c.bad {
				t.Errorf("got %+v, want since %s with %d bad reads", got, c.since, c.bad)
			}
			if r.hurried("box") != c.watch.Hurry {
				t.Error("only work in progress is hurried")
			}
			if c.before != nil && c.before["fan/1"].Last.IsZero() {
				t.Error("the state before was written to")
			}
		})
	}
}
