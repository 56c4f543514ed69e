package tui

import (
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// Copy is the order under the cursor as one line for a ticket: its number, the
// place and the serial number. It is not translated: whoever reads the ticket
// may speak another language.
func (q *queueList) Copy() string { return orderText(q.current()) }

// Copy is the serial number that the label on the part must show, else the
// order's line.
func (o *orderScreen) Copy() string {
	ord := o.order()
	if ord == nil {
		return ""
	}
	part := ord.Old
	if swapped(ord) && ord.New != nil {
		part = *ord.New
	}
	if fleet.NormalSerial(part.Serial) == "" {
		return orderText(ord)
	}
	return strings.TrimSpace(clean(part.Serial))
}

// Copy is the stop under the cursor.
func (p *pickList) Copy() string {
	if p.cursor >= len(p.stops) {
		return ""
	}
	return orderText(&p.stops[p.cursor].Order)
}

// Copy is the serial number of the removed part under the cursor.
func (d *disposalList) Copy() string {
	x, ok := d.table.row()
	if !ok {
		return ""
	}
	return strings.TrimSpace(clean(x.Part.Serial))
}

// ToggleWide shows every column, or those that fit.
func (q *queueList) ToggleWide() { q.table.toggleWide() }

// ToggleWide shows every column, or those that fit.
func (d *disposalList) ToggleWide() { d.table.toggleWide() }

// orderText is an order in plain words: "#17 tdo-db-07 Bay 3 WFK0A003".
func orderText(o *queue.Order) string {
	if o == nil {
		return ""
	}
	return strings.Join(strings.Fields(orderName(o.ID)+" "+clean(o.Server)+" "+slotName(o)+" "+clean(o.Old.Serial)), " ")
}
