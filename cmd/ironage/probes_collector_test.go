package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/store"
)

// collectorSays prints the figures of a collector as another process sees them,
// so long after its last sign of life.
func collectorSays(t *testing.T, output string, load *fleet.CollectorLoad, later time.Duration) string {
	t.Helper()
	t.Setenv("IRONAGE_CONFIG", "")
	url := "sqlite:" + filepath.Join(t.TempDir(), "ironage.db")
	s, err := store.Open(t.Context(), url, func() time.Time { return queueNoon })
	if err != nil {
		t.Fatal(err)
	}
	if load != nil {
		if _, got, err := s.AcquireLease(t.Context(), "noc-1 (process 7)", 15*time.Second); err != nil || !got {
			t.Fatalf("lease: got %v, %v", got, err)
		}
		if held, err := s.RenewLease(t.Context(), "noc-1 (process 7)", *load); err != nil || !held {
			t.Fatalf("renewal: got %v, %v", held, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	env := &cli{in: strings.NewReader(""), out: &out, err: &complaints, now: func() time.Time { return queueNoon.Add(later) },
		getenv: func(string) string { return "" }, storeURL: url, output: output}
	cmd := newProbesCommand(env)
	cmd.SetArgs([]string{"--collector"})
	cmd.SetOut(&out)
	cmd.SetErr(&complaints)
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	return out.String()
}

var workLoad = fleet.CollectorLoad{Time: queueNoon, Endpoints: 10_000, Slots: 256, InFlight: 80, Beside: 9, Silent: 500, Waiting: fleet.LaneLoad{Status: 12, Silent: 3},
	Behind: 1500 * time.Millisecond, DelayP99: 2 * time.Second, DelayMost: 4 * time.Second, Reads: 123_456, Rate: 166.7, Unsaved: 17, Saves: 10, SaveTook: 140 * time.Millisecond,
	Transport: fleet.TransportLoad{Sockets: 4, Buffer: 212_992, Window: 264, InFlight: 30, KernelDrops: 5}, Process: fleet.ProcessLoad{Memory: 300 << 20, Live: 200 << 20, Files: 24, Writing: 30 * time.Millisecond}}

func TestFiguresReachOtherProcesses(t *testing.T) {
	var got struct {
		Schema    string
		Collector collectorJSON
	}
	if err := json.Unmarshal([]byte(collectorSays(t, "json", &workLoad, 3*time.Second)), &got); err != nil {
		t.Fatal(err)
	}
	c := got.Collector
	if got.Schema != "ironage.collector/v1" || !c.Collecting || c.Holder != "noc-1 (process 7)" || c.Age != 3000 {
		t.Errorf("whose: got %+v", got)
	}
	if c.Waiting.Status != 12 || c.Behind != 1500 || c.DelayMost != 4000 || c.Transport.KernelDrops != 5 || c.Process.Live != 200<<20 || c.SaveTook != 140 || c.Process.Writing != 30 {
		t.Errorf("figures: got %+v", c)
	}
	table := collectorSays(t, "table", &workLoad, 3*time.Second)
	for _, want := range []string{"noc-1 (process 7) collects", "3s ago", "10,000: 80 being asked", "longest wait now 1.5 s", "166.7 a second", "14.0 ms on average, 3.0 ms of them as the only writer", "30 of 264", "5 datagrams thrown away by the system"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table does not say %q:\n%s", want, table)
		}
	}
}

func TestOldFiguresAreSaidToBeOld(t *testing.T) {
	if got := collectorSays(t, "table", &workLoad, 10*time.Minute); !strings.Contains(got, "collected last, 10m ago") {
		t.Errorf("of a collector that died: got\n%s", got)
	}
	if got := collectorSays(t, "table", nil, 0); !strings.Contains(got, "nobody collects now") {
		t.Errorf("of no collector: got\n%s", got)
	}
}

func TestDoctorSaysWhatFiguresMean(t *testing.T) {
	if got := examineFigures(&fleet.CollectorLoad{Unread: 7, Behind: time.Hour}); len(got) != 0 {
		t.Errorf("of a fleet that is read for the first time: got %+v", got)
	}
	got := examineFigures(&fleet.CollectorLoad{Behind: 2 * time.Minute, SaveError: "disk full", Unsaved: 9, Transport: fleet.TransportLoad{KernelDrops: 3}})
	text := ""
	for _, d := range got {
		text += d.Text + " → " + d.Fix + "\n"
	}
	for _, want := range []string{"threw 3 answers away", "net.core.rmem_max", "2m0s later", "9 states are not saved: disk full"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said:\n%s", want, text)
		}
	}
}
