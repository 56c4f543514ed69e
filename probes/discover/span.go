package discover

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Span is a run of addresses of one family, both ends included.
type Span struct{ Lo, Hi netip.Addr }

// smallestPrefix is the widest IPv6 network that can be searched: 65,536
// addresses. In a usual /64 no search ever ends.
const smallestPrefix = 112

const (
	maxLine  = 256
	maxLines = 100_000
)

// ParseTarget reads what is to be searched: a network (10.0.0.0/24), a range
// (10.0.0.5-20, 10.0.0.5-10.0.1.20) or one address. Of an IPv4 network the
// first and the last address, which belong to no host, are left out unless all
// is set.
func ParseTarget(text string, all bool) (Span, error) {
	s, prefix, err := parseSpan(text)
	switch {
	case err != nil:
		return Span{}, err
	case s.Lo.Is6() && s.size() > 1<<(128-smallestPrefix):
		return Span{}, fmt.Errorf("%s: too many IPv6 addresses to search; give a prefix of /%d or longer, or single addresses", quoted(text), smallestPrefix)
	case s.Lo.IsMulticast() || s.Hi.IsMulticast() || s.Lo.Is4() && s.Hi.As4()[0] >= 224:
		return Span{}, fmt.Errorf("%s: these are multicast or reserved addresses, which belong to no single host", quoted(text))
	case s.Lo.IsUnspecified():
		return Span{}, fmt.Errorf("%s: %s is no address of a host", quoted(text), s.Lo)
	}
	if s.Lo.Is4() && prefix >= 0 && prefix < 31 && !all {
		s.Lo, s.Hi = s.Lo.Next(), s.Hi.Prev()
	}
	return s, nil
}

// ParseExclusion reads what must not be asked: the same forms, of any size,
// and networks as a whole.
func ParseExclusion(text string) (Span, error) {
	s, _, err := parseSpan(text)
	return s, err
}

// ReadExclusions reads a list with one exclusion a line; blank lines, and what
// stands behind a "#", are remarks.
func ReadExclusions(r io.Reader, name string) ([]Span, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxLine), 16*maxLine)
	var out []Span
	n := 0
	for lines.Scan() {
		if n++; n > maxLines {
			return nil, fmt.Errorf("%s: more than %d lines", name, maxLines)
		}
		text, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		s, err := ParseExclusion(text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		out = append(out, s)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
	}
	return out, nil
}

// parseSpan is the whole run that a text names; prefix is -1 where it is no network.
func parseSpan(text string) (s Span, prefix int, err error) {
	text = strings.TrimSpace(text)
	bad := func(why string) (Span, int, error) {
		return Span{}, -1, fmt.Errorf("%s: %s", quoted(text), why)
	}
	switch {
	case len(text) > maxLine:
		return bad("this is no address")
	case strings.Contains(text, "%"):
		return bad("addresses with a zone cannot be searched; use global addresses")
	case strings.Contains(text, "/"):
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return bad("expected a network such as 10.0.0.0/24")
		}
		if p.Addr().Is4In6() {
			return bad("write it as an IPv4 network")
		}
		p = p.Masked()
		return Span{p.Addr(), lastOf(p)}, p.Bits(), nil
	case strings.Contains(text, "-"):
		return parseRange(text)
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return bad("expected an address, a network (10.0.0.0/24) or a range (10.0.0.5-20)")
	}
	return Span{a.Unmap(), a.Unmap()}, -1, nil
}

func parseRange(text string) (Span, int, error) {
	bad := func(why string) (Span, int, error) {
		return Span{}, -1, fmt.Errorf("%s: %s", quoted(text), why)
	}
	left, right, _ := strings.Cut(text, "-")
	lo, err := netip.ParseAddr(strings.TrimSpace(left))
	if err != nil {
		return bad("expected a range such as 10.0.0.5-20 or 10.0.0.5-10.0.1.20")
	}
	lo = lo.Unmap()
	right = strings.TrimSpace(right)
	hi, err := netip.ParseAddr(right)
	if err != nil {
		n, notNumber := strconv.ParseUint(right, 10, 8)
		if notNumber != nil || !lo.Is4() {
			return bad("expected a range such as 10.0.0.5-20 or 10.0.0.5-10.0.1.20")
		}
		b := lo.As4()
		b[3] = byte(n)
		hi = netip.AddrFrom4(b)
	}
	if hi = hi.Unmap(); hi.Is4() != lo.Is4() {
		return bad("both ends must be IPv4 or both IPv6")
	}
	if hi.Less(lo) {
		return bad("the range ends before it begins")
	}
	return Span{lo, hi}, -1, nil
}

func quoted(text string) string {
	if len(text) > 80 {
		text = text[:80] + "…"
	}
	return strconv.Quote(text)
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b) // of 4 or 16 bytes, as it came
	return a
}

// String is the span as ParseTarget reads it.
func (s Span) String() string {
	if s.Lo == s.Hi {
		return s.Lo.String()
	}
	return s.Lo.String() + "-" + s.Hi.String()
}

// size is the number of addresses, at most the largest number there is.
func (s Span) size() uint64 {
	n := distance(s.Lo, s.Hi)
	if n == math.MaxUint64 {
		return n
	}
	return n + 1
}

// distance is how far b lies behind a, which is not behind b.
func distance(a, b netip.Addr) uint64 {
	aHi, aLo := halves(a)
	bHi, bLo := halves(b)
	lo, borrow := bits.Sub64(bLo, aLo, 0)
	if hi, _ := bits.Sub64(bHi, aHi, borrow); hi > 0 {
		return math.MaxUint64
	}
	return lo
}

// plus is the address n behind a.
func plus(a netip.Addr, n uint64) netip.Addr {
	hi, lo := halves(a)
	lo, carry := bits.Add64(lo, n, 0)
	hi, _ = bits.Add64(hi, 0, carry)
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	if a.Is4() {
		return netip.AddrFrom16(b).Unmap()
	}
	return netip.AddrFrom16(b)
}

func halves(a netip.Addr) (hi, lo uint64) {
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

// joined are the spans in order, with those that touch or overlap made one.
func joined(spans []Span) []Span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return a.Lo.Compare(b.Lo) })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.Lo.Is4() == out[n-1].Hi.Is4() && (s.Lo.Compare(out[n-1].Hi) <= 0 || s.Lo == out[n-1].Hi.Next()) {
			if out[n-1].Hi.Less(s.Hi) {
				out[n-1].Hi = s.Hi
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// without is the joined spans less the joined exclusions.
func without(spans, excluded []Span) []Span {
	var out []Span
	for _, s := range spans {
		first, _ := slices.BinarySearchFunc(excluded, s.Lo, func(x Span, a netip.Addr) int { return x.Hi.Compare(a) })
		left := true
		for _, x := range excluded[first:] {
			if s.Hi.Less(x.Lo) {
				break
			}
			if x.Hi.Less(s.Lo) || x.Lo.Is4() != s.Lo.Is4() {
				continue
			}
			if s.Lo.Less(x.Lo) {
				out = append(out, Span{s.Lo, x.Lo.Prev()})
			}
			if left = x.Hi.Less(s.Hi); !left {
				break
			}
			s.Lo = x.Hi.Next()
		}
		if left {
			out = append(out, s)
		}
	}
	return out
}
