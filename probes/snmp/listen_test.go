package snmp_test

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/internal/snmpdtest"
	"ironage/probes/snmp"
)

// listen runs a listener until the test ends.
func listen(t *testing.T, accepts []snmp.Credential) (addr string, heard <-chan snmp.Heard) {
	t.Helper()
	r, err := snmp.NewReceiver(ownEngine, accepts, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	l, err := snmp.Listen(t.Context(), []string{"127.0.0.1:0"}, r, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	out, ended := make(chan snmp.Heard, 10_000), make(chan error, 1)
	go func() { ended <- l.Serve(ctx, func(h snmp.Heard) { out <- h }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve: got %v, want nil at the end", err)
		}
	})
	return l.Addresses()[0].String(), out
}

func await(t *testing.T, heard <-chan snmp.Heard) snmp.Heard {
	t.Helper()
	select {
	case h := <-heard:
		return h
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was heard within 10 s")
		return snmp.Heard{}
	}
}

// TestNetSNMPSends lets Net-SNMP's own senders notify, in every version and at
// every security level.
func TestNetSNMPSends(t *testing.T) {
	trap, inform := snmpdtest.Need(t, "snmptrap"), snmpdtest.Need(t, "snmpinform")
	v3 := func(auth, priv string) (snmp.Credential, []string) {
		u := user(auth, priv)
		names := map[string]string{"md5": "MD5", "sha": "SHA", "sha256": "SHA-256", "sha512": "SHA-512", "des": "DES", "aes128": "AES", "aes256": "AES-256"}
		args := []string{"-v3", "-u", u.Name, "-l", "noAuthNoPriv"}
		if auth != "" {
			args = append(args[:4], "authNoPriv", "-a", names[auth], "-A", u.AuthSecret)
		}
		if priv != "" {
			args[4] = "authPriv"
			args = append(args, "-x", names[priv], "-X", u.PrivSecret)
		}
		return u.Credential(), args
	}
	const what = "1.3.6.1.4.1.99999.2.0.7"
	body := []string{"", what, "1.3.6.1.4.1.99999.1.1", "s", "Disk 3"}
	type sender struct {
		name, program string
		credential    snmp.Credential
		args, body    []string
	}
	senders := []sender{
		{"v2c trap", trap, v2c(), []string{"-v2c", "-c", community}, body},
		{"v2c inform", inform, v2c(), []string{"-v2c", "-c", community}, body},
		{"v1 trap", trap, v1(), []string{"-v1", "-c", community}, []string{"1.3.6.1.4.1.99999.2", "192.0.2.7", "6", "7", "", "1.3.6.1.4.1.99999.1.1", "s", "Disk 3"}},
	}
	for _, level := range [][2]string{{"", ""}, {"md5", ""}, {"sha", "des"}, {"sha256", "aes128"}, {"sha512", "aes256"}} {
		c, args := v3(level[0], level[1])
		senders = append(senders,
			sender{"v3 trap " + level[0] + " " + level[1], trap, c, append([]string{"-e", "0x80001f8804666f6f"}, args...), body},
			sender{"v3 inform " + level[0] + " " + level[1], inform, c, args, body})
	}
	for _, s := range senders {
		t.Run(s.name, func(t *testing.T) {
			addr, heard := listen(t, []snmp.Credential{s.credential})
			args := append(append([]string{"-m", "", "-t", "5", "-r", "0"}, s.args...), addr)
			cmd := exec.CommandContext(t.Context(), s.program, append(args, s.body...)...)
			cmd.Env = append(cmd.Environ(), "SNMP_PERSISTENT_DIR="+t.TempDir(), "SNMPCONFPATH="+t.TempDir())
			// An inform's sender fails unless it is acknowledged.
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", s.program, err, out)
			}
			h := await(t, heard)
			for errors.Is(h.Err, snmp.ErrNotAccepted) && strings.Contains(h.Err.Error(), "clock") {
				h = await(t, heard) // told the time, it sends again
			}
			if h.Err != nil || h.OID != what || len(h.Variables) != 1 || h.Variables[0].Value.Text() != "Disk 3" || h.From.String() != "127.0.0.1" {
				t.Errorf("got %+v, want %s with Disk 3 from 127.0.0.1", h, what)
			}
			if h.Inform != (s.program == inform) || h.Proven != (s.credential.Auth != "") || (h.Engine == "80001f8804666f6f") != (strings.HasPrefix(s.name, "v3 trap")) {
				t.Errorf("got inform %v, proven %v, engine %q", h.Inform, h.Proven, h.Engine)
			}
		})
	}
}

// TestListenerSurvivesGarbage sends what no agent would and then a trap.
func TestListenerSurvivesGarbage(t *testing.T) {
	addr, heard := listen(t, []snmp.Credential{v2c()})
	conn, err := net.Dial("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	good := encode(t, gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: community, PDUType: gosnmp.SNMPv2Trap, Variables: v2Vars(".1.3.6.1.4.1.99999.2.0.7")})
	for _, raw := range [][]byte{{}, []byte("hello"), make([]byte, 20_000), good[:len(good)-1], append([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, good...), good} {
		if _, err := conn.Write(raw); err != nil {
			t.Fatal(err)
		}
	}
	garbled := 0
	for {
		h := await(t, heard)
		if h.Err == nil {
			break
		}
		if !errors.Is(h.Err, snmp.ErrGarbled) {
			t.Errorf("got %v, want ErrGarbled", h.Err)
		}
		garbled++
	}
	if garbled != 5 {
		t.Errorf("got %d garbled datagrams, want 5", garbled)
	}
}

func TestListenSaysWhatToDo(t *testing.T) {
	taken, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	r := receiver(t)
	for _, test := range []struct{ address, says string }{
		{taken.LocalAddr().String(), "another program has port"},
		{"192.0.2.1:10162", "does not have the address"},
		{"nonsense", "cannot listen for notifications on nonsense"},
	} {
		if _, err := snmp.Listen(t.Context(), []string{"127.0.0.1:0", test.address}, r, time.Now); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want words about %q", test.address, err, test.says)
		}
	}
}

// BenchmarkReceive is what a notification costs before anybody knows what it means.
func BenchmarkReceive(b *testing.B) {
	r := receiver(b)
	for name, raw := range map[string][]byte{
		"v2c":         encode(b, gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.SNMPv2Trap, Variables: v2Vars(".1.3.6.1.4.1.99999.2.0.7", text1("fan 3"))}),
		"v3 authPriv": secured(b, trapUser, sender, gosnmp.SNMPv2Trap, gosnmp.AuthPriv, 1, 1, v2Vars(".1.3.6.1.4.1.99999.2.0.7", text1("fan 3"))),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := r.Receive(slices.Clone(raw)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestSessionTellsTheEngine: polling teaches the engine ID by which a
// notification's sender is recognised.
func TestSessionTellsTheEngine(t *testing.T) {
	u := user("sha256", "aes128")
	d := snmpdtest.Start(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "here"})
	s := dial(t, d.Addr, u.Credential(), patient, snmp.Limits{})
	if got := s.Engine(); got != "" {
		t.Errorf("before the first answer: got %q, want nothing", got)
	}
	if _, err := s.Get(t.Context(), []snmp.OID{sysDescr}); err != nil {
		t.Fatal(err)
	}
	if got, want := s.Engine(), "80001f880468657265"; got != want { // Net-SNMP's enterprise, format text, "here"
		t.Errorf("got %q, want %q", got, want)
	}
}
