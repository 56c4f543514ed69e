package queue

import "slices"

// Weighed is the evidence that a person had before their eyes when they set a
// tier by hand: what it asked for, and the faults that held. As long as the
// evidence gets no worse than this, the person's tier stays, also a lower one.
type Weighed struct {
	Tier    Tier         `json:"tier"`
	Reasons []ReasonCode `json:"reasons,omitempty"`
}

// weigh notes what a person sees who sets o's tier now. asked is the tier that
// the evidence asks for; where an earlier decision stands between, it is what
// that one weighed already.
func weigh(o *Order, asked Tier) *Weighed {
	if o.Raised != "" && o.Weighed != nil {
		asked = o.Weighed.Tier
	}
	return &Weighed{Tier: asked, Reasons: faultsOf(o.Reasons)}
}

// faultsOf are the faults that hold, by their codes.
func faultsOf(rs []Reason) []ReasonCode {
	var codes []ReasonCode
	for _, r := range rs {
		if r.StillTrue && r.Code.fault() && !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// exceeds reports whether a new judgement is worse than what the person weighed:
// it asks for more haste, or a fault holds that did not then.
func (w *Weighed) exceeds(tier Tier, rs []Reason) bool {
	return tier < w.Tier || slices.ContainsFunc(faultsOf(rs), func(c ReasonCode) bool { return !slices.Contains(w.Reasons, c) })
}

// overrules reports whether a judgement by the program may change o's tier. Where
// a person set it, only evidence that is worse than what they saw makes it more
// urgent, and nothing makes it less.
func (a *Amendment) overrules(o *Order) bool {
	switch {
	case a.Tier == "":
		return false
	case o.Raised == "":
		return true
	case a.Tier >= o.Tier:
		return false
	}
	reasons := a.Reasons
	if reasons == nil {
		reasons = o.Reasons
	}
	return o.Weighed == nil || o.Weighed.exceeds(a.Tier, reasons) // orders of earlier versions tell nothing of it
}
