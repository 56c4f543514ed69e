package config

import (
	"path/filepath"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

// Config is everything that the configuration and inventory files say, with
// defaults filled in. It is not changed after Load.
type Config struct {
	// Path is the main file; Files are all that were read, the main one first.
	Path  string
	Files []string
	// Warnings do not keep the configuration from being used.
	Warnings Problems

	Store     Store
	Profiles  string // folder of the user's own device profiles
	Inventory []string
	// Parts are the files with parts of servers.
	Parts   []string
	Polling Polling
	Ping    Ping
	// Notifications say where devices may call.
	Notifications Notifications
	Health        health.Policy
	Life          ageing.Policy
	Risk          Risk
	Priority      ageing.Priority
	Spares        Spares
	Budget        ageing.BudgetPolicy
	// Stock is what the stock list says; nil without one. StockBroken means that
	// there is one that cannot be used, StockProblems why; Warnings have them too.
	Stock         *ageing.Stock
	StockBroken   bool
	StockProblems Problems
	Queue         queue.Rules
	Webhooks      map[string]*Webhook
	People        People

	Credentials map[string]*Credential
	Defaults    Defaults
	Services    map[string]*Service
	Racks       []Rack
	Servers     []fleet.Server

	overrides    []override
	serverPlaces map[string]place
}

// Store says where everything is kept.
type Store struct {
	URL string // sqlite:/path or a bare path; empty: see StoreURL
}

// Polling says how often and how hard devices are asked.
type Polling struct {
	Status, Inventory time.Duration // the two rhythms
	Timeout           time.Duration // of one request
	Retries           int
	Concurrency       int // endpoints in flight
	BackoffMax        time.Duration
}

// Ping says how a host is pinged.
type Ping struct {
	Enabled           bool
	Count             int
	Interval, Timeout time.Duration
	Concurrency       int
}

// People says who may do what.
type People struct {
	Roles   map[string]queue.Role // by user name
	Groups  map[string]queue.Role // by group of the operating system
	Default queue.Role            // of everybody else; empty: lead while nobody is listed, else viewer
}

// Defaults are what servers take that do not say it themselves.
type Defaults struct {
	Credential, BMCCredential, OSCredential string
	Site, Room                              string
	Height                                  int

	places map[string]place
}

// Service is what servers are for.
type Service struct {
	Name        string
	Criticality fleet.Criticality
	Owner       string
}

// Default is the configuration of an empty file.
func Default() *Config {
	return &Config{
		Profiles: "profiles",
		Polling: Polling{Status: time.Minute, Inventory: 6 * time.Hour, Timeout: 2 * time.Second,
			Retries: 2, Concurrency: 256, BackoffMax: 10 * time.Minute},
		Ping:     Ping{Enabled: true, Count: 3, Interval: 200 * time.Millisecond, Timeout: time.Second, Concurrency: 4},
		Health:   health.Default(),
		Life:     ageing.DefaultPolicy(),
		Queue:    queue.DefaultRules(),
		Risk:     defaultRisk(),
		Priority: ageing.DefaultPriority(),
		Spares:   Spares{SparePolicy: ageing.DefaultSparePolicy()},
		Budget:   ageing.DefaultBudgetPolicy(),
		Defaults: Defaults{Height: 1},
	}
}

// RoleOf is what a person may do, given the groups that they are in. While
// nobody is listed, everybody is lead: one person with a laptop should not have
// to configure themselves first.
func (c *Config) RoleOf(person string, groups ...string) queue.Role {
	if r, ok := c.People.Roles[person]; ok {
		return r
	}
	var best queue.Role
	for _, g := range groups {
		if r := c.People.Groups[g]; best == "" || r.Includes(best) {
			best = r
		}
	}
	switch {
	case best != "":
		return best
	case c.People.Default != "":
		return c.People.Default
	case len(c.People.Roles) == 0 && len(c.People.Groups) == 0:
		return queue.Lead
	}
	return queue.Viewer
}

// StoreURL is the database in force: the configured one (a relative path
// starts at the configuration's folder), else the usual place.
func (c *Config) StoreURL(getenv func(string) string) string {
	scheme, path, ok := strings.Cut(c.Store.URL, ":")
	switch {
	case c.Store.URL == "":
		return defaultStore(c.Path, getenv)
	case ok && scheme != "sqlite":
		return c.Store.URL
	case !ok:
		path = c.Store.URL
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(c.Path), path)
	}
	return path
}

// defaultStore is where the database lies when nobody says it.
func defaultStore(configPath string, getenv func(string) string) string {
	const name = "ironage.db"
	if configPath == SystemPath {
		return filepath.Join("/var/lib/ironage", name)
	}
	dir := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home := getenv("HOME")
		if home == "" {
			return filepath.Join(filepath.Dir(configPath), name)
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "ironage", name)
}
