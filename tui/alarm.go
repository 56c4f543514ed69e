package tui

import (
	"fmt"
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// alarm is a wrong part that was pulled while somebody works on an order.
type alarm struct {
	order int64
	text  string
}

// alarmsOf finds the orders with the alarm, in the order of the queue.
func alarmsOf(v *ops.View) []alarm {
	if v == nil {
		return nil
	}
	var out []alarm
	for i := range v.Orders {
		if o := &v.Orders[i]; o.State.Open() && o.HasFlag(queue.FlagWrongPart) {
			out = append(out, alarm{o.ID, alarmText(v, o)})
		}
	}
	return out
}

// alarmText says which part came out and which one was meant.
func alarmText(v *ops.View, o *queue.Order) string {
	meant := fmt.Sprintf("order %s is for %s", orderName(o.ID), slotName(o))
	if fleet.NormalSerial(o.Old.Serial) != "" {
		meant += " (" + strings.TrimSpace(clean(o.Old.Serial)) + ")"
	}
	slot, serial := pulledPart(v, o)
	if slot == "" {
		return "WRONG PART PULLED on " + clean(o.Server) + ": " + meant + ". Put the other part back."
	}
	if serial != "" {
		slot += " (" + serial + ")"
	}
	return "WRONG PART PULLED: " + slot + " of " + clean(o.Server) + "; " + meant + ". Put it back."
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
		if p, leaving := st.Pending[key]; leaving && c.Kind == o.Kind && key != o.Slot && !p.Since.Before(o.StartedAt) {
			return clean(c.Label()), strings.TrimSpace(clean(c.Serial))
		}
	}
	at := ""
	for key, g := range st.Gone {
		if g.Part.Kind == o.Kind && key != o.Slot && !g.At.Before(o.StartedAt) && (at == "" || key < at) {
			at, slot, serial = key, clean(g.Part.Label()), strings.TrimSpace(clean(g.Part.Serial))
		}
	}
	return slot, serial
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
	var texts []string
	for _, x := range a.alarms {
		if x.order != shown {
			texts = append(texts, x.text)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	st := a.sh.styles
	text := " " + st.glyphText(fleet.Critical) + " " + texts[0]
	if n := len(texts) - 1; n > 0 {
		more := fmt.Sprintf("  and %d more ", n)
		return []string{st.alarm.Render(fit(text, a.width-width(more)) + more)}
	}
	return []string{st.alarm.Render(fit(text, a.width))}
}
