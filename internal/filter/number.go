package filter

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Measure is what a field's numbers are in, which decides the units that may
// follow them.
type Measure uint8

// The measures that there are.
const (
	Years   Measure = iota // as an age: 5y, 18m, 2w, 10d; a bare number is years
	Days                   // the same units; a bare number is days
	Percent                // 80 or 80%
	Pieces                 // calendar years and counts: no unit
)

const daysPerYear = 365.25

// units are what may follow a number, with what each is worth, and how to say it.
func (m Measure) units() (map[string]float64, string) {
	switch m {
	case Percent:
		return map[string]float64{"": 1, "%": 1}, "the unit is %% (per cent)"
	case Pieces:
		return map[string]float64{"": 1}, "this number has no unit"
	case Days:
		return map[string]float64{"": 1, "y": daysPerYear, "m": daysPerYear / 12, "mo": daysPerYear / 12, "w": 7, "d": 1, "h": 1.0 / 24}, unitsOfTime
	}
	return map[string]float64{"": 1, "y": 1, "m": 1.0 / 12, "mo": 1.0 / 12, "w": 7 / daysPerYear, "d": 1 / daysPerYear, "h": 1 / daysPerYear / 24}, unitsOfTime
}

const unitsOfTime = "the unit is y (years), m (months), w (weeks), d (days) or h (hours)"

// compare compiles ">5y", "<=6m", "5", "unknown".
func (f *Field[R]) compare(v value) (func(R) bool, error) {
	if strings.EqualFold(v.text, "unknown") {
		return func(r R) bool { _, known := f.Number(r); return !known }, nil
	}
	rest := strings.TrimLeft(v.text, "<>=")
	op := v.text[:len(v.text)-len(rest)]
	digits := strings.TrimRight(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
	place := func(behind string) int { return v.at + utf8.RuneCountInString(v.text[:len(v.text)-len(behind)]) }
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, mistake(place(rest), "a number is needed here, e.g. %s:%s", f.Name, f.Hint)
	}
	units, say := f.Measure.units()
	per, ok := units[strings.ToLower(rest[len(digits):])]
	if !ok {
		return nil, mistake(place(rest[len(digits):]), say)
	}
	test := comparison(op, n*per, per)
	if test == nil {
		return nil, mistake(v.at, "%q does not compare; use > >= < <= or =", op)
	}
	return func(r R) bool { x, known := f.Number(r); return known && test(x) }, nil
}

// comparison is what an operator asks of a number; nil when there is no such
// operator. Equal means within one unit: 5y is in the sixth year.
func comparison(op string, n, per float64) func(float64) bool {
	switch op {
	case ">":
		return func(x float64) bool { return x > n }
	case ">=":
		return func(x float64) bool { return x >= n }
	case "<":
		return func(x float64) bool { return x < n }
	case "<=":
		return func(x float64) bool { return x <= n }
	case "", "=":
		return func(x float64) bool { return x >= n && x < n+per }
	}
	return nil
}
