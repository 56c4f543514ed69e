package queue

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// life is one order going through a random life, with the log it leaves.
type life struct {
	order Order
	log   []Entry
	now   time.Time
}

// TestLife does anything with an order, sensible or not, and checks after each
// step that what the queue promises still holds.
func TestLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &life{now: noon}
		var err error
		var e Entry
		l.order, e, err = Propose(randomProposal(t), rapid.SampledFrom([]Actor{technician, program}).Draw(t, "proposer"), l.now)
		if err != nil {
			t.Fatalf("a complete proposal was refused: %v", err)
		}
		l.order.ID = 1
		l.log = append(l.log, e)
		t.Repeat(map[string]func(*rapid.T){
			"follow":  l.follow,
			"attempt": l.attempt,
			"note":    l.note,
			"wait": func(t *rapid.T) {
				l.now = l.now.Add(time.Duration(rapid.IntRange(-48, 24*60).Draw(t, "hours")) * time.Hour)
			},
			"": l.check,
		})
	})
}

func randomProposal(t *rapid.T) Proposal {
	return proposal(func(p *Proposal) {
		p.Kind = rapid.SampledFrom([]fleet.Kind{fleet.Disk, fleet.PSU, fleet.Fan}).Draw(t, "kind")
		p.Tier = rapid.SampledFrom([]Tier{P1, P2, P3, P4}).Draw(t, "tier")
		p.Old.Serial = rapid.SampledFrom([]string{"OLD1", ""}).Draw(t, "serial")
		p.Criticality = rapid.SampledFrom([]fleet.Criticality{"", fleet.CriticalityCritical}).Draw(t, "criticality")
	})
}

var actors = []Actor{viewer, technician, engineer, lead, program}

// follow takes a move that is offered and fills in what it asks for: it must be accepted.
func (l *life) follow(t *rapid.T) {
	by := rapid.SampledFrom(actors).Draw(t, "by")
	moves := Moves(l.order, by.Role)
	if len(moves) == 0 {
		return
	}
	m := rapid.SampledFrom(moves).Draw(t, "move")
	c := Change{Action: m.Action, To: m.To, Fields: map[string]string{}, Facts: &Facts{}, Evidence: seen,
		Confirmed: []string{CheckOnSite, CheckStale, CheckLocate}}
	for _, f := range m.Fields {
		if f.Required || rapid.Bool().Draw(t, f.Name) {
			c.Fields[f.Name] = l.good(f)
		}
	}
	if by.Role == System {
		c.New = &Part{Serial: rapid.SampledFrom([]string{"NEW1", "NEW2", l.order.Old.Serial}).Draw(t, "new")}
	}
	err := l.apply(t, c, by)
	if err != nil && by.Role != System { // the program needs proof, which a random one may not be
		t.Fatalf("%s by %s was offered and complete, but: %v", m.Action, by.Role, err)
	}
}

// good is a valid value of f.
func (l *life) good(f Field) string {
	switch f.Kind {
	case FieldDate:
		if f.Name == "received" {
			return day(l.now)
		}
		return day(l.now.AddDate(0, 0, 30))
	case FieldTime:
		return l.now.Format(time.RFC3339)
	case FieldChoice:
		return f.Choices[0]
	}
	return "some " + f.Name
}

// attempt asks for any state with any fields.
func (l *life) attempt(t *rapid.T) {
	c := Change{To: rapid.SampledFrom(States()).Draw(t, "to"), Reason: rapid.SampledFrom([]string{"", "because"}).Draw(t, "reason"),
		Fields: rapid.MapOf(rapid.SampledFrom([]string{"until", "assignee", "expected", "spare", "disposition", "nonsense"}),
			rapid.SampledFrom([]string{"", "x", "2026-02-01", "kept"})).Draw(t, "fields")}
	if rapid.Bool().Draw(t, "proof") {
		c.Evidence, c.New = seen, &Part{Serial: "NEW3"}
	}
	_ = l.apply(t, c, rapid.SampledFrom(actors).Draw(t, "by")) // refused or not, check tells
}

func (l *life) note(t *rapid.T) {
	next, e, err := Note(l.order, rapid.StringN(0, 50, -1).Draw(t, "text"), rapid.SampledFrom(actors).Draw(t, "by"), l.now)
	if err == nil {
		l.order, l.log = next, append(l.log, e)
	}
}

// apply makes a change and checks what holds for each: exactly one version and
// one entry when it is made, nothing at all when it is refused.
func (l *life) apply(t *rapid.T, c Change, by Actor) error {
	before := encode(t, l.order)
	was := l.order
	next, e, err := Apply(l.order, c, by, l.now)
	if encode(t, was) != before {
		t.Fatalf("the order that was read changed:\n%s\n%s", before, encode(t, was))
	}
	if err != nil {
		var r *Refusal
		if !errors.As(err, &r) {
			t.Fatalf("got %T, want a refusal: %v", err, err)
		}
		if encode(t, next) != before || e.Action != "" {
			t.Fatalf("refused (%v), but changed:\n%s\n%s", err, before, encode(t, next))
		}
		return err
	}
	if next.Version != was.Version+1 || e.Version != next.Version || e.From != was.State || e.To != next.State {
		t.Fatalf("version %d → %d with entry %+v", was.Version, next.Version, e)
	}
	if was.State.Final() {
		t.Fatalf("%s order went to %s", was.State, next.State)
	}
	if by.Role == System && e.Evidence == (fleet.Evidence{}) {
		t.Fatalf("an entry of the program without evidence: %+v", e)
	}
	if by.Role == Viewer {
		t.Fatalf("a viewer made %+v", e)
	}
	if next.Server != was.Server || next.Slot != was.Slot || next.ID != was.ID || !next.Created.Equal(was.Created) {
		t.Fatalf("the order became another one: %+v", next)
	}
	l.order, l.log = next, append(l.log, e)
	return nil
}

// check holds the log against the order.
func (l *life) check(t *rapid.T) {
	o := l.order
	if int(o.Version) != len(l.log) {
		t.Fatalf("version %d with %d entries", o.Version, len(l.log))
	}
	state := State("")
	for i, e := range l.log {
		if int(e.Version) != i+1 || e.From != state {
			t.Fatalf("entry %d is %+v after state %q", i, e, state)
		}
		state = e.To
	}
	switch {
	case state != o.State:
		t.Fatalf("the log ends in %s, the order in %s", state, o.State)
	case !slices.Contains(States(), o.State):
		t.Fatalf("unknown state %q", o.State)
	case o.State == Deferred && (o.Before == "" || o.DeferredTill == ""):
		t.Fatalf("deferred without a way back: %+v", o)
	case o.State == Replaced && (o.BeforeSwap == "" || o.New == nil || o.SwappedAt.IsZero()):
		t.Fatalf("replaced without the swap: %+v", o)
	case o.State == Closed && o.DataBearing() && (o.Disposition == nil || o.Disposition.By == ""):
		t.Fatalf("closed without disposition: %+v", o)
	case o.State == Rejected && o.QuietTill == "":
		t.Fatalf("rejected without a quiet period: %+v", o)
	}
}

func encode(t *rapid.T, o Order) string {
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
