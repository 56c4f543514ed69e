package store

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ironage/internal/fleet"
)

func TestDocumentIsBounded(t *testing.T) {
	long := strings.Repeat("ế\x00", 100_000)
	blown := fleet.State{Server: "a", Device: fleet.Device{Model: long}}
	for range 6000 {
		blown.Components = append(blown.Components, fleet.Component{Kind: fleet.Disk, Slot: "Bay", Name: strings.Repeat("x", 700),
			Verdicts: make([]fleet.Verdict, 5)})
	}
	doc, err := document(&blown)
	if err != nil || len(doc) > 4*maxPlain || !utf8.ValidString(doc) {
		t.Fatalf("got %d bytes, %v, want at most %d", len(doc), err, 4*maxPlain)
	}
	var got fleet.State
	var u unpacker
	if err := u.into([]byte(doc), &got); err != nil || got.Server != "a" || len(got.Components) == 0 {
		t.Errorf("got %v and %d components, want a state that can be read", err, len(got.Components))
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"short", 5, "short"}, {"longer", 5, "lo…"}, {"ếếếế", 8, "ế…"}} {
		if got := cut(c.in, c.n); got != c.want || len(got) > c.n {
			t.Errorf("%q to %d bytes: got %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
