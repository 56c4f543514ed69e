package discover

import (
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		text string
		all  bool
		want string
		size uint64
	}{
		{"10.0.0.0/24", false, "10.0.0.1-10.0.0.254", 254},
		{"10.0.0.0/24", true, "10.0.0.0-10.0.0.255", 256},
		{"10.0.0.77/24", false, "10.0.0.1-10.0.0.254", 254},
		{"10.0.0.0/31", false, "10.0.0.0-10.0.0.1", 2},
		{"10.0.0.9/32", false, "10.0.0.9", 1},
		{"10.0.0.0/30", false, "10.0.0.1-10.0.0.2", 2},
		{"127.10.0.0/22", false, "127.10.0.1-127.10.3.254", 1022},
		{"10.0.0.5-20", false, "10.0.0.5-10.0.0.20", 16},
		{"10.0.0.0-255", false, "10.0.0.0-10.0.0.255", 256},
		{"10.0.0.250-10.0.1.5", false, "10.0.0.250-10.0.1.5", 12},
		{" 10.0.0.5 ", false, "10.0.0.5", 1},
		{"::ffff:10.0.0.5", false, "10.0.0.5", 1},
		{"2001:db8::1", false, "2001:db8::1", 1},
		{"2001:db8::/112", false, "2001:db8::-2001:db8::ffff", 65536},
		{"2001:db8::ffff:5-2001:db8::1:0:4", false, "2001:db8::ffff:5-2001:db8::1:0:4", 65536},
	} {
		s, err := ParseTarget(c.text, c.all)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if s.String() != c.want || s.size() != c.size {
			t.Errorf("%s: got %s with %d addresses, want %s with %d", c.text, s, s.size(), c.want, c.size)
		}
		if again, err := ParseExclusion(s.String()); err != nil || again != s {
			t.Errorf("%s: its own text %s reads as %s, %v", c.text, s, again, err)
		}
	}
}

func TestParseTargetSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "expected an address",
		"bmc-01":                    "expected",
		"10.0.0":                    "expected an address",
		"10.0.0.0/33":               "expected a network",
		"10.0.0.300":                "expected an address",
		"10.0.0.20-5":               "ends before it begins",
		"10.0.0.5-300":              "expected a range",
		"10.0.0.5-::1":              "both ends",
		"2001:db8::1-5":             "both ends must be IPv4 or both IPv6|expected a range",
		"fe80::/64":                 "too many IPv6 addresses",
		"fe80::1%eth0":              "zone",
		"::ffff:10.0.0.0/120":       "IPv4 network",
		"224.0.0.0/24":              "multicast",
		"223.255.255.250-224.0.0.1": "multicast",
		"255.255.255.255":           "multicast or reserved",
		"ff02::1":                   "multicast",
		"0.0.0.0/30":                "no address of a host",
		strings.Repeat("1", 500):    "no address",
	} {
		_, err := ParseTarget(text, true)
		if err == nil {
			t.Errorf("%s: no error, want one about %q", text, want)
			continue
		}
		found := false
		for _, w := range strings.Split(want, "|") {
			found = found || strings.Contains(err.Error(), w)
		}
		if !found || len(err.Error()) > 300 {
			t.Errorf("%s: got %q, want something about %q", text, err, want)
		}
	}
}

func TestPlanIsBounded(t *testing.T) {
	for _, c := range []struct{ targets, excluded, want string }{
		{"10.0.0.0/12", "", ""},
		{"10.0.0.0/11", "", "more than 1048576 addresses"},
		{"10.0.0.0/8", "", "more than 1048576 addresses"},
		{"10.0.0.0/11", "10.16.0.0/12", ""},
		{"10.0.0.0/24", "10.0.0.0/8", "everything is excluded"},
		{"", "", "nothing to search"},
	} {
		_, err := NewPlan(spans(t, c.targets), spans(t, c.excluded))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s without %s: got %v, want %q", c.targets, c.excluded, err, c.want)
		}
	}
}

// spans reads targets separated by blanks.
func spans(t testing.TB, text string) []Span {
	t.Helper()
	var out []Span
	for _, f := range strings.Fields(text) {
		s, err := ParseTarget(f, false)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// TestPlanAsksEachAddressOnceAndNoneExcluded compares a plan with a set.
func TestPlanAsksEachAddressOnceAndNoneExcluded(t *testing.T) {
	base4, base6 := netip.MustParseAddr("10.0.0.0"), netip.MustParseAddr("2001:db8::ffff:ffff:ffff:ff00")
	rapid.Check(t, func(t *rapid.T) {
		some := func(name string, least int) []Span {
			return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Span {
				from, n := rapid.Uint64Range(0, 500).Draw(t, "from"), rapid.Uint64Range(0, 60).Draw(t, "n")
				base := rapid.SampledFrom([]netip.Addr{base4, base6}).Draw(t, "base")
				return Span{plus(base, from), plus(base, from+n)}
			}), least, 8).Draw(t, name)
		}
		targets, excluded := some("targets", 1), some("excluded", 0)
		want := map[netip.Addr]bool{}
		for _, s := range targets {
			for a := s.Lo; !s.Hi.Less(a); a = a.Next() {
				want[a] = true
			}
		}
		for _, s := range excluded {
			for a := s.Lo; !s.Hi.Less(a); a = a.Next() {
				delete(want, a)
			}
		}
		p, err := NewPlan(targets, excluded)
		if err != nil {
			if len(want) > 0 {
				t.Fatalf("%d addresses: %v", len(want), err)
			}
			return
		}
		if p.Count() != len(want) {
			t.Fatalf("got %d addresses, want %d", p.Count(), len(want))
		}
		seen := map[netip.Addr]bool{}
		for i := range p.Count() {
			a := p.At(i)
			if !want[a] || seen[a] {
				t.Fatalf("%s: wanted %v, seen before %v", a, want[a], seen[a])
			}
			seen[a] = true
			if n, ok := p.Index(a); !ok || n != i {
				t.Fatalf("%s is number %d (%v), want %d", a, n, ok, i)
			}
		}
		for _, s := range excluded {
			if _, ok := p.Index(s.Lo); ok {
				t.Fatalf("the excluded %s has a number", s.Lo)
			}
		}
	})
}

func TestFinishedSpansReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := NewPlan([]Span{{netip.MustParseAddr("10.0.0.0"), netip.MustParseAddr("10.0.0.70")}, {netip.MustParseAddr("10.0.1.3"), netip.MustParseAddr("10.0.1.9")}},
			[]Span{{netip.MustParseAddr("10.0.0.10"), netip.MustParseAddr("10.0.0.11")}})
		if err != nil {
			t.Fatal(err)
		}
		f := newFinished(p.Count())
		for _, i := range rapid.SliceOf(rapid.IntRange(0, p.Count()-1)).Draw(t, "done") {
			f.add(i)
		}
		n := 0
		for _, s := range f.spans(p) {
			for a := s.Lo; !s.Hi.Less(a); a = a.Next() {
				i, ok := p.Index(a)
				if !ok || !f.has(i) {
					t.Fatalf("%s is said to be done", a)
				}
				n++
			}
		}
		if n != f.count {
			t.Fatalf("the spans hold %d addresses, want %d", n, f.count)
		}
	})
}

func TestReadExclusions(t *testing.T) {
	got, err := ReadExclusions(strings.NewReader("\ufeff10.0.0.0/30 # the gateway\r\n\n# nothing\n10.0.1.5-9\n"), "never.txt")
	if err != nil || len(got) != 2 || got[0].String() != "10.0.0.0-10.0.0.3" || got[1].String() != "10.0.1.5-10.0.1.9" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ReadExclusions(strings.NewReader("10.0.0.1\n\noops\n"), "never.txt"); err == nil || !strings.HasPrefix(err.Error(), `never.txt:3: "oops"`) {
		t.Errorf("got %v, want the line", err)
	}
	if _, err := ReadExclusions(strings.NewReader(strings.Repeat("x", 1<<16)), "never.txt"); err == nil {
		t.Error("a line of 64 KiB: no error")
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"10.0.0.0/24", "10.0.0.5-20", "10.0.0.5-10.0.1.20", "2001:db8::/112", "::ffff:1.2.3.4", "0.0.0.0/0", "::/0", "1.2.3.4-", "-", "/", "%"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, all bool) {
		s, err := ParseTarget(text, all)
		if err != nil {
			return
		}
		if !s.Lo.IsValid() || s.Hi.Less(s.Lo) || s.Lo.Is4() != s.Hi.Is4() || s.Lo.Zone() != "" {
			t.Fatalf("%q: got %v", text, s)
		}
		p, err := NewPlan([]Span{s}, nil)
		if err != nil {
			return
		}
		if p.Count() < 1 || p.Count() > MaxAddresses || p.At(0) != s.Lo || p.At(p.Count()-1) != s.Hi {
			t.Fatalf("%q: %d addresses from %s to %s, want %v", text, p.Count(), p.At(0), p.At(p.Count()-1), s)
		}
	})
}
