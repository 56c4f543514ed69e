package outlook

import (
	"strings"
	"testing"
)

// A counter that stands at the most it can hold makes the risk a lower bound, in
// lists as in the explanation.
func TestFullCounterIsALowerBound(t *testing.T) {
	f := built(t, nil, box("a", "2020-01-03", hdd("1", map[string]float64{"pending": 255}), hdd("2", nil)))
	for key, least := range map[string]bool{"disk/1": true, "disk/2": false} {
		l, _ := f.Line("a", key)
		x, _ := f.Explain("a", key)
		if l.AtLeast != least || x.Risk.AtLeast != least || strings.HasPrefix(l.Risk(), ">=") != least || l.Risk() != x.Risk.String() {
			t.Errorf("%s: listed %s, explained %s", key, l.Risk(), x.Risk)
		}
	}
	if !f.Server("a").AtLeast {
		t.Error("the server's risk is no lower bound")
	}
}
