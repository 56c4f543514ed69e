package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ironage/internal/queue"
)

func TestDateValue(t *testing.T) {
	tests := []struct{ in, want string }{
		{"2026-03-20", "2026-03-20"}, {" 2026-03-20 ", "2026-03-20"}, {"today", "2026-03-13"}, {"Tomorrow", "2026-03-14"},
		{"+14d", "2026-03-27"}, {"+2w", "2026-03-27"}, {"+1m", "2026-04-13"}, {"+0d", "2026-03-13"},
		{"", ""}, {"+", ""}, {"+d", ""}, {"+5", ""}, {"+5y", ""}, {"+1000d", ""}, {"-3d", ""}, {"20.3.2026", ""}, {"2026-02-30", ""}, {"next week", ""},
	}
	for _, x := range tests {
		t.Run(x.in, func(t *testing.T) {
			got, err := dateValue(threeAM, x.in)
			if got != x.want || (err == nil) != (x.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, x.want)
			}
		})
	}
}

func FuzzDateValue(f *testing.F) {
	for _, s := range []string{"2026-03-20", "+14d", "+999m", "today", "+9999999999999999999d", "\x1b[2J"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := dateValue(threeAM, s)
		if err != nil {
			if strings.ContainsRune(err.Error(), '\x1b') {
				t.Errorf("the message carries an escape: %q", err)
			}
			return
		}
		if _, err := time.Parse(time.DateOnly, got); err != nil {
			t.Errorf("got %q for %q, want a date", got, s)
		}
	})
}

func TestCheckTime(t *testing.T) {
	for in, fine := range map[string]bool{"2026-01-31 14:03": true, "2026-01-31T14:03:00Z": true, "14:03": false, "": false, "yesterday": false} {
		if err := checkTime(in); (err == nil) != fine {
			t.Errorf("%q: got %v, want fine %v", in, err, fine)
		}
	}
}

// TestFormHoldsBack types nothing into a form of every kind of field.
func TestFormHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sh := newConsole(t, 80, 24, workView()).app.sh
		f := newForm(sh, "Everything", []queue.Field{
			{Name: "text", Label: "Text", Required: true, Kind: queue.FieldText},
			{Name: "choice", Label: "Choice", Required: true, Kind: queue.FieldChoice, Choices: []string{"one", "two"}},
			{Name: "check:on-site", Label: "Somebody is there", Required: true},
			{Name: "when", Label: "When", Kind: queue.FieldTime},
		}, nil).start()
		type1 := func(keys ...string) {
			for _, k := range keys {
				todo := run(f.update(keyPress(k)))
				for n := 0; len(todo) > 0 && n < 100; n++ {
					msg := todo[0]
					todo = append(todo[1:], run(f.update(msg))...)
				}
			}
		}
		status := func() string { return f.view(78, 30) }
		wants := []struct {
			keys []string
			want string
		}{
			{nil, "Still needed: Text, Choice, your confirmation (on-site)"},
			{[]string{"enter"}, "Text is needed"},
			{[]string{"a", "enter", "enter"}, "Choice is needed"},
			{[]string{"down", "enter", "n", "o", "enter"}, `type "yes" to confirm (on-site)`},
			{[]string{"backspace", "backspace", "y", "e", "s", "enter", "x", "enter"}, "write the time like"},
		}
		for _, x := range wants {
			type1(x.keys...)
			if got := status(); !strings.Contains(got, x.want) {
				t.Errorf("after %v: got\n%s\nwant %q", x.keys, got, x.want)
			}
			if f.state != formTyping {
				t.Fatalf("after %v: got state %d, want still typing", x.keys, f.state)
			}
		}
		type1("backspace", "enter")
		if f.state != formDone {
			t.Fatalf("got state %d, want done", f.state)
		}
		want := map[string]string{"text": "a", "choice": "one", "check:on-site": "yes"}
		got := f.typed()
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s: got %q, want %q", k, got[k], v)
			}
		}
		if len(got) != len(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// TestFormFollowsTheCursor holds that the field with the cursor is in view,
// however small the window.
func TestFormFollowsTheCursor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := atOrder(t, 60, 15, queue.Ready, queue.Technician).press("S")
		for _, x := range []struct{ key, want string }{{"", "being rebuilt"}, {"type:yes", "being rebuilt"}, {"enter", "Assignee"}, {"enter", "Change reference"}} {
			if x.key != "" {
				c.press(x.key)
			}
			if got := c.line("┃"); !strings.Contains(got, x.want) {
				t.Errorf("after %q: got line %q, want the field %s\n%s", x.key, got, x.want, c.screen())
			}
		}
	})
}

// TestFormTakesPastes holds that pasted text lands in the field, and only there.
func TestFormTakesPastes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ready, queue.Technician).press("n")
		c.send(paste("the key\nis \x1b[31mred"))
		got := c.line("> ")
		if !strings.Contains(got, "the key is") || strings.ContainsRune(got, '\x1b') {
			t.Errorf("got line %q, want the pasted text in one line", got)
		}
		if len(c.desk.calls()) != 0 {
			t.Errorf("pasting asked the desk %v", c.desk.calls())
		}
	})
}
