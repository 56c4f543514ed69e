package tui

import (
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// alarm is a wrong part that was pulled while somebody works on an order.
type alarm struct {
	order int64
	text  string
	short string // for a line that is too narrow: without serial numbers
	tight string // for a narrower one yet: what to do, and no more
}

// alarmsOf finds the orders with the alarm, in the order of the queue.
func (sh *shared) alarmsOf(v *ops.View) []alarm {
	if v == nil {
		return nil
	}
	var out []alarm
	for i := range v.Orders {
		if o := &v.Orders[i]; o.State.Open() && o.HasFlag(queue.FlagWrongPart) {
			out = append(out, alarm{o.ID, sh.alarmText(v, o, true), sh.alarmText(v, o, false), sh.alarmAction(v, o)})
		}
	}
	return out
}

// alarmText says which part came out and which one was meant.
func (sh *shared) alarmText(v *ops.View, o *queue.Order, serials bool) string {
	meant := slotName(o)
	if serials && fleet.NormalSerial(o.Old.Serial) != "" {
		meant += " (" + strings.TrimSpace(clean(o.Old.Serial)) + ")"
	}
	slot, serial := pulledPart(v, o)
	if slot == "" {
		return sh.t.Say("WRONG PART PULLED on %s: order %s is for %s. Put the other part back.", clean(o.Server), orderName(o.ID), meant)
	}
	if serials && serial != "" {
		slot += " (" + serial + ")"
	}
	return sh.t.Say("WRONG PART PULLED: %s of %s; order %s is for %s. Put it back.", slot, clean(o.Server), orderName(o.ID), meant)
}

// alarmAction is the alarm as short as it can be. What is to be done comes
// first: a line that is cut must not turn Bay 12 into Bay 1.
func (sh *shared) alarmAction(v *ops.View, o *queue.Order) string {
	slot, _ := pulledPart(v, o)
	if slot == "" {
		slot = sh.t.Say("the other part")
	}
	return sh.t.Say("WRONG PART PULLED: put %s of %s back; %s is %s", slot, clean(o.Server), orderName(o.ID), slotName(o))
}

// pulledPart is the slot of the order's kind that lost its part since work
// began, and the part's serial number; empty when the view does not tell.
func pulledPart(v *ops.View, o *queue.Order) (slot, serial string) {
	if v.Fleet == nil {
		return "", ""
	}
	e := v.Fleet.Find(o.Server)
	if e == nil {
		return "", ""
	}
	st := &e.State
	for i := range st.Components {
		c := &st.Components[i]
		key := c.Key()
		if p, leaving := st.Pending[key]; leaving && c.Kind == o.Kind && !workedOn(v, o.Server, key) && !p.Since.Before(o.StartedAt) {
			return clean(c.Label()), strings.TrimSpace(clean(c.Serial))
		}
	}
	at := ""
	for key, g := range st.Gone {
		if g.Part.Kind == o.Kind && !workedOn(v, o.Server, key) && !g.At.Before(o.StartedAt) && (at == "" || key < at) {
			at, slot, serial = key, clean(g.Part.Label()), strings.TrimSpace(clean(g.Part.Serial))
		}
	}
	return slot, serial
}

// workedOn reports whether somebody works on that slot: its part is meant to leave.
func workedOn(v *ops.View, server, slot string) bool {
	for i := range v.Orders {
		if o := &v.Orders[i]; o.State == queue.InProgress && o.Slot == slot && o.Server == server {
			return true
		}
	}
	return false
}

// alarmShower is a screen that shows an order's alarm itself, larger.
type alarmShower interface{ ShowsAlarm() int64 }

// banner is the line about wrong parts that every screen carries until they
// are back in their slots.
func (a *App) banner() []string {
	var shown int64
	if s, ok := a.top().(alarmShower); ok {
		shown = s.ShowsAlarm()
	}
	st := a.sh.styles
	var first *alarm
	others := 0
	for i := range a.alarms {
		switch x := &a.alarms[i]; {
		case x.order == shown:
		case first == nil:
			first = x
		default:
			others++
		}
	}
	if first == nil {
		return nil
	}
	more, lead := "", " "+st.glyphText(fleet.Critical)+" "
	if others > 0 {
		more = "  " + a.sh.t.Say("and %d more", others) + " "
	}
	text := lead + first.text
	for _, shorter := range []string{first.short, first.tight} {
		if width(text)+width(more) > a.width {
			text = lead + shorter
		}
	}
	return []string{st.alarm.Render(fit(text, a.width-width(more)) + more)}
}
