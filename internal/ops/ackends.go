package ops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// endWorse ends the acknowledgements of findings that got worse than they were
// when a person said that they are known: what follows is news.
func (d *Desk) endWorse(ctx context.Context, v *View, states []fleet.State) error {
	if len(v.acks) == 0 {
		return nil
	}
	var errs []error
	for i := range states {
		st := &states[i]
		for _, a := range v.acks[st.Server] {
			if f := worseThan(&a, st, v.acks[st.Server]); f != nil {
				e := fleet.Event{Time: d.now(), Kind: fleet.EventHealth, Server: st.Server, Key: a.Key, From: "acknowledged", To: f.Code, Health: f.Health,
					Text: fmt.Sprintf("%s: it got worse, and the acknowledgement by %s ended", f.Text, a.By), Evidence: f.Evidence}
				errs = append(errs, d.store.EndFindingAck(ctx, a, "it got worse: "+f.Text, e))
			}
		}
	}
	return errors.Join(errs...)
}

// worseThan is the finding that outgrew an acknowledgement and that no other
// covers; nil when there is none. A degraded disk that fails has another
// finding than before: of a part, what is worse than the one that was
// acknowledged and is gone came of it.
func worseThan(a *fleet.FindingAck, st *fleet.State, all []fleet.FindingAck) *fleet.Finding {
	was := severityOf(a)
	var worse *fleet.Finding
	for i := range st.Findings {
		f := &st.Findings[i]
		if f.Key != a.Key {
			continue
		}
		_, same := ackedAt(a, f)
		switch {
		case same && f.Health.Severity() <= was:
			return nil // as it was
		case f.Health.Severity() > was && (same || a.Key != "") && !covered(f, all) && (worse == nil || f.Health.Severity() > worse.Health.Severity()):
			worse = f
		}
	}
	return worse
}

// severityOf is how bad the finding was that was acknowledged.
func severityOf(a *fleet.FindingAck) int {
	_, health, _ := strings.Cut(a.Code, "@")
	for _, h := range fleet.Healths {
		if h.String() == health {
			return h.Severity()
		}
	}
	return fleet.Critical.Severity()
}

// covered reports whether a finding is acknowledged as it is.
func covered(f *fleet.Finding, all []fleet.FindingAck) bool {
	return slices.ContainsFunc(all, func(a fleet.FindingAck) bool {
		h, ok := ackedAt(&a, f)
		return ok && a.Key == f.Key && h.Severity() >= f.Health.Severity()
	})
}

// ackedAt is how bad a finding was when it was acknowledged by a; false when a
// is about something else.
func ackedAt(a *fleet.FindingAck, f *fleet.Finding) (fleet.Health, bool) {
	for _, h := range fleet.Healths {
		if a.Code == ackCode(f, h) {
			return h, true
		}
	}
	return fleet.Unknown, false
}

// endLapsed ends the acknowledgements whose time is over.
func (d *Desk) endLapsed(ctx context.Context, v *View) error {
	all, err := d.store.FindingAcks(ctx)
	if err != nil {
		return fmt.Errorf("acknowledgements: %w", err)
	}
	var errs []error
	now := d.now()
	for i := range all {
		a := &all[i]
		if !a.Lapsed(now) {
			continue
		}
		code, _, _ := strings.Cut(a.Code, "@")
		code, _, _ = strings.Cut(code, "#")
		e := fleet.Event{Time: now, Kind: fleet.EventHealth, Server: a.Server, Key: a.Key, From: "acknowledged", To: code, Health: fleet.OK,
			Text: fmt.Sprintf("the acknowledgement of %s by %s is over", code, a.By)}
		if f := stillThere(v, a); f != nil {
			e.Health, e.Evidence = f.Health, f.Evidence
			e.Text = fmt.Sprintf("%s: the acknowledgement by %s is over, and it is still there", f.Text, a.By)
		}
		errs = append(errs, d.store.EndFindingAck(ctx, *a, "its time is over", e))
	}
	return errors.Join(errs...)
}

func stillThere(v *View, a *fleet.FindingAck) *fleet.Finding {
	e := v.Fleet.Find(a.Server)
	if e == nil {
		return nil
	}
	for i := range e.State.Findings {
		f := &e.State.Findings[i]
		if _, ok := ackedAt(a, f); ok && f.Key == a.Key {
			return f
		}
	}
	return nil
}

// holding are events without the acknowledgements whose time is over.
func holding(events []fleet.Event, now time.Time) []fleet.Event {
	var out []fleet.Event
	for i := range events {
		if a := events[i].Ack; a == nil || !a.Lapsed(now) {
			continue
		}
		if out == nil {
			out = append(out, events...)
		}
		out[i].Ack = nil
	}
	if out == nil {
		return events
	}
	return out
}
