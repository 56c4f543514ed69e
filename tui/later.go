package tui

import (
	"time"
	"weak"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/outlook"
)

// laterPace is how long an answer about the outlook holds while only readings
// change: ages, risks and sums over a whole fleet do not move in seconds.
const laterPace = 5 * time.Second

// later works something out over the outlook beside the screen: a sum over half
// a million parts must not keep a key waiting. It keeps the answer until the
// question or the outlook changes.
type later[K comparable, T any] struct {
	sh   *shared
	work func(*outlook.Fleet, K) T // called beside Update: it must not touch the screen
	done func(T)                   // called in Update with each new answer
	want K
	have answer[K, T]
	got  bool // there is an answer
	busy bool
}

// answer is what was worked out, and from what. It does not keep the outlook: that
// holds every server as it was then, and a screen that is covered waits long.
type answer[K comparable, T any] struct {
	of       weak.Pointer[outlook.Fleet]
	settings *outlook.Settings
	key      K
	at       time.Time
	value    T
}

// workedMsg brings an answer back to the later that asked.
type workedMsg struct{ by, answer any }

// ask begins to work out the answer to key, unless it is there or under way.
func (l *later[K, T]) ask(key K) tea.Cmd {
	l.want = key
	of := l.sh.outlook()
	if of == nil || l.busy || l.fresh(of) {
		return nil
	}
	l.busy = true
	return func() tea.Msg {
		return workedMsg{l, answer[K, T]{of: weak.Make(of), settings: of.Settings, key: key, value: l.work(of, key)}}
	}
}

// again forgets that an answer is under way: while its screen was not shown it
// did not reach it.
func (l *later[K, T]) again() { l.busy = false }

func (l *later[K, T]) fresh(of *outlook.Fleet) bool {
	return l.known() &&
		(l.have.of == weak.Make(of) || l.sh.now().Sub(l.have.at) < laterPace && l.have.settings == of.Settings)
}

// take accepts the answer when it is this one's, and asks on when the question
// changed meanwhile.
func (l *later[K, T]) take(msg workedMsg) tea.Cmd {
	if msg.by != any(l) {
		return nil
	}
	l.busy = false
	got, ok := msg.answer.(answer[K, T])
	if !ok {
		return nil
	}
	got.at = l.sh.now()
	l.have, l.got = got, true
	if got.key == l.want && l.done != nil {
		l.done(got.value)
	}
	return l.ask(l.want)
}

// known reports whether there is an answer to what was last asked; it may be
// from the outlook before.
func (l *later[K, T]) known() bool { return l.got && l.have.key == l.want }
