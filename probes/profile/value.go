package profile

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"ironage/probes/snmp"
)

// maxText bounds what is kept of one text from a device: longer ones are
// noise or hostile, and would travel through store and screens.
const maxText = 1024

// cell is one value from a device on its way to becoming a fact.
type cell struct {
	raw   stored
	ok    bool // there is a value
	text  string
	num   float64
	isNum bool
	at    cellAt // where it came from
}

func cellOf(s stored, at cellAt) cell {
	var c cell
	c.set(s, at)
	return c
}

// set makes c the cell of a stored value.
func (c *cell) set(s stored, at cellAt) {
	*c = cell{at: at}
	if !s.exists() {
		return
	}
	c.raw, c.ok, c.text = s, true, bounded(s.text())
	switch {
	case s.kind != snmp.OctetString:
		c.num, c.isNum = s.number()
	case numeric(c.text):
		c.num, c.isNum = parseNumber(c.text)
	}
}

// measure is set without the text of a number.
func (c *cell) measure(s stored, at cellAt) {
	switch s.kind {
	case snmp.Integer, snmp.Counter32, snmp.Gauge32, snmp.TimeTicks:
		*c = cell{raw: s, ok: true, num: float64(s.num), isNum: true, at: at}
	default:
		c.set(s, at)
	}
}

// numeric reports whether a text may be a number: parsing each serial number
// to find that it is none costs more than everything else.
func numeric(s string) bool {
	if s == "" {
		return false
	}
	switch b := s[0]; {
	case b >= '0' && b <= '9', b == '-', b == '+', b == '.':
		return true
	}
	return false
}

func textCell(s string) cell {
	c := cell{ok: true, text: s}
	c.num, c.isNum = parseNumber(s)
	return c
}

func numberCell(f float64) cell {
	return cell{ok: true, num: f, isNum: true, text: formatNumber(f)}
}

func formatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func parseNumber(s string) (float64, bool) {
	if !mayBeNumber(s) {
		return 0, false // the error of the attempt costs more than to look
	}
	if n, ok := shortNumber(s); ok {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// shortNumber is a number of a few digits.
func shortNumber(s string) (float64, bool) {
	const exact = 15 // so many digits a float holds
	if len(s) > exact {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return float64(n), true
}

// mayBeNumber reports whether a text looks like a number: a sign, digits with at
// most one point among them, an exponent. What Go writes in hex, or with digits
// set apart, is left to the parser.
func mayBeNumber(s string) bool {
	if !numeric(s) {
		return false
	}
	point, power := false, false
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
		case b == '.' && !point && !power:
			point = true
		case (b == '-' || b == '+') && (i == 0 || s[i-1]|' ' == 'e'):
		case b|' ' == 'e' && !power && i > 0:
			power = true
		case b|' ' == 'x', b == '_':
			return true
		default:
			return false
		}
	}
	return true
}

func bounded(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

// valueMatch is one pattern of an enum, a sentinel list or a condition.
type valueMatch struct {
	missing bool
	re      *regexp.Regexp
	text    string
	lo, hi  float64 // with span: lo <= number <= hi
	span    bool
	number  bool
	bit     int // "bit 3": this bit of an SNMP BITS value, counted from 1
}

var (
	spanPattern    = regexp.MustCompile(`^(-?[0-9.]+)\.\.(-?[0-9.]+)$`)
	bitPattern     = regexp.MustCompile(`^bit ([0-9]|[1-5][0-9]|6[0-3])$`)
	comparePattern = regexp.MustCompile(`^(>=|<=|>|<)\s*(-?[0-9.]+)$`)
)

// parseMatch reads a pattern: "missing", "~regexp", "3..7", ">0", "bit 3" (of
// SNMP BITS), a number or a text.
func parseMatch(s string) (valueMatch, error) {
	if s == "missing" {
		return valueMatch{missing: true}, nil
	}
	if rest, ok := strings.CutPrefix(s, "~"); ok && rest != "" {
		re, err := regexp.Compile("(?i)" + rest)
		return valueMatch{re: re}, err
	}
	if m := spanPattern.FindStringSubmatch(s); m != nil {
		lo, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return valueMatch{}, err
		}
		hi, err := strconv.ParseFloat(m[2], 64)
		return valueMatch{span: true, lo: lo, hi: hi}, err
	}
	if m := comparePattern.FindStringSubmatch(s); m != nil {
		n, err := strconv.ParseFloat(m[2], 64)
		return compareMatch(m[1], n), err
	}
	if m := bitPattern.FindStringSubmatch(s); m != nil {
		return valueMatch{bit: digits(m[1]) + 1}, nil
	}
	v := valueMatch{text: folded(s)}
	v.lo, v.number = parseNumber(s)
	return v, nil
}

func compareMatch(op string, n float64) valueMatch {
	v := valueMatch{span: true, lo: math.Inf(-1), hi: math.Inf(1)}
	switch op {
	case ">=":
		v.lo = n
	case ">":
		v.lo = math.Nextafter(n, math.Inf(1))
	case "<=":
		v.hi = n
	case "<":
		v.hi = math.Nextafter(n, math.Inf(-1))
	}
	return v
}

// folded is a text as comparisons see it: without case and runs of blanks.
func folded(s string) string {
	if unfolded(s) < 0 {
		return s
	}
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// unfolded is where a text first differs from its folded form, or may do so; -1
// where it does not.
func unfolded(s string) int {
	for i := range len(s) {
		switch b := s[i]; {
		case b > ' ' && b < utf8.RuneSelf && (b < 'A' || b > 'Z'):
		case b == ' ' && i > 0 && i < len(s)-1 && s[i+1] != ' ':
		case b < ' ' && (b < '\t' || b > '\r'):
		default:
			return i
		}
	}
	return -1
}

// fold appends a folded text to b, or as much of it as there is room for; fits is
// false where there was none. plain is false where that takes more than ASCII.
func fold(b []byte, s string) (out []byte, fits, plain bool) {
	blank := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return b, false, false
		case c == ' ' || c >= '\t' && c <= '\r':
			blank = len(b) > 0
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if blank {
			if len(b) == cap(b) {
				return b, false, true
			}
			b, blank = append(b, ' '), false
		}
		if len(b) == cap(b) {
			return b, false, true
		}
		b = append(b, c)
	}
	return b, true, true
}

// foldsTo reports whether a text is another one when folded.
func foldsTo(s, want string) bool {
	var room [64]byte
	if len(want) > len(room) {
		return folded(s) == want
	}
	b, fits, plain := fold(room[:0:len(want)], s)
	if !plain {
		return folded(s) == want
	}
	return fits && string(b) == want
}

func (m *valueMatch) fits(c *cell) bool {
	switch {
	case m.missing:
		return !c.ok
	case !c.ok:
		return false
	case m.bit > 0:
		return octetBits(c.raw)>>(64-m.bit)&1 == 1
	case m.re != nil:
		return m.re.MatchString(c.text)
	case m.span:
		return c.isNum && c.num >= m.lo && c.num <= m.hi
	case m.number && c.isNum:
		return c.num == m.lo
	}
	return foldsTo(c.text, m.text)
}

// wordless reports whether a pattern tells numbers apart without their texts.
func (m *valueMatch) wordless() bool {
	return m.missing || m.bit > 0 || m.re == nil && (m.span || m.number)
}

// Regexp is a regular expression in a profile, without case.
type Regexp struct {
	Pos
	*regexp.Regexp
}

func (r *Regexp) fromYAML(d *yamlReader, n ast.Node) {
	text, ok := scalar(n)
	if !ok {
		d.complain(posOf(n), "expected a regular expression")
		return
	}
	re, err := regexp.Compile("(?i)" + text)
	if err != nil {
		d.complain(posOf(n), "bad regular expression: %v", err)
		return
	}
	r.Pos, r.Regexp = posOf(n), re
}
