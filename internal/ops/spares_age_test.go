package ops

import (
	"strings"
	"testing"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

func TestASpareShowsItsAge(t *testing.T) {
	s := newScene(t)
	s.shelf(ageing.StockLine{PartNumber: "400-A", Kind: "hdd", Place: "Store 1", OnHand: 2, Made: "2017-07-02", InStockSince: "2024"},
		ageing.StockLine{PartNumber: "400-A", Kind: "hdd", Place: "Store 2", OnHand: 1})
	lines := s.desk.Spares()
	if l := lines[0]; l.Age != "made 2017-07-02, 8.5 y" || !l.OverAge || l.InStockSince != "2024" {
		t.Errorf("got %+v, want its age and that it is over it", l)
	}
	if l := lines[1]; l.Age != "" || l.OverAge {
		t.Errorf("got %+v, want no age where nobody knows one", l)
	}
	s.poll(s.raid(fleet.Critical)...)
	s.poll(s.raid(fleet.Critical)...)
	if got := strings.Join(s.desk.Trip(s.only()).OnHand, "; "); got != "2 in Store 1 (made 2017-07-02, 8.5 y, over age); 1 in Store 2" {
		t.Errorf("the way to the order: got %q", got)
	}
}
