package snmp

import (
	"fmt"

	"github.com/gosnmp/gosnmp"
)

// Question is a fixed list of objects with their names in BER: made once, and
// then asked again and again, of any number of agents. It is never changed and
// safe for concurrent use.
type Question struct {
	kind  gosnmp.PDUType // Get or GetNext
	asks  names
	told  names // what the answer probably names
	sizes []int // of the answers' variables; nil when nobody knows
	order []int // 0, 1, 2 …: whoever asks for a part takes a part of it
}

// names are object identifiers, also as variables with Null for their values.
type names struct {
	oids []OID
	wire []byte  // one behind the other
	ends []int32 // where each of them ends in wire
}

// NewQuestion asks for objects, in this order. sizes are what their values
// probably take on the wire with their names (Variable.Size); nil when nobody
// knows. It keeps both slices, which must not be changed any more.
func NewQuestion(oids []OID, sizes []int) (*Question, error) {
	return newQuestion(gosnmp.GetRequest, oids, nil, sizes)
}

// NewNextQuestion asks what follows each of the objects, in this order. Answers
// that have the expected names share their texts; "" or a nil slice means that
// nobody knows. It keeps the slices.
func NewNextQuestion(oids, expect []OID, sizes []int) (*Question, error) {
	return newQuestion(gosnmp.GetNextRequest, oids, expect, sizes)
}

func newQuestion(kind gosnmp.PDUType, oids, expect []OID, sizes []int) (*Question, error) {
	for _, o := range oids {
		if !o.Valid() {
			return nil, fmt.Errorf("%q is not an object identifier", string(o))
		}
	}
	q := &Question{kind: kind, asks: newNames(oids), sizes: sizes, order: make([]int, len(oids))}
	for i := range oids {
		q.order[i] = i
	}
	switch {
	case kind == gosnmp.GetRequest:
		q.told = q.asks
	case len(expect) == len(oids):
		q.told = newNames(expect)
	}
	return q, nil
}

func newNames(oids []OID) names {
	n := names{oids: oids, wire: make([]byte, 0, 32*len(oids)), ends: make([]int32, len(oids))}
	for i, o := range oids {
		if o.Valid() {
			n.wire = appendVariable(n.wire, o)
		} else {
			n.wire = appendHead(n.wire, byte(gosnmp.Sequence), 0) // it keeps the place
		}
		n.ends[i] = int32(len(n.wire)) //nolint:gosec // nobody has 2 GB of names
	}
	return n
}

func (n *names) begin(i int) int {
	if i == 0 {
		return 0
	}
	return int(n.ends[i-1])
}

// part is some of them, given by ascending indexes. Neighbours need no copy.
func (n *names) part(group []int) (oids []OID, wire []byte) {
	if len(group) == 0 || len(n.oids) == 0 {
		return nil, nil
	}
	first, last := group[0], group[len(group)-1]
	if last-first == len(group)-1 {
		return n.oids[first : last+1], n.wire[n.begin(first):n.ends[last]]
	}
	oids = make([]OID, len(group))
	for at, i := range group {
		oids[at] = n.oids[i]
		wire = append(wire, n.wire[n.begin(i):n.ends[i]]...)
	}
	return oids, wire
}

// Len is the number of objects.
func (q *Question) Len() int { return len(q.order) }

// size is what the i-th object takes in a request.
func (q *Question) size(i int) int { return int(q.asks.ends[i]) - q.asks.begin(i) }

// request asks for some of the objects.
func (q *Question) request(group []int) request {
	r := request{kind: q.kind}
	r.oids, r.names = q.asks.part(group)
	if q.kind == gosnmp.GetRequest {
		r.told, r.toldNames = r.oids, r.names
	} else {
		r.told, r.toldNames = q.told.part(group)
	}
	return r
}

// first is the request for the first n of its objects only.
func (r request) first(n int) request {
	r.oids = r.oids[:n]
	all := cursor{rest: r.names}
	for range n {
		all.take()
	}
	r.names = r.names[:len(r.names)-len(all.rest)]
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
