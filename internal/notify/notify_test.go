package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ironage/internal/queue"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// memory is a store in memory.
type memory struct {
	changes  []Change
	progress map[string]Progress
	dead     []DeadLetter
}

func (m *memory) OrderChanges(_ context.Context, after int64, limit int) ([]Change, error) {
	var out []Change
	for _, c := range m.changes {
		if c.Seq > after && len(out) < limit {
			out = append(out, c)
		}
	}
	return out, nil
}

func (m *memory) LastOrderChange(context.Context) (int64, error) {
	if len(m.changes) == 0 {
		return 0, nil
	}
	return m.changes[len(m.changes)-1].Seq, nil
}

func (m *memory) HookProgress(_ context.Context, hook string) (Progress, error) {
	return m.progress[hook], nil
}

func (m *memory) SaveHookProgress(_ context.Context, hook string, p Progress) error {
	p.Known = true
	m.progress[hook] = p
	return nil
}

func (m *memory) Bury(_ context.Context, hook string, seq int64, p Progress, at time.Time) error {
	m.dead = append(m.dead, DeadLetter{Hook: hook, Seq: seq, Tries: p.Tries, Error: p.Error, At: at})
	m.progress[hook] = Progress{Seq: seq, Known: true}
	return nil
}

func (m *memory) happens(action string) {
	seq := int64(len(m.changes) + 1)
	m.changes = append(m.changes, Change{Seq: seq, Order: queue.Order{ID: 7, Version: seq}, Entry: queue.Entry{Order: 7, Version: seq, Action: action}})
}

// receiver answers with what answer says and remembers what it got.
type receiver struct {
	*httptest.Server
	got    []string
	answer func(w http.ResponseWriter)
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.got = append(r.got, req.Header.Get(HeaderID))
		if r.answer != nil {
			r.answer(w)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func notifier(m *memory, now *time.Time) *Notifier {
	clock := func() time.Time { return *now }
	return &Notifier{Store: m, Send: NewSender(time.Second, "test", clock), Policy: DefaultPolicy(), Now: clock}
}

func tell(t *testing.T, n *Notifier, h Hook) time.Duration {
	t.Helper()
	pause, err := n.Tell(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	return pause
}

func TestANewHookHearsWhatHappensFromNowOn(t *testing.T) {
	m, r, now := &memory{progress: map[string]Progress{}}, newReceiver(t), noon
	m.happens("propose")
	n, h := notifier(m, &now), Hook{Name: "glpi", URL: r.URL, Actions: []string{"approve"}}
	tell(t, n, h)
	m.happens("approve")
	m.happens("order")
	tell(t, n, h)
	tell(t, n, h)
	if strings.Join(r.got, " ") != "order-7-v2" || m.progress["glpi"].Seq != 3 {
		t.Errorf("got %v and %+v, want the approval once", r.got, m.progress)
	}
}

func TestAFailureIsTriedAgainInOrder(t *testing.T) {
	m, r, now := &memory{progress: map[string]Progress{"glpi": {Known: true}}}, newReceiver(t), noon
	n, h := notifier(m, &now), Hook{Name: "glpi", URL: r.URL}
	m.happens("propose")
	m.happens("approve")
	r.answer = func(w http.ResponseWriter) { http.Error(w, "down for maintenance", http.StatusServiceUnavailable) }
	if pause := tell(t, n, h); pause != 10*time.Second {
		t.Errorf("got %s, want the first pause", pause)
	}
	if tell(t, n, h); len(r.got) != 1 {
		t.Errorf("got %v: it was asked again before its time", r.got)
	}
	if p := m.progress["glpi"]; p.Tries != 1 || !strings.Contains(p.Error, "503") || !strings.Contains(p.Error, "down for maintenance") {
		t.Errorf("got %+v, want what it answered", p)
	}
	r.answer = nil
	now = now.Add(10 * time.Second)
	tell(t, n, h)
	if strings.Join(r.got, " ") != "order-7-v1 order-7-v1 order-7-v2" {
		t.Errorf("got %v, want the first again and then the second", r.got)
	}
}

func TestWhatCannotBeDeliveredIsKept(t *testing.T) {
	m, r, now := &memory{progress: map[string]Progress{"glpi": {Known: true}}}, newReceiver(t), noon
	n, h := notifier(m, &now), Hook{Name: "glpi", URL: r.URL}
	m.happens("propose")
	r.answer = func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }
	for range n.Policy.Tries {
		now = now.Add(tell(t, n, h))
	}
	if len(m.dead) != 1 || m.dead[0].Tries != 14 || len(r.got) != 14 || now.Sub(noon) < 12*time.Hour {
		t.Fatalf("got %+v after %d tries and %s", m.dead, len(r.got), now.Sub(noon))
	}
	r.answer = nil
	m.happens("approve")
	if tell(t, n, h); r.got[len(r.got)-1] != "order-7-v2" {
		t.Errorf("got %v, want the next change told", r.got)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	m, r, now := &memory{progress: map[string]Progress{"glpi": {Known: true}}}, newReceiver(t), noon
	n, h := notifier(m, &now), Hook{Name: "glpi", URL: r.URL}
	m.happens("propose")
	for header, want := range map[string]time.Duration{"120": 2 * time.Minute, "999999999": 4 * time.Hour, "-5": 10 * time.Second, "soon": 10 * time.Second} {
		m.progress["glpi"] = Progress{Known: true}
		r.answer = func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
		}
		if pause := tell(t, n, h); pause != want {
			t.Errorf("Retry-After %s: got %s, want %s", header, pause, want)
		}
	}
}

func TestTheDocumentIsSigned(t *testing.T) {
	var doc []byte
	var signature string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		doc, _ = io.ReadAll(req.Body) // what is missing shows below
		signature = req.Header.Get(HeaderSignature)
	}))
	defer s.Close()
	h := Hook{URL: s.URL, Secret: func(context.Context) ([]byte, error) { return []byte("key"), nil }}
	if err := NewSender(time.Second, "test", func() time.Time { return noon }).Send(t.Context(), h,
		Change{Order: queue.Order{ID: 7}, Entry: queue.Entry{Version: 3, Action: "approve"}}); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write(append([]byte("1767268800."), doc...))
	if want := "t=1767268800,v1=" + hex.EncodeToString(mac.Sum(nil)); signature != want {
		t.Errorf("got %s, want %s", signature, want)
	}
	var b body
	if err := json.Unmarshal(doc, &b); err != nil || b.Schema != schema || b.ID != "order-7-v3" || b.Change.Action != "approve" {
		t.Errorf("got %s, %v", doc, err)
	}
}

func TestErrorsHoldNoSecret(t *testing.T) {
	send := NewSender(50*time.Millisecond, "test", time.Now)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body) // only then the server notices that the client is gone
		<-req.Context().Done()
	}))
	defer slow.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/other", http.StatusFound))
	defer elsewhere.Close()
	for _, target := range []string{"http://127.0.0.1:1/token-geheim", slow.URL + "/token-geheim", "http://%zz/token-geheim", elsewhere.URL + "/token-geheim"} {
		err := send.Send(t.Context(), Hook{URL: target}, Change{})
		var f *Failure
		if !errors.As(err, &f) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v, want a failure without the URL", target, err)
		}
	}
}

// TestRunStops: with a receiver that never answers well, the notifier ends when it is told to.
func TestRunStops(t *testing.T) {
	m, now := &memory{progress: map[string]Progress{"x": {Known: true}}}, noon
	m.happens("propose")
	n := notifier(m, &now)
	ctx, cancel := context.WithCancel(t.Context())
	var waited []time.Duration
	n.Wait = func(_ context.Context, d time.Duration, _ <-chan struct{}) {
		waited = append(waited, d)
		now = now.Add(d)
		if len(waited) == 3 {
			cancel()
		}
	}
	n.Run(ctx, Hook{Name: "x", URL: "http://127.0.0.1:1/"})
	if len(waited) != 3 || waited[1] != 20*time.Second {
		t.Errorf("got %v, want growing pauses and then the end", waited)
	}
}

// TestAClockThatWasSetBackSilencesNobody: a failure was noted by a clock that
// ran a year ahead.
func TestAClockThatWasSetBackSilencesNobody(t *testing.T) {
	m, r, now := &memory{progress: map[string]Progress{}}, newReceiver(t), noon
	n, h := notifier(m, &now), Hook{Name: "glpi", URL: r.URL}
	tell(t, n, h)
	m.happens("approve")
	m.progress["glpi"] = Progress{Tries: 1, Next: noon.AddDate(1, 0, 0), Known: true}
	if pause := tell(t, n, h); pause != 0 || strings.Join(r.got, " ") != "order-7-v1" {
		t.Errorf("got %v and a pause of %s, want it told now", r.got, pause)
	}
}

// ailing is a store that cannot be read at first.
type ailing struct {
	*memory
	errs []error
}

func (a *ailing) HookProgress(ctx context.Context, hook string) (Progress, error) {
	if len(a.errs) > 0 {
		err := a.errs[0]
		a.errs = a.errs[1:]
		return Progress{}, err
	}
	return a.memory.HookProgress(ctx, hook)
}

func TestRunTellsWhenATroubleIsOver(t *testing.T) {
	now := noon
	n := notifier(&memory{}, &now)
	n.Store = &ailing{&memory{progress: map[string]Progress{}}, []error{errors.New("locked"), errors.New("locked")}}
	ctx, cancel := context.WithCancel(t.Context())
	rounds := 0
	n.Wait = func(context.Context, time.Duration, <-chan struct{}) {
		if rounds++; rounds == 5 {
			cancel()
		}
	}
	var told []string
	n.Failed = func(err error) { told = append(told, fmt.Sprint(err)) }
	n.Run(ctx, Hook{Name: "x"})
	if got := strings.Join(told, ", "); got != "webhook x: locked, webhook x: locked, <nil>" {
		t.Errorf("got %s", got)
	}
}
