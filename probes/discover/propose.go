package discover

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Status is what becomes of an agent that was found.
type Status string

// The statuses.
const (
	New     Status = "new"          // an entry is proposed
	Known   Status = "in inventory" // a server of the inventory, maybe at an address that it lacks
	Same    Status = "same device"  // another address of an entry that is proposed
	Refuses Status = "refuses"      // it is there, and accepts no credential
	Strange Status = "no profile"   // nobody knows what it is; not proposed
)

// Finding is one agent with what becomes of it.
type Finding struct {
	Agent
	Status Status `json:"status"`
	// Server is the inventory's name or the proposed one.
	Server string `json:"server,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Entry is a server proposed for the inventory.
type Entry struct {
	Name          string `json:"name"`
	BMC           string `json:"bmc,omitempty"`
	OS            string `json:"os,omitempty"`
	BMCCredential string `json:"bmc_credential,omitempty"`
	OSCredential  string `json:"os_credential,omitempty"`
	Serial        string `json:"serial,omitempty"`
	Manufacturer  string `json:"manufacturer,omitempty"`
	Model         string `json:"model,omitempty"`
	Notes         string `json:"notes,omitempty"`
}

// Columns are the inventory's columns that an Entry fills, in the order of Row.
func Columns() []string {
	return []string{"name", "bmc", "os", "bmc_credential", "os_credential", "serial", "manufacturer", "model", "notes"}
}

// Row is the entry in the order of Columns.
func (e *Entry) Row() []string {
	return []string{e.Name, e.BMC, e.OS, e.BMCCredential, e.OSCredential, e.Serial, e.Manufacturer, e.Model, e.Notes}
}

// Propose says of every agent what becomes of it, in order of address, and
// which entries the inventory lacks. Several addresses of one device (the same
// serial number, or the same version 3 engine where nothing speaks against it)
// make one entry.
func Propose(agents []Agent, inventory []fleet.Server) ([]Finding, []Entry) {
	p := newProposer(inventory)
	agents = slices.Clone(agents)
	slices.SortFunc(agents, func(a, b Agent) int { return a.Address.Compare(b.Address) })
	findings := make([]Finding, len(agents))
	p.times, _ = told(agents)
	p.hear(agents)
	var entries []Entry
	for _, d := range grouped(agents) {
		if e, ok := p.device(agents, d, findings); ok {
			entries = append(entries, e)
		}
	}
	return findings, entries
}

// mostAddresses is how many addresses one machine has at most. A serial number
// or an engine ID that more of them tell is a default that somebody forgot to
// set, and tells no machines apart.
const mostAddresses = 8

// identity is the serial number by which an agent's device is known, if any.
func identity(a *Agent, times map[string]int) string {
	if s := fleet.NormalSerial(a.Device.Serial); times[s] <= mostAddresses {
		return s
	}
	return ""
}

// told counts how often each serial number and engine ID is told.
func told(agents []Agent) (serials, engines map[string]int) {
	serials, engines = map[string]int{}, map[string]int{}
	for i := range agents {
		if s := fleet.NormalSerial(agents[i].Device.Serial); s != "" {
			serials[s]++
		}
		if e := agents[i].Engine; e != "" {
			engines[e]++
		}
	}
	return serials, engines
}

// grouped are the agents, as indexes, by device, in order of the first address.
func grouped(agents []Agent) [][]int {
	var out [][]int
	serials, engines := map[string]int{}, map[string]int{}
	serialTimes, engineTimes := told(agents)
	for i := range agents {
		a := &agents[i]
		serial := identity(a, serialTimes)
		at, found := serials[serial] // "" is never in it
		if !found && engineTimes[a.Engine] <= mostAddresses {
			at, found = engines[a.Engine] // nor is ""
			found = found && !contradicts(agents, out[at], a)
		}
		if !found {
			at = len(out)
			out = append(out, nil)
		}
		out[at] = append(out[at], i)
		if serial != "" {
			serials[serial] = at
		}
		if a.Engine != "" {
			engines[a.Engine] = at
		}
	}
	return out
}

// contradicts reports whether an agent cannot be the device of others in spite
// of the same engine ID: cloned machines and some firmware share theirs.
func contradicts(agents []Agent, group []int, a *Agent) bool {
	for _, i := range group {
		b := &agents[i]
		s, t := fleet.NormalSerial(a.Device.Serial), fleet.NormalSerial(b.Device.Serial)
		if s != "" && t != "" && s != t || a.ObjectID != b.ObjectID || !strings.EqualFold(a.Name, b.Name) {
			return true
		}
	}
	return false
}

// proposer knows what the inventory has.
type proposer struct {
	addresses map[string]string // address → server
	hosts     map[string]string // names by which servers are asked → server
	serials   map[string]string
	taken     map[string]bool // names, in small letters
	times     map[string]int  // how many agents tell a serial number
	roster    *roster
}

func newProposer(inventory []fleet.Server) *proposer {
	p := &proposer{addresses: map[string]string{}, hosts: map[string]string{}, serials: map[string]string{}, taken: map[string]bool{}, roster: newRoster(inventory)}
	for i := range inventory {
		v := &inventory[i]
		p.taken[strings.ToLower(v.Name)] = true
		if s := fleet.NormalSerial(v.Serial); s != "" {
			p.serials[s] = v.Name
		}
		for _, e := range v.Endpoints {
			host, port, err := snmp.SplitAddress(e.Address)
			if err != nil {
				continue // the configuration says so
			}
			if ip, err := netip.ParseAddr(host); err == nil {
				p.addresses[netip.AddrPortFrom(ip.Unmap(), port).String()] = v.Name
			} else {
				p.hosts[strings.ToLower(host)] = v.Name
			}
		}
	}
	return p
}

// known finds the inventory's server that an agent is.
func (p *proposer) known(a *Agent) (server, why string) {
	if name, ok := p.addresses[a.Address.String()]; ok {
		return name, "this address"
	}
	if name, ok := p.serials[fleet.NormalSerial(a.Device.Serial)]; ok && p.times[fleet.NormalSerial(a.Device.Serial)] <= mostAddresses {
		return name, "serial number " + a.Device.Serial + " at another address"
	}
	if name, ok := p.hosts[strings.ToLower(a.Name)]; ok && a.Name != "" {
		return name, "asked there by its name"
	}
	return "", ""
}

// listedAs is the server that a device is by an address, serial number or name
// of its agents; where those tell nothing, the one that it calls itself.
func (p *proposer) listedAs(agents []Agent, group []int) (server string, called *listed) {
	for _, i := range group {
		if server, _ = p.known(&agents[i]); server != "" {
			return server, nil
		}
	}
	return "", p.namesake(agents, group)
}

// device settles what becomes of the agents of one device.
func (p *proposer) device(agents []Agent, group []int, findings []Finding) (Entry, bool) {
	server, called := p.listedAs(agents, group)
	var e Entry
	var proposed []int
	for _, i := range group {
		f := &findings[i]
		*f = Finding{Agent: agents[i], Status: Strange}
		if s := fleet.NormalSerial(f.Device.Serial); p.times[s] > mostAddresses {
			f.Note = strings.TrimPrefix(f.Note+fmt.Sprintf("; %d agents tell this serial number", p.times[s]), "; ")
		}
		switch own, reason := p.known(&f.Agent); {
		case own != "":
			f.Status, f.Server, f.Why = Known, own, strings.TrimSuffix(reason+"; "+f.Refused, "; ")
		case server != "":
			f.Status, f.Server, f.Why = Known, server, "the same device as one of its addresses"
		case f.Refused != "":
			f.Status, f.Why = Refuses, f.Refused
		case f.Role == 0:
			f.Why = cmp.Or(f.Note, "no profile tells what it is; sysObjectID "+cmp.Or(f.ObjectID, "none"))
		case called != nil:
			f.Status, f.Server, f.Why = Known, called.name, strings.TrimSuffix(called.answers(&f.Agent)+"; "+f.Note, "; ")
		default:
			proposed = append(proposed, i)
			e.add(f, identity(&f.Agent, p.times))
		}
	}
	if len(proposed) == 0 {
		return e, false
	}
	e.Name = p.name(findings, proposed)
	for _, i := range proposed {
		findings[i].Server = e.Name
	}
	return e, true
}

// add takes an agent into the entry: the first of a role is its endpoint,
// further ones are noted. serial is what tells the device apart, if anything does.
func (e *Entry) add(f *Finding, serial string) {
	f.Status = New
	at := addressOf(f.Address)
	credential := f.Credential
	first := e.BMC == "" && e.OS == ""
	switch {
	case f.Role == fleet.BMC && e.BMC == "":
		e.BMC, e.BMCCredential = at, credential
	case f.Role == fleet.OS && e.OS == "":
		e.OS, e.OSCredential = at, credential
	default:
		f.Status, f.Why = Same, "the same "+sameBy(f)
		e.Notes = strings.TrimPrefix(e.Notes+"; also answers at "+at, "; ")
	}
	if f.Status == New && !first {
		f.Status, f.Why = Same, "the same "+sameBy(f)+": one entry with both addresses"
	}
	if serial != "" {
		e.Serial = cmp.Or(e.Serial, f.Device.Serial)
	}
	e.Manufacturer = cmp.Or(e.Manufacturer, f.Device.Vendor)
	e.Model = cmp.Or(e.Model, f.Device.Model)
	if f.Note != "" && f.Why == "" {
		f.Why = f.Note
	}
}

func sameBy(f *Finding) string {
	if fleet.NormalSerial(f.Device.Serial) != "" {
		return "serial number " + f.Device.Serial
	}
	return "SNMPv3 engine " + f.Engine
}

// addressOf is an address as the inventory writes it.
func addressOf(a netip.AddrPort) string {
	if a.Port() != snmp.DefaultPort {
		return a.String()
	}
	if a.Addr().Is6() {
		return "[" + a.Addr().String() + "]"
	}
	return a.Addr().String()
}

// name is a name for the device that nothing else has: what its operating
// system calls itself, else what the controller does, else its address.
func (p *proposer) name(findings []Finding, group []int) string {
	ordered := slices.Clone(group)
	slices.SortStableFunc(ordered, func(a, b int) int {
		return cmp.Compare(rank(findings[a].Role), rank(findings[b].Role))
	})
	at := findings[group[0]].Address
	host := at.Addr().String()
	name := host
	for _, i := range ordered {
		if n := findings[i].Name; saysSomething(n) {
			name = n
			break
		}
	}
	base := name
	for n, suffix := 1, host; p.taken[strings.ToLower(name)]; n, suffix = n+1, fmt.Sprintf("%s-%d", host, n) {
		if name = base + "-" + suffix; base == host {
			name = fmt.Sprintf("%s-%d", host, n)
		}
	}
	p.taken[strings.ToLower(name)] = true
	return name
}

func rank(r fleet.Role) int {
	if r == fleet.OS {
		return 0
	}
	return 1
}

// saysSomething reports whether a system's name tells it from others.
func saysSomething(name string) bool {
	switch strings.ToLower(name) {
	case "", "localhost", "localhost.localdomain", "(none)", "none", "unknown", "noname", "not set", "default", "snmp":
		return false
	}
	return true
}
