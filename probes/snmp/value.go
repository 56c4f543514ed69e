package snmp

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// OID is a numeric object identifier, dotted, without a leading dot.
type OID string

// Append returns o with the sub-identifiers s ("1.5") behind it.
func (o OID) Append(s string) OID {
	if s == "" {
		return o
	}
	return o + "." + OID(s)
}

// Under reports whether o lies strictly below prefix.
func (o OID) Under(prefix OID) bool {
	return len(o) > len(prefix) && o[len(prefix)] == '.' && o[:len(prefix)] == prefix
}

// Index is what follows prefix in o ("1.5"), or "" when o is not below it.
func (o OID) Index(prefix OID) string {
	if !o.Under(prefix) {
		return ""
	}
	return string(o[len(prefix)+1:])
}

// Compare orders object identifiers as SNMP does, by sub-identifier. It works
// on the text, since nearly all comparisons share a long prefix: where two
// identifiers first differ, the one whose number goes on for longer is greater.
func (o OID) Compare(p OID) int {
	i, n := 0, min(len(o), len(p))
	for i < n && o[i] == p[i] {
		i++
	}
	if i == n {
		return len(o) - len(p)
	}
	if a, b := digits(o[i:]), digits(p[i:]); a != b {
		return a - b
	}
	return int(o[i]) - int(p[i])
}

// digits is the length of the number that s begins with.
func digits(s OID) int {
	if dot := strings.IndexByte(string(s), '.'); dot >= 0 {
		return dot
	}
	return len(s)
}

// Type is the ASN.1 type of a value.
type Type uint8

// The types a value can have. The last three are not values but the agent's
// word that there is none; Null is the zero Type and means "nothing read".
const (
	Null Type = iota
	Integer
	OctetString
	ObjectID
	IPAddress
	Counter32
	Gauge32
	TimeTicks
	Counter64
	Opaque
	NoSuchObject
	NoSuchInstance
	EndOfMibView
)

// Value is one value as the agent gave it. Numbers are in Num (Counter64 in
// Unsigned), everything else in Octets (an ObjectID as its dotted text).
type Value struct {
	Type     Type
	Num      int64
	Unsigned uint64
	Float    float64 // Opaque floats only
	Octets   []byte
}

// Variable is an object with its value.
type Variable struct {
	OID   OID
	Value Value
}

// Exists reports whether the agent gave a value at all.
func (v Value) Exists() bool { return v.Type != Null && v.Type < NoSuchObject }

// Number is the value as a number: integers as they are, octet strings only
// when they hold nothing but a decimal number. The second result says whether
// there is one; NaN and infinities never are.
func (v Value) Number() (float64, bool) {
	switch v.Type {
	case Integer, Counter32, Gauge32, TimeTicks:
		return float64(v.Num), true
	case Counter64:
		return float64(v.Unsigned), true
	case Opaque:
		return v.Float, !math.IsNaN(v.Float) && !math.IsInf(v.Float, 0)
	case OctetString:
		f, err := strconv.ParseFloat(strings.Trim(string(v.Octets), " \x00\t\r\n"), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return 0, false
}

// Text is the value as people read it: octet strings that are text as text
// (padding and NULs trimmed), others as hex, numbers as decimals. It is raw:
// control characters inside are still there and must be stripped before drawing.
func (v Value) Text() string {
	switch v.Type {
	case Integer, Counter32, Gauge32, TimeTicks:
		return strconv.FormatInt(v.Num, 10)
	case Counter64:
		return strconv.FormatUint(v.Unsigned, 10)
	case Opaque:
		return strconv.FormatFloat(v.Float, 'g', -1, 64)
	case ObjectID, IPAddress:
		return string(v.Octets)
	case OctetString:
		s := strings.Trim(string(v.Octets), " \x00\t\r\n")
		if utf8.ValidString(s) {
			return s
		}
		return hex.EncodeToString(v.Octets)
	}
	return ""
}
