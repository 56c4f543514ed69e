package config

import (
	"strings"
	"testing"
)

func TestRacksThemselves(t *testing.T) {
	c, err := Parse("ironage.yaml", []byte(`
credentials: {c: {snmp: 2c, community: "env:C"}}
defaults: {credential: c, site: hanoi, room: dc1}
racks:
  - {name: A01, height: 24, row: A, order: 2}
  - {name: A01, room: dc2}
servers:
  - {name: low, bmc: 192.0.2.1, rack: A01, position: 24}
  - {name: high, bmc: 192.0.2.2, rack: A01, position: 25, height: 2}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Racks) != 2 || c.Racks[0].Room != "dc1" || c.Racks[0].Height != 24 || c.Racks[0].Row != "A" || c.Racks[0].Order != 2 || c.Racks[1].Room != "dc2" {
		t.Errorf("got racks %+v", c.Racks)
	}
	if got := strings.ReplaceAll(c.Warnings.Error(), "\"", ""); !strings.Contains(got, `ironage.yaml:9:`) || !strings.Contains(got, "server high reaches unit 26 of rack A01, which has 24") || strings.Contains(got, "server low") {
		t.Errorf("got warnings %q", got)
	}
	var shown strings.Builder
	if err := c.Show(&shown, noEnv); err != nil || !strings.Contains(shown.String(), "height: 24") {
		t.Errorf("config show leaves the racks out (%v):\n%s", err, shown.String())
	}
}

func TestRackMistakes(t *testing.T) {
	for _, x := range [][2]string{
		{"racks:\n  - {height: 42}\n", "ironage.yaml:2:5: a rack without a name"},
		{"racks:\n  - {name: A, height: 0}\n", "ironage.yaml:2:23: height: "},
		{"racks:\n  - name: A\n    heigth: 40\n", "ironage.yaml:3:5: unknown key heigth in a rack"},
		{"racks:\n  - {name: A}\n  - {name: A}\n", "ironage.yaml:3:5: rack A of room"},
		{"racks: A\n", "expected a list of racks"},
	} {
		if got := mistakes(t, x[0]); !strings.Contains(strings.ReplaceAll(got, `"`, ""), x[1]) {
			t.Errorf("%q: got %q, want %q", x[0], got, x[1])
		}
	}
}
