package ops

import (
	"context"
	"errors"

	"ironage/internal/queue"
	"ironage/internal/store"
)

// refusing is a store that takes no orders for one server.
type refusing struct {
	*store.Store
	server string
}

func (r *refusing) CreateOrder(ctx context.Context, o queue.Order, e queue.Entry) (queue.Order, error) {
	if o.Server == r.server {
		return o, errors.New("disk error")
	}
	return r.Store.CreateOrder(ctx, o, e)
}
