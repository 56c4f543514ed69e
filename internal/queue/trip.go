package queue

import (
	"cmp"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// Trip is everything that a technician needs to know on the way to one order:
// where to go, what to bring, what to pull, and what to be careful about.
// Empty texts are not known.
type Trip struct {
	Order Order `json:"order"`

	Site     string `json:"site,omitempty"`
	Room     string `json:"room,omitempty"`
	Rack     string `json:"rack,omitempty"`
	Position int    `json:"position,omitempty"` // lowest unit
	Height   int    `json:"height,omitempty"`
	Face     string `json:"face,omitempty"`
	AssetTag string `json:"asset_tag,omitempty"`
	Machine  string `json:"machine,omitempty"` // vendor and model of the server
	Chassis  string `json:"chassis,omitempty"` // its serial number

	Slot string `json:"slot"`           // as printed on the chassis, as far as known
	Pull string `json:"pull,omitempty"` // serial number to pull

	Bring       string   `json:"bring,omitempty"` // part number, or model
	Substitutes []string `json:"substitutes,omitempty"`
	Capacity    string   `json:"capacity,omitempty"`
	Form        string   `json:"form,omitempty"`    // form factor, bus, carrier, as the device says
	OnHand      []string `json:"on_hand,omitempty"` // "2 in Store 1, shelf 4"
	// Shelves are where parts that fit lie, those with most first.
	Shelves []Shelf `json:"shelves,omitempty"`
	// InStock is how many are left beside those that are kept for orders; nil
	// where the stock list does not know the part.
	InStock *int `json:"in_stock,omitempty"`

	HotSwap    string `json:"hot_swap"` // in words: hot-swappable, power off, or not known
	Redundancy string `json:"redundancy,omitempty"`
	Array      string `json:"array,omitempty"` // state of the volume or its kind's redundancy now

	Service     string            `json:"service,omitempty"`
	Owner       string            `json:"owner,omitempty"`
	Criticality fleet.Criticality `json:"criticality,omitempty"`
	Warranty    string            `json:"warranty,omitempty"`
}

// Shelf is a place in stock with how many parts of one kind are left there
// beside those that are kept for orders.
type Shelf struct {
	Place string `json:"place"`
	Left  int    `json:"left"`
	// Serials are those of parts there that were kept for an order once and given back.
	Serials []string `json:"serials,omitempty"`
}

// NoneLeft reports whether the stock list knows the part and has none left for
// this order.
func (t *Trip) NoneLeft() bool { return len(t.OnHand) == 0 && t.InStock != nil && *t.InStock == 0 }

// Shelf is where such parts lie, or that none is left, in words; "" where nobody
// knows.
func (t *Trip) Shelf() string {
	if t.NoneLeft() {
		return "none left in stock"
	}
	return strings.Join(t.OnHand, "; ")
}

// PickGroup is what lies in one rack of a pick list.
type PickGroup struct {
	Site  string `json:"site,omitempty"`
	Room  string `json:"room,omitempty"`
	Rack  string `json:"rack,omitempty"`
	Trips []Trip `json:"trips"`
}

// Load is a part to take along, and for how many orders.
type Load struct {
	Part   string   `json:"part"` // part number, else model, else kind and capacity
	Kind   string   `json:"kind"`
	Count  int      `json:"count"`
	OnHand []string `json:"on_hand,omitempty"`
	Orders []int64  `json:"orders"`
}

// PickList groups trips by site, room and rack as a person walks them, from the
// top unit down, and sums up what to load.
func PickList(trips []Trip) ([]PickGroup, []Load) {
	sorted := slices.Clone(trips)
	slices.SortStableFunc(sorted, func(a, b Trip) int {
		return cmp.Or(fleet.CompareNames(a.Site, b.Site), fleet.CompareNames(a.Room, b.Room), fleet.CompareNames(a.Rack, b.Rack),
			cmp.Compare(b.Position, a.Position), fleet.CompareNames(a.Order.Server, b.Order.Server), fleet.CompareNames(a.Slot, b.Slot))
	})
	var groups []PickGroup
	for _, t := range sorted {
		if n := len(groups); n > 0 && groups[n-1].Site == t.Site && groups[n-1].Room == t.Room && groups[n-1].Rack == t.Rack {
			groups[n-1].Trips = append(groups[n-1].Trips, t)
			continue
		}
		groups = append(groups, PickGroup{Site: t.Site, Room: t.Room, Rack: t.Rack, Trips: []Trip{t}})
	}
	return groups, loads(sorted)
}

func loads(trips []Trip) []Load {
	var out []Load
	for _, t := range trips {
		part := cmp.Or(t.Bring, t.Order.Kind.String()+", part number not known")
		at := slices.IndexFunc(out, func(l Load) bool { return l.Part == part && l.Kind == t.Order.Kind.String() })
		if at < 0 {
			out = append(out, Load{Part: part, Kind: t.Order.Kind.String(), OnHand: t.OnHand})
			at = len(out) - 1
		}
		out[at].Count++
		out[at].Orders = append(out[at].Orders, t.Order.ID)
	}
	slices.SortStableFunc(out, func(a, b Load) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Part, b.Part)) })
	return out
}

// Disposal is one line of the disposal register: what became of a removed part
// that holds data.
type Disposal struct {
	Order       int64  `json:"order"`
	Server      string `json:"server"`
	Slot        string `json:"slot"`
	Part        Part   `json:"part"`
	Removed     string `json:"removed,omitempty"` // time of the swap
	Disposition        // Method is empty while nobody has said it
	Settled     bool   `json:"settled"` // the order is closed
}

// Disposals is the register over some orders, those that wait for a statement
// first, then the latest first.
func Disposals(orders []Order) []Disposal {
	var out []Disposal
	for i := range orders {
		o := &orders[i]
		if !o.DataBearing() || o.State != Replaced && o.State != Verified && o.State != Closed {
			continue
		}
		out = append(out, Disposal{Order: o.ID, Server: o.Server, Slot: o.Slot, Part: o.Old, Removed: stamp(o.SwappedAt),
			Disposition: disposition(o), Settled: o.State == Closed})
	}
	slices.SortStableFunc(out, func(a, b Disposal) int {
		if (a.Method == "") != (b.Method == "") {
			if a.Method == "" {
				return -1
			}
			return 1
		}
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Order, a.Order))
	})
	return out
}
