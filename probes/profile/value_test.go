package profile

import (
	"testing"

	"pgregory.net/rapid"
)

// TestFoldingInPlace: the way without memory of its own says what folded says.
func TestFoldingInPlace(t *testing.T) {
	texts := rapid.OneOf(rapid.StringMatching(`[ \t\n\v\fA-Za-z0-9/.\[\]-]{0,80}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := texts.Draw(t, "text")
		var room [64]byte
		if got, ok := foldInto(room[:0], s); ok && string(got) != folded(s) {
			t.Fatalf("%q: got %q, want %q", s, got, folded(s))
		}
		if !foldsTo(s, folded(s)) || foldsTo(s, folded(s)+"x") {
			t.Fatalf("%q does not fold to itself", s)
		}
	})
}
