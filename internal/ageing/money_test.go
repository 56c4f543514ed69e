package ageing

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseMoney(t *testing.T) {
	for text, want := range map[string]Money{
		"0": 0, "1250": 125000, "1250.5": 125050, "1250.50": 125050, " 120.00 ": 12000, "0.01": 1, "007": 700,
		"12,50": 1250, "12,5": 1250, "1,250.00": 125000, "1.250,00": 125000, "1,250,000": 125000000, "1.250.000": 125000000,
		"1.250.000,5": 125000050, "1 250": 125000, "1 250,00": 125000, "1\u00a0250.00": 125000, "1\u202f250": 125000,
		"1'250.00": 125000, "1’250.00": 125000, "1'250,000.00": -1, "1000000000000": 100000000000000,
	} {
		got, err := ParseMoney(text)
		if want < 0 {
			if err == nil {
				t.Errorf("%q: got %v, want an error", text, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"": "not an amount", "1,250": "two ways", "1.250": "two ways", "-5": "negative", "12.345": "two ways", "1.2345": "digits after",
		"5.": "digits after", ".50": "not an amount", "1,25,000.00": "not an amount", "1,250,00": "not an amount", "12 50": "not an amount", "1 250.000": "digits after",
		"$5": "not an amount", "5 USD": "not an amount", "1e3": "not an amount", "NaN": "not an amount", "Inf": "not an amount", "٣": "not an amount",
		"1000000000000.01": "more than", "99999999999999999999": "more than", strings.Repeat("9", 60): "60 characters", "1..5": "not an amount", "0x10": "not an amount",
	} {
		got, err := ParseMoney(text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "write digits") {
			t.Errorf("%q: got %v, %v, want an error with %q and what to write", text, got, err, want)
		}
	}
}

func TestMoneyPrints(t *testing.T) {
	for m, want := range map[Money][2]string{
		0: {"0.00", "0.00"}, 5: {"0.05", "0.05"}, 486137: {"4861.37", "4,861.37"}, -125000: {"-1250.00", "-1,250.00"},
		100000: {"1000.00", "1,000.00"}, 99999: {"999.99", "999.99"}, 123456789012: {"1234567890.12", "1,234,567,890.12"},
		MaxMoney: {"over 92233720368547758.07", "over 92,233,720,368,547,758.07"},
	} {
		if m.String() != want[0] || m.Grouped() != want[1] {
			t.Errorf("got %s and %s, want %v", m, m.Grouped(), want)
		}
		var back Money
		text, err := json.Marshal(m)
		if err != nil || json.Unmarshal(text, &back) != nil || back != m {
			t.Errorf("%s became %s and %d", m, text, back)
		}
	}
	for _, bad := range []string{`true`, `1.234`, `1e3`, `99999999999999999999`, `"x"`, `1.-5`} {
		var m Money
		if err := json.Unmarshal([]byte(bad), &m); err == nil {
			t.Errorf("%s was read as %v", bad, m)
		}
	}
}

func TestMoneyRoundsOnceHalvesToEven(t *testing.T) {
	for _, c := range []struct {
		m    Money
		f    float64
		want Money
	}{
		{1, 0.5, 0}, {3, 0.5, 2}, {5, 0.5, 2}, {7, 0.5, 4}, {-3, 0.5, -2}, {-1, 0.5, 0}, {12000, 0.25349, 3042}, {100, 1.0 / 3, 33}, {12000, 0, 0},
		{1, math.NaN(), 0}, {1, math.Inf(1), MaxMoney}, {-1, math.Inf(1), -MaxMoney}, {MaxMoney, 2, MaxMoney}, {0, math.Inf(1), 0},
		{9007199254740993, 1, 9007199254740993}, // more digits than a float has
	} {
		if got := c.m.TimesFloat(c.f); got != c.want {
			t.Errorf("%d x %v: got %d, want %d", c.m, c.f, got, c.want)
		}
	}
	if got := Money(5).TimesExpected(ExpectP(0.5)); got != 2 {
		t.Errorf("half of 5: got %d, want the even 2", got)
	}
}

func TestMoneyAddsUpToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.Int64Range(-1<<40, 1<<40)).Draw(t, "amounts")
		n := rapid.IntRange(-1000, 1000).Draw(t, "n")
		var sum, product Money
		exact := new(big.Int)
		for _, p := range parts {
			sum = sum.Plus(Money(p))
			product = product.Plus(Money(p).Times(n))
			exact.Add(exact, big.NewInt(p))
		}
		if exact.Int64() != int64(sum) || sum.Times(n) != product {
			t.Fatalf("sum %d, exactly %v; times %d: %d and %d", sum, exact, n, sum.Times(n), product)
		}
	})
}

func TestMoneyStopsVisibly(t *testing.T) {
	for _, got := range []Money{MaxMoney.Plus(1), MaxMoney.Times(2), Money(1 << 40).Times(1 << 40), (-MaxMoney).Times(-3), Money(1 << 60).TimesExpected(ExpectP(1) * 100)} {
		if got != MaxMoney || !strings.HasPrefix(got.String(), "over ") {
			t.Errorf("got %s, want over the maximum", got)
		}
	}
	if got := (-MaxMoney).Plus(-5); got != -MaxMoney {
		t.Errorf("got %d, want the least amount", got)
	}
	if got := Money(-1 << 40).Times(1 << 40); got != -MaxMoney {
		t.Errorf("got %d, want the least amount", got)
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1250", "1,250.00", "1.250.000", "12,50", "1 250", "-1", "", "1,250", "9'999'999.99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMoney(s)
		if err != nil {
			return
		}
		if m < 0 || m > maxPrice {
			t.Fatalf("%q gave %d", s, m)
		}
		for _, text := range []string{m.String(), m.Grouped()} {
			if back, err := ParseMoney(text); err != nil || back != m {
				t.Fatalf("%q is %s, which reads as %d, %v", s, text, back, err)
			}
		}
	})
}
