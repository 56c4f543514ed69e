package sim

import (
	"testing"
	"time"

	"ironage/probes/profile"
)

// What thousands of agents play is as large as a real controller, and tells
// one server from another.
func TestControllerIsAWholeServer(t *testing.T) {
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	vars, personal, err := Controller(lib, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if len(vars) < 400 || len(personal) < 30 {
		t.Errorf("got %d variables, %d of them personal, want those of a whole PowerEdge", len(vars), len(personal))
	}
}
