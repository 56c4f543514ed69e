package ageing

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Money is an exact amount in hundredths of the installation's one currency.
// Sums and products are exact; what does not fit stops at MaxMoney and prints
// as "over", so that an overflow is seen rather than believed.
type Money int64

const (
	// MaxMoney is where sums and products stop.
	MaxMoney Money = math.MaxInt64
	// maxPrice is the highest amount that ParseMoney believes: a million million.
	maxPrice Money = 1_000_000_000_000_00
)

// moneyHelp is what every refusal ends with.
const moneyHelp = "write digits with at most two decimals, e.g. 1250 or 1250.50, without a currency"

// ParseMoney reads an amount as people and spreadsheets write it: 1250,
// 1250.5, 12,50, 1,250.00, 1.250.000, 1 250,00. What can be read in two ways
// (1,250 is 1250 here and 1.25 there) is an error, like every negative amount.
func ParseMoney(text string) (Money, error) {
	s := strings.TrimSpace(text)
	if len(s) > 40 {
		return 0, fmt.Errorf("an amount of %d characters; %s", len(s), moneyHelp)
	}
	if strings.HasPrefix(s, "-") {
		return 0, fmt.Errorf("%q is negative; %s", s, moneyHelp)
	}
	whole, cents, err := splitAmount(s)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	if err != nil || Money(n) > maxPrice {
		return 0, fmt.Errorf("%q is more than %s; %s", s, maxPrice, moneyHelp)
	}
	return Money(n), nil
}

// splitAmount parts an amount into the digits before and after its decimal
// separator, without separators between thousands.
func splitAmount(s string) (whole, cents string, err error) {
	s = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2019", "'").Replace(s)
	point := strings.LastIndexAny(s, ".,")
	if point >= 0 {
		// A separator that occurs once is the decimal one, one that repeats parts thousands.
		switch after := len(s) - point - 1; {
		case strings.Count(s, s[point:point+1]) > 1:
			point = -1
		case after == 3 && !strings.ContainsAny(s[:point], "., '"):
			return "", "", fmt.Errorf("%q can be read in two ways; %s", s, moneyHelp)
		case after == 0 || after > 2:
			return "", "", fmt.Errorf("%q has %d digits after the last %q; %s", s, after, s[point], moneyHelp)
		}
	}
	whole = s
	if point >= 0 {
		whole, cents = s[:point], s[point+1:]
	}
	if whole, err = joinThousands(whole); err == nil && !allDigits(cents) && cents != "" {
		err = errAmount
	}
	if err != nil {
		return "", "", fmt.Errorf("%q is not an amount; %s", s, moneyHelp)
	}
	return whole, cents, nil
}

var errAmount = fmt.Errorf("not an amount")

// joinThousands removes one kind of separator between groups of three digits.
func joinThousands(s string) (string, error) {
	if i := strings.IndexAny(s, "., '"); i >= 0 {
		groups := strings.Split(s, s[i:i+1])
		for n, g := range groups {
			if !allDigits(g) || n == 0 && len(g) > 3 || n > 0 && len(g) != 3 {
				return "", errAmount
			}
		}
		return strings.Join(groups, ""), nil
	}
	if !allDigits(s) {
		return "", errAmount
	}
	return s, nil
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String is the amount with two decimals: "1250.00".
func (m Money) String() string {
	if m == MaxMoney || m == -MaxMoney {
		return "over " + decimal(m)
	}
	return decimal(m)
}

// Grouped is the amount as people read it: "1,250.00".
func (m Money) Grouped() string {
	text := m.String()
	point, first := len(text)-3, strings.IndexAny(text, "0123456789")
	var b strings.Builder
	for i := range text {
		if i > first && i < point && (point-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func decimal(m Money) string {
	sign, n := "", uint64(m)
	if m < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// MarshalJSON writes the amount as a number with two decimals.
func (m Money) MarshalJSON() ([]byte, error) { return []byte(decimal(m)), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Money) UnmarshalJSON(text []byte) error {
	s, negative := strings.CutPrefix(strings.Trim(string(text), `"`), "-")
	whole, cents, _ := strings.Cut(s, ".")
	if !allDigits(whole) || len(cents) > 2 || cents != "" && !allDigits(cents) {
		return fmt.Errorf("%q is not an amount with at most two decimals", text)
	}
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	if err != nil {
		return fmt.Errorf("%q is more than an amount can hold", text)
	}
	if negative {
		n = -n
	}
	*m = Money(n)
	return nil
}

// Plus adds two amounts.
func (m Money) Plus(o Money) Money {
	sum := m + o
	switch {
	case m > 0 && o > 0 && sum < 0:
		return MaxMoney
	case m < 0 && o < 0 && sum >= 0:
		return -MaxMoney
	}
	return max(sum, -MaxMoney)
}

// Times multiplies an amount by a whole number.
func (m Money) Times(n int) Money {
	negative := (m < 0) != (n < 0)
	hi, lo := bits.Mul64(magnitude(int64(m)), magnitude(int64(n)))
	if hi > 0 || lo >= uint64(MaxMoney) {
		lo = uint64(MaxMoney)
	}
	if negative {
		return -Money(lo)
	}
	return Money(lo)
}

// TimesExpected multiplies an amount by an expected number. The product is
// exact; it is rounded once, to the nearest hundredth, halves to the even one.
func (m Money) TimesExpected(e Expected) Money {
	return rounded(new(big.Rat).SetFrac(
		new(big.Int).Mul(big.NewInt(int64(m)), big.NewInt(int64(e))), big.NewInt(int64(expectedUnit))))
}

// TimesFloat multiplies an amount by any number and rounds once, like
// TimesExpected. A number that is none (NaN) makes it 0, an infinite one MaxMoney.
func (m Money) TimesFloat(f float64) Money {
	switch {
	case math.IsNaN(f) || m == 0:
		return 0
	case math.IsInf(f, 0):
		if (m < 0) != (f < 0) {
			return -MaxMoney
		}
		return MaxMoney
	}
	x := new(big.Rat).SetFloat64(f)
	return rounded(x.Mul(x, new(big.Rat).SetInt64(int64(m))))
}

// rounded is the nearest whole number, the even one of two; it stops at MaxMoney.
func rounded(x *big.Rat) Money {
	negative := x.Sign() < 0
	x.Abs(x)
	n, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if half := rest.Lsh(rest, 1).Cmp(x.Denom()); half > 0 || half == 0 && n.Bit(0) == 1 {
		n.Add(n, big.NewInt(1))
	}
	m := MaxMoney
	if n.IsInt64() {
		m = Money(n.Int64())
	}
	if negative {
		return -m
	}
	return m
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
