package probes_test

import (
	"os"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/profile"
)

// TestOldControllers reads hand-made controllers through agents that behave as
// those firmwares do: without GetBulk or by version 1 only.
func TestOldControllers(t *testing.T) {
	for _, c := range []struct {
		name, recording string
		behaviour       agent.Behaviour
		version         string
		components      int
	}{
		{"a Supermicro BMC that answers GetBulk with an error", "supermicro-x11", agent.Behaviour{BulkErr: true}, "2c", 36},
		{"a Supermicro BMC that does not answer GetBulk", "supermicro-x10", agent.Behaviour{DropBulk: true}, "2c", 20},
		{"an IMM that knows version 1 only", "imm1-faults", agent.Behaviour{}, "1", 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, err := os.Open("profile/testdata/" + c.recording + ".snmprec")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = file.Close() }() // it was only read
			rec, err := profile.ReadRecording(file)
			if err != nil {
				t.Fatal(err)
			}
			f := newFixture(t, nil)
			f.tree.Replace(rec.Variables())
			f.agent.Behave(c.behaviour)
			f.target.NoPing, f.target.Credential.Version = true, c.version
			for _, r := range []fleet.Rhythm{fleet.Inventory, fleet.Status} {
				o := f.read(r)
				if len(o.Errors) > 0 || len(o.Components) != c.components {
					t.Errorf("%v: got %d components and %v, want %d", r, len(o.Components), o.Errors, c.components)
				}
			}
		})
	}
}
