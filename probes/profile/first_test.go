package profile

import (
	"context"
	"testing"

	"ironage/probes/snmp"
)

// poisoned fails inside this program as soon as its tables are asked for.
type poisoned struct{ *living }

func (poisoned) Columns(context.Context, []snmp.OID) ([]snmp.Variable, error) { panic("poison") }

// TestAPanicLetsTheNextOfItsKindGoAhead: whoever goes ahead of its kind and ends
// in a panic must not keep all others of the kind waiting for it, for ever.
func TestAPanicLetsTheNextOfItsKindGoAhead(t *testing.T) {
	shared := NewShared()
	src := livingOf(recording(t, "idrac-faults"))
	said := func() (x any) {
		defer func() { x = recover() }()
		_, _, _, _ = builtIn(t).ReadFirst(t.Context(), poisoned{src}, shared, Shape{}) // it panics
		return nil
	}()
	if said != "poison" {
		t.Errorf("got %v, want what the panic was about", said)
	}
	for kind, a := range shared.ahead {
		if a.over != nil {
			t.Errorf("%s: the others still wait for the one that failed", kind)
		}
	}
	if len(shared.ahead) != 1 {
		t.Errorf("got %d kinds, want one that somebody went ahead of", len(shared.ahead))
	}
}
