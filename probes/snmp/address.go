package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"ironage/probes/scarce"
)

// DefaultPort is where agents listen.
const DefaultPort = 161

// SplitAddress separates host and port of "host", "host:port", IPv4, bare IPv6
// and "[IPv6]:port". The error wraps ErrAddress.
func SplitAddress(address string) (host string, port uint16, err error) {
	bad := func(why string) (string, uint16, error) {
		return "", 0, fmt.Errorf("%w %q: %s", ErrAddress, address, why)
	}
	host, digits := address, ""
	switch {
	case strings.HasPrefix(address, "["):
		end := strings.IndexByte(address, ']')
		if end < 0 {
			return bad("the ] is missing")
		}
		var rest string
		host, rest = address[1:end], address[end+1:]
		if ip, err := netip.ParseAddr(host); err != nil || !ip.Is6() {
			return bad("only IPv6 addresses stand in brackets")
		}
		if rest != "" && !strings.HasPrefix(rest, ":") {
			return bad("expected :port behind the ]")
		}
		if digits = strings.TrimPrefix(rest, ":"); rest == ":" {
			return bad("no port behind the colon")
		}
	case strings.Count(address, ":") == 1:
		if host, digits, _ = strings.Cut(address, ":"); digits == "" {
			return bad("no port behind the colon")
		}
	case strings.Count(address, ":") > 1:
		if _, err := netip.ParseAddr(address); err != nil {
			return bad("not an IPv6 address; with a port write [IPv6]:port")
		}
	}
	if host == "" || strings.ContainsAny(host, " \t\r\n/@") {
		return bad("expected a host name or an IP address")
	}
	if digits == "" {
		return host, DefaultPort, nil
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return bad("the port must be a number from 1 to 65535")
	}
	return host, uint16(n), nil
}

// resolve finds the address to ask. Where a name has addresses of both kinds
// the IPv4 one is taken, since agents so often listen on that alone; an IPv6
// address can always be written as such.
func resolve(ctx context.Context, address string) (netip.AddrPort, error) {
	host, port, err := SplitAddress(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(asHeard(ip.Unmap()), port), nil
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if ctx.Err() != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %s: %w", ErrUnresolved, host, ctx.Err())
	}
	if scarce.Is(err) {
		return netip.AddrPort{}, err
	}
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %s: %s", ErrUnresolved, host, lookupProblem(err))
	}
	best := netip.Addr{}
	for _, ip := range ips {
		if ip = ip.Unmap(); !best.IsValid() || ip.Is4() && !best.Is4() {
			best = ip
		}
	}
	if !best.IsValid() {
		return netip.AddrPort{}, fmt.Errorf("%w: %s: it has no addresses", ErrUnresolved, host)
	}
	return netip.AddrPortFrom(asHeard(best), port), nil
}

// asHeard is an address as answers come from it: with its interface by name
// where that was a number, and without one where it says nothing.
func asHeard(ip netip.Addr) netip.Addr {
	if ip.Zone() == "" {
		return ip
	}
	if !ip.IsLinkLocalUnicast() {
		return ip.WithZone("")
	}
	if n, err := strconv.Atoi(ip.Zone()); err == nil {
		return inZone(ip, n)
	}
	return ip
}

// inZone is an address with the name of an interface, or its number where it has none.
func inZone(ip netip.Addr, index int) netip.Addr {
	if link, err := net.InterfaceByIndex(index); err == nil {
		return ip.WithZone(link.Name)
	}
	return ip.WithZone(strconv.Itoa(index))
}

// lookupProblem is a resolver's error without the name, which the caller says.
func lookupProblem(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.Err
	}
	return err.Error()
}
