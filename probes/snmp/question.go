package snmp

import (
	"fmt"

	"github.com/gosnmp/gosnmp"
)

// Question is a fixed list of objects with their names in BER: made once, and
// then asked again and again, of any number of agents. It is never changed and
// safe for concurrent use.
type Question struct {
	oids  []OID
	wire  []byte  // the variables with Null for their values, one behind the other
	ends  []int32 // where each of them ends in wire
	order []int   // 0, 1, 2 …: whoever asks for a part takes a part of it
}

// NewQuestion makes a question about objects, in this order. It keeps oids,
// which must not be changed any more.
func NewQuestion(oids []OID) (*Question, error) {
	for _, o := range oids {
		if !o.Valid() {
			return nil, fmt.Errorf("%q is not an object identifier", string(o))
		}
	}
	q := &Question{oids: oids, wire: make([]byte, 0, 32*len(oids)), ends: make([]int32, len(oids)), order: make([]int, len(oids))}
	for i, o := range oids {
		q.wire = appendVariable(q.wire, o)
		q.ends[i], q.order[i] = int32(len(q.wire)), i //nolint:gosec // nobody has 2 GB of names
	}
	return q, nil
}

// Len is the number of objects.
func (q *Question) Len() int { return len(q.oids) }

// size is what the i-th object takes in a request.
func (q *Question) size(i int) int { return int(q.ends[i]) - q.begin(i) }

func (q *Question) begin(i int) int {
	if i == 0 {
		return 0
	}
	return int(q.ends[i-1])
}

// request asks for some of the objects, given by ascending indexes. Neighbours
// need no copy.
func (q *Question) request(kind gosnmp.PDUType, group []int) request {
	r := request{kind: kind}
	if len(group) == 0 {
		return r
	}
	first, last := group[0], group[len(group)-1]
	if last-first == len(group)-1 {
		r.oids, r.names = q.oids[first:last+1], q.wire[q.begin(first):q.ends[last]]
		return r
	}
	r.oids = make([]OID, len(group))
	for n, i := range group {
		r.oids[n] = q.oids[i]
		r.names = append(r.names, q.wire[q.begin(i):q.ends[i]]...)
	}
	return r
}

// first is the request for the first n of its objects only.
func (r request) first(n int) request {
	r.oids = r.oids[:n]
	names := cursor{rest: r.names}
	for range n {
		names.take()
	}
	r.names = r.names[:len(r.names)-len(names.rest)]
	return r
}

// appendVariables writes valid names with Null for their values.
func appendVariables(to []byte, oids []OID) []byte {
	for _, o := range oids {
		to = appendVariable(to, o)
	}
	return to
}

func appendVariable(to []byte, o OID) []byte {
	var scratch [5 * 128]byte
	name := appendName(scratch[:0], o)
	to = appendHead(to, byte(gosnmp.Sequence), headed(len(name))+2)
	to = append(appendHead(to, byte(gosnmp.ObjectIdentifier), len(name)), name...)
	return append(to, byte(gosnmp.Null), 0)
}

// appendHead writes tag and length of n bytes to come.
func appendHead(to []byte, tag byte, n int) []byte {
	switch {
	case n < 1<<7:
		return append(to, tag, byte(n))
	case n < 1<<8:
		return append(to, tag, 0x81, byte(n))
	}
	return append(to, tag, 0x82, byte(n>>8), byte(n))
}

// appendName writes the content of a valid object identifier.
func appendName(to []byte, o OID) []byte {
	arc, first, arcs := uint64(0), uint64(0), 0
	for i := 0; i <= len(o); i++ {
		if i < len(o) && o[i] != '.' {
			arc = arc*10 + uint64(o[i]-'0')
			continue
		}
		if arcs++; arcs == 1 { // shares a number with the second, see X.690 8.19
			first = 40 * arc
		} else {
			to = appendArc(to, first+arc)
			first = 0
		}
		arc = 0
	}
	return to
}

func appendArc(out []byte, arc uint64) []byte {
	shift := 0
	for x := arc >> 7; x > 0; x >>= 7 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		out = append(out, byte(arc>>shift)|0x80)
	}
	return append(out, byte(arc&0x7f))
}
