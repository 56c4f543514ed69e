package tui

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/queue"
)

// typedPlain is what the console without redraws answers to some lines.
func typedPlain(t *testing.T, more func(*Config), lines ...string) string {
	t.Helper()
	var out strings.Builder
	cfg := Config{Desk: newFakeDesk(handView()), Actor: queue.Actor{Name: "lan", Role: queue.Engineer}, Now: threeAMNow,
		Life: ageing.DefaultPolicy(), Env: []string{"LANG=C.UTF-8"}}
	if more != nil {
		more(&cfg)
	}
	if err := RunPlain(t.Context(), cfg, strings.NewReader(strings.Join(lines, "\n")+"\n"), &out); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(strings.ReplaceAll(out.String(), "\n", ""), hostile); i >= 0 {
		t.Errorf("%q: a control character got out: %q", lines, out.String()[i:])
	}
	return out.String()
}

func TestPlain(t *testing.T) {
	for _, x := range []struct {
		lines []string
		want  []string
		not   string
	}{
		{nil, []string{"== Overview ==", "Needs a person now"}, ""},
		{[]string{"2"}, []string{"== Servers ==", "X critical hn-a07-01"}, ""},
		{[]string{"servers rack:C11"}, []string{"hn-c11-20", "4 of 12"}, "12 of 12"},
		{[]string{"2", "/rack:C11"}, []string{"4 of 12"}, ""},
		{[]string{"hn-b02-13"}, []string{"== Overview > hn-b02-13 =="}, ""},
		{[]string{"máy chủ"}, []string{"== Servers =="}, ""},
		{[]string{"#12"}, []string{"== Overview > #12 =="}, ""},
		{[]string{"#12", "back"}, []string{"== Overview > #12 ==", "== Overview =="}, ""},
		{[]string{"zzz"}, []string{"nothing is called zzz"}, ""},
		{[]string{"hn-b02"}, []string{"several are called that:", "hn-b02-12"}, ""},
		{[]string{"help"}, []string{"2 servers", "back, help, quit"}, ""},
		{[]string{"read all", "yes"}, []string{"? Read 12 servers again now?", "12 servers are read again now"}, ""},
		{[]string{"read all", "no"}, []string{"nothing was done"}, "are read again"},
		{[]string{"quit", "2"}, nil, "== Servers"},
		{[]string{"", "\x1b[2Jx"}, []string{"nothing is called ?[2Jx"}, "\x1b"},
	} {
		got := typedPlain(t, nil, x.lines...)
		for _, want := range x.want {
			if !strings.Contains(got, want) {
				t.Errorf("%q: want %q in\n%s", x.lines, want, got)
			}
		}
		if x.not != "" && strings.Contains(got, x.not) {
			t.Errorf("%q: %q should not be in\n%s", x.lines, x.not, got)
		}
	}
}

func TestPlainASCII(t *testing.T) {
	got := typedPlain(t, func(c *Config) { inVietnamese(c); c.Env = []string{"LANG=C"} }, "2", "help", "quit")
	if hasHigh(got) {
		t.Errorf("a terminal without UTF-8 gets other characters:\n%s", got)
	}
}

// TestPlainEnds: the console ends with its caller though nobody types.
func TestPlainEnds(t *testing.T) {
	in, hold := io.Pipe()
	defer func() { _ = hold.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() {
		over <- RunPlain(ctx, Config{Desk: newFakeDesk(nil), Now: threeAMNow}, in, io.Discard)
	}()
	cancel()
	select {
	case err := <-over:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it outlived its context")
	}
}
