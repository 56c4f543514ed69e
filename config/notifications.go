package config

import (
	"encoding/hex"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Notifications say where SNMP traps and informs are listened for. The zero
// value is not to listen.
type Notifications struct {
	Listen      []string // UDP addresses as host:port or :port
	Credentials []string // names whose communities and users are accepted; empty: all
	EngineID    string   // of this receiver, in hex; empty: made from the host's name

	named map[string]place // where each credential is named
}

// Accepts are the names of the credentials by which notifications are accepted.
func (c *Config) Accepts() []string {
	if len(c.Notifications.Credentials) > 0 {
		return c.Notifications.Credentials
	}
	return c.CredentialNames()
}

// notificationPort is where agents send notifications unless told otherwise.
const notificationPort = "162"

func notificationKeys() []key[Notifications] {
	listen := texts("listen", "UDP addresses to listen on: host:port, :port for all addresses, or a host for port "+notificationPort+". Left out: nothing listens. "+
		"Ports below 1024 need a capability (setcap cap_net_bind_service+ep) or a redirect to a high port; see notifications.md.",
		func(n *Notifications) *[]string { return &n.Listen })
	listen.tree = func(d *decoder, n ast.Node, to *Notifications) {
		each(d, n, func(s string, at place) {
			address, why := parseListen(s)
			if why != "" {
				d.errorf(at, "listen: %s %s; expected e.g. \":10162\" or 192.0.2.1:162", quote(s), why)
				return
			}
			if slices.Contains(to.Listen, address) {
				d.errorf(at, "listen: %s stands there twice", quote(s))
				return
			}
			to.Listen = append(to.Listen, address)
		})
	}
	credentials := texts("credentials", "Names of the credentials whose communities and users are accepted. Left out: all of them. "+
		"Whatever is accepted is a hint: it causes a read, and the read decides.", func(n *Notifications) *[]string { return &n.Credentials })
	credentials.tree = func(d *decoder, n ast.Node, to *Notifications) {
		to.named = map[string]place{}
		each(d, n, func(s string, at place) {
			to.Credentials, to.named[s] = append(to.Credentials, s), at
		})
	}
	return []key[Notifications]{listen, credentials,
		single("engine_id", "5 to 32 bytes in hex", "SNMPv3 engine ID of this receiver, for devices that must be told it before they send informs. "+
			"Left out: made from the host's name, and learned by the device.",
			func(s string, n *Notifications) bool {
				id := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "0x"))
				b, err := hex.DecodeString(id)
				n.EngineID = id
				return err == nil && len(b) >= 5 && len(b) <= 32
			}, func(n *Notifications) string { return n.EngineID }),
	}
}

// each calls f with every text of a list; a single text is a list of one.
func each(d *decoder, n ast.Node, f func(s string, at place)) {
	if s, ok := d.resolve(n).(*ast.StringNode); ok {
		f(s.Value, d.place(n))
		return
	}
	for _, item := range d.items(n, "a list of texts") {
		if s, ok := d.scalar(item, "a text"); ok {
			f(strings.TrimSpace(s), d.place(item))
		}
	}
}

// parseListen completes an address to listen on, or says what is wrong with it.
func parseListen(s string) (address, why string) {
	if a, err := netip.ParseAddr(s); err == nil {
		return net.JoinHostPort(a.String(), notificationPort), ""
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = s, notificationPort
	}
	if _, err := netip.ParseAddr(host); host != "" && err != nil {
		if err := checkHost(host); err != nil {
			return "", "is no address to listen on"
		}
	}
	if _, err := checkPort(port); err != nil || host == "" && s == "" {
		return "", "has no port from 1 to 65535"
	}
	return net.JoinHostPort(host, port), ""
}

// checkNotifications says which names are no credentials, and when nothing
// could be accepted.
func checkNotifications(r *report, c *Config, at place) {
	n := c.Notifications
	for _, name := range n.Credentials {
		if _, ok := c.Credentials[name]; !ok {
			r.errorf(n.named[name], "notifications: no credential is named %s%s", quote(name), orMeant(name, c.CredentialNames()))
		}
	}
	if len(n.Listen) > 0 && len(c.Accepts()) == 0 {
		r.warnf(at, "notifications: nothing is accepted, because there are no credentials; add the community or user that the devices send with")
	}
}
