package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/notify"
	"ironage/internal/store"
)

// loadConfig loads a configuration of these lines.
func loadConfig(t *testing.T, text string) *config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ironage.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// inbox is a receiver that remembers what it was told, and refuses while it is
// told to.
type inbox struct {
	*httptest.Server
	mu      sync.Mutex
	got     []string
	refuses bool
}

func newInbox(t *testing.T) *inbox {
	b := &inbox{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.refuses {
			http.Error(w, "closed for today", http.StatusServiceUnavailable)
			return
		}
		b.got = append(b.got, req.Header.Get(notify.HeaderID))
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *inbox) has(ids string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.got, " ") == ids
}

func (b *inbox) refuse(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuses = yes
}

// openIt opens the database of c as another process would.
func (c *queueCLI) openIt() *store.Store {
	c.t.Helper()
	st, err := store.Open(c.t.Context(), c.url, time.Now)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = st.Close() }) // nothing is written at the end
	return st
}

func TestTellersTellAndFollowTheConfiguration(t *testing.T) {
	c := newQueueCLI(t)
	st, first, second := c.openIt(), newInbox(t), newInbox(t)
	var mu sync.Mutex
	notices := map[string]string{}
	notice := func(code string, _ fleet.Health, text string) {
		mu.Lock()
		defer mu.Unlock()
		notices[code] = text
	}
	env := &cli{now: time.Now, getenv: func(string) string { return "" }, err: &bytes.Buffer{}}
	ctx, cancel := context.WithCancel(t.Context())
	tell := newTellers(env, st, notice, func() bool { return true })
	known := func(hook string) func() bool {
		return func() bool { p, err := st.HookProgress(ctx, hook); return err == nil && p.Known }
	}
	tell.use(ctx, loadConfig(t, fmt.Sprintf("webhooks: {first: {url: %q}, lost: {url: env:NOWHERE}}\n", first.URL)))
	eventually(t, "the first webhook is known", 10*time.Second, known("first"))
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	eventually(t, "the proposal is told", 10*time.Second, func() bool { return first.has("order-1-v1") })
	mu.Lock()
	if n := notices["webhook lost"]; !strings.HasPrefix(n, "webhook lost is not told: its url cannot be read") {
		t.Errorf("a url that is nowhere: got the notice %q", n)
	}
	mu.Unlock()
	tell.use(ctx, loadConfig(t, fmt.Sprintf("webhooks: {second: {url: %q, actions: [note]}}\n", second.URL)))
	mu.Lock()
	if n := notices["webhook lost"]; n != "" {
		t.Errorf("it is no longer configured: got the notice %q", n)
	}
	mu.Unlock()
	eventually(t, "the second webhook is known", 10*time.Second, known("second"))
	c.does("approved", "approve", "1")
	c.does("version 3", "note", "1", "clicks")
	eventually(t, "the note is told, and only that", 10*time.Second, func() bool { return second.has("order-1-v3") })
	cancel()
	tell.wait()
	if !first.has("order-1-v1") {
		t.Errorf("the first webhook was told more after it had gone: %v", first.got)
	}
}

// webhooksRun runs `ironage webhooks` with a configuration.
func (c *queueCLI) webhooksRun(conf *config.Config, readonly bool, args ...string) (out, message string, code int) {
	c.t.Helper()
	var stdout bytes.Buffer
	env := &cli{in: strings.NewReader(""), out: &stdout, err: &stdout, now: time.Now, getenv: func(string) string { return "" },
		storeURL: c.url, output: "table", loaded: conf, readonly: readonly}
	cmd := newWebhooksCommand(env)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&stdout)
	cmd.SetErr(&stdout)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(c.t.Context())
	if err != nil {
		message = err.Error()
	}
	return stdout.String(), message, codeOf(err)
}

func TestWebhooksDeadLetters(t *testing.T) {
	c := newQueueCLI(t)
	st, box := c.openIt(), newInbox(t)
	conf := loadConfig(t, fmt.Sprintf("webhooks: {glpi: {url: %q}}\n", box.URL))
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	c.does("approved", "approve", "1")
	for seq := int64(1); seq <= 2; seq++ {
		if err := st.Bury(t.Context(), "glpi", seq, notify.Progress{Tries: 14, Error: "it answered 503"}, queueNoon); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(wantCode int, want string, readonly bool, args ...string) {
		t.Helper()
		if out, message, code := c.webhooksRun(conf, readonly, args...); code != wantCode || !strings.Contains(out+message, want) {
			t.Errorf("ironage webhooks %s: got %d %q %s, want %d %q", strings.Join(args, " "), code, message, out, wantCode, want)
		}
	}
	expect(exitOK, "1   glpi     1      propose", false, "dead")
	expect(exitFailed, "this takes an engineer", true, "retry", "1")
	expect(exitUsage, `"one" is not the number`, false, "retry", "one")
	box.refuse(true)
	expect(exitFailed, "it answered 503 Service Unavailable: closed for today", false, "retry", "1")
	box.refuse(false)
	expect(exitOK, "Dead letter 1 is done with", false, "retry", "1")
	expect(exitNotFound, "dead letter 1", false, "retry", "1")
	expect(exitOK, "Dead letter 2 is done with", false, "drop", "2")
	expect(exitOK, "No dead letters", false, "dead")
	expect(exitNotFound, `no webhook is named "jira"`, false, "test", "jira")
	if !box.has("order-1-v1") {
		t.Errorf("got %v, want the first letter once", box.got)
	}
}
