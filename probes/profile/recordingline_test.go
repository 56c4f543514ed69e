package profile

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/probes/snmp"
)

// TestRecordingLine holds that what is written is read again as it was.
func TestRecordingLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]snmp.Type{snmp.Integer, snmp.OctetString, snmp.ObjectID, snmp.IPAddress, snmp.Counter32,
			snmp.Gauge32, snmp.TimeTicks, snmp.Counter64, snmp.Opaque}).Draw(t, "type")
		want := snmp.Variable{OID: "1.3.6.1.4.1.99999.1.0", Value: snmp.Value{Type: kind}}
		switch kind {
		case snmp.OctetString:
			want.Value.Octets = rapid.SliceOf(rapid.Byte()).Draw(t, "octets")
		case snmp.ObjectID:
			want.Value.Octets = []byte(rapid.StringMatching(`1\.3(\.[0-9]{1,5}){1,5}`).Draw(t, "oid"))
		case snmp.IPAddress:
			want.Value.Octets = []byte("192.0.2.7")
		case snmp.Counter64:
			want.Value.Unsigned = rapid.Uint64().Draw(t, "number")
		case snmp.Opaque:
			want.Value.Float = float64(rapid.Float32().Draw(t, "float"))
		default:
			want.Value.Num = rapid.Int64Range(math.MinInt32, math.MaxUint32).Draw(t, "number")
		}
		line := RecordingLine(want)
		rec, err := ReadRecording(strings.NewReader(line + "\n"))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		got := rec.Variables()[0]
		if got.OID != want.OID || got.Value.Type != kind || got.Value.Num != want.Value.Num || got.Value.Unsigned != want.Value.Unsigned ||
			got.Value.Float != want.Value.Float && !math.IsNaN(want.Value.Float) || kind != snmp.Opaque && !bytes.Equal(got.Value.Octets, want.Value.Octets) {
			t.Fatalf("%q: got %+v, want %+v", line, got, want)
		}
	})
	if line := RecordingLine(snmp.Variable{OID: "1.3.6", Value: snmp.Value{Type: snmp.NoSuchObject}}); line != "" {
		t.Errorf("no value: got %q, want no line", line)
	}
}
