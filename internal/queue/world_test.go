package queue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// reference is the state machine as the ageing reference §6.2 prints it, typed
// a second time: who may lead from where to where. "before" is the state that
// was left.
var reference = map[State]map[State]string{
	Proposed:   {Approved: "engineer", Rejected: "engineer", Replaced: "system", Deferred: "engineer", Cancelled: "engineer"},
	Approved:   {Ordered: "technician", Ready: "technician", Replaced: "system", Deferred: "engineer", Cancelled: "engineer"},
	Ordered:    {Ready: "technician", Replaced: "system", Deferred: "engineer", Cancelled: "engineer"},
	Ready:      {InProgress: "technician", Replaced: "system", Deferred: "engineer", Cancelled: "engineer"},
	InProgress: {Ready: "technician", Replaced: "system+technician", Cancelled: "engineer"},
	Replaced:   {Verified: "system+engineer", InProgress: "system", Proposed: "system", Approved: "system", Ordered: "system", Ready: "system", Deferred: "system"},
	Deferred:   {Proposed: "system+engineer", Approved: "system+engineer", Ordered: "system+engineer", Ready: "system+engineer", Replaced: "system", Cancelled: "engineer"},
	Verified:   {Closed: "system+technician"},
}

// permitted reports whether the reference lets somebody of that role do it.
func permitted(from, to State, role Role) bool {
	who := reference[from][to]
	switch {
	case who == "":
		return false
	case role == System:
		return len(who) >= 6 && who[:6] == "system"
	case who == "system":
		return false
	}
	needed := who
	if len(who) > 7 && who[:7] == "system+" {
		needed = who[7:]
	}
	rank := map[string]int{"viewer": 1, "technician": 2, "engineer": 3, "lead": 4}
	return rank[string(role)] >= rank[needed]
}

// world is one server with three bays, the orders about it, and everything
// that anybody has written down.
type world struct {
	dice   *rand.Rand
	now    time.Time
	bays   map[string]*bay
	state  fleet.State
	orders []Order
	log    map[int64][]Entry
	made   int // serial numbers
	trail  []string
}

// bay is what really is in a slot; the state is what the polls have seen.
type bay struct {
	serial string
	broken bool
}

func newWorld(seed uint64) *world {
	w := &world{dice: rand.New(rand.NewPCG(seed, 7)), now: noon, bays: map[string]*bay{}, log: map[int64][]Entry{}}
	w.state = fleet.State{Server: "srv-1", Device: fleet.Device{Serial: "CHASSIS-1"}, Pending: map[string]fleet.Pending{}, Gone: map[string]fleet.Gone{},
		Proofs: map[string]fleet.Proof{}, Swapped: map[string]time.Time{}}
	for i := range 3 {
		slot := fmt.Sprintf("Bay %d", i+1)
		w.bays["disk/"+slot] = &bay{serial: w.serial()}
		w.state.Components = append(w.state.Components, diskIn(slot, w.bays["disk/"+slot].serial, fleet.OK))
	}
	return w
}

func (w *world) serial() string {
	w.made++
	return fmt.Sprintf("SN%04d", w.made)
}

func (w *world) pick() string { return fmt.Sprintf("disk/Bay %d", w.dice.IntN(3)+1) }

// happen does one random thing.
func (w *world) happen() error {
	w.now = w.now.Add(time.Duration(1+w.dice.IntN(240)) * time.Minute)
	b := w.bays[w.pick()]
	switch n := w.dice.IntN(20); {
	case n < 2:
		b.broken = true
		w.trail = append(w.trail, "break "+b.serial)
	case n < 3:
		b.broken = false
		w.trail = append(w.trail, "recover "+b.serial)
	case n < 5:
		b.serial, b.broken = w.serial(), w.dice.IntN(4) == 0
		w.trail = append(w.trail, "swap in "+b.serial)
	case n < 6:
		if o := w.any(); o != nil && w.bays[o.Slot] != nil && o.Old.Serial != "" { // somebody puts the old part back
			w.bays[o.Slot].serial = o.Old.Serial
			w.trail = append(w.trail, "put back "+o.Old.Serial)
		}
	case n < 13:
		return w.person()
	}
	return w.poll()
}

func (w *world) any() *Order {
	if len(w.orders) == 0 {
		return nil
	}
	return &w.orders[w.dice.IntN(len(w.orders))]
}

// person attempts something with an order: mostly what is offered, sometimes
// anything at all.
func (w *world) person() error {
	o := w.any()
	if o == nil {
		return nil
	}
	by := []Actor{viewer, technician, engineer, lead}[w.dice.IntN(4)]
	c := Change{To: States()[w.dice.IntN(len(States()))], Reason: "because", Facts: &Facts{}, Confirmed: []string{CheckOnSite, CheckStale, CheckLocate}}
	if moves := Moves(*o, by.Role); len(moves) > 0 && w.dice.IntN(4) > 0 {
		m := moves[w.dice.IntN(len(moves))]
		l := &life{now: w.now}
		c.Action, c.To, c.Fields = m.Action, m.To, map[string]string{}
		for _, f := range m.Fields {
			if f.Name != "reason" {
				c.Fields[f.Name] = l.good(f)
			}
		}
	}
	if w.dice.IntN(12) == 0 && o.State.Open() {
		next, e, err := Edit(*o, map[string]string{"tier": "P1"}, "", by, w.now)
		if err == nil {
			return w.keep(o, next, e)
		}
		return nil
	}
	next, e, err := Apply(*o, c, by, w.now)
	var refused *Refusal
	switch {
	case errors.As(err, &refused):
		return nil
	case err != nil:
		return err
	case !permitted(o.State, next.State, by.Role):
		return fmt.Errorf("%s led order %d from %s to %s", by.Role, o.ID, o.State, next.State)
	}
	return w.keep(o, next, e)
}

// keep stores a change after checking what holds for each.
func (w *world) keep(o *Order, next Order, e Entry) error {
	w.trail = append(w.trail, fmt.Sprintf("%s %d %s: %s → %s", e.Actor.Name, next.ID, e.Action, e.From, e.To))
	switch system := e.Actor.Role == System; {
	case next.Version != o.Version+1 || e.Version != next.Version || e.From != o.State || e.To != next.State:
		return fmt.Errorf("order %d: version %d → %d with entry %+v", o.ID, o.Version, next.Version, e)
	case o.State.Final():
		return fmt.Errorf("order %d was %s and was changed", o.ID, o.State)
	case system && e.Evidence == (fleet.Evidence{}):
		return fmt.Errorf("order %d: an automatic step without evidence: %+v", o.ID, e)
	case system && next.State != o.State && !permitted(o.State, next.State, System):
		return fmt.Errorf("order %d: the program led it from %s to %s", o.ID, o.State, next.State)
	case system && o.Raised != "" && next.Tier > o.Tier:
		return fmt.Errorf("order %d: the program lowered %s, which %s had set, to %s", o.ID, o.Tier, o.Raised, next.Tier)
	case system && next.Due.After(o.Due):
		return fmt.Errorf("order %d: the program moved its date from %s to %s", o.ID, o.Due, next.Due)
	case system && (next.Approver != o.Approver || next.Disposition != o.Disposition && next.State != Closed):
		return fmt.Errorf("order %d: the program decided in a person's place", o.ID)
	}
	w.log[o.ID] = append(w.log[o.ID], e)
	*o = next
	return nil
}

// poll sees the bays as they are. A new serial number counts when a second
// poll sees it too; a poll that is lost is no evidence.
func (w *world) poll() error {
	if w.dice.IntN(10) == 0 {
		w.trail = append(w.trail, "poll lost")
		return w.react()
	}
	for i := range w.state.Components {
		c := &w.state.Components[i]
		key := c.Key()
		b := w.bays[key]
		if b.serial != c.Serial {
			p := w.state.Pending[key]
			if p.Value != b.serial {
				w.state.Pending[key] = fleet.Pending{What: fleet.EventSerial, Value: b.serial, Reads: 1, Since: w.now}
				continue
			}
			c.Serial = b.serial
			w.state.Swapped[key], w.state.Proofs[key] = w.now, fleet.Proof{Since: w.now}
		}
		delete(w.state.Pending, key)
		proof := w.state.Proofs[key]
		c.Health, proof.Last = fleet.OK, w.now
		if b.broken {
			c.Health = fleet.Critical
			proof.Good, proof.Bad = 0, proof.Bad+1
		} else {
			proof.Good, proof.Bad = proof.Good+1, 0
		}
		c.Native = c.Native.At(w.now)
		w.state.Proofs[key] = proof
	}
	w.state.Updated = w.now
	return w.react()
}

// react does what the program does after a poll, like the collecting process.
func (w *world) react() error {
	by := Actor{Name: "ironage", Role: System}
	for i := range w.orders {
		o := &w.orders[i]
		c, ok := Observe(*o, &w.state, w.now)
		if p := w.state.Proofs[o.Slot]; !ok && o.State == Replaced {
			ev := fleet.Evidence{Meaning: "reads", Time: w.now}
			switch {
			case p.Bad >= 2:
				c, ok = Change{Action: "fail-verification", Evidence: ev}, true
			case p.Good >= 10 && w.now.Sub(p.Since) >= 24*time.Hour:
				c, ok = Change{Action: "verify", Evidence: ev}, true
			}
		}
		if !ok {
			continue
		}
		next, e, err := Apply(*o, c, by, w.now)
		if err != nil {
			return fmt.Errorf("order %d in %s: Observe said %s, and: %w", o.ID, o.State, c.Action, err)
		}
		if err := w.keep(o, next, e); err != nil {
			return err
		}
	}
	return w.review(by)
}

func (w *world) review(by Actor) error {
	s := stage(&w.state, nil, w.orders...)
	s.Now = w.now
	for i := range w.state.Components {
		if c := &w.state.Components[i]; c.Health == fleet.Critical && w.open(c.Key()) == nil || c.Health == fleet.Critical {
			s.Causes = append(s.Causes, Cause{Slot: c.Key(), Kind: fleet.Disk, Part: Part{Serial: c.Serial}, Tier: P2,
				Reasons: []Reason{{Code: ReasonFailed, Text: "failed", Evidence: c.Native.Evidence(), FirstSeen: w.now, LastSeen: w.now, StillTrue: true}}})
		}
	}
	for _, step := range Review(s) {
		if err := w.step(step, by); err != nil {
			return err
		}
	}
	return w.settled()
}

func (w *world) step(step Step, by Actor) error {
	if step.Propose != nil {
		o, e, err := Propose(*step.Propose, by, w.now)
		if err != nil {
			return fmt.Errorf("the program's proposal was refused: %w", err)
		}
		if w.open(o.Slot) != nil {
			return fmt.Errorf("a second open order for %s", o.Slot)
		}
		o.ID = int64(len(w.orders) + 1)
		w.orders, w.log[o.ID] = append(w.orders, o), []Entry{e}
		w.trail = append(w.trail, fmt.Sprintf("ironage %d propose %s", o.ID, o.Slot))
		return nil
	}
	o := &w.orders[step.Order-1]
	var next Order
	var e Entry
	var err error
	if step.Amend != nil {
		next, e, err = Amend(*o, *step.Amend, by, w.now)
	} else {
		next, e, err = Apply(*o, *step.Change, by, w.now)
	}
	if err != nil {
		return fmt.Errorf("order %d in %s: the review said what may not be: %w", o.ID, o.State, err)
	}
	return w.keep(o, next, e)
}

func (w *world) open(slot string) *Order {
	for i := range w.orders {
		if w.orders[i].Slot == slot && w.orders[i].State.Open() {
			return &w.orders[i]
		}
	}
	return nil
}

// settled checks what holds once the program has had its say.
func (w *world) settled() error {
	seen := map[string]int64{}
	for i := range w.orders {
		o := &w.orders[i]
		if !o.State.Open() {
			continue
		}
		if other := seen[o.Slot]; other != 0 {
			return fmt.Errorf("orders %d and %d are both open for %s", other, o.ID, o.Slot)
		}
		seen[o.Slot] = o.ID
		log := w.log[o.ID]
		if log[len(log)-1].Version != o.Version || log[len(log)-1].To != o.State {
			return fmt.Errorf("order %d stands at %s version %d, its log at %+v", o.ID, o.State, o.Version, log[len(log)-1])
		}
		c := w.state.Component(o.Slot)
		holds := fitted(o)
		if o.State == Replaced {
			holds = *o.New
		}
		if c.Identity() != fleet.NormalSerial(holds.Serial) {
			return fmt.Errorf("order %d is %s although %s holds %s instead of %s", o.ID, o.State, o.Slot, c.Serial, holds.Serial)
		}
	}
	return nil
}

// TestWorld goes through random lives of a small fleet, with people and
// devices doing what they like, and holds what the program does against the
// reference and against what it promises.
func TestWorld(t *testing.T) {
	proposals, ends := 0, map[State]int{}
	for seed := range uint64(sequences) {
		w := newWorld(seed)
		for range 40 {
			if err := w.happen(); err != nil {
				t.Fatalf("seed %d: %v\n%q", seed, err, w.trail)
			}
		}
		for _, o := range w.orders {
			proposals++
			ends[o.State]++
		}
	}
	for _, s := range States() {
		if ends[s] == 0 {
			t.Errorf("no life ended with an order that is %s: the test does not reach it", s)
		}
	}
	t.Logf("%d sequences, %d orders: %v", sequences, proposals, ends)
}
