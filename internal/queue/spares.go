package queue

import (
	"cmp"
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// SpareAction is what becomes of a spare.
type SpareAction string

// The actions. A returned spare was taken for fitted until the old part came
// back; it is kept for its order again.
const (
	SpareReserved SpareAction = "reserve"
	SpareReleased SpareAction = "release"
	SpareUsed     SpareAction = "use"
	SpareReturned SpareAction = "return"
)

// SpareMove is a part from the shelf that was kept for an order, given back, or
// fitted. It follows from a change of the order and is stored with it.
type SpareMove struct {
	Seq    int64       `json:"seq"`
	Order  int64       `json:"order"`
	Action SpareAction `json:"action"`
	Kind   fleet.Kind  `json:"kind"`
	Part   string      `json:"part,omitempty"`  // part number
	Model  string      `json:"model,omitempty"` // where no other part number than the old one's is known
	Serial string      `json:"serial,omitempty"`
	Place  string      `json:"place,omitempty"` // as it was written down
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
}

// Kept reports whether the spare lies on the shelf for an order after this move.
func (m *SpareMove) Kept() bool { return m.Action == SpareReserved || m.Action == SpareReturned }

// SpareMoveOf says what a change of an order means for the spare that it keeps;
// last is the latest move of the order's spare, zero when there was none. Work
// that is stopped gives nothing back: the order is still ready to go.
func SpareMoveOf(o *Order, e *Entry, last SpareMove) (SpareMove, bool) {
	action := spareAction(o, e, &last)
	if action == "" {
		return SpareMove{}, false
	}
	m := last
	if action == SpareReserved {
		m = SpareMove{Kind: o.Kind, Part: cmp.Or(o.FitPart, o.Old.PartNumber), Serial: o.PartSerial, Place: o.Spare}
		if o.FitPart == "" || o.FitPart == o.Old.PartNumber {
			m.Model = o.Old.Model
		}
	}
	m.Order, m.Action, m.At, m.By = o.ID, action, e.Time, e.Actor.Name
	return m, true
}

func spareAction(o *Order, e *Entry, last *SpareMove) SpareAction {
	switch e.Action {
	case "ready":
		return SpareReserved
	case "resume":
		if o.State == Ready && last.Action == SpareReleased {
			return SpareReserved
		}
	case "edit":
		if (last.Kept() || last.Action == SpareUsed && o.State != Replaced) && changes(e, "spare", "part_serial", "part_number") {
			return SpareReserved
		}
	case "cancel", "defer":
		if last.Kept() {
			return SpareReleased
		}
	case "replaced":
		if last.Kept() {
			return fittedFrom(o, last)
		}
	case "reseat":
		if last.Action == SpareUsed {
			return SpareReturned
		}
	}
	return ""
}

// fittedFrom: a new part with another serial number than the spare's was not
// the spare.
func fittedFrom(o *Order, last *SpareMove) SpareAction {
	kept, is := fleet.NormalSerial(last.Serial), fleet.NormalSerial(newPart(o).Serial)
	if kept != "" && is != "" && kept != is {
		return SpareReleased
	}
	return SpareUsed
}

func changes(e *Entry, fields ...string) bool {
	for _, f := range fields {
		if _, ok := e.Fields[f]; ok {
			return true
		}
	}
	return false
}

// SpareTaken refuses to keep one part for two orders.
func SpareTaken(o *Order, e *Entry, other int64) *Refusal {
	return &Refusal{Order: o.ID, From: e.From, To: e.To, Action: e.Action,
		Why: fmt.Sprintf("the spare with serial number %s is kept for order %d; name another one, or cancel or defer that order", o.PartSerial, other)}
}

// Fitted is the part that the order wants to have out of the slot: the old
// one, or after a failed verification the one that did not work.
func (o *Order) Fitted() Part { return fitted(o) }
