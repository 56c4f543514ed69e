package ops

import (
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// sight is what the last looks at one server saw: enough to leave alone what
// did not change, and to believe only what two reads in a row showed.
type sight struct {
	print  uint64    // of what the judgement goes by
	judged time.Time // when it was last judged
	aged   time.Time // day for which its age was looked at
	causes []queue.Cause
	// reads count what was seen in reads in a row, by component key and code.
	reads map[signal]counted
	// waiting: something was seen in one read only.
	waiting bool
	// held: maintenance kept a proposal back.
	held bool
}

// signal is one thing that a read shows of a part.
type signal struct {
	key  string
	code ageing.Reason
}

// unhealthy stands for any health but ok; what follows from the health is
// believed when it is.
const unhealthy ageing.Reason = "health"

// counted is for how many reads in a row a signal was there, and the last of them.
type counted struct {
	reads int
	last  time.Time
}

// Numbers of the looks.
const (
	enoughReads = 2         // in a row, for a proposal
	judgeAgain  = time.Hour // what only time changes
)

var seed = maphash.MakeSeed()

// printOf sums up what the judgement of a server goes by. Equal prints mean
// equal causes, but for what time does.
func printOf(st *fleet.State) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	word := func(s string) {
		_, _ = h.WriteString(s) // never fails
		_ = h.WriteByte(0)
	}
	word(st.Device.Serial)
	var sum uint64
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind.Sensor() {
			continue
		}
		word(c.Slot)
		word(c.Serial)
		word(c.Native.Meaning())
		_ = h.WriteByte(byte(c.Health))
		if c.PredictiveFailure == fleet.Yes {
			_ = h.WriteByte(1)
		}
		if c.WearUsedPct != nil {
			maphash.WriteComparable(&h, *c.WearUsedPct)
		}
		for name, v := range c.Counters {
			sum += maphash.String(seed, name) * (math.Float64bits(v) | 1) * uint64(i+1)
		}
		for name, v := range c.Attributes {
			if measured(name) {
				v = ""
			}
			sum += (maphash.String(seed, name) ^ maphash.String(seed, v)<<1) * uint64(i+1)
		}
	}
	for key, hold := range st.Holds {
		sum += maphash.String(seed, key) * uint64(hold.Reads*16+int(hold.Health)+1)
	}
	for i := range st.Findings {
		if st.Findings[i].Maintenance {
			sum += maphash.String(seed, st.Findings[i].Key)
		}
	}
	maphash.WriteComparable(&h, sum)
	return h.Sum64()
}

// measured are attributes that are another at every read and decide nothing.
func measured(name string) bool {
	return name == "progress_pct" || strings.Contains(name, "volts") || strings.Contains(name, "watts") || strings.Contains(name, "amps")
}

// stale reports whether the server has to be judged again. print is that of
// the state at hand.
func (s *sight) stale(print uint64, now time.Time) bool {
	return s.waiting || s.print != print || now.Sub(s.judged) >= judgeAgain || now.Before(s.judged) || s.agedBefore(now)
}

func (s *sight) agedBefore(now time.Time) bool {
	return !now.UTC().Truncate(24 * time.Hour).Equal(s.aged) // also when the clock was set back
}

// count goes through the parts of a judged server and counts for how many
// reads in a row each signal was there. A read that did not show the part (a
// timeout, a table cut short) leaves its evidence as old as it was, and so
// neither counts nor ends anything.
func (s *sight) count(st *fleet.State, v *outlook.Server) {
	next := map[signal]counted{}
	see := func(sig signal, at time.Time) {
		c := s.reads[sig]
		if at.IsZero() {
			at = st.LastRead()
		}
		if c.reads == 0 || at.After(c.last) || c.last.After(st.Updated) { // the last: the clock was set back
			c = counted{reads: c.reads + 1, last: at}
		}
		next[sig] = c
	}
	for i := range v.Parts {
		p := &v.Parts[i]
		c := &st.Components[p.At]
		if !p.Evidence() && c.Health == fleet.OK && len(st.Holds) == 0 {
			continue
		}
		key := c.Key()
		health, at := c.Health, c.Native.Time()
		if h, held := st.Holds[key]; held {
			health, at = h.Health, h.Evidence.Time
		}
		if health == fleet.Warning || health == fleet.Critical {
			see(signal{key, unhealthy}, at)
		}
		for _, code := range p.Reasons() {
			if !code.Policy() {
				see(signal{key, code}, c.Native.Time())
			}
		}
	}
	s.reads, s.waiting = next, false
	for sig, c := range next {
		_, known := next[signal{sig.key, unhealthy}]
		s.waiting = s.waiting || c.reads < enoughReads && (sig.code == unhealthy || !known || !followsHealth(sig.code))
	}
}

// faulty reports whether the reason is about the part itself.
func faulty(code ageing.Reason) bool { return !code.Policy() && code != ageing.ReasonBatch }

// followsHealth reports whether the reason is what the device says of the
// part's health, which may come and go from read to read.
func followsHealth(code ageing.Reason) bool {
	return code == ageing.ReasonFailed || code == ageing.ReasonDegraded || code == ageing.ReasonPredictive
}

// believed reports whether two reads in a row showed the reason.
func (s *sight) believed(c *fleet.Component, code ageing.Reason) bool {
	key := c.Key()
	if followsHealth(code) && (c.Health == fleet.Warning || c.Health == fleet.Critical) {
		return s.reads[signal{key, unhealthy}].reads >= enoughReads
	}
	return s.reads[signal{key, code}].reads >= enoughReads
}

// trust leaves out the reasons that were seen in one read only. Dates are
// believed as they are; dates says whether they count at all where nothing
// else speaks. That another part of its make failed nearby is a reason more,
// and none by itself: else one failed disk would ask for all its neighbours.
func (s *sight) trust(c *fleet.Component, codes []ageing.Reason, dates bool) []ageing.Reason {
	var out []ageing.Reason
	evidence := false
	for _, code := range codes {
		if code.Policy() || s.believed(c, code) {
			out = append(out, code)
			evidence = evidence || faulty(code)
		}
	}
	if !evidence && (!dates || slices.ContainsFunc(codes, faulty)) {
		return nil
	}
	return out
}
