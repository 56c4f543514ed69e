package ageing

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// The largest expected demand that each stock serves at 95 % (reference §5).
func TestPoissonStockTable(t *testing.T) {
	for s, largest := range []float64{0.0513, 0.3554, 0.8177, 1.366, 1.970, 2.613, 3.285, 3.981, 4.695, 5.425, 6.169} {
		// The table is rounded to four digits.
		step := 0.0001
		if largest > 1 {
			step = 0.001
		}
		if got, approximated := PoissonStock(largest-step, 0.95); got != s || approximated {
			t.Errorf("just below %v: got %d, %v, want %d", largest, got, approximated, s)
		}
		if got, _ := PoissonStock(largest+step, 0.95); got != s+1 {
			t.Errorf("just above %v: got %d, want %d", largest, got, s+1)
		}
	}
}

func TestPoissonStockLimits(t *testing.T) {
	for _, c := range []struct {
		lambda, level float64
		want          int
		approximated  bool
	}{
		{0, 0.95, 0, false}, {-1, 0.95, 0, false}, {math.NaN(), 0.95, 0, false}, {1e-12, 0.95, 0, false},
		{201, 0.95, 225, true}, // ceil(201 + 1.645 sqrt 201) = ceil(224.32)
		{10_000, 0.95, 10_165, true}, {math.Inf(1), 0.95, math.MaxInt32, true}, {1e300, 0.95, math.MaxInt32, true},
		{1, 0, 0, false}, {1, math.NaN(), 0, false}, {0.01, 0.999, 1, false},
	} {
		got, approximated := PoissonStock(c.lambda, c.level)
		if got != c.want || approximated != c.approximated {
			t.Errorf("%v at %v: got %d, %v, want %d, %v", c.lambda, c.level, got, approximated, c.want, c.approximated)
		}
	}
	if got, _ := PoissonStock(200, 1); got < 300 || got > 400 {
		t.Errorf("a level of 1 gave %d: it must end", got)
	}
}

// exactSum is Poisson(k <= n; lambda), summed with 200 bits.
func exactSum(n int, lambda float64) float64 {
	term, sum := big.NewFloat(1).SetPrec(200), big.NewFloat(1).SetPrec(200)
	x := new(big.Float).SetPrec(200).SetFloat64(lambda)
	for k := 1; k <= n; k++ {
		term.Mul(term, x).Quo(term, big.NewFloat(float64(k)))
		sum.Add(sum, term)
	}
	f, _ := sum.Mul(sum, big.NewFloat(math.Exp(-lambda))).Float64()
	return f
}

func TestPoissonStockIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lambda := rapid.Float64Range(0.001, poissonExact).Draw(t, "lambda")
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		n, _ := PoissonStock(lambda, level)
		if exactSum(n, lambda) < level-1e-12 || n > 0 && exactSum(n-1, lambda) >= level+1e-12 {
			t.Fatalf("%d is not the smallest stock: %v, %v", n, exactSum(n, lambda), exactSum(n-1, lambda))
		}
		more, _ := PoissonStock(lambda, min(level+0.05, 0.999))
		further, _ := PoissonStock(lambda*1.1, level)
		if more < n || further < n-1 {
			t.Fatalf("%d fell to %d at a higher level, %d at a higher demand", n, more, further)
		}
	})
}

func TestPoissonTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lambda := rapid.Float64Range(0.001, 300).Draw(t, "lambda")
		n := rapid.IntRange(0, 400).Draw(t, "n")
		want := 1 - exactSum(n-1, lambda)
		if n == 0 {
			want = 1
		}
		if got := PoissonTail(n, lambda); math.Abs(got-want) > 1e-9 {
			t.Fatalf("P(k >= %d | %v): got %v, want %v", n, lambda, got, want)
		}
	})
	if got := PoissonTail(14, 6); math.Abs(got-0.003628) > 1e-6 {
		t.Errorf("got %v, want 0.003628", got)
	}
	if got := PoissonTail(2, 0); got != 0 {
		t.Errorf("got %v, want 0: nothing was expected", got)
	}
	if got := PoissonTail(100_000, 1e6); got < 0.999999 {
		t.Errorf("got %v, want 1", got)
	}
}
