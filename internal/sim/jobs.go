package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Job is one work order that a technician is at: a part is being exchanged.
type Job struct {
	ID          string // one piece of work; another attempt is another job
	Server, Key string // component key, "disk/Bay 3"
	Serial      string // of the part at hand, where it was written down
}

// Jobs says which work orders are in progress now.
type Jobs interface {
	InProgress(ctx context.Context) ([]Job, error)
}

// work begins the jobs that are new and forgets those that were given up
// before the old part was out of its slot.
func (f *Fleet) work(now time.Time, js []Job) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.clock(now)
	open := make(map[string]bool, len(js))
	for _, j := range js {
		open[j.ID] = true
		if f.jobs[j.ID] {
			continue
		}
		f.jobs[j.ID] = true
		f.begin(t, j)
	}
	for id := range f.jobs {
		if !open[id] && f.script.forget(id) {
			delete(f.jobs, id)
		}
	}
}

// begin plans the exchange of one part. An order for something that cannot be
// found is left alone, as a technician would.
func (f *Fleet) begin(t time.Time, j Job) {
	m, kind, n, err := f.locate(j.Server, j.Key)
	if err != nil {
		return
	}
	if kind == fleet.Disk {
		if f.disks++; f.opts.Clumsy && f.disks%3 == 2 {
			t = f.blunder(t, m, n)
		}
	}
	a := act{where: m.server.Name, kind: kind, n: n, job: j.ID, serial: strings.TrimSpace(j.Serial)}
	a.at, a.deed = t.Add(toPull), partPulled
	f.script.plan(a)
	a.at, a.deed = t.Add(toPull+toFit), partFitted
	f.script.plan(a)
}

// blunder plans that a neighbour of the disk is pulled first, held until
// somebody notices, and put back. It returns when the right work begins. A
// machine without a healthy disk beside has nothing to mistake.
func (f *Fleet) blunder(t time.Time, m *machine, n int) time.Time {
	for i := range m.disks {
		if i == n || m.disks[i].state != diskOnline || m.disks[i].predictive {
			continue
		}
		// Not part of the job: the disk comes back even if the work is given up.
		a := act{where: m.server.Name, kind: fleet.Disk, n: i}
		a.at, a.deed = t.Add(toPull), wrongPulled
		f.script.plan(a)
		a.at, a.deed = t.Add(toPull+toNotice), wrongReturned
		f.script.plan(a)
		return t.Add(toPull + toNotice)
	}
	return t
}

// Swap puts a new part into a slot at once, as a technician would within a
// minute. Key is a component key ("disk/Physical Disk 0:1:3").
func (f *Fleet) Swap(server, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, kind, n, err := f.locate(server, key)
	if err != nil {
		return err
	}
	f.perform(act{at: f.clock(f.opts.Now()), deed: partFitted, where: m.server.Name, kind: kind, n: n})
	return nil
}

func (f *Fleet) locate(server, key string) (*machine, fleet.Kind, int, error) {
	m := f.byName[server]
	if m == nil {
		return nil, 0, 0, fmt.Errorf("no simulated server is called %q", server)
	}
	word, slot, _ := strings.Cut(key, "/")
	kind, known := fleet.FindKind(word)
	n, ok := m.find(kind, slot)
	if !known || !ok {
		return nil, 0, 0, fmt.Errorf("%s: no part that can be replaced in %q", server, key)
	}
	return m, kind, n, nil
}
