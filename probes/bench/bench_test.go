package bench

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fleetOf starts agents of small Dell servers, and one address that hears and
// never answers.
func fleetOf(t testing.TB, n int) (*probes.Prober, *snmp.Hub, Job) {
	t.Helper()
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	h := profile.Hardware{Device: fleet.Device{Model: "PowerEdge R640", Serial: "ABC1234"}, RollUp: fleet.OK}
	for bay := range 8 {
		h.Components = append(h.Components, fleet.Component{Kind: fleet.PSU, Name: fmt.Sprintf("PSU.Slot.%d", bay), Health: fleet.OK})
	}
	vars := profile.Encode(lib.Find("dell-idrac"), h)
	job := Job{Workers: 3, SlowWorkers: 1, Rounds: 2, Like: probes.Target{Endpoint: fleet.Endpoint{Role: fleet.BMC}, NoPing: true,
		Credential: snmp.Credential{Version: snmp.V2c, Community: "secret"}, Options: snmp.Options{Timeout: time.Second, Retries: -1}}}
	add := func(address string) { job.Addresses = append(job.Addresses, address) }
	for range n {
		a, err := agent.Listen("127.0.0.1:0", "secret", agent.NewMap(vars))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
		add(a.Addr())
	}
	dead, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dead.Close() })
	add(dead.LocalAddr().String())
	hub, err := snmp.NewHub(2)
	if err != nil {
		t.Fatal(err)
	}
	p := probes.New(lib, nil, time.Now).Over(hub)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
	})
	return p, hub, job
}

func TestPollCountsWhatHappened(t *testing.T) {
	for _, rhythm := range []fleet.Rhythm{fleet.Status, fleet.Inventory} {
		p, hub, job := fleetOf(t, 5)
		job.Rhythm = rhythm
		r, err := Poll(context.Background(), p, hub, job)
		if err != nil {
			t.Fatal(err)
		}
		if r.Devices != 6 || r.Answered != 10 || r.Failed != 2 || r.Fallen != 0 || r.PDUs == 0 || r.Varbinds == 0 || r.Bytes == 0 || r.Wall < r.LiveWall || r.P99 < r.P50 {
			t.Errorf("%s: got %+v, want ten answers and two silences", rhythm, r)
		}
		if len(r.Each) != 2 || r.Each[0].Answered+r.Each[1].Answered != r.Answered || r.Each[0].PDUs+r.Each[1].PDUs != r.PDUs {
			t.Errorf("%s: got the rounds %+v, want two that make up %+v", rhythm, r.Each, r)
		}
		if runtime.GOOS == "linux" && r.Resident == 0 || r.Peak == 0 {
			t.Errorf("%s: got %d bytes resident, %d held, want how much it was", rhythm, r.Resident, r.Peak)
		}
		if most := 10 * 3; rhythm == fleet.Status && r.PDUs > most {
			t.Errorf("got %d PDUs for ten status reads, want at most %d", r.PDUs, most)
		}
		if r.Traffic == nil || r.Traffic.InFlight != 0 || r.Traffic.Beside != 0 {
			t.Errorf("%s: got %+v left, want nothing in flight", rhythm, r.Traffic)
		}
	}
}

func TestNaiveWalksTheSameTables(t *testing.T) {
	p, _, job := fleetOf(t, 2)
	job.Addresses = job.Addresses[:2]
	for i := range job.Addresses {
		p.Fetch(context.Background(), job.target(i), fleet.Inventory, true)
	}
	tables := p.Tables(job.target(0))
	if len(tables) == 0 {
		t.Fatal("no tables are known of a device that was read")
	}
	r, err := Naive(context.Background(), job, tables)
	if err != nil {
		t.Fatal(err)
	}
	if r.Answered != 4 || r.Failed != 0 || r.Varbinds == 0 || len(r.Tables) != len(tables) {
		t.Errorf("got %+v, want four walks", r)
	}
}
