package outlook

import (
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Some judges a few servers from entries that may be newer than the fleet's,
// with what the fleet has learnt about parts. What it gives can be asked about
// these servers only: its sums are not the fleet's. A time before the fleet's is
// that of a clock that was set back: nothing is judged younger than the fleet.
func (f *Fleet) Some(entries []fleet.Entry, set *Settings, now time.Time) *Fleet {
	if f.Time.After(now) {
		now = f.Time
	}
	some := &Fleet{Time: now, Settings: set, Inputs: f.Inputs, snap: fleet.NewSnapshot(0, now, entries), groups: f.groups, learnt: f.learnt, tally: &ageing.Tally{}}
	if some.Inputs == nil {
		some.Inputs = &Inputs{}
	}
	if some.groups == nil {
		some.groups = &groups{}
	}
	if some.learnt == nil {
		some.learnt = &learnt{inputs: some.Inputs}
	}
	some.Servers = make([]*Server, some.snap.Len())
	j := newJudge(some)
	for i := range some.Servers {
		j.finish(j.draft(i, some.snap.At(i)))
	}
	return some
}
