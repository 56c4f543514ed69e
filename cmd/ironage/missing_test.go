package main

import (
	"os"
	"testing"

	"ironage/internal/snmpdtest"
)

// missing leaves out a test for want of something on this machine. In CI,
// which installs what tests need, that is a failure.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv(snmpdtest.RequireEnv) == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}
