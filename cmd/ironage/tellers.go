package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/notify"
	"ironage/internal/store"
)

// tellers tell the configured webhooks what happens to orders, while this
// process is the one that collects.
type tellers struct {
	env    *cli
	store  *store.Store
	notice func(code string, h fleet.Health, text string)
	active func() bool

	mu     sync.Mutex
	cancel context.CancelFunc
	named  []string // notices of the webhooks that are told
	wg     sync.WaitGroup
}

func newTellers(env *cli, st *store.Store, notice func(string, fleet.Health, string), active func() bool) *tellers {
	return &tellers{env: env, store: st, notice: notice, active: active}
}

// use tells the webhooks of a configuration instead of those before.
func (t *tellers) use(ctx context.Context, c *config.Config) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cancel != nil {
		t.cancel()
		t.wg.Wait()
	}
	for _, code := range append(t.named, "webhooks") { // what those before had to say is over
		t.notice(code, fleet.OK, "")
	}
	t.named = nil
	ctx, t.cancel = context.WithCancel(ctx)
	for _, name := range slices.Sorted(maps.Keys(c.Webhooks)) {
		code := "webhook " + name
		t.named = append(t.named, code)
		h, err := hookOf(ctx, c.Webhooks[name], t.env.getenv)
		if err != nil {
			t.notice(code, fleet.Warning, "webhook "+name+" is not told: "+err.Error())
			continue
		}
		n := t.env.notifier(t.store)
		n.Changed, n.Active = t.store.Changed, t.active
		n.Failed = func(err error) {
			text := ""
			if err != nil {
				text = err.Error()
			}
			t.notice(code, fleet.Warning, text)
		}
		t.wg.Go(func() { n.Run(ctx, h) })
	}
	if len(c.Webhooks) > 0 {
		t.wg.Go(func() { t.watchDead(ctx) })
	}
}

// watchDead keeps a notice up while there are dead letters: a ticket system
// that was not told believes something else than the queue.
func (t *tellers) watchDead(ctx context.Context) {
	const every = 10 * time.Second
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		switch dead, err := t.store.DeadLetters(ctx); {
		case err != nil: // the store's own notices tell
		case len(dead) == 0:
			t.notice("webhooks", fleet.OK, "")
		default:
			t.notice("webhooks", fleet.Warning, plural(len(dead), "change")+" could not be delivered to a webhook; see ironage webhooks dead")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// wait waits until nothing is being told any more; the context has ended.
func (t *tellers) wait() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wg.Wait()
}

func (env *cli) notifier(st *store.Store) *notify.Notifier {
	p := notify.DefaultPolicy()
	return &notify.Notifier{Store: st, Send: notify.NewSender(p.Timeout, version(), env.now), Policy: p, Now: env.now}
}

// hookOf resolves where a webhook is; its secret is looked up at each delivery,
// so that it can be changed without a restart.
func hookOf(ctx context.Context, w *config.Webhook, getenv func(string) string) (notify.Hook, error) {
	h := notify.Hook{Name: w.Name, URL: w.URL, Actions: w.Actions}
	if !w.URLRef.IsZero() {
		u, err := w.URLRef.Resolve(ctx, getenv)
		if err != nil {
			return h, errors.Join(errors.New("its url cannot be read"), err)
		}
		h.URL = u.Reveal()
	}
	if !w.Secret.IsZero() {
		h.Secret = func(ctx context.Context) ([]byte, error) {
			s, err := w.Secret.Resolve(ctx, getenv)
			return []byte(s.Reveal()), err
		}
	}
	return h, nil
}
