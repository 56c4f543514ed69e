package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

// quietAgents runs agents on loopback addresses of their own and returns the
// inventory of them.
func quietAgents(t *testing.T, n int) (servers string) {
	t.Helper()
	tree := agent.NewMap([]snmp.Variable{
		{OID: "1.3.6.1.2.1.1.1.0", Value: snmp.Value{Type: snmp.OctetString, Octets: []byte("Linux host 6.1")}},
		{OID: "1.3.6.1.2.1.1.2.0", Value: snmp.Value{Type: snmp.ObjectID, Octets: []byte("1.3.6.1.4.1.8072.3.2.10")}},
	})
	for i := range n {
		a, err := agent.Listen(fmt.Sprintf("127.0.1.%d:0", i+1), "public", tree)
		if err != nil {
			missing(t, fmt.Sprintf("this machine has no address 127.0.1.%d: %v", i+1, err))
		}
		t.Cleanup(func() { _ = a.Close() })
		servers += fmt.Sprintf("  - {name: s%02d, os: \"%s\", credential: c}\n", i+1, a.Addr())
	}
	return servers
}

// TestStorm sends a thousand traps a second for 30 s over a real socket and
// looks at what changes: nothing but a few reads of the sender.
func TestStorm(t *testing.T) {
	if os.Getenv("IRONAGE_STORM") != "1" {
		t.Skip("a real storm takes 40 s; IRONAGE_STORM=1 sends it (internal/collect has the same in fake time)")
	}
	const agents, perSecond, seconds = 30, 1000, 30
	env, _, _ := cliFor(map[string]string{"COMMUNITY": "public"})
	c, err := config.Parse("ironage.yaml", []byte("ping: {enabled: false}\npolling: {status: 5s}\ncredentials: {c: {snmp: 2c, community: env:COMMUNITY}}\nservers:\n"+quietAgents(t, agents)))
	if err != nil {
		t.Fatal(err)
	}
	c.Notifications.Listen = []string{"127.0.0.1:0"}
	s, err := openStation(t.Context(), env, c, stationOptions{store: filepath.Join(t.TempDir(), "s.db"), fixed: true})
	if err != nil {
		t.Fatal(err)
	}
	bound := make(chan string, 1)
	s.ears.bound = func(l *snmp.Listener) { bound <- l.Addresses()[0].String() }
	t.Cleanup(s.start(t.Context(), nil))
	to, err := net.ResolveUDPAddr("udp", within(t, "it listens", bound))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 1, 1)}, to)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	trap, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.SNMPv2Trap, Variables: []gosnmp.SnmpPDU{
		{Name: "1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(1)},
		{Name: "1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: "1.3.6.1.6.3.1.1.5.3"}}}).MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	wait := func(d time.Duration) { <-time.After(d) } // real time is what is measured here
	wait(10 * time.Second)
	before, beforeReads := heap(), s.collector.Status().Reads
	wait(seconds * time.Second)
	quiet := s.collector.Status().Reads - beforeReads
	stormed, late := time.Now(), 0
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for sent := 0; sent < perSecond*seconds; {
		<-tick.C
		for due := int(time.Since(stormed) * perSecond / time.Second); sent < min(due, perSecond*seconds); sent++ {
			if _, err := conn.Write(trap); err != nil {
				t.Fatal(err)
			}
		}
		late = max(late, s.collector.Status().Late)
	}
	st := s.collector.Status()
	reads, after := st.Reads-beforeReads-quiet, heap()
	wait(2 * time.Second) // the counts are published once a second
	counts := s.collector.Status().Notifications
	events, err := s.store.Events(t.Context(), fleet.EventQuery{Kinds: []fleet.EventKind{fleet.EventNotification}})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range events {
		told = append(told, e.Server+": "+e.Text)
	}
	t.Logf("reads in %d s: %d in silence, %d in the storm; late at most %d; heap %d KiB before, %d KiB after; counts %+v; events:\n%s",
		seconds, quiet, reads, late, before>>10, after>>10, counts, strings.Join(told, "\n"))
	if counts.Accepted+counts.Missed != perSecond*seconds || late > 0 || len(events) > 8 {
		t.Errorf("want %d counted, nothing late and few events", perSecond*seconds)
	}
	if reads < quiet-quiet/20 || reads > quiet+seconds/5+quiet/20 {
		t.Errorf("want as many reads as in silence, and at most one more in 5 s")
	}
	if after > before+16<<20 {
		t.Errorf("want no more memory")
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
