package config

import (
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// settle turns the drafts of all files into servers: defaults are filled in,
// and what only the whole inventory can tell is checked.
func settle(r *report, c *Config, drafts []*draft) {
	byName, serials, addresses := map[string]*draft{}, map[string]*draft{}, map[string]*draft{}
	racks, known := newRacks(), settleRacks(r, c)
	c.serverPlaces = make(map[string]place, len(drafts))
	for _, s := range drafts {
		takeDefaults(c, s)
		if !checkName(r, s, byName) {
			continue
		}
		checkEndpoints(r, c, s)
		racks.put(r, s)
		checkTop(r, known, s)
		if id := fleet.NormalSerial(s.Serial); id != "" {
			if other := serials[id]; other != nil {
				r.warnf(s.where("serial"), "serial %s is also that of %s (%s); ages are not taken from either until one is corrected", quote(s.Serial), quote(other.Name), other.where("serial"))
			}
			serials[id] = s
		}
		for _, e := range s.Endpoints {
			if other := addresses[e.Address]; other != nil {
				r.warnf(s.where(e.Role.String()), "%s is also an address of %s (%s): one device would be polled as two", e.Address, quote(other.Name), other.where(e.Role.String()))
			}
			addresses[e.Address] = s
		}
		c.Servers = append(c.Servers, s.Server)
		c.serverPlaces[s.Name] = s.where("name")
	}
	if len(drafts) == 0 {
		r.warnf(place{file: c.Path}, "no servers: list them below servers:, or name a file in inventory:")
	}
	slices.SortFunc(c.Servers, func(a, b fleet.Server) int { return strings.Compare(a.Name, b.Name) })
}

func takeDefaults(c *Config, s *draft) {
	or := func(v *string, fallback ...string) {
		for _, f := range fallback {
			if *v == "" {
				*v = f
			}
		}
	}
	or(&s.bmcCred, s.credential, c.Defaults.BMCCredential, c.Defaults.Credential)
	or(&s.osCred, s.credential, c.Defaults.OSCredential, c.Defaults.Credential)
	or(&s.Site, c.Defaults.Site)
	or(&s.Room, c.Defaults.Room)
	if s.Height == 0 {
		s.Height = c.Defaults.Height
	}
	if svc := c.Services[s.Service]; svc != nil {
		or(&s.Owner, svc.Owner)
		if s.Criticality == "" {
			s.Criticality = svc.Criticality
		}
	}
	if s.Criticality == "" {
		s.Criticality = fleet.CriticalityNormal
	}
}

// checkName reports whether the server has a name of its own.
func checkName(r *report, s *draft, byName map[string]*draft) bool {
	if s.Name == "" {
		if s.places["name"].line == 0 || s.places["name"].file == "" {
			r.errorf(s.at, "a server without a name; expected name: NAME")
		} else {
			r.errorf(s.where("name"), "an empty name; expected what people call the server")
		}
		return false
	}
	if other := byName[s.Name]; other != nil {
		r.errorf(s.where("name"), "server %s is already there (%s); expected each name once", quote(s.Name), other.where("name"))
		return false
	}
	byName[s.Name] = s
	return true
}

// checkEndpoints makes the endpoints from the addresses and checks that each
// has a credential that exists.
func checkEndpoints(r *report, c *Config, s *draft) {
	for _, e := range []struct {
		role          fleet.Role
		address, cred string
		credKey       string
	}{{fleet.BMC, s.bmc, s.bmcCred, "bmc_credential"}, {fleet.OS, s.os, s.osCred, "os_credential"}} {
		if e.address == "" {
			continue
		}
		if e.cred == "" {
			r.errorf(s.where(e.role.String()), "server %s: no credential for %s; expected %s: or credential: here, or credential: below defaults:", quote(s.Name), e.role, e.credKey)
		} else if _, known := c.Credentials[e.cred]; !known && !fromDefaults(c, s, e.credKey, e.cred) {
			r.errorf(s.where(e.credKey, "credential"), "server %s: no credential is named %s%s", quote(s.Name), quote(e.cred), namedCredentials(c, e.cred))
		}
		s.Endpoints = append(s.Endpoints, fleet.Endpoint{Role: e.role, Address: e.address, Credential: e.cred})
	}
	// An address that could not be read was reported already.
	if len(s.Endpoints) == 0 && s.places["bmc"].file == "" && s.places["os"].file == "" {
		r.errorf(s.at, "server %s has no address; expected bmc: or os:", quote(s.Name))
	}
}

// fromDefaults reports whether an unknown credential comes from defaults:,
// where it is reported once instead of for every server.
func fromDefaults(c *Config, s *draft, key, cred string) bool {
	return s.places[key].file == "" && s.places["credential"].file == "" &&
		slices.Contains([]string{c.Defaults.Credential, c.Defaults.BMCCredential, c.Defaults.OSCredential}, cred)
}

// checkDefaults says which credential of defaults: does not exist.
func checkDefaults(r *report, c *Config) {
	for key, cred := range map[string]string{"credential": c.Defaults.Credential, "bmc_credential": c.Defaults.BMCCredential, "os_credential": c.Defaults.OSCredential} {
		if _, known := c.Credentials[cred]; cred != "" && !known {
			r.errorf(c.Defaults.places[key], "defaults: no credential is named %s%s", quote(cred), namedCredentials(c, cred))
		}
	}
}

func namedCredentials(c *Config, name string) string {
	if len(c.Credentials) == 0 {
		return "; none is configured"
	}
	return orMeant(name, c.CredentialNames())
}

// racks remembers who occupies which unit.
type racks map[rackUnit]*draft

// rackUnit is one unit of a rack, seen from one face.
type rackUnit struct {
	site, room, rack, face string
	unit                   int
}

func newRacks() racks { return racks{} }

// put occupies the units of a server and says who is there already. A server
// without a face takes the whole depth; two of opposite faces share a unit.
func (k racks) put(r *report, s *draft) {
	if s.Rack == "" || s.Position == 0 {
		return
	}
	top := s.Position + max(1, s.Height) - 1
	if top > tallest {
		r.errorf(s.where("height", "position"), "server %s would reach unit %d of its rack; racks have at most %d", quote(s.Name), top, tallest)
		return
	}
	mine := faces
	if s.Face != "" {
		mine = []string{s.Face}
	}
	var clash *draft
	unit := 0
	for u := s.Position; u <= top; u++ {
		for _, face := range mine {
			at := rackUnit{s.Site, s.Room, s.Rack, face, u}
			if other := k[at]; other == nil {
				k[at] = s
			} else if clash == nil {
				clash, unit = other, u
			}
		}
	}
	if clash != nil {
		// Asset lists have such mistakes, and a fleet must not go unwatched for one.
		r.warnf(s.where("position"), "server %s: unit %d of rack %s is taken by %s (%s): one of the two stands elsewhere; the racks show both",
			quote(s.Name), unit, quote(s.Rack), quote(clash.Name), clash.where("position"))
	}
}
