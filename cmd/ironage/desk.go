package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"ironage/config"
	"ironage/internal/ops"
	"ironage/internal/store"
)

// configOrDefault is the configuration; without one, the defaults, provided
// that --store names a database: that is how a second terminal joins a demo.
func (env *cli) configOrDefault() (*config.Config, error) {
	c, err := env.config()
	if errors.Is(err, config.ErrNone) && env.storeURL != "" {
		return config.Default(), nil
	}
	if err != nil {
		return nil, env.noConfiguration(err)
	}
	return c, nil
}

// storeOf is the database in force.
func (env *cli) storeOf(c *config.Config) string {
	if env.storeURL != "" {
		return env.storeURL
	}
	return c.StoreURL(env.getenv)
}

// openDesk opens the database and a desk over it whose view is fresh: what
// every command needs that prints or decides something. The function returned
// closes both.
func (env *cli) openDesk(ctx context.Context) (*ops.Desk, func(), error) {
	st, closeStore, err := env.openStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := env.configOrDefault()
	if err != nil {
		closeStore()
		return nil, nil, err
	}
	if err := seedInventory(ctx, st, c); err != nil {
		closeStore()
		return nil, nil, err
	}
	desk := ops.NewDesk(st, env.now, ops.WithPolicy(c.Health), ops.WithOutlook(c.Outlook()))
	if err := desk.Refresh(ctx); err != nil {
		closeStore()
		return nil, nil, err
	}
	return desk, closeStore, nil
}

// openStore opens the database in force. The function returned closes it.
func (env *cli) openStore(ctx context.Context) (*store.Store, func(), error) {
	c, err := env.configOrDefault()
	if err != nil {
		return nil, nil, err
	}
	st, err := store.Open(ctx, env.storeOf(c), env.now)
	if err != nil {
		return nil, nil, err
	}
	return st, func() {
		if err := st.Close(); err != nil {
			env.warnf("%v", err)
		}
	}, nil
}

// seedInventory puts the configured servers into a database that has none yet,
// so that the first command after `config init` shows them. Afterwards only the
// process that collects keeps the inventory.
func seedInventory(ctx context.Context, st *store.Store, c *config.Config) error {
	known, err := st.Servers(ctx)
	if err != nil || len(known) > 0 || len(c.Servers) == 0 {
		return err
	}
	return st.ReplaceServers(ctx, c.Servers)
}

// holder names this process in the collector's lease.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return fmt.Sprintf("%s (process %d)", host, os.Getpid())
}
