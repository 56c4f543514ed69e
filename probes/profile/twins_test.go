package profile

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// mergedOneByOne is mergeTwins by looking at every part before, for every part.
func mergedOneByOne(cs []fleet.Component) []fleet.Component {
	count := map[string]int{}
	for i := range cs {
		count[cs[i].Kind.String()+cs[i].Profile.String()+cs[i].Identity()]++
	}
	ambiguous := func(c *fleet.Component) bool {
		return slices.ContainsFunc(cs, func(o fleet.Component) bool {
			return o.Kind == c.Kind && o.Identity() == c.Identity() && count[o.Kind.String()+o.Profile.String()+o.Identity()] > 1
		})
	}
	type key struct{ what, text string }
	keys := func(c *fleet.Component) (out []key) {
		if c.Identity() != "" && !ambiguous(c) {
			out = append(out, key{"serial " + c.Kind.String(), c.Identity()})
		}
		if c.Name != "" && (c.Kind == fleet.Disk || c.Kind == fleet.Temperature || c.Kind == fleet.RAIDVolume) {
			out = append(out, key{"name " + c.Kind.String(), foldedSlowly(c.Name)})
		}
		return out
	}
	var out []fleet.Component
	first := map[key]int{}
	for i := range cs {
		at := -1
		for _, k := range keys(&cs[i]) {
			if j, ok := first[k]; ok && areTwins(&out[j], &cs[i]) {
				at = j
				break
			}
		}
		if at < 0 {
			at, out = len(out), append(out, cs[i])
		} else {
			merge(&out[at], &cs[i])
		}
		for _, k := range keys(&cs[i]) {
			if _, taken := first[k]; !taken {
				first[k] = at
			}
		}
	}
	return out
}

// TestTwinsAreMergedInPlace, and what others hold too is not written to.
func TestTwinsAreMergedInPlace(t *testing.T) {
	ours, theirs := map[string]string{"media": "ssd"}, map[string]string{"bus": "sas", "media": "hdd"}
	rapid.Check(t, func(t *rapid.T) {
		cs := make([]fleet.Component, rapid.IntRange(0, 12).Draw(t, "parts"))
		for i := range cs {
			cs[i] = fleet.Component{Index: rapid.StringMatching(`[1-3]`).Draw(t, "index"),
				Kind:       rapid.SampledFrom([]fleet.Kind{fleet.Disk, fleet.Fan, fleet.Temperature}).Draw(t, "kind"),
				Profile:    rapid.SampledFrom([]fleet.ProfileName{fleet.ProfileOf("a"), fleet.ProfileOf("b"), fleet.ProfileOf("c")}).Draw(t, "profile"),
				Name:       rapid.SampledFrom([]string{"", "sda", " SDA ", "sdb"}).Draw(t, "name"),
				Serial:     rapid.SampledFrom([]string{"", "N/A", "S1", "s1", "S2"}).Draw(t, "serial"),
				Health:     rapid.SampledFrom(fleet.Healths).Draw(t, "health"),
				Attributes: rapid.SampledFrom([]map[string]string{nil, ours, theirs}).Draw(t, "attributes")}
			if rapid.Bool().Draw(t, "judged") {
				cs[i].Verdicts = []fleet.Verdict{{Health: cs[i].Health}}
			}
		}
		want := mergedOneByOne(slices.Clone(cs))
		if got := mergeTwins(cs, nil); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		if len(ours) != 1 || len(theirs) != 2 || theirs["media"] != "hdd" {
			t.Fatalf("attributes of others were changed: %v, %v", ours, theirs)
		}
	})
}
