package store

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPackRoundTrip(t *testing.T) {
	var p packer
	var u unpacker
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{rapid.String().Draw(t, "key"): strings.Repeat(rapid.String().Draw(t, "value"), rapid.IntRange(0, 2000).Draw(t, "times"))}
		plain, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := p.pack(plain)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range [][]byte{packed, plain} {
			var got map[string]string
			if err := u.into(doc, &got); err != nil {
				t.Fatal(err)
			}
			if again, err := json.Marshal(got); err != nil || string(again) != string(plain) {
				t.Fatalf("got %s, %v, want %s", again, err, plain)
			}
		}
	})
}

func TestUnpackBoundsWhatAFewBytesClaim(t *testing.T) {
	var p packer
	bomb, err := p.pack([]byte(`"` + strings.Repeat("0", maxUnpacked) + `"`))
	if err != nil {
		t.Fatal(err)
	}
	var u unpacker
	var v any
	if err := u.into(bomb, &v); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("got %v from %d bytes, want it refused", err, len(bomb))
	}
	for _, torn := range [][]byte{nil, []byte("z"), bomb[:20], []byte("zzzz"), []byte("{")} {
		if err := u.into(torn, &v); err == nil {
			t.Errorf("%q: got no error", torn)
		}
	}
}
