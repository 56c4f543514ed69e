package ageing

import "math"

// poissonExact is the largest expected number that is summed term by term.
const poissonExact = 200

// PoissonStock is the smallest stock that covers a random demand with the
// given probability: the smallest n with Poisson(k <= n; lambda) >= level.
// Above 200 expected parts it is the normal approximation, and says so.
func PoissonStock(lambda, level float64) (n int, approximated bool) {
	switch {
	case !(lambda > 0) || !(level > 0): // NaN too
		return 0, false
	case level >= 1:
		level = math.Nextafter(1, 0)
	}
	if lambda > poissonExact {
		s := math.Ceil(lambda + normalQuantile(level)*math.Sqrt(lambda))
		return int(min(max(s, 0), math.MaxInt32)), true
	}
	term := math.Exp(-lambda) // 1e-87 at 200: far from underflow
	for sum := term; sum < level && term > 0; sum += term {
		n++
		term *= lambda / float64(n)
	}
	return n, false
}

// PoissonTail is the probability of at least n events where lambda are expected.
func PoissonTail(n int, lambda float64) float64 {
	switch {
	case n <= 0:
		return 1
	case !(lambda > 0):
		return 0
	case float64(n) <= lambda: // the smaller side is summed, for its precision
		return 1 - poissonSum(0, n-1, lambda)
	}
	return poissonSum(n, math.MaxInt32, lambda)
}

// poissonSum adds the probabilities of from to to events. Terms are worked out
// by logarithms, so that no expected number is too large.
func poissonSum(from, to int, lambda float64) float64 {
	// Beyond twelve standard deviations nothing is left to add.
	spread := 12*math.Sqrt(lambda) + 40
	from = max(from, int(lambda-spread))
	gamma, _ := math.Lgamma(float64(from) + 1)
	term := math.Exp(float64(from)*math.Log(lambda) - lambda - gamma)
	sum := 0.0
	for k := from; k <= to; k++ {
		sum += term
		term *= lambda / float64(k+1)
		if float64(k) > lambda && term <= sum*1e-17 {
			break
		}
	}
	return min(sum, 1)
}

// normalQuantile is the value below which a standard normal variable stays
// with probability p: 1.645 at 95 %.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
