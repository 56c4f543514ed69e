package collect

import (
	"context"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// Rememberer is a Store that gives hourly readings back: what predictions are
// made of.
type Rememberer interface {
	Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error)
}

// foreseeEvery is how often the file systems of a server are predicted anew.
const foreseeEvery = time.Hour

// outlooks works out when file systems will be full, away from the loop: a
// month of readings for each takes a while to read.
type outlooks struct {
	store Rememberer // nil: nothing is predicted
	asked chan foreseeAsk
	made  chan foreseen
	next  map[string]time.Time // by server: when to ask again
	fills map[string]map[string]fleet.Fill
}

type foreseeAsk struct {
	server string
	mounts []fleet.Filesystem
	at     time.Time
}

type foreseen struct {
	server string
	fills  map[string]fleet.Fill
}

func newOutlooks(s Store) *outlooks {
	o := &outlooks{asked: make(chan foreseeAsk, 1), made: make(chan foreseen), next: map[string]time.Time{}, fills: map[string]map[string]fleet.Fill{}}
	o.store, _ = s.(Rememberer)
	return o
}

// take gives a read of a server what was worked out since the last one.
func (o *outlooks) take(server string, obs *fleet.Observation) {
	if len(obs.Filesystems) > 0 && obs.SNMP == fleet.Answered {
		obs.Fills = o.fills[server]
	}
}

// ask has the file systems of a server predicted when it is time for it, unless
// others are at it: then its next read asks again.
func (o *outlooks) ask(f *fold) {
	server := f.next.Server
	if o.store == nil || !f.mounted {
		return
	}
	delete(o.fills, server) // they are in the state now
	if f.at.Before(o.next[server]) {
		return
	}
	select {
	case o.asked <- foreseeAsk{server, f.next.Filesystems, f.at}:
		o.next[server] = f.at.Add(foreseeEvery)
	default:
	}
}

// work answers until ctx ends.
func (o *outlooks) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case q := <-o.asked:
			select {
			case o.made <- foreseen{q.server, o.foresee(ctx, q)}:
			case <-ctx.Done():
				return
			}
		}
	}
}

// foresee predicts the file systems of a server. What the store does not give
// now stays as it was until the next turn.
func (o *outlooks) foresee(ctx context.Context, q foreseeAsk) map[string]fleet.Fill {
	out := make(map[string]fleet.Fill, len(q.mounts))
	for i := range q.mounts {
		fs := &q.mounts[i]
		if _, known := fs.UsedPct(); !known || fs.ReadOnly || len(out) == mostMounts {
			continue
		}
		past, err := o.store.Readings(ctx, q.server, fleet.FilesystemMetric(fs.Mount), q.at.Add(-health.FillWindow))
		if err != nil {
			return nil
		}
		out[fs.Mount] = health.PredictFill(past, *fs.SizeBytes, *fs.UsedBytes, q.at)
	}
	return out
}
