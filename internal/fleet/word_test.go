package fleet

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWordsOfOthers: a word that this program does not know is written as it was
// read, and one is told from another; when there are too many, they say that they are unknown.
func TestWordsOfOthers(t *testing.T) {
	w := wordsOf(mostWords, "", "known")
	one, two := w.number("one"), w.number("two")
	if w.number("") != 0 || w.number("known") != 1 || one == two || w.number("one") != one || w.text(one) != "one" || w.text(two) != "two" {
		t.Errorf("got %d %q, %d %q", one, w.text(one), two, w.text(two))
	}
	for i := range 2 * mostWords {
		s := fmt.Sprint("word ", i)
		want := s
		if i > mostWords-6 {
			want = unknownWord
		}
		if n := w.number(s); n == 0 || w.text(n) != want || w.number(w.text(n)) != n {
			t.Fatalf("word %d has number %d, %q", i, n, w.text(n))
		}
	}
	if w.text(200) == "" || w.number("known") != 1 || w.text(w.number("two")) != "two" {
		t.Error("words are forgotten")
	}
}

// TestFindKindLearnsNothing: a person's slip of the pen takes no number.
func TestFindKindLearnsNothing(t *testing.T) {
	before := len(kindWords.others)
	if k, ok := FindKind("dsik"); ok || k != 0 || len(kindWords.others) != before {
		t.Errorf("got %d, %v, and %d new words", k, ok, len(kindWords.others)-before)
	}
	if k, ok := FindKind("disk"); !ok || k != Disk {
		t.Errorf("got %d, %v, want a disk", k, ok)
	}
	met := KindOf("flux-capacitor of a document")
	if k, ok := FindKind("flux-capacitor of a document"); !ok || k != met {
		t.Errorf("got %d, %v, want what a document said", k, ok)
	}
}

// TestWordsInDocuments: documents say words, and take any.
func TestWordsInDocuments(t *testing.T) {
	for _, doc := range []string{
		`{}`,
		`{"unit":"celsius"}`,
		`{"unit":"furlong"}`,
		`{"role":"os"}`,
		`{"kinds":["disk","","flux-capacitor"],"count":{"":1,"battery":2,"voltage":3,"zeppelin":4}}`,
		`{"sure":true}`,
		`{"unit":"watt","sure":false}`,
		`{"unit":"percent","role":"\u003cgateway\u003e"}`,
	} {
		var x struct {
			Unit  Unit         `json:"unit,omitempty"`
			Role  Role         `json:"role,omitempty"`
			Kinds []Kind       `json:"kinds,omitempty"`
			Count map[Kind]int `json:"count,omitempty"`
			Sure  Answer       `json:"sure,omitempty"`
		}
		if err := json.Unmarshal([]byte(doc), &x); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(x); err != nil || string(got) != doc {
			t.Errorf("%s became %s (%v)", doc, got, err)
		}
	}
	for i, k := range slices.Sorted(slices.Values(Kinds)) {
		if KindOf(k.String()) != k || int(k) != i+1 {
			t.Errorf("%s is another kind when it is read", k)
		}
	}
	if !slices.IsSortedFunc(kindWords.known, strings.Compare) || !slices.IsSortedFunc(roles.known, strings.Compare) {
		t.Error("kinds or roles are not in the order of their words")
	}
	for _, u := range []Unit{Celsius, RPM, Percent, Volt, Ampere, Watt, Millisecond, Byte, KiB, PiB} {
		if UnitOf(u.String()) != u {
			t.Errorf("%s is another unit when it is read", u)
		}
	}
	if PiB.String() != "PiB" || Watt.String() != "watt" || Unit(0).String() != "" {
		t.Errorf("units have wrong words: %s, %s, %s", PiB, Watt, Unit(0))
	}
}
