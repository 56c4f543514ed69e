package ageing

import (
	"testing"
	"time"
)

func TestASpareAgesToo(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	policy := DefaultPolicy()
	policy.Models = map[string]float64{"LONG-LIFE": 20}
	for _, c := range []struct {
		line StockLine
		want string
		over bool
	}{
		{StockLine{Kind: "battery", Made: "2021-03"}, "made 2021-03, 5.7 y", true},
		{StockLine{Kind: "battery", Made: "2021-03", PartNumber: "long-life"}, "made 2021-03, 5.7 y", false},
		{StockLine{Kind: "hdd", InStockSince: "2024-11-23"}, "in stock since 2024-11-23, at least 2.0 y", false},
		{StockLine{Kind: "hdd", Made: "2018", InStockSince: "2024-11-23"}, "made 2018, 8.4 y", true},
		{StockLine{Kind: "disk", Made: "2018"}, "made 2018, 8.4 y", false},
		{StockLine{Kind: "hdd", Made: "2031-01", InStockSince: "2025-11-23"}, "in stock since 2025-11-23, at least 1.0 y", false},
		{StockLine{Kind: "hdd", Made: "2026-11-23"}, "made 2026-11-23, 0.0 y", false},
		{StockLine{Kind: "hdd"}, "", false},
	} {
		if got := policy.ShelfAge(&c.line, now); got.Label != c.want || got.Over != c.over {
			t.Errorf("%+v: got %q, over %v; want %q, %v", c.line, got.Label, got.Over, c.want, c.over)
		}
	}
}
