package config

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// mainKeys are the keys of the main file, in the order of the reference.
// Servers are not among them, because they are drafts until all files are read.
func mainKeys(dir string) []key[Config] {
	return []key[Config]{
		storeKey(),
		text("profiles", "Folder with device profiles of your own, relative to this file. They add to the built-in ones; the same name replaces one.", func(c *Config) *string { return &c.Profiles }),
		section("polling", "How often and how hard devices are asked.", pollingKeys(), func(c *Config) *Polling { return &c.Polling }),
		section("ping", "How hosts are pinged.", pingKeys(), func(c *Config) *Ping { return &c.Ping }),
		section("notifications", "SNMP traps and informs: how devices call when something breaks.", notificationKeys(), func(c *Config) *Notifications { return &c.Notifications }),
		credentialsKey(dir),
		defaultsKey(),
		servicesKey(),
		racksKey(),
		texts("inventory", "Files with servers: .yaml files with a servers: list as here, .csv files with NetBox's column names. "+
			"Relative to this file; * and ? match names.", func(c *Config) *[]string { return &c.Inventory }),
		texts("parts", "CSV files with parts of servers: columns server, kind, slot, serial, part, vendor, model, asset_tag, in_service, purchased, warranty_end, notes. "+
			"Relative to this file; * and ? match names.", func(c *Config) *[]string { return &c.Parts }),
		thresholdsKey(),
		section("service_life", "How long each kind of part is planned to serve, in years, and where the bands of age begin.", lifeKeys(), func(c *Config) *ageing.Policy { return &c.Life }),
		section("risk", "How likely parts are to fail.", riskKeys(), func(c *Config) *Risk { return &c.Risk }),
		priorityKey(),
		section("spares", "How many spares are kept.", sparesKeys(), func(c *Config) *Spares { return &c.Spares }),
		section("budget", "How money is planned.", budgetKeys(), func(c *Config) *ageing.BudgetPolicy { return &c.Budget }),
		section("queue", "What the evidence does to work orders by itself.", queueKeys(), func(c *Config) *queue.Rules { return &c.Queue }),
		webhooksKey(dir),
		section("people", "Who may do what in the replacement queue.", peopleKeys(), func(c *Config) *People { return &c.People }),
	}
}

// storeKey is a mapping with the URL, or the URL itself.
func storeKey() key[Config] {
	keys := []key[Store]{
		text("url", "Database: sqlite:/PATH or a path, relative to this file. Left out: ironage.db below $XDG_STATE_HOME/ironage "+
			"(~/.local/state/ironage), or below /var/lib/ironage for the machine's configuration in /etc.", func(s *Store) *string { return &s.URL }),
	}
	k := section("store", "Where states, history and the queue are kept. A single text is its url.", keys, func(c *Config) *Store { return &c.Store })
	mapping := k.tree
	k.tree = func(d *decoder, n ast.Node, c *Config) {
		if s, ok := d.resolve(n).(*ast.StringNode); ok {
			keys[0].set(d, s.Value, d.place(n), &c.Store)
			return
		}
		mapping(d, n, c)
	}
	return k
}

func pollingKeys() []key[Polling] {
	return []key[Polling]{
		duration("status", "How often the live values of each endpoint are read.", 5*time.Second, day, func(p *Polling) *time.Duration { return &p.Status }),
		duration("inventory", "How often everything is read. A changed set of parts causes it at once.", time.Minute, 30*day, func(p *Polling) *time.Duration { return &p.Inventory }),
		duration("timeout", "How long one request waits for its answer. Busy BMCs need seconds.", 100*time.Millisecond, time.Minute, func(p *Polling) *time.Duration { return &p.Timeout }),
		number("retries", "How often an unanswered request is sent again.", 0, 10, func(p *Polling) *int { return &p.Retries }),
		number("concurrency", "How many endpoints are asked at the same time. Those that are silent, or slower than three seconds, go on beside them.", 1, 4096, func(p *Polling) *int { return &p.Concurrency }),
		duration("backoff_max", "The longest pause between tries of an endpoint that stays silent.", time.Minute, day, func(p *Polling) *time.Duration { return &p.BackoffMax }),
	}
}

func pingKeys() []key[Ping] {
	return []key[Ping]{
		boolean("enabled", "Ping at all. Without it an agent that is silent cannot be told from a host that is down.", func(p *Ping) *bool { return &p.Enabled }),
		number("count", "Echoes per look.", 1, 20, func(p *Ping) *int { return &p.Count }),
		duration("interval", "Pause between two echoes.", 10*time.Millisecond, 10*time.Second, func(p *Ping) *time.Duration { return &p.Interval }),
		duration("timeout", "How long the last echo waits for its answer.", 10*time.Millisecond, 30*time.Second, func(p *Ping) *time.Duration { return &p.Timeout }),
		number("concurrency", "Sockets that ping at the same time, each many hosts. Raw sockets get slow, and lose answers, with many.", 1, 256, func(p *Ping) *int { return &p.Concurrency }),
	}
}

func defaultsKey() key[Config] {
	keys := []key[Defaults]{
		text("credential", "Credential of addresses that name none.", func(d *Defaults) *string { return &d.Credential }),
		text("bmc_credential", "Credential of management controllers that name none.", func(d *Defaults) *string { return &d.BMCCredential }),
		text("os_credential", "Credential of operating systems that name none.", func(d *Defaults) *string { return &d.OSCredential }),
		text("site", "Site of servers that name none.", func(d *Defaults) *string { return &d.Site }),
		text("room", "Room of servers that name none.", func(d *Defaults) *string { return &d.Room }),
		number("height", "Rack units that a server is high.", 1, tallest, func(d *Defaults) *int { return &d.Height }),
	}
	k := section("defaults", "What servers take that do not say it themselves.", keys, func(c *Config) *Defaults { return &c.Defaults })
	k.tree = func(d *decoder, n ast.Node, c *Config) { c.Defaults.places = fill(d, n, "defaults", keys, &c.Defaults) }
	return k
}

func servicesKey() key[Config] {
	keys := []key[Service]{
		choice("criticality", "How much depends on it. Critical servers need a change reference before work on them starts.", criticalities, func(s *Service) *fleet.Criticality { return &s.Criticality }),
		text("owner", "Who answers for it.", func(s *Service) *string { return &s.Owner }),
	}
	return key[Config]{name: "services", form: "a mapping by name", doc: "What servers are for, with how much depends on it.",
		tree: func(d *decoder, n ast.Node, c *Config) {
			c.Services = map[string]*Service{}
			for _, p := range d.pairs(n, "services by name") {
				s := &Service{Name: p.key}
				fill(d, p.value, "a service", keys, s)
				c.Services[p.key] = s
			}
		},
		show: func(c *Config, doc bool) entry {
			if doc {
				return entry{below: []entry{{name: "NAME", form: "a mapping", doc: "One service.", below: entries(keys, &Service{}, true)}}}
			}
			var e entry
			for _, name := range slices.Sorted(maps.Keys(c.Services)) {
				e.below = append(e.below, entry{name: name, below: entries(keys, c.Services[name], false)})
			}
			return e
		},
	}
}

// lifeKeys has one key per kind that ages, the exceptions, and the bands.
func lifeKeys() []key[ageing.Policy] {
	var keys []key[ageing.Policy]
	for _, kind := range ageing.LifeKinds() {
		keys = append(keys, single(kind, "a number of years from 0 to 100", "Service life of "+lifeWords(kind)+", in years. 0: no policy.",
			func(s string, p *ageing.Policy) bool {
				years, ok := parseFloat(s, 0, longestLife)
				if !ok {
					return false
				}
				p.Life[kind] = years
				return true
			}, func(p *ageing.Policy) string { return plainFloat(p.Life[kind]) }))
	}
	bands := []key[ageing.Policy]{
		decimal("ageing_pct", "a percentage", "Share of the service life from which on something is ageing.", 1, 1000, func(p *ageing.Policy) *float64 { return &p.AgeingPct }),
		decimal("over_pct", "a percentage", "Share from which on it is over age.", 1, 1000, func(p *ageing.Policy) *float64 { return &p.OverPct }),
		decimal("far_over_pct", "a percentage", "Share from which on it is far over age. The three must rise.", 1, 1000, func(p *ageing.Policy) *float64 { return &p.FarOverPct }),
	}
	keys = append(keys, vendorLivesKey(), modelLivesKey())
	return append(append(keys, bands...),
		number("warranty_expiring_days", "Days before its end from which on a warranty counts as expiring.", 0, 3650, func(p *ageing.Policy) *int { return &p.ExpiringDays }))
}

func lifeWords(kind string) string {
	if w, ok := map[string]string{"server": "a whole server", "hdd": "a hard disk", "ssd": "a solid-state disk", "dimm": "a memory module",
		"cpu": "a processor", "psu": "a power supply", "fan": "a fan", "battery": "a RAID controller's battery", "capacitor": "a RAID controller's capacitor",
		"cmos": "a clock battery", "controller": "a RAID controller", "board": "a main board", "nic": "a network card"}[kind]; ok {
		return w
	}
	return kind
}

var roles = []queue.Role{queue.Viewer, queue.Technician, queue.Engineer, queue.Lead}

func peopleKeys() []key[People] {
	return []key[People]{
		rolesKey("roles", "roles by user name", "USER", "Role of each person by the user name of the operating system: "+roleWords()+"; each includes those before it.",
			func(p *People) *map[string]queue.Role { return &p.Roles }),
		rolesKey("groups", "roles by group", "GROUP", "Role of everybody in a group of the operating system; of several the highest. Who is listed in roles has that role alone.",
			func(p *People) *map[string]queue.Role { return &p.Groups }),
		choice("default_role", "Role of everybody else. Left out: lead while nobody is listed in roles or groups, else viewer.", roles, func(p *People) *queue.Role { return &p.Default }),
	}
}

func roleWords() string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}

// rolesKey is a mapping of names to roles.
func rolesKey(name, what, sample, doc string, at func(*People) *map[string]queue.Role) key[People] {
	return key[People]{name: name, form: "a mapping of names to roles", doc: doc,
		tree: func(d *decoder, n ast.Node, p *People) {
			m := map[string]queue.Role{}
			for _, pair := range d.pairs(n, what) {
				word, _ := d.scalar(pair.value, "a role")
				role := queue.Role(strings.ToLower(word))
				if !slices.Contains(roles, role) {
					d.errorf(d.place(pair.value), "%s is no role%s", quote(word), orMeant(word, strings.Split(roleWords(), ", ")))
					continue
				}
				m[pair.key] = role
			}
			*at(p) = m
		},
		show: func(p *People, doc bool) entry {
			if doc {
				return entry{below: []entry{{name: sample, form: roleWords(), doc: "Role of that " + strings.ToLower(sample) + "."}}}
			}
			var e entry
			for _, who := range slices.Sorted(maps.Keys(*at(p))) {
				e.below = append(e.below, entry{name: who, value: string((*at(p))[who])})
			}
			return e
		}}
}
