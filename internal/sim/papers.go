package sim

import "ironage/internal/fleet"

// losePapers leaves gaps in the inventory, as reorganisations do: of some
// servers only the purchase is known, and of some, which came from another
// office, not even that. What people know of those is what the parts tell. A
// few serial numbers were typed wrong.
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
		case n < 25:
			s.Serial = mistyped(s.Serial)
		}
	}
}

// mistyped exchanges the last two characters that differ, as fingers do.
func mistyped(serial string) string {
	b := []byte(serial)
	for i := len(b) - 1; i > 0; i-- {
		if b[i] != b[i-1] {
			b[i], b[i-1] = b[i-1], b[i]
			break
		}
	}
	return string(b)
}
