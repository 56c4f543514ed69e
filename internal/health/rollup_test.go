package health

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

func part(k fleet.Kind, slot string, h fleet.Health) fleet.Component {
	return fleet.Component{Kind: k, Slot: slot, Name: slot, Health: h, Role: fleet.BMC}
}

func parts(k fleet.Kind, hs ...fleet.Health) []fleet.Component {
	var out []fleet.Component
	for i, h := range hs {
		out = append(out, part(k, fmt.Sprint(i+1), h))
	}
	return out
}

func osPart(slot string, h fleet.Health) fleet.Component {
	c := part(fleet.Disk, slot, h)
	c.Role = fleet.OS
	return c
}

func own(h fleet.Health) *fleet.Verdict { return &fleet.Verdict{Health: h} }

func TestRollUp(t *testing.T) {
	for _, tc := range []struct {
		name string
		cs   []fleet.Component
		own  *fleet.Verdict
		want fleet.Health
	}{
		{"nothing at all", nil, nil, u},
		{"only empty slots", parts(fleet.Memory, a, a), nil, u},
		{"all ok", parts(fleet.Disk, o, o, a), nil, o},
		{"one power supply of two", parts(fleet.PSU, c, o), nil, w},
		{"both power supplies", parts(fleet.PSU, c, c), nil, c},
		{"the only power supply", parts(fleet.PSU, c), nil, c},
		{"an empty bay is no reserve", parts(fleet.PSU, c, a), nil, c},
		{"two of four", parts(fleet.PSU, c, c, o, o), nil, w},
		{"three of four", parts(fleet.PSU, c, c, c, o), nil, c},
		{"failed, the other unknown", parts(fleet.PSU, c, u), nil, c},
		{"one fan of four", parts(fleet.Fan, o, c, o, o), nil, w},
		{"two fans of four", parts(fleet.Fan, c, c, o, o), nil, c},
		{"one fan failed, another weak", parts(fleet.Fan, c, w, o, o), nil, c},
		{"a failed disk stays critical", append(parts(fleet.Disk, c, o, o), part(fleet.RAIDVolume, "1", w)), nil, c},
		{"unknown disk", parts(fleet.Disk, u, o), nil, u},
		{"unknown does not outrank a warning", parts(fleet.Disk, u, w), nil, w},
		{"unknown sensor among ok", append(parts(fleet.Disk, o), part(fleet.Temperature, "inlet", u)), nil, o},
		{"a disk that only the operating system shows", append(parts(fleet.Disk, o), osPart("sda", u)), nil, o},
		{"no controller, and the operating system does not tell", []fleet.Component{osPart("sda", u)}, nil, u},
		{"only unknown sensors", parts(fleet.Temperature, u, u), nil, u},
		{"device says critical, parts read ok", parts(fleet.Disk, o), own(c), c},
		{"device says critical because of a covered supply", parts(fleet.PSU, c, o), own(c), w},
		{"device says ok, a part failed", parts(fleet.Disk, c), own(o), c},
		{"device says ok and shows nothing else", nil, own(o), o},
		{"device says unknown", nil, own(u), u},
	} {
		if got := RollUp(tc.cs, tc.own); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

var anyParts = rapid.Custom(func(t *rapid.T) []fleet.Component {
	kinds := []fleet.Kind{fleet.Disk, fleet.PSU, fleet.Fan, fleet.Memory, fleet.RAIDVolume, fleet.Temperature, fleet.NIC, fleet.Chassis}
	n := rapid.IntRange(0, 12).Draw(t, "n")
	out := make([]fleet.Component, n)
	for i := range out {
		out[i] = part(rapid.SampledFrom(kinds).Draw(t, "kind"), fmt.Sprint(i), anyHealth.Draw(t, "health"))
	}
	return out
})

// Making a fitted part worse never makes the server better. The device's own
// overall status is left out: a redundant part that fails may explain it.
func TestRollUpIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cs := anyParts.Draw(t, "parts")
		if len(cs) == 0 {
			return
		}
		i := rapid.IntRange(0, len(cs)-1).Draw(t, "which")
		worse := anyHealth.Draw(t, "worse")
		if cs[i].Health == a || worse == a || !worse.Worse(cs[i].Health) || worse == u && !weighsUnknown(&cs[i], true) {
			return
		}
		before := RollUp(cs, nil)
		was := cs[i].Health
		cs[i].Health = worse
		if after := RollUp(cs, nil); before.Worse(after) {
			t.Fatalf("%s %s → %s made the server %s → %s: %+v", cs[i].Kind, was, worse, before, after, cs)
		}
	})
}

func TestRollUpProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cs := anyParts.Draw(t, "parts")
		got := RollUp(cs, nil)
		worst, weighty := a, false
		for i := range cs {
			if cs[i].Health != a && cs[i].Health.Worse(worst) {
				worst = cs[i].Health
			}
			weighty = weighty || cs[i].Health == u && weighsUnknown(&cs[i], true)
		}
		switch {
		case got == a:
			t.Fatal("a server is never absent")
		case got.Worse(fleet.Worst(worst, u)):
			t.Fatalf("got %s although the worst part is %s", got, worst)
		case got == o && weighty:
			t.Fatalf("ok with a part of unknown health: %+v", cs)
		case got == o && (worst == w || worst == c):
			t.Fatalf("ok although a part is %s: %+v", worst, cs)
		case worst == w && got != w, worst == c && got != w && got != c:
			t.Fatalf("worst part %s, server %s", worst, got)
		}
		// Empty slots change nothing.
		if with := RollUp(append(cs, part(fleet.Disk, "empty", a), part(fleet.PSU, "empty", a)), nil); with != got {
			t.Fatalf("two empty slots: %s → %s", got, with)
		}
	})
}
