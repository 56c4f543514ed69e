package sim

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a fleet on loopback; it is closed with the test.
func serve(t testing.TB, o Options) (*Fleet, *hand) {
	t.Helper()
	f, clock := build(t, o)
	if err := f.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f, clock
}

const sysName snmp.OID = "1.3.6.1.2.1.1.5.0"

func ask(t testing.TB, address, community string) (string, error) {
	t.Helper()
	c := snmp.Credential{Name: Credential, Version: "2c", Community: snmp.Secret(community)}
	s, err := snmp.Dial(t.Context(), address, c, snmp.Options{Timeout: 2 * time.Second, Retries: 1}, snmp.Limits{})
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	vars, err := s.Get(t.Context(), []snmp.OID{sysName})
	if err != nil {
		return "", err
	}
	return vars[0].Value.Text(), nil
}

func TestEveryEndpointAnswersOverUDP(t *testing.T) {
	for _, ports := range []bool{false, true} {
		f, _ := serve(t, Options{Servers: 24, Ports: ports})
		seen := map[string]string{}
		for _, s := range f.Servers() {
			if len(s.Endpoints) == 0 {
				t.Errorf("%s has no endpoint", s.Name)
			}
			for _, e := range s.Endpoints {
				if other, twice := seen[e.Address]; twice {
					t.Errorf("%s and %s share %s", s.Name, other, e.Address)
				}
				seen[e.Address] = s.Name
				if host, _, _ := net.SplitHostPort(e.Address); ports && host != "127.0.0.1" || !strings.HasPrefix(host, "127.") {
					t.Errorf("ports %t: %s is not where it should be", ports, e.Address)
				}
				if got, err := ask(t, e.Address, f.Community()); got != s.Name || err != nil {
					t.Errorf("%s at %s: got %q, %v", s.Name, e.Address, got, err)
				}
			}
		}
	}
}

func TestAWrongCommunityIsMetWithSilence(t *testing.T) {
	f, _ := serve(t, Options{Servers: 1})
	if _, err := ask(t, f.Servers()[0].Endpoints[0].Address, "other"); !errors.Is(err, snmp.ErrTimeout) {
		t.Errorf("got %v, want a timeout", err)
	}
}

func TestTwoFleetsDoNotCollide(t *testing.T) {
	a, _ := serve(t, Options{Servers: 30})
	b, _ := serve(t, Options{Servers: 30})
	at := map[string]bool{}
	for _, f := range []*Fleet{a, b} {
		for _, s := range f.Servers() {
			for _, e := range s.Endpoints {
				if at[e.Address] {
					t.Errorf("both fleets use %s", e.Address)
				}
				at[e.Address] = true
			}
		}
	}
	if err := a.Start(t.Context()); err == nil {
		t.Error("a second Start: got no error")
	}
}

func TestAFleetEndsWithItsContext(t *testing.T) {
	f, _ := build(t, Options{Servers: 3})
	ctx, cancel := context.WithCancel(t.Context())
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	f.Close() // waits
	f.Close() // twice is harmless
	never, _ := build(t, Options{Servers: 3})
	never.Close()
}

// always is a pinger to which everybody answers, as on loopback.
type always struct{ reach fleet.Reach }

func (a always) Ping(context.Context, string) fleet.Ping {
	return fleet.Ping{Reach: a.reach, Sent: 1, Received: 1}
}

func TestDeadServersDoNotAnswerPing(t *testing.T) {
	f, clock := serve(t, Options{Servers: 40, Seed: 1})
	f.mu.Lock()
	hang, die := f.planned(t, bmcHangs), f.planned(t, serverDies)
	f.mu.Unlock()
	ping := f.Pinger(always{fleet.Answered})
	host := func(server string) string {
		h, _, err := net.SplitHostPort(f.byName[server].server.Endpoints[0].Address)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	if got := ping.Ping(t.Context(), host(die.where)).Reach; got != fleet.Answered {
		t.Errorf("before it dies: got %s, want answered", got)
	}
	clock.set(die.at)
	f.advance(die.at)
	for _, want := range []struct {
		host  string
		reach fleet.Reach
	}{{host(die.where), fleet.Silent}, {host(hang.where), fleet.Answered}, {"192.0.2.1", fleet.Answered}} {
		if got := ping.Ping(t.Context(), want.host).Reach; got != want.reach {
			t.Errorf("%s: got %s, want %s", want.host, got, want.reach)
		}
	}
	if got := f.Pinger(always{fleet.NotPermitted}).Ping(t.Context(), host(die.where)).Reach; got != fleet.NotPermitted {
		t.Errorf("without the right to ping: got %s, want not-permitted", got)
	}
	if _, err := ask(t, f.byName[die.where].server.Endpoints[0].Address, f.Community()); !errors.Is(err, snmp.ErrTimeout) {
		t.Errorf("SNMP of a dead server: got %v, want a timeout", err)
	}
}
