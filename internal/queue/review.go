package queue

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// ServerSlot is the slot of an order for a whole server; its part is the
// machine itself, known by its chassis' serial number.
const ServerSlot = "server"

// Rules are the numbers behind what the evidence does by itself (ageing
// reference §6.3 and §8).
type Rules struct {
	RecoverReads int           // healthy reads in a row without a swap that make a part "recovered"
	RepeatWithin time.Duration // a new fault so soon after a verified swap is a repeat
	GiveUp       time.Duration // a replaced part that is not proven by then needs a person
	AgeItems     AgeItems
}

// AgeItems says for what age alone proposes an order.
type AgeItems string

// The choices: one order per server that lists its over-age parts, one per
// part, or none.
const (
	AgePerServer AgeItems = "server"
	AgePerPart   AgeItems = "component"
	AgeOff       AgeItems = "off"
)

// DefaultRules are those of the reference.
func DefaultRules() Rules {
	return Rules{RecoverReads: 10, RepeatWithin: 30 * 24 * time.Hour, GiveUp: 7 * 24 * time.Hour, AgeItems: AgePerServer}
}

// Cause is what the evidence says for replacing the part in one slot now.
type Cause struct {
	Slot        string // component key, or ServerSlot
	Kind        fleet.Kind
	Place       string
	Part        Part
	Untracked   bool
	Reasons     []Reason
	Tier        Tier
	Score, P    float64
	Explanation string
}

// policyOnly reports whether dates are all that speaks for it.
func (c *Cause) policyOnly() bool {
	return !slices.ContainsFunc(c.Reasons, func(r Reason) bool { return !r.Code.Policy() })
}

// Place is where a part with a serial number was last seen.
type Place struct{ Server, Slot string }

// Scene is everything that a review of one server's orders looks at.
type Scene struct {
	Server      string
	Criticality fleet.Criticality
	State       *fleet.State // nil: nothing was ever read
	Retired     bool         // the inventory no longer has the server
	RenamedTo   string       // the server that now answers with its chassis' serial number
	Causes      []Cause
	Orders      []Order // of this server: open, verified and recently finished
	// At are the orders of any place; Seen is where a serial number sits now.
	At    func(Place) []Order
	Seen  func(serial string) []Place
	Rules Rules
	Now   time.Time
}

// Step is one thing that the program does by itself: exactly one of the three, of
// which the caller leaves out what an earlier step has overtaken.
type Step struct {
	Order   int64 // of Amend and Change
	Propose *Proposal
	Amend   *Amendment
	Change  *Change
}

// Review says what the evidence does by itself to the orders of one server,
// beyond the movements that Observe sees: new proposals, further reasons,
// alarms and flags. It approves nothing, ends nothing and lowers no tier that
// a person raised. The caller applies the steps in turn, as System.
func Review(s Scene) []Step {
	steps, merging := s.merge()
	for i := range s.Orders {
		o := &s.Orders[i]
		if o.State.Final() || merging[o.ID] {
			continue // the next look is at what became of them
		}
		steps = append(steps, s.flags(o)...)
		if s.State == nil || !OtherMachine(*o, s.State) {
			steps = append(steps, s.reasons(o)...)
		}
	}
	for i := range s.Causes {
		if p := s.proposal(&s.Causes[i]); p != nil {
			steps = append(steps, Step{Propose: p})
		}
	}
	return append(steps, s.reused()...)
}

// open is the open order of a slot, or nil.
func (s *Scene) open(slot string) *Order {
	for i := range s.Orders {
		if s.Orders[i].Slot == slot && s.Orders[i].State.Open() {
			return &s.Orders[i]
		}
	}
	return nil
}

func (s *Scene) cause(slot string) *Cause {
	for i := range s.Causes {
		if s.Causes[i].Slot == slot {
			return &s.Causes[i]
		}
	}
	return nil
}

// proposal is a new order for a cause that has none, or nil.
func (s *Scene) proposal(c *Cause) *Proposal {
	if len(c.Reasons) == 0 || s.Retired || s.open(c.Slot) != nil || !s.ageAsks(c) || s.quiet(c) {
		return nil
	}
	p := &Proposal{Server: s.Server, Slot: c.Slot, Kind: c.Kind, Place: c.Place, Old: c.Part, Reasons: s.proven(c.Reasons), Tier: c.Tier,
		Score: c.Score, P: c.P, Explanation: c.Explanation, Criticality: s.Criticality, Untracked: c.Untracked, Evidence: s.evidence(c.Reasons)}
	if s.State != nil {
		p.Chassis = s.State.Device.Serial
	}
	if before := s.repeats(c); before != nil {
		p.RepeatOf = before.ID
		p.Note = "replaced on " + day(before.SwappedAt) + " and faulty again: check backplane, slot and firmware"
	}
	if parent := s.open(ServerSlot); parent != nil && c.Slot != ServerSlot {
		p.Parent = parent.ID
	}
	return p
}

// proven gives each reason its evidence; a date is its own.
func (s *Scene) proven(rs []Reason) []Reason {
	out := slices.Clone(rs)
	for i := range out {
		out[i].Evidence = s.evidence(out[i : i+1])
	}
	return out
}

// ageAsks reports whether dates alone may propose this. That a neighbour of
// the same model failed raises the risk, but is no fault of this part: it asks
// for an order no more than its age does.
func (s *Scene) ageAsks(c *Cause) bool {
	if slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Code.fault() }) {
		return true
	}
	switch s.Rules.AgeItems {
	case AgePerServer:
		return c.Slot == ServerSlot
	case AgePerPart:
		return c.Slot != ServerSlot && c.Kind != fleet.Memory && c.Kind != fleet.CPU && c.Kind != fleet.Chassis
	}
	return false
}

// quiet reports whether a person has said no to this already: the same reasons
// at the same or a lower tier stay quiet for the same part until the date; a
// cancelled order counts like a rejected one.
func (s *Scene) quiet(c *Cause) bool {
	for i := range s.Orders {
		o := &s.Orders[i]
		if o.Slot != c.Slot || o.MergedInto != 0 || o.State != Rejected && o.State != Cancelled || !samePart(&o.Old, &c.Part) {
			continue
		}
		till := o.QuietTill
		if till == "" {
			till = fleet.Date(day(o.Changed.AddDate(0, 0, quietDays)))
		}
		if !dayReached(till, s.Now) && c.Tier >= o.Tier && !brings(c, o) {
			return true
		}
	}
	return false
}

// brings reports whether the cause has a reason that the order had not.
func brings(c *Cause, o *Order) bool {
	return slices.ContainsFunc(c.Reasons, func(r Reason) bool { return !o.hasReason(r.Code) })
}

func (o *Order) hasReason(code ReasonCode) bool {
	return slices.ContainsFunc(o.Reasons, func(r Reason) bool { return r.Code == code })
}

// samePart: parts without a serial number are the same as long as their slot is.
func samePart(a, b *Part) bool {
	x, y := fleet.NormalSerial(a.Serial), fleet.NormalSerial(b.Serial)
	return x == y || x == "" || y == ""
}

// repeats is the order whose replacement did not last, or nil.
func (s *Scene) repeats(c *Cause) *Order {
	var latest *Order
	for i := range s.Orders {
		o := &s.Orders[i]
		if o.Slot != c.Slot || o.State != Verified && o.State != Closed || o.SwappedAt.IsZero() || c.policyOnly() {
			continue
		}
		if s.Now.Sub(cmp.Or(o.VerifiedAt, o.Changed)) <= s.Rules.RepeatWithin && (latest == nil || o.SwappedAt.After(latest.SwappedAt)) {
			latest = o
		}
	}
	return latest
}

// reasons brings an open order's reasons, tier and recovery up to date.
func (s *Scene) reasons(o *Order) []Step {
	if !o.State.Open() || o.State == Replaced {
		return nil // what is read now is about the new part
	}
	c := s.cause(o.Slot)
	if c == nil {
		return s.recovered(o)
	}
	a := Amendment{Action: actReason, Reasons: joined(o.Reasons, c.Reasons), Tier: min(c.Tier, o.leastFor(c)), Score: c.Score, P: c.P, Explanation: c.Explanation,
		Evidence: s.evidence(c.Reasons)}
	if o.HasFlag(FlagRecovered) && !c.policyOnly() {
		a.Clear, a.Why = []string{FlagRecovered}, "it is faulty again"
	}
	probe := clone(*o)
	a.apply(&probe, s.Now)
	if same(o, &probe) {
		return nil
	}
	if reasonsText(o) == reasonsText(&probe) {
		a.Action = actTier
	}
	steps := []Step{{Order: o.ID, Amend: &a}}
	if urgent := probe.Tier == P1 || probe.Tier == P2; o.State == Deferred && urgent && probe.Tier < o.Tier {
		steps = append(steps, Step{Order: o.ID, Change: &Change{Action: "resume", Reason: "its tier became " + string(probe.Tier), Evidence: a.Evidence}})
	}
	return steps
}

// leastFor is the tier that those reasons of an order ask for that hold and that
// the cause does not weigh: what a person saw, or the fault for which a part was
// removed elsewhere.
func (o *Order) leastFor(c *Cause) Tier {
	var own []Reason
	for _, r := range o.Reasons {
		if r.StillTrue && !slices.ContainsFunc(c.Reasons, func(f Reason) bool { return f.Code == r.Code }) {
			own = append(own, r)
		}
	}
	return tierOf("", own, Actor{})
}

// joined adds what is found now to the reasons of an order; what it had stays.
func joined(have, found []Reason) []Reason {
	out := slices.Clone(have)
	for _, r := range found {
		at := slices.IndexFunc(out, func(h Reason) bool { return h.Code == r.Code })
		if at < 0 {
			out = append(out, r)
			continue
		}
		out[at].StillTrue, out[at].LastSeen = true, r.LastSeen
	}
	return out
}

// recovered flags a part that has been healthy for long without a swap. The
// order stays: recovered parts often fail again, and a person decides.
func (s *Scene) recovered(o *Order) []Step {
	if s.State == nil || o.HasFlag(FlagRecovered) || !slices.ContainsFunc(o.Reasons, func(r Reason) bool { return r.Code.fault() && r.StillTrue }) {
		return nil
	}
	c, p := s.State.Component(o.Slot), s.State.Proofs[o.Slot]
	if c == nil || c.Health != fleet.OK || p.Good < s.Rules.RecoverReads || c.Identity() != fleet.NormalSerial(fitted(o).Serial) {
		return nil
	}
	rs := slices.Clone(o.Reasons)
	for i := range rs {
		rs[i].StillTrue = rs[i].StillTrue && !rs[i].Code.fault()
	}
	ev := c.Native.At(p.Last)
	return []Step{{Order: o.ID, Amend: &Amendment{Action: actFlag, Reasons: rs, Raise: []string{FlagRecovered}, Why: FlagMeaning(FlagRecovered), Evidence: orTime(ev.Evidence(), s.Now)}}}
}

// fault reports whether the reason is something that a probe sees come and go.
func (c ReasonCode) fault() bool { return !c.Policy() && c != ReasonManual && c != ReasonBatch }

// evidence is that of the first reason that has any; what the program does
// always carries some.
func (s *Scene) evidence(rs []Reason) fleet.Evidence {
	for _, r := range rs {
		if r.Evidence != (fleet.Evidence{}) {
			return orTime(r.Evidence, s.Now)
		}
	}
	var texts []string
	for _, r := range rs {
		texts = append(texts, cmp.Or(r.Text, string(r.Code)))
	}
	return fleet.Evidence{Meaning: strings.Join(texts, "; "), Time: s.Now}
}

func orTime(ev fleet.Evidence, now time.Time) fleet.Evidence {
	if ev.Time.IsZero() {
		ev.Time = now
	}
	return ev
}
