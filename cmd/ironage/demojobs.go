package main

import (
	"context"
	"fmt"
	"sync"

	"ironage/internal/queue"
	"ironage/internal/sim"
)

// orderBook lists work orders; the store does.
type orderBook interface {
	Orders(ctx context.Context) ([]queue.Order, error)
}

// demoJobs tells the simulated fleet which work orders are in progress, so that
// somebody goes and swaps the part. Nothing is while no book is open.
type demoJobs struct {
	mu   sync.Mutex
	book orderBook
}

// open gives the book to look into; nil closes it.
func (d *demoJobs) open(book orderBook) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.book = book
}

// InProgress lists the orders that a technician is at. An order that comes
// back because the new part was bad is another job.
func (d *demoJobs) InProgress(ctx context.Context) ([]sim.Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.book == nil {
		return nil, nil
	}
	orders, err := d.book.Orders(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []sim.Job
	for _, o := range orders {
		if o.State == queue.InProgress {
			jobs = append(jobs, sim.Job{ID: fmt.Sprintf("%d/%d", o.ID, o.Attempt), Server: o.Server, Key: o.Slot, Serial: o.PartSerial})
		}
	}
	return jobs, nil
}
