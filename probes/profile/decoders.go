package profile

import (
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decoder turns the cells of a field into one value. now bounds dates: what
// lies in the future was not decoded right.
type decoder func(cs []cell, now time.Time) cell

// decoders are the named decoders that a profile may use. What the reader of
// docs/profiles.md needs to know about each stands there.
func decoders() map[string]decoder {
	return map[string]decoder{
		"number":    leadingNumber,
		"bytes":     sizeText,
		"unsigned":  unsigned32,
		"signed":    signed32,
		"hex":       hexText,
		"index":     indexText,
		"exponent":  exponent,
		"product":   product,
		"entity":    entitySensor,
		"octet":     firstOctet,
		"datetime":  dateOctets,
		"date-wwyy": dateWWYY,
		"date-iso":  dateISO,
		"date-us":   dateUS,
		"date-unix": dateUnix,
		"year-week": yearWeek,
		"dell-ppid": dellPPID,

		"cisco-path": ciscoPath,
	}
}

// dated reports whether what a decoder says depends on the day.
func dated(decoder string) bool {
	return strings.HasPrefix(decoder, "date") || decoder == "year-week" || decoder == "dell-ppid"
}

// firstOctet is the first octet of a binary string as a number.
func firstOctet(cs []cell, _ time.Time) cell {
	c := cs[0]
	if c.raw.octets == "" {
		return cell{at: c.at}
	}
	c.num, c.isNum = float64(c.raw.octets[0]), true
	c.text = formatNumber(c.num)
	return c
}

// indexText reads a text that a table is indexed by: its length, then its
// characters ("4.66.73.79.83" is "BIOS").
func indexText(cs []cell, _ time.Time) cell {
	c := cs[0]
	parts := strings.Split(c.text, ".")
	if n, err := strconv.Atoi(parts[0]); err == nil && n == len(parts)-1 {
		parts = parts[1:]
	}
	var b strings.Builder
	for _, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return cell{at: c.at}
		}
		b.WriteByte(byte(n))
	}
	c.text = strings.ToValidUTF8(b.String(), "?")
	c.num, c.isNum = parseNumber(c.text)
	return c
}

// scaled10 is value × 10^power, divided where that is exact.
func scaled10(c cell, power float64) cell {
	if math.Abs(power) > 24 {
		return cell{at: c.at}
	}
	if power < 0 {
		c.num /= math.Pow(10, -power)
	} else {
		c.num *= math.Pow(10, power)
	}
	c.text = formatNumber(c.num)
	return c
}

// exponent puts a value and its power of ten together.
func exponent(cs []cell, _ time.Time) cell {
	if len(cs) < 2 || !cs[0].isNum || !cs[1].isNum {
		return cell{at: cs[0].at}
	}
	return scaled10(cs[0], cs[1].num)
}

// product multiplies cells: units and how many of them.
func product(cs []cell, _ time.Time) cell {
	c := cs[0]
	for _, other := range cs[1:] {
		if !c.isNum || !other.isNum {
			return cell{at: c.at}
		}
		c.num *= other.num
	}
	if !c.isNum {
		return cell{at: c.at}
	}
	c.text = formatNumber(c.num)
	return c
}

// entitySensor puts value, scale and precision of ENTITY-SENSOR-MIB together.
// Scale counts in threes from yocto (1) with units at 9; 14 is named exa and 15
// peta, the other way round than their size. Values of a thousand million are
// the MIB's word for over- and underflow.
func entitySensor(cs []cell, _ time.Time) cell {
	c := cs[0]
	if len(cs) < 3 || !c.isNum || !cs[1].isNum || math.Abs(c.num) >= 1e9 {
		return cell{at: c.at}
	}
	scale := cs[1].num
	switch scale {
	case 14:
		scale = 15
	case 15:
		scale = 14
	}
	precision := 0.0
	if cs[2].isNum && cs[2].num > 0 {
		precision = cs[2].num
	}
	return scaled10(c, 3*(scale-9)-precision)
}

var firstNumber = regexp.MustCompile(`[-+]?[0-9]+(?:\.[0-9]+)?`)

// leadingNumber is the first number in a text: " 24% of maximum", "33 (Normal)".
func leadingNumber(cs []cell, _ time.Time) cell {
	c := cs[0]
	if c.isNum {
		c.text = formatNumber(c.num)
		return c
	}
	n, ok := parseNumber(firstNumber.FindString(c.text))
	if !ok {
		return cell{at: c.at}
	}
	c.num, c.isNum, c.text = n, true, formatNumber(n)
	return c
}

var sizePattern = regexp.MustCompile(`(?i)([0-9]+(?:\.[0-9]+)?)\s*([kmgtp]?)(i?)b`)

// sizeText is a size with its unit: "32768 MB", "5.46 TB". Device makers mean
// binary units by both spellings.
func sizeText(cs []cell, _ time.Time) cell {
	c := cs[0]
	m := sizePattern.FindStringSubmatch(c.text)
	if m == nil {
		return cell{at: c.at}
	}
	n, ok := parseNumber(m[1])
	if !ok {
		return cell{at: c.at}
	}
	for range strings.Index("kmgtp", strings.ToLower(m[2])) + 1 {
		if m[2] != "" {
			n *= 1024
		}
	}
	c.num, c.isNum, c.text = n, true, formatNumber(n)
	return c
}

// unsigned32 repairs a 32-bit number that wrapped into the negative.
func unsigned32(cs []cell, _ time.Time) cell {
	c := cs[0]
	if c.isNum && c.num < 0 {
		c.num += 1 << 32
		c.text = formatNumber(c.num)
	}
	return c
}

// ciscoPath is a path in Cisco's tree of objects without its root and without
// the steps that some tables leave out: sys/rack-unit-1/board/memarray-1/mem-3
// and sys/rack-unit-1/memarray-1/mem-3 are one module.
func ciscoPath(cs []cell, _ time.Time) cell {
	c := cs[0]
	steps := strings.Split(strings.TrimPrefix(strings.TrimSpace(c.text), "sys/"), "/")
	steps = slices.DeleteFunc(steps, func(s string) bool {
		return s == "board" || strings.HasPrefix(s, "memarray-") || strings.HasSuffix(s, "-stats")
	})
	c.text, c.isNum, c.ok = strings.Join(steps, "/"), false, len(steps) > 0
	return c
}

// signed32 undoes the opposite: a negative number in an unsigned type.
func signed32(cs []cell, _ time.Time) cell {
	c := cs[0]
	if c.isNum && c.num >= 1<<31 && c.num < 1<<32 {
		c.num -= 1 << 32
		c.text = formatNumber(c.num)
	}
	return c
}

func hexText(cs []cell, _ time.Time) cell {
	c := cs[0]
	c.text, c.isNum = hex.EncodeToString([]byte(c.raw.octets)), false
	return c
}

// earliestDate is before any machine that still runs was built; a date before
// it was never set.
const earliestDate = 1990

func dateCell(c cell, y, m, d int, now time.Time) cell {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < earliestDate || t.Day() != d || int(t.Month()) != m || t.After(now.AddDate(0, 0, 2)) {
		return cell{at: c.at}
	}
	c.text, c.isNum = t.Format(time.DateOnly), false
	return c
}

// dateOctets reads SNMP's DateAndTime (8 or 11 octets) and the forms of HPE with
// 6 and 7 octets, all of which begin with year (two octets), month, day.
func dateOctets(cs []cell, now time.Time) cell {
	b := cs[0].raw.octets
	if len(b) != 6 && len(b) != 7 && len(b) != 8 && len(b) != 11 {
		return cell{at: cs[0].at}
	}
	return dateCell(cs[0], int(b[0])<<8|int(b[1]), int(b[2]), int(b[3]), now)
}

var wwyy = regexp.MustCompile(`^([0-9]{2})([0-9]{2})$`)

// dateWWYY reads week and year: "4222" is week 42 of 2022.
func dateWWYY(cs []cell, now time.Time) cell {
	c := cs[0]
	m := wwyy.FindStringSubmatch(strings.TrimSpace(c.text))
	if m == nil {
		return cell{at: c.at}
	}
	year, week := 2000+digits(m[2]), digits(m[1])
	return weekCell(c, year, week, now)
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

func weekCell(c cell, year, week int, now time.Time) cell {
	if year < earliestDate || year > now.Year() || week < 1 || week > 53 {
		return cell{at: c.at}
	}
	if y, w := now.ISOWeek(); year > y || year == y && week > w+1 {
		return cell{at: c.at}
	}
	c.text, c.isNum = fmt.Sprintf("%04d-W%02d", year, week), false
	return c
}

// yearWeek puts a year and a week column together; the week is optional.
func yearWeek(cs []cell, now time.Time) cell {
	c := cs[0]
	if !c.isNum || c.num < earliestDate || c.num > float64(now.Year()) {
		return cell{at: c.at}
	}
	year := int(c.num)
	if len(cs) > 1 && cs[1].isNum && cs[1].num >= 1 && cs[1].num <= 53 {
		return weekCell(c, year, int(cs[1].num), now)
	}
	c.text, c.isNum = fmt.Sprintf("%04d", year), false
	return c
}

var (
	isoPattern = regexp.MustCompile(`([12][0-9]{3})[-/.]?([01][0-9])[-/.]?([0-3][0-9])`)
	usPattern  = regexp.MustCompile(`([01]?[0-9])/([0-3]?[0-9])/([12][0-9]{3})`)
)

// dateISO reads year, month, day in a text: "2021-06-25 10:00", "20210625120000".
func dateISO(cs []cell, now time.Time) cell {
	m := isoPattern.FindStringSubmatch(cs[0].text)
	if m == nil {
		return cell{at: cs[0].at}
	}
	return dateCell(cs[0], digits(m[1]), digits(m[2]), digits(m[3]), now)
}

// dateUS reads month, day, year: "05/21/2018".
func dateUS(cs []cell, now time.Time) cell {
	m := usPattern.FindStringSubmatch(cs[0].text)
	if m == nil {
		return cell{at: cs[0].at}
	}
	return dateCell(cs[0], digits(m[3]), digits(m[1]), digits(m[2]), now)
}

// dateUnix reads seconds since 1970.
func dateUnix(cs []cell, now time.Time) cell {
	c := cs[0]
	if !c.isNum || c.num <= 0 || c.num > float64(now.Unix()) {
		return cell{at: c.at}
	}
	t := time.Unix(int64(c.num), 0).UTC()
	return dateCell(c, t.Year(), int(t.Month()), t.Day(), now)
}

var ppid = regexp.MustCompile(`^[A-Z]{2}0[0-9A-Z]{5}[0-9A-Z]{5}([0-9])([1-9A-C])([1-9A-V])[0-9A-Z]{4}(?:[A-Z][0-9]{2})?$`)

// dellPPID reads the build date out of a Dell piece-part id
// ("TH0529FG212334AF000PA02"): country (2), part (6), maker (5), date (3),
// sequence (4), revision (3). The decade is not in the code: the latest that is
// not in the future is taken, so the date is an estimate.
func dellPPID(cs []cell, now time.Time) cell {
	m := ppid.FindStringSubmatch(strings.ToUpper(strings.ReplaceAll(cs[0].text, "-", "")))
	if m == nil {
		return cell{at: cs[0].at}
	}
	month, day := base32Digit(m[2]), base32Digit(m[3])
	for year := now.Year(); year > now.Year()-10; year-- {
		if year%10 != digits(m[1]) {
			continue
		}
		if c := dateCell(cs[0], year, month, day, now); c.ok {
			return c
		}
		return dateCell(cs[0], year-10, month, day, now)
	}
	return cell{at: cs[0].at}
}

// base32Digit is 1 to 9, then A for 10 and so on.
func base32Digit(s string) int {
	if c := s[0]; c >= 'A' {
		return int(c-'A') + 10
	}
	return int(s[0] - '0')
}
