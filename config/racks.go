package config

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// Rack is what is written down about a rack itself. Racks that are not listed
// exist as well: the servers name them.
type Rack struct {
	Name, Site, Room string
	Height           int    // units; 0: not said
	Row              string // the row of racks in which it stands
	Order            int    // its place in the row

	at     place
	places map[string]place
}

func racksKey() key[Config] {
	keys := []key[Rack]{
		text("name", "Name, as the servers' rack. Required.", func(r *Rack) *string { return &r.Name }),
		text("site", "Site; left out: that of `defaults`.", func(r *Rack) *string { return &r.Site }),
		text("room", "Room within the site; left out: that of `defaults`.", func(r *Rack) *string { return &r.Room }),
		rackNumber("height", "Units that it has; left out: 42, or more where a server stands higher.", func(r *Rack) *int { return &r.Height }),
		text("row", "Row of racks in which it stands; the console shows the racks of a row beside each other.", func(r *Rack) *string { return &r.Row }),
		rackNumber("order", "Place in its row; left out: by name.", func(r *Rack) *int { return &r.Order }),
	}
	return key[Config]{name: "racks", form: "a list of racks", doc: "What is to be known about the racks themselves. Racks that are not listed need nothing: the servers name them.",
		tree: func(d *decoder, n ast.Node, c *Config) {
			for _, item := range d.items(n, "a list of racks") {
				r := Rack{at: d.place(item)}
				r.places = fill(d, item, "a rack", keys, &r)
				c.Racks = append(c.Racks, r)
			}
		},
		show: func(c *Config, doc bool) entry {
			if doc {
				return entry{below: entries(keys, &Rack{}, true)}
			}
			e := entry{list: true}
			for i := range c.Racks {
				e.below = append(e.below, entry{below: entries(keys, &c.Racks[i], false)})
			}
			return e
		},
	}
}

// rackNumber is a whole number of which 0 means that nobody said it.
func rackNumber(name, doc string, at func(*Rack) *int) key[Rack] {
	k := number(name, doc, 1, tallest, at)
	k.show = func(r *Rack, _ bool) entry {
		if *at(r) == 0 {
			return entry{}
		}
		return entry{value: strconv.Itoa(*at(r))}
	}
	return k
}

// settleRacks fills in the defaults and checks that each rack is there once and
// that no server stands above the height of its own.
func settleRacks(r *report, c *Config) map[[3]string]*Rack {
	known := make(map[[3]string]*Rack, len(c.Racks))
	for i := range c.Racks {
		k := &c.Racks[i]
		if k.Site == "" {
			k.Site = c.Defaults.Site
		}
		if k.Room == "" {
			k.Room = c.Defaults.Room
		}
		if k.Name == "" {
			r.errorf(k.at, "a rack without a name; expected name: NAME, as the servers' rack")
			continue
		}
		id := [3]string{k.Site, k.Room, k.Name}
		if other := known[id]; other != nil {
			r.errorf(k.at, "rack %s of room %s is already there (%s); expected each rack of a room once", quote(k.Name), quote(k.Room), other.at)
			continue
		}
		known[id] = k
	}
	return known
}

// checkTop says which server stands higher than its rack is.
func checkTop(r *report, known map[[3]string]*Rack, s *draft) {
	k := known[[3]string{s.Site, s.Room, s.Rack}]
	if k == nil || k.Height == 0 || s.Position == 0 {
		return
	}
	if top := s.Position + max(s.Height, 1) - 1; top > k.Height {
		r.warnf(s.where("position"), "server %s reaches unit %d of rack %s, which has %d (%s): one of the two is wrong",
			quote(s.Name), top, quote(k.Name), k.Height, k.at)
	}
}
