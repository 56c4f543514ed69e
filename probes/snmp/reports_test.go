package snmp_test

import (
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

// TestAReportThatComesTwice is no refusal, whether the network doubles it or the
// agent reports about both tries: it taught what the next try needs, and what
// was asked before is over.
func TestAReportThatComesTwice(t *testing.T) {
	report := func(id uint32, oid string) []byte {
		return encode(t, fromEngine(id, gosnmp.Report, "", counter(oid)))
	}
	const engine, window = ".1.3.6.1.6.3.15.1.1.4.0", ".1.3.6.1.6.3.15.1.1.2.0"
	good := func(id uint32) []byte {
		return encode(t, fromEngine(id, gosnmp.GetResponse, "operator", gosnmp.SnmpPDU{Name: string(sysDescr), Type: gosnmp.OctetString, Value: "good"}))
	}
	for name, answer := range map[string]func(asked []uint32) [][]byte{
		"doubled by the network": func(asked []uint32) [][]byte {
			if len(asked) == 1 {
				return [][]byte{report(asked[0], window), report(asked[0], window)}
			}
			return [][]byte{good(asked[len(asked)-1])}
		},
		"of the engine, doubled by the network": func(asked []uint32) [][]byte {
			if len(asked) == 1 {
				return [][]byte{report(asked[0], engine), report(asked[0], engine)}
			}
			return [][]byte{good(asked[len(asked)-1])}
		},
		"about both tries": func(asked []uint32) [][]byte {
			switch len(asked) {
			case 1:
				return nil
			case 2:
				return [][]byte{report(asked[0], window), report(asked[1], window)}
			}
			return [][]byte{good(asked[len(asked)-1])}
		},
		"about the first try, and the second is answered late": func(asked []uint32) [][]byte {
			switch len(asked) {
			case 1:
				return nil
			case 2:
				return [][]byte{report(asked[0], window), good(asked[1])}
			}
			return [][]byte{good(asked[len(asked)-1])}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []uint32
			addr := respond(t, func(in []byte) [][]byte {
				id, discovery := v3Head(in)
				if discovery {
					return [][]byte{report(id, engine)}
				}
				asked = append(asked, id)
				return answer(asked)
			})
			o := snmp.Options{Timeout: 2 * time.Second, Retries: 3}
			s := dialOver(t, newHub(t, 1), addr, snmp.Credential{Version: snmp.V3, User: "operator"}, o)
			got, err := s.Get(t.Context(), []snmp.OID{sysDescr})
			if err != nil || got[0].Value.Text() != "good" {
				t.Fatalf("got %v, %v; want the answer", got, err)
			}
			if n := s.Cost(); n.Retries == 0 {
				t.Errorf("got %+v, want a question again counted as one", n)
			}
		})
	}
}
