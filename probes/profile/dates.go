package profile

import "ironage/internal/fleet"

// oneDate drops dates of manufacture that are no such thing: the same day on
// parts of different kinds, and no other day anywhere, is a constant of the
// firmware.
func oneDate(r *reader, out *Reading) {
	days, kinds := map[string]bool{}, map[fleet.Kind]bool{}
	for i := range out.Components {
		if c := &out.Components[i]; c.Profile == r.p.name && c.Manufactured != "" {
			days[c.Manufactured], kinds[c.Kind] = true, true
		}
	}
	if len(days) != 1 || len(kinds) < 2 {
		return
	}
	for i := range out.Components {
		if c := &out.Components[i]; c.Profile == r.p.name {
			c.Manufactured = ""
		}
	}
}
