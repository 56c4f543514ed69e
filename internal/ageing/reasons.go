package ageing

import (
	"ironage/internal/fleet"
)

// Reason is why a part should be replaced; the words are the queue's reason codes.
type Reason string

// The reasons, evidence first.
const (
	ReasonFailed      Reason = "failed"
	ReasonPredictive  Reason = "predictive"
	ReasonUE          Reason = "ue"
	ReasonMediaErrors Reason = "media_errors"
	ReasonCERate      Reason = "ce_rate"
	ReasonWear        Reason = "wear"
	ReasonDegraded    Reason = "degraded"
	ReasonBatch       Reason = "batch"
	ReasonAge         Reason = "age"
	ReasonWarranty    Reason = "warranty"
	ReasonSupport     Reason = "support"
	ReasonManual      Reason = "manual"
)

// Policy reports whether the reason is a rule about age rather than a fact
// about the part: such reasons never make anything urgent.
func (r Reason) Policy() bool {
	switch r {
	case ReasonAge, ReasonWarranty, ReasonSupport:
		return true
	}
	return false
}

// Standing is what people's rules say of a part and its server.
type Standing struct {
	Band              Band
	Warranty, Support Cover
	Criticality       fleet.Criticality
}

// Reasons are the reasons to replace the part, evidence first; nil: none.
func Reasons(s *Subject, at Standing) []Reason {
	var out []Reason
	if s.Failed {
		out = append(out, ReasonFailed)
	}
	if s.Predicts {
		out = append(out, ReasonPredictive)
	}
	if at.Band == BandOver || at.Band == BandFarOver {
		out = append(out, ReasonAge)
	}
	return out
}
