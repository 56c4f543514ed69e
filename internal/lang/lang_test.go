package lang

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/language"
)

// tongue speaks Vietnamese with a catalogue of its own.
func tongue(t testing.TB, po string) *Tongue {
	t.Helper()
	entries, err := readPO("test.po", po)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCatalogue(language.Vietnamese, entries)
	if err != nil {
		t.Fatal(err)
	}
	return &Tongue{code: Vietnamese, cat: c, known: newCache(maxKnown)}
}

const small = `
msgid "disk"
msgstr "ổ đĩa"

msgid "fan"
msgstr "quạt"

msgid "failed"
msgstr "hỏng"

msgid "risk %%"
msgstr "rủi ro %%"

msgid "%d server"
msgid_plural "%d servers"
msgstr[0] "%d máy chủ"

msgid "%s %s failed"
msgstr "%s %s hỏng"

msgid "%s %s failed on %s"
msgstr "máy %[3]s: %[1]s %[2]s hỏng"

msgid "%s is %.1f%% full"
msgstr "%s đầy %.1f%%"

msgid "no answer"
msgstr "không trả lời"

msgid "%s in %s"
msgstr "%s ở %s"

msgid "key %s: it is wrong"
msgstr "khoá %s: sai"

msgid "reading %s: %w"
msgstr "đọc %s: %w"

#, as-is
msgid "did you mean %s?"
msgstr "có phải là %s?"

msgid "%q is not a number"
msgstr "%q không phải là số"
`

func TestSay(t *testing.T) {
	vi := tongue(t, small)
	en, err := New(English)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		en, vi string
		say    func(*Tongue) string
	}{
		{"disk", "ổ đĩa", func(t *Tongue) string { return t.Say("disk") }},
		{"risk %", "rủi ro %", func(t *Tongue) string { return t.Say("risk %%") }},
		{"not there", "not there", func(t *Tongue) string { return t.Say("not there") }},
		{"not there: 1,234", "not there: 1.234", func(t *Tongue) string { return t.Say("not there: %d", 1234) }},
		{"/ is 93.4% full", "/ đầy 93,4%", func(t *Tongue) string { return t.Say("%s is %.1f%% full", "/", 93.4) }},
		{"fan 3 failed on db-1", "máy db-1: fan 3 hỏng", func(t *Tongue) string { return t.Say("%s %s failed on %s", "fan", "3", "db-1") }},
		{"1 server", "1 máy chủ", func(t *Tongue) string { return t.Count(1, "%d server", "%d servers") }},
		{"0 servers", "0 máy chủ", func(t *Tongue) string { return t.Count(0, "%d server", "%d servers") }},
		{"1,234 servers", "1.234 máy chủ", func(t *Tongue) string { return t.Count(1234, "%d server", "%d servers") }},
		{"1 part of r1", "1 part of r1", func(t *Tongue) string { return t.Count(1, "%d part of %s", "%d parts of %s", "r1") }},
		{"-1,234,567", "-1.234.567", func(t *Tongue) string { return t.Int(-1234567) }},
		{"1,234.50", "1.234,50", func(t *Tongue) string { return t.Number(1234.5, 2) }},
	} {
		if got := x.say(nil); got != x.en {
			t.Errorf("nil Tongue: %q, want %q", got, x.en)
		}
		if got := x.say(en); got != x.en {
			t.Errorf("English: %q, want %q", got, x.en)
		}
		if got := x.say(vi); got != x.vi {
			t.Errorf("Vietnamese: %q, want %q", got, x.vi)
		}
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 3, 14, 3, 4, 5, 0, time.UTC)
	vi := tongue(t, small)
	for _, x := range []struct{ en, vi, gotEN, gotVI string }{
		{"2026-03-14", "14/03/2026", (*Tongue)(nil).Date(at), vi.Date(at)},
		{"Mar 14 03:04", "14/03 03:04", (*Tongue)(nil).DayTime(at), vi.DayTime(at)},
		{"2026-03-14 03:04", "14/03/2026 03:04", (*Tongue)(nil).DateTime(at), vi.DateTime(at)},
		{"2026-03", "03/2026", (*Tongue)(nil).Month(at), vi.Month(at)},
		{"Saturday", "thứ Bảy", (*Tongue)(nil).Weekday(at.Weekday()), vi.Weekday(at.Weekday())},
		{"12s", "12s", (*Tongue)(nil).Span(12 * time.Second), vi.Span(12 * time.Second)},
		{"3m", "3ph", (*Tongue)(nil).Span(3 * time.Minute), vi.Span(3 * time.Minute)},
		{"47h", "47h", (*Tongue)(nil).Span(47 * time.Hour), vi.Span(47 * time.Hour)},
		{"9d", "9 ngày", (*Tongue)(nil).Span(9 * 24 * time.Hour), vi.Span(9 * 24 * time.Hour)},
		{"2y", "2 năm", (*Tongue)(nil).Span(800 * 24 * time.Hour), vi.Span(800 * 24 * time.Hour)},
	} {
		if x.gotEN != x.en || x.gotVI != x.vi {
			t.Errorf("%q, %q; want %q, %q", x.gotEN, x.gotVI, x.en, x.vi)
		}
	}
}

func TestText(t *testing.T) {
	vi := tongue(t, small)
	for _, x := range []struct{ en, want string }{
		{"", ""},
		{"disk", "ổ đĩa"},
		{"nobody knows this", "nobody knows this"},
		{"disk 3 failed", "ổ đĩa 3 hỏng"},
		{"disk Bay 3 failed on db-1", "máy db-1: ổ đĩa Bay 3 hỏng"},
		{"1 server", "1 máy chủ"},
		{"12,345 servers", "12.345 máy chủ"},
		{"12345 servers", "12345 máy chủ"}, // as it stood: it may be no quantity
		{"/var is 93.4% full", "/var đầy 93,4%"},
		{"disk 3 failed; fan 2 failed; who knows", "ổ đĩa 3 hỏng; quạt 2 hỏng; who knows"},
		{"fan 2 failed. disk 3 failed.", "quạt 2 hỏng. ổ đĩa 3 hỏng."},
		{"fan, disk", "quạt, ổ đĩa"},
		{"reading db-1: no answer", "đọc db-1: không trả lời"},
		{"Fan 2 failed (no answer)", "Quạt 2 hỏng (không trả lời)"},
		{"Disk 3 failed", "Ổ đĩa 3 hỏng"},
		{"reading 2026-03-14: no answer", "đọc 14/03/2026: không trả lời"},
		{"reading 2026-03-14 03:04: no answer", "đọc 14/03/2026 03:04: không trả lời"},
		{"reading 2026-03-14-7: no answer", "đọc 2026-03-14-7: không trả lời"},
		{"fan in rack 7", "quạt ở rack 7"},
		{"disk in slot 1 failed", "ổ đĩa in slot 1 hỏng"}, // what a device calls a slot
		{"a.yaml:1:2: key x: it is wrong", "a.yaml:1:2: khoá x: sai"},
		{"did you mean disk?", "có phải là disk?"},
		{`"disk" is not a number`, `"disk" không phải là số`}, // what somebody typed is not translated
		{`"a \" b" is not a number`, `"a \" b" không phải là số`},
	} {
		for range 2 { // the second time from memory
			if got := vi.Text(x.en); got != x.want {
				t.Errorf("Text(%q) = %q, want %q", x.en, got, x.want)
			}
		}
		if got := (*Tongue)(nil).Text(x.en); got != x.en {
			t.Errorf("English Text(%q) = %q", x.en, got)
		}
	}
}

// TestManySpeakAtOnce is for the race detector: one Tongue draws the screens
// of several terminals.
func TestManySpeakAtOnce(t *testing.T) {
	vi := tongue(t, small)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 200 {
				vi.Text(fmt.Sprintf("disk %d failed", i))
				vi.Count(i, "%d server", "%d servers")
			}
		})
	}
	all.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(100)
	for i := range 10_000 {
		c.put(strings.Repeat("x", i%maxLookup)+string(rune('a'+i%26)), "y")
		c.put("kept", "here")
		if text, ok := c.get("kept"); !ok || text != "here" {
			t.Fatal("what is asked for all the time was forgotten")
		}
	}
	if c.len() > 100 {
		t.Errorf("%d texts are kept, want at most 100", c.len())
	}
	c.put(strings.Repeat("long", maxLookup), "y")
	if _, ok := c.get(strings.Repeat("long", maxLookup)); ok {
		t.Error("a text of a device fills the memory")
	}
}

func TestLanguageOfTheEnvironment(t *testing.T) {
	for _, x := range []struct {
		env  map[string]string
		want Code
	}{
		{nil, English},
		{map[string]string{"LANG": "vi_VN.UTF-8"}, Vietnamese},
		{map[string]string{"LANG": "vi"}, Vietnamese},
		{map[string]string{"LANG": "C"}, English},
		{map[string]string{"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, English},
		{map[string]string{"LC_ALL": "vi-VN", "LANG": "de_DE"}, Vietnamese},
		{map[string]string{"LANG": "vista"}, English},
	} {
		if got := FromEnv(func(name string) string { return x.env[name] }); got != x.want {
			t.Errorf("%v speaks %s, want %s", x.env, got, x.want)
		}
	}
	if _, err := New("de"); err == nil || !strings.Contains(err.Error(), "vi (tiếng Việt)") {
		t.Errorf("an unknown language: %v", err)
	}
}
