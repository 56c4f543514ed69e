package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"ironage/internal/store"
	"ironage/internal/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		// The name holds what means something in a URI.
		path := filepath.Join(t.TempDir(), "a b%20#?.db")
		return func(now func() time.Time) (*store.Store, error) {
			return store.Open(t.Context(), "sqlite:"+path, now)
		}
	})
}
