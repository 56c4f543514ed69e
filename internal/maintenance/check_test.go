package maintenance

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func TestCheck(t *testing.T) {
	was := once(noon.Add(-time.Hour), noon.Add(time.Hour))
	ended := was
	ended.Ended, ended.EndedBy = noon, "minh"
	every := func(r Rhythm) Window { return Window{Reason: "r", From: noon, Every: &r} }
	sat := []time.Weekday{time.Saturday}
	for _, c := range []struct {
		name string
		w    Window
		was  *Window
		want string // "" is fine
	}{
		{"fine", once(noon, noon.Add(time.Hour)), nil, ""},
		{"begun a moment ago", once(noon.Add(-time.Minute), noon.Add(time.Hour)), nil, ""},
		{"past", once(noon.Add(-2*time.Hour), noon.Add(-time.Hour)), nil, "past"},
		{"begun long ago", once(noon.Add(-time.Hour), noon.Add(time.Hour)), nil, "past"},
		{"changed while it holds", was, &was, ""},
		{"changed to end before now", once(was.From, noon.Add(-time.Minute)), &was, "past"},
		{"changed after it ended", was, &ended, "ended by minh"},
		{"backwards", once(noon.Add(2*time.Hour), noon.Add(time.Hour)), nil, "before it begins"},
		{"two years", once(noon, noon.AddDate(2, 0, 0)), nil, "a year at most"},
		{"far ahead", once(noon.AddDate(2, 0, 0), noon.AddDate(2, 0, 1)), nil, "more than a year ahead"},
		{"no reason", Window{From: noon, To: noon.Add(time.Hour), Reason: " "}, nil, "a reason is needed"},
		{"endless reason", Window{From: noon, To: noon.Add(time.Hour), Reason: strings.Repeat("x", 501)}, nil, "longer than 500"},
		{"weekly", every(Rhythm{Weekdays: sat, At: 60, For: time.Hour}), nil, ""},
		{"no days", every(Rhythm{At: 60, For: time.Hour}), nil, "needs weekdays"},
		{"both", every(Rhythm{Weekdays: sat, MonthDay: 1, For: time.Hour}), nil, "needs weekdays"},
		{"day 32", every(Rhythm{MonthDay: 32, For: time.Hour}), nil, "1 to 31"},
		{"eighth weekday", every(Rhythm{Weekdays: []time.Weekday{8}, For: time.Hour}), nil, "seven days"},
		{"no time", every(Rhythm{Weekdays: sat}), nil, "a minute at least"},
		{"too long each time", every(Rhythm{Weekdays: sat, For: 8 * 24 * time.Hour}), nil, "7d at most"},
		{"25 o'clock", every(Rhythm{Weekdays: sat, At: 25 * 60, For: time.Hour}), nil, "between 00:00"},
		{"no zone", every(Rhythm{Weekdays: sat, For: time.Hour, Zone: "Asia/Hanoi2"}), nil, "no time zone"},
		{"nameless zone", every(Rhythm{Weekdays: sat, For: time.Hour, Zone: "Local"}), nil, "has no name"},
		{"never", Window{Reason: "r", From: noon, To: noon.Add(time.Hour), Every: &Rhythm{Weekdays: sat, For: time.Hour}}, nil, "never hold"},
		{"ends before it begins", Window{Reason: "r", From: noon, To: noon.Add(-time.Hour), Every: &Rhythm{Weekdays: sat, For: time.Hour}}, nil, "before it begins"},
	} {
		err := Check(&c.w, c.was, noon)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestResolve(t *testing.T) {
	servers := []fleet.Server{{Name: "a", Site: "hanoi", Room: "dc1", Rack: "A03", Service: "mail"}, {Name: "b", Site: "hanoi", Room: "dc2", Rack: "A03"},
		{Name: "c", Rack: "B1"}, {Name: "d"}}
	for _, c := range []struct {
		scope      Scope
		name       string
		want, fail string
	}{
		{Server, "a", "a", ""}, {Server, "x", "", `no server "x"`}, {Server, "", "", "name the server"},
		{Rack, "B1", "B1", ""}, {Rack, "dc1/A03", "hanoi/dc1/A03", ""}, {Rack, "hanoi/dc2/A03", "hanoi/dc2/A03", ""},
		{Rack, "A03", "", "hanoi/dc1/A03, hanoi/dc2/A03"}, {Rack, "3", "", `no rack "3"`},
		{Site, "hanoi", "hanoi", ""}, {Service, "mail", "mail", ""}, {Service, "Mail", "", "no service"},
		{Fleet, "", "", ""}, {Fleet, "a", "", "leave"}, {Scope("room"), "dc1", "", "no scope"},
	} {
		got, err := Resolve(c.scope, c.name, servers)
		if got != c.want || (err == nil) != (c.fail == "") || err != nil && !strings.Contains(err.Error(), c.fail) {
			t.Errorf("%s %q: got %q, %v; want %q, %q", c.scope, c.name, got, err, c.want, c.fail)
		}
	}
	if got := Names(Rack, servers); strings.Join(got, " ") != "B1 hanoi/dc1/A03 hanoi/dc2/A03" {
		t.Errorf("racks are %v", got)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"now", "2026-03-10 12:00"}, {"4h", "2026-03-10 16:00"}, {"+3d", "2026-03-13 12:00"}, {"22:00", "2026-03-10 22:00"},
		{"9:30", "2026-03-11 09:30"}, {"12:00", "2026-03-11 12:00"}, {"2026-03-14", "2026-03-14 00:00"},
		{"2026-03-14 22:00", "2026-03-14 22:00"}, {"2026-03-14T22:00:00Z", "2026-03-14 22:00"}, {"tomorrow", ""}, {"", ""}, {"25:00", ""}, {"0h", ""},
	} {
		got, err := ParseTime(c.text, noon)
		if (err != nil) != (c.want == "") || err == nil && got.Format("2006-01-02 15:04") != c.want {
			t.Errorf("%q: got %v, %v, want %q", c.text, got, err, c.want)
		}
	}
	if at, err := ParseUntil("2026-03-14", noon); err != nil || at.Day() != 15 {
		t.Errorf("until a day: %v, %v, want its end", at, err)
	}
	for _, text := range []string{"2026-03-01", "now", "2028-01-01", "soon"} {
		if at, err := ParseUntil(text, noon); err == nil {
			t.Errorf("until %q: %v, want a refusal", text, at)
		}
	}
	if at, err := ParseUntil(" ", noon); err != nil || !at.IsZero() {
		t.Errorf("until nothing: %v, %v, want for good", at, err)
	}
}

func TestParseEvery(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"sat", "sat"}, {"thu, mon", "mon, thu"}, {"sun,sun", "sun"}, {"day", "day"}, {"weekdays", "mon, tue, wed, thu, fri"}, {"Saturday", "sat"},
		{"1", "day 1 of the month"}, {"last", "day 31 of the month"}, {"32", ""}, {"1,2", ""}, {"", ""}, {"s", ""}, {"someday", ""},
	} {
		days, month, err := ParseEvery(c.text)
		r := Rhythm{Weekdays: days, MonthDay: month}
		if (err != nil) != (c.want == "") || err == nil && r.Days() != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.text, r.Days(), err, c.want)
		}
	}
	r := Rhythm{Weekdays: []time.Weekday{time.Saturday}, At: 22 * 60, For: 90 * time.Minute, Zone: "Asia/Ho_Chi_Minh"}
	if got := r.String(); got != "every sat 22:00 for 1h30m (Asia/Ho_Chi_Minh)" {
		t.Errorf("in words: %q", got)
	}
}
