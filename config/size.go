package config

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var sizeForm = regexp.MustCompile(`(?i)^(\d+(?:\.\d+)?) *(?:([kmgt])i?b?|b|bytes)?$`)

const maxSize = 1 << 50

// ParseMemory reads a size of memory as bytes: a plain number is bytes, KB, MB,
// GB and TB stand for powers of 1024, because that is how memory is made.
func ParseMemory(s string) (int64, bool) {
	m := sizeForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	if m[2] != "" {
		n *= math.Pow(1024, float64(1+strings.IndexByte("kmgt", strings.ToLower(m[2])[0])))
	}
	if n != math.Trunc(n) || n < 1 || n > maxSize {
		return 0, false
	}
	return int64(n), true
}

// memory makes a key that holds a size of memory.
func memory[T any](name, doc string, at func(*T) *int64) key[T] {
	return single(name, "a size of memory (\"64 GB\", \"65536 MB\", or bytes)", doc, func(s string, t *T) bool {
		n, ok := ParseMemory(s)
		if ok {
			*at(t) = n
		}
		return ok
	}, func(t *T) string {
		if *at(t) == 0 {
			return ""
		}
		return PlainMemory(*at(t))
	})
}

// PlainMemory writes a size of memory in the largest unit in which it is whole.
func PlainMemory(n int64) string {
	for i, unit := range []string{" TB", " GB", " MB", " KB"} {
		if size := int64(1) << (40 - 10*i); n >= size && n%size == 0 {
			return strconv.FormatInt(n/size, 10) + unit
		}
	}
	return strconv.FormatInt(n, 10)
}
