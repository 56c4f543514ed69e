package main

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/probes"
	"ironage/probes/snmp"
)

// keyring gives the credential of a name with its secrets.
type keyring interface {
	Credential(ctx context.Context, name string) (snmp.Credential, error)
}

// reader is the collector's prober: it finds the credential that an endpoint
// names and asks. Its settings change when the configuration is loaded again.
type reader struct {
	probes   atomic.Pointer[probes.Prober] // nil before they are needed
	pinger   probes.Pinger
	now      func() time.Time
	settings atomic.Pointer[readerSettings]
	notice   func(code string, h fleet.Health, text string)
}

type readerSettings struct {
	keys    keyring
	options snmp.Options
	noPing  bool
}

// settingsOf is how a configuration says to ask.
func settingsOf(c *config.Config, keys keyring) *readerSettings {
	o := snmp.Options{Timeout: c.Polling.Timeout, Retries: c.Polling.Retries}
	if o.Retries == 0 {
		o.Retries = -1 // to snmp.Options zero means the default
	}
	return &readerSettings{keys: keys, options: o, noPing: !c.Ping.Enabled}
}

// Read implements collect.Prober.
func (r *reader) Read(ctx context.Context, server fleet.Server, ep fleet.Endpoint, rhythm fleet.Rhythm) fleet.Observation {
	s := r.settings.Load()
	cred, err := s.keys.Credential(ctx, ep.Credential)
	if ctx.Err() == nil {
		r.tell(ep.Credential, err)
	}
	if err != nil {
		return r.withoutCredential(ctx, server, ep, rhythm, err, s.noPing)
	}
	return r.probes.Load().Read(ctx, probes.Target{Server: server.Name, Endpoint: ep, Credential: cred, Options: s.options, NoPing: s.noPing}, rhythm)
}

// tell says once, not once for each server, that a credential lacks its secret.
func (r *reader) tell(credential string, err error) {
	text := ""
	if err != nil {
		text = "not asked for want of a secret: " + inOneLine(err)
	}
	r.notice("credential "+credential, fleet.Critical, text)
}

func inOneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// withoutCredential pings, which needs none, and says why nothing more was
// asked: it is this machine that lacks something, not the device.
func (r *reader) withoutCredential(ctx context.Context, server fleet.Server, ep fleet.Endpoint, rhythm fleet.Rhythm, err error, noPing bool) fleet.Observation {
	note := "SNMP was not asked: " + inOneLine(err)
	obs := fleet.Observation{Server: server.Name, Endpoint: ep, Rhythm: rhythm, SNMP: fleet.NotAsked, SNMPNote: note,
		Ping: fleet.Ping{Reach: fleet.NotAsked}, Errors: []fleet.ReadError{{What: "credential", Text: note, Kinds: fleet.Kinds}}}
	if !noPing {
		obs.Ping = r.pinger.Ping(ctx, hostOf(ep.Address))
	}
	obs.Time = r.now()
	return obs
}

// hostOf is an address, as the configuration writes it, without its port.
func hostOf(address string) string {
	if i := strings.LastIndexByte(address, ':'); i >= 0 && !strings.HasSuffix(address, "]") {
		address = address[:i]
	}
	return strings.Trim(address, "[]")
}
