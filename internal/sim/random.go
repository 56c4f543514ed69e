package sim

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// dice is the only source of chance: a seed and a name always give the same
// numbers, on every machine and in every order of building.
type dice struct{ *rand.Rand }

func newDice(seed uint64, name string) dice {
	return dice{rand.New(rand.NewPCG(seed, hash(name)))}
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash never refuses
	return h.Sum64()
}

// one picks an element of s.
func one[T any](d dice, s []T) T { return s[d.IntN(len(s))] }

// chance is true in pct of a hundred cases.
func (d dice) chance(pct int) bool { return d.IntN(100) < pct }

// fill makes a serial number of a pattern: '#' is a digit, '@' a letter or digit.
func (d dice) fill(pattern string) string {
	const digits, letters = "0123456789", "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"
	return strings.Map(func(r rune) rune {
		switch r {
		case '#':
			return rune(digits[d.IntN(len(digits))])
		case '@':
			return rune(letters[d.IntN(len(letters))])
		}
		return r
	}, pattern)
}

// noise is a reproducible value between -1 and 1 that belongs to a machine, a
// channel and a stretch of time.
func noise(seed uint64, channel string, bucket int64) float64 {
	x := seed ^ hash(channel) ^ uint64(bucket)*0x9e3779b97f4a7c15
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11)/float64(1<<53)*2 - 1
}

// driftEvery is how long a simulated reading keeps its value.
const driftEvery = 20 * time.Second

// dayShape is how busy an office is at that hour: quiet at night, two peaks on
// working days, between 0 and 1.
func dayShape(t time.Time) float64 {
	h := float64(t.Hour()) + float64(t.Minute())/60
	bump := func(centre, width float64) float64 {
		return math.Exp(-(h - centre) * (h - centre) / (2 * width * width))
	}
	v := bump(9.5, 1.6) + .85*bump(15, 1.8) + .12
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		v *= .35
	}
	return min(v, 1)
}
