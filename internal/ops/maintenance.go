package ops

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// allowWindow says who may announce maintenance of what: a technician of a
// server or a rack, where the work is done with one's hands; an engineer of
// anything.
func allowWindow(by queue.Actor, scope maintenance.Scope) error {
	switch {
	case by.Role == queue.System, by.Role.Includes(queue.Engineer):
		return nil
	case scope != maintenance.Server && scope != maintenance.Rack:
		return &Denied{Actor: by, What: "maintenance of more than a rack", Needs: queue.Engineer}
	case by.Role.Includes(queue.Technician):
		return nil
	}
	return &Denied{Actor: by, What: "announcing maintenance", Needs: queue.Technician}
}

// AddWindow announces maintenance: w says of what, why and when.
func (d *Desk) AddWindow(ctx context.Context, by queue.Actor, w maintenance.Window) (maintenance.Window, error) {
	if err := allowWindow(by, w.Scope); err != nil {
		return w, err
	}
	servers, err := d.store.Servers(ctx)
	if err != nil {
		return w, fmt.Errorf("inventory: %w", err)
	}
	if w.Name, err = maintenance.Resolve(w.Scope, w.Name, servers); err != nil {
		return w, err
	}
	now := d.now()
	if err := maintenance.Check(&w, nil, now); err != nil {
		return w, err
	}
	w.By, w.Made = by.Name, now
	w.ChangedBy, w.Changed = by.Name, now
	if w, err = d.store.CreateWindow(ctx, w, by); err != nil {
		return w, err
	}
	if o, ok := w.At(now); ok {
		err = d.store.TellWindow(ctx, w.ID, true, begun(&w, o, now))
	} else {
		err = d.tell(ctx, about(&w, "announced", fmt.Sprintf("%s announced maintenance of %s, %s: %s", by.Name, w.What(), timeText(&w), w.Reason)))
	}
	d.seen(ctx)
	return w, err
}

// ChangeWindow gives a window another reason or time. version is the one that
// the person looked at: a *maintenance.Conflict says that somebody else was faster.
func (d *Desk) ChangeWindow(ctx context.Context, by queue.Actor, id, version int64, to maintenance.Window) (maintenance.Window, error) {
	was, err := d.windowAt(ctx, by, id, version)
	if err != nil {
		return was, err
	}
	next, now := was, d.now()
	next.Reason, next.From, next.To, next.Every = to.Reason, to.From, to.To, to.Every
	if err := maintenance.Check(&next, &was, now); err != nil {
		return was, err
	}
	next.Version, next.Changed, next.ChangedBy = was.Version+1, now, by.Name
	if err := d.store.UpdateWindow(ctx, next, by, "change", was.Version); err != nil {
		return was, err
	}
	err = d.tell(ctx, about(&next, "changed", fmt.Sprintf("%s changed maintenance of %s: %s, %s", by.Name, next.What(), timeText(&next), next.Reason)))
	d.seen(ctx)
	return next, err
}

// EndWindow ends a window early. A recurring one that is active loses this
// occurrence only, unless for good.
func (d *Desk) EndWindow(ctx context.Context, by queue.Actor, id, version int64, forGood bool) (maintenance.Window, error) {
	was, err := d.windowAt(ctx, by, id, version)
	if err != nil {
		return was, err
	}
	now := d.now()
	next, err := maintenance.End(was, forGood, by.Name, now)
	if err != nil {
		return was, err
	}
	if err := d.store.UpdateWindow(ctx, next, by, "end", was.Version); err != nil {
		return was, err
	}
	told, err := d.store.ToldWindows(ctx)
	if err != nil {
		return next, fmt.Errorf("maintenance: %w", err)
	}
	if _, active := was.At(now); active && told[id] {
		err = d.store.TellWindow(ctx, id, false, ended(&next, d.View(), by.Name, now))
	} else if active { // it began so lately that nobody has said so
		err = d.tell(ctx, ended(&next, d.View(), by.Name, now))
	} else {
		err = d.tell(ctx, about(&next, "cancelled", fmt.Sprintf("%s cancelled maintenance of %s: %s", by.Name, next.What(), next.Reason)))
	}
	d.seen(ctx)
	return next, err
}

// windowAt is a window that a person may change, in the version that they saw.
func (d *Desk) windowAt(ctx context.Context, by queue.Actor, id, version int64) (maintenance.Window, error) {
	w, err := d.store.Window(ctx, id)
	if err != nil {
		return w, err
	}
	if err := allowWindow(by, w.Scope); err != nil {
		return w, err
	}
	if w.Version != version {
		return w, &maintenance.Conflict{Window: w}
	}
	return w, nil
}

// WindowLog is what was decided about a window, oldest first.
func (d *Desk) WindowLog(ctx context.Context, id int64) ([]maintenance.Entry, error) {
	return d.store.WindowLog(ctx, id)
}

// timeText is when a window holds, in words.
func timeText(w *maintenance.Window) string {
	if w.Every != nil {
		return w.Every.String()
	}
	return "from " + minuteOf(w.From) + " to " + minuteOf(w.To)
}

func minuteOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// about is an event about a window.
func about(w *maintenance.Window, to, text string) fleet.Event {
	e := fleet.Event{Time: w.Changed, Kind: fleet.EventMaintenance, To: to, Health: fleet.OK, Text: text}
	if w.Scope == maintenance.Server {
		e.Server = w.Name
	}
	return e
}

// begun says that a window holds from now on.
func begun(w *maintenance.Window, o maintenance.Occurrence, now time.Time) fleet.Event {
	e := about(w, "begun", fmt.Sprintf("maintenance of %s has begun, until %s: %s", w.What(), minuteOf(o.To), w.Reason))
	e.Time = now
	return e
}

// ended says that a window holds no more, and what alerts again.
func ended(w *maintenance.Window, v *View, by string, now time.Time) fleet.Event {
	text := fmt.Sprintf("maintenance of %s is over", w.What())
	if by != "" {
		text = fmt.Sprintf("%s ended maintenance of %s early", by, w.What())
	}
	others := maintenance.RunningAt(slices.DeleteFunc(slices.Clone(v.Windows), func(x maintenance.Window) bool { return x.ID == w.ID }), now)
	count, worst, covered := 0, fleet.OK, false
	for e := range v.Fleet.All() {
		if !w.About(&e.Server) {
			continue
		}
		if _, still := maintenance.Covering(others, &e.Server); still {
			covered = true
			continue
		}
		for i := range e.State.Findings {
			f := &e.State.Findings[i]
			if f.Acknowledged || f.ConsequenceOf != "" || f.Health == fleet.OK || f.Health == fleet.Absent {
				continue
			}
			count++
			if f.Health.Severity() > worst.Severity() {
				worst = f.Health
			}
		}
	}
	switch {
	case count == 0 && covered:
		text += ": another window still covers it"
	case count == 0:
		text += ": nothing is found there"
	case count == 1:
		text += ": 1 finding alerts again"
	default:
		text += fmt.Sprintf(": %d findings alert again", count)
	}
	e := about(w, "ended", text)
	e.Time, e.Health = now, worst
	return e
}

// tellWindows puts the windows that began or ended since the last time among
// the events. Only the collecting process does, and the store lets each be
// told once.
func (d *Desk) tellWindows(ctx context.Context, v *View) error {
	told, err := d.store.ToldWindows(ctx)
	if err != nil {
		return fmt.Errorf("maintenance: %w", err)
	}
	now := d.now()
	for i := range v.Windows {
		w := &v.Windows[i]
		o, active := w.At(now)
		switch {
		case active && !told[w.ID]:
			err = d.store.TellWindow(ctx, w.ID, true, begun(w, o, now))
		case !active && told[w.ID]:
			err = d.store.TellWindow(ctx, w.ID, false, ended(w, v, "", now))
		}
		if err != nil {
			return fmt.Errorf("maintenance %d: %w", w.ID, err)
		}
	}
	return nil
}
