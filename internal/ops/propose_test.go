package ops

import (
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// TestATierThatAPersonProposedIsKept: another than the judgement is a decision.
func TestATierThatAPersonProposedIsKept(t *testing.T) {
	o := newOffice(t)
	o.read(disk("1", "SN-1", fleet.OK), disk("2", "SN-2", fleet.OK), disk("3", "SN-3", fleet.OK))
	judged := o.desk.Fill(queue.Proposal{Server: "box", Slot: "disk/3", Note: "it clicks"}).Tier
	for slot, tier := range map[string]queue.Tier{"disk/1": queue.P1, "disk/2": queue.P4, "disk/3": judged} {
		got, err := o.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: slot, Note: "it clicks", Tier: tier})
		if err != nil || got.Tier != tier || (got.Raised == tech.Name) != (tier != judged) {
			t.Errorf("%s: got %s raised by %q, %v", slot, got.Tier, got.Raised, err)
		}
	}
}
