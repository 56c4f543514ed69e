//go:build unix

package snmp_test

import (
	"sync"
	"syscall"
	"testing"
	"time"

	"ironage/internal/snmpdtest"
	"ironage/probes/snmp"
)

// BenchmarkRealAgent reads the same 40 objects of a real snmpd with version 2c
// and with SHA-256 and AES-128, and tells what that took of this process alone.
func BenchmarkRealAgent(b *testing.B) {
	u := user("sha256", "aes128")
	d := snmpdtest.Start(b, snmpdtest.Config{Users: []snmpdtest.User{u}})
	h := newHub(b, 1)
	for _, test := range []struct {
		name string
		c    snmp.Credential
	}{{"v2c", d.Credential()}, {"v3 authPriv", u.Credential()}} {
		b.Run(test.name, func(b *testing.B) {
			rows, err := dialOver(b, h, d.Addr, test.c, patient).Columns(b.Context(), []snmp.OID{sysORID + ".2", sysORID + ".3", sysORID + ".4", "1.3.6.1.2.1.2.2.1"})
			if err != nil {
				b.Fatal(err)
			}
			q, err := snmp.NewQuestion(oidsOf(rows[:min(40, len(rows))]), nil)
			if err != nil {
				b.Fatal(err)
			}
			var sessions []*snmp.Session // so many that this process does not wait
			for range 16 {
				s := dialOver(b, h, d.Addr, test.c, patient)
				if err := s.Ask(b.Context(), q, func([]snmp.Variable) {}); err != nil {
					b.Fatal(err)
				}
				sessions = append(sessions, s)
			}
			var all sync.WaitGroup
			b.ResetTimer()
			began := processor(b)
			for _, s := range sessions {
				all.Go(func() {
					for range b.N / len(sessions) {
						if err := s.Ask(b.Context(), q, func([]snmp.Variable) {}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			n := b.N
			b.ReportMetric(float64((processor(b)-began).Microseconds())/float64(n), "CPU-µs/op")
		})
	}
}

// processor is the time that this process has had of a processor.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
