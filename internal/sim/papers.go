package sim

import "ironage/internal/fleet"

// losePapers leaves gaps in the inventory, as reorganisations do: of some
// servers only the purchase is known, and of some, which came from another
// office, not even that. What people know of those is what the parts tell.
func losePapers(seed uint64, ms []*machine) {
	for _, m := range ms {
		s, d := &m.server, newDice(seed, m.server.Name+" papers")
		switch n := d.IntN(100); {
		case n < 7:
			s.InService, s.Purchased, s.WarrantyEnd = "", "", ""
			s.Notes = "Tiếp nhận từ đơn vị khác, không có hồ sơ mua sắm"
		case n < 18:
			s.InService = ""
		case n < 22:
			s.Purchased = fleet.Date(string(s.Purchased)[:4])
		}
	}
}
