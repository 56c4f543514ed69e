package profile

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// linux is a plain host whose agent has extend lines.
func linux(scripts map[string]string) *handmade {
	d := newDevice("1.3.6.1.4.1.8072.3.2.10", "Linux srv01 6.1.0-18-amd64 #1 SMP x86_64")
	for name, output := range scripts {
		d.scalar(extendStorage.Append(extendIndex(name)), 1)
		d.scalar(extendOutput.Append(extendIndex(name)), output)
	}
	return d
}

func packed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	flat := base64.StdEncoding.EncodeToString(b.Bytes())
	var lines []string
	for chunk := range slices.Chunk([]byte(flat), 76) {
		lines = append(lines, string(chunk))
	}
	return strings.Join(lines, "\n") + "\n"
}

const smartJSON = `{"version":1,"error":0,"errorString":"","data":{"useSN":0,"unhealthy":2,"disks":{
 "sda":{"5":"0","9":"63417","10":0,"184":"null","187":"0","194":"34","197":"0","198":null,"199":"3","231":"null","health_pass":1,
  "serial":"TEST0001","device_model":"ST4000NM0035","fw_version":"CC54","disk":"sda -d sat","exit":0,"read_failure":0,"unknown_failure":"0","rpm":"7200"},
 "sdb":{"5":12,"9":100,"194":41,"197":8,"198":8,"health_pass":1,"serial":"TEST0002","exit":0,"read_failure":1},
 "sdc":{"5":2000,"health_pass":0,"serial":"TEST0003","exit":2048},
 "sdd":{"health_pass":0,"exit":256,"disk":"sdd"},
 "nvme0":{"9":20000,"194":"48 (Min/Max 20/60)","231":-4,"health_pass":"1","serial":"TEST0005","model_number":"KXG60","rpm":"Solid State Device"}}}}`

func TestSMART(t *testing.T) {
	for form, output := range map[string]string{"plain": smartJSON, "packed": packed(t, smartJSON)} {
		t.Run(form, func(t *testing.T) {
			r := linux(map[string]string{"smart": output}).read(t, "smart-script", "net-snmp")
			parts(t, r, map[string]string{
				"disk/sda":   "ok (SMART passed)",
				"disk/sdb":   "warning (sectors that cannot be read)",
				"disk/sdc":   "critical (SMART failed)",
				"disk/sdd":   "unknown (SMART could not be read)",
				"disk/nvme0": "ok (SMART passed)",
			})
			sda := part(t, r, "disk/sda")
			if sda.Serial != "TEST0001" || sda.Model != "ST4000NM0035" || sda.Firmware != "CC54" || *sda.PowerOnHours != 63417 || *sda.Reading != 34 ||
				sda.Counters["crc_errors"] != 3 || sda.Attributes["media"] != "hdd" || sda.PredictiveFailure != fleet.No || sda.WearUsedPct != nil {
				t.Errorf("sda: got %+v", sda)
			}
			if _, said := sda.Counters["offline_uncorrectable"]; said {
				t.Errorf("sda: a missing attribute became a zero: %v", sda.Counters)
			}
			if want := string(extendOutput) + ".5.115.109.97.114.116"; sda.Native.OID() != want || sda.Native.Value() != "health_pass=1" {
				t.Errorf("evidence: got %s %q, want the script's output and the member", sda.Native.OID(), sda.Native.Value())
			}
			if b := part(t, r, "disk/sdb"); b.PredictiveFailure != fleet.Yes || b.Counters["pending"] != 8 {
				t.Errorf("sdb: got %+v, want a predicted failure", b)
			}
			if n := part(t, r, "disk/nvme0"); *n.WearUsedPct != 104 || *n.Reading != 48 || n.Attributes["media"] != "ssd" {
				t.Errorf("nvme0: got wear %v, reading %v, %v", n.WearUsedPct, n.Reading, n.Attributes)
			}
			if r.Plan.Len() != 0 || len(r.Plan.scripts) != 0 {
				t.Errorf("plan: got %v and %d scripts; smartctl must not run every minute", r.Plan.OIDs(), len(r.Plan.scripts))
			}
		})
	}
}

func TestSMARTOlderForm(t *testing.T) {
	r := linux(map[string]string{"smart": "sda,0,0,null,null,0,0,0,0,30,31,null,0,0,0,null,null,5,1,0,0,6,0,0,0,50000\n" +
		"WD-TEST00009,24,0,null,97,0,0,0,0,null,38,3,2,1,0,null,null,0,0,0,0,0,0,0,0,71000\nsmartctl: cannot open /dev/sdz\n"}).read(t, "smart-script", "net-snmp")
	parts(t, r, map[string]string{
		"disk/sda":          "unknown (the device publishes no status for it)",
		"disk/WD-TEST00009": "warning (sectors that cannot be read)",
	})
	if c := part(t, r, "disk/WD-TEST00009"); c.Serial != "WD-TEST00009" || *c.PowerOnHours != 71000 || *c.WearUsedPct != 3 || *c.Reading != 38 {
		t.Errorf("got %+v", c)
	}
}

func TestSMARTNamedBySerial(t *testing.T) {
	r := linux(map[string]string{"smart": `{"error":0,"data":{"useSN":1,"disks":{"TESTSN0001":{"health_pass":1,"serial":"TESTSN0001","disk":"/dev/sda -d megaraid,4"}}}}`}).
		read(t, "smart-script", "net-snmp")
	if c := part(t, r, "disk/sda -d megaraid,4"); c.Serial != "TESTSN0001" {
		t.Errorf("got %+v, want the place as the name", c)
	}
}

func TestPoolsAndArrays(t *testing.T) {
	r := linux(map[string]string{
		"zfs": `{"version":3,"error":0,"data":{"health":0,"pools":[{"name":"rpool","size":"1000","alloc":"10","free":"990","cap":"1","health":0},
			{"name":"tank","size":2000,"cap":99,"health":1},{"name":"dead","health":3},{"name":"old"}]}}`,
		"mdadm": `{"version":1,"error":0,"data":[
			{"name":"md0","level":"raid1","size":"500","disc_count":2,"device_list":["sda1","sdb1"],"state":"clean","action":"idle","degraded":0},
			{"name":"md1","level":"raid5","state":"active","action":"recover","degraded":1,"sync_completed":"37"},
			{"name":"md2","level":"raid6","state":"clean","action":"idle","degraded":"2"},
			{"name":"md3","level":"raid5","state":"clean","action":"idle","degraded":2},
			{"name":"md4","level":"raid0","state":"clean","action":"check","degraded":0},
			{"name":"md5","level":"raid10","state":"inactive","action":null,"degraded":0}]}`,
	}).read(t, "mdadm-script", "zfs-script", "net-snmp")
	parts(t, r, map[string]string{
		"raid-volume/rpool": "ok (online)", "raid-volume/tank": "warning (degraded)", "raid-volume/dead": "critical (faulted)",
		"raid-volume/old": "unknown (the device publishes no status for it)",
		"raid-volume/md0": "ok", "raid-volume/md1": "warning (degraded)", "raid-volume/md2": "warning (degraded)",
		"raid-volume/md3": "critical (too many members missing)", "raid-volume/md4": "ok", "raid-volume/md5": "critical (not running)",
	})
	if c := part(t, r, "raid-volume/md0"); c.Attributes["members"] != "sda1, sdb1" || *c.CapacityBytes != 500 {
		t.Errorf("md0: got %+v", c)
	}
	if len(r.Plan.scripts) != 2 {
		t.Errorf("plan: got %d scripts, want both at every status read", len(r.Plan.scripts))
	}
}

func TestIdentityScripts(t *testing.T) {
	r := linux(map[string]string{"hardware": "PowerEdge R740\n", "manufacturer": "Dell Inc.\n", "serial": "2019-06-01\n", "distro": "Debian GNU/Linux 12\nsecond line"}).
		read(t, "identity-scripts", "net-snmp")
	if want := (fleet.Device{Vendor: "Dell Inc.", Model: "PowerEdge R740", OS: "Debian GNU/Linux 12"}); r.Device != want {
		t.Errorf("got %+v, want %+v (a date is no serial number)", r.Device, want)
	}
}

// counting is a Source that notes what is asked.
type counting struct {
	*Recording
	got     []snmp.OID
	columns []snmp.OID
	slow    func(oid snmp.OID) error
}

func (c *counting) Get(ctx context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	c.got = append(c.got, oids...)
	return c.Recording.Get(ctx, oids)
}

func (c *counting) Columns(ctx context.Context, columns []snmp.OID) ([]snmp.Variable, error) {
	c.columns = append(c.columns, columns...)
	return c.Recording.Columns(ctx, columns)
}

func (c *counting) GetSlowly(ctx context.Context, oid snmp.OID, _ time.Duration) (snmp.Variable, error) {
	c.got = append(c.got, oid)
	if c.slow != nil {
		if err := c.slow(oid); err != nil {
			return snmp.Variable{}, err
		}
	}
	got, err := c.Recording.Get(ctx, []snmp.OID{oid})
	return got[0], err
}

// TestScriptsRunOnlyWhenWanted: names are listed without running anything, and
// of the outputs only the wanted ones are asked for.
func TestScriptsRunOnlyWhenWanted(t *testing.T) {
	d := linux(map[string]string{"smart": smartJSON, "reboot-all": "done", "backup": "x", "zfs": `{"error":0,"data":{"pools":[{"name":"tank","health":0}]}}`})
	src := &counting{Recording: NewRecording(d.vars)}
	ctx := context.Background()
	m, err := builtIn(t).Match(ctx, src)
	if err != nil {
		t.Fatal(err)
	}
	v, errs, err := m.ReadInventory(ctx, src)
	if err != nil || len(errs) > 0 {
		t.Fatal(err, errs)
	}
	var ran []string
	for _, o := range src.columns {
		if o.Under("1.3.6.1.4.1.8072.1.3.2") {
			t.Errorf("walked %s, at whose end outputs begin", o)
		}
	}
	for _, o := range src.got {
		if o.Under("1.3.6.1.4.1.8072.1.3.2.3") || o.Under("1.3.6.1.4.1.8072.1.3.2.4") {
			ran = append(ran, string(o[len(extendOutput)+1:]))
		}
	}
	if want := []string{extendIndex("smart"), extendIndex("zfs")}; !slices.Equal(slices.Sorted(slices.Values(ran)), slices.Sorted(slices.Values(want))) {
		t.Errorf("ran %v, want %v", ran, want)
	}
	r := m.Decode(v, testTime, fleet.OS)
	src.got, src.columns = nil, nil
	if whole, errs, err := m.ReadStatus(ctx, src, v, &r.Plan, nil); !whole || len(errs) > 0 || err != nil {
		t.Errorf("status: whole %v, %v, %v", whole, errs, err)
	}
	if slices.Contains(src.got, extendOutput.Append(extendIndex("smart"))) || !slices.Contains(src.got, extendOutput.Append(extendIndex("zfs"))) {
		t.Errorf("a status read asked for %v, want zfs and not smart", src.got)
	}
	if again := m.DecodeStatus(v, testTime, fleet.OS); len(again.Components) != len(r.Components) {
		t.Errorf("status: got %d components, want the %d of the inventory", len(again.Components), len(r.Components))
	}
}

// TestScriptFailures: what a script cannot say is an error of the read, its
// disks are not gone, and all else is read.
func TestScriptFailures(t *testing.T) {
	for name, c := range map[string]struct {
		output string
		slow   error
		want   string
	}{
		"the script says so": {output: `{"version":1,"error":3,"errorString":"smartctl\u0007 is missing","data":{}}`, want: "it says: smartctl is missing (error 3)"},
		"a message":          {output: "sudo: No such file or directory", want: "begins with"},
		"nothing":            {output: "", want: "empty"},
		"cut in the middle":  {output: smartJSON[:200], want: "broken JSON"},
		"packed and cut":     {output: packed(t, smartJSON)[:80], want: "its output"},
		"another version":    {output: `{"error":0,"data":[]}`, want: "data.disks"},
		"a bomb":             {output: packed(t, "{"+strings.Repeat(" ", maxScriptBytes)+"}"), want: "unpacks to more than"},
		"too deep":           {output: strings.Repeat("[", 5000), want: "levels"},
		"too many values":    {output: "[" + strings.Repeat("0,", maxScriptNodes+1) + "0]", want: "values"},
		"too slow":           {output: smartJSON, slow: snmp.ErrTimeout, want: "cron"},
	} {
		t.Run(name, func(t *testing.T) {
			d := linux(map[string]string{"smart": c.output}).scalar("1.3.6.1.4.1.2021.4.5.0", 1000)
			src := &counting{Recording: NewRecording(d.vars), slow: func(snmp.OID) error { return c.slow }}
			m, err := builtIn(t).Match(context.Background(), src)
			if err != nil {
				t.Fatal(err)
			}
			v, errs, err := m.ReadInventory(context.Background(), src)
			if err != nil || len(errs) != 1 || !strings.Contains(errs[0].Text, c.want) || !slices.Equal(errs[0].Kinds, []fleet.Kind{fleet.Disk}) {
				t.Fatalf("got %v (%v), want one error about disks with %q", errs, err, c.want)
			}
			r := m.Decode(v, testTime, fleet.OS)
			if slices.Contains(r.NotReported, fleet.Disk) || r.Totals.MemoryBytes == nil {
				t.Errorf("got not reported %v, memory %v; want doubt about disks, and everything else", r.NotReported, r.Totals.MemoryBytes)
			}
		})
	}
}

// TestScriptTurnedRound: what is printed for the simulator is what is parsed.
func TestScriptTurnedRound(t *testing.T) {
	for _, s := range []*Script{{Extend: "a", Rows: "data.disks"}, {Extend: "b", Rows: "data", Key: "name"}, {Extend: "c"}} {
		in := map[string]map[string]string{"sda": {"5": "0", "serial": `X"1`}, "sdb": {"5": "7"}}
		if s.plain() {
			in = map[string]map[string]string{"1": {"text": "hello"}}
		}
		rows, err := s.parse([]byte(s.print(in)))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]map[string]string{}
		for _, row := range rows {
			if s.Key != "" {
				delete(row.members, s.Key)
			}
			got[row.key] = row.members
		}
		if !reflect.DeepEqual(got, in) {
			t.Errorf("%s: got %v, want %v", s.Extend, got, in)
		}
	}
}

// FuzzScript feeds hostile outputs to the reader of scripts. It must end, and
// keep no more than its bounds say.
func FuzzScript(f *testing.F) {
	f.Add(smartJSON)
	f.Add(packed(f, smartJSON))
	f.Add("H4sI")
	f.Add("H4sIAAAAAAAAA6tWSi0qyi9SsjLQUUpJLElUsqqOrQUAd0ZbPhcAAAA=")
	f.Add("sda,1,2,null\nsdb,,,\n,,,\n")
	f.Add(`[{"name":"a"},{"name":["b",["c"]]},{"name":null},7]`)
	f.Add(`{"error":"x","errorString":["a"]}`)
	f.Add(`{"data":{"disks":{"":{"5":1e999}}}}` + "\x00")
	scripts := []*Script{{Extend: "s", Rows: "data.disks", Lines: []string{"name", "5", "9"}}, {Extend: "m", Rows: "data", Key: "name"}, {Extend: "r", Key: "name", Rows: "."}, {Extend: "t"}}
	f.Fuzz(func(t *testing.T, output string) {
		for _, s := range scripts {
			rows, err := s.parse([]byte(output))
			if err != nil && len(rows) > 0 {
				t.Fatalf("%s: rows with an error: %v", s.Extend, err)
			}
			if len(rows) > maxScriptRows {
				t.Fatalf("%s: %d rows", s.Extend, len(rows))
			}
			for _, row := range rows {
				if row.key == "" || len(row.key) > maxScriptKey {
					t.Fatalf("%s: key %q", s.Extend, row.key)
				}
				for name, text := range row.members {
					if len(text) > maxText {
						t.Fatalf("%s: member %q has %d bytes", s.Extend, name, len(text))
					}
				}
			}
		}
	})
}

// TestTwins: a disk that its controller lists and a script examines is one.
func TestTwins(t *testing.T) {
	d := linux(map[string]string{"smart": `{"error":0,"data":{"disks":{"megaraid4":{"health_pass":1,"serial":"testsn01","9":"500","197":1,"5":3},"sdx":{"health_pass":1,"serial":"OTHER001"}}}}`})
	const lsi = snmp.OID("1.3.6.1.4.1.3582.4.1")
	d.row(lsi+".4.1.2.1", "0", cells{1: 0, 24: 0, 23: 0, 20: 0, 19: 0, 42: 0})
	d.row(lsi+".4.2.1.2.1", "0", cells{2: 9, 4: 0, 7: 0, 9: 0, 10: 24, 15: 1000, 18: 252, 20: 4, 22: 0, 37: "TESTSN01"})
	r := d.read(t, "lsi-megaraid", "smart-script", "net-snmp")
	parts(t, r, map[string]string{"raid-controller/Adapter 0": "ok (no failed disk)",
		"disk/c0 e252:s4": "warning (sectors that cannot be read)", "disk/sdx": "ok (SMART passed)"})
	c := part(t, r, "disk/c0 e252:s4")
	if *c.PowerOnHours != 500 || *c.CapacityBytes != 1000<<20 || c.Counters["pending"] != 1 || c.Counters["media_errors"] != 0 || len(c.Verdicts) < 3 {
		t.Errorf("got %+v, want both agents' facts", c)
	}
	if fmt.Sprint(c.Place, c.Group) != "Slot 4Adapter 0" {
		t.Errorf("place: got %q in %q", c.Place, c.Group)
	}
}
