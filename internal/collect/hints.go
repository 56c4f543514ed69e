package collect

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// Ears hear devices call: SNMP traps and informs.
type Ears interface {
	// Listen calls hear with every notification, from one goroutine, until ctx
	// ends, or until it should be called again because what it listens to has
	// changed (nil), or because it cannot listen (the error says why).
	Listen(ctx context.Context, hear func(fleet.Notification)) error
	// Addresses are the IP addresses of a host, in their plain form.
	Addresses(ctx context.Context, host string) ([]string, error)
}

// The rhythm of hints. A notification is heeded at once; what the same server
// says after that waits, so that it is read at most once per hintPause. In a
// storm, and when it only repeats itself, the pause doubles up to hintPauseMost:
// the regular reads see as much. What it did not say in the pause before is not
// made to wait so long.
const (
	hintPause     = 5 * time.Second
	hintPauseMost = 5 * time.Minute
	// stormy is how many notifications in one pause make it longer.
	stormy = 20
	// fullEvery is how often a storm may cause an inventory.
	fullEvery = time.Minute
	// mostKinds bounds the kinds of notification told apart in one pause, and
	// mostTold those that get an event each.
	mostKinds = 16
	mostTold  = 3
)

// hints turns notifications into reads and events, and storms of them into
// few. Notifications come in on the listener's goroutine, everything else is
// called by the run's loop.
type hints struct {
	now  func() time.Time
	wake chan struct{} // capacity 1: something is due sooner than known

	mu      sync.Mutex
	who     *senders
	calls   map[string]*call // by server
	unknown strangers
	due     time.Time // zero: nothing is
	count   fleet.NotificationCounts
}

// call is what one server says.
type call struct {
	began time.Time     // when it was last heeded
	pause time.Duration // until it is heeded again
	total int           // since then, those dropped unread included
	lost  int           // of these, dropped unread
	kinds []kindOf
	other int // of kinds beyond mostKinds
	full  bool
	// usual are the kinds of the pause before: they may wait out a long pause.
	usual    map[string]bool
	lastFull time.Time
}

// kindOf is one kind of notification and how often it came.
type kindOf struct {
	fleet.Notification
	count int
}

func (k *kindOf) name() string { return k.Evidence.OID + "\x00" + k.Text }

// heed is what one server's notifications lead to.
type heed struct {
	server string
	full   bool
	call   call // as it was
	span   time.Duration
}

func newHints(now func() time.Time) *hints {
	return &hints{now: now, wake: make(chan struct{}, 1), who: &senders{}, calls: map[string]*call{}, unknown: newStrangers()}
}

// know replaces the directory of senders.
func (h *hints) know(who *senders) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.who = who
}

// counts are what was heard so far.
func (h *hints) counts() fleet.NotificationCounts {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// hear takes one notification. It costs the same in a storm as in silence.
func (h *hints) hear(n fleet.Notification) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.count.Missed += int64(n.Missed)
	h.count.Heard += int64(n.Missed)
	silent := n.Text == "" && n.Refused == "" // only says that some were missed
	if !silent {
		h.count.Heard++
	}
	server, why := h.who.find(&n)
	if n.Refused != "" {
		h.count.Refused++
		h.unknown.add(n.Source, server, n.Refused, 1+n.Missed)
		h.sooner(h.unknown.due(now))
		return
	}
	if server == "" {
		if !silent {
			h.count.Unknown++
		}
		h.unknown.add(n.Source, "", why, n.Missed+boolInt(!silent))
		h.sooner(h.unknown.due(now))
		return
	}
	if !silent {
		h.count.Accepted++
	}
	c := h.calls[server]
	if c == nil {
		c = &call{pause: hintPause}
		h.calls[server] = c
	}
	c.add(n, silent)
	h.sooner(c.due())
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// add counts one notification.
func (c *call) add(n fleet.Notification, silent bool) {
	c.total += n.Missed
	c.lost += n.Missed
	if silent {
		return
	}
	c.total++
	c.full = c.full || n.Inventory
	k := kindOf{Notification: n, count: 1}
	name := k.name()
	if i := slices.IndexFunc(c.kinds, func(x kindOf) bool { return x.name() == name }); i >= 0 {
		c.kinds[i].count++
		return
	}
	if c.usual != nil && !c.usual[name] {
		c.pause = min(c.pause, hintPause)
	}
	if len(c.kinds) < mostKinds {
		c.kinds = append(c.kinds, k)
		return
	}
	c.other++
}

// due is when the call is heeded, or forgotten when nothing came.
func (c *call) due() time.Time { return c.began.Add(c.pause) }

// sooner notes that something is due at a time; the loop is woken only if that
// is sooner than what it knows of.
func (h *hints) sooner(at time.Time) {
	if !h.due.IsZero() && !at.Before(h.due) {
		return
	}
	h.due = at
	select {
	case h.wake <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// wait is how long the loop may sleep.
func (h *hints) wait(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.due.IsZero() {
		return time.Hour
	}
	return max(0, h.due.Sub(now))
}

// take gives what is due now: servers to read with what they said, and the
// account of strangers when it is time for it.
func (h *hints) take(now time.Time) (heeds []heed, account string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.due.IsZero() || now.Before(h.due) {
		return nil, ""
	}
	h.due = time.Time{}
	later := func(at time.Time) {
		if h.due.IsZero() || at.Before(h.due) {
			h.due = at
		}
	}
	for server, c := range h.calls {
		switch {
		case now.Before(c.due()):
		case c.total == 0:
			delete(h.calls, server)
			continue
		default:
			heeds = append(heeds, c.take(server, now))
		}
		later(c.due())
	}
	slices.SortFunc(heeds, func(a, b heed) int { return strings.Compare(a.server, b.server) })
	if at := h.unknown.due(now); !at.IsZero() {
		if !now.Before(at) {
			return heeds, h.unknown.take(now)
		}
		later(at)
	}
	return heeds, ""
}

// take empties the call and begins its next pause.
func (c *call) take(server string, now time.Time) heed {
	out := heed{server: server, full: c.full, call: *c, span: now.Sub(c.began)}
	if c.full && now.Sub(c.lastFull) < fullEvery {
		out.full = false // a status read finds rows that moved, too
	}
	next := call{began: now, pause: hintPause, usual: map[string]bool{}, lastFull: c.lastFull}
	if out.full {
		next.lastFull = now
	}
	repeats := true
	for i := range c.kinds {
		name := c.kinds[i].name()
		repeats = repeats && c.usual[name]
		next.usual[name] = true
	}
	if !c.began.IsZero() && (repeats || c.total >= stormy) {
		next.pause = min(2*c.pause, hintPauseMost)
	}
	*c = next
	return out
}

// events are what history keeps of the call: one event for each kind, or one
// for all when they are many.
func (k *heed) events(st *fleet.State) []fleet.Event {
	c := &k.call
	if len(c.kinds) == 0 {
		return []fleet.Event{{Time: c.began.Add(k.span), Kind: fleet.EventNotification, Server: k.server, Health: fleet.Unknown,
			Text: fmt.Sprintf("%s were dropped unread", k.howMany(c.total))}}
	}
	if len(c.kinds) > mostTold {
		return []fleet.Event{k.summary()}
	}
	out := make([]fleet.Event, len(c.kinds))
	for i := range c.kinds {
		x := &c.kinds[i]
		out[i] = eventOf(k.server, &x.Notification, st)
		if x.count > 1 {
			out[i].Text += fmt.Sprintf(" (%s)", k.howMany(x.count))
		}
	}
	if c.lost > 0 {
		out[0].Text += fmt.Sprintf("; %s more were dropped unread", thousands(c.lost))
	}
	return out
}

// summary is one event for many kinds: how many, the most frequent, the worst health.
func (k *heed) summary() fleet.Event {
	kinds := slices.Clone(k.call.kinds)
	slices.SortStableFunc(kinds, func(a, b kindOf) int {
		if s := b.Health.Severity() - a.Health.Severity(); s != 0 {
			return s
		}
		return b.count - a.count
	})
	e := eventOf(k.server, &kinds[0].Notification, nil)
	parts := make([]string, mostTold)
	for i := range parts {
		parts[i] = fmt.Sprintf("%s (%s)", kinds[i].Text, thousands(kinds[i].count))
	}
	e.Text = fmt.Sprintf("%s: %s", k.howMany(k.call.total), strings.Join(parts, ", "))
	if more := len(kinds) - mostTold; more > 0 {
		e.Text += fmt.Sprintf(" and %d other kinds", more)
	}
	if k.call.lost > 0 {
		e.Text += fmt.Sprintf("; %s of them were dropped unread", thousands(k.call.lost))
	}
	return e
}

// howMany is "1,024 notifications in 5 s".
func (k *heed) howMany(n int) string {
	text := thousands(n) + " notifications"
	if n == 1 {
		text = "1 notification"
	}
	if k.call.began.IsZero() {
		return text
	}
	if k.span < 2*time.Minute {
		return text + " in " + strconv.Itoa(max(1, int(k.span.Round(time.Second)/time.Second))) + " s"
	}
	return text + " in " + strconv.Itoa(int(k.span.Round(time.Minute)/time.Minute)) + " min"
}

// eventOf is one notification as history keeps it.
func eventOf(server string, n *fleet.Notification, st *fleet.State) fleet.Event {
	e := fleet.Event{Time: n.Time, Kind: fleet.EventNotification, Server: server, Health: n.Health, Text: n.Text, Evidence: n.Evidence}
	e.Evidence.Time = n.Time
	said := fmt.Sprintf("said by %s over SNMP %s", n.Source, n.Version)
	if !n.Proven {
		said += ", not authenticated"
	}
	if e.Evidence.Meaning != "" {
		said = e.Evidence.Meaning + "; " + said
	}
	e.Evidence.Meaning = said
	if st != nil && n.About != "" {
		e.Key = partNamed(st, n.About)
	}
	return e
}

// partNamed is the key of the one component that a text names: it is called
// so, or the text ends in its name. "" when none or several fit.
func partNamed(st *fleet.State, about string) string {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	about = fold(about)
	called, ending := "", ""
	calledBy, endings := 0, 0
	for i := range st.Components {
		c := &st.Components[i]
		names := []string{fold(c.Name), fold(c.Slot), fold(c.Place)}
		switch {
		case slices.Contains(names, about):
			called = c.Key()
			calledBy++
		case slices.ContainsFunc(names, func(n string) bool {
			return len(n) > 2 && (strings.HasSuffix(about, " "+n) || strings.HasPrefix(about, n+" "))
		}):
			ending = c.Key()
			endings++
		}
	}
	switch {
	case calledBy == 1:
		return called
	case calledBy == 0 && endings == 1:
		return ending
	}
	return ""
}

// thousands writes 1,024.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
