package ops

import (
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// SetNotice shows a message about this program until it is cleared or
// replaced by another of the same code.
func (d *Desk) SetNotice(n Notice) {
	d.notices.Lock()
	if old, ok := d.notices.byCode[n.Code]; ok && old.Text == n.Text && old.Health == n.Health {
		d.notices.Unlock()
		return
	} else if ok && n.Since.IsZero() {
		n.Since = old.Since
	}
	if n.Since.IsZero() {
		n.Since = d.now()
	}
	d.notices.byCode[n.Code] = n
	d.notices.Unlock()
	d.showNotices()
}

// ClearNotice takes the message of that code away.
func (d *Desk) ClearNotice(code string) {
	d.notices.Lock()
	_, had := d.notices.byCode[code]
	delete(d.notices.byCode, code)
	d.notices.Unlock()
	if had {
		d.showNotices()
	}
}

// Notify shows a message, or takes it away when the text is empty: what the
// collector calls.
func (d *Desk) Notify(code string, h fleet.Health, text string) {
	if text == "" {
		d.ClearNotice(code)
		return
	}
	d.SetNotice(Notice{Code: code, Health: h, Text: text})
}

func (d *Desk) noticeList() []Notice {
	d.notices.Lock()
	defer d.notices.Unlock()
	out := make([]Notice, 0, len(d.notices.byCode))
	for _, n := range d.notices.byCode {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Notice) int {
		if c := b.Health.Severity() - a.Health.Severity(); c != 0 {
			return c
		}
		return strings.Compare(a.Code, b.Code)
	})
	return out
}

func (d *Desk) showNotices() {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := *d.View()
	v.Notices = d.noticeList()
	d.publish(&v)
}

// tellVersion shows that what is seen here is old though somebody collects.
func (d *Desk) tellVersion() {
	text := ""
	if d.View().Collector.Foreign {
		text = "the collector is another version of ironage: what is shown here may be up to 15 minutes old; restart the older one"
	}
	d.Notify("version", fleet.Warning, text)
}
