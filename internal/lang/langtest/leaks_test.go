package langtest

import (
	"strings"
	"testing"

	"ironage/internal/lang"
)

func TestLeaks(t *testing.T) {
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	l := NewLeaks(vi)
	for _, x := range []struct{ screen, known, want string }{
		{"ổ đĩa hỏng", "", ""},
		{"\x1b[1mổ đĩa\x1b[0m failed\nhỏng", "", "failed: ổ đĩa failed"},
		{"SERVERS  firmware", "", "servers: SERVERS  firmware"},
		{"xem ironage queue list", "", ""},
		{"lọc  health:critical,warning disk", "", "disk: lọc  health:critical,warning disk"},
		{"db-disk-1 rotor failed", "rotor failed", "disk: db-disk-1 rotor failed"},
	} {
		if got := strings.Join(l.Find(x.screen, x.known), "\n"); got != x.want {
			t.Errorf("%q: %q, want %q", x.screen, got, x.want)
		}
	}
}
