package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// ears are the collector's: they listen where the configuration says, accept
// by its credentials, and put what devices say into the profiles' words.
type ears struct {
	known    *profile.Notifications // set before Listen
	now      func() time.Time
	notice   func(code string, h fleet.Health, text string)
	settings atomic.Pointer[earSettings]
	changed  chan struct{} // capacity 1: listen again with other settings
	// bound, if set, is told the addresses listened on.
	bound func(*snmp.Listener)
}

type earSettings struct {
	listen, accepts []string
	engineID        string
	keys            keyring
}

func newEars(now func() time.Time, notice func(string, fleet.Health, string)) *ears {
	return &ears{now: now, notice: notice, changed: make(chan struct{}, 1)}
}

// use takes new settings; what listens with the old ones begins anew.
func (e *ears) use(c *config.Config, keys keyring) {
	e.settings.Store(&earSettings{listen: c.Notifications.Listen, accepts: c.Accepts(), engineID: firstOf(c.Notifications.EngineID, ownEngineID()), keys: keys})
	select {
	case e.changed <- struct{}{}:
	default: // it is told already
	}
}

// ownEngineID stays the same for as long as the machine keeps its name.
func ownEngineID() string {
	name, err := os.Hostname()
	if err != nil {
		name = "ironage"
	}
	return snmp.EngineIDOf("ironage " + name)
}

// Listen implements collect.Ears.
func (e *ears) Listen(ctx context.Context, hear func(fleet.Notification)) error {
	select {
	case <-e.changed: // what is read below is the newest
	default:
	}
	s := e.settings.Load()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if len(s.listen) == 0 {
		select {
		case <-e.changed:
		case <-ctx.Done():
		}
		return nil
	}
	receiver, err := snmp.NewReceiver(s.engineID, e.credentials(ctx, s), e.now)
	if err != nil {
		return err
	}
	l, err := snmp.Listen(ctx, s.listen, receiver, e.now)
	if err != nil {
		return err
	}
	if e.bound != nil {
		e.bound(l)
	}
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		select {
		case <-e.changed:
			stop()
		case <-ctx.Done():
		}
	}()
	err = l.Serve(ctx, func(h snmp.Heard) { hear(e.inWords(h)) })
	stop()
	<-renewed
	return err
}

// credentials are those accepted whose secrets can be had. The others are
// missing from the fleet's polling too, where it is said once more.
func (e *ears) credentials(ctx context.Context, s *earSettings) []snmp.Credential {
	var have []snmp.Credential
	var missing []string
	for _, name := range s.accepts {
		c, err := s.keys.Credential(ctx, name)
		if err == nil {
			err = c.Check()
		}
		if err != nil {
			missing = append(missing, strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		have = append(have, c)
	}
	text := ""
	if len(missing) > 0 {
		text = "notifications with these are not accepted: " + strings.Join(missing, "; ")
	}
	e.notice("notification-secrets", fleet.Warning, text)
	return have
}

// Addresses implements collect.Ears.
func (e *ears) Addresses(ctx context.Context, host string) ([]string, error) {
	return net.DefaultResolver.LookupHost(ctx, host)
}

// inWords makes the domain's word of what came in.
func (e *ears) inWords(h snmp.Heard) fleet.Notification {
	n := fleet.Notification{Time: h.At, Source: h.From.WithZone("").String(), Missed: h.Missed}
	switch {
	case h.Silent:
		return n
	case h.Err != nil:
		n.Refused = refusalInWords(h.Err)
		return n
	}
	m := e.known.Meaning(h.Notification)
	n.Agent, n.Engine, n.Version, n.Proven = h.Agent, h.Engine, h.Version, h.Proven
	n.Serials, n.Names = m.Serials, m.Hosts
	n.Text, n.About, n.Health, n.Inventory, n.Evidence = m.Text, m.About, m.Health, m.Inventory, m.Evidence
	return n
}

// refusalInWords leaves out what changes from datagram to datagram, so that
// the account of strangers counts them together.
func refusalInWords(err error) string {
	if errors.Is(err, snmp.ErrGarbled) && !errors.Is(err, snmp.ErrNotAccepted) {
		return "it is no SNMP notification, or a damaged one"
	}
	return fmt.Sprint(err)
}
