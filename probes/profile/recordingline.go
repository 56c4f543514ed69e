package profile

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ironage/probes/snmp"
)

// RecordingLine is a variable as ReadRecording reads it, without the end of the
// line; "" for one that has no value.
func RecordingLine(v snmp.Variable) string {
	tag := ""
	for name, t := range recordingTypes() {
		if t == v.Value.Type {
			tag = name
		}
	}
	if tag == "" {
		return ""
	}
	val := v.Value
	switch val.Type {
	case snmp.OctetString:
		if !readable(val.Octets) {
			return fmt.Sprintf("%s|%sx|%s", v.OID, tag, hex.EncodeToString(val.Octets))
		}
	case snmp.Opaque:
		octets := val.Octets
		if len(octets) == 0 {
			octets = opaqueFloat(val.Float)
		}
		return fmt.Sprintf("%s|%sx|%s", v.OID, tag, hex.EncodeToString(octets))
	case snmp.Counter64:
		return fmt.Sprintf("%s|%s|%d", v.OID, tag, val.Unsigned)
	case snmp.Integer, snmp.Counter32, snmp.Gauge32, snmp.TimeTicks:
		return fmt.Sprintf("%s|%s|%s", v.OID, tag, strconv.FormatInt(val.Num, 10))
	}
	return fmt.Sprintf("%s|%s|%s", v.OID, tag, val.Octets)
}

// readable reports whether octets survive as text: a line has one end, and
// what is not text would not be the same octets when it is read again.
func readable(b []byte) bool {
	return utf8.Valid(b) && !strings.ContainsFunc(string(b), func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError })
}

// opaqueFloat is a float as Net-SNMP wraps it.
func opaqueFloat(f float64) []byte {
	bits := math.Float32bits(float32(f))
	return []byte{0x9f, 0x78, 4, byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits)}
}

// IsPlaceholder reports whether a text is one by which devices say that they
// have nothing to say.
func IsPlaceholder(s string) bool {
	s = folded(strings.Trim(s, "\x00"))
	for _, p := range usualPlaceholders() {
		if s == p {
			return true
		}
	}
	return false
}
