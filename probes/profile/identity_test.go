package profile

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/probes/snmp"
)

// tally counts what a source is asked for.
type tally struct {
	Source
	objects int
}

func (c *tally) Get(ctx context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	vars, err := c.Source.Get(ctx, oids)
	c.objects += len(vars)
	return vars, err
}

func (c *tally) Columns(ctx context.Context, columns []snmp.OID) ([]snmp.Variable, error) {
	vars, err := c.Source.Columns(ctx, columns)
	c.objects += len(vars)
	return vars, err
}

// TestIdentityIsThatOfAWholeRead: the few objects must tell the same as all of
// them, for every recording there is.
func TestIdentityIsThatOfAWholeRead(t *testing.T) {
	lib, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.snmprec")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	named, few, many := 0, 0, 0
	for _, f := range files {
		rec := recording(t, strings.TrimSuffix(filepath.Base(f), ".snmprec"))
		match, err := lib.Match(t.Context(), rec)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		all, some := &tally{Source: rec}, &tally{Source: rec}
		vars, _, err := match.ReadInventory(t.Context(), all)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		want := match.Decode(vars, at, match.Role()).Device
		got, err := match.Identity(t.Context(), some, at)
		if err != nil {
			t.Errorf("%s: %v", f, err)
		}
		if got.Vendor != want.Vendor || got.Model != want.Model || got.Serial != want.Serial {
			t.Errorf("%s: got %+v, want %+v", f, got, want)
		}
		if want.Serial != "" && got.Serial == want.Serial {
			named++
		}
		few, many = few+some.objects, many+all.objects
	}
	if named < 10 {
		t.Errorf("got the serial number of %d devices, want those of most recordings", named)
	}
	if few*4 > many {
		t.Errorf("it read %d objects where a whole read takes %d; want far fewer", few, many)
	}
}
