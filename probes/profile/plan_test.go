package profile

import (
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// TestRowsThatMove: a volume or a file system that was made or deleted moves the
// others to rows that were there before. All objects that a status read asks for
// still answer then, about other things.
func TestRowsThatMove(t *testing.T) {
	volumes := livingOf(NewRecording(Encode(builtIn(t).Find("dell-idrac"), Hardware{Components: []fleet.Component{
		{Kind: fleet.RAIDVolume, Name: "Disk.Virtual.0:RAID.Integrated.1-1", Health: fleet.OK},
		{Kind: fleet.RAIDVolume, Name: "Disk.Virtual.1:RAID.Integrated.1-1", Health: fleet.OK}}})))
	host, err := ReadRecording(strings.NewReader("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n" +
		hrRow(31, "4", "/", 4096, 1000, 100) + "\n" + hrRow(36, "4", "/data", 4096, 5000, 10)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		src   *living
		texts snmp.OID
		rows  [2]string
	}{
		{"volumes", volumes, "1.3.6.1.4.1.674.10892.5.5.1.20.140.1.1.35", [2]string{"1", "2"}},
		{"file systems", livingOf(host), "1.3.6.1.2.1.25.2.3.1.3", [2]string{"31", "36"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, v, r, _ := inventory(t, c.src)
			first, second := c.texts.Append(c.rows[0]), c.texts.Append(c.rows[1])
			if string(c.src.vars[first].Octets) == string(c.src.vars[second].Octets) {
				t.Fatalf("%s and %s hold the same: %+v", first, second, c.src.vars[first])
			}
			if len(r.Plan.tells) != 1 {
				t.Errorf("got %d texts that are asked for again, want one a table", len(r.Plan.tells))
			}
			for _, want := range []bool{true, false} {
				if whole, _, err := m.ReadStatus(t.Context(), c.src, v, &r.Plan, nil); whole != want || err != nil {
					t.Errorf("got whole: %v (%v), want %v", whole, err, want)
				}
				c.src.vars[first], c.src.vars[second] = c.src.vars[second], c.src.vars[first]
			}
		})
	}
}
