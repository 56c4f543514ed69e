package config

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

var (
	hostLabel = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)
	onlyDots  = regexp.MustCompile(`^[0-9.]+$`)
)

// ParseAddress checks a host or host:port: IPv4, IPv6 (in brackets when a port
// follows) or a DNS name, and returns it the way the rest of the product
// writes it, with an IPv6 address always in brackets.
func ParseAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		if a.Is6() {
			return "[" + a.String() + "]", nil
		}
		return a.String(), nil
	}
	switch {
	case s == "":
		return "", fmt.Errorf("an address is missing; expected a host or host:port")
	case strings.Contains(s, "://"):
		return "", fmt.Errorf("%s is a URL; expected only its host or host:port", quote(s))
	case strings.Contains(s, "/"):
		return "", fmt.Errorf("%s is a network; expected one host without \"/\"", quote(s))
	}
	host, port, bracketed, err := splitPort(s)
	if err != nil {
		return "", err
	}
	if bracketed {
		a, err := netip.ParseAddr(host)
		if err != nil || !a.Is6() {
			return "", fmt.Errorf("%s: only an IPv6 address stands in brackets", quote(s))
		}
		host = a.String()
	} else if err := checkHost(host); err != nil {
		return "", err
	}
	switch {
	case port != "":
		return net.JoinHostPort(host, port), nil
	case bracketed:
		return "[" + host + "]", nil
	}
	return host, nil
}

// splitPort takes "host", "host:port", "[v6]" or "[v6]:port" apart.
func splitPort(s string) (host, port string, bracketed bool, err error) {
	if strings.HasPrefix(s, "[") {
		inside, rest, closed := strings.Cut(s[1:], "]")
		if !closed || rest != "" && !strings.HasPrefix(rest, ":") {
			return "", "", false, fmt.Errorf("%s: expected [IPv6] or [IPv6]:port", quote(s))
		}
		if rest == "" {
			return inside, "", true, nil
		}
		port, err = checkPort(rest[1:])
		return inside, port, true, err
	}
	if strings.Count(s, ":") > 1 {
		return "", "", false, fmt.Errorf("%s is not an IPv6 address; expected e.g. 2001:db8::7 or [2001:db8::7]:161", quote(s))
	}
	host, port, hasPort := strings.Cut(s, ":")
	if hasPort {
		port, err = checkPort(port)
	}
	return host, port, false, err
}

func checkPort(s string) (string, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("port %s is not a number from 1 to 65535", quote(s))
	}
	return strconv.Itoa(n), nil
}

// checkHost accepts IPv4 addresses and DNS names, and tells a mistyped address
// from a name.
func checkHost(host string) error {
	if onlyDots.MatchString(host) {
		if _, err := netip.ParseAddr(host); err != nil {
			return fmt.Errorf("%s is not an IPv4 address; expected four numbers from 0 to 255", quote(host))
		}
		return nil
	}
	if len(host) > 253 {
		return fmt.Errorf("%s is too long for a host name; at most 253 characters", quote(host))
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if !hostLabel.MatchString(label) {
			return fmt.Errorf("%s is not a host name; expected letters, digits and hyphens between dots", quote(host))
		}
	}
	return nil
}
