package record

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// Scrubber replaces what tells one machine from another. It is used by one
// goroutine.
//
// Three things lead it: the objects that profiles and MIBs call a serial
// number, a host name, an asset tag or an address; the values found there,
// which it replaces wherever else they stand, in texts and in the indexes of
// tables; and texts that look like an address. Not covered are names in other
// objects that nothing points to: users, mount points, volumes, the names of
// virtual machines.
type Scrubber struct {
	cipher    cipher
	names     map[snmp.OID]bool // columns whose whole value is an identity
	addresses map[snmp.OID]bool // columns of hardware addresses
	technical map[snmp.OID]bool // columns of versions and models
	learned   []learned
	indexes   []index
}

// learned is an identity to replace inside longer texts.
type learned struct {
	folded, becomes string
	word            bool // only as a word of its own: names are made of common words
}

// index is an identity as a part of an object identifier.
type index struct{ from, to string }

// NewScrubber makes a Scrubber whose replacements follow from key. identifying
// and technical are as profile.Library.Identifying gives them.
func NewScrubber(key []byte, identifying, technical []snmp.OID) *Scrubber {
	s := &Scrubber{cipher: cipher{key}, names: map[snmp.OID]bool{}, addresses: map[snmp.OID]bool{}, technical: map[snmp.OID]bool{}}
	for _, o := range slices.Concat(identifying, identities(), ownWords()) {
		s.names[o] = true
	}
	for _, o := range hardwareAddresses() {
		s.addresses[o] = true
	}
	for _, o := range append(technical, sysDescr) {
		s.technical[o] = true
	}
	return s
}

// The least length of an identity that is replaced inside other texts:
// shorter ones stand in everything by chance.
const (
	leastName   = 4
	leastSerial = 5
)

// Learn notes identities that were found, so that they are replaced wherever
// else they stand. Those that are short or common words are not.
func (s *Scrubber) Learn(values ...string) {
	for _, v := range values {
		v = strings.Trim(v, " \x00\t\r\n")
		s.learn(v)
		if host, domain, ok := strings.Cut(v, "."); ok && !strings.ContainsAny(v, " /:") && strings.ContainsFunc(host, unicode.IsLetter) {
			s.learn(host)
			s.learn(domain)
		}
	}
	// Of two that begin at the same place, the longer one.
	slices.SortStableFunc(s.learned, func(a, b learned) int { return len(b.folded) - len(a.folded) })
}

func (s *Scrubber) learn(v string) {
	serial := strings.ContainsAny(v, "0123456789")
	switch {
	case len(v) < leastName, serial && len(v) < leastSerial, len(v) > 64, common(v), utf8.RuneCountInString(v) != len(v):
		return
	case slices.ContainsFunc(s.learned, func(l learned) bool { return l.folded == strings.ToLower(v) }):
		return
	}
	l := learned{folded: strings.ToLower(v), word: !serial}
	l.becomes = s.cipher.text(l.folded, "")
	s.learned = append(s.learned, l)
	for _, form := range []string{v, l.folded, strings.ToUpper(v)} {
		i := index{from: arcs([]byte(form)), to: arcs([]byte(s.cipher.text(form, "")))}
		if !slices.Contains(s.indexes, i) {
			s.indexes = append(s.indexes, i)
		}
	}
}

// LearnAddress notes an address of the device, which is also a part of indexes.
func (s *Scrubber) LearnAddress(ipv4 string) {
	to := s.ipv4(ipv4)
	if to == ipv4 {
		return
	}
	s.indexes = append(s.indexes, index{from: "." + ipv4 + ".", to: "." + to + "."})
}

// LearnHardwareAddress notes an address that other objects may spell without
// any separators.
func (s *Scrubber) LearnHardwareAddress(octets []byte) {
	if len(octets) != 6 && len(octets) != 8 || uniform(octets) {
		return
	}
	l := learned{folded: hex.EncodeToString(octets)}
	l.becomes = s.cipher.nibbles(l.folded, makerNibbles)
	s.learned = append(s.learned, l)
}

// common reports whether a text is no identity: a placeholder, one sign over
// and over, or a word that stands in many texts of any device.
func common(v string) bool {
	if profile.IsPlaceholder(v) || uniform([]byte(strings.ToLower(v))) || !strings.ContainsFunc(v, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return true
	}
	return slices.Contains([]string{"localhost", "localdomain", "local", "linux", "windows", "server", "system", "chassis", "node", "host", "blade",
		"idrac", "cimc", "ilom", "esxi", "example.com", "com", "private", "unnamed", "default"}, strings.ToLower(v))
}

func uniform(b []byte) bool {
	for _, x := range b {
		if x != b[0] {
			return false
		}
	}
	return true
}

// arcs is text as it stands in an index, between dots.
func arcs(b []byte) string {
	var out strings.Builder
	for _, x := range b {
		fmt.Fprintf(&out, ".%d", x)
	}
	return out.String() + "."
}

// Variable is v without what tells its machine from others.
func (s *Scrubber) Variable(v snmp.Variable) snmp.Variable {
	column := s.columnOf(v.OID)
	v.OID = s.oid(v.OID)
	switch v.Value.Type {
	case snmp.OctetString:
		v.Value.Octets = s.octets(v.Value.Octets, column)
	case snmp.IPAddress:
		v.Value.Octets = []byte(s.ipv4(string(v.Value.Octets)))
	case snmp.ObjectID:
		v.Value.Octets = []byte(s.oid(snmp.OID(v.Value.Octets)))
	case snmp.Integer, snmp.Gauge32:
		if s.names[column] && v.Value.Num > 9 {
			v.Value.Num = s.number(v.Value.Num)
		}
	}
	return v
}

// number replaces all digits but the first, which keeps a number in its range.
func (s *Scrubber) number(n int64) int64 {
	text := fmt.Sprint(n)
	var out int64
	for _, d := range text[:1] + s.cipher.text(text[1:], "number"+text[:1]) {
		out = out*10 + int64(d-'0')
	}
	return out
}

// columnOf is the known column that an object lies below, or "".
func (s *Scrubber) columnOf(o snmp.OID) snmp.OID {
	for at := o; ; {
		if s.names[at] || s.addresses[at] || s.technical[at] {
			return at
		}
		i := strings.LastIndexByte(string(at), '.')
		if i < 0 {
			return ""
		}
		at = at[:i]
	}
}

// oid replaces identities in the indexes of an object identifier.
func (s *Scrubber) oid(o snmp.OID) snmp.OID {
	if len(s.indexes) == 0 {
		return o
	}
	text := string(o) + "."
	for _, i := range s.indexes {
		if strings.Contains(text, i.from) {
			text = strings.ReplaceAll(text, i.from, i.to)
		}
	}
	return snmp.OID(strings.TrimSuffix(text, "."))
}

func (s *Scrubber) octets(b []byte, column snmp.OID) []byte {
	switch {
	case len(b) == 0:
		return b
	case s.addresses[column]:
		return s.hardware(b)
	case s.names[column]:
		return s.whole(b)
	case column == sysDescr:
		b = s.node(b)
	}
	b = s.inside(b)
	if !isText(b) {
		return b
	}
	if s.technical[column] {
		return b
	}
	return []byte(s.patterns(string(b)))
}

// hardware replaces a hardware address, as octets or spelt.
func (s *Scrubber) hardware(b []byte) []byte {
	if len(b) == 6 || len(b) == 8 {
		if uniform(b) {
			return b
		}
		out, err := hex.DecodeString(s.cipher.nibbles(hex.EncodeToString(b), makerNibbles))
		if err != nil {
			return s.cipher.octets(b)
		}
		return out
	}
	if isText(b) {
		return []byte(s.cipher.nibbles(string(b), makerNibbles))
	}
	return s.cipher.octets(b)
}

// whole replaces a value that is nothing but an identity.
func (s *Scrubber) whole(b []byte) []byte {
	if !isText(b) {
		return s.cipher.octets(b)
	}
	trimmed := strings.Trim(string(b), " \x00\t\r\n")
	if profile.IsPlaceholder(trimmed) || uniform([]byte(trimmed)) {
		return b
	}
	from := bytes.Index(b, []byte(trimmed))
	becomes := s.cipher.text(trimmed, "")
	if found := s.patterns(trimmed); found != trimmed {
		becomes = found // an address in the place of a name stays the same address
	} else if host, domain, ok := strings.Cut(trimmed, "."); ok && !strings.ContainsAny(trimmed, " /:") && strings.ContainsFunc(host, unicode.IsLetter) {
		becomes = s.cipher.text(host, "") + "." + s.cipher.text(domain, "") // so that the parts are found again
	}
	return slices.Concat(b[:from], []byte(becomes), b[from+len(trimmed):])
}

// sysDescr of a Unix-like system is what uname says: the host's own name
// stands second, and need not be sysName.
const sysDescr snmp.OID = "1.3.6.1.2.1.1.1"

var unamePattern = regexp.MustCompile(`^(?:Linux|FreeBSD|OpenBSD|NetBSD|Darwin|SunOS|AIX|HP-UX) (\S+) `)

// node replaces the host's name in what uname says.
func (s *Scrubber) node(b []byte) []byte {
	m := unamePattern.FindSubmatchIndex(b)
	if m == nil || common(string(b[m[2]:m[3]])) {
		return b
	}
	return slices.Concat(b[:m[2]], s.whole(b[m[2]:m[3]]), b[m[3]:])
}

// inside replaces identities that were learned within a longer value.
func (s *Scrubber) inside(b []byte) []byte {
	lower := strings.ToLower(string(b))
	if len(lower) != len(b) { // folding changed lengths: nothing can be pointed at
		return b
	}
	var out []byte
	for _, l := range s.learned {
		for from := 0; ; {
			i := strings.Index(lower[from:], l.folded)
			if i < 0 {
				break
			}
			i += from
			from = i + len(l.folded)
			if l.word && (!edge(lower, i-1) || !edge(lower, from)) {
				continue
			}
			if out == nil {
				out = bytes.Clone(b)
			}
			copyCase(out[i:from], l.becomes)
			lower = lower[:i] + strings.Repeat("\x00", len(l.folded)) + lower[from:] // never twice
		}
	}
	if out == nil {
		return b
	}
	return out
}

// edge reports whether a word may end at i: there is no letter or digit.
func edge(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return true
	}
	x := s[i]
	return (x < 'a' || x > 'z') && (x < '0' || x > '9')
}

// copyCase writes text over b, upper case where b was.
func copyCase(b []byte, text string) {
	for i := range b {
		x := text[i]
		if b[i] >= 'A' && b[i] <= 'Z' && x >= 'a' && x <= 'z' || x >= 'a' && x <= 'f' && i > 0 && upperHex(b) {
			x &^= 0x20
		}
		b[i] = x
	}
}

// upperHex reports whether b is hexadecimal with capitals, where a digit may
// become a letter.
func upperHex(b []byte) bool {
	return bytes.ContainsAny(b, "ABCDEF") && !bytes.ContainsAny(b, "abcdef")
}

// isText reports whether octets are text.
func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsFunc(bytes.Trim(b, "\x00\t\r\n "), func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) })
}
