package profile

import (
	"context"

	"ironage/probes/snmp"
)

// Source answers questions about objects: an SNMP session or a recording.
type Source interface {
	// Get asks for single objects and answers each of them in the order asked;
	// what does not exist has a NoSuch type.
	Get(ctx context.Context, oids []snmp.OID) ([]snmp.Variable, error)
	// Columns asks for whole columns. With an error, what is returned is
	// incomplete.
	Columns(ctx context.Context, columns []snmp.OID) ([]snmp.Variable, error)
}
