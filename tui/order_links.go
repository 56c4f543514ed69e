package tui

import (
	"time"

	"ironage/internal/queue"
)

// trip is everything that the way to an order needs. It does not wait, but is
// worked out: screens ask in Update and keep the answer.
func (sh *shared) trip(o *queue.Order) queue.Trip {
	return sh.desk.Trips([]queue.Order{*o})[0]
}

// faultSince is when the fault behind an order was first seen; zero when dates
// or people alone speak for it.
func faultSince(o *queue.Order) time.Time {
	var first time.Time
	for i := range o.Reasons {
		r := &o.Reasons[i]
		if r.Code.Policy() || r.Code == queue.ReasonManual || r.Code == queue.ReasonBatch || r.FirstSeen.IsZero() {
			continue
		}
		if first.IsZero() || r.FirstSeen.Before(first) {
			first = r.FirstSeen
		}
	}
	return first
}

// orderByID is an order of the view, or nil.
func (sh *shared) orderByID(id int64) *queue.Order {
	if sh.view == nil {
		return nil
	}
	for i := range sh.view.Orders {
		if sh.view.Orders[i].ID == id {
			return &sh.view.Orders[i]
		}
	}
	return nil
}

// link is another order that belongs to one, and how.
type link struct {
	id   int64
	text string
}

// links are the orders that belong to ord.
func (sh *shared) links(ord *queue.Order) []link {
	var out []link
	add := func(id int64, key string) {
		if id != 0 {
			out = append(out, link{id, sh.t.Say(key, orderName(id))})
		}
	}
	add(ord.MergedInto, "merged into %s")
	add(ord.Parent, "the whole server is %s")
	add(ord.RepeatOf, "did not last: %s")
	if ord.Slot != queue.ServerSlot || sh.view == nil {
		return out
	}
	for i := range sh.view.Orders {
		if o := &sh.view.Orders[i]; o.Parent == ord.ID {
			add(o.ID, "belongs to it: %s")
		}
	}
	return out
}
