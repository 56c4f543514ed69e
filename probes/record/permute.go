package record

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// cipher replaces texts by texts of the same shape: digits by digits, letters
// by letters of the same case, everything else as it is. With one key, the
// same text always becomes the same other one, and two different texts never
// become one: it is a permutation (a Feistel network over the characters).
// Without the key, nobody can tell which text it was but by trying keys.
type cipher struct{ key []byte }

// rounds of the Feistel network; four are enough for a permutation that looks
// like chance.
const rounds = 4

// wheel is the alphabet that one character stays in.
type wheel struct {
	size int
	base byte // its first character
}

// text replaces letters and digits. Texts whose letters are all hexadecimal
// stay hexadecimal. What is not ASCII cannot keep its shape: it becomes x.
func (c cipher) text(s, tweak string) string {
	b := []byte(s)
	letters := 26
	if hexadecimal(s) {
		letters = 6
	}
	var at []int
	var wheels []wheel
	for i, x := range b {
		switch {
		case x >= '0' && x <= '9':
			at, wheels = append(at, i), append(wheels, wheel{10, '0'})
		case x|0x20 >= 'a' && x|0x20 <= 'z':
			at, wheels = append(at, i), append(wheels, wheel{letters, 'a'})
		case x >= 0x80:
			b[i] = 'x'
		}
	}
	values := make([]int, len(at))
	for n, i := range at {
		x := b[i]
		if wheels[n].base == 'a' {
			x |= 0x20
		}
		values[n] = int(x - wheels[n].base)
	}
	c.turn(values, wheels, "text"+tweak)
	for n, i := range at {
		x := wheels[n].base + byte(values[n])
		if wheels[n].base == 'a' && b[i]&0x20 == 0 {
			x &^= 0x20
		}
		b[i] = x
	}
	return string(b)
}

// hexadecimal reports whether a text has digits and no letter beyond f.
func hexadecimal(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.IndexFunc(s, func(r rune) bool {
		r |= 0x20
		return r > 'f' && r <= 'z'
	}) < 0
}

// nibbles replaces the hexadecimal digits of a text, digits and letters
// alike, but for the first keep of them, and leaves the rest.
func (c cipher) nibbles(s string, keep int) string {
	const digits = "0123456789abcdef"
	b := []byte(s)
	var at, values []int
	var wheels []wheel
	var kept []byte
	for i, x := range b {
		v := strings.IndexByte(digits, x|0x20)
		switch {
		case v < 0:
		case len(kept) < keep:
			kept = append(kept, x|0x20)
		default:
			at, values, wheels = append(at, i), append(values, v), append(wheels, wheel{size: 16})
		}
	}
	c.turn(values, wheels, "hex"+string(kept))
	upper := strings.ContainsAny(s, "ABCDEF")
	for n, i := range at {
		b[i] = digits[values[n]]
		if upper && b[i] >= 'a' {
			b[i] &^= 0x20
		}
	}
	return string(b)
}

// octets replaces binary octets.
func (c cipher) octets(b []byte) []byte {
	values, wheels := make([]int, len(b)), make([]wheel, len(b))
	for i := range b {
		values[i], wheels[i] = int(b[i]), wheel{size: 256}
	}
	c.turn(values, wheels, "octets")
	out := make([]byte, len(b))
	for i := range out {
		out[i] = byte(values[i])
	}
	return out
}

// turn gives each text another one. It finds a text's place in a secret order,
// goes one further, and comes back: nothing stays what it was, however short.
func (c cipher) turn(values []int, wheels []wheel, tweak string) {
	switch len(values) {
	case 0:
		return
	case 1: // no other half: the tweak alone turns it
		size := wheels[0].size
		values[0] = (values[0] + 1 + int(c.stream(tweak, 0, nil, 1)[0])%(size-1)) % size
		return
	}
	for r := range rounds {
		c.round(values, wheels, tweak, r, 1)
	}
	values[0] = (values[0] + 1) % wheels[0].size
	for r := rounds - 1; r >= 0; r-- {
		c.round(values, wheels, tweak, r, -1)
	}
}

// round moves each value of one half on its wheel by what the other half says,
// forwards or backwards.
func (c cipher) round(values []int, wheels []wheel, tweak string, r, way int) {
	half := len(values) / 2
	mine, other, turned := values[:half], values[half:], wheels[:half]
	if r%2 == 1 {
		mine, other, turned = values[half:], values[:half], wheels[half:]
	}
	for i, n := range c.stream(tweak, r, other, len(mine)) {
		size := turned[i].size
		mine[i] = (mine[i] + way*(int(n)%size) + size) % size
	}
}

// stream is n numbers that follow from the key, the round and the other half.
func (c cipher) stream(tweak string, round int, other []int, n int) []uint32 {
	out := make([]uint32, 0, n+8)
	for block := uint32(0); len(out) < n; block++ {
		h := hmac.New(sha256.New, c.key)
		var head [12]byte
		binary.BigEndian.PutUint32(head[0:], uint32(round))
		binary.BigEndian.PutUint32(head[4:], block)
		binary.BigEndian.PutUint32(head[8:], uint32(len(tweak)))
		h.Write(head[:])
		h.Write([]byte(tweak))
		for _, v := range other {
			h.Write([]byte{byte(v)})
		}
		sum := h.Sum(nil)
		for i := 0; i < len(sum); i += 4 {
			out = append(out, binary.BigEndian.Uint32(sum[i:])>>1)
		}
	}
	return out[:n]
}
