package profile

import (
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

func octets(oid, s string) snmp.Variable {
	return snmp.Variable{OID: snmp.OID(oid), Value: snmp.Value{Type: snmp.OctetString, Octets: []byte(s)}}
}

func integer(oid string, n int64) snmp.Variable {
	return snmp.Variable{OID: snmp.OID(oid), Value: snmp.Value{Type: snmp.Integer, Num: n}}
}

func TestNotificationsOfTheLibrary(t *testing.T) {
	known := builtIn(t).Notifications()
	const idrac, hpe = "1.3.6.1.4.1.674.10892.5.3.", "1.3.6.1.4.1.232."
	for _, test := range []struct {
		name      string
		in        snmp.Notification
		text      string
		about     string
		health    fleet.Health
		inventory bool
		serial    string
		host      string
	}{
		{"iDRAC: a disk", snmp.Notification{OID: idrac + "2.2.0.4345", Variables: []snmp.Variable{octets(idrac+"1.1.0", "PDR5"), octets(idrac+"1.2.0", "Disk 3 in Backplane 1 failed."),
			integer(idrac+"1.3.0", 5), octets(idrac+"1.4.0", "ABC1234"), octets(idrac+"1.5.0", "rack-a1-07.example.net"), octets(idrac+"1.6.0", "Disk.Bay.3:Enclosure.Internal.0-1"), octets(idrac+"1.7.0", "Disk 3")}},
			"disk failed: Disk 3 in Backplane 1 failed.", "Disk 3", fleet.Critical, false, "ABC1234", "rack-a1-07.example.net"},
		{"iDRAC: the same number, but recovered", snmp.Notification{OID: idrac + "2.2.0.4347", Variables: []snmp.Variable{integer(idrac+"1.3.0", 3), octets(idrac+"1.6.0", "Disk.Bay.3")}},
			"disk changed or recovered: Disk.Bay.3", "Disk.Bay.3", fleet.OK, true, "", ""},
		{"iDRAC: a message not listed", snmp.Notification{OID: idrac + "2.1.0.9999", Variables: []snmp.Variable{octets(idrac+"1.2.0", "Something."), integer(idrac+"1.3.0", 4)}},
			"message of the iDRAC: Something.", "", fleet.Warning, false, "", ""},
		{"iLO: a disk", snmp.Notification{OID: hpe + "0.3046", Variables: []snmp.Variable{octets("1.3.6.1.2.1.1.5.0", "hp1"), integer(hpe+"11.2.11.1.0", 0x10|0x40), octets(hpe+"3.2.5.1.1.64.0.3", "Port 1I Box 1 Bay 3")}},
			"disk status changed: Port 1I Box 1 Bay 3", "Port 1I Box 1 Bay 3", fleet.Critical, true, "", "hp1"},
		{"iLO: a supply without flags", snmp.Notification{OID: hpe + "0.6050", Variables: []snmp.Variable{integer(hpe+"6.2.9.3.1.1.0.2", 0), integer(hpe+"6.2.9.3.1.2.0.2", 2)}},
			"power supply failed: Power supply 2", "Power supply 2", fleet.Critical, false, "", ""},
		{"iLO: flags that mean nothing", snmp.Notification{OID: hpe + "0.6050", Variables: []snmp.Variable{integer(hpe+"11.2.11.1.0", 0)}}, "power supply failed", "", fleet.Critical, false, "", ""},
		{"coldStart", snmp.Notification{OID: "1.3.6.1.6.3.1.1.5.1"}, "started (coldStart)", "", fleet.OK, true, "", ""},
		{"linkDown", snmp.Notification{OID: "1.3.6.1.6.3.1.1.5.3", Variables: []snmp.Variable{integer("1.3.6.1.2.1.2.2.1.1.7", 7)}}, "link down: interface 7", "interface 7", fleet.Warning, false, "", ""},
		{"authenticationFailure", snmp.Notification{OID: "1.3.6.1.6.3.1.1.5.5"}, "somebody asked with a wrong community or user (authenticationFailure)", "", fleet.Warning, false, "", ""},
		{"Net-SNMP's shutdown, with a zero more", snmp.Notification{OID: "1.3.6.1.4.1.8072.4.0.0.2"}, "SNMP agent stops", "", fleet.Warning, false, "", ""},
		{"UCD without the zero", snmp.Notification{OID: "1.3.6.1.4.1.2021.251.2"}, "SNMP agent stops", "", fleet.Warning, false, "", ""},
		{"a stranger", snmp.Notification{OID: "1.3.6.1.4.1.99999.0.7", Variables: []snmp.Variable{integer("1.3.6.1.4.1.99999.1", 3), octets("1.3.6.1.4.1.99999.2", "fan gone")}},
			"notification 1.3.6.1.4.1.99999.0.7, which no profile knows: fan gone", "", fleet.Unknown, true, "", ""},
	} {
		m := known.Meaning(test.in)
		if m.Text != test.text || m.About != test.about || m.Health != test.health || m.Inventory != test.inventory ||
			strings.Join(m.Serials, " ") != test.serial || strings.Join(m.Hosts, " ") != test.host {
			t.Errorf("%s: got %+v, want %q about %q, %s, inventory %v, serial %q, host %q", test.name, m, test.text, test.about, test.health, test.inventory, test.serial, test.host)
		}
		if m.Evidence.OID != string(test.in.OID) || m.Known != (m.Evidence.Profile != "" && m.Evidence.Line > 0) {
			t.Errorf("%s: got evidence %+v", test.name, m.Evidence)
		}
	}
}

// TestEveryNotificationIsReached: each entry of each profile is found by the
// identity that version 2 gives it, and by version 1's with the zero left out.
func TestEveryNotificationIsReached(t *testing.T) {
	l := builtIn(t)
	known, count := l.Notifications(), 0
	for _, p := range l.Profiles() {
		for _, g := range p.Notifications {
			for key, e := range g.Events {
				for _, number := range eventNumbers(key) {
					full := g.Under.Num.Append(number)
					last := strings.LastIndexByte(string(full), '.')
					for _, o := range []snmp.OID{full, full[:last] + ".0" + full[last:]} {
						count++
						m := known.Meaning(snmp.Notification{OID: o})
						if !m.Known || m.Text != e.Label && !slices.Contains(labels(l, full), m.Text) {
							t.Errorf("%s %s: got %+v, want %q", p.Name, o, m, e.Label)
						}
					}
				}
			}
		}
	}
	if count < 100 {
		t.Errorf("got %d notifications, want the library's", count)
	}
}

// labels are what all profiles call a notification.
func labels(l *Library, o snmp.OID) []string {
	var out []string
	for _, p := range l.Profiles() {
		for _, g := range p.Notifications {
			for key, e := range g.Events {
				for _, number := range eventNumbers(key) {
					if oneForm(g.Under.Num.Append(number)) == oneForm(o) {
						out = append(out, e.Label)
					}
				}
			}
		}
	}
	return out
}

func TestNotificationMistakes(t *testing.T) {
	const head = "profile: acme\nrole: bmc\nbases: {acme: 1.3.6.1.4.1.99999}\nmatch: {any: [{object_id: acme}]}\nnotifications:\n"
	for _, test := range []struct{ src, want string }{
		{"  - {events: {1: ok fine}}", "under:"},
		{"  - {under: amce.1, events: {1: ok fine}}", `did you mean "acme"`},
		{"  - {under: acme.1}", "give events: or otherwise:"},
		{"  - {under: acme.1, events: {1: fine}}", "say what happened"},
		{"  - {under: acme.1, events: {1: fine weather}}", "no health of a notification"},
		{"  - {under: acme.1, events: {1: absent disk}}", "no health of a notification"},
		{"  - {under: acme.1, events: {one: ok fine}}", "numbers with dots"},
		{"  - {under: acme.1, events: {1: {health: ok, label: fine, read: all}}}", "neither status nor inventory"},
		{"  - {under: acme.1, events: {1: ok fine}, about: [part]}", "names no variable"},
		{"  - {under: acme.1, events: {1: ok fine}, about: [\"Bay {acme.2\"]}", "names no variable"},
		{"  - {under: acme.1, events: {1: ok fine}, severity: {variable: acme.2}}", "needs \"variable:\" and \"map:\""},
		{"  - {under: acme.1, events: {1: ok fine}, severity: {variable: acme.2, map: nowhere}}", "no enum"},
		{"  - {under: acme.1, events: {1: ok fine}, abuot: [acme.1]}", `did you mean "about"`},
	} {
		problems := Lint("acme.yaml", []byte(head+test.src+"\n"))
		if len(problems) == 0 || !strings.Contains(problems.Error(), test.want) || problems[0].Line != 6 {
			t.Errorf("%s: got %v, want line 6 and words about %q", test.src, problems, test.want)
		}
	}
}

func TestNotificationSeverity(t *testing.T) {
	src := "profile: acme\nrole: bmc\nmatch: {any: [{object_id: 1.3.6.1.4.1.99999}]}\nnotifications:\n" +
		"  - under: 1.3.6.1.4.1.99999.1\n    otherwise: unknown platform event\n" +
		"    severity: {variable: 1.3.6.1.4.1.99999.2, octet: 3, map: {2: ok, 8: warning, 16: critical, default: none}}\n"
	ps, problems := Parse("acme.yaml", []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	known := (&Library{profiles: ps}).Notifications()
	for in, want := range map[string]fleet.Health{"\x01\x02\x10\x04": fleet.Critical, "\x01\x02\x08": fleet.Warning, "\x01\x02\x63": fleet.Unknown, "\x01": fleet.Unknown} {
		if m := known.Meaning(snmp.Notification{OID: "1.3.6.1.4.1.99999.1.0.77", Variables: []snmp.Variable{octets("1.3.6.1.4.1.99999.2", in)}}); m.Health != want || m.Text != "platform event" {
			t.Errorf("%x: got %s %q, want %s", in, m.Health, m.Text, want)
		}
	}
}

func TestNotificationTextsAreBounded(t *testing.T) {
	long := octets("1.3.6.1.4.1.99999.1", strings.Repeat("long ", 10_000))
	if m := builtIn(t).Notifications().Meaning(snmp.Notification{OID: "1.3.6.1.4.1.99999.0.7", Variables: []snmp.Variable{long}}); len(m.Text) > 2*maxNotifiedText {
		t.Errorf("got a text of %d bytes", len(m.Text))
	}
}
