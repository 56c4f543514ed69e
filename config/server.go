package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/fleet"
)

// draft is a server as one file writes it, with the places of its values for
// the checks that need the whole inventory.
type draft struct {
	fleet.Server
	bmc, os                     string
	credential, bmcCred, osCred string
	at                          place
	places                      map[string]place
	parts                       []*noted
}

// where is the place of a key's value, or of the whole server.
func (s *draft) where(keys ...string) place {
	for _, k := range keys {
		if p, ok := s.places[k]; ok {
			return p
		}
	}
	return s.at
}

var (
	criticalities = []fleet.Criticality{fleet.CriticalityLow, fleet.CriticalityNormal, fleet.CriticalityHigh, fleet.CriticalityCritical}
	faces         = []string{"front", "rear"}
)

// tallest is the highest rack that a position can be in.
const tallest = 100

// serverKeys are the keys of one server; the inventory's CSV columns map to them.
func serverKeys() []key[draft] {
	return []key[draft]{
		text("name", "Name, unique in the inventory. Required.", func(s *draft) *string { return &s.Name }),
		address("bmc", "Address of the management controller (iDRAC, iLO, XCC, …): hardware health.", func(s *draft) *string { return &s.bmc }),
		address("os", "Address of the operating system's agent: utilisation and file systems.", func(s *draft) *string { return &s.os }),
		text("credential", "Credential of both addresses.", func(s *draft) *string { return &s.credential }),
		text("bmc_credential", "Credential of bmc alone.", func(s *draft) *string { return &s.bmcCred }),
		text("os_credential", "Credential of os alone.", func(s *draft) *string { return &s.osCred }),
		text("site", "Site or data centre.", func(s *draft) *string { return &s.Site }),
		text("room", "Room within the site.", func(s *draft) *string { return &s.Room }),
		text("rack", "Rack within the room.", func(s *draft) *string { return &s.Rack }),
		units("position", "Lowest rack unit that it occupies.", func(s *draft) *int { return &s.Position }),
		units("height", "Rack units that it is high; left out: that of `defaults`.", func(s *draft) *int { return &s.Height }),
		choice("face", "Face of the rack that it is mounted on; left out: it takes the whole depth.", faces, func(s *draft) *string { return &s.Face }),
		text("service", "Service that it is for.", func(s *draft) *string { return &s.Service }),
		choice("criticality", "How much depends on it; left out: that of its service, else normal.", criticalities, func(s *draft) *fleet.Criticality { return &s.Criticality }),
		text("owner", "Who answers for it; left out: the owner of its service.", func(s *draft) *string { return &s.Owner }),
		text("asset_tag", "Asset tag.", func(s *draft) *string { return &s.AssetTag }),
		text("serial", "Serial number.", func(s *draft) *string { return &s.Serial }),
		text("manufacturer", "Manufacturer.", func(s *draft) *string { return &s.Manufacturer }),
		text("model", "Model.", func(s *draft) *string { return &s.Model }),
		date("in_service", "Day it went into service: the best source of its age.", func(s *draft) *fleet.Date { return &s.InService }),
		date("purchased", "Day it was bought.", func(s *draft) *fleet.Date { return &s.Purchased }),
		date("warranty_start", "First day of the warranty, where it begins later than today.", func(s *draft) *fleet.Date { return &s.WarrantyStart }),
		date("warranty_end", "Last day of warranty.", func(s *draft) *fleet.Date { return &s.WarrantyEnd }),
		date("support_end", "Last day of support by the maker or a contract; left out: support ends with the warranty.", func(s *draft) *fleet.Date { return &s.SupportEnd }),
		memory("memory_bytes", "Memory that is fitted; another size on the device is a finding. KB, MB, GB, TB are powers of 1024.", func(s *draft) *int64 { return &s.MemoryBytes }),
		sockets("cpu_sockets", "Processors that are fitted; another number on the device is a finding.", func(s *draft) *int { return &s.CPUSockets }),
		notes("notes", "Anything a person should know.", func(s *draft) *string { return &s.Notes }),
		expectedKey(),
		partsKey(),
	}
}

// address makes a key that holds the address of an agent.
func address(name, doc string, at func(*draft) *string) key[draft] {
	return key[draft]{name: name, form: "a host or host:port", doc: doc,
		set: func(d *decoder, s string, where place, t *draft) {
			if strings.TrimSpace(s) == "" {
				return
			}
			a, err := ParseAddress(s)
			if err != nil {
				d.errorf(where, "%s: %v", name, err)
				return
			}
			*at(t) = a
		},
		show: func(t *draft, _ bool) entry { return entry{value: *at(t)} },
	}
}

// units makes a key that holds whole rack units. "12.0" is NetBox's way to
// write 12; half units are not known here. An empty cell is "not set".
func units(name, doc string, at func(*draft) *int) key[draft] {
	return single(name, "a whole number of rack units from 1 to "+strconv.Itoa(tallest), doc, func(s string, t *draft) bool {
		s = strings.TrimSpace(s)
		if s == "" {
			return true
		}
		if whole, zeros, ok := strings.Cut(s, "."); ok && strings.Trim(zeros, "0") == "" {
			s = whole
		}
		n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(s), "U"))
		if err != nil || n < 1 || n > tallest {
			return false
		}
		*at(t) = n
		return true
	}, func(t *draft) string {
		if *at(t) == 0 {
			return ""
		}
		return strconv.Itoa(*at(t))
	})
}

// sockets makes a key that holds a number of processors; 0 is "not said".
func sockets(name, doc string, at func(*draft) *int) key[draft] {
	const most = 64
	k := number(name, doc, 1, most, at)
	k.show = func(s *draft, _ bool) entry {
		if *at(s) == 0 {
			return entry{}
		}
		return entry{value: strconv.Itoa(*at(s))}
	}
	return k
}

// mostExpected bounds the expected number of parts of a kind.
const mostExpected = 10_000

func expectedKey() key[draft] {
	kinds := make([]string, len(fleet.Kinds))
	for i, k := range fleet.Kinds {
		kinds[i] = k.String()
	}
	return key[draft]{name: "expected", form: "a mapping of kinds to numbers",
		doc: "How many fitted parts there should be, e.g. {psu: 2, memory: 8}: one that is missing is then a finding. Kinds: " + strings.Join(kinds, ", ") + ".",
		tree: func(d *decoder, n ast.Node, s *draft) {
			for _, p := range d.pairs(n, "expected parts by kind") {
				if !slices.Contains(kinds, p.key) {
					d.errorf(p.at, "expected: %s is no kind of part%s", quote(p.key), orMeant(p.key, kinds))
					continue
				}
				if text, ok := d.scalar(p.value, "a number"); ok {
					setExpected(d, fleet.KindOf(p.key), text, d.place(p.value), s)
				}
			}
		},
		show: func(s *draft, doc bool) entry {
			var e entry
			if doc {
				return entry{below: []entry{{name: "KIND", form: "a whole number", doc: "Number of fitted parts of that kind."}}}
			}
			for _, k := range kinds {
				if n, ok := s.Expected[fleet.KindOf(k)]; ok {
					e.below = append(e.below, entry{name: k, value: strconv.Itoa(n)})
				}
			}
			return e
		},
	}
}

func setExpected(d *decoder, kind fleet.Kind, text string, at place, s *draft) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > mostExpected {
		d.errorf(at, "expected %s: %s is not a whole number from 0 to %d", kind, quote(text), mostExpected)
		return
	}
	if s.Expected == nil {
		s.Expected = map[fleet.Kind]int{}
	}
	s.Expected[kind] = n
}

// draftOf is the draft that would read as s: for showing.
func draftOf(s fleet.Server) *draft {
	d := &draft{Server: s}
	for _, e := range s.Endpoints {
		switch e.Role {
		case fleet.BMC:
			d.bmc, d.bmcCred = e.Address, e.Credential
		case fleet.OS:
			d.os, d.osCred = e.Address, e.Credential
		}
	}
	return d
}

// readServers reads a list of servers.
func readServers(d *decoder, n ast.Node) []*draft {
	keys := serverKeys()
	var out []*draft
	for _, item := range d.items(n, "servers") {
		s := &draft{at: d.place(item)}
		s.places = fill(d, item, "a server", keys, s)
		out = append(out, s)
	}
	return out
}
