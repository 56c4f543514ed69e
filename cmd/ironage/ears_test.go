package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/snmpdtest"
	"ironage/probes/snmp"
)

// calling is a station at work whose one server is a real snmpd that is read
// once a day, and which listens for notifications.
func calling(t *testing.T) (s *station, listens string, user snmpdtest.User) {
	t.Helper()
	user = snmpdtest.User{Name: "traps", Auth: "sha256", AuthSecret: "correct horse battery", Priv: "aes128", PrivSecret: "staple of the private"}
	daemon := snmpdtest.Start(t, snmpdtest.Config{Users: []snmpdtest.User{user}})
	dir := t.TempDir()
	env, _, _ := cliFor(map[string]string{"AUTH": user.AuthSecret, "PRIV": user.PrivSecret, "COMMUNITY": "trap-community"})
	c, err := config.Parse("ironage.yaml", []byte(`
ping: {enabled: false}
polling: {status: 1d, inventory: 7d}
notifications: {listen: "127.0.0.1:1", credentials: [v3, v2c]}
credentials:
  v3: {user: traps, auth: sha256, auth_secret: env:AUTH, priv: aes128, priv_secret: env:PRIV}
  v2c: {snmp: 2c, community: env:COMMUNITY}
servers: [{name: host, os: "`+daemon.Addr+`", credential: v3}]
`))
	if err != nil {
		t.Fatal(err)
	}
	c.Notifications.Listen = []string{"127.0.0.1:0"} // the configuration takes no port 0
	s, err = openStation(t.Context(), env, c, stationOptions{store: filepath.Join(dir, "s.db"), fixed: true})
	if err != nil {
		t.Fatal(err)
	}
	bound := make(chan string, 1)
	s.ears.bound = func(l *snmp.Listener) { bound <- l.Addresses()[0].String() }
	t.Cleanup(s.start(t.Context(), nil))
	return s, within(t, "it listens", bound), user
}

// endpointRead waits until the server's endpoint was read after a time, and
// returns when.
func endpointRead(t *testing.T, s *station, after time.Time) time.Time {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for view := range s.desk.Watch(ctx) {
		if e := view.Fleet.Find("host"); e != nil && len(e.State.Endpoints) > 0 && e.State.Endpoints[0].LastOK.After(after) {
			return e.State.Endpoints[0].LastOK
		}
	}
	t.Fatalf("the server was not read after %v", after)
	return time.Time{}
}

// TestANotificationLeadsToAFreshRead: Net-SNMP's own senders call, and the
// server, which has no turn for a day, is read within a second.
func TestANotificationLeadsToAFreshRead(t *testing.T) {
	trap, inform := snmpdtest.Need(t, "snmptrap"), snmpdtest.Need(t, "snmpinform")
	for _, test := range []struct {
		name, program string
		v3            bool
	}{{"v2c trap", trap, false}, {"v2c inform", inform, false}, {"v3 authPriv trap", trap, true}, {"v3 authPriv inform", inform, true}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, listens, user := calling(t)
			endpointRead(t, s, time.Time{})
			args := []string{"-m", "", "-t", "5", "-r", "1", "-v2c", "-c", "trap-community"}
			if test.v3 {
				args = append(args[:6], "-v3", "-l", "authPriv", "-u", user.Name, "-a", "SHA-256", "-A", user.AuthSecret, "-x", "AES", "-X", user.PrivSecret)
			}
			cmd := exec.CommandContext(t.Context(), test.program, append(args, listens, "", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7")...)
			cmd.Env = append(cmd.Environ(), "SNMP_PERSISTENT_DIR="+t.TempDir(), "SNMPCONFPATH="+t.TempDir())
			called := time.Now()
			if out, err := cmd.CombinedOutput(); err != nil { // an inform that nobody acknowledges fails
				t.Fatalf("%v\n%s", err, out)
			}
			read := endpointRead(t, s, called)
			if took := read.Sub(called); took > time.Second {
				t.Errorf("the server was read %v after the call, want within 1 s", took)
			}
			events, err := s.store.Events(t.Context(), fleet.EventQuery{Kinds: []fleet.EventKind{fleet.EventNotification}})
			if err != nil || len(events) != 1 {
				t.Fatalf("got events %v, %v; want one", events, err)
			}
			e := events[0]
			if e.Server != "host" || e.Text != "link down: interface 7" || e.Health != fleet.Warning || e.Evidence.OID != "1.3.6.1.6.3.1.1.5.3" ||
				strings.Contains(e.Evidence.Meaning, "not authenticated") == test.v3 {
				t.Errorf("got %+v, want the link of host, and whether it is proven", e)
			}
		})
	}
}

func TestEarsListenAgainWithNewSettings(t *testing.T) {
	s := openTestStation(t, oneServer)
	bound := make(chan *snmp.Listener, 1)
	s.ears.bound = func(l *snmp.Listener) { bound <- l }
	c := *s.config.Load()
	c.Notifications.Listen = []string{"127.0.0.1:0"}
	s.ears.use(&c, s.reader.settings.Load().keys)
	ended := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { ended <- s.ears.Listen(ctx, func(fleet.Notification) {}) }()
	within(t, "it listens", bound)
	if got := notices(s); !strings.Contains(got, "NOT_SET is not set") {
		t.Errorf("got notices %q, want the missing secret", got)
	}
	c.Notifications.Listen = nil
	s.ears.use(&c, s.reader.settings.Load().keys)
	if err := within(t, "it notices new settings", ended); err != nil {
		t.Errorf("new settings: got %v, want nil", err)
	}
	go func() { ended <- s.ears.Listen(ctx, func(fleet.Notification) {}) }()
	stop()
	if err := within(t, "it ends", ended); err != nil {
		t.Errorf("at the end: got %v, want nil", err)
	}
}

// within receives, or fails the test after a while.
func within[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("waited 20 s until %s", what)
		panic("not reached")
	}
}

func TestInWords(t *testing.T) {
	s := openTestStation(t, oneServer)
	if err := s.equip(); err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddr("192.0.2.7")
	at := time.Unix(1000, 0)
	n := s.ears.inWords(snmp.Heard{From: from, At: at, Missed: 3, Silent: true})
	if n.Source != "192.0.2.7" || n.Text != "" || n.Refused != "" || n.Missed != 3 {
		t.Errorf("only missed: got %+v", n)
	}
	for err, want := range map[error]string{
		fmt.Errorf("%w: it panics at 7", snmp.ErrGarbled):         "it is no SNMP notification, or a damaged one",
		fmt.Errorf("%w: its community", snmp.ErrNotAccepted):      "not accepted: its community",
		errors.Join(snmp.ErrNotAccepted, errors.New("something")): "not accepted\nsomething",
	} {
		if n := s.ears.inWords(snmp.Heard{From: from, At: at, Err: err}); n.Refused != want || n.Text != "" {
			t.Errorf("%v: got %+v, want %q", err, n, want)
		}
	}
	n = s.ears.inWords(snmp.Heard{From: from, At: at, Notification: snmp.Notification{Version: snmp.V3, Proven: true, OID: "1.3.6.1.6.3.1.1.5.1", Engine: "80", Agent: "192.0.2.8"}})
	if n.Text != "started (coldStart)" || !n.Proven || n.Engine != "80" || n.Agent != "192.0.2.8" || !n.Inventory || n.Health != fleet.OK {
		t.Errorf("coldStart: got %+v", n)
	}
}
