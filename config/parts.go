package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/fleet"
)

// noted is what one file writes about one part, with the places of its values.
type noted struct {
	fleet.PartNote
	server string
	at     place
	places map[string]place
}

func (p *noted) where(key string) place {
	if at, ok := p.places[key]; ok {
		return at
	}
	return p.at
}

// partKeys are the keys of one part of a server; with "server" in front they
// are the columns of a file with parts.
func partKeys() []key[noted] {
	return []key[noted]{
		choice("kind", "Kind of part.", fleet.Kinds, func(p *noted) *fleet.Kind { return &p.Kind }),
		text("slot", "Slot as the device names it, e.g. Bay 3.", func(p *noted) *string { return &p.Slot }),
		text("serial", "Serial number: with it the part is recognised wherever it sits.", func(p *noted) *string { return &p.Serial }),
		text("part", "Part number.", func(p *noted) *string { return &p.Part }),
		text("vendor", "Manufacturer.", func(p *noted) *string { return &p.Vendor }),
		text("model", "Model.", func(p *noted) *string { return &p.Model }),
		text("asset_tag", "Asset tag.", func(p *noted) *string { return &p.AssetTag }),
		date("in_service", "Day it went into service.", func(p *noted) *fleet.Date { return &p.InService }),
		date("purchased", "Day it was bought.", func(p *noted) *fleet.Date { return &p.Purchased }),
		date("warranty_end", "Last day of warranty or support.", func(p *noted) *fleet.Date { return &p.WarrantyEnd }),
		notes("notes", "Anything a person should know.", func(p *noted) *string { return &p.Notes }),
	}
}

// partColumnKeys are the columns of a file with parts.
func partColumnKeys() []key[noted] {
	server := text("server", "Name of the server that it sits in. Required.", func(p *noted) *string { return &p.server })
	return append([]key[noted]{server}, partKeys()...)
}

// partsKey is the list of a server's parts.
func partsKey() key[draft] {
	keys := partKeys()
	return key[draft]{name: "parts", form: "a list of parts",
		doc: "What is written down about single parts: serial number, dates. Files named in the main file's parts: hold the same for many servers.",
		tree: func(d *decoder, n ast.Node, s *draft) {
			for _, item := range d.items(n, "parts") {
				p := &noted{at: d.place(item)}
				p.places = fill(d, item, "a part", keys, p)
				s.parts = append(s.parts, p)
			}
		},
		show: func(s *draft, doc bool) entry {
			e := entry{list: true}
			if doc {
				return entry{below: entries(keys, &noted{}, true)}
			}
			for _, p := range s.Parts {
				e.below = append(e.below, entry{below: entries(keys, &noted{PartNote: p}, false)})
			}
			return e
		},
	}
}

// settleParts puts the parts of all files below their servers.
func settleParts(r *report, c *Config, drafts []*draft, fromFiles []*noted) {
	index := make(map[string]int, len(c.Servers))
	for i := range c.Servers {
		index[c.Servers[i].Name] = i
	}
	all := make([]*noted, 0, len(fromFiles))
	for _, s := range drafts {
		for _, p := range s.parts {
			p.server = s.Name
			all = append(all, p)
		}
	}
	all = append(all, fromFiles...)
	checkPartSerials(r, all)
	slots := map[string]*noted{}
	for _, p := range all {
		i, known := index[p.server]
		switch {
		case p.server == "":
			r.errorf(p.at, "a part without its server; expected the server's name")
		case p.Serial == "" && (p.Kind == 0 || p.Slot == ""):
			r.errorf(p.at, "a part of %s that cannot be recognised; expected serial, or kind and slot", quote(p.server))
		case !known:
			r.warnf(p.where("server"), "no server is named %s; this part is left out", quote(p.server))
		case !alone(r, p, slots):
		default:
			c.Servers[i].Parts = append(c.Servers[i].Parts, p.PartNote)
		}
	}
}

// alone reports whether no other line speaks about the same slot.
func alone(r *report, p *noted, slots map[string]*noted) bool {
	if p.Kind == 0 || p.Slot == "" {
		return true
	}
	at := p.server + "\x00" + p.Kind.String() + "\x00" + strings.ToLower(p.Slot)
	if other := slots[at]; other != nil {
		r.errorf(p.where("slot"), "%s %s of %s is already described (%s); expected each slot once", p.Kind, quote(p.Slot), quote(p.server), other.at)
		return false
	}
	slots[at] = p
	return true
}

// checkPartSerials takes the dates from parts whose serial number is written
// in two places: which of them is meant, nobody knows.
func checkPartSerials(r *report, all []*noted) {
	first := make(map[string]*noted, len(all))
	for _, p := range all {
		id := fleet.NormalSerial(p.Serial)
		if id == "" {
			continue
		}
		other := first[id]
		if other == nil {
			first[id] = p
			continue
		}
		r.warnf(p.where("serial"), "serial %s is also that of a part of %s (%s); no date is taken from either until one is corrected",
			quote(p.Serial), quote(other.server), other.where("serial"))
		for _, q := range []*noted{p, other} {
			q.InService, q.Purchased, q.WarrantyEnd = "", "", ""
		}
	}
}
