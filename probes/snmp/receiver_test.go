package snmp_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

const trapOID = ".1.3.6.1.6.3.1.1.4.1.0"

var (
	noon      = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	ownEngine = snmp.EngineIDOf("receiver.example.net")
	trapUser  = snmp.Credential{Name: "bmc", Version: snmp.V3, User: "traps", Auth: "sha256", AuthSecret: "a-password", Priv: "aes128", PrivSecret: "b-password"}
	accepted  = []snmp.Credential{trapUser, {Name: "old", Version: snmp.V2c, Community: "public"},
		{Name: "open", Version: snmp.V3, User: "open"}, {Name: "auth", Version: snmp.V3, User: "auth", Auth: "md5", AuthSecret: "c-password"}}
)

func receiver(t testing.TB) *snmp.Receiver {
	t.Helper()
	r, err := snmp.NewReceiver(ownEngine, accepted, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func v2Vars(oid string, more ...gosnmp.SnmpPDU) []gosnmp.SnmpPDU {
	return append([]gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(100)},
		{Name: trapOID, Type: gosnmp.ObjectIdentifier, Value: oid}}, more...)
}

func text1(s string) gosnmp.SnmpPDU {
	return gosnmp.SnmpPDU{Name: ".1.3.6.1.4.1.99999.1", Type: gosnmp.OctetString, Value: s}
}

// secured is a version 3 message as a sender of that engine makes it.
func secured(t testing.TB, c snmp.Credential, engine string, kind gosnmp.PDUType, flags gosnmp.SnmpV3MsgFlags, boots, clock uint32, vars []gosnmp.SnmpPDU) []byte {
	t.Helper()
	p := &gosnmp.UsmSecurityParameters{UserName: c.User, AuthoritativeEngineID: engine, AuthoritativeEngineBoots: boots, AuthoritativeEngineTime: clock,
		AuthenticationProtocol: map[string]gosnmp.SnmpV3AuthProtocol{"": gosnmp.NoAuth, "md5": gosnmp.MD5, "sha256": gosnmp.SHA256}[c.Auth], AuthenticationPassphrase: c.AuthSecret.Reveal(),
		PrivacyProtocol: map[string]gosnmp.SnmpV3PrivProtocol{"": gosnmp.NoPriv, "aes128": gosnmp.AES}[c.Priv], PrivacyPassphrase: c.PrivSecret.Reveal()}
	if err := p.InitSecurityKeys(); err != nil {
		t.Fatal(err)
	}
	m := &gosnmp.SnmpPacket{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: p, MsgFlags: flags, MsgID: 77, RequestID: 78,
		PDUType: kind, ContextEngineID: engine, Variables: vars}
	if flags&gosnmp.AuthPriv == gosnmp.AuthPriv {
		if err := p.InitPacket(m); err != nil {
			t.Fatal(err)
		}
	}
	return encode(t, *m)
}

const sender = "\x80\x00\x1f\x88\x04sender"

func TestReceiveEveryVersion(t *testing.T) {
	const oid = ".1.3.6.1.4.1.99999.2.0.7"
	plain := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.SNMPv2Trap, RequestID: 5, Variables: v2Vars(oid, text1("fan 3"))}
	one := gosnmp.SnmpPacket{Version: gosnmp.Version1, Community: "public", PDUType: gosnmp.Trap, Variables: []gosnmp.SnmpPDU{text1("fan 3")},
		SnmpTrap: gosnmp.SnmpTrap{Enterprise: ".1.3.6.1.4.1.99999.2", AgentAddress: "192.0.2.9", GenericTrap: 6, SpecificTrap: 7}}
	link := one
	link.SnmpTrap = gosnmp.SnmpTrap{Enterprise: ".1.3.6.1.4.1.99999.2", AgentAddress: "0.0.0.0", GenericTrap: 2}
	link.Variables = nil
	forwarded := plain
	forwarded.Variables = v2Vars(oid, gosnmp.SnmpPDU{Name: ".1.3.6.1.6.3.18.1.3.0", Type: gosnmp.IPAddress, Value: "192.0.2.8"}, text1("fan 3"))
	for _, test := range []struct {
		name                             string
		raw                              []byte
		version, credential, agent, oid  string
		engine, proven, variables, reply bool
	}{
		{"v2c", encode(t, plain), "2c", "old", "", oid, false, false, true, false},
		{"v2c with a forwarder's address", encode(t, forwarded), "2c", "old", "192.0.2.8", oid, false, false, true, false},
		{"v1", encode(t, one), "1", "old", "192.0.2.9", oid, false, false, true, false},
		{"v1 linkDown", encode(t, link), "1", "old", "", ".1.3.6.1.6.3.1.1.5.3", false, false, false, false},
		{"v3 authPriv", secured(t, trapUser, sender, gosnmp.SNMPv2Trap, gosnmp.AuthPriv, 3, 4, v2Vars(oid, text1("fan 3"))), "3", "bmc", "", oid, true, true, true, false},
		{"v3 authNoPriv", secured(t, accepted[3], sender, gosnmp.SNMPv2Trap, gosnmp.AuthNoPriv, 3, 4, v2Vars(oid, text1("fan 3"))), "3", "auth", "", oid, true, true, true, false},
		{"v3 noAuthNoPriv", secured(t, accepted[2], sender, gosnmp.SNMPv2Trap, gosnmp.NoAuthNoPriv, 3, 4, v2Vars(oid, text1("fan 3"))), "3", "open", "", oid, true, false, true, false},
	} {
		r := receiver(t)
		for range 2 { // the second time the keys are known
			n, reply, err := r.Receive(slices.Clone(test.raw))
			if err != nil {
				t.Errorf("%s: got %v", test.name, err)
				continue
			}
			if n.Version != test.version || n.Credential != test.credential || n.Agent != test.agent || "."+string(n.OID) != test.oid ||
				(n.Engine != "") != test.engine || n.Proven != test.proven || (reply != nil) != test.reply {
				t.Errorf("%s: got %+v and a reply of %d bytes", test.name, n, len(reply))
			}
			if test.variables && (len(n.Variables) != 1 || n.Variables[0].Value.Text() != "fan 3") {
				t.Errorf("%s: got variables %v, want fan 3", test.name, n.Variables)
			}
		}
	}
}

func TestReceiveRefuses(t *testing.T) {
	const oid = ".1.3.6.1.4.1.99999.2.0.7"
	good := secured(t, trapUser, sender, gosnmp.SNMPv2Trap, gosnmp.AuthPriv, 1, 1, v2Vars(oid))
	with := func(change func(*snmp.Credential)) []byte {
		c := trapUser
		change(&c)
		return secured(t, c, sender, gosnmp.SNMPv2Trap, gosnmp.AuthPriv, 1, 1, v2Vars(oid))
	}
	v2 := func(change func(*gosnmp.SnmpPacket)) []byte {
		m := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.SNMPv2Trap, Variables: v2Vars(oid)}
		change(&m)
		return encode(t, m)
	}
	for _, test := range []struct {
		name string
		raw  []byte
		is   error
		says string
	}{
		{"nothing", nil, snmp.ErrGarbled, ""},
		{"text", []byte("GET / HTTP/1.1\r\n"), snmp.ErrGarbled, ""},
		{"another community", v2(func(m *gosnmp.SnmpPacket) { m.Community = "private" }), snmp.ErrNotAccepted, "community"},
		{"a question", v2(func(m *gosnmp.SnmpPacket) { m.PDUType, m.Variables = gosnmp.GetRequest, nil }), snmp.ErrNotAccepted, "asks"},
		{"a version 2 trap in version 1", v2(func(m *gosnmp.SnmpPacket) { m.Version = gosnmp.Version1 }), snmp.ErrNotAccepted, "asks"},
		{"no identity", v2(func(m *gosnmp.SnmpPacket) { m.Variables = m.Variables[:1] }), snmp.ErrGarbled, "notified"},
		{"an unknown user", with(func(c *snmp.Credential) { c.User = "stranger" }), snmp.ErrNotAccepted, "user"},
		{"another password", with(func(c *snmp.Credential) { c.AuthSecret = "wrong-password" }), snmp.ErrNotAccepted, "digest"},
		{"another privacy password", with(func(c *snmp.Credential) { c.PrivSecret = "wrong-password" }), snmp.ErrNotAccepted, "privacy"},
		{"a lower level", secured(t, trapUser, sender, gosnmp.SNMPv2Trap, gosnmp.AuthNoPriv, 1, 1, v2Vars(oid)), snmp.ErrNotAccepted, "level"},
		{"no level at all", secured(t, snmp.Credential{User: "traps"}, sender, gosnmp.SNMPv2Trap, gosnmp.NoAuthNoPriv, 1, 1, v2Vars(oid)), snmp.ErrNotAccepted, "level"},
		{"privacy alone", secured(t, snmp.Credential{User: "open"}, sender, gosnmp.SNMPv2Trap, 2, 1, 1, v2Vars(oid)), snmp.ErrGarbled, "without being authenticated"},
		{"an engine ID too long", secured(t, trapUser, strings.Repeat("e", 40), gosnmp.SNMPv2Trap, gosnmp.AuthPriv, 1, 1, v2Vars(oid)), snmp.ErrNotAccepted, "engine ID"},
	} {
		n, reply, err := receiver(t).Receive(slices.Clone(test.raw))
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) || reply != nil {
			t.Errorf("%s: got %+v, %d bytes of reply, %v; want no reply and %v about %q", test.name, n, len(reply), err, test.is, test.says)
		}
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 1
		if n, _, err := receiver(t).Receive(bad); err == nil && n.Proven {
			t.Errorf("byte %d changed: got %+v taken as proven", i, n)
		}
	}
}

// decodeReply reads what the receiver sends back.
func decodeReply(t *testing.T, c snmp.Credential, raw []byte) *gosnmp.SnmpPacket {
	t.Helper()
	g := &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "u"}}
	if c.User != "" {
		g.MsgFlags = gosnmp.AuthPriv
		g.SecurityParameters = &gosnmp.UsmSecurityParameters{UserName: c.User, AuthenticationProtocol: gosnmp.SHA256, AuthenticationPassphrase: c.AuthSecret.Reveal(),
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: c.PrivSecret.Reveal()}
	}
	p, err := g.SnmpDecodePacket(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestInformsMeetOurEngine plays an inform's sender: discovery, a wrong clock,
// then the message itself.
func TestInformsMeetOurEngine(t *testing.T) {
	const oid = ".1.3.6.1.4.1.99999.2.0.7"
	r := receiver(t)
	ask := encode(t, gosnmp.SnmpPacket{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.Reportable, MsgID: 1,
		PDUType: gosnmp.GetRequest, SecurityParameters: &gosnmp.UsmSecurityParameters{}})
	_, reply, err := r.Receive(ask)
	if !errors.Is(err, snmp.ErrDiscovery) || reply == nil {
		t.Fatalf("discovery: got %d bytes, %v; want a report", len(reply), err)
	}
	p := decodeReply(t, snmp.Credential{}, reply)
	own := p.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	if p.PDUType != gosnmp.Report || p.Variables[0].Name != ".1.3.6.1.6.3.15.1.1.4.0" || snmp.EngineIDOf("receiver.example.net") != ownEngine || own.AuthoritativeEngineBoots == 0 {
		t.Fatalf("discovery: got %v of boots %d, want the report of an unknown engine", p.Variables, own.AuthoritativeEngineBoots)
	}
	const flags = gosnmp.AuthPriv | gosnmp.Reportable
	_, reply, err = r.Receive(secured(t, trapUser, own.AuthoritativeEngineID, gosnmp.InformRequest, flags, own.AuthoritativeEngineBoots-1, 0, v2Vars(oid)))
	if !errors.Is(err, snmp.ErrNotAccepted) || reply == nil {
		t.Fatalf("an old clock: got %d bytes, %v; want a report", len(reply), err)
	}
	if p = decodeReply(t, trapUser, reply); p.Variables[0].Name != ".1.3.6.1.6.3.15.1.1.2.0" || p.MsgFlags&gosnmp.AuthPriv != gosnmp.AuthNoPriv {
		t.Errorf("an old clock: got %v with flags %v, want the authenticated report of it", p.Variables, p.MsgFlags)
	}
	n, reply, err := r.Receive(secured(t, trapUser, own.AuthoritativeEngineID, gosnmp.InformRequest, flags, own.AuthoritativeEngineBoots, 0, v2Vars(oid, text1("fan 3"))))
	if err != nil || !n.Inform || !n.Proven || n.Engine != "" {
		t.Fatalf("inform: got %+v, %v; want a proven one without a sender's engine", n, err)
	}
	if p = decodeReply(t, trapUser, reply); p.PDUType != gosnmp.GetResponse || p.RequestID != 78 || p.MsgID != 77 || len(p.Variables) != 3 {
		t.Errorf("inform: got the acknowledgement %+v, want the same variables and ids", p)
	}
	// Meant for somebody else: it is told who we are.
	_, reply, err = r.Receive(secured(t, trapUser, sender, gosnmp.InformRequest, flags, 1, 1, v2Vars(oid)))
	if !errors.Is(err, snmp.ErrNotAccepted) || reply == nil || decodeReply(t, snmp.Credential{}, reply).Variables[0].Name != ".1.3.6.1.6.3.15.1.1.4.0" {
		t.Errorf("another engine's inform: got %d bytes, %v; want the report of an unknown engine", len(reply), err)
	}
}

func TestPlainInformIsEchoed(t *testing.T) {
	raw := encode(t, gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.InformRequest, RequestID: 9, Variables: v2Vars(".1.3.6.1.4.1.99999.2.0.7", text1("fan 3"))})
	n, reply, err := receiver(t).Receive(append(slices.Clone(raw), "trailing"...))
	want := slices.Clone(raw)
	want[bytes.IndexByte(want, 0xa6)] = 0xa2
	if err != nil || !n.Inform || !bytes.Equal(reply, want) {
		t.Errorf("got %+v, %x, %v\nwant the reply %x", n, reply, err, want)
	}
}

func TestReceiverWantsAnEngineID(t *testing.T) {
	for _, id := range []string{"", "80", "zz000000000000", strings.Repeat("80", 33)} {
		if _, err := snmp.NewReceiver(id, nil, time.Now); err == nil {
			t.Errorf("engine ID %q: got no error", id)
		}
	}
}

func FuzzReceive(f *testing.F) {
	const oid = ".1.3.6.1.4.1.99999.2.0.7"
	proven := [][]byte{
		secured(f, trapUser, sender, gosnmp.SNMPv2Trap, gosnmp.AuthPriv, 1, 1, v2Vars(oid, text1("fan 3"))),
		secured(f, accepted[3], sender, gosnmp.SNMPv2Trap, gosnmp.AuthNoPriv, 1, 1, v2Vars(oid, text1("fan 3"))),
	}
	for _, raw := range append(slices.Clone(proven),
		secured(f, accepted[2], sender, gosnmp.InformRequest, gosnmp.Reportable, 1, 1, v2Vars(oid)),
		encode(f, gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.InformRequest, Variables: v2Vars(oid, text1("fan 3"))}),
		encode(f, gosnmp.SnmpPacket{Version: gosnmp.Version1, Community: "public", PDUType: gosnmp.Trap, Variables: []gosnmp.SnmpPDU{text1("fan 3")},
			SnmpTrap: gosnmp.SnmpTrap{Enterprise: ".1.3.6.1.4.1.99999.2", AgentAddress: "192.0.2.9", GenericTrap: 6, SpecificTrap: 7}})) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, reply, err := receiver(t).Receive(slices.Clone(raw))
		if len(reply) > len(raw)+400 {
			t.Errorf("got a reply of %d bytes to %d", len(reply), len(raw))
		}
		if err != nil && !errors.Is(err, snmp.ErrGarbled) && !errors.Is(err, snmp.ErrNotAccepted) && !errors.Is(err, snmp.ErrDiscovery) {
			t.Errorf("got %v, of no known kind", err)
		}
		if err == nil && !n.OID.Valid() {
			t.Errorf("got %+v, which says nothing", n)
		}
		isOurs := func(good []byte) bool { return bytes.HasPrefix(raw, good) }
		if err == nil && n.Proven && !slices.ContainsFunc(proven, isOurs) {
			t.Errorf("%x: got %+v taken as proven", raw, n)
		}
	})
}
