package profile

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"ironage/probes/snmp"
)

// The bounds of a recording: far beyond what a real device publishes, so that
// a hostile file costs bounded memory.
const (
	maxRecordingLine = 1 << 20
	maxRecordingVars = 1 << 20
)

// ErrNoVariables means that a file holds no line of a recording.
var ErrNoVariables = errors.New("no line of the form OID|TYPE|VALUE")

// Recording is a Source that answers from a .snmprec file. It is immutable and
// safe for concurrent use.
type Recording struct {
	vars    []snmp.Variable // sorted
	index   map[snmp.OID]int
	skipped int
}

// ReadRecording reads lines of "OID|TYPE|VALUE" with the types that snmpsim
// writes, a trailing x meaning a value in hex. Other lines are skipped and
// counted; the last of equal OIDs wins.
func ReadRecording(r io.Reader) (*Recording, error) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxRecordingLine)
	byOID := map[snmp.OID]snmp.Value{}
	rec := &Recording{}
	for s.Scan() {
		v, ok := parseRecordingLine(s.Text())
		if !ok {
			if strings.TrimSpace(s.Text()) != "" {
				rec.skipped++
			}
			continue
		}
		if len(byOID) >= maxRecordingVars {
			return nil, fmt.Errorf("more than %d variables", maxRecordingVars)
		}
		byOID[v.OID] = v.Value
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("reading the recording: %w", err)
	}
	if len(byOID) == 0 {
		return nil, ErrNoVariables
	}
	for o, v := range byOID {
		rec.vars = append(rec.vars, snmp.Variable{OID: o, Value: v})
	}
	return rec.sorted(), nil
}

// NewRecording makes a Source of variables, for tests and simulators.
func NewRecording(vars []snmp.Variable) *Recording {
	return (&Recording{vars: slices.Clone(vars)}).sorted()
}

func (r *Recording) sorted() *Recording {
	slices.SortFunc(r.vars, func(a, b snmp.Variable) int { return a.OID.Compare(b.OID) })
	r.index = make(map[snmp.OID]int, len(r.vars))
	for i, v := range r.vars {
		r.index[v.OID] = i
	}
	return r
}

// Skipped is the number of lines that were no variables.
func (r *Recording) Skipped() int { return r.skipped }

// Variables are all variables in order.
func (r *Recording) Variables() []snmp.Variable { return slices.Clone(r.vars) }

// Get answers as an agent would that holds exactly the recording.
func (r *Recording) Get(ctx context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	out := make([]snmp.Variable, len(oids))
	for i, o := range oids {
		out[i] = snmp.Variable{OID: o, Value: snmp.Value{Type: snmp.NoSuchInstance}}
		if at, ok := r.index[o]; ok {
			out[i].Value = r.vars[at].Value
		}
	}
	return out, ctx.Err()
}

// Columns answers whole columns.
func (r *Recording) Columns(ctx context.Context, columns []snmp.OID) ([]snmp.Variable, error) {
	var out []snmp.Variable
	for _, col := range columns {
		from, _ := slices.BinarySearchFunc(r.vars, col, func(v snmp.Variable, o snmp.OID) int { return v.OID.Compare(o) })
		for _, v := range r.vars[from:] {
			if v.OID == col {
				continue
			}
			if !v.OID.Under(col) {
				break
			}
			out = append(out, v)
		}
	}
	return out, ctx.Err()
}

func parseRecordingLine(line string) (snmp.Variable, bool) {
	line = strings.TrimRight(line, "\r\n")
	oid, rest, ok := strings.Cut(line, "|")
	if !ok {
		return snmp.Variable{}, false
	}
	kind, text, ok := strings.Cut(rest, "|")
	oid = strings.TrimPrefix(strings.TrimSpace(oid), ".")
	if !ok || len(oid) > 1024 || !numericOID.MatchString(oid) {
		return snmp.Variable{}, false
	}
	v, ok := recordingValue(kind, text)
	return snmp.Variable{OID: snmp.OID(oid), Value: v}, ok
}

// recordingTypes are the tags of BER, in decimal, that recordings use.
func recordingTypes() map[string]snmp.Type {
	return map[string]snmp.Type{"2": snmp.Integer, "4": snmp.OctetString, "6": snmp.ObjectID, "64": snmp.IPAddress,
		"65": snmp.Counter32, "66": snmp.Gauge32, "67": snmp.TimeTicks, "68": snmp.Opaque, "70": snmp.Counter64}
}

func recordingValue(kind, text string) (snmp.Value, bool) {
	tag, isHex := strings.CutSuffix(kind, "x")
	t, ok := recordingTypes()[tag]
	if !ok {
		return snmp.Value{}, false
	}
	switch t {
	case snmp.OctetString, snmp.IPAddress, snmp.Opaque:
		b := []byte(text)
		if isHex {
			var err error
			if b, err = hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(text), " ", "")); err != nil {
				return snmp.Value{}, false
			}
		}
		return octetsValue(t, b, isHex)
	case snmp.ObjectID:
		return snmp.Value{Type: t, Octets: []byte(strings.TrimPrefix(strings.TrimSpace(text), "."))}, true
	case snmp.Counter64:
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
		return snmp.Value{Type: t, Unsigned: n}, err == nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return snmp.Value{Type: t, Num: n}, err == nil
}

func octetsValue(t snmp.Type, b []byte, isHex bool) (snmp.Value, bool) {
	if t == snmp.IPAddress && isHex {
		if len(b) != 4 {
			return snmp.Value{}, false
		}
		b = []byte(fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3]))
	}
	v := snmp.Value{Type: t, Octets: b}
	// A float inside Opaque: 9f 78 04 and four octets of IEEE 754.
	if t == snmp.Opaque && len(b) == 7 && b[0] == 0x9f && b[1] == 0x78 && b[2] == 4 {
		v.Float = float64(math.Float32frombits(binary.BigEndian.Uint32(b[3:])))
	}
	return v, true
}
