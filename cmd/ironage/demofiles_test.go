package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/sim"
)

func TestTheDemosConfigurationIsRead(t *testing.T) {
	f, err := sim.New(sim.Options{Servers: 60})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dir := t.TempDir()
	path, err := writeDemoFiles(dir, f.Community(), f.Servers(), f.Shelf())
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Servers) != 60 {
		t.Fatalf("got %d servers, want 60", len(c.Servers))
	}
	want := map[string]int{}
	for i, s := range f.Servers() {
		want[s.Name] = i
	}
	for _, got := range c.Servers {
		if s := f.Servers()[want[got.Name]]; !reflect.DeepEqual(got, s) {
			t.Errorf("%s went in and out differently:\ngot  %+v\nwant %+v", s.Name, got, s)
		}
	}
	set := c.Outlook()
	priced, free := 0, 0
	for _, l := range set.Stock.Lines {
		if l.Price == nil {
			free++
		} else {
			priced++
		}
	}
	if len(set.Stock.Lines) != len(f.Shelf()) || priced == 0 || free == 0 || set.Budget.Currency != "VND" {
		t.Errorf("stock: %d lines with a price, %d without, currency %s; want all %d lines, some of each sort, in dong", priced, free, set.Budget.Currency, len(f.Shelf()))
	}
	if s := set.Services["TDOffice"]; len(set.Services) != 5 || s.Criticality != fleet.CriticalityCritical || s.Owner == "" {
		t.Errorf("got services %+v, want five, and of TDOffice its owner and that it is critical", set.Services)
	}
	info, err := os.Stat(filepath.Join(dir, "community"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("community file: got %v, %v; want mode 0600", info.Mode().Perm(), err)
	}
}

// A large fleet has parts of every name: its stock list must not contradict itself.
func TestTheStockOfALargeDemo(t *testing.T) {
	f, err := sim.New(sim.Options{Servers: 1000})
	if err != nil {
		t.Fatal(err)
	}
	list, err := demoStock(f.Shelf())
	if err != nil {
		t.Fatal(err)
	}
	stock, problems := config.ReadStock("stock.csv", list)
	if stock == nil || len(stock.Lines) == 0 || len(problems) > 0 {
		t.Errorf("got %v", problems)
	}
}
