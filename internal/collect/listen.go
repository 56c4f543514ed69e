package collect

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// listenAgain is how long a listener that failed is left alone: a port that
// is taken is not free a moment later.
const listenAgain = 30 * time.Second

// listen hears devices for as long as this process collects.
func (r *run) listen(ctx context.Context) {
	for ctx.Err() == nil {
		// What does not fail at once has its sockets.
		steady := time.AfterFunc(time.Second, func() { r.cfg.Notice("notifications", fleet.OK, "") })
		err := r.cfg.Ears.Listen(ctx, r.hints.hear)
		steady.Stop()
		wait := 100 * time.Millisecond
		if err != nil && ctx.Err() == nil {
			wait = listenAgain
			r.cfg.Notice("notifications", fleet.Warning, "devices that call are not heard, servers are read at their turns: "+err.Error())
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}

// How often and how hard names are looked up for the directory of senders.
const (
	resolveEvery   = 5 * time.Minute
	resolveAtOnce  = 8
	resolveTimeout = 5 * time.Second
)

// resolve looks up the addresses of endpoints that are names, again and again:
// notifications come from addresses. A name that does not resolve keeps what
// it had. The inventory may change meanwhile; a minute later is soon enough.
func (r *run) resolve(ctx context.Context, out chan<- map[string][]string) {
	known := map[string]time.Time{}
	for ctx.Err() == nil {
		now := r.cfg.Now()
		found := r.lookUp(ctx, known, now)
		if len(found) > 0 {
			select {
			case out <- found:
			case <-ctx.Done():
				return
			}
		}
		if !sleep(ctx, time.Minute) {
			return
		}
	}
}

// lookUp asks for the names that are new, or were asked long ago.
func (r *run) lookUp(ctx context.Context, asked map[string]time.Time, now time.Time) map[string][]string {
	servers, _ := r.c.inventory()
	var mu sync.Mutex
	var all sync.WaitGroup
	found := map[string][]string{}
	slots := make(chan struct{}, resolveAtOnce)
	for _, s := range servers {
		for _, ep := range s.Endpoints {
			host := hostOf(ep.Address)
			if _, err := netip.ParseAddr(host); err == nil || !asked[host].IsZero() && now.Sub(asked[host]) < resolveEvery {
				continue
			}
			asked[host] = now
			slots <- struct{}{}
			all.Go(func() {
				defer func() { <-slots }()
				ctx, cancel := context.WithTimeout(ctx, resolveTimeout)
				defer cancel()
				if addresses, err := r.cfg.Ears.Addresses(ctx, host); err == nil {
					mu.Lock()
					defer mu.Unlock()
					found[host] = addresses
				}
			})
		}
	}
	all.Wait()
	return found
}

// introduce makes the directory of senders anew.
func (r *run) introduce() {
	r.moved = false
	if r.cfg.Ears != nil {
		r.hints.know(newSenders(r.servers, r.states, r.resolved))
	}
}

// identity is what a server is recognised by when it calls.
func identity(st *fleet.State) string {
	parts := []string{st.Device.Serial, st.Device.Hostname}
	for i := range st.Endpoints {
		parts = append(parts, st.Endpoints[i].Engine)
	}
	return strings.Join(parts, "\x00")
}

// heed acts on what was heard: each server that called is read, and history
// keeps what it said. What it said decides nothing.
func (r *run) heed() {
	heeds, account := r.hints.take(r.cfg.Now())
	for i := range heeds {
		k := &heeds[i]
		if _, ok := r.servers[k.server]; !ok {
			continue // it left the inventory
		}
		r.readSoon(k.server, k.full, false)
		st := r.states[k.server]
		for _, e := range k.events(&st) {
			r.out.event(e)
		}
	}
	if account != "" {
		r.out.event(fleet.Event{Time: r.cfg.Now(), Kind: fleet.EventNotification, Health: fleet.Warning, Text: account})
	}
}
