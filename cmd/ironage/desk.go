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
	desk, _, done, err := env.openHistory(ctx)
	return desk, done, err
}

// openHistory is openDesk for commands that also look back further than a
// view does: into the store itself.
func (env *cli) openHistory(ctx context.Context) (*ops.Desk, *store.Store, func(), error) {
	st, closeStore, err := env.openStore(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	desk, err := env.deskOver(ctx, st)
	if err != nil {
		closeStore()
		return nil, nil, nil, err
	}
	return desk, st, closeStore, nil
}

func (env *cli) deskOver(ctx context.Context, st *store.Store) (*ops.Desk, error) {
	c, err := env.configOrDefault()
	if err != nil {
		return nil, err
	}
	if err := seedInventory(ctx, st, c); err != nil {
		return nil, err
	}
	desk := ops.NewDesk(st, env.now, ops.WithPolicy(c.Health), ops.WithOutlook(c.Outlook()))
	return desk, desk.Refresh(ctx)
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
	if len(c.Servers) == 0 {
		return nil
	}
	if has, err := st.HasServers(ctx); err != nil || has {
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
