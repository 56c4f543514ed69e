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
	if !s.exists() {
		return cell{at: at}
	}
	c := cell{raw: s, ok: true, at: at, text: bounded(s.text())}
	switch {
	case s.kind != snmp.OctetString:
		c.num, c.isNum = s.value().Number()
	case numeric(c.text):
		c.num, c.isNum = parseNumber(c.text)
	}
	return c
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
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
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
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// foldInto is folded for plain texts that fit, without memory of their own;
// not ok for others.
func foldInto(room []byte, s string) (out []byte, ok bool) {
	gap := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return nil, false
		case c == ' ' || c >= '\t' && c <= '\r':
			gap = true
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if len(room)+2 > cap(room) {
			return nil, false
		}
		if gap && len(room) > 0 {
			room = append(room, ' ')
		}
		gap = false
		room = append(room, c)
	}
	return room, true
}

// foldsTo reports whether folded(s) is that text.
func foldsTo(s, text string) bool {
	var room [64]byte
	if short, ok := foldInto(room[:0], s); ok {
		return string(short) == text
	}
	return folded(s) == text
}

func (m *valueMatch) fits(c cell) bool {
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
