package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"ironage/config"
	"ironage/internal/collect"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/store"
	"ironage/probes"
	"ironage/probes/ping"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// stationOptions adjust a station to what it is started for. The zero value
// is the configured fleet.
type stationOptions struct {
	// store names another database than the configuration's.
	store string
	// keys replaces the configuration's credentials: those of the command line.
	keys keyring
	// wrapPing stands between the probes and the real pinger.
	wrapPing func(probes.Pinger) probes.Pinger
	// opened is called once the database is open, before anything else runs.
	opened func(*store.Store)
	// greeting is a notice that stands from the start.
	greeting string
	// fixed means that the configuration is not in files: nothing to reload.
	fixed bool
}

// station is everything that works behind a console: the database, the
// collector where nobody else collects, the desk, and the watch over the
// configuration.
type station struct {
	env       *cli
	config    atomic.Pointer[config.Config]
	store     *store.Store
	desk      *ops.Desk
	collector *collect.Collector
	reader    *reader
	hub       *snmp.Hub // nil where none could be opened
	ears      *ears
	tellers   *tellers
	echo      *ping.Prober
	pinger    probes.Pinger
	library   func() (*profile.Library, error) // waits until the profiles are read
	options   stationOptions
}

// collectorStore puts the inventory into the database at the moment that this
// process gets to collect: only the collecting process keeps it.
type collectorStore struct {
	*store.Store
	servers func() []fleet.Server
}

// AcquireLease implements collect.Store.
func (s collectorStore) AcquireLease(ctx context.Context, holder string, ttl time.Duration) (fleet.Lease, bool, error) {
	l, got, err := s.Store.AcquireLease(ctx, holder, ttl)
	if err == nil && got {
		err = s.ReplaceServers(ctx, s.servers())
	}
	return l, got, err
}

// openStation opens the database and puts the parts together; nothing runs yet.
func openStation(ctx context.Context, env *cli, c *config.Config, o stationOptions) (*station, error) {
	s := &station{env: env, options: o}
	s.config.Store(c)
	s.library = sync.OnceValues(func() (*profile.Library, error) { return library(c) })
	own := ownProfiles(c) != ""
	if own {
		go func() { _, _ = s.library() }() // while the database opens; what is wrong is told below
	}
	url := o.store
	if url == "" {
		url = env.storeOf(c)
	}
	var err error
	if s.store, err = store.Open(ctx, url, env.now); err != nil {
		return nil, err
	}
	if err := seedInventory(ctx, s.store, c); err != nil {
		_ = s.store.Close() // the first error is the one to tell
		return nil, err
	}
	if o.opened != nil {
		o.opened(s.store)
	}
	me := holder()
	s.desk = ops.NewDesk(s.store, env.now, ops.WithPolicy(c.Health), ops.WithOutlook(c.Outlook()), ops.WithQueue(c.Queue), ops.WithHolder(me))
	err = s.firstLook(ctx)
	if err == nil && own { // those that come with the program are read when somebody asks with them
		_, err = s.library()
	}
	if err != nil {
		_ = s.store.Close() // the first error is the one to tell
		return nil, err
	}
	s.echo = ping.New(ping.Options{Count: c.Ping.Count, Interval: c.Ping.Interval, Timeout: c.Ping.Timeout, Concurrency: c.Ping.Concurrency, Now: env.now})
	s.pinger = s.echo
	if o.wrapPing != nil {
		s.pinger = o.wrapPing(s.pinger)
	}
	s.hub, _ = snmp.NewHub(0) // without one a socket for each read serves too
	s.reader = &reader{pinger: s.pinger, now: env.now, notice: s.notice}
	s.reader.settings.Store(settingsOf(c, s.keys(c)))
	s.ears = newEars(env.now, s.notice)
	s.ears.use(c, s.reader.settings.Load().keys)
	s.collector = collect.New(collect.Config{
		Prober: s.reader, Store: collectorStore{s.store, func() []fleet.Server { return s.config.Load().Servers }}, Queue: s.desk, Notice: s.notice, Ears: s.ears, Figures: s.figures,
		Now: env.now, Holder: me, Policy: c.Health, Life: c.Life,
		StatusEvery: c.Polling.Status, InventoryEvery: c.Polling.Inventory, Concurrency: c.Polling.Concurrency, MaxBackoff: c.Polling.BackoffMax,
	})
	s.collector.SetInventory(c.Servers)
	s.tellers = newTellers(env, s.store, s.notice, func() bool { return s.collector.Status().Collecting })
	s.notice("greeting", fleet.OK, o.greeting)
	s.stockNotice(c)
	return s, nil
}

// firstLook makes the first view: for a console of screens it comes before a
// large store is read, one that prints waits for the whole.
func (s *station) firstLook(ctx context.Context) error {
	if s.env.plainConsole() {
		s.env.spareMemory()
		return s.desk.Refresh(ctx)
	}
	defer s.env.spareMemoryLater()
	return s.desk.Begin(ctx)
}

// equip gives those who ask devices the profiles; before that none is needed.
func (s *station) equip() error {
	lib, err := s.library()
	if err != nil {
		return err
	}
	p := probes.New(lib, s.pinger, s.env.now)
	if s.hub != nil {
		p.Over(s.hub)
	}
	s.ears.known = lib.Notifications()
	s.reader.probes.Store(p)
	return nil
}

// collect polls until ctx ends.
func (s *station) collect(ctx context.Context) {
	if err := s.equip(); err != nil {
		s.notice("profiles", fleet.Critical, "nothing is polled, because the device profiles cannot be read: "+err.Error())
		return
	}
	_ = s.collector.Run(ctx) // it ends with ctx and has no other error
	if err := s.reader.probes.Load().Close(); err != nil {
		s.env.warnf("%v", err)
	}
}

// stockNotice says while the stock list cannot be used.
func (s *station) stockNotice(c *config.Config) {
	text := ""
	if c.StockBroken {
		text = "the stock list is not taken: " + firstMistake(c.StockProblems)
		if c.Stock != nil {
			text += "; the one before stays in force"
		}
	}
	s.notice("stock", fleet.Warning, text)
}

func (s *station) keys(c *config.Config) keyring {
	if s.options.keys != nil {
		return s.options.keys
	}
	return c.Keyring(s.env.getenv, s.env.now)
}

// notice shows a message about this program until its text is empty.
func (s *station) notice(code string, h fleet.Health, text string) {
	if text == "" {
		s.desk.ClearNotice(code)
		return
	}
	s.desk.SetNotice(ops.Notice{Code: code, Health: h, Text: text})
}

// start sets everything going. The function returned ends it all, waits until
// the last readings are written, and closes the database.
func (s *station) start(ctx context.Context, again <-chan os.Signal) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.desk.Run(ctx) }) // it ends with ctx and has no other error
	if !s.env.readonly {
		wg.Go(func() { s.collect(ctx) })
		s.tellers.use(ctx, s.config.Load())
	}
	wg.Go(s.sayIfPingIsRefused)
	if !s.options.fixed {
		wg.Go(func() { s.follow(ctx, again) })
	}
	return func() {
		cancel()
		s.tellers.wait()
		wg.Wait()
		if err := errors.Join(s.hub.Close(), s.store.Close()); err != nil {
			s.env.warnf("%v", err)
		}
	}
}

func (s *station) sayIfPingIsRefused() {
	if !s.config.Load().Ping.Enabled {
		return
	}
	if mode, note := s.echo.Mode(); mode == ping.Refused {
		s.notice("ping", fleet.Warning, note)
	}
}

// follow takes each new configuration, or says why it is not taken.
func (s *station) follow(ctx context.Context, again <-chan os.Signal) {
	for r := range config.Watch(ctx, s.config.Load(), again) {
		s.reload(ctx, r)
	}
}

func (s *station) reload(ctx context.Context, r config.Reload) {
	if r.Err != nil {
		s.notice("config", fleet.Warning, "the changed configuration is not taken, the one before stays in force: "+firstMistake(r.Err))
		return
	}
	was := s.config.Load()
	r.Config.KeepStock(was)
	s.config.Store(r.Config)
	s.stockNotice(r.Config)
	s.reader.settings.Store(settingsOf(r.Config, s.keys(r.Config)))
	s.ears.use(r.Config, s.reader.settings.Load().keys)
	s.collector.SetInventory(r.Config.Servers)
	if p := s.reader.probes.Load(); p != nil {
		go p.Keep(r.Config.Servers) // it waits for reads that go on
	}
	s.collector.SetPolicy(r.Config.Health)
	if !s.env.readonly {
		s.tellers.use(ctx, r.Config)
	}
	s.desk.SetRules(r.Config.Health, r.Config.Outlook())
	s.desk.SetQueueRules(r.Config.Queue)
	for name := range was.Credentials {
		s.notice("credential "+name, fleet.OK, "") // it may have gone; the next read says
	}
	if s.collector.Status().Collecting {
		if err := s.store.ReplaceServers(ctx, r.Config.Servers); err != nil {
			s.notice("config", fleet.Warning, "the new inventory cannot be stored: "+err.Error())
			return
		}
	}
	if needsRestart(was, r.Config) {
		s.notice("config", fleet.Warning, "the configuration was loaded again; a new store, service life, ping, profiles or polling interval takes effect at the next start")
		return
	}
	s.notice("config", fleet.OK, "")
}

// needsRestart reports whether something changed that only a new start takes up.
func needsRestart(was, is *config.Config) bool {
	p, q := was.Polling, is.Polling
	p.Timeout, p.Retries, q.Timeout, q.Retries = 0, 0, 0, 0 // taken at once
	a, b := was.Ping, is.Ping
	a.Enabled, b.Enabled = true, true // taken at once
	return p != q || a != b || was.Store != is.Store || was.Profiles != is.Profiles || fmt.Sprint(was.Life) != fmt.Sprint(is.Life)
}

// firstMistake is the first of several mistakes and how many more there are:
// a notice is one line.
func firstMistake(err error) string {
	var all config.Problems
	if !errors.As(err, &all) || len(all) == 0 {
		return err.Error()
	}
	if len(all) == 1 {
		return all[0].String()
	}
	return fmt.Sprintf("%s (and %d more; run ironage config check)", all[0], len(all)-1)
}

// hangups delivers SIGHUP until the function returned is called.
func hangups() (<-chan os.Signal, func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}
