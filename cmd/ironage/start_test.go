//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"ironage/internal/fleet"
	"ironage/internal/store"
)

// BenchmarkStart starts the real program on a store of many servers with 60
// components each, and tells when the first screen was there and what it cost:
//
//	go test -run '^$' -bench Start -benchtime 5x ./cmd/ironage
func BenchmarkStart(b *testing.B) {
	for _, n := range []int{96, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			dir := b.TempDir()
			largeFleet(b, dir, n)
			for _, kind := range []string{"csv", "yaml"} {
				b.Run(kind, func(b *testing.B) {
					first, cpu, peak := 0.0, 0.0, 0.0
					for b.Loop() {
						s, c, p := firstScreen(b, "--readonly", "--config", filepath.Join(dir, kind+".yaml"))
						first, cpu, peak = first+s, cpu+c, max(peak, p)
					}
					b.ReportMetric(1000*first/float64(b.N), "ms-to-screen")
					b.ReportMetric(1000*cpu/float64(b.N), "cpu-ms")
					b.ReportMetric(peak, "MB")
				})
			}
		})
	}
}

// firstScreen starts ironage in a terminal and waits for what needs a person:
// seconds, seconds of processor time, megabytes at most.
func firstScreen(b *testing.B, args ...string) (took, cpu, peak float64) {
	b.Helper()
	path, err := exec.LookPath("ironage")
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), path, args...) //nolint:gosec // the program under test
	cmd.Env = []string{"HOME=" + b.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8", "COMM=public"}
	began := time.Now()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 140, Rows: 40})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // it only looked
		_ = cmd.Wait()         // killed
		_ = terminal.Close()
	}()
	var shown []byte
	buf := make([]byte, 64<<10)
	for !bytes.Contains(shown, []byte("Needs a person now")) {
		n, err := terminal.Read(buf)
		if err != nil {
			b.Fatalf("it ended: %v\n%s", err, shown)
		}
		shown = append(shown, buf[:n]...)
	}
	took = time.Since(began).Seconds()
	return took, processorTime(b, cmd.Process.Pid), peakMemory(b, cmd.Process.Pid)
}

// processorTime is what a process used so far, in seconds.
func processorTime(b *testing.B, pid int) float64 {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	sum := 0.0
	for _, f := range fields[11:13] { // user and system, in hundredths
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += n / 100
	}
	return sum
}

// peakMemory is the most that a process had in memory, in megabytes.
func peakMemory(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kB float64
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		b.Fatal(err)
	}
	return kB / 1024
}

// largeFleet writes a store, the inventory in both formats, and a configuration
// for each of them.
func largeFleet(b *testing.B, dir string, n int) {
	b.Helper()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	var csv, yaml strings.Builder
	csv.WriteString("name,oob_ip,site,rack,position,service,serial,model,cf_in_service\n")
	yaml.WriteString("servers:\n")
	servers, states := make([]fleet.Server, n), make([]fleet.State, n)
	for i := range servers {
		s := fleet.Server{Name: fmt.Sprintf("srv-%05d", i), Site: fmt.Sprintf("DC%d", i/2500), Rack: fmt.Sprintf("R%03d", i/20), Position: 1 + i%20*2,
			Service: fmt.Sprintf("service-%d", i%60), Criticality: fleet.CriticalityNormal, Serial: fmt.Sprintf("SN%06d", i), Model: "PowerEdge R640", InService: "2019-05-14",
			Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: fmt.Sprintf("127.10.%d.%d:16199", 1+i/250, 1+i%250), Credential: "c"}}}
		fmt.Fprintf(&csv, "%s,%s,%s,%s,%d,%s,%s,%s,%s\n", s.Name, s.Endpoints[0].Address, s.Site, s.Rack, s.Position, s.Service, s.Serial, s.Model, s.InService)
		fmt.Fprintf(&yaml, "  - name: %s\n    bmc: %s\n    site: %s\n    rack: %s\n    position: %d\n    service: %s\n    serial: %s\n    model: %s\n    in_service: %s\n",
			s.Name, s.Endpoints[0].Address, s.Site, s.Rack, s.Position, s.Service, s.Serial, s.Model, s.InService)
		servers[i], states[i] = s, largeState(s, i)
	}
	for _, kind := range []string{"csv", "yaml"} {
		write(kind+".yaml", "store: {url: \"sqlite:fleet.db\"}\nping: {enabled: false}\ncredentials:\n  c: {snmp: 2c, community: \"env:COMM\"}\n"+
			"defaults: {credential: c}\ninventory: [all-servers."+kind+"]\n")
	}
	write("all-servers.csv", csv.String())
	write("all-servers.yaml", yaml.String())
	st, err := store.Open(b.Context(), filepath.Join(dir, "fleet.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			b.Fatal(err)
		}
	}()
	if err := st.ReplaceServers(b.Context(), servers); err != nil {
		b.Fatal(err)
	}
	if err := st.SaveStates(b.Context(), states, nil, nil); err != nil {
		b.Fatal(err)
	}
}

// largeState has 60 components; every 30th server has a disk that failed.
func largeState(s fleet.Server, i int) fleet.State {
	now := time.Now().UTC()
	st := fleet.State{Server: s.Name, Health: fleet.OK, Since: now, Updated: now, Device: fleet.Device{Vendor: "Dell", Model: s.Model, Serial: s.Serial, Hostname: s.Name},
		Endpoints: []fleet.EndpointState{{Endpoint: s.Endpoints[0], SNMP: fleet.Answered, LastOK: now, LastTry: now, LastFull: now, Interval: time.Minute}},
		FirstSeen: map[string]time.Time{}}
	for j, kind := range []fleet.Kind{fleet.Disk, fleet.Memory, fleet.Fan, fleet.Temperature, fleet.Voltage, fleet.PSU} {
		for k := range 10 {
			reading := float64(20 + k)
			c := fleet.Component{Kind: kind, Slot: fmt.Sprintf("%s %d", kind, k), Name: fmt.Sprintf("%s %d", kind, k), Index: strconv.Itoa(k), Vendor: "maker", Model: "MODEL-1200",
				Health: fleet.OK, Role: fleet.BMC, Serial: fmt.Sprintf("S%d%d%06d", j, k, i), Attributes: map[string]string{"state": "online", "status": "ok"},
				Native: fleet.SeenOf(fleet.Evidence{OID: fmt.Sprintf("1.3.6.1.4.1.674.10892.5.5.1.20.%d.%d", j, k), Value: "3", Meaning: "ok", Time: now, Profile: "dell-idrac", Line: 100 + j, Role: fleet.BMC})}
			if kind == fleet.Fan || kind == fleet.Temperature || kind == fleet.Voltage {
				c.Serial, c.Reading = "", &reading
			}
			st.FirstSeen[c.Key()] = now
			st.Components = append(st.Components, c)
		}
	}
	if i%30 == 0 {
		st.Health, st.Components[0].Health = fleet.Critical, fleet.Critical
		st.Findings = []fleet.Finding{{Key: st.Components[0].Key(), Code: "failed", Health: fleet.Critical, Text: "disk failed", Since: now}}
	}
	return st
}
