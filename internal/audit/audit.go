// Package audit is the chain of decisions: who did what when, each entry
// sealed with a hash over itself and the entry before it, so that a change, a
// removal or another order shows. It is pure: it neither stores nor signs. The
// chain proves nothing against somebody who can rewrite all of it; the head,
// written down elsewhere, does.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one decision.
type Entry struct {
	Seq     int64     `json:"seq"` // 1, 2, 3, … without a gap
	Time    time.Time `json:"time"`
	Actor   string    `json:"actor"`
	Origin  string    `json:"origin,omitempty"`
	Action  string    `json:"action"`  // "approve", "acknowledge", …
	Subject string    `json:"subject"` // "order 12", "server srv-1 disk/Bay 3", …
	// Detail is what was decided, as a JSON document.
	Detail string `json:"detail,omitempty"`
	Hash   string `json:"hash"` // see Seal
}

// Seal is the entry's hash in hex: SHA-256 over the hash before it and all of
// its fields, each with its length, so that nothing can move between them.
func (e *Entry) Seal(before string) string {
	h := sha256.New()
	for _, f := range []string{before, fmt.Sprint(e.Seq), e.Time.UTC().Format(time.RFC3339Nano), e.Actor, e.Origin, e.Action, e.Subject, e.Detail} {
		_, _ = fmt.Fprintf(h, "%d:%s\n", len(f), f) // a hash never fails to be written to
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Next seals a decision as the one after head; the zero Entry is the beginning.
func Next(head Entry, e Entry) Entry {
	e.Seq = head.Seq + 1
	e.Time = e.Time.UTC().Truncate(time.Microsecond) // what a database keeps
	e.Hash = e.Seal(head.Hash)
	return e
}

// Break is a place where the chain does not hold.
type Break struct {
	Seq  int64  `json:"seq"`
	What string `json:"what"`
}

// Error says where and what; a break that no entry of the chain shows has no number.
func (b Break) Error() string {
	if b.Seq == 0 {
		return b.What
	}
	return fmt.Sprintf("entry %d: %s", b.Seq, b.What)
}

// Checker goes through a chain from its beginning.
type Checker struct {
	head   Entry
	breaks []Break
}

// maxBreaks bounds what a chain that was replaced as a whole reports.
const maxBreaks = 100

// Add checks the next entry. After a break it goes on from the entry as it is
// found, so that one tampered entry is one report.
func (c *Checker) Add(e Entry) {
	switch {
	case e.Seq == c.head.Seq+2:
		c.found(c.head.Seq+1, "it is missing")
	case e.Seq > c.head.Seq+2:
		c.found(c.head.Seq+1, fmt.Sprintf("it and those up to %d are missing", e.Seq-1))
	case e.Seq <= c.head.Seq:
		c.found(e.Seq, fmt.Sprintf("it stands after entry %d", c.head.Seq))
	case e.Seal(c.head.Hash) != e.Hash:
		c.found(e.Seq, "its contents do not fit its hash and the entry before it: one of them was changed or they changed places")
	}
	c.head = e
}

func (c *Checker) found(seq int64, what string) {
	if len(c.breaks) < maxBreaks {
		c.breaks = append(c.breaks, Break{seq, what})
	}
}

// Ends checks that the chain is as long as it is known to be: nothing was cut
// off its end.
func (c *Checker) Ends(entries int64) {
	if entries > c.head.Seq {
		c.found(c.head.Seq+1, fmt.Sprintf("the chain ends before it; %d entries were written", entries))
	}
}

// Head is the last entry that was seen.
func (c *Checker) Head() Entry { return c.head }

// Breaks are the places where the chain does not hold; none: it is whole.
func (c *Checker) Breaks() []Break { return c.breaks }

// Note tells the checker about a disagreement that somebody else found.
func (c *Checker) Note(seq int64, what string) { c.found(seq, what) }

// Detail is v as the JSON document of an entry.
func Detail(v any) (string, error) {
	doc, err := json.Marshal(v)
	return string(doc), err
}
