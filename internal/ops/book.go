package ops

import (
	"context"
	"maps"
	"slices"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// book is a process's own list of orders, kept current with what changed since
// the last look, and for the collecting process where the parts that they
// removed sit now.
type book struct {
	last     int64 // entry of the log up to which it is current
	orders   map[int64]queue.Order
	byServer map[string][]int64 // sorted
	// wanted are the serial numbers of the orders' old parts, by how many orders
	// want them; seen is where they were read, at the same by server.
	wanted map[string]int
	seen   map[string]map[queue.Place]bool
	at     map[string][]string
}

// mostPlaces is how many places of one serial number are remembered: devices
// that give every part the same are not worth more.
const mostPlaces = 8

func newBook() *book {
	return &book{orders: map[int64]queue.Order{}, byServer: map[string][]int64{}, wanted: map[string]int{},
		seen: map[string]map[queue.Place]bool{}, at: map[string][]string{}}
}

// freshen takes the orders that changed, and says whether any did.
func (b *book) freshen(ctx context.Context, s Store) (bool, error) {
	changed, last, err := s.OrdersSince(ctx, b.last)
	if err != nil {
		return false, err
	}
	for i := range changed {
		b.put(changed[i])
	}
	b.last = last
	return len(changed) > 0, nil
}

// finishedShown is how many finished orders a view holds; the others are found
// by their number.
const finishedShown = 1000

// list is the orders as people look at them: open ones first, then the most
// recently finished.
func (b *book) list() []queue.Order {
	open, done := make([]queue.Order, 0, len(b.orders)), []queue.Order(nil)
	for _, o := range b.orders {
		if o.State.Final() {
			done = append(done, o)
		} else {
			open = append(open, o)
		}
	}
	queue.Sort(open)
	queue.Sort(done)
	return append(open, done[:min(len(done), finishedShown)]...)
}

// put adds an order or its newer version.
func (b *book) put(o queue.Order) {
	old, known := b.orders[o.ID]
	if known && old.Version > o.Version {
		return
	}
	b.orders[o.ID] = o
	if known {
		return
	}
	ids := b.byServer[o.Server]
	at, _ := slices.BinarySearch(ids, o.ID)
	b.byServer[o.Server] = slices.Insert(ids, at, o.ID)
	if serial := fleet.NormalSerial(o.Old.Serial); serial != "" && o.Slot != queue.ServerSlot {
		b.wanted[serial]++
	}
}

// of are a server's orders, oldest first.
func (b *book) of(server string) []queue.Order {
	ids := b.byServer[server]
	if len(ids) == 0 {
		return nil
	}
	out := make([]queue.Order, len(ids))
	for i, id := range ids {
		out[i] = b.orders[id]
	}
	return out
}

// inSlot are the orders of one place.
func (b *book) inSlot(p queue.Place) []queue.Order {
	return slices.DeleteFunc(b.of(p.Server), func(o queue.Order) bool { return o.Slot != p.Slot })
}

// locate notes where wanted parts sit on a server, and that those which it had
// before are gone.
func (b *book) locate(st *fleet.State) {
	for _, serial := range b.at[st.Server] {
		maps.DeleteFunc(b.seen[serial], func(p queue.Place, _ bool) bool { return p.Server == st.Server })
		if len(b.seen[serial]) == 0 {
			delete(b.seen, serial)
		}
	}
	delete(b.at, st.Server)
	if len(b.wanted) == 0 {
		return
	}
	for i := range st.Components {
		c := &st.Components[i]
		if !c.Kind.Replaceable() || c.Health == fleet.Absent || c.Serial == "" {
			continue
		}
		if serial := c.Identity(); b.wanted[serial] > 0 {
			b.note(serial, queue.Place{Server: st.Server, Slot: c.Key()})
		}
	}
}

func (b *book) note(serial string, p queue.Place) {
	places := b.seen[serial]
	if places == nil {
		places = map[queue.Place]bool{}
		b.seen[serial] = places
	}
	if len(places) < mostPlaces {
		places[p] = true
		b.at[p.Server] = append(b.at[p.Server], serial)
	}
}

// places are where a serial number sits, in a fixed order.
func (b *book) places(serial string) []queue.Place {
	return slices.SortedFunc(maps.Keys(b.seen[serial]), func(x, y queue.Place) int {
		if c := fleet.CompareNames(x.Server, y.Server); c != 0 {
			return c
		}
		return fleet.CompareNames(x.Slot, y.Slot)
	})
}
