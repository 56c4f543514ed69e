package report

import (
	"fmt"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// newYear is when the tests' reports are made.
var newYear = time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)

// hostile is a name as nobody should have one.
const hostile = "=HYPERLINK(\"http://x\")|<script>alert(1)</script>\x1b[2J*b*"

func ptr[T any](v T) *T { return &v }

// handmade is a small fleet with something of everything: old and young
// servers, dates of all precisions, failed and failing parts, hostile names.
func handmade(t testing.TB) (*outlook.Fleet, []queue.Order) {
	t.Helper()
	entries := []fleet.Entry{
		entry("tdo-db-01", "TDOffice", "2016-05-10", "2019-05-09", fleet.Critical, disks(4, func(i int, c *fleet.Component) {
			if i == 0 {
				c.Health, c.Latched = fleet.Critical, true
			}
		})),
		entry("tdo-app-01", "TDOffice", "2018-06", "2021-06-01", fleet.OK, disks(2, nil)),
		entry("young-01", "National reporting", "2024-03-02", "2027-03-01", fleet.Warning, disks(2, func(i int, c *fleet.Component) {
			if i == 1 {
				c.Counters = map[string]float64{"pending": 2}
			}
		})),
		entry("old-02", "National reporting", "2017", "2026-02-01", fleet.OK, disks(3, nil)),
		entry("bare-01", "", "", "", fleet.Unknown, nil),
		entry(hostile, "+evil", "2015-01-01", "", fleet.OK, disks(1, func(_ int, c *fleet.Component) { c.Model, c.Serial = "@cmd|x", "-1+1" })),
	}
	stock, conflicts := ageing.NewStock([]ageing.StockLine{
		{Model: "ST4000NM0295", Kind: "hdd", Place: "shelf 3", OnHand: 1, Price: ptr(ageing.Money(120_00))},
	})
	if len(conflicts) > 0 {
		t.Fatal(conflicts)
	}
	set := settings()
	set.Stock = stock
	f := outlook.Build(nil, fleetOf(entries...), &outlook.Inputs{}, set, newYear)
	return f, []queue.Order{
		{ID: 7, Server: "tdo-db-01", Slot: "disk/Bay 0", Tier: queue.P1, State: queue.Ordered, Created: newYear.AddDate(0, 0, -9), Due: newYear.AddDate(0, 0, -8),
			Assignee: "lan", Reasons: []queue.Reason{{Code: queue.ReasonFailed, Text: "the controller failed it"}}},
		{ID: 3, Server: hostile, Slot: "disk/Bay 0", Tier: queue.P4, State: queue.Proposed, Created: newYear.AddDate(0, -2, 0)},
		{ID: 2, Server: "old-02", Slot: "disk/Bay 1", Tier: queue.P3, State: queue.Closed, Created: newYear.AddDate(-1, 0, 0)},
	}
}

func entry(name, service string, since, warranty fleet.Date, h fleet.Health, parts []fleet.Component) fleet.Entry {
	s := fleet.Server{Name: name, Site: "HN", Service: service, InService: since, WarrantyEnd: warranty, Manufacturer: "Dell Inc.", Model: "PowerEdge R730"}
	st := fleet.State{Server: name, Health: h, Components: parts}
	if parts != nil {
		ep := fleet.EndpointState{LastOK: newYear.Add(-time.Minute), LastFull: newYear.Add(-time.Hour), Interval: time.Minute}
		ep.Role = fleet.BMC
		st.Endpoints = []fleet.EndpointState{ep}
	}
	return fleet.Entry{Server: s, State: st}
}

// disks are hard disks in a mirror or RAID 5, as change leaves them.
func disks(n int, change func(int, *fleet.Component)) []fleet.Component {
	var out []fleet.Component
	for i := range n {
		c := fleet.Component{Kind: fleet.Disk, Slot: fmt.Sprintf("Bay %d", i), Name: fmt.Sprintf("Bay %d", i), Vendor: "SEAGATE", Model: "ST4000NM0295",
			Health: fleet.OK, Attributes: map[string]string{"media": "hdd"}, Role: fleet.BMC}
		if change != nil {
			change(i, &c)
		}
		out = append(out, c)
	}
	return append(out, fleet.Component{Kind: fleet.Fan, Slot: "Fan 1", Name: "Fan 1", Health: fleet.OK, Role: fleet.BMC})
}

func fleetOf(entries ...fleet.Entry) *fleet.Snapshot { return fleet.NewSnapshot(1, newYear, entries) }

func settings() *outlook.Settings {
	return &outlook.Settings{Life: ageing.DefaultPolicy(), Model: ageing.DefaultModel(), Priority: ageing.DefaultPriority(),
		Spares: ageing.DefaultSparePolicy(), Budget: ageing.DefaultBudgetPolicy(),
		Services: map[string]outlook.Service{"TDOffice": {Criticality: fleet.CriticalityCritical, Owner: "Nguyễn Thị Hồng"}}}
}
