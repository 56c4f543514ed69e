package tui

import (
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/outlook"
)

// handSettings are the rules of the tests: the defaults, with prices and services.
func handSettings() *outlook.Settings {
	price := func(units int64) *ageing.Money { return num(ageing.Money(units * 100)) }
	stock, _ := ageing.NewStock([]ageing.StockLine{
		{PartNumber: "ST1200MM0099", Model: "ST1200MM0099", Kind: "hdd", Place: "cage 2, shelf B", OnHand: 1, OnOrder: 2, Price: price(180)},
		{PartNumber: "M393A4K40CB2", Kind: "dimm", Place: "drawer 4", OnHand: 3, Price: price(95)},
		{Model: "MZILS960HEHP0D3", Kind: "ssd", Price: price(410), Minimum: 1},
	})
	return &outlook.Settings{Life: ageing.DefaultPolicy(), Model: ageing.DefaultModel(), Priority: ageing.DefaultPriority(),
		Spares: ageing.DefaultSparePolicy(), Budget: ageing.DefaultBudgetPolicy(), Stock: stock,
		Services: map[string]outlook.Service{
			"TDOffice":           {Criticality: fleet.CriticalityHigh, Owner: "Nguyễn Thị Hồng"},
			"national reporting": {Criticality: fleet.CriticalityCritical, Owner: "reporting team"},
			"planned portal":     {Owner: "\x1b[31mnobody yet\u202e"}, // configured, without a server; files may say anything
		}}
}

// judge adds the outlook to a view.
func judge(v *ops.View) *ops.View {
	v.Outlook = outlook.Build(nil, v.Fleet, handInputs(), handSettings(), threeAM)
	return v
}

// judgeAfter adds the outlook to the view that follows another, as the desk does.
func judgeAfter(was, v *ops.View) *ops.View {
	v.Outlook = outlook.Build(was.Outlook, v.Fleet, was.Outlook.Inputs, was.Outlook.Settings, threeAM)
	return v
}

// handInputs are nine failures of one model, which is more than its age explains.
func handInputs() *outlook.Inputs {
	in := &outlook.Inputs{}
	for i, server := range []string{"hn-a07-01", "hn-a07-02", "hn-a07-04", "hn-b02-11", "hn-b02-12", "hn-b02-13", "hn-b02-14", "hn-a07-03", "hn-c11-20"} {
		in.Failures = append(in.Failures, ageing.Failure{Kind: "hdd", Model: "ST1200MM0099", Firmware: "ST31", Server: server, Key: "disk/Disk 0:1:3",
			At: before(time.Duration(40+70*i) * 24 * time.Hour)})
	}
	return in
}

// ageingView is handView with parts of all ages and conditions.
func ageingView() *ops.View {
	v := handView()
	es := handFleet()
	for i := range es {
		e := &es[i]
		e.State.FirstSeen = map[string]time.Time{}
		for n := range e.State.Components {
			c := &e.State.Components[n]
			e.State.FirstSeen[c.Key()] = before(2 * 365 * 24 * time.Hour)
			if c.Kind == fleet.Disk {
				c.Firmware = "ST31"
			}
		}
	}
	pending := es[8].State.Component("disk/Disk 0:1:1") // a young server with a disk that begins to fail
	pending.Counters = map[string]float64{"pending": 2, "reallocated": 12}
	refurbished := es[9].State.Component("disk/Disk 0:1:2")
	refurbished.PowerOnHours, refurbished.Manufactured = num(61000.0), "2016-W30"
	es[9].State.Component("memory/DIMM.Socket.A1").Counters = map[string]float64{"corrected_errors": 31}
	worn := es[3].State.Component("disk/Disk 0:1:0")
	worn.Model, worn.Attributes, worn.WearUsedPct = "MZILS960HEHP0D3", map[string]string{"media": "ssd"}, num(98.0)
	es[6].State.Component("disk/Disk 0:1:2").Model = "EVIL\x1b[2J\u202eDISK\n" // a device may say anything
	es[6].State.Component("disk/Disk 0:1:2").Part = "\u200bPART\x07"
	es[4].Server.WarrantyEnd, es[0].Server.WarrantyEnd, es[8].Server.WarrantyEnd = "2026-04-01", "2023-05-13", "2029-01-31"
	v.Fleet = fleet.NewSnapshot(7, before(time.Second), es)
	return judge(v)
}
