package health

import (
	"strconv"
	"strings"
)

var numberWords = [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// inWords writes a small number as a word.
func inWords(n int) string {
	if n >= 0 && n < len(numberWords) {
		return numberWords[n]
	}
	return strconv.Itoa(n)
}

// whole is the number that s begins with; 0 where there is none.
func whole(s string) int {
	n := 0
	for _, r := range strings.TrimSpace(s) {
		if r < '0' || r > '9' || n > 1_000_000 {
			break
		}
		n = 10*n + int(r-'0')
	}
	return n
}

// tolerance is how many of its members a healthy volume of that RAID level may
// lose in the worst case. Ok is false for levels that it does not know. Copies
// is how many disks hold the same data where the level itself does not say; 0
// where nobody knows.
func tolerance(level string, copies int) (t int, ok bool) {
	word := strings.ToLower(strings.TrimSpace(level))
	switch word {
	case "jbod", "linear", "simple", "single", "concatenated", "concat", "span", "volume", "stripe":
		return 0, true
	case "mirror", "mirrored":
		return max(1, copies-1), true
	}
	if i := strings.Index(word, "raidz"); i >= 0 {
		return max(1, min(3, whole(word[i+len("raidz"):]))), true
	}
	if strings.Contains(word, "adm") || strings.Contains(word, "triple") {
		return 2, true // three copies
	}
	if strings.HasPrefix(word, "concatenated") {
		return 0, false
	}
	digits := strings.TrimLeft(strings.TrimPrefix(word, "raid"), " -_.")
	end := 0
	for end < len(digits) && (digits[end] >= '0' && digits[end] <= '9' || digits[end] == '+') {
		end++
	}
	mixed := end < len(digits) && (digits[end] == '/' || digits[end] == 'e') // "1/10", "1E": no more than one for certain
	switch digits[:end] {
	case "0", "00":
		return 0, true
	case "1":
		if mixed {
			return 1, true
		}
		return max(1, copies-1), true
	case "3", "4", "5", "10", "1+0", "01", "0+1", "50", "5+0":
		return 1, true
	case "6", "60", "6+0":
		return 2, true
	}
	return 0, false
}

// levelName writes a level as people do: "RAID 5".
func levelName(level string) string {
	level = strings.TrimSpace(level)
	switch {
	case level == "":
		return "a volume"
	case level[0] >= '0' && level[0] <= '9':
		return "RAID " + level
	}
	if low := strings.ToLower(level); strings.HasPrefix(low, "raid") && !strings.HasPrefix(low, "raidz") {
		if rest := strings.TrimLeft(low[4:], " -_"); rest != "" {
			return "RAID " + strings.ToUpper(rest)
		}
	}
	return level
}
