package profile

import (
	"context"
	"reflect"
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

// TestStatusReadsOfControllers: what a status read says of an unchanged device
// is what the inventory said, from far fewer objects.
func TestStatusReadsOfControllers(t *testing.T) {
	for _, name := range []string{"xcc-faults", "imm1-faults", "imm2-faults", "supermicro-x10", "supermicro-x11", "sd5-faults", "ilom-faults"} {
		rec := recording(t, name)
		m, v, first, _ := inventory(t, rec)
		whole, errs, err := m.ReadStatus(context.Background(), rec, v, &first.Plan, nil)
		if err != nil || len(errs) > 0 || !whole {
			t.Errorf("%s: got whole %v, %v, %v, want a whole read", name, whole, errs, err)
		}
		if second := m.Decode(v, testTime, fleet.BMC); !reflect.DeepEqual(second, first) {
			t.Errorf("%s: the status read says something else", name)
		}
		if n := first.Plan.Len(); n == 0 || n > len(rec.Variables())*2/3 {
			t.Errorf("%s: a status read asks for %d objects of %d", name, n, len(rec.Variables()))
		}
	}
}
