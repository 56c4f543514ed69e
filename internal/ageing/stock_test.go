package ageing

import (
	"reflect"
	"strings"
	"testing"
)

func TestStockFind(t *testing.T) {
	cents := func(n int64) *Money { m := Money(n); return &m }
	days := func(d float64) *float64 { return &d }
	s, conflicts := NewStock([]StockLine{
		{PartNumber: "0B1", Model: "ST4000", Kind: "hdd", Place: "Hanoi", OnHand: 2, OnOrder: 1, Price: cents(100), LeadDays: days(20), Line: 2},
		{PartNumber: " 0b1", Kind: "hdd", Place: "HCM", OnHand: 3, Minimum: 2, Substitutes: []string{"0b2", "0B2"}, Line: 3},
		{PartNumber: "0B2", Model: "st4000", Place: "HCM", OnHand: 5, Price: cents(120), Line: 4},
		{Model: "Fan  60", Place: "HCM", Line: 5},
		{Model: "fan 60", Kind: "fan", OnHand: 4, Place: "hanoi", Line: 6},
	})
	if len(conflicts) > 0 {
		t.Fatalf("got conflicts %v", conflicts)
	}
	for _, c := range []struct {
		kind, part, model string
		hand, order       int
		price             *Money
		places            string
	}{
		{"hdd", "0B1", "", 5, 1, cents(100), "Hanoi HCM"}, // in the order of people, not of bytes
		{"hdd", "0b1 ", "whatever", 5, 1, cents(100), "Hanoi HCM"},
		{"ssd", "0B1", "", 0, 0, nil, ""},                       // another kind
		{"hdd", "", "ST4000", 7, 1, nil, "Hanoi HCM"},           // two numbers, two prices: none
		{"hdd", "unheard of", "ST4000", 7, 1, nil, "Hanoi HCM"}, // an unknown number falls back to the model
		{"fan", "", "FAN 60", 4, 0, nil, "hanoi"},
		{"psu", "", "FAN 60", 0, 0, nil, ""}, // the line without a kind only
		{"", "", "fan 60", 4, 0, nil, "hanoi"},
		{"hdd", "", "", 0, 0, nil, ""},
	} {
		item, ok := s.Find(c.kind, c.part, c.model)
		if item.OnHand != c.hand || item.OnOrder != c.order || !reflect.DeepEqual(item.Price, c.price) || strings.Join(item.Places, " ") != c.places || ok != (len(item.Lines) > 0) {
			t.Errorf("%s %q %q: got %+v, %v", c.kind, c.part, c.model, item, ok)
		}
	}
	item, _ := s.Find("hdd", "0B1", "")
	if item.Minimum != 2 || *item.LeadDays != 20 || !reflect.DeepEqual(item.Substitutes, []string{"0B2"}) {
		t.Errorf("got %+v", item)
	}
	if got := (SparePolicy{60, 10, 0.95}).LeadYears(item); got != 30/DaysPerYear {
		t.Errorf("got %v years, want the item's own lead time and the review period", got)
	}
	if _, ok := (*Stock)(nil).Find("hdd", "0B1", ""); ok {
		t.Error("no stock has a part")
	}
}

func TestStockConflicts(t *testing.T) {
	cents := func(n int64) *Money { m := Money(n); return &m }
	days := func(d float64) *float64 { return &d }
	_, got := NewStock([]StockLine{
		{PartNumber: "A", Price: cents(100), Line: 2},
		{PartNumber: "A", Line: 3},
		{PartNumber: "a", Price: cents(101), LeadDays: days(5), Line: 4},
		{PartNumber: "B", Price: cents(101), Line: 5},
		{PartNumber: "A", Price: cents(100), LeadDays: days(6), Line: 6},
		{Model: "A", Price: cents(7), Line: 7}, // a model is no part number
	})
	want := []StockConflict{{0, 2, "price 1.01, but 1.00 on line 2"}, {2, 4, "lead time 6 days, but 5 on line 4"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNormalPart(t *testing.T) {
	for _, s := range []string{"", "A", "AB-12 X", " A", "A ", "a", "A  B", "A\tB", "Ä", "ä b", "A\x00", "~", "ST4000NM0033"} {
		if got, want := NormalPart(s), NormalModel(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}
