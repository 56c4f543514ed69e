package sim

import (
	"slices"
	"time"

	"ironage/internal/fleet"
)

// watchedMonths is how long the fleet's people have watched it when the
// simulation begins.
const watchedMonths = 30

// Exchange is a part that was changed before the simulation began.
type Exchange struct {
	Server, Key string
	Criticality fleet.Criticality
	Old, New    fleet.Component
	At          time.Time
}

// History is what an installation would remember that had watched the fleet
// for some time.
type History struct {
	// Seen is when each part was first seen that has a serial number, by server
	// and component key.
	Seen map[string]map[string]time.Time
	// Exchanges are the parts that were changed meanwhile, oldest first.
	Exchanges []Exchange
}

// History is the fleet's past.
func (f *Fleet) History() History {
	f.mu.Lock()
	defer f.mu.Unlock()
	began := f.began.AddDate(0, -watchedMonths, 0)
	h := History{Seen: make(map[string]map[string]time.Time, len(f.machines))}
	for _, m := range f.machines {
		h.Seen[m.server.Name] = m.seen(began, f.began)
	}
	for _, x := range f.script.exchanges {
		if x.At.After(began) {
			h.Exchanges = append(h.Exchanges, x)
		}
	}
	slices.SortStableFunc(h.Exchanges, func(a, b Exchange) int { return a.At.Compare(b.At) })
	return h
}

// seen is when each part with a serial number was first seen by people who
// began to watch then.
func (m *machine) seen(began, now time.Time) map[string]time.Time {
	out := map[string]time.Time{}
	parts := m.smartOutput(now).Components
	if m.hasBMC {
		parts = append(parts, m.parts(now)...)
	}
	since := map[string]time.Time{}
	for i := range m.disks {
		since[m.disks[i].serial] = m.disks[i].since
	}
	for i := range m.batteries {
		since[m.batteries[i].serial] = m.batteries[i].since
	}
	for i := range parts {
		if parts[i].Identity() == "" {
			continue
		}
		from, known := since[parts[i].Serial]
		if !known {
			from = m.cpus[0].since
		}
		if from.Before(began) {
			from = began
		}
		out[parts[i].Key()] = from.Truncate(time.Second)
	}
	return out
}

// partIn is the disk in bay n as the machine's agent tells of it.
func (m *machine) partIn(n int, t time.Time) fleet.Component {
	if m.smart {
		return m.smartDisk(n, t)
	}
	c := m.diskPart(&m.disks[n], t)
	m.speaks.keep(&c)
	return c
}
