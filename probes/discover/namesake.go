package discover

import (
	"fmt"
	"net/netip"
	"strings"

	"ironage/internal/fleet"
)

// listed is a server of the inventory, as far as an agent can be it.
type listed struct {
	name   string
	serial string
	// asked is the address at which each role is asked, or shall be.
	asked map[fleet.Role]string
	// callers is how many agents call themselves by its name.
	callers int
	// serials are those that the agents which are it, or call themselves so, tell.
	serials map[string]bool
}

// roster finds servers of the inventory by the name that a machine gives itself.
type roster struct {
	byName  map[string]*listed // as the inventory writes it
	byLabel map[string][]*listed
}

func newRoster(inventory []fleet.Server) *roster {
	r := &roster{byName: map[string]*listed{}, byLabel: map[string][]*listed{}}
	for i := range inventory {
		v := &inventory[i]
		l := &listed{name: v.Name, serial: fleet.NormalSerial(v.Serial), asked: map[fleet.Role]string{}, serials: map[string]bool{}}
		for _, e := range v.Endpoints {
			l.asked[e.Role] = e.Address
		}
		r.byName[v.Name] = l
		if saysSomething(v.Name) {
			label := firstLabel(v.Name)
			r.byLabel[label] = append(r.byLabel[label], l)
		}
	}
	return r
}

// called is the server of a name, in capital or small letters. A name without
// a domain is also that of the one server that has it with a domain, and the
// other way round; two domains are two servers.
func (r *roster) called(name string) *listed {
	var alike []*listed
	for _, l := range r.byLabel[firstLabel(name)] {
		switch {
		case strings.EqualFold(l.name, name):
			return l
		case strings.EqualFold(l.name, firstLabel(name)), strings.EqualFold(name, firstLabel(l.name)):
			alike = append(alike, l)
		}
	}
	if len(alike) != 1 {
		return nil
	}
	return alike[0]
}

// firstLabel is the host's part of a name, in small letters; an address is one.
func firstLabel(name string) string {
	label := strings.ToLower(name)
	if _, err := netip.ParseAddr(label); err != nil {
		label, _, _ = strings.Cut(label, ".")
	}
	return label
}

// hear notes who calls itself by the name of a server, and with which serial number.
func (p *proposer) hear(agents []Agent) {
	for i := range agents {
		a := &agents[i]
		l := p.roster.called(a.Name)
		if l != nil {
			l.callers++
		}
		if own, _ := p.known(a); own != "" {
			l = p.roster.byName[own]
		}
		if serial := identity(a, p.times); serial != "" && l != nil {
			l.serials[serial] = true
		}
	}
}

// namesake is the server that a device evidently is by its name: nothing that
// it or any other agent of that name says speaks against it.
func (p *proposer) namesake(agents []Agent, group []int) *listed {
	for _, i := range group {
		l := p.roster.called(agents[i].Name)
		if l == nil || agents[i].Role == 0 {
			continue
		}
		if l.callers > mostAddresses || l.serial == "" && len(l.serials) > 1 {
			return nil // a name that somebody forgot to set
		}
		for _, j := range group {
			if s := identity(&agents[j], p.times); s != "" && l.serial != "" && s != l.serial {
				return nil
			}
		}
		return l
	}
	return nil
}

// answers says what to do about an agent that is a server of the inventory at
// an address that the inventory lacks.
func (l *listed) answers(a *Agent) string {
	at := addressOf(a.Address)
	if asked := l.asked[a.Role]; asked != "" {
		return fmt.Sprintf("also answers here; %s is asked as %s at %s", l.name, a.Role, asked)
	}
	l.asked[a.Role] = at
	return fmt.Sprintf("also answers here: add %s: %s to %s", a.Role, at, l.name)
}
