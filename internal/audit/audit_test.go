package audit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func chain(n int) []Entry {
	var head Entry
	var out []Entry
	for i := range n {
		head = Next(head, Entry{Time: time.Date(2026, 1, 1, 0, i, 0, 123456789, time.UTC), Actor: "lan", Action: "approve",
			Subject: fmt.Sprintf("order %d", i), Detail: `{"n":1}`})
		out = append(out, head)
	}
	return out
}

func check(es []Entry, written int64) []Break {
	var c Checker
	for _, e := range es {
		c.Add(e)
	}
	c.Ends(written)
	return c.Breaks()
}

func TestAWholeChainHolds(t *testing.T) {
	for _, n := range []int{0, 1, 2, 50} {
		if b := check(chain(n), int64(n)); len(b) > 0 {
			t.Errorf("%d entries: got %v", n, b)
		}
	}
}

func TestTamperingShows(t *testing.T) {
	for name, x := range map[string]struct {
		do  func([]Entry) []Entry
		seq int64
	}{
		"changed actor":  {func(es []Entry) []Entry { es[4].Actor = "minh"; return es }, 5},
		"changed time":   {func(es []Entry) []Entry { es[4].Time = es[4].Time.Add(time.Hour); return es }, 5},
		"changed detail": {func(es []Entry) []Entry { es[4].Detail = `{"n":2}`; return es }, 5},
		"moved between":  {func(es []Entry) []Entry { es[4].Actor, es[4].Origin = "la", "n"; return es }, 5},
		"changed and resealed": {func(es []Entry) []Entry {
			es[4].Actor = "minh"
			es[4].Hash = es[4].Seal(es[3].Hash)
			return es
		}, 6},
		"removed":       {func(es []Entry) []Entry { return slices.Delete(es, 4, 5) }, 5},
		"first removed": {func(es []Entry) []Entry { return es[1:] }, 1},
		"end removed":   {func(es []Entry) []Entry { return es[:9] }, 10},
		"reordered":     {func(es []Entry) []Entry { es[4], es[5] = es[5], es[4]; return es }, 5},
		"reordered with their numbers": {func(es []Entry) []Entry {
			es[4], es[5] = es[5], es[4]
			es[4].Seq, es[5].Seq = 5, 6
			return es
		}, 5},
	} {
		b := check(x.do(chain(10)), 10)
		if len(b) == 0 || b[0].Seq != x.seq {
			t.Errorf("%s: got %v, want a break at %d", name, b, x.seq)
		}
	}
}

// TestAnyChangeShows: whatever byte of whatever field is changed.
func TestAnyChangeShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		es := chain(rapid.IntRange(1, 8).Draw(t, "n"))
		e := &es[rapid.IntRange(0, len(es)-1).Draw(t, "at")]
		field := []*string{&e.Actor, &e.Origin, &e.Action, &e.Subject, &e.Detail, &e.Hash}[rapid.IntRange(0, 5).Draw(t, "field")]
		was := *field
		if *field = rapid.String().Draw(t, "value"); *field == was {
			return
		}
		if len(check(es, int64(len(es)))) == 0 {
			t.Fatalf("%q became %q and nobody saw it", was, *field)
		}
	})
}

func TestABreakSaysWhere(t *testing.T) {
	for want, b := range map[string]Break{"entry 7: it is missing": {7, "it is missing"}, "order 3 is gone": {0, "order 3 is gone"}} {
		if got := b.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
