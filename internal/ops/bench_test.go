package ops

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// benchStore serves states from memory, so that the figures are the desk's own.
type benchStore struct {
	Store
	servers []fleet.Server
	states  []fleet.State
	changed []fleet.State
	rev     int64
	written int
}

func (s *benchStore) Servers(context.Context) ([]fleet.Server, error) { return s.servers, nil }
func (s *benchStore) States(_ context.Context, since int64) ([]fleet.State, int64, error) {
	s.rev++
	if since == 0 {
		return s.states, s.rev, nil
	}
	return s.changed, s.rev, nil
}
func (s *benchStore) Events(context.Context, fleet.EventQuery) ([]fleet.Event, error) {
	return nil, nil
}
func (s *benchStore) Marks(context.Context) (fleet.Marks, error)            { return fleet.Marks{}, nil }
func (s *benchStore) Windows(context.Context) ([]maintenance.Window, error) { return nil, nil }

func (s *benchStore) FindingAcks(context.Context) ([]fleet.FindingAck, error) {
	return []fleet.FindingAck{{Server: "srv-0001", Key: "disk/3", Code: "failed@critical", Ack: fleet.Ack{By: "lan"}}}, nil
}
func (s *benchStore) Orders(context.Context) ([]queue.Order, error) { return nil, nil }
func (s *benchStore) DepartedParts(context.Context, int) ([]fleet.DepartedPart, error) {
	return nil, nil
}

func (s *benchStore) SpareMoves(context.Context, time.Time) ([]queue.SpareMove, error) {
	return nil, nil
}
func (s *benchStore) Lease(context.Context) (fleet.Lease, error) { return fleet.Lease{}, nil }

func benchFleet(servers, components int) *benchStore {
	s := &benchStore{}
	for i := range servers {
		srv := fleet.Server{Name: fmt.Sprintf("srv-%04d", i), Site: "hn", Rack: fmt.Sprint(i / 20),
			Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: fmt.Sprintf("10.0.%d.%d", i/250, i%250)}}}
		st := fleet.State{Server: srv.Name, Updated: noon,
			Endpoints: []fleet.EndpointState{{Endpoint: srv.Endpoints[0], SNMP: fleet.Answered, LastOK: noon, Interval: time.Minute}}}
		for j := range components {
			h := fleet.OK
			if i%25 == 0 && j == 3 {
				h = fleet.Critical
			}
			st.Components = append(st.Components, disk(fmt.Sprint(j), fmt.Sprintf("SN-%d-%d", i, j), h))
		}
		st.Findings = health.Assess(srv, &st, nil, health.Default().Rules, noon)
		st.Health = health.Overall(&st)
		s.servers, s.states = append(s.servers, srv), append(s.states, st)
	}
	s.changed = s.states[:10]
	return s
}

// BenchmarkSnapshot builds the view of a fleet from nothing, as a console does
// when it starts; reading the database is not in it.
func BenchmarkSnapshot(b *testing.B) {
	s := benchFleet(1000, 60)
	b.ReportAllocs()
	for b.Loop() {
		d := NewDesk(s, func() time.Time { return noon })
		if err := d.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSnapshotUpdate is the next view after ten servers were read.
func BenchmarkSnapshotUpdate(b *testing.B) {
	s := benchFleet(1000, 60)
	d := NewDesk(s, func() time.Time { return noon })
	if err := d.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCauses lists what needs a person in a fleet of a thousand.
func BenchmarkCauses(b *testing.B) {
	s := benchFleet(1000, 60)
	d := NewDesk(s, func() time.Time { return noon })
	if err := d.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	snap := d.View().Fleet
	b.ReportAllocs()
	for b.Loop() {
		if got := health.Causes(snap, noon); len(got) != 40 {
			b.Fatalf("causes: got %d, want 40", len(got))
		}
	}
}
