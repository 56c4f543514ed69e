package ageing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestSources: which source an age comes from, when several speak.
func TestSources(t *testing.T) {
	const key = "disk/Bay 1"
	disk := fleet.Component{Kind: fleet.Disk, Slot: "Bay 1", Serial: "ZC1", Manufactured: "2019-W10"}
	psu := fleet.Component{Kind: fleet.PSU, Slot: "Bay 1", Serial: "ZC1", Manufactured: "2019-W10"}
	server := fleet.Server{InService: "2020-01-10"}
	noted := func(ns ...fleet.PartNote) fleet.Server { s := server; s.Parts = ns; return s }
	rec := func(r fleet.PartRecord) *fleet.State {
		return &fleet.State{Parts: fleet.KeyedOf(map[string]fleet.PartRecord{key: r, "psu/Bay 1": r})}
	}
	carried := func(since fleet.Date, src Source) *fleet.State {
		return rec(fleet.PartRecord{Serial: "ZC1", FirstSeen: date("2024-02-01"), Fitted: date("2025-06-01"),
			Carried: &fleet.Carried{Since: since, Source: string(src), Server: "db-01", Slot: "disk/Bay 7"}})
	}
	for _, x := range []struct {
		name   string
		c      fleet.Component
		s      fleet.Server
		st     *fleet.State
		source Source
		since  string
		flags  Flags
	}{
		{"a disk's own date before the server's", disk, server, nil, FromManufacture, "2019-03-07", 0},
		{"a supply's server before its own date", psu, server, nil, FromServerInventory, "2020-01-10", 0},
		{"a line of the inventory by serial", disk, noted(fleet.PartNote{Serial: "zc1 ", InService: "2021-05-01"}), nil, FromInventory, "2021-05-01", 0},
		{"a line by place", disk, noted(fleet.PartNote{Kind: fleet.Disk, Slot: "bay 1", InService: "2021-05-01"}), nil, FromInventory, "2021-05-01", 0},
		{"a line by place about another serial", disk, noted(fleet.PartNote{Kind: fleet.Disk, Slot: "Bay 1", Serial: "XX9", InService: "2021-05-01"}), nil, FromManufacture, "2019-03-07", 0},
		{"a line about another kind", disk, noted(fleet.PartNote{Kind: fleet.PSU, Slot: "Bay 1", InService: "2021-05-01"}), nil, FromManufacture, "2019-03-07", 0},
		{"bought, not yet in service", disk, noted(fleet.PartNote{Serial: "ZC1", Purchased: "2021-03"}), nil, FromPurchase, "2021-03-15", 0},
		{"two lines that contradict", disk, noted(fleet.PartNote{Serial: "ZC1", InService: "2021-05-01"}, fleet.PartNote{Serial: "ZC1", InService: "2022-05-01"}), nil, FromManufacture, "2019-03-07", DateConflict},
		{"two lines that agree", disk, noted(fleet.PartNote{Serial: "ZC1", InService: "2021-05-01"}, fleet.PartNote{Serial: "ZC1", InService: "2021-05-01"}), nil, FromInventory, "2021-05-01", 0},
		{"a swap that was seen", disk, server, rec(fleet.PartRecord{Serial: "ZC1", Fitted: date("2025-06-01")}), FromSwap, "2025-06-01", 0},
		{"a swap before there were records", disk, server, &fleet.State{Swapped: map[string]time.Time{key: date("2025-06-01")}}, FromSwap, "2025-06-01", 0},
		{"a line by place about the part before", psu, noted(fleet.PartNote{Kind: fleet.PSU, Slot: "Bay 1", InService: "2021-05-01"}), rec(fleet.PartRecord{Serial: "ZC1", Fitted: date("2025-06-01")}), FromSwap, "2025-06-01", 0},
		{"a part that moved keeps its start", disk, server, carried("2018-03-01", FromInventory), FromInventory, "2018-03-01", 0},
		{"even that of its old server", psu, server, carried("2016-03-01", FromServerInventory), FromServerInventory, "2016-03-01", 0},
		{"but never the new server's", fleet.Component{Kind: fleet.PSU, Slot: "Bay 1", Serial: "ZC1"}, server, carried("", FromServerInventory), FromFirstSeen, "2024-02-01", 0},
		{"what the device says before what was estimated", disk, server, carried("2023-01-01", FromPowerOn), FromManufacture, "2019-03-07", 0},
		{"a record of another part", disk, server, rec(fleet.PartRecord{Serial: "OLD", Fitted: date("2025-06-01"), Hours: 60_000}), FromManufacture, "2019-03-07", 0},
		{"made after it was first seen", disk, fleet.Server{}, rec(fleet.PartRecord{Serial: "ZC1", FirstSeen: date("2018-01-01")}), FromFirstSeen, "2018-01-01", DateConflict},
		{"a date from before 2000", disk, noted(fleet.PartNote{Serial: "ZC1", InService: "1980-01-01"}), nil, FromManufacture, "2019-03-07", BadDate},
		{"a date that is none", fleet.Component{Kind: fleet.Disk, Slot: "Bay 1", Serial: "ZC1", Manufactured: "w42"}, server, nil, FromServerInventory, "2020-01-10", BadDate},
		{"a serial number in two slots", fleet.Component{Kind: fleet.Disk, Slot: "Bay 1", Serial: "ZC1", Attributes: map[string]string{"duplicate_serial": "yes"}}, server, nil, FromServerInventory, "2020-01-10", Untracked},
	} {
		a := OfPart(&x.c, &x.s, x.st, now)
		if a.Source != x.source || a.Since.Format(time.DateOnly) != x.since || a.Flags != x.flags {
			t.Errorf("%s: got %s since %s %v, want %s since %s %v", x.name, a.Source, a.Since.Format(time.DateOnly), a.Flags.Words(), x.source, x.since, x.flags.Words())
		}
	}
}

// TestHours: power-on hours are remembered with the part, and hours that
// cannot be are left out.
func TestHours(t *testing.T) {
	rec := func(hours float64, reset bool) *fleet.State {
		return &fleet.State{Parts: fleet.KeyedOf(map[string]fleet.PartRecord{"disk/1": {Serial: "ZC1", Hours: hours, Reset: reset}})}
	}
	for _, x := range []struct {
		name   string
		hours  float64
		st     *fleet.State
		hazard float64
		flags  Flags
	}{
		{"as read", 17532, nil, 2, 0},
		{"fell by a day", 17508, rec(17532, false), 2, 0},
		{"fell by more: the larger value holds", 100, rec(17532, false), 2, CounterReset},
		{"fell before", 17532, rec(17532, true), 2, CounterReset},
		{"below zero", -5, nil, 0, BadHours},
		{"above 22.8 years", 200_001, nil, 0, BadHours},
		{"not said any more", 0, rec(17532, false), 2, 0},
	} {
		c := fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "ZC1", PowerOnHours: &x.hours}
		if a := OfPart(&c, &fleet.Server{}, x.st, now); !near(a.HazardYears, x.hazard) || a.Flags != x.flags {
			t.Errorf("%s: got %.3f y %v, want %.3f y %v", x.name, a.HazardYears, a.Flags.Words(), x.hazard, x.flags.Words())
		}
	}
}

// TestExplainAge: every statement is kept for display, with its raw text and
// why it was not believed.
func TestExplainAge(t *testing.T) {
	c := fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "ZC1", Manufactured: "2018-W53", PowerOnHours: ptr(50_000)}
	s := fleet.Server{InService: "2018-06-15", Purchased: "1970-01-01", Parts: []fleet.PartNote{{Serial: "ZC1", InService: "2031-05-01"}}}
	st := &fleet.State{FirstSeen: map[string]time.Time{"disk/1": date("2025-10-01")}}
	a := NewSurvey(&s, st, now).ExplainAge(&c)
	var got []string
	for _, k := range a.Checks {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", k.Source, k.Raw, k.Bad)))
	}
	want := "inventory 2031-05-01 in the future|power-on 50000 h|server, inventory 2018-06-15|server, purchased 1970-01-01 before 2000|first seen 2025-10-01"
	if strings.Join(got, "|") != want || a.Source != FromManufacture || a.Flags != BadDate {
		t.Errorf("got %s (%v):\n%s\nwant\n%s", a.Label(), a.Flags.Words(), strings.Join(got, "|"), want)
	}
}

// TestExplainingChangesNothing: an age is the same with and without its checks.
func TestExplainingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "1999-01-01", "2018", "2018-06", "2018-W07", "2018-06-15", "2025-12-31", "2026-01-02", "2031", "junk"})
		d := func(name string) fleet.Date { return fleet.Date(text.Draw(t, name)) }
		hours := rapid.Float64Range(-10, 300_000).Draw(t, "hours")
		c := fleet.Component{Kind: rapid.SampledFrom(fleet.Kinds).Draw(t, "kind"), Slot: "1", Serial: rapid.SampledFrom([]string{"", "A1", "N/A"}).Draw(t, "serial"),
			Manufactured: string(d("made")), PowerOnHours: &hours}
		s := fleet.Server{InService: d("in service"), Purchased: d("purchased"), Parts: []fleet.PartNote{{Kind: c.Kind, Slot: "1", InService: d("note"), Purchased: d("note purchased")}}}
		seen := now.AddDate(0, 0, -rapid.IntRange(-400, 3000).Draw(t, "seen days ago"))
		st := &fleet.State{FirstSeen: map[string]time.Time{c.Key(): seen}}
		v := NewSurvey(&s, st, now)
		plain, full := v.Age(&c), v.ExplainAge(&c)
		full.Checks = nil
		if fmt.Sprint(plain) != fmt.Sprint(full) {
			t.Fatalf("got %+v and %+v", plain, full)
		}
	})
}

func TestServerDates(t *testing.T) {
	box := fleet.Component{Kind: fleet.Chassis, Name: "System", Manufactured: "2017-02-03"}
	for _, x := range []struct {
		name   string
		s      fleet.Server
		cs     []fleet.Component
		source Source
		flags  Flags
	}{
		{"the chassis' own date", fleet.Server{}, []fleet.Component{box}, FromManufacture, 0},
		{"an enclosure is not the server", fleet.Server{}, []fleet.Component{{Kind: fleet.Chassis, Name: "Enclosure 1", Manufactured: "2017-02-03"}}, "", 0},
		{"in service before it was bought", fleet.Server{InService: "2018-01-01", Purchased: "2019-01-01"}, nil, FromInventory, DateConflict},
		{"bought in the year it came into service", fleet.Server{InService: "2018-06-01", Purchased: "2018"}, nil, FromInventory, 0},
	} {
		if a := OfServer(x.s, &fleet.State{Components: x.cs}, now); a.Source != x.source || a.Flags != x.flags {
			t.Errorf("%s: got %q %v, want %q %v", x.name, a.Source, a.Flags.Words(), x.source, x.flags.Words())
		}
	}
}
