package lists_test

import (
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/lists"
)

func TestProbes(t *testing.T) {
	now := time.Date(2026, 3, 14, 3, 4, 5, 0, time.UTC)
	server := &fleet.Server{Name: "hn-1", Rack: "A07"}
	p := &health.Probe{Server: "hn-1", Problems: []string{health.ProbeTimeout, health.ProbeSlow}, State: &fleet.EndpointState{
		Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.1.0.7", Credential: "bmc"}, SNMP: fleet.Answered, Profiles: []string{"dell-idrac"},
		Cost: fleet.Cost{PDUs: 12, Retries: 3, Took: 700 * time.Millisecond}}}
	l := lists.Probes(&lists.About{Now: func() time.Time { return now }, Server: func(string) *fleet.Server { return server }})
	for text, want := range map[string]bool{
		"problem:slow": true, "problem:none": false, "problem:time-outs": true, "problem:refused,slow": true, "role:os": false, "rack:A*": true,
		"ms:>500": true, "ms:<500": false, "retries:>2": true, "profile:dell-*": true, "credential:bmc": true, "10.1.0": true, "again": true, "hue": false, "missed:0": true,
	} {
		keep, err := l.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := keep(p); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
