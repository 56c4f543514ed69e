package tui

import (
	"regexp"
	"strings"
	"testing"
)

// TestPlainOverview holds that the Overview is read from top to bottom: each
// panel under the one before, nothing beside it, no bars, nothing cut off.
func TestPlainOverview(t *testing.T) {
	wide := regexp.MustCompile(`\S {3,}\S+ {3,}\S`)
	for _, x := range []struct {
		name   string
		in     func(*Config)
		titles []string
		want   string
	}{
		{"en", nil, []string{"Needs a person now: 6 causes, 1 already known:", "Health:", "Ageing:", "Queue:", "Polling:", "Worst racks:", "Services:"},
			"X critical, hn-a07-01: Bay 2: disk failed, A07 U1, 3h"},
		{"vi", inVietnamese, []string{"Tình trạng:", "Dịch vụ:"}, "X nghiêm trọng, hn-a07-01: Bay 2: ổ đĩa hỏng, A07 U1, 3h"},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := typedPlain(t, x.in)
			lines := strings.Split(got, "\n")
			at := 0
			for i, l := range lines {
				if at < len(x.titles) && strings.TrimSpace(l) == x.titles[at] {
					at++
				}
				if i > 3 && (strings.Contains(l, "##") || strings.Contains(l, "--") || strings.ContainsAny(l, "…~█─") || wide.MatchString(l)) {
					t.Errorf("%q is drawn, not said", l)
				}
			}
			if at < len(x.titles) || !strings.Contains(got, x.want) {
				t.Errorf("want %q and the line %q in\n%s", x.titles, x.want, got)
			}
		})
	}
}
