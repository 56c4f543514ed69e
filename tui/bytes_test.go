package tui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/hinshun/vt10x"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// wire is an emulated terminal at the end of the real renderer: it counts what
// is sent, frame by frame.
type wire struct {
	t       testing.TB
	mu      sync.Mutex
	screen  vt10x.Terminal
	sent    int
	changed chan struct{}
	program *tea.Program
	desk    *fakeDesk
	done    chan error
}

// Write takes one frame.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent += len(p)
	_, _ = w.screen.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	select {
	case w.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

// openWire runs the console at a size on the wire.
func openWire(t testing.TB, width, height int, v *ops.View) *wire {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &wire{t: t, screen: vt10x.New(vt10x.WithSize(width, height)), changed: make(chan struct{}, 1),
		desk: newFakeDesk(v), done: make(chan error, 1)}
	keys, typed := io.Pipe()
	a := newApp(ctx, Config{Desk: w.desk, Actor: queue.Actor{Name: "lan", Role: queue.Engineer}, Now: threeAMNow, Life: ageing.DefaultPolicy(), Dark: true})
	a.feed = w.desk.Watch(ctx)
	w.program = tea.NewProgram(a, tea.WithContext(ctx), tea.WithInput(keys), tea.WithOutput(w), tea.WithFPS(20), tea.WithWindowSize(width, height),
		tea.WithoutSignalHandler(), tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color", "LANG=C.UTF-8"}))
	go func() { _, err := w.program.Run(); w.done <- err }()
	t.Cleanup(func() {
		stop()
		_ = typed.Close()
		<-w.done
	})
	return w
}

func (w *wire) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.screen.String()
}

// await waits until the screen is as wanted and returns how much was sent so far.
func (w *wire) await(what string, wanted func(screen string) bool) int {
	w.t.Helper()
	deadline := time.After(20 * time.Second)
	for !wanted(w.text()) {
		select {
		case <-w.changed:
		case <-deadline:
			w.t.Fatalf("%s did not come; the screen shows:\n%s", what, w.text())
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent
}

func (w *wire) press(k string) { w.program.Send(keyPress(k)) }

// at says that the cursor's line begins with a text.
func at(part string) func(string) bool {
	return func(screen string) bool {
		for l := range strings.SplitSeq(screen, "\n") {
			if strings.HasPrefix(l, "▸") && strings.Contains(l, part) {
				return true
			}
		}
		return false
	}
}

// changedUse is a view in which the processor's use of some servers is another.
func changedUse(v *ops.View, servers int, pct float64) *ops.View {
	var es []fleet.Entry
	for i := range servers {
		e := *v.Fleet.At(i)
		e.State.Totals.CPULoadPct = []float64{pct}
		es = append(es, e)
	}
	return &ops.View{Fleet: v.Fleet.With(v.Fleet.Revision+1, threeAM, es), Collector: v.Collector, Outlook: v.Outlook, Orders: v.Orders, Events: v.Events}
}

// The most that a frame may send.
const (
	mostForFiveCells    = 150
	mostForScrolledLine = 400
)

// TestBytesPerFrame holds what goes over the line: SSH to a phone in a cellar is
// the console's home.
func TestBytesPerFrame(t *testing.T) {
	for _, x := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		t.Run(fmt.Sprintf("%dx%d", x.w, x.h), func(t *testing.T) {
			v := changedUse(manyView(300), 300, 20)
			w := openWire(t, x.w, x.h, v)
			w.await("the overview", func(s string) bool { return strings.Contains(s, "Needs a person now") })
			w.press("2")
			w.press("N")
			w.await("the list", at("srv-00000"))
			w.press("j")
			was := w.await("the second line", at("srv-00001"))

			if strings.Contains(w.text(), "20%") {
				w.desk.feed <- changedUse(v, 5, 21)
				now := w.await("five new figures", func(s string) bool { return strings.Count(s, "21%") >= 5 })
				t.Logf("five changed cells: %d bytes", now-was)
				if now-was > mostForFiveCells {
					t.Errorf("five changed cells: got %d bytes, want %d at most", now-was, mostForFiveCells)
				}
			}
			last := x.h - 7 // the last line on screen
			for range last - 1 {
				w.press("j")
			}
			name := func(i int) func(string) bool { return at(fmt.Sprintf("srv-%05d", i)) }
			was = w.await("the last line", name(last))
			for i := last + 1; i < last+6; i++ {
				w.press("j")
				now := w.await("one line more", name(i))
				t.Logf("a scrolled line: %d bytes", now-was)
				if now-was > mostForScrolledLine {
					t.Errorf("a scrolled line: got %d bytes, want %d at most", now-was, mostForScrolledLine)
				}
				was = now
			}
		})
	}
}

// TestBytesIdle holds that nothing is sent while nothing changes: the seconds
// that pass in between make a key cost not one byte more.
func TestBytesIdle(t *testing.T) {
	w := openWire(t, 120, 40, manyView(300))
	w.await("the overview", func(s string) bool { return strings.Contains(s, "Needs a person now") })
	w.press("2")
	w.press("N")
	w.await("the list", at("srv-00000"))
	round := func(idle bool) int {
		w.press("j")
		was := w.await("the second line", at("srv-00001"))
		if idle {
			for range 200 {
				w.program.Send(tickMsg{})
			}
			for range 5 { // frames that the renderer could have sent
				<-time.After(50 * time.Millisecond)
			}
			w.mu.Lock()
			if now := w.sent; now != was {
				t.Errorf("while nothing changed %d bytes were sent", now-was)
			}
			w.mu.Unlock()
		}
		w.press("k")
		return w.await("the first line", at("srv-00000")) - was
	}
	round(false)
	if busy, idle := round(false), round(true); busy != idle {
		t.Errorf("a key after 200 idle seconds: got %d bytes, want %d as without them", idle, busy)
	}
}
