package config

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// Risk adjusts the model of failure.
type Risk struct {
	CapProduct, CapHazard, FleetK float64
	// Tables is the file with tables of the user's own; empty: the built-in ones.
	Tables string

	tables *ageing.Tables
}

// Spares says how many spares are kept, and where it is written which there are.
type Spares struct {
	ageing.SparePolicy
	Stock string // the file; empty: nothing is known
}

// Outlook is the rules by which the fleet's age, risk and demand are judged.
func (c *Config) Outlook() outlook.Settings {
	set := outlook.Settings{Life: c.Life, Model: ageing.DefaultModel(), Priority: c.Priority, Spares: c.Spares.SparePolicy,
		Budget: c.Budget, Stock: c.Stock, Services: make(map[string]outlook.Service, len(c.Services))}
	set.Model.CapProduct, set.Model.CapHazard, set.Model.FleetK = c.Risk.CapProduct, c.Risk.CapHazard, c.Risk.FleetK
	if c.Risk.tables != nil {
		set.Model.Tables = c.Risk.tables
	}
	for name, s := range c.Services {
		set.Services[name] = outlook.Service{Criticality: s.Criticality, Owner: s.Owner}
	}
	return set
}

func defaultRisk() Risk {
	m := ageing.DefaultModel()
	return Risk{CapProduct: m.CapProduct, CapHazard: m.CapHazard, FleetK: m.FleetK}
}

func riskKeys() []key[Risk] {
	return []key[Risk]{
		decimal("cap_product", "a number", "The most that all factors together multiply the baseline by.", 1, 10_000, func(r *Risk) *float64 { return &r.CapProduct }),
		decimal("cap_hazard", "a number", "The most failures per year that a part is expected to have.", 0.1, 100, func(r *Risk) *float64 { return &r.CapHazard }),
		decimal("fleet_k", "a number", "How many imagined failures a model starts with: the higher, the slower this installation learns from its own.", 0.1, 1000, func(r *Risk) *float64 { return &r.FleetK }),
		text("tables", "YAML file with risk tables of your own, relative to this file: a version, and kinds that replace built-in ones. See ageing.md.", func(r *Risk) *string { return &r.Tables }),
	}
}

func priorityKey() key[Config] {
	tiers := make([]key[ageing.Priority], 3)
	for i, name := range []string{"p1", "p2", "p3"} {
		tiers[i] = decimal(name, "a score", "Score from which on a part is "+strings.ToUpper(name)+", "+ageing.Tier(strings.ToUpper(name)).Meaning()+".", 0.1, 100,
			func(p *ageing.Priority) *float64 { return &p.Tiers[i] })
	}
	weights := make([]key[ageing.Priority], len(criticalities))
	for i, c := range criticalities {
		weights[i] = single(string(c), "a number above 0, up to 1", "How much a failure on a server of criticality "+string(c)+" matters.", func(s string, p *ageing.Priority) bool {
			f, ok := parseFloat(s, 0, 1)
			if !ok || f == 0 {
				return false
			}
			p.Criticality = maps.Clone(p.Criticality)
			p.Criticality[c] = f
			return true
		}, func(p *ageing.Priority) string { return plainFloat(p.Criticality[c]) })
	}
	itself := func(p *ageing.Priority) *ageing.Priority { return p }
	keys := []key[ageing.Priority]{
		section("tiers", "Scores from which on the tiers begin; they must fall. The score is 100 x probability x criticality x exposure.", tiers, itself),
		section("criticality", "Weights of the criticalities; they must not fall from low to critical.", weights, itself),
	}
	return checked(section("priority", "How probability and impact become a tier.", keys, func(c *Config) *ageing.Priority { return &c.Priority }),
		func(c *Config) error { return c.Priority.Check() })
}

// checked adds a check of the whole to a section.
func checked(k key[Config], check func(*Config) error) key[Config] {
	read := k.tree
	k.tree = func(d *decoder, n ast.Node, c *Config) {
		read(d, n, c)
		if err := check(c); err != nil {
			d.errorf(d.place(n), "%s: %s", k.name, strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	return k
}

func sparesKeys() []key[Spares] {
	return []key[Spares]{
		decimal("lead_days", "a number of days", "How long an order takes until the part is there, where the stock list does not say.", 0, 3650, func(s *Spares) *float64 { return &s.LeadDays }),
		decimal("review_days", "a number of days", "How often stock is looked through.", 0, 3650, func(s *Spares) *float64 { return &s.ReviewDays }),
		decimal("service_level", "a probability", "Wanted probability that the spares suffice in that time.", 0.5, 0.999, func(s *Spares) *float64 { return &s.ServiceLevel }),
		text("stock", "CSV file with spares and prices, relative to this file: part_number, model, kind, price, on_hand, on_order, place, lead_days, minimum, substitutes, made, in_stock_since. "+
			"A mistake in it is reported and leaves everything else in force.", func(s *Spares) *string { return &s.Stock }),
	}
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

func budgetKeys() []key[ageing.BudgetPolicy] {
	return []key[ageing.BudgetPolicy]{
		single("currency", "a currency's three letters (ISO 4217)", "Currency of all prices. Nothing is converted.", func(s string, b *ageing.BudgetPolicy) bool {
			s = strings.ToUpper(strings.TrimSpace(s))
			if currencyForm.MatchString(s) {
				b.Currency = s
				return true
			}
			return false
		}, func(b *ageing.BudgetPolicy) string { return b.Currency }),
		number("quarters", "How many quarters the budget shows.", 1, ageing.MaxQuarters, func(b *ageing.BudgetPolicy) *int { return &b.Quarters }),
		number("backlog_quarters", "Over how many quarters the replacement of what is over age already is spread.", 1, 40, func(b *ageing.BudgetPolicy) *int { return &b.BacklogQuarters }),
	}
}

const longestLife = 100 // years

// vendorLivesKey has the lives of single vendors' parts, by vendor and kind.
func vendorLivesKey() key[ageing.Policy] {
	kinds := slices.DeleteFunc(ageing.LifeKinds(), func(k string) bool { return k == "server" })
	return key[ageing.Policy]{name: "vendors", form: "a mapping by vendor and kind",
		doc: "Service lives of one vendor's parts, e.g. {seagate: {hdd: 4}}; they win over those of the kind.",
		tree: func(d *decoder, n ast.Node, p *ageing.Policy) {
			p.Vendors = map[string]float64{}
			for _, vendor := range d.pairs(n, "lives by vendor") {
				name := strings.ToLower(strings.Join(strings.Fields(vendor.key), " "))
				for _, life := range d.pairs(vendor.value, "years by kind") {
					if !slices.Contains(kinds, life.key) {
						d.errorf(life.at, "%s is no kind with a service life%s", quote(life.key), orMeant(life.key, kinds))
						continue
					}
					if years, ok := d.years(life.value); ok {
						p.Vendors[life.key+"/"+name] = years
					}
				}
			}
		},
		show: func(p *ageing.Policy, doc bool) entry {
			if doc {
				years := entry{name: "KIND", form: "a number of years from 0 to 100", doc: "Service life of that vendor's parts of that kind. 0: no policy."}
				return entry{below: []entry{{name: "VENDOR", form: "a mapping by kind", doc: "One vendor, as the devices name it; letters' case does not matter.", below: []entry{years}}}}
			}
			return showVendors(p.Vendors)
		},
	}
}

func showVendors(lives map[string]float64) entry {
	byVendor := map[string][]entry{}
	for _, rule := range slices.Sorted(maps.Keys(lives)) {
		kind, vendor, _ := strings.Cut(rule, "/")
		byVendor[vendor] = append(byVendor[vendor], entry{name: kind, value: plainFloat(lives[rule])})
	}
	var e entry
	for _, vendor := range slices.Sorted(maps.Keys(byVendor)) {
		e.below = append(e.below, entry{name: vendor, below: byVendor[vendor]})
	}
	return e
}

// modelLivesKey has the lives of single models or part numbers.
func modelLivesKey() key[ageing.Policy] {
	return key[ageing.Policy]{name: "models", form: "a mapping of models or part numbers to years",
		doc: "Service lives of single models or part numbers, e.g. {ST4000NM0033: 6}; they win over everything else.",
		tree: func(d *decoder, n ast.Node, p *ageing.Policy) {
			p.Models = map[string]float64{}
			for _, m := range d.pairs(n, "years by model") {
				name := ageing.NormalModel(m.key)
				if name == "" || len(name) > maxText || strings.ContainsFunc(name, unicode.IsControl) {
					d.errorf(m.at, "%s is no model or part number", quote(m.key))
					continue
				}
				if years, ok := d.years(m.value); ok {
					p.Models[name] = years
				}
			}
		},
		show: func(p *ageing.Policy, doc bool) entry {
			var e entry
			if doc {
				e.below = []entry{{name: "MODEL", form: "a number of years from 0 to 100", doc: "Service life of that model. 0: no policy."}}
				return e
			}
			for _, m := range slices.Sorted(maps.Keys(p.Models)) {
				e.below = append(e.below, entry{name: m, value: plainFloat(p.Models[m])})
			}
			return e
		},
	}
}

func (d *decoder) years(n ast.Node) (float64, bool) {
	text, _ := d.scalar(n, "a number of years from 0 to 100")
	years, ok := parseFloat(text, 0, longestLife)
	if !ok {
		d.errorf(d.place(n), "%s is not a number of years from 0 to 100", quote(text))
	}
	return years, ok
}

// loadOutlook reads the files behind the outlook: the user's own risk tables,
// without which the configuration is refused, and the stock list, without
// which it can be used.
func loadOutlook(r *report, c *Config, dir string, risk, spares place, read func(path string, most int64) ([]byte, error)) {
	if path := beside(dir, c.Risk.Tables); path != "" {
		c.Files = append(c.Files, path)
		r.files = append(r.files, path)
		if src, err := read(path, maxMainBytes); err != nil {
			r.errorf(risk, "risk: tables: %v", err)
		} else {
			c.Risk.tables = readTables(path, src, r)
		}
	}
	if path := beside(dir, c.Spares.Stock); path != "" {
		c.Files = append(c.Files, path)
		r.files = append(r.files, path)
		src, err := read(path, maxStockBytes)
		if err != nil {
			c.StockBroken = true
			c.StockProblems = Problems{{File: spares.file, Line: spares.line, Column: spares.column, Text: "spares: stock: " + err.Error()}}
		} else {
			c.Stock, c.StockProblems = ReadStock(path, src)
			c.StockBroken = c.Stock == nil
			if info, err := os.Stat(path); err == nil && c.Stock != nil {
				c.Stock.At = info.ModTime().UTC()
			}
		}
		for _, p := range c.StockProblems {
			r.warnf(place{cmp.Or(p.File, path), p.Line, p.Column}, "%s", p.Text)
		}
	}
}

// KeepStock takes over the stock list of the configuration before while the
// new one's cannot be used.
func (c *Config) KeepStock(before *Config) {
	if c.StockBroken && before.Spares.Stock == c.Spares.Stock {
		c.Stock = before.Stock
	}
}

// beside is a path that starts at the configuration's folder; "" stays "".
func beside(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
