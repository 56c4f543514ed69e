package sim

import (
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// variables is everything that an endpoint's agent would publish at t.
func (f *Fleet) variables(m *machine, role fleet.Role, t time.Time) []snmp.Variable {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := m.system(role, t)
	if role == fleet.OS {
		return append(out, m.host(f.began, t)...)
	}
	return out
}

func text(oid snmp.OID, s string) snmp.Variable {
	return snmp.Variable{OID: oid, Value: snmp.Value{Type: snmp.OctetString, Octets: []byte(s)}}
}

func number(oid snmp.OID, t snmp.Type, n int64) snmp.Variable {
	return snmp.Variable{OID: oid, Value: snmp.Value{Type: t, Num: n}}
}

// system is the group by which an agent says what it is (RFC 3418).
func (m *machine) system(role fleet.Role, t time.Time) []snmp.Variable {
	descr, object := m.osText, "1.3.6.1.4.1.8072.3.2.10"
	if role == fleet.BMC {
		switch m.family {
		case dell:
			descr, object = "", "1.3.6.1.4.1.674.10892.5"
		case hpe:
			descr, object = "Integrated Lights-Out 4 "+m.bmcFirmware, "1.3.6.1.4.1.232.9.4.10"
			if m.chassis.generation == "Gen10" {
				descr, object = "Integrated Lights-Out 5 "+m.bmcFirmware, "1.3.6.1.4.1.232.9.4.11"
			}
		}
	}
	up := max(0, t.Sub(m.booted).Milliseconds()/10)
	return []snmp.Variable{
		text("1.3.6.1.2.1.1.1.0", descr),
		{OID: "1.3.6.1.2.1.1.2.0", Value: snmp.Value{Type: snmp.ObjectID, Octets: []byte(object)}},
		number("1.3.6.1.2.1.1.3.0", snmp.TimeTicks, up%(1<<32)),
		text("1.3.6.1.2.1.1.5.0", m.server.Name),
	}
}
