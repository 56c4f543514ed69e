package profile

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// foldedSlowly is what folding means.
func foldedSlowly(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func foldable() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringMatching(`[ \t\n\v\fA-Za-z0-9/.\[\]-]{0,80}`), rapid.String(), rapid.SampledFrom(usualPlaceholders()),
		rapid.StringMatching(`[ \x00\x1c\x85]{0,3}(N/A|Null|NOT {1,3}Specified|no asset TAG)[ \t\x00]{0,3}`))
}

// TestFoldingInPlace: the ways without memory of their own say what folding says.
func TestFoldingInPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := foldable().Draw(t, "text")
		want := foldedSlowly(s)
		if got := folded(s); got != want {
			t.Fatalf("%q: got %q, want %q", s, got, want)
		}
		var room [64]byte
		if got, fits, plain := fold(room[:0], s); plain && fits && string(got) != want || plain && !fits && len(want) <= len(room) {
			t.Fatalf("%q: got %q (fits %v), want %q", s, got, fits, want)
		}
		if !foldsTo(s, want) || foldsTo(s, want+"x") || len(want) > 1 && foldsTo(s, want[1:]) {
			t.Fatalf("%q does not fold to %q, or to something else", s, want)
		}
	})
}

// TestPlaceholdersAreFoundInPlace, whatever blanks and case they are written in.
func TestPlaceholdersAreFoundInPlace(t *testing.T) {
	p := builtIn(t).Find("dell-idrac")
	rapid.Check(t, func(t *rapid.T) {
		s := foldable().Draw(t, "text")
		if got, want := p.placeholder(s), p.placeholders[foldedSlowly(s)]; got != want {
			t.Fatalf("%q: got %v, want %v", s, got, want)
		}
	})
}

// TestNumbersAreFoundAtALook: what is no number by its letters is none to the
// parser either.
func TestNumbersAreFoundAtALook(t *testing.T) {
	texts := rapid.OneOf(rapid.StringMatching(`[-+]?[0-9._a-fA-FxXpPeE+-]{0,12}`), rapid.String(), rapid.SampledFrom([]string{"inf", "+Inf", "nan", "infinity", "0x1p-2", "1_000", "0x_1p4", "1e999", ".5"}))
	rapid.Check(t, func(t *rapid.T) {
		s := texts.Draw(t, "text")
		want, err := strconv.ParseFloat(s, 64)
		is := err == nil && !math.IsNaN(want) && !math.IsInf(want, 0)
		if got, ok := parseNumber(s); ok != is || is && got != want {
			t.Fatalf("%q: got %v %v, want %v %v", s, got, ok, want, is)
		}
	})
}

// TestTextsAreTrimmedInPlace as snmp.Value.Text has it, for every type of value.
func TestTextsAreTrimmedInPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(t)
		s := store(v)
		if got := s.text(); got != v.Text() {
			t.Fatalf("%+v: got %q, want %q", v, got, v.Text())
		}
		if s.exists() != v.Exists() {
			t.Fatalf("%+v: exists %v", v, s.exists())
		}
		got, ok := s.number()
		if want, is := v.Number(); ok != is || is && got != want {
			t.Fatalf("%+v: got %v %v, want %v %v", v, got, ok, want, is)
		}
	})
}

// TestIndexesAreTakenApartInPlace.
func TestIndexesAreTakenApartInPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index, n := rapid.StringMatching(`[0-9.]{0,12}`).Draw(t, "index"), rapid.IntRange(1, 6).Draw(t, "n")
		parts := strings.Split(index, ".")
		want, is := "", n <= len(parts)
		if is {
			want = parts[n-1]
		}
		if got, ok := nth(index, n); got != want || ok != is {
			t.Fatalf("%q, number %d: got %q %v, want %q %v", index, n, got, ok, want, is)
		}
	})
}
