package tui

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// Verify are the default rules.
func (d *fakeDesk) Verify() health.Verify { return health.Default().Verify }

// Trips answers as the real desk does, with a hand-written store of spares.
func (d *fakeDesk) Trips(orders []queue.Order) []queue.Trip {
	v, out := d.View(), make([]queue.Trip, len(orders))
	for i, o := range orders {
		t := queue.Trip{Order: o, Slot: slotName(&o), Pull: o.Old.Serial, HotSwap: "usually hot-swappable; check the carrier"}
		t.Bring = cmp.Or(o.FitPart, o.Old.PartNumber, o.Old.Model)
		if o.Kind == fleet.Disk {
			t.Capacity, t.Form = "1.2 TB", "SAS, hdd"
			t.Substitutes, t.OnHand = []string{"ST1200MM0009"}, []string{"2 in Store 1, shelf 4"}
			t.Redundancy, t.Array = "RAID 6 of 12 disks, one failed: survives one more failure", "Virtual Disk 0 degraded (37 %)"
		}
		if v == nil || v.Fleet == nil { // the store has not answered yet
			out[i] = t
			continue
		}
		if e := v.Fleet.Find(o.Server); e != nil {
			s := &e.Server
			t.Site, t.Room, t.Rack, t.Position, t.Height, t.Face = s.Site, s.Room, s.Rack, s.Position, s.Height, s.Face
			t.AssetTag, t.Machine, t.Chassis = s.AssetTag, joinSpace(e.State.Device.Vendor, e.State.Device.Model), e.State.Device.Serial
			t.Service, t.Owner, t.Criticality = s.Service, s.Owner, s.Criticality
			t.Warranty = "ended 2023-05-13"
		}
		out[i] = t
	}
	return out
}

// wrongPull is a fleet in which somebody pulled Bay 4 while the order in
// progress is for Bay 3.
func wrongPull(t testing.TB) *ops.View {
	t.Helper()
	o, _ := orderedTo(t, queue.InProgress)
	o.Flags = []string{queue.FlagWrongPart}
	o.StartedAt = before(5 * time.Minute)
	es := workFleet()
	es[0].State.Pending = map[string]fleet.Pending{"disk/Disk 4": {What: fleet.EventVanished, Reads: 1, Since: before(20 * time.Second)}}
	v := workView(o)
	v.Fleet = fleet.NewSnapshot(4, before(time.Second), es)
	return judge(v)
}

// provenSome is the failed disk's order after the swap, with three good reads.
func provenSome(t testing.TB) *ops.View {
	t.Helper()
	o, _ := orderedTo(t, queue.Replaced)
	es := workFleet()
	c := es[0].State.Component("disk/Disk 3")
	c.Serial, c.Health, c.Native = "WFK9Z114", fleet.OK, kept(dellOID+"4.4", "2", "online", 118)
	es[0].State.Proofs = map[string]fleet.Proof{"disk/Disk 3": {Since: before(30 * time.Minute), Good: 3, Last: before(12 * time.Second)}}
	v := workView(o)
	v.Fleet = fleet.NewSnapshot(5, before(time.Second), es)
	return judge(v)
}

// walkView has ready orders in four racks.
func walkView(t testing.TB) *ops.View {
	t.Helper()
	v := handView()
	ready, _ := orderedTo(t, queue.Ready)
	v.Orders = nil
	for i := range v.Fleet.Len() {
		e, o := v.Fleet.At(i), ready
		o.ID, o.Server = int64(20+i), e.Server.Name
		o.Slot, o.Place = fmt.Sprintf("disk/Disk 0:1:%d", i%4), fmt.Sprintf("Bay %d", i%4)
		o.Old.Serial = fmt.Sprintf("WFK%02d%d", i, i%4)
		if i%3 == 2 {
			o.Kind, o.Slot, o.Place, o.Old, o.FitPart = fleet.PSU, "psu/PSU 2", "PSU 2", queue.Part{Serial: fmt.Sprintf("CND%02d", i), PartNumber: "0GMMC2"}, "0GMMC2"
		}
		v.Orders = append(v.Orders, o)
	}
	return judge(v)
}

// disposalView has removed disks with and without a statement.
func disposalView(t testing.TB) *ops.View {
	t.Helper()
	verified, _ := orderedTo(t, queue.Verified)
	closed, _ := orderedTo(t, queue.Closed)
	second := verified
	second.ID, second.Slot, second.Place, second.Old.Serial = 18, "disk/Disk 5", "Bay 5", "WFK0A005"
	closed.ID, closed.Slot, closed.Old.Serial = 11, "disk/Disk 1", "WFK0A001"
	closed.Disposition = &queue.Disposition{Method: "destroyed", By: "tuan", At: before(9 * 24 * time.Hour), Certificate: "SHRED-2026-044"}
	older := closed
	older.ID, older.Old.Serial = 7, "S2\x1b[31mK\u202e9"
	older.Disposition = &queue.Disposition{Method: "returned", By: "Nguyễn Thị Hồng", At: before(40 * 24 * time.Hour), Certificate: "RMA 8841"}
	return workView(slices.Clone([]queue.Order{verified, second, closed, older})...)
}
