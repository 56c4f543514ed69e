package snmp

import (
	"github.com/gosnmp/gosnmp"
)

// writer builds a BER message from its end to its beginning, so that every
// length is known when it is written. gosnmp's encoder allocates for each
// variable, and requests are most of what a poller writes.
type writer struct {
	buf []byte
	at  int // buf[at:] is written
	// names is the list of variables within what was written last.
	names []byte
}

// bytes is what was written. It is valid until the next use of the writer.
func (w *writer) bytes() []byte { return w.buf[w.at:] }

func (w *writer) reset() {
	if w.buf == nil {
		w.buf = make([]byte, 2048)
	}
	w.at = len(w.buf)
}

// room makes n bytes free in front of what is written.
func (w *writer) room(n int) {
	if w.at >= n {
		return
	}
	old := w.buf[w.at:]
	grown := make([]byte, 2*len(w.buf)+n)
	copy(grown[len(grown)-len(old):], old)
	w.buf, w.at = grown, len(grown)-len(old)
}

func (w *writer) byte(b byte) {
	w.room(1)
	w.at--
	w.buf[w.at] = b
}

func (w *writer) raw(b string) {
	w.room(len(b))
	w.at -= len(b)
	copy(w.buf[w.at:], b)
}

// head puts tag and length in front of everything written since end, a value
// of mark.
func (w *writer) head(tag byte, end int) {
	n := w.mark() - end
	switch {
	case n < 1<<7:
		w.byte(byte(n))
	case n < 1<<8:
		w.byte(byte(n))
		w.byte(0x81)
	default:
		w.byte(byte(n))
		w.byte(byte(n >> 8))
		w.byte(0x82)
	}
	w.byte(tag)
}

// mark is how much is written so far.
func (w *writer) mark() int { return len(w.buf) - w.at }

// number writes a non-negative INTEGER.
func (w *writer) number(n uint32) {
	end := w.mark()
	for {
		w.byte(byte(n))
		if n < 1<<7 {
			break
		}
		n >>= 8
	}
	w.head(byte(gosnmp.Integer), end)
}

// wideNumber writes an INTEGER of exactly four bytes, which can be patched in
// place. n has 31 bits.
func (w *writer) wideNumber(n uint32) {
	end := w.mark()
	for range 4 {
		w.byte(byte(n))
		n >>= 8
	}
	w.head(byte(gosnmp.Integer), end)
}

func (w *writer) octets(s string) {
	end := w.mark()
	w.raw(s)
	w.head(byte(gosnmp.OctetString), end)
}

// oid writes a valid object identifier.
func (w *writer) oid(o OID) {
	var scratch [5 * 128]byte
	out := scratch[:0]
	arc, first, arcs := uint64(0), uint64(0), 0
	for i := 0; i <= len(o); i++ {
		if i < len(o) && o[i] != '.' {
			arc = arc*10 + uint64(o[i]-'0')
			continue
		}
		if arcs++; arcs == 1 { // shares a number with the second, see X.690 8.19
			first = 40 * arc
		} else {
			out = appendArc(out, first+arc)
			first = 0
		}
		arc = 0
	}
	end := w.mark()
	w.room(len(out))
	w.at -= len(out)
	copy(w.buf[w.at:], out)
	w.head(byte(gosnmp.ObjectIdentifier), end)
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

// pdu writes the question itself. The request id has four bytes. It returns
// how long the list of variables is, which stands at its end.
func (w *writer) pdu(r request, id uint32) (list int) {
	end := w.mark()
	list = w.variables(r.oids)
	if r.kind == gosnmp.GetBulkRequest {
		w.number(uint32(r.reps)) //nolint:gosec // never negative
	} else {
		w.number(0) // error index
	}
	w.number(0) // non-repeaters, or error status
	w.wideNumber(id)
	w.head(byte(r.kind), end)
	return list
}

// variables writes the names with Null for their values.
func (w *writer) variables(oids []OID) int {
	end := w.mark()
	for i := len(oids) - 1; i >= 0; i-- {
		one := w.mark()
		w.byte(0)
		w.byte(byte(gosnmp.Null))
		w.oid(oids[i])
		w.head(byte(gosnmp.Sequence), one)
	}
	list := w.mark() - end
	w.head(byte(gosnmp.Sequence), end)
	return list
}

// community writes a whole message of version 1 or 2c.
func (w *writer) community(version gosnmp.SnmpVersion, community string, r request, id uint32) {
	w.reset()
	list := w.pdu(r, id)
	w.octets(community)
	w.number(uint32(version))
	w.head(byte(gosnmp.Sequence), 0)
	w.names = w.buf[len(w.buf)-list:]
}

// only writes the list of names alone.
func (w *writer) only(oids []OID) {
	w.reset()
	list := w.variables(oids)
	w.names = w.buf[len(w.buf)-list:]
}
