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

func (w *writer) copy(b []byte) {
	w.room(len(b))
	w.at -= len(b)
	copy(w.buf[w.at:], b)
}

func (w *writer) zeros(n int) {
	w.room(n)
	w.at -= n
	clear(w.buf[w.at : w.at+n])
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

// pdu writes the question itself. The request id has four bytes.
func (w *writer) pdu(r request, id uint32) {
	end := w.mark()
	w.copy(r.names)
	w.head(byte(gosnmp.Sequence), end)
	if r.kind == gosnmp.GetBulkRequest {
		w.number(uint32(r.reps)) //nolint:gosec // never negative
	} else {
		w.number(0) // error index
	}
	w.number(0) // non-repeaters, or error status
	w.wideNumber(id)
	w.head(byte(r.kind), end)
}

// community writes a whole message of version 1 or 2c.
func (w *writer) community(version gosnmp.SnmpVersion, community string, r request, id uint32) {
	w.reset()
	w.pdu(r, id)
	w.octets(community)
	w.number(uint32(version))
	w.head(byte(gosnmp.Sequence), 0)
}
