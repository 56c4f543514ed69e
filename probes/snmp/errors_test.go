package snmp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func TestReachSaysWhatToTry(t *testing.T) {
	for _, test := range []struct {
		err   error
		reach fleet.Reach
		says  string
	}{
		{nil, fleet.Answered, ""},
		{snmp.ErrTimeout, fleet.Silent, "wrong community, SNMP off, a firewall"},
		{snmp.ErrSilentV3, fleet.Silent, "SNMPv3 is off"},
		{snmp.ErrSilentPrivacy, fleet.Silent, "the privacy password or protocol is probably wrong"},
		{snmp.ErrSilentUser, fleet.Silent, "answered discovery"},
		{snmp.ErrSilentContext, fleet.Silent, "context name"},
		{snmp.ErrPortClosed, fleet.Silent, "nothing listens"},
		{snmp.ErrNoRoute, fleet.Silent, "route"},
		{snmp.ErrUnknownUser, fleet.Refused, "user name"},
		{snmp.ErrWrongDigest, fleet.Refused, "authentication password"},
		{snmp.ErrDecryption, fleet.Refused, "privacy password"},
		{snmp.ErrSecurityLevel, fleet.Refused, "security level"},
		{snmp.ErrDenied, fleet.Refused, "read view"},
		{snmp.ErrContext, fleet.Refused, "context name"},
		{snmp.ErrTimeWindow, fleet.Refused, "restarted"},
		{snmp.ErrReport, fleet.Refused, "refused"},
		{snmp.ErrGarbled, fleet.Garbled, "not SNMP"},
		{snmp.ErrUnresolved, fleet.Unresolved, "DNS"},
		{snmp.ErrAddress, fleet.Unresolved, "[IPv6]:port"},
		{snmp.ErrCredential, fleet.NotAsked, "credential"},
		{&snmp.Incomplete{Lost: []snmp.OID{"1.3"}, Cause: snmp.ErrTimeout}, fleet.Answered, "1.3"},
		{&snmp.Incomplete{Lost: []snmp.OID{"1.3"}, Cause: syscall.EMFILE}, fleet.Answered, "1.3"},
		{os.NewSyscallError("socket", syscall.EMFILE), fleet.NotAsked, "LimitNOFILE"},
		{context.Canceled, fleet.NotAsked, "stopped"},
		{context.DeadlineExceeded, fleet.Silent, "time allowed"},
		{errors.New("operation not permitted"), fleet.Silent, "operation not permitted"},
	} {
		err := test.err
		if err != nil {
			err = fmt.Errorf("host: %w", err)
		}
		reach, words := snmp.Reach(err)
		if reach != test.reach || !strings.Contains(words, test.says) {
			t.Errorf("%v: got %s, %q; want %s and words about %q", test.err, reach, words, test.reach, test.says)
		}
	}
}

func TestIncompleteNamesAFewObjects(t *testing.T) {
	got := (&snmp.Incomplete{Lost: []snmp.OID{"1.1", "1.2", "1.3", "1.4", "1.5"}, Cause: errors.New("genErr")}).Error()
	if want := "not read whole: 1.1, 1.2, 1.3 and 2 more: genErr"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// hidden is in every secret of these tests and must be in nothing they print.
const hidden = "Xyzzy"

func credentials() []snmp.Credential {
	v3 := snmp.Credential{Version: snmp.V3, User: "operator", Auth: "sha256", AuthSecret: hidden + "-auth-123", Priv: "aes128", PrivSecret: hidden + "-priv-123"}
	noPriv, noAuth := v3, v3
	noPriv.Priv, noAuth.Auth = "", ""
	missing := v3
	missing.AuthSecret = ""
	return []snmp.Credential{
		{Version: snmp.V1, Community: hidden + "1"}, {Version: snmp.V2c, Community: hidden + "2"},
		{Version: "4", Community: hidden}, {Version: snmp.V2c, Community: snmp.Secret(strings.Repeat(hidden, 99))},
		v3, noPriv, noAuth, missing,
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	for _, c := range credentials() {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "credential", c, "secret", c.AuthSecret, "community", c.Community)
		asJSON, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		asYAML, err := yaml.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		outputs := []string{log.String(), string(asJSON), string(asYAML), fmt.Sprintln(c, &c, c.AuthSecret)}
		// Not %p, which fmt handles before it asks the value; go vet refuses it for text.
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T %v", "%10.3s"} {
			outputs = append(outputs, fmt.Sprintf(verb, c), fmt.Sprintf(verb, c.AuthSecret), fmt.Sprintf(verb, c.Community))
		}
		for _, out := range outputs {
			if strings.Contains(out, hidden) || strings.Contains(out, fmt.Sprintf("%x", hidden)) {
				t.Errorf("a secret shows in %s", out)
			}
		}
	}
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	closed := deadPort(t)
	garbage := start(t, nil, agent.Behaviour{Garbage: true})
	other := start(t, nil, agent.Behaviour{})
	for _, c := range credentials() {
		for _, address := range []string{closed, garbage.Addr(), other.Addr(), "", "a b", "no-such-host.invalid", "127.0.0.1:x"} {
			s, err := snmp.Dial(context.Background(), address, c, snmp.Options{Timeout: 30 * time.Millisecond, Retries: -1}, snmp.Limits{})
			if err == nil {
				for _, out := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s)} {
					if strings.Contains(out, hidden) {
						t.Errorf("a secret shows in %s", out)
					}
				}
				_, err = s.Get(context.Background(), []snmp.OID{sysDescr})
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if err == nil {
				t.Errorf("%q with version %s: got no error", address, c.Version)
				continue
			}
			_, words := snmp.Reach(err)
			if text := err.Error() + words + fmt.Sprintf("%#v", err); strings.Contains(text, hidden) {
				t.Errorf("a secret shows in %s", text)
			}
		}
	}
}

// deadPort is a loopback address on which nothing listens.
func deadPort(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := conn.LocalAddr().String()
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	return addr
}

func TestAClosedPortFailsAtOnce(t *testing.T) {
	s := dial(t, deadPort(t), v2c(), snmp.Options{Timeout: 1 << 40}, snmp.Limits{})
	if _, err := s.Get(t.Context(), []snmp.OID{sysDescr}); !errors.Is(err, snmp.ErrPortClosed) {
		t.Errorf("got %v, want ErrPortClosed", err)
	}
}

func TestGarbageFailsAtOnce(t *testing.T) {
	a := start(t, nil, agent.Behaviour{Garbage: true})
	s := dial(t, a.Addr(), v2c(), snmp.Options{Timeout: 1 << 40}, snmp.Limits{})
	for _, ask := range []func(context.Context, []snmp.OID) ([]snmp.Variable, error){s.Get, s.Columns} {
		if _, err := ask(t.Context(), []snmp.OID{sysDescr, sysORID}); !errors.Is(err, snmp.ErrGarbled) || errors.Is(err, snmp.ErrIncomplete) {
			t.Errorf("got %v, want ErrGarbled", err)
		}
	}
}

func TestAnUnresolvableName(t *testing.T) {
	_, err := snmp.Dial(t.Context(), "no-such-host.invalid", v2c(), quick, snmp.Limits{})
	if !errors.Is(err, snmp.ErrUnresolved) {
		t.Errorf("got %v, want ErrUnresolved", err)
	}
}

func TestOneSilentServerCostsItsTimeoutOnce(t *testing.T) {
	a := start(t, table(entry, 6, 30), agent.Behaviour{Silent: true})
	s := dial(t, a.Addr(), v2c(), quick, snmp.Limits{})
	if _, err := s.Get(t.Context(), oidsOf(table(entry, 6, 30))); !errors.Is(err, snmp.ErrTimeout) || errors.Is(err, snmp.ErrIncomplete) {
		t.Errorf("got %v, want ErrTimeout", err)
	}
	if got := s.Cost().PDUs; got != 2 {
		t.Errorf("got %d messages to a silent agent, want the try and the retry", got)
	}
	if got := s.Limits(); got != (snmp.Limits{}) {
		t.Errorf("got limits %+v from silence, want none", got)
	}
}
