package snmp

import (
	"bytes"
	"math"
	"testing"
)

// TestLengthsOfEveryForm: a length is read in all forms that BER has for it,
// and one beyond the message is malformed, however an int turns it.
func TestLengthsOfEveryForm(t *testing.T) {
	content := bytes.Repeat([]byte{7}, 300)
	for _, test := range []struct {
		name   string
		length []byte
		want   int // -1: malformed
	}{
		{"none", nil, -1},
		{"0", []byte{0}, 0},
		{"127 in short", []byte{127}, 127},
		{"127 with 1", []byte{0x81, 127}, 127},
		{"128 with 1", []byte{0x81, 128}, 128},
		{"255 with 2", []byte{0x82, 0, 255}, 255},
		{"300 with 4", []byte{0x84, 0, 0, 1, 44}, 300},
		{"one more than there are", []byte{0x84, 0, 0, 1, 45}, -1},
		{"indefinite", []byte{0x80}, -1},
		{"with 5", []byte{0x85, 0, 0, 0, 0, 1}, -1},
		{"2³¹-1", []byte{0x84, 0x7f, 0xff, 0xff, 0xff}, -1},
		{"2³¹", []byte{0x84, 0x80, 0, 0, 0}, -1},
		{"2³²-6, which 32 bits call -6", []byte{0x84, 0xff, 0xff, 0xff, 0xfa}, -1},
		{"2³²-1", []byte{0x84, 0xff, 0xff, 0xff, 0xff}, -1},
	} {
		raw := append([]byte{0x30}, test.length...)
		if len(test.length) > 0 {
			raw = append(raw, content...)
		}
		c := cursor{rest: raw}
		tag, got := c.take()
		switch {
		case test.want < 0 && c.err == nil:
			t.Errorf("%s: got %d octets, want none", test.name, len(got))
		case test.want >= 0 && (c.err != nil || tag != 0x30 || len(got) != test.want || len(c.rest) != len(content)-test.want):
			t.Errorf("%s: got %d octets and %d behind them, %v; want %d", test.name, len(got), len(c.rest), c.err, test.want)
		}
		if _, err := readHeader(raw); err == nil {
			t.Errorf("%s: it passes for a message", test.name)
		}
	}
}

// TestNumbersOf32Bits: the ids of messages are the 32 bits they are.
func TestNumbersOf32Bits(t *testing.T) {
	for _, want := range []uint32{0, 1, 127, 128, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32} {
		c := cursor{rest: []byte{2, 5, 0, byte(want >> 24), byte(want >> 16), byte(want >> 8), byte(want)}}
		if got := c.number(); got != want || c.err != nil {
			t.Errorf("got %d, %v; want %d", got, c.err, want)
		}
	}
}
