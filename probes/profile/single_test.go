package profile

import (
	"slices"
	"testing"
)

// TestSingleObjectsAreAskedForOnce: of what was asked before, nothing is asked
// again, and devices of a kind share what asks for the rest.
func TestSingleObjectsAreAskedForOnce(t *testing.T) {
	a, b, c := scalarAt("1.3.6.1.2.1.1.1.0"), scalarAt("1.3.6.1.2.1.1.2.0"), scalarAt("1.3.6.1.2.1.1.3.0")
	var l Library
	first := l.singlesAfter(nil, []cellAt{a, b, a})
	if !slices.Equal(first.cells, []cellAt{a, b}) || first.question.Len() != 2 {
		t.Errorf("first asks for %v, want %v", first.cells, []cellAt{a, b})
	}
	second := l.singlesAfter(first, []cellAt{b, c})
	if !slices.Equal(second.cells, []cellAt{c}) {
		t.Errorf("then asks for %v, want %v", second.cells, []cellAt{c})
	}
	if third := l.singlesAfter(second, []cellAt{a, b, c}); len(third.cells) != 0 || third.question != nil {
		t.Errorf("at last asks for %v, want nothing", third.cells)
	}
	if l.singlesAfter(nil, []cellAt{a, b, a}) != first || l.singlesAfter(first, []cellAt{b, c}) != second {
		t.Error("the next device of the kind has lists of its own")
	}
	if alone := l.singlesAfter(nil, []cellAt{b, c}); !slices.Equal(alone.cells, []cellAt{b, c}) {
		t.Errorf("a device that was asked nothing before is asked for %v, want both", alone.cells)
	}
}
