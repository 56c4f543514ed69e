package store

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
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

// TestPackerForgetsTheLargest: the packer that stays does not keep the memory of
// the one large document, and packs on.
func TestPackerForgetsTheLargest(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "ironage.db"))
	noise := rand.NewChaCha8([32]byte{})
	for _, size := range []int{100, 2 * mostKept, 100} {
		p := s.packer()
		doc := make([]byte, size)
		_, _ = noise.Read(doc) // it never fails
		p.raw = append(p.raw[:0], doc...)
		packed, err := p.pack(p.raw)
		if err != nil {
			t.Fatal(err)
		}
		s.layDown(p)
		if cap(p.raw) > mostKept || p.buf.Cap() > mostKept {
			t.Errorf("after %d bytes it keeps %d and %d", size, cap(p.raw), p.buf.Cap())
		}
		var u unpacker
		if got, err := u.unpack(packed); err != nil || !bytes.Equal(got, doc) {
			t.Errorf("%d bytes are others when they are read: %v", size, err)
		}
	}
	if len(s.packers) != 1 {
		t.Error("no packer stays")
	}
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
