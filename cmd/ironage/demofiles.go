package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/sim"
)

// demoConfig is the configuration of the demo: an ordinary one, only faster,
// so that a viewer sees things move. Names are relative to its folder.
const demoConfig = `# Written by "ironage demo"; it goes when the demo ends.
store: ironage.db

polling:
  status: 5s
  inventory: 1m
  timeout: 2s
  retries: 1
  concurrency: 64
  backoff_max: 1m

ping:
  count: 1
  timeout: 300ms

# A replaced part is proven in a minute, not in a day.
thresholds:
  verify: {reads: 3, after: 1m}

credentials:
  %[1]s:
    snmp: 2c                  # simulated devices on loopback; use 3 for real ones
    community: file:community

defaults:
  credential: %[1]s

inventory: [servers.csv]

spares:
  stock: stock.csv
  lead_days: 45

budget:
  currency: VND

services:
%[2]s`

// writeDemoFiles makes a configuration with its inventory, stock list and
// secret in dir, and returns the path of the main file.
func writeDemoFiles(dir, community string, servers []fleet.Server, shelf []sim.Spare) (string, error) {
	inventory, err := demoInventory(servers)
	if err != nil {
		return "", err
	}
	stock, err := demoStock(shelf)
	if err != nil {
		return "", err
	}
	main := filepath.Join(dir, "ironage.yaml")
	for _, f := range []struct {
		path string
		text []byte
	}{
		{filepath.Join(dir, "community"), []byte(community + "\n")},
		{filepath.Join(dir, "servers.csv"), inventory},
		{filepath.Join(dir, "stock.csv"), stock},
		{main, fmt.Appendf(nil, demoConfig, sim.Credential, demoServices(servers))},
	} {
		if err := os.WriteFile(f.path, f.text, 0o600); err != nil {
			return "", fmt.Errorf("demo: %w", err)
		}
	}
	return main, nil
}

// demoServices writes what the servers are for, each with its criticality and
// the owner of its first server.
func demoServices(servers []fleet.Server) string {
	seen := map[string]bool{}
	var b strings.Builder
	for _, s := range servers {
		if s.Service == "" || seen[s.Service] {
			continue
		}
		seen[s.Service] = true
		fmt.Fprintf(&b, "  %q: {criticality: %s, owner: %q}\n", s.Service, s.Criticality, s.Owner)
	}
	return b.String()
}

// demoStock writes what lies on the shelf as a table; where nobody has written
// down a price, there is none.
func demoStock(shelf []sim.Spare) ([]byte, error) {
	rows := [][]string{{"part_number", "model", "kind", "price", "on_hand", "on_order", "place"}}
	for _, s := range shelf {
		price := ""
		if s.Price > 0 {
			price = strconv.FormatInt(s.Price, 10)
		}
		rows = append(rows, []string{s.PartNumber, s.Model, s.Kind, price, strconv.Itoa(s.OnHand), strconv.Itoa(s.OnOrder), s.Place})
	}
	var b bytes.Buffer
	err := csv.NewWriter(&b).WriteAll(rows)
	return b.Bytes(), err
}

// demoInventory writes servers as the table that an inventory system exports.
func demoInventory(servers []fleet.Server) ([]byte, error) {
	expected := []fleet.Kind{fleet.Disk, fleet.Memory, fleet.CPU, fleet.PSU}
	head := []string{"name", "bmc", "os", "site", "room", "rack", "position", "height", "face", "service", "criticality", "owner", "asset_tag",
		"serial", "manufacturer", "model", "in_service", "purchased", "warranty_end", "notes"}
	for _, k := range expected {
		head = append(head, "expected_"+k.String())
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{head}
	for _, s := range servers {
		row := []string{s.Name, addressOf(s, fleet.BMC), addressOf(s, fleet.OS), s.Site, s.Room, s.Rack, strconv.Itoa(s.Position), strconv.Itoa(s.Height),
			s.Face, s.Service, string(s.Criticality), s.Owner, s.AssetTag, s.Serial, s.Manufacturer, s.Model,
			string(s.InService), string(s.Purchased), string(s.WarrantyEnd), s.Notes}
		for _, k := range expected {
			n := ""
			if c, ok := s.Expected[k]; ok {
				n = strconv.Itoa(c)
			}
			row = append(row, n)
		}
		rows = append(rows, row)
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// addressOf is the address of a server's endpoint of that role, or "".
func addressOf(s fleet.Server, role fleet.Role) string {
	i := slices.IndexFunc(s.Endpoints, func(e fleet.Endpoint) bool { return e.Role == role })
	if i < 0 {
		return ""
	}
	return s.Endpoints[i].Address
}
