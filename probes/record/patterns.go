package record

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// makerNibbles of a hardware address name its maker, not the machine.
const makerNibbles = 6

// What looks like an address in any text.
var (
	macPattern   = regexp.MustCompile(`\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?:[:-][0-9A-Fa-f]{2}){0,2}\b`)
	uuidPattern  = regexp.MustCompile(`\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b`)
	quadPattern  = regexp.MustCompile(`\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b`)
	ipv6Pattern  = regexp.MustCompile(`[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}`)
	emailPattern = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)
	versionWords = regexp.MustCompile(`(?i)(?:\bv|\bver\w*|\brev\w*|firmware\w*|\bfw|bios|software|driver|release|build|kernel|package|idrac\d?|\bilo|agent)\W{0,3}$`)
)

// patterns replaces what looks like an address in a text.
func (s *Scrubber) patterns(text string) string {
	if strings.Contains(text, "@") {
		text = emailPattern.ReplaceAllStringFunc(text, func(m string) string { return s.cipher.text(m, "") })
	}
	if strings.ContainsAny(text, ":-") {
		text = uuidPattern.ReplaceAllStringFunc(text, func(m string) string { return s.cipher.nibbles(m, 0) })
		text = macPattern.ReplaceAllStringFunc(text, func(m string) string {
			if uniform([]byte(strings.NewReplacer(":", "", "-", "").Replace(m))) {
				return m
			}
			return s.cipher.nibbles(m, makerNibbles)
		})
	}
	if strings.Count(text, ":") > 1 {
		text = ipv6Pattern.ReplaceAllStringFunc(text, s.ipv6)
	}
	if strings.Count(text, ".") > 2 {
		text = s.quads(text)
	}
	return text
}

// quads replaces IPv4 addresses. Four numbers with dots are a version as often
// as an address: those behind a word for it are left.
func (s *Scrubber) quads(text string) string {
	var out strings.Builder
	from := 0
	for _, at := range quadPattern.FindAllStringIndex(text, -1) {
		out.WriteString(text[from:at[0]])
		quad := text[at[0]:at[1]]
		longer := at[0] > 0 && text[at[0]-1] == '.' || at[1] < len(text)-1 && text[at[1]] == '.' && text[at[1]+1] >= '0' && text[at[1]+1] <= '9'
		if !longer && !versionWords.MatchString(text[:at[0]]) {
			quad = s.ipv4(quad)
		}
		out.WriteString(quad)
		from = at[1]
	}
	out.WriteString(text[from:])
	return out.String()
}

// ipv4 is another address with as many digits in each part. Private networks
// stay private, and what is no address of a machine (loopback, masks,
// multicast) stays as it is.
func (s *Scrubber) ipv4(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() {
		return text
	}
	b := a.As4()
	if b[0] == 0 || b[0] == 127 || b[0] >= 224 || b == [4]byte{} {
		return text
	}
	keep := 0
	switch {
	case b[0] == 10:
		keep = 1
	case b[0] == 172 && b[1]&0xf0 == 16, b[0] == 192 && b[1] == 168, b[0] == 169 && b[1] == 254:
		keep = 2
	}
	var values []int
	var wheels []wheel
	var least []int
	tweak := "ipv4"
	for i, x := range b {
		low, high := 0, 9
		switch {
		case x > 99:
			low, high = 100, 255
		case x > 9:
			low, high = 10, 99
		}
		if i == 0 {
			low, high = max(low, 1), min(high, 223)
		}
		if i < keep {
			tweak += "." + strconv.Itoa(int(x))
			continue
		}
		values, wheels, least = append(values, int(x)-low), append(wheels, wheel{size: high - low + 1}), append(least, low)
	}
	s.cipher.turn(values, wheels, tweak)
	parts := make([]string, 0, 4)
	for i := range keep {
		parts = append(parts, strconv.Itoa(int(b[i])))
	}
	for i, v := range values {
		parts = append(parts, strconv.Itoa(v+least[i]))
	}
	return strings.Join(parts, ".")
}

// ipv6 is another address of the same spelling, where text is one; its first
// group, which says what kind it is, stays.
func (s *Scrubber) ipv6(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() || a.IsLoopback() || a.IsUnspecified() {
		return text
	}
	first, rest, _ := strings.Cut(text, ":")
	return first + ":" + s.cipher.nibbles(rest, 0)
}
