package profile

import (
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// TestRecogniseHosts: which profiles add up on what kind of host.
func TestRecogniseHosts(t *testing.T) {
	const object, descr = "1.3.6.1.2.1.1.2.0|6|", "1.3.6.1.2.1.1.1.0|4|"
	linux := object + string(netSNMP) + "\n"
	for _, c := range []struct{ name, recording, want string }{
		{"ESXi", object + "1.3.6.1.4.1.6876.4.1\n", "vmware-esxi"},
		{"vCenter", object + "1.3.6.1.4.1.6876.4.8\n", "vmware-esxi"},
		{"Windows server", object + "1.3.6.1.4.1.311.1.1.3.1.2\n", "windows"},
		{"Windows with MegaRAID", object + "1.3.6.1.4.1.311.1.1.3.1.2\n1.3.6.1.4.1.3582.4.1.4.1.2.1.1.0|2|0\n", "lsi-megaraid,windows"},
		{"Net-SNMP on Windows", object + "1.3.6.1.4.1.8072.3.2.13\n", "net-snmp"},
		{"Synology", linux + "1.3.6.1.4.1.6574.1.1.0|2|1\n", "synology-dsm,net-snmp"},
		{"Synology by its command line", linux + "1.3.6.1.2.1.25.1.4.0|4|root=/dev/md0 syno_hw_version=DS920+\n", "synology-dsm,net-snmp"},
		{"QNAP", object + "1.3.6.1.4.1.24681\n", "qnap"},
		{"QNAP behind Net-SNMP", linux + "1.3.6.1.2.1.47.1.1.1.1.12.1|4|QNAP Systems, Inc.\n", "qnap,net-snmp"},
		{"QuTS hero", linux + "1.3.6.1.4.1.55062.2.12.10.0|2|40\n", "qnap,net-snmp"},
		{"TrueNAS CORE", object + "1.3.6.1.4.1.8072.3.2.8\n" + descr + "FreeNAS-11.2 (x). Hardware: amd64 A running at 1. Software: FreeBSD 11.2\n", "truenas-core,net-snmp"},
		{"TrueNAS SCALE", object + "1.3.6.1.4.1.50536.3.1\n" + descr + "TrueNAS-24.10. Hardware: x86_64 A. Software: Linux 6.6\n", "truenas-scale"},
		{"FreeBSD is no TrueNAS", object + "1.3.6.1.4.1.8072.3.2.8\n" + descr + "FreeBSD host 13.1\n", "net-snmp"},
		{"SMART script", linux + "1.3.6.1.4.1.8072.1.3.2.2.1.21.5.115.109.97.114.116|2|1\n", "smart-script,net-snmp"},
		{"another script", linux + "1.3.6.1.4.1.8072.1.3.2.2.1.21.4.122.122.122.122|2|1\n", "net-snmp"},
		{"a script behind any identity", object + "1.3.6.1.4.1.99998\n1.3.6.1.4.1.8072.1.3.2.1.0|2|1\n1.3.6.1.4.1.8072.1.3.2.2.1.21.3.122.102.115|2|1\n", "zfs-script"},
		{"a stranger with parts", object + "1.3.6.1.4.1.99998\n1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n", "entity"},
		{"a stranger with parts on Net-SNMP", linux + "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n", "net-snmp,entity"},
		{"a stranger with storage", object + "1.3.6.1.4.1.99998\n1.3.6.1.2.1.25.2.3.1.2.1|6|1.3.6.1.2.1.25.2.1.4\n", "host-resources"},
		{"an unknown BMC is no host", object + "1.3.6.1.4.1.99998\n" + descr + "Linux (none) 2.6.28.9 #1 armv5tejl\n1.3.6.1.2.1.25.2.3.1.2.1|6|1.3.6.1.2.1.25.2.1.4\n", ""},
		{"iDRAC with parts of its own", object + "1.3.6.1.4.1.674.10892.5\n1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n1.3.6.1.2.1.25.2.3.1.2.1|6|1.3.6.1.2.1.25.2.1.4\n", "dell-idrac"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec, err := ReadRecording(strings.NewReader(c.recording))
			if err != nil {
				t.Fatal(err)
			}
			m, err := builtIn(t).Match(t.Context(), rec)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(m.Names(), ","); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNotificationsOfHosts(t *testing.T) {
	known := builtIn(t).Notifications()
	text := func(o snmp.OID, s string) snmp.Variable { return snmp.Variable{OID: o, Value: textValue(s)} }
	number := func(o snmp.OID, n float64) snmp.Variable { return snmp.Variable{OID: o, Value: numberValue(n)} }
	for _, c := range []struct {
		in        snmp.Notification
		text      string
		health    fleet.Health
		inventory bool
	}{
		{snmp.Notification{OID: "1.3.6.1.4.1.6876.4.1.0.306", Variables: []snmp.Variable{number("1.3.6.1.4.1.6876.4.30.4.0", 6)}}, "disk alert", fleet.Critical, false},
		{snmp.Notification{OID: "1.3.6.1.4.1.6876.4.1.0.411"}, "power supply recovered", fleet.OK, false},
		{snmp.Notification{OID: "1.3.6.1.4.1.6876.0.301", Variables: []snmp.Variable{number("1.3.6.1.4.1.6876.4.20.3.1.3.9", 4), text("1.3.6.1.4.1.6876.4.20.3.1.4.9", "PS 2")}},
			"hardware event: PS 2", fleet.Critical, false},
		{snmp.Notification{OID: "1.3.6.1.4.1.3582.4.1.8.0.8216"}, "disk removed", fleet.Critical, true},
		{snmp.Notification{OID: "1.3.6.1.4.1.3582.4.1.6.0.9999"}, "message of a MegaRAID controller", fleet.Unknown, false},
		{snmp.Notification{OID: "1.3.6.1.4.1.24681.1.10.0.4"}, "error on the NAS", fleet.Critical, false},
		{snmp.Notification{OID: "1.3.6.1.4.1.50536.2.1.1", Variables: []snmp.Variable{number("1.3.6.1.4.1.50536.2.2.2", 3), text("1.3.6.1.4.1.50536.2.2.3", "Pool tank state is DEGRADED")}},
			"alert: Pool tank state is DEGRADED", fleet.Warning, false},
		{snmp.Notification{OID: "1.3.6.1.4.1.50536.2.1.2", Variables: []snmp.Variable{number("1.3.6.1.4.1.50536.2.2.2", 5)}}, "alert is over", fleet.OK, false},
		{snmp.Notification{OID: "1.3.6.1.2.1.47.2.0.1"}, "parts came or went", fleet.OK, true},
		{snmp.Notification{OID: "1.3.6.1.2.1.131.0.2"}, "a part went out of operation", fleet.Warning, false},
	} {
		m := known.Meaning(c.in)
		if m.Text != c.text || m.Health != c.health || m.Inventory != c.inventory {
			t.Errorf("%s: got %q %v, inventory %v; want %q %v, %v", c.in.OID, m.Text, m.Health, m.Inventory, c.text, c.health, c.inventory)
		}
	}
}
