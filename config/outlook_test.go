package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

func TestOutlookSettings(t *testing.T) {
	c, err := Parse("ironage.yaml", []byte(v3+`
services: {TDOffice: {criticality: critical, owner: office}}
service_life:
  hdd: 6
  vendors: {Seagate: {hdd: 4, ssd: 7}, "Western  Digital": {hdd: 0}}
  models: {" st4000nm0033 ": 3.5}
risk: {cap_product: 50, cap_hazard: 2.5, fleet_k: 8}
priority: {tiers: {p1: 40, p2: 20, p3: 5}, criticality: {low: 0.1}}
spares: {lead_days: 90, review_days: 7, service_level: 0.99}
budget: {currency: eur, quarters: 8, backlog_quarters: 6}
`))
	if err != nil {
		t.Fatal(err)
	}
	set := c.Outlook()
	if m := set.Model; m.CapProduct != 50 || m.CapHazard != 2.5 || m.FleetK != 8 || m.Tables.Version != ageing.DefaultModel().Tables.Version {
		t.Errorf("risk: got %+v", m)
	}
	if p := set.Priority; p.Tiers != [3]float64{40, 20, 5} || p.Criticality[fleet.CriticalityLow] != 0.1 || p.Criticality[fleet.CriticalityHigh] != 0.75 {
		t.Errorf("priority: got %+v", p)
	}
	if s := set.Spares; s != (ageing.SparePolicy{LeadDays: 90, ReviewDays: 7, ServiceLevel: 0.99}) {
		t.Errorf("spares: got %+v", s)
	}
	if b := set.Budget; b != (ageing.BudgetPolicy{Currency: "EUR", Quarters: 8, BacklogQuarters: 6}) {
		t.Errorf("budget: got %+v", b)
	}
	if s := set.Services["TDOffice"]; s.Criticality != fleet.CriticalityCritical || s.Owner != "office" {
		t.Errorf("services: got %+v", set.Services)
	}
	for _, x := range []struct {
		c     fleet.Component
		years float64
		rule  string
	}{
		{fleet.Component{Kind: fleet.Disk, Vendor: "Toshiba"}, 6, "hdd"},
		{fleet.Component{Kind: fleet.Disk, Vendor: "SEAGATE"}, 4, "hdd/seagate"},
		{fleet.Component{Kind: fleet.Disk, Vendor: "western digital"}, 0, "hdd/western digital"},
		{fleet.Component{Kind: fleet.Disk, Vendor: "SEAGATE", Model: "ST4000NM0033"}, 3.5, "model ST4000NM0033"},
	} {
		if years, rule := set.Life.LifeOf(&x.c); years != x.years || rule != x.rule {
			t.Errorf("%s %s: got %v by %q, want %v by %q", x.c.Vendor, x.c.Model, years, rule, x.years, x.rule)
		}
	}
	var first strings.Builder
	if err := c.Show(&first, noEnv); err != nil {
		t.Fatal(err)
	}
	again, err := Parse("ironage.yaml", []byte(first.String()))
	if err != nil {
		t.Fatalf("what show prints: got %v\n%s", err, first.String())
	}
	if got := again.Life.Models["ST4000NM0033"]; got != 3.5 || len(again.Life.Vendors) != 3 {
		t.Errorf("what show prints: got %+v", again.Life)
	}
}

func TestOutlookMistakes(t *testing.T) {
	for _, x := range []struct{ src, line, text string }{
		{"service_life:\n  models: {X: -1}\n", "2", "not a number of years"},
		{"service_life:\n  vendors:\n    dell:\n      hhd: 4\n", "4", "hhd"},
		{"service_life:\n  hdd: .nan\n", "2", "not a number of years"},
		{"risk:\n  cap_product: 0\n", "2", "cap_product"},
		{"risk:\n  cap_hazzard: 2\n", "2", "cap_hazard"},
		{"priority:\n  tiers:\n    p2: 50\n", "2", "fall"},
		{"priority:\n  criticality: {low: 0.9}\n", "2", "criticality normal"},
		{"priority:\n  criticality: {normal: 0}\n", "2", "normal"},
		{"spares:\n  service_level: 0.9999\n", "2", "service_level"},
		{"spares:\n  lead_days: soon\n", "2", "lead_days"},
		{"budget:\n  currency: dollars\n", "2", "three letters"},
		{"budget:\n  backlog_quarters: 0\n", "2", "backlog_quarters"},
	} {
		_, err := Parse("ironage.yaml", []byte(x.src))
		if err == nil || !strings.Contains(err.Error(), "ironage.yaml:"+x.line+":") || !strings.Contains(err.Error(), x.text) {
			t.Errorf("%q: got %v, want line %s and %q", x.src, err, x.line, x.text)
		}
	}
}

// A stock list with mistakes leaves the rest of the configuration in force;
// tables with mistakes do not: with them every number would be another.
func TestOutlookFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func() (*Config, error) { return Load(filepath.Join(dir, "ironage.yaml")) }
	write("ironage.yaml", "spares: {stock: stock.csv}\nrisk: {tables: risk.yaml}\n")
	write("stock.csv", "part_number,price,on_hand\n0X1,120.50,3\n")
	write("risk.yaml", "version: ours-1\nkinds:\n  nic: {per_year: [0.5], source: j}\n")
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	item, ok := c.Outlook().Stock.Find("hdd", "0x1", "")
	if !ok || item.OnHand != 3 || item.Price.String() != "120.50" || len(c.Files) != 3 {
		t.Errorf("stock: got %+v, files %v", item, c.Files)
	}
	if m := c.Outlook().Model; m.Tables.Version != "ours-1" || m.Baseline("nic", 0, 1) != 0.5 || m.Baseline("hdd", 0, 1) != 0.013 {
		t.Errorf("tables: got version %q, nic %v, hdd %v", m.Tables.Version, m.Baseline("nic", 0, 1), m.Baseline("hdd", 0, 1))
	}

	write("stock.csv", "part_number,price,on_hand\n0X1,-5,3\n")
	c, err = load()
	if err != nil {
		t.Fatalf("a broken stock list: got %v", err)
	}
	if !c.StockBroken || c.Stock != nil || !strings.Contains(c.Warnings[len(c.Warnings)-1].String(), "stock.csv:2:") {
		t.Errorf("a broken stock list: got %+v, broken %t, warnings %v", c.Stock, c.StockBroken, c.Warnings)
	}
	good := &Config{Spares: c.Spares, Stock: &ageing.Stock{}}
	if c.KeepStock(good); c.Stock != good.Stock || !c.StockBroken || len(c.StockProblems) == 0 {
		t.Errorf("the list before: got %+v", c.Stock)
	}
	if err := os.Remove(filepath.Join(dir, "stock.csv")); err != nil {
		t.Fatal(err)
	}
	if c, err = load(); err != nil || !c.StockBroken {
		t.Errorf("no stock list: got %v", err)
	}

	for _, x := range []struct{ text, want string }{
		{"version: ours-2\nkinds:\n  nic: {per_month: [0.5], source: j}\n", "risk.yaml:3:"},
		{"kinds: {nic: {per_year: [0.5], source: j}}\n", "version"},
		{"version: ours-2\nkinds: {nic: {per_year: [-1], source: j}}\n", "risk table nic"},
		{"version: ours-2\nkinds: {nic: {per_year: [1], source: HEARSAY}}\n", "HEARSAY"},
		{"version: ours-2\nkinds: {toaster: {per_year: [1], source: j}}\n", "toaster"},
		{"- nothing\n", "risk.yaml"},
		{"", "no tables"},
	} {
		write("risk.yaml", x.text)
		if _, err := load(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: got %v, want %q", x.text, err, x.want)
		}
	}
}
