package sim

import (
	"cmp"
	"slices"

	"ironage/internal/fleet"
)

// Spare is a line of the stock list that goes with a fleet: what lies on the
// shelf of a part that is in use, and what it costs. An empty PartNumber means
// that the line goes by the model.
type Spare struct {
	PartNumber, Model, Kind, Place string
	Price                          int64 // in dong; 0: nobody has written it down
	OnHand, OnOrder                int
}

// Shelf is the stock list of the fleet, sorted by kind and part. It is as
// stock lists are: of some parts there is no price, and fans are not on it.
func (f *Fleet) Shelf() []Spare {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := map[Spare]bool{}
	var out []Spare
	for _, m := range f.machines {
		for _, c := range append(m.parts(f.began), m.smartOutput(f.began).Components...) {
			s, price, ok := spareOf(&c)
			name := Spare{PartNumber: s.PartNumber, Kind: s.Kind}
			if name.PartNumber == "" {
				name.Model = s.Model
			}
			if !ok || seen[name] { // one number sold under several names is one part
				continue
			}
			seen[name] = true
			out = append(out, s.fill(newDice(f.opts.Seed, "shelf "+s.Kind+s.PartNumber+s.Model), price))
		}
	}
	slices.SortFunc(out, func(a, b Spare) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.PartNumber, b.PartNumber), cmp.Compare(a.Model, b.Model))
	})
	return out
}

// spareOf is the line that a part belongs to, with what one costs new. Disks go
// by their model: the numbers on a Dell disk are its own.
func spareOf(c *fleet.Component) (s Spare, price int64, ok bool) {
	s = Spare{PartNumber: c.Part, Model: c.Model, Kind: stockKind(c)}
	switch c.Kind {
	case fleet.Disk:
		s.PartNumber = ""
	case fleet.Memory, fleet.PSU, fleet.Battery, fleet.RAIDController:
	default:
		return s, 0, false
	}
	capacity := int64(0)
	if c.CapacityBytes != nil {
		capacity = *c.CapacityBytes
	}
	return s, listPrice(s.Kind, capacity), s.PartNumber != "" || s.Model != ""
}

func stockKind(c *fleet.Component) string {
	switch c.Kind {
	case fleet.Disk:
		if c.WearUsedPct != nil || c.Attributes["media"] == "ssd" {
			return "ssd"
		}
		return "hdd"
	case fleet.Memory:
		return "dimm"
	case fleet.RAIDController:
		return "controller"
	}
	return c.Kind.String()
}

// listPrice is roughly what such a part cost a Vietnamese buyer in dong.
func listPrice(kind string, capacity int64) int64 {
	switch kind {
	case "hdd":
		if capacity > tb {
			return 6_450_000
		}
		return 4_180_000
	case "ssd":
		return 5_200_000 + capacity/(100*gb)*480_000
	case "dimm":
		return 320_000 + capacity/gib*112_500
	case "psu":
		return 3_950_000
	case "battery":
		return 1_890_000
	}
	return 11_400_000
}

// fill says what lies there: mostly a few, sometimes nothing, and one price in
// six was never written down.
func (s Spare) fill(d dice, price int64) Spare {
	s.OnHand = one(d, []int{0, 0, 1, 1, 2, 3, 4})
	if d.chance(20) {
		s.OnOrder = 1 + d.IntN(3)
	}
	if s.OnHand > 0 {
		s.Place = one(d, []string{"Kho A, kệ 2", "Kho A, kệ 3", "Kho B, tủ 1"})
	}
	if !d.chance(16) {
		s.Price = price + int64(d.IntN(12))*25_000
	}
	return s
}
