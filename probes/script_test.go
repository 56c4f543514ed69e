package probes_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/snmpdtest"
	"ironage/probes"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// TestScriptsOfARealAgent reads SMART through extend lines of a real snmpd, in
// each form that the script has printed over the years, from a script that is
// slower than an ordinary answer may be, and without running any other script.
func TestScriptsOfARealAgent(t *testing.T) {
	var disks []string
	for i := range 60 {
		disks = append(disks, fmt.Sprintf(`"sd%02d":{"5":0,"9":"%d","197":0,"194":"31","health_pass":1,"serial":"TESTSN%04d","selftest_log":"%s"}`, i, 1000+i, i, strings.Repeat("# 1 Extended ", 40)))
	}
	long := `{"version":1,"error":0,"errorString":"","data":{"disks":{` + strings.Join(disks, ",\n") + "}}}\n"
	for name, c := range map[string]struct {
		output string
		disks  int
		want   fleet.Health
	}{
		"JSON":         {long, 60, fleet.OK},
		"packed":       {zipped(t, long), 60, fleet.OK},
		"comma format": {"sda,0,0,null,null,0,0,0,0,30,31,null,0,0,0,null,null,5,1,0,0,6,0,0,0,50000\nsdb,9,0,null,null,0,0,0,0,30,31,null,4,0,0,null,null,5,1,0,0,6,0,0,0,60000\n", 2, fleet.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, marker := filepath.Join(dir, "smart"), filepath.Join(dir, "ran")
			if err := os.WriteFile(file, []byte(c.output), 0o600); err != nil {
				t.Fatal(err)
			}
			d := snmpdtest.Start(t, snmpdtest.Config{Lines: []string{
				fmt.Sprintf("extend smart /bin/sh -c 'sleep 1; cat %s'", file),
				fmt.Sprintf("extend other /bin/sh -c 'echo ran > %s'", marker),
			}})
			lib, err := profile.BuiltIn()
			if err != nil {
				t.Fatal(err)
			}
			p := probes.New(lib, nil, time.Now)
			target := probes.Target{Server: "srv01", Endpoint: fleet.Endpoint{Address: d.Addr, Role: fleet.OS}, Credential: d.Credential(),
				Options: snmp.Options{Timeout: 700 * time.Millisecond, Retries: 2}}
			obs := p.Read(t.Context(), target, fleet.Inventory)
			var got []fleet.Component
			for _, k := range obs.Components {
				if k.Profile == fleet.ProfileOf("smart-script") {
					got = append(got, k)
				}
			}
			if len(got) != c.disks || got[0].Health != c.want || got[0].PowerOnHours == nil {
				t.Fatalf("got %d disks of %d components (%v, %v), want %d that are %v", len(got), len(obs.Components), obs.SNMPNote, obs.Errors, c.disks, c.want)
			}
			if _, err := os.Stat(marker); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a script that nobody asked for was run (%v)", err)
			}
			if again := p.Read(t.Context(), target, fleet.Status); len(again.Components) != len(obs.Components) {
				t.Errorf("the next read: got %d components (%v), want %d", len(again.Components), again.Errors, len(obs.Components))
			}
		})
	}
}
