package record

import (
	"bytes"
	"strings"

	"ironage/probes/snmp"
)

// blot is a secret to be covered.
type blot struct {
	octets []byte
	index  string
}

// blots are the secrets that are ones: everybody knows "public".
func blots(secrets []snmp.Secret) []blot {
	var out []blot
	for _, s := range secrets {
		if text := s.Reveal(); len(text) > 2 && text != "public" && text != "private" {
			out = append(out, blot{octets: []byte(text), index: arcs([]byte(text))})
		}
	}
	return out
}

// blotted is v with every secret in it covered by as many x.
func blotted(v snmp.Variable, secrets []blot) snmp.Variable {
	for _, b := range secrets {
		if bytes.Contains(v.Value.Octets, b.octets) {
			v.Value.Octets = bytes.ReplaceAll(v.Value.Octets, b.octets, bytes.Repeat([]byte{'x'}, len(b.octets)))
		}
		if text := string(v.OID) + "."; strings.Contains(text, b.index) {
			text = strings.ReplaceAll(text, b.index, arcs(bytes.Repeat([]byte{'x'}, len(b.octets))))
			v.OID = snmp.OID(strings.TrimSuffix(text, "."))
		}
	}
	return v
}
