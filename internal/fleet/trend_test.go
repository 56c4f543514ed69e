package fleet

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"
)

// TestTrendKeepsValuesExactly: however values are packed, they come back as
// they were given, and equal rings are packed alike.
func TestTrendKeepsValuesExactly(t *testing.T) {
	value := rapid.OneOf(rapid.Map(rapid.IntRange(-100_000, 2_000_000), func(n int) float64 { return float64(n) / 100 }),
		rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), 1e300, 1 << 41, 21.5}))
	rapid.Check(t, func(t *rapid.T) {
		var tr Trend
		var want []float64
		at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		odd := rapid.Bool().Draw(t, "odd values")
		for _, v := range rapid.SliceOfN(value, 1, 3*TrendLength).Draw(t, "values") {
			if !odd {
				v = math.Round(min(max(v, -1e6), 1e6)*100) / 100
			}
			at = at.Add(time.Minute)
			before := tr.Packed()
			next := tr.Add(v, at)
			if tr.Packed() != before {
				t.Fatal("the ring before was written to")
			}
			tr, want = next, append(want, v)
			want = want[max(0, len(want)-TrendLength):]
			if got := tr.Values(); !slices.EqualFunc(got, want, sameBits) || tr.Len() != len(want) || !tr.Last().Equal(at) {
				t.Fatalf("got %v, want %v", got, want)
			}
			if latest, ok := tr.Latest(); !ok || !sameBits(latest, v) {
				t.Fatalf("latest: got %v, want %v", latest, v)
			}
			if packed := TrendOf(0, want, at); !packed.Equal(tr) {
				t.Fatal("the same values are packed in two ways")
			}
		}
		if got, want := tr.Recent(3), want[max(0, len(want)-3):]; !slices.EqualFunc(got, want, sameBits) {
			t.Fatalf("recent: got %v, want %v", got, want)
		}
	})
}

func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

func TestTrendIsWrittenAsItWas(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, doc := range []string{
		`{"unit":"celsius","values":[21,21.5,-3.07],"last":"2026-03-01T12:00:00Z","gaps":[{"from":"2026-03-01T11:00:00Z","to":"2026-03-01T11:50:00Z"}]}`,
		`{"unit":"ms","values":[0.123456,1e+300],"last":"2026-03-01T19:00:00.5+07:00"}`,
		`{"unit":"","values":null,"last":"0001-01-01T00:00:00Z"}`,
		`{"unit":"","values":[],"last":"0001-01-01T00:00:00Z"}`,
	} {
		var tr Trend
		if err := json.Unmarshal([]byte(doc), &tr); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(tr); err != nil || string(got) != doc {
			t.Errorf("got %s, %v, want %s", got, err, doc)
		}
	}
	made := TrendOf(Celsius, []float64{21, 21.5}, at)
	if grown := TrendOf(Celsius, []float64{21}, at.Add(-time.Minute)).Add(21.5, at); !reflect.DeepEqual(grown, made) {
		t.Errorf("got %+v, want %+v", grown, made)
	}
}

func TestTrendIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Trend{}); size > 32 {
		t.Errorf("it takes %d bytes: a server has some thirty of them", size)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a, b := TrendOf(Celsius, nil, at).Add(1, at), TrendOf(Celsius, []float64{7}, at)
	if a.of != b.of || a.Unit() != Celsius {
		t.Error("two trends of a kind do not share it")
	}
	gap := a.Break(at.Add(time.Hour), time.Minute)
	if len(gap.Gaps()) != 1 || len(a.Gaps()) != 0 || gap.Unit() != Celsius || gap.Equal(a) {
		t.Errorf("got gaps %v and %v", gap.Gaps(), a.Gaps())
	}
}
