//go:build unix

package snmp_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

// limited names the environment variable that makes a test run as the child
// whose descriptors are few, and holds the addresses that it asks.
const limited = "IRONAGE_TEST_FEW_DESCRIPTORS"

// TestFewDescriptors: with 64 of them, and with all but one taken by others, many
// living, silent and closed endpoints are read at once, and none is mistaken.
func TestFewDescriptors(t *testing.T) {
	if addresses := os.Getenv(limited); addresses != "" {
		readWithFew(t, strings.Split(addresses, " "))
		return
	}
	var addresses []string
	for range 40 {
		addresses = append(addresses, "live="+start(t, table(entry, 2, 3), agent.Behaviour{}).Addr())
	}
	for _, kind := range []string{"silent", "closed"} {
		for range 20 {
			conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
			if err != nil {
				t.Fatal(err)
			}
			addresses = append(addresses, kind+"="+conn.LocalAddr().String())
			if kind == "closed" {
				_ = conn.Close()
			} else {
				defer func() { _ = conn.Close() }()
			}
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFewDescriptors$", "-test.v")
	cmd.Env = append(os.Environ(), limited+"="+strings.Join(addresses, " "))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestFewDescriptors") {
		t.Errorf("%v\n%s", err, out)
	}
}

func readWithFew(t *testing.T, addresses []string) {
	few := syscall.Rlimit{Cur: 64, Max: 64}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	readAll(t, 15, addresses)
	var taken []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		taken = append(taken, f)
	}
	for free := 1; free <= 2; free++ {
		_ = taken[0].Close()
		taken = taken[1:]
		if h := readAll(t, 0, addresses); h.Sockets > free {
			t.Errorf("got %d sockets from %d descriptors", h.Sockets, free)
		}
	}
	for _, f := range taken {
		_ = f.Close()
	}
	if h := readAll(t, 0, addresses); h.Sockets < 2 {
		t.Errorf("got %d sockets with descriptors to spare", h.Sockets)
	}
}

// readAll reads every address at once.
func readAll(t *testing.T, sockets int, addresses []string) snmp.Traffic {
	t.Helper()
	h, err := snmp.NewHub(sockets)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, a := range addresses {
		kind, address, _ := strings.Cut(a, "=")
		all.Go(func() {
			s, err := h.Dial(context.Background(), address, v2c(), snmp.Options{Timeout: time.Second, Retries: 1}, snmp.Limits{})
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			got, err := s.Get(context.Background(), oidsOf(table(entry, 2, 3)))
			switch {
			case kind == "live" && (err != nil || len(got) != 6 || got[5].Value.Num != 203):
				t.Errorf("a living agent: got %v, %v", got, err)
			case kind != "live" && !errors.Is(err, snmp.ErrTimeout) && !errors.Is(err, snmp.ErrPortClosed):
				t.Errorf("a %s port: got %v, %v", kind, got, err)
			}
		})
	}
	all.Wait()
	traffic := h.Traffic()
	if traffic.InFlight != 0 || traffic.Waiting != 0 || traffic.Beside != 0 || traffic.Sockets > 16 {
		t.Errorf("got %+v when all is read", traffic)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	return traffic
}
