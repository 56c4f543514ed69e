package tui

import (
	"time"

	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// newAckForm asks for the note and the end of an acknowledgement. about is what
// is acknowledged.
func newAckForm(sh *shared, about string) *form {
	f := newForm(sh, sh.t.Say("Acknowledge: %s", about), []queue.Field{
		{Name: "note", Label: "Note", Hint: "why it is known, or what is being done"},
		{Name: "until", Label: "Until when", Hint: "4h, 3d, 2026-03-14 or 22:00; nothing: until it gets worse"},
	}, nil)
	f.intro = []string{sh.t.Say("It stays visible and no longer alerts. Your name and note go with it.")}
	f.extra = func(a queue.Field, v string) error {
		if a.Name != "until" {
			return nil
		}
		_, err := maintenance.ParseUntil(v, sh.now())
		return err
	}
	return f.start()
}

// acked is what was typed into the form of an acknowledgement.
func acked(sh *shared, f *form) (note string, until time.Time) {
	typed := f.typed()
	until, _ = maintenance.ParseUntil(typed["until"], sh.now()) // the form has checked it
	return typed["note"], until
}

// untilText says when an acknowledgement ends; "" when at no time.
func untilText(sh *shared, until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return sh.t.Say("until %s", when(sh.now(), until))
}
