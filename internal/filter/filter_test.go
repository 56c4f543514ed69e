package filter

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// box is a row of the tests' list.
type box struct {
	name, health, room string
	parts              []string
	age                float64
	left               float64 // days of warranty
	aged               bool
}

func boxes() []box {
	return []box{
		{"hn-a07-01", "critical", "Phòng máy Đông", []string{"ST1200", "KTH-PL424"}, 9.3, -400, true},
		{"hn-a07-02", "ok", "Phòng máy Đông", []string{"MZ7LH960"}, 2.5, 60, true},
		{"hn-b02-11", "warning", "dc2", nil, 5.4, 900, true},
		{"đn-c01-01", "unknown", "", []string{"a:b, c"}, 0, 0, false},
	}
}

func boxLanguage() *Language[box] {
	return &Language[box]{
		Free: func(b box) string { return Fold(b.name + "\n" + b.room + "\n" + strings.Join(b.parts, "\n")) },
		Fields: []Field[box]{
			{Name: "health", Choices: []string{"ok", "warning", "critical", "unknown"}, Whole: true, Text: func(b box) string { return b.health }},
			{Name: "room", Hint: "dc1", Whole: true, Text: func(b box) string { return b.room },
				Offer: func() []string { return []string{"dc2", "Phòng máy Đông", "Phòng máy Đông", ""} }},
			{Name: "part", Hint: "ST1200", Texts: func(b box) []string { return b.parts }},
			{Name: "age", Hint: ">5y", Number: func(b box) (float64, bool) { return b.age, b.aged }},
			{Name: "risk", Hint: ">10%", Measure: Percent, Number: func(b box) (float64, bool) { return b.age * 10, b.aged }},
			{Name: "warranty", Hint: "<90d", Choices: []string{"ok", "expiring", "expired", "unknown"}, Whole: true, Measure: Days,
				Text: func(b box) string {
					switch {
					case !b.aged:
						return "unknown"
					case b.left < 0:
						return "expired"
					}
					return "ok"
				},
				Number: func(b box) (float64, bool) { return b.left, b.aged }},
		},
		Saved: map[string]string{"old": "age:>5y", "bad": "heath:ok", "loop": "@loop", "worst": "@old health:critical", "all": ""},
	}
}

func TestParse(t *testing.T) {
	tests := map[string]string{
		"":                        "hn-a07-01 hn-a07-02 hn-b02-11 đn-c01-01",
		"hn":                      "hn-a07-01 hn-a07-02 hn-b02-11",
		"DN":                      "đn-c01-01",
		"!hn":                     "đn-c01-01",
		"a07,c01":                 "hn-a07-01 hn-a07-02 đn-c01-01",
		"health:crit":             "hn-a07-01",
		"health:critical,warning": "hn-a07-01 hn-b02-11",
		"!health:critical,warn":   "hn-a07-02 đn-c01-01",
		"HEALTH:OK":               "hn-a07-02",
		"health:*k*":              "hn-a07-02 đn-c01-01",
		`room:"phong may dong"`:   "hn-a07-01 hn-a07-02",
		"room:phong*":             "hn-a07-01 hn-a07-02",
		"room:phong":              "",
		"room:?c2":                "hn-b02-11",
		`room:""`:                 "đn-c01-01",
		`part:""`:                 "hn-b02-11",
		"part:kth":                "hn-a07-01",
		`part:"a:b, c"`:           "đn-c01-01",
		`"a:b, c"`:                "đn-c01-01",
		"age:>5y":                 "hn-a07-01 hn-b02-11",
		"age:>=9.3":               "hn-a07-01",
		"age:<30m,>9":             "hn-a07-01",
		"age:<=30mo":              "hn-a07-02",
		"age:2y":                  "hn-a07-02",
		"age:unknown":             "đn-c01-01",
		"!age:unknown age:<2000d": "hn-a07-02 hn-b02-11",
		"risk:<=54%":              "hn-a07-02 hn-b02-11",
		"risk:>80":                "hn-a07-01",
		"warranty:expired":        "hn-a07-01",
		"warranty:<90d":           "hn-a07-01 hn-a07-02",
		"warranty:>0 warranty:<3": "",
		"warranty:unknown":        "đn-c01-01",
		"@old":                    "hn-a07-01 hn-b02-11",
		"@worst":                  "hn-a07-01",
		"!@old !age:unknown":      "hn-a07-02",
		"@all c01":                "đn-c01-01",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			keep, err := boxLanguage().Parse(text)
			if err != nil {
				t.Fatalf("got error %v", err)
			}
			var got []string
			for _, b := range boxes() {
				if keep == nil || keep(b) {
					got = append(got, b.name)
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("got %q, want %q", strings.Join(got, " "), want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		filter string
		at     int
		part   string
	}{
		{"disk heath:critical", 5, "did you mean health?"},
		{"x nothing:1", 2, "fields are health, room, part, age, risk, warranty"},
		{"!heatlh:ok", 1, "did you mean health?"},
		{"health:bad", 7, "one of ok, warning, critical, unknown"},
		{"health:ok,bad", 10, `"bad" is no health`},
		{"health:", 7, "a value is missing after health: ok, warning"},
		{"room:", 5, "a value is missing after room: dc1"},
		{"age:>x", 5, "a number is needed here, e.g. age:>5y"},
		{"age:nan", 4, "a number is needed"},
		{"age:>5q", 6, "the unit is y (years)"},
		{"risk:>5y", 7, "the unit is %"},
		{"age:<>5", 4, "does not compare"},
		{"warranty:soon", 9, "or a number: <90d"},
		{"warranty:ex", 9, "could be expiring or expired"},
		{`room:"national`, 5, "not closed"},
		{"room:A1,", 8, "missing after the comma"},
		{":x", 0, "field name is missing"},
		{"đĩa !", 5, "a word is missing"},
		{"đĩa fe80::1", 4, "no field"},
		{"x @nix", 2, "saved are @all, @bad, @loop, @old, @worst"},
		{"@bad", 0, "the saved filter @bad does not fit this list: there is no field"},
		{"@loop", 0, "too deep"},
	}
	for _, x := range tests {
		t.Run(x.filter, func(t *testing.T) {
			_, err := boxLanguage().Parse(x.filter)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.At != x.at || !strings.Contains(e.Text, x.part) {
				t.Errorf("got character %d, %q; want character %d, …%s…", e.At, e.Text, x.at, x.part)
			}
		})
	}
	var e *Error
	if _, err := new(Language[box]).Parse("@x"); !errors.As(err, &e) || !strings.Contains(e.Text, "none is saved yet") {
		t.Errorf("without saved filters: got %v", err)
	}
	if _, err := boxLanguage().Parse("heath:ok"); !errors.As(err, &e) || strings.Join(e.Fields, " ") != "health room part age risk warranty" {
		t.Errorf("a slip in a field's name: got %v, want the fields with it", err)
	}
}

func TestComplete(t *testing.T) {
	tests := []struct {
		text   string // | is the cursor
		offers string
		first  string // the text once the first offer is taken
	}{
		{"h|", "health:", "health:|"},
		{"x !r|", "room: risk:", "x !room:|"},
		{"health:c|", "critical", "health:critical|"},
		{"health:ok,w|", "warning", "health:ok,warning|"},
		{"room:ph|", `"Phòng máy Đông"`, `room:"Phòng máy Đông"|`},
		{`room:"ph|`, `"Phòng máy Đông"`, `room:"Phòng máy Đông"|`},
		{"room:|", `dc2 "Phòng máy Đông"`, "room:dc2|"},
		{"he|:ok", "health:", "health:|ok"},
		{"@w|", "@worst", "@worst|"},
		{"nosuch:x|", "", ""},
		{"age:|", "", ""},
		{"|", "health: room: part: age: risk: warranty:", "health:|"},
	}
	for _, x := range tests {
		t.Run(x.text, func(t *testing.T) {
			before, after, _ := strings.Cut(x.text, "|")
			c := boxLanguage().Complete(before+after, len([]rune(before)))
			if got := strings.Join(c.Offers, " "); got != x.offers {
				t.Fatalf("got offers %q, want %q", got, x.offers)
			}
			if len(c.Offers) == 0 {
				return
			}
			text, at := c.Put(before+after, c.Offers[0])
			rs := []rune(text)
			if got := string(rs[:at]) + "|" + string(rs[at:]); got != x.first {
				t.Errorf("got %q, want %q", got, x.first)
			}
		})
	}
	c := Completion{Offers: []string{"service:", "serial:"}}
	if got := c.Common(); got != "ser" {
		t.Errorf("Common: got %q, want ser", got)
	}
}

func TestNear(t *testing.T) {
	names := []string{"health", "rack", "serial", "service"}
	for typed, want := range map[string]string{"heath": "health", "rak": "rack", "racks": "rack", "ehalth": "health", "sre": "", "": "", "serv": "service"} {
		if got := Near(names, typed); got != want {
			t.Errorf("Near(%q): got %q, want %q", typed, got, want)
		}
	}
}

func TestGlob(t *testing.T) {
	for pattern, texts := range map[string][]string{"a*": {"a", "ab"}, "*b": {"b", "ab"}, "a?c": {"abc", "ađc"}, "*": {"", "x"}, "a*b*c": {"abc", "axxbyyc"}} {
		for _, s := range texts {
			if !glob([]rune(pattern), s) {
				t.Errorf("glob(%q, %q): got false, want true", pattern, s)
			}
		}
	}
	if slices.ContainsFunc([]string{"", "ab", "ba"}, func(s string) bool { return glob([]rune("b"), s) }) {
		t.Error(`glob("b") matches a text that is not "b"`)
	}
}
