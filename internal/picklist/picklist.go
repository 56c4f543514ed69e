// Package picklist lays out what a technician takes along: chosen work orders
// by rack in walking order, the parts to load on top, a box to tick for each.
// It is pure: no I/O and no clock. It must not decide which orders are chosen,
// nor find out anything about them: trips come from package ops.
package picklist

import (
	"cmp"
	"slices"
	"time"

	"ironage/internal/queue"
)

// Stop is one order on the way.
type Stop struct {
	queue.Trip
	// Notes are what people wrote down for whoever does the work, latest first.
	Notes []Note `json:"notes,omitempty"`
}

// Note is something that a person wrote into an order's log.
type Note struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Group is what is to be done at one rack.
type Group struct {
	Site  string `json:"site,omitempty"`
	Room  string `json:"room,omitempty"`
	Rack  string `json:"rack,omitempty"`
	Stops []Stop `json:"stops"`
}

// Load is a part to take along.
type Load struct {
	queue.Load
	// Missing is how many more orders want it than lie in stock.
	Missing int `json:"missing,omitempty"`
}

// List is a pick list.
type List struct {
	Schema string    `json:"schema"` // ironage.picklist/v1
	Made   time.Time `json:"made"`
	Orders int       `json:"orders"`
	Load   []Load    `json:"load"`
	Groups []Group   `json:"groups"`
}

// New makes a pick list for stops in any order.
func New(stops []Stop, made time.Time) List {
	trips := make([]queue.Trip, len(stops))
	notes := make(map[int64][]Note, len(stops))
	places := make(map[int64][]string, len(stops))
	for i := range stops {
		id := stops[i].Order.ID
		trips[i], notes[id], places[id] = stops[i].Trip, stops[i].Notes, stops[i].places()
	}
	racks, load := queue.PickList(trips)
	l := List{Schema: "ironage.picklist/v1", Made: made.UTC(), Orders: len(stops), Load: []Load{}, Groups: []Group{}}
	for _, p := range load {
		p.OnHand = placesOf(p.Orders, places)
		l.Load = append(l.Load, Load{Load: p, Missing: missing(p.Orders, stops)})
	}
	for _, r := range racks {
		g := Group{Site: r.Site, Room: r.Room, Rack: r.Rack}
		for _, t := range r.Trips {
			g.Stops = append(g.Stops, Stop{Trip: t, Notes: notes[t.Order.ID]})
		}
		l.Groups = append(l.Groups, g)
	}
	return l
}

// missing is how many more of these orders want a part than are left in stock
// beside what is kept for orders. Where the stock list does not know the part,
// nobody can say.
func missing(orders []int64, stops []Stop) int {
	var left *int
	wanted := 0
	for i := range stops {
		t := &stops[i].Trip
		if !slices.Contains(orders, t.Order.ID) {
			continue
		}
		left = cmp.Or(left, t.InStock)
		if t.Order.Spare == "" {
			wanted++
		}
	}
	if left == nil {
		return 0
	}
	return max(0, wanted-*left)
}

// placesOf are all the places that parts of one kind are taken from: what is
// kept for the orders may lie elsewhere than the others.
func placesOf(orders []int64, places map[int64][]string) []string {
	var all []string
	for _, id := range orders {
		for _, p := range places[id] {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// NotesOf are the notes that an order's log holds for whoever does the work:
// notes and the words of a hand-over, latest first.
func NotesOf(log []queue.Entry) []Note {
	var notes []Note
	for i := len(log) - 1; i >= 0; i-- {
		e := &log[i]
		_, handed := e.Fields["assignee"]
		if e.Reason == "" || e.Actor.Role == queue.System || e.Action != "note" && (e.Action != "edit" || !handed) {
			continue
		}
		notes = append(notes, Note{By: e.Actor.Name, At: e.Time, Text: e.Reason})
	}
	return notes
}
