package profile

import (
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

func TestNotificationsOfControllers(t *testing.T) {
	known := builtIn(t).Notifications()
	const imm, xcc = "1.3.6.1.4.1.2.6.158.5.", "1.3.6.1.4.1.19046.11.1.158.5."
	pet := func(severity byte) snmp.Variable {
		b := make([]byte, 46)
		b[26] = severity
		return octets("1.3.6.1.4.1.3183.1.1.1", string(b))
	}
	for _, test := range []struct {
		name   string
		in     snmp.Notification
		text   string
		health fleet.Health
		serial string
	}{
		{"XCC: a disk", snmp.Notification{OID: xcc + "5", Variables: []snmp.Variable{octets(xcc+"1.6", "J3TEST01"), octets(xcc+"1.8", "0"), octets(xcc+"1.9", "Drive 2 has failed")}},
			"disk: Drive 2 has failed", fleet.Critical, "J3TEST01"},
		{"XCC: the same, over", snmp.Notification{OID: xcc + "0.5", Variables: []snmp.Variable{integer(xcc+"1.8", 8), octets(xcc+"1.9", "Drive 2 recovered")}},
			"disk: Drive 2 recovered", fleet.OK, ""},
		{"IMM: version 1's number 0", snmp.Notification{OID: imm + "0", Variables: []snmp.Variable{octets(imm+"1.9", "Ambient over critical")}},
			"temperature: Ambient over critical", fleet.Critical, ""},
		{"IMM: memory with its own priority", snmp.Notification{OID: imm + "0.43", Variables: []snmp.Variable{integer(imm+"1.8", 2), octets(imm+"1.6", "KDTEST1")}},
			"memory", fleet.Warning, "KDTEST1"},
		{"a platform event", snmp.Notification{OID: "1.3.6.1.4.1.3183.1.1.262402", Variables: []snmp.Variable{pet(0x10)}}, "platform event", fleet.Critical, ""},
		{"a platform event that is over", snmp.Notification{OID: "1.3.6.1.4.1.3183.1.1.0.262530", Variables: []snmp.Variable{pet(0x04)}}, "platform event", fleet.OK, ""},
		{"SuperDoctor: a disk", snmp.Notification{OID: "1.3.6.1.4.1.10876.100.3.0.603"}, "SMART", fleet.Critical, ""},
		{"ILOM", snmp.Notification{OID: "1.3.6.1.4.1.42.2.175.103.2.0.7"}, "hardware notification", fleet.Unknown, ""},
	} {
		m := known.Meaning(test.in)
		if !m.Known || !strings.HasPrefix(m.Text, test.text) || m.Health != test.health || strings.Join(m.Serials, " ") != test.serial {
			t.Errorf("%s: got %+v, want %q, %s, serial %q", test.name, m, test.text, test.health, test.serial)
		}
	}
}
