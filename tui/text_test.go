package tui

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "WFK123", "WFK123"},
		{"escape sequence", "a\x1b[2Jb", "a?[2Jb"},
		{"C1 control", "a\u009bb", "a?b"},
		{"bidi override", "abc\u202egpj", "abc?gpj"},
		{"zero width space", "a\u200bb", "a?b"},
		{"line separator", "a\u2028b", "a?b"},
		{"tab and line end", "a\tb\nc\r", "a b c "},
		{"invalid UTF-8", "a\xffb", "a?b"},
		{"Vietnamese composed", "Kho dữ liệu", "Kho dữ liệu"},
		{"Vietnamese combining", "Ha\u0300 No\u0323\u0302i", "Hà Nội"},
		{"filler", "a\u3164\u115fb", "a??b"},
		{"blank braille", "a\u2800b", "a?b"},
		{"joined pictures", "\U0001f44d\U0001f3fe\u200d\U0001f1fb\U0001f1f3", "\U0001f44d????"},
		{"operating system command", "\x1b]52;c;QQ==\x07", "?]52;c;QQ==?"},
		{"device control string", "\x1bPq#0\x1b\\", "?Pq#0?\\"},
		{"tower of accents", "a" + strings.Repeat("\u0301", 50), "á\u0301\u0301"},
		{"accent alone", "\u0301a", "a"},
		{"variation selector", "✓\ufe0f", "✓"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			if got := clean(x.in); got != x.want {
				t.Errorf("clean(%q): got %q, want %q", x.in, got, x.want)
			}
		})
	}
	if got := len(clean(strings.Repeat("x", 10<<20))); got != maxText {
		t.Errorf("clean of ten megabytes: got %d bytes, want %d", got, maxText)
	}
}

func TestFit(t *testing.T) {
	tests := []struct {
		in    string
		w     int
		want  string
		right string
	}{
		{"abc", 5, "abc  ", "  abc"},
		{"abcdef", 4, "abc…", "abc…"},
		{"dữ liệu", 9, "dữ liệu  ", "  dữ liệu"},
		{"Ha\u0300 No\u0323\u0302i", 4, "Ha\u0300 …", "Ha\u0300 …"},
		{"服务器", 4, "服… ", "服… "},
		{"abc", 0, "", ""},
		{"abc", -3, "", ""},
	}
	for _, x := range tests {
		if got := fit(x.in, x.w); got != x.want {
			t.Errorf("fit(%q, %d): got %q, want %q", x.in, x.w, got, x.want)
		}
		if got := fitRight(x.in, x.w); got != x.right {
			t.Errorf("fitRight(%q, %d): got %q, want %q", x.in, x.w, got, x.right)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"plain", "\x1b]52;c;AAAA\x07", "服务器\u0301", "\u202e\u200d", "\xff\xfe", "Trung tâm dữ liệu"} {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = min(max(w, 0), 300)
		got := fit(clean(s), w)
		if n := ansi.StringWidth(got); n != w {
			t.Errorf("fit(clean(%q), %d): got %d cells, want %d", s, w, n, w)
		}
		for _, r := range got {
			if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == utf8.RuneError || r == 0x202e {
				t.Errorf("clean(%q) let %U through", s, r)
			}
		}
		if high := toASCII(got); hasHigh(high) {
			t.Errorf("toASCII(%q): got %q, which is not ASCII", got, high)
		}
	})
}

func TestTimes(t *testing.T) {
	tests := []struct {
		back time.Duration
		want string
	}{
		{-time.Minute, "0s"}, {12 * time.Second, "12s"}, {3*time.Minute + 40*time.Second, "3m"}, {47 * time.Hour, "47h"},
		{49 * time.Hour, "2d"}, {700 * 24 * time.Hour, "700d"}, {800 * 24 * time.Hour, "2y"},
	}
	for _, x := range tests {
		if got := ago(threeAM, before(x.back)); got != x.want {
			t.Errorf("ago %v: got %q, want %q", x.back, got, x.want)
		}
	}
	if got := ago(threeAM, time.Time{}); got != "never" {
		t.Errorf("ago of no time: got %q, want never", got)
	}
	for back, want := range map[time.Duration]string{time.Hour: "02:04:05", 30 * 24 * time.Hour: "Feb 12 03:04", 400 * 24 * time.Hour: "2025-02-07"} {
		if got := when(threeAM, before(back)); got != want {
			t.Errorf("when %v before: got %q, want %q", back, got, want)
		}
	}
}

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 16 << 30: "16 GiB", 1200243695616: "1.1 TiB", 1536: "1.5 KiB", -1: "?", math.MaxInt64: "8 EiB"} {
		if got := bytesText(n); got != want {
			t.Errorf("bytesText(%d): got %q, want %q", n, got, want)
		}
	}
}

func TestSparkline(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		want   string
	}{
		{"none", nil, "    "},
		{"fewer than cells", []float64{1, 8}, "  ▁█"},
		{"the last ones", []float64{9, 9, 0, 7, 7, 3.5}, "▁▆▆▃"},
		{"all zero", []float64{0, 0, 0, 0}, "▁▁▁▁"},
		{"missing", []float64{1, math.NaN(), math.Inf(1), 1}, "█  █"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			if got := sparkline(x.values, 4); got != x.want {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
	if got := sparklineIn([]float64{0, 50, 100, 200}, 4, 0, 100); got != "▁▄██" {
		t.Errorf("on a scale of 0 to 100: got %q, want ▁▄██", got)
	}
}

func TestToASCII(t *testing.T) {
	for in, want := range map[string]string{
		"▸ ✗ critical": "> X critical", "Kho dữ liệu Đà Nẵng": "Kho du lieu Da Nang", "a › b …": "a > b ~",
		"─│": "-|", "服务": "????", "Ha\u0300 No\u0323\u0302i": "Ha Noi",
	} {
		if got := toASCII(in); got != want {
			t.Errorf("toASCII(%q): got %q, want %q", in, got, want)
		}
	}
}
