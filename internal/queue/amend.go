package queue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Amendment is what the evidence changes on an order without moving it: its
// reasons, its flags and how urgent it is. Only the program amends.
type Amendment struct {
	// Action names it in the log: "add-reason", "alarm", "tier", "flag", …
	Action string
	// Reasons replace those of the order; nil leaves them.
	Reasons []Reason
	// Raise and Clear are flags.
	Raise, Clear []string
	// Tier, Score, P and Explanation are a new judgement; the empty Tier leaves them.
	Tier        Tier
	Score, P    float64
	Explanation string
	// Slot is the new key of a slot that was renamed; empty leaves it.
	Slot, Place string
	// Parent is the order for the whole server; 0 leaves it.
	Parent int64
	// New is another part that was fitted since the swap, at Evidence.Time; nil leaves it.
	New      *Part
	Why      string
	Evidence fleet.Evidence
}

// The actions of amendments, as the log names them.
const (
	actReason = "add-reason"
	actTier   = "tier"
	actFlag   = "flag"
	actAlarm  = "alarm"
	actRename = "rename"
	actRefit  = "refit"
)

// Actions are all words that the log has for what happens to an order, sorted.
func Actions() []string {
	words := []string{"note", "edit", actReason, actTier, actFlag, actAlarm, actRename, actRefit}
	for _, t := range Transitions() {
		words = append(words, t.Action)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Amend changes what the evidence says of an open order. A tier that a person
// set stays until the evidence is worse than what they saw, and is never lowered;
// a due date only ever moves earlier.
func Amend(o Order, a Amendment, by Actor, now time.Time) (Order, Entry, error) {
	refusal := &Refusal{Order: o.ID, From: o.State, To: o.State, Action: a.Action}
	switch {
	case by.Role != System:
		refusal.Why = "only ironage itself records this, when the probes see it"
	case o.State.Final():
		refusal.Why = "it is finished"
	case a.Evidence == (fleet.Evidence{}):
		refusal.Why = "a change by ironage itself needs evidence"
	}
	if refusal.Why != "" {
		return o, Entry{}, refusal
	}
	next := clone(o)
	a.apply(&next, now.UTC())
	if same(&o, &next) {
		refusal.Why = "nothing would change"
		return o, Entry{}, refusal
	}
	e := record(&o, &next, a.Action, bound(a.Why), by, now)
	e.Evidence = boundEvidence(a.Evidence)
	return next, e, nil
}

func (a *Amendment) apply(o *Order, now time.Time) {
	overrules := a.overrules(o)
	if a.Reasons != nil {
		o.Reasons = slices.Clone(a.Reasons)
		for i := range o.Reasons {
			o.Reasons[i].Text = bound(o.Reasons[i].Text)
			o.Reasons[i].Evidence = boundEvidence(o.Reasons[i].Evidence)
		}
	}
	for _, f := range a.Raise {
		raise(o, f)
	}
	o.Flags = slices.DeleteFunc(o.Flags, func(f string) bool { return slices.Contains(a.Clear, f) })
	if len(o.Flags) == 0 {
		o.Flags = nil
	}
	if a.Slot != "" {
		o.Slot, o.Place = a.Slot, bound(a.Place)
	}
	if a.Parent != 0 {
		o.Parent = a.Parent
	}
	if a.New != nil {
		p := boundPart(*a.New)
		o.New, o.SwappedAt = &p, a.Evidence.Time.UTC()
	}
	if overrules {
		if o.Weighed != nil {
			o.Weighed = &Weighed{Tier: a.Tier, Reasons: faultsOf(o.Reasons)}
		}
		o.Tier, o.Score, o.P, o.Explanation = a.Tier, a.Score, a.P, a.Explanation
		if due := dueOf(a.Tier, now); due.Before(o.Due) {
			o.Due = due
		}
	} else if o.Weighed != nil && a.Tier != "" && a.Tier < o.Weighed.Tier {
		o.Weighed.Tier = a.Tier // above it a person's tier stands: the next word is said in sight of it
	}
}

// same reports whether an amendment left everything as it was that the log
// tells about.
func same(a, b *Order) bool {
	return difference(a, b) == nil && a.Slot == b.Slot && a.Parent == b.Parent && reasonsText(a) == reasonsText(b)
}

// reasonsText is the reasons as the log compares them: which there are and
// whether they still hold.
func reasonsText(o *Order) string {
	var words []string
	for _, r := range o.Reasons {
		w := string(r.Code)
		if !r.StillTrue {
			w += " (no longer)"
		}
		words = append(words, w)
	}
	return strings.Join(words, ",")
}

// flagWords say what a flag means, for whoever reads it.
var flagWords = map[string]string{
	FlagUnplannedSwap:      "replaced before anybody started work",
	FlagVerificationFailed: "the new part is not healthy",
	FlagReseat:             "the old part came back: nothing was replaced",
	FlagRecovered:          "healthy again without a swap; recovered parts often fail again, a person decides",
	FlagRemoved:            "the slot is empty",
	FlagWrongPart:          "another part than this order's was pulled",
	FlagPartReused:         "the old part turned up in another place",
	FlagAssetRetired:       "the server has left the inventory",
	FlagNeedsVerification:  "not proven after seven days: an engineer has to look",
	FlagCovered:            "the whole server was replaced; cancel this when it is done with",
}

// FlagMeaning says what a flag means; the flag itself when it is unknown.
func FlagMeaning(flag string) string {
	if w, ok := flagWords[flag]; ok {
		return w
	}
	return strings.ReplaceAll(flag, "_", " ")
}

func placeText(server, slot string) string { return fmt.Sprintf("%s of %s", slot, server) }
