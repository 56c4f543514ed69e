package ops

import (
	"context"
	"fmt"
	"slices"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
)

// readWindows takes the windows of maintenance, and marks the servers that
// are covered by another one than before: also when only time went by.
func (d *Desk) readWindows(ctx context.Context) error {
	c := &d.cache
	list, err := d.store.Windows(ctx)
	if err != nil {
		return fmt.Errorf("maintenance: %w", err)
	}
	now := d.now()
	maintenance.Sort(list, now)
	c.windows = list
	running := maintenance.RunningAt(list, now)
	if slices.EqualFunc(running, c.running, sameRunning) {
		return nil
	}
	for name, s := range c.servers {
		was, held := maintenance.Covering(c.running, s)
		is, holds := maintenance.Covering(running, s)
		if held != holds || !sameRunning(was, is) {
			c.changed[name] = true
		}
	}
	c.running = running
	return nil
}

func sameRunning(a, b maintenance.Running) bool {
	return a.ID == b.ID && a.Version == b.Version && a.Now.From.Equal(b.Now.From) && a.Now.To.Equal(b.Now.To)
}

// entry is a server as a view shows it: its findings marked with what people
// said about them and their server. The cached state is left alone: both end.
func (c *cache) entry(s *fleet.Server) fleet.Entry {
	e := fleet.Entry{Server: *s, State: c.acknowledged(s.Name)}
	if c.loading != nil {
		if outline, ok := c.loading.known[s.Name]; ok {
			e.State, e.BeingRead = outline, true
		}
	}
	w, ok := maintenance.Covering(c.running, s)
	if !ok {
		return e
	}
	e.Maintenance = &fleet.Maintenance{Window: w.ID, Reason: w.Reason, By: w.By, Until: w.Now.To}
	if len(e.State.Findings) > 0 {
		e.State.Findings = slices.Clone(e.State.Findings)
		for i := range e.State.Findings {
			e.State.Findings[i].Maintenance = true
		}
	}
	return e
}
