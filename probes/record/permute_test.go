package record

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func testCipher() cipher { return cipher{key: []byte("a key for tests")} }

// shape is what a replacement must keep.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case r >= 'a' && r <= 'z':
			return 'a'
		case r >= 'A' && r <= 'Z':
			return 'A'
		}
		return r
	}, s)
}

func TestCipherKeepsShapeAndTellsApart(t *testing.T) {
	c := testCipher()
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom([]string{`[A-Z0-9]{7}`, `[0-9]{1,3}`, `[A-Z]{2}[0-9]{4}-[a-z]{3}`, `[0-9A-F]{8}`}).Draw(t, "pattern")
		a, b := rapid.StringMatching(pattern).Draw(t, "a"), rapid.StringMatching(pattern).Draw(t, "b")
		x, y := c.text(a, ""), c.text(b, "")
		if shape(x) != shape(a) {
			t.Fatalf("%q became %q: another shape", a, x)
		}
		if x != c.text(a, "") {
			t.Fatalf("%q became two texts", a)
		}
		if (a == b) != (x == y) && hexadecimal(a) == hexadecimal(b) {
			t.Fatalf("%q and %q became %q and %q", a, b, x, y)
		}
		if strings.ToLower(x) != c.text(strings.ToLower(a), "") {
			t.Fatalf("%q: another replacement in lower case", a)
		}
	})
}

func TestCipherOctetsAndNibbles(t *testing.T) {
	c := testCipher()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Byte(), 2, 8).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Byte(), len(a), len(a)).Draw(t, "b")
		if x, y := c.octets(a), c.octets(b); bytes.Equal(a, b) != bytes.Equal(x, y) {
			t.Fatalf("%x and %x became %x and %x", a, b, x, y)
		}
		mac := rapid.StringMatching(`00:25:B5(:[0-9A-F]{2}){3}`).Draw(t, "mac")
		got := c.nibbles(mac, 6)
		if !strings.HasPrefix(got, "00:25:B5:") || len(got) != len(mac) || strings.ToUpper(got) != got {
			t.Fatalf("%s became %s", mac, got)
		}
		if bare := c.nibbles(strings.ReplaceAll(mac, ":", ""), 6); bare != strings.ReplaceAll(got, ":", "") {
			t.Fatalf("%s: with and without colons differ: %s, %s", mac, got, bare)
		}
	})
}

func TestOtherKeyOtherText(t *testing.T) {
	other := cipher{key: []byte("another key")}
	if a, b := testCipher().text("ABC1234XYZ", ""), other.text("ABC1234XYZ", ""); a == b {
		t.Errorf("two keys give %q", a)
	}
}

// TestNothingStaysWhatItWas: a short name must not be itself again by chance,
// and two names never become one.
func TestNothingStaysWhatItWas(t *testing.T) {
	for _, key := range []string{"a", "b", "c"} {
		c := cipher{[]byte(key)}
		seen := map[string]string{}
		for a := 'a'; a <= 'z'; a++ {
			for b := 'a'; b <= 'z'; b++ {
				name := string([]rune{a, b})
				became := c.text(name, "")
				if other, twice := seen[became]; became == name || twice {
					t.Fatalf("key %s: %s became %s, as %s did", key, name, became, other)
				}
				seen[became] = name
			}
			if one := string(a); c.text(one, "") == one {
				t.Errorf("key %s: %s stayed", key, one)
			}
		}
	}
}
