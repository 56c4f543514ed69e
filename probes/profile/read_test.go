package profile

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// agent is a Source that misbehaves on demand.
type agent struct {
	*Recording
	fail   map[snmp.OID]error // tables (by a column) that fail after half their rows
	lost   map[snmp.OID]bool  // objects that do not answer a Get
	dead   bool
	asked  int
	tables int
}

func (a *agent) Get(ctx context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	a.asked += len(oids)
	if a.dead {
		return nil, snmp.ErrTimeout
	}
	out, err := a.Recording.Get(ctx, oids)
	for i := range out {
		if a.lost[out[i].OID] {
			out[i].Value = snmp.Value{}
			err = &snmp.Incomplete{Lost: []snmp.OID{out[i].OID}, Cause: errors.New("genErr")}
		}
	}
	return out, err
}

func (a *agent) Columns(ctx context.Context, columns []snmp.OID) ([]snmp.Variable, error) {
	a.tables++
	out, err := a.Recording.Columns(ctx, columns)
	for _, col := range columns {
		if why := a.fail[col]; why != nil {
			return out[:len(out)/2], why
		}
	}
	return out, err
}

const dellDiskStatus snmp.OID = "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24"

func inventory(t *testing.T, src Source) (Match, *Vars, Reading, []fleet.ReadError) {
	t.Helper()
	ctx := context.Background()
	m, err := builtIn(t).Match(ctx, src)
	if err != nil {
		t.Fatal(err)
	}
	v, errs, err := m.ReadInventory(ctx, src)
	if err != nil {
		t.Fatal(err)
	}
	return m, v, m.Decode(v, testTime, fleet.BMC), errs
}

func TestTableNotReadWhole(t *testing.T) {
	src := &agent{Recording: recording(t, "idrac-faults"), fail: map[snmp.OID]error{dellDiskStatus: errors.New("the walk went in a circle")}}
	_, _, r, errs := inventory(t, src)
	if len(errs) != 1 || !slices.Equal(errs[0].Kinds, []fleet.Kind{fleet.Disk}) || !strings.Contains(errs[0].Text, "circle") {
		t.Fatalf("errors: got %+v, want one about disks", errs)
	}
	obs := fleet.Observation{SNMP: fleet.Answered, Errors: errs}
	if obs.Complete(fleet.Disk) || !obs.Complete(fleet.Memory) {
		t.Error("the read must be incomplete for disks and complete for memory")
	}
	if slices.Contains(r.NotReported, fleet.Disk) {
		t.Error("disks count as not reported, although their table was not read whole")
	}
	for _, c := range r.Components {
		if c.Kind == fleet.Disk && c.Health == fleet.OK && c.Native.OID() == "" {
			t.Errorf("%s is ok without any evidence", c.Name)
		}
	}
}

func TestAgentGoesAwayDuringInventory(t *testing.T) {
	src := &agent{Recording: recording(t, "idrac-faults"), fail: map[snmp.OID]error{dellDiskStatus: snmp.ErrTimeout}}
	m, err := builtIn(t).Match(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	src.lost = map[snmp.OID]bool{sysObjectID: true} // does not even answer who it is
	_, errs, err := m.ReadInventory(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	if src.tables > 1+len(m.needs().tables)/2 || len(errs) < len(m.needs().tables)/2 {
		t.Errorf("got %d tables asked and %d errors, want the rest left alone and named", src.tables, len(errs))
	}
}

func TestStatusRead(t *testing.T) {
	rec := recording(t, "idrac-faults")
	src := &agent{Recording: rec}
	m, v, first, _ := inventory(t, src)
	ctx := context.Background()
	status := func(src Source) (bool, Reading, []fleet.ReadError) {
		t.Helper()
		whole, errs, err := m.ReadStatus(ctx, src, v, &first.Plan, nil)
		if err != nil {
			t.Fatal(err)
		}
		return whole, m.Decode(v, testTime, fleet.BMC), errs
	}
	src.asked, src.tables = 0, 0
	whole, second, _ := status(src)
	if !whole || !reflect.DeepEqual(second, first) {
		t.Error("a status read of an unchanged device must say the same")
	}
	if src.tables != 0 || src.asked >= len(rec.vars) || src.asked == 0 {
		t.Errorf("asked %d objects and %d tables of %d, want only the live ones", src.asked, src.tables, len(rec.vars))
	}

	changed := slices.Clone(rec.vars)
	for i := range changed {
		if changed[i].OID == dellDiskStatus.Append("2") {
			changed[i].Value.Num = 5
		}
	}
	whole, third, _ := status(&agent{Recording: NewRecording(changed)})
	if !whole || healthOf(third, "2") != fleet.Critical || healthOf(first, "2") != fleet.Warning {
		t.Errorf("disk 2: got %v after %v, want critical after warning", healthOf(third, "2"), healthOf(first, "2"))
	}

	whole, fourth, errs := status(&agent{Recording: rec, lost: map[snmp.OID]bool{dellDiskStatus.Append("2"): true}})
	if !whole || len(errs) != 1 || !slices.Equal(errs[0].Kinds, []fleet.Kind{fleet.Disk}) {
		t.Errorf("an object that breaks the agent: got whole %v, %+v, want an error about disks", whole, errs)
	}
	if got := healthOf(fourth, "2"); got == fleet.Critical {
		t.Errorf("disk 2 still has its old health %v", got)
	}

	if whole, _, _ := status(&agent{Recording: NewRecording(slices.DeleteFunc(slices.Clone(rec.vars), func(x snmp.Variable) bool {
		return x.OID == dellDiskStatus.Append("2") // had none: the object before was lost
	}))}); !whole {
		t.Error("an object that had no value before, and still has none, is no change")
	}

	gone := slices.DeleteFunc(slices.Clone(rec.vars), func(x snmp.Variable) bool {
		return strings.HasPrefix(string(x.OID), "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.") && strings.HasSuffix(string(x.OID), ".2")
	})
	if whole, _, _ := status(&agent{Recording: NewRecording(gone)}); whole {
		t.Error("a pulled disk must demand an inventory")
	}
	other := slices.Clone(rec.vars)
	for i := range other {
		if other[i].OID == sysObjectID {
			other[i].Value.Octets = []byte("1.3.6.1.4.1.232.9.4.11")
		}
	}
	kept := m.Decode(v, testTime, fleet.BMC)
	if _, _, err := m.ReadStatus(ctx, &agent{Recording: NewRecording(other)}, v, &first.Plan, nil); !errors.Is(err, ErrAnother) {
		t.Errorf("another device at the address: got %v", err)
	}
	if !reflect.DeepEqual(m.Decode(v, testTime, fleet.BMC), kept) {
		t.Error("something was taken from another device")
	}
}

func healthOf(r Reading, index string) fleet.Health {
	for _, c := range r.Components {
		if c.Kind == fleet.Disk && c.Index == index {
			return c.Health
		}
	}
	return fleet.Absent
}

// TestOrderDoesNotMatter: agents answer in any order.
func TestOrderDoesNotMatter(t *testing.T) {
	for _, name := range []string{"idrac-faults", "ilo-faults"} {
		rec := recording(t, name)
		m, v, want, _ := inventory(t, rec)
		shuffled := NewVars()
		shuffled.Taken = v.Taken
		vars := rec.Variables()
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(vars), func(i, j int) { vars[i], vars[j] = vars[j], vars[i] })
		need := m.needs()
		for _, tb := range need.tables {
			shuffled.columns(tb.entry, tb.columns, vars)
		}
		for _, c := range need.scalars {
			for _, x := range vars {
				if x.OID == c.oid() {
					shuffled.set(c, x.Value)
				}
			}
		}
		if got := m.Decode(shuffled, testTime, fleet.BMC); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: another order of variables gives another reading", name)
		}
	}
}

// TestMissingColumns takes away one column after the other: nothing may panic,
// turn healthy for want of evidence, or make other rows vanish.
func TestMissingColumns(t *testing.T) {
	for _, name := range []string{"idrac-faults", "ilo-faults", "xcc-faults", "imm1-faults", "imm2-faults", "supermicro-x11", "sd5-faults"} {
		rec := recording(t, name)
		m, _, full, _ := inventory(t, rec)
		for _, tb := range m.needs().tables {
			for _, col := range tb.columns {
				vars := slices.DeleteFunc(rec.Variables(), func(x snmp.Variable) bool { return x.OID.Under(col) })
				_, _, got, _ := inventory(t, NewRecording(vars))
				if len(got.Errors) > 0 {
					t.Fatalf("%s without %s: %v", name, col, got.Errors)
				}
				for _, c := range got.Components {
					if c.Health == fleet.OK && c.Native.OID() == "" {
						t.Errorf("%s without %s: %s is ok without evidence", name, col, c.Key())
					}
				}
				if len(got.Components) < len(full.Components)-8 {
					t.Errorf("%s without %s: %d components of %d are left", name, col, len(got.Components), len(full.Components))
				}
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct{ name, recording, want string }{
		{"iDRAC with an empty sysDescr", "1.3.6.1.2.1.1.1.0|4|\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.674.10892.5\n", "dell-idrac"},
		{"iLO", "1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.232.9.4.10\n", "hpe-ilo"},
		{"Linux", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n", "net-snmp"},
		{"Linux with Insight agents", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.232.2.2.4.2.0|4|\n", "net-snmp,hpe-insight"},
		{"a Supermicro X10 BMC is no Linux host", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.21317.1.5.1.0|2|1\n1.3.6.1.4.1.2021.4.5.0|2|76000\n", "supermicro-bmc"},
		{"a Supermicro X11 BMC", "1.3.6.1.2.1.1.1.0|4|Linux (none) 3.18.0 #1 armv6l\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.21317\n", "supermicro-bmc"},
		{"an unknown BMC on ARM is no Linux host", "1.3.6.1.2.1.1.1.0|4|Linux (none) 2.6.28.9 #1 armv5tejl\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n", ""},
		{"an ATEN switch is no BMC", "1.3.6.1.2.1.1.1.0|4|CN8000 KVM\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.21317.2\n", ""},
		{"Linux with SuperDoctor", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.10876.2.1.1.1.1.2.1|4|CPU Temp\n", "supermicro-sd5,net-snmp"},
		{"a Supermicro switch has no SuperDoctor", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.10876.101.1\n", ""},
		{"XCC", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.19046.11.1\n1.3.6.1.4.1.2021.4.5.0|2|475000\n", "lenovo-xcc"},
		{"XCC behind the object id of Net-SNMP", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.19046.11.1.1.4.1.0|2|255\n", "lenovo-xcc"},
		{"XCC without its scalars", "1.3.6.1.4.1.19046.11.1.1.1.2.1.2.1|4|Ambient Temp\n", "lenovo-xcc"},
		{"IMM2", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2.3.51.3\n", "ibm-imm"},
		{"a first-generation IMM is no Linux host", "1.3.6.1.2.1.1.1.0|4|Linux imm 2.6.16.46-358 #2 mips\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.2.3.51.3.1.5.2.1.5.0|4|System x3650 M2\n1.3.6.1.4.1.2021.4.5.0|2|64000\n", "ibm-imm"},
		{"a BladeCenter AMM is no IMM", "1.3.6.1.2.1.1.1.0|4|BladeCenter Advanced Management Module\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2.6.158.5\n", ""},
		{"ILOM", "1.3.6.1.2.1.1.1.0|4|SPARC T5-2, ILOM v3.2.4.1, r90000\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.42.2.200.2.1.1\n", "oracle-ilom"},
		{"ILOM without an object id", "1.3.6.1.2.1.1.1.0|4|SUN FIRE X4170 M2, ILOM v3.0.9.18.a, r58740\n", "oracle-ilom"},
		{"an iDRAC that answers UCD objects", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.674.10892.5\n1.3.6.1.4.1.2021.4.5.0|2|512\n", "dell-idrac"},
		{"iRMC", "1.3.6.1.2.1.1.1.0|4|Primergy iRMC S4 Mon Oct 31 12:36:04 CET 2016\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.231.1.28.1\n1.3.6.1.4.1.231.2.10.2.2.10.8.1.0|2|1\n", "fujitsu-irmc"},
		{"an iRMC is no Linux host", "1.3.6.1.2.1.1.1.0|4|FUJITSU Out-of-band SNMP Agent for iRMC\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.231.2.10.2.2.10.2.3.1.5.1|4|PRIMERGY RX2530 M5\n1.3.6.1.4.1.2021.4.5.0|2|480000\n", "fujitsu-irmc"},
		{"Linux with ServerView RAID", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.231.2.49.1.3.4.0|2|1\n", "net-snmp,fujitsu-serverview"},
		{"a Siemens switch", "1.3.6.1.2.1.1.1.0|4|Siemens HiPath 3000\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.231.7.2.9\n", ""},
		{"iBMC with a leading dot and no roll-up", "1.3.6.1.2.1.1.1.0|4|Hardware management system\n1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.2011.2.235\n1.3.6.1.4.1.2021.4.5.0|2|480000\n", "huawei-ibmc"},
		{"xFusion iBMC behind the object id of Net-SNMP", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.58132.2.235.1.1.1.1.0|2|1\n1.3.6.1.4.1.2021.4.5.0|2|480000\n", "huawei-ibmc"},
		{"a Huawei switch is no iBMC", "1.3.6.1.2.1.1.1.0|4|S5735 Huawei Versatile Routing Platform\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.23.764\n", ""},
		{"HMM", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.82.1\n1.3.6.1.4.1.2011.2.82.1.82.1.1.0|2|0\n", "huawei-hmm"},
		{"CIMC by its words", "1.3.6.1.2.1.1.1.0|4|Cisco Integrated Management Controller(Cisco IMC) [UCS C225 M8], Firmware Version 4.3\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.2820\n", "cisco-cimc"},
		{"CIMC by its board", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.9999\n1.3.6.1.4.1.9.9.719.1.9.6.1.6.1|4|UCSC-C220-M7S\n", "cisco-cimc"},
		{"UCS Manager", "1.3.6.1.2.1.1.1.0|4|Cisco NX-OS(tm) ucs, Software (ucs-6100-k9-system), Version 5.2\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.12.3.1.3.1062\n1.3.6.1.4.1.9.9.719.1.9.6.1.6.1|4|board\n", "cisco-ucs-manager"},
		{"a Nexus switch is no UCS", "1.3.6.1.2.1.1.1.0|4|Cisco NX-OS(tm) n9000, Software (n9000-dk9), Version 7.0\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.12.3.1.3.1812\n", ""},
		{"an Inspur BMC is no Linux host", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.4.1.37945.2.1.2.4.1.1.2.1.4.67.80.85.48|4|CPU0\n1.3.6.1.4.1.2021.4.5.0|2|480000\n", "inspur"},
		{"something else", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec, err := ReadRecording(strings.NewReader(c.recording))
			if err != nil {
				t.Fatal(err)
			}
			m, err := builtIn(t).Match(context.Background(), rec)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(m.Names(), ","); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestPanicCostsOneProfile: a bug in decoding is an error of that read.
func TestPanicCostsOneProfile(t *testing.T) {
	l := builtIn(t)
	broken := *l.Find("dell-idrac")
	rule := *broken.Components[0]
	rule.Health = []*HealthSource{nil}
	broken.Components = append([]*Rule{&rule}, broken.Components...)
	_, v, _, _ := inventory(t, recording(t, "idrac-faults"))
	var r Reading
	func() {
		defer func() {
			if x := recover(); x != nil {
				t.Fatalf("the panic came through: %v", x)
			}
		}()
		r = Match{Profiles: []*Profile{&broken}}.Decode(v, testTime, fleet.BMC)
	}()
	if len(r.Errors) != 1 {
		t.Errorf("errors: got %+v, want one", r.Errors)
	}
}
