package ageing

import (
	"maps"
	"slices"
	"strings"
)

// Judgement is the code of numbers for which no published figure was found.
const Judgement = "j"

// Evidence is the text of the source behind a code of the tables (reference
// §9), or of several codes apart by blanks, as the tables name them; false when
// one of them is unknown.
func Evidence(codes string) (source string, ok bool) {
	if source, ok = evidence[codes]; ok {
		return source, true
	}
	var texts []string
	for _, code := range Codes(codes) {
		text, known := evidence[code]
		if !known {
			return "", false
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; "), len(texts) > 0
}

// Codes are the single codes of a Source as the tables name it.
func Codes(source string) []string { return strings.Fields(source) }

// EvidenceCodes lists the known codes, sorted.
func EvidenceCodes() []string { return slices.Sorted(maps.Keys(evidence)) }

var evidence = map[string]string{
	Judgement:   "a judgement: no published figure was found",
	"BB25":      "Backblaze Drive Stats: the bathtub curve reviewed, October 2025",
	"BBBOOT":    "Backblaze Drive Stats: boot drives, 2022-2023 (as reported by the press)",
	"BBSSD":     "Backblaze Drive Stats: SSD editions, 2022-2023 (as reported by the press)",
	"BBKM":      "survival tables computed from Backblaze data to mid-2024 (zachmayer/backblaze_analysis)",
	"BBKM5":     "survival tables per disk model, Backblaze data to mid-2024 (zachmayer/backblaze_analysis)",
	"BBSMART":   "annual failure rate per range of a SMART value, from Backblaze data (AnalogJ/scrutiny)",
	"GOO07B":    "Pinheiro, Weber, Barroso: Failure Trends in a Large Disk Drive Population, FAST 2007: after the first errors",
	"GOO07C":    "Pinheiro, Weber, Barroso, FAST 2007: failures without any warning sign",
	"GOO07D":    "Pinheiro, Weber, Barroso, FAST 2007: temperature",
	"SG07":      "Schroeder, Gibson: Disk failures in the real world, FAST 2007",
	"SANK11":    "Sankar, Shaw, Vaid: Impact of temperature on hard disk drive reliability, DSN 2011",
	"ENT5":      "five-year warranty of enterprise disks (D. Rosenthal, 2025)",
	"FLASH16":   "Schroeder, Lagisetty, Merchant: Flash reliability in production, FAST 2016",
	"FB15F":     "Meza, Wu, Kumar, Mutlu: flash failures in the field, SIGMETRICS 2015",
	"NTAP20R":   "Maneas and others: SSD reliability in enterprise storage, FAST 2020 (figure recalled)",
	"DRAM09B":   "Schroeder, Pinheiro, Weber: DRAM errors in the wild, SIGMETRICS 2009 and CACM 2011: incidence",
	"DRAM09C":   "Schroeder, Pinheiro, Weber, SIGMETRICS 2009 and CACM 2011: age",
	"DRAM09D":   "Schroeder, Pinheiro, Weber, SIGMETRICS 2009 and CACM 2011",
	"DRAM09E":   "Schroeder, Pinheiro, Weber, SIGMETRICS 2009 and CACM 2011: after correctable errors (figure recalled)",
	"SUN08":     "Sun Fire guide, 2008: when to replace a memory module",
	"IBM-PFA":   "text of IBM's predictive-failure event for memory",
	"DELL22":    "Dell's statement on correctable memory errors, 2022",
	"NIGHT11":   "Nightingale, Douceur, Orgovan: Cycles, cells and platters, EuroSys 2011",
	"SVCEX20":   "Service Express, failure rates by age, 2020 (sells maintenance)",
	"TDK":       "life rule of aluminium electrolytic capacitors: half per 10 °C (makers' guides)",
	"L10":       "definition of fan life by makers: the time until 10 % have failed",
	"FAN60":     "makers' fan life: 60 000 h L10 at 60 °C",
	"ORIONFAN":  "Orion Fans: life of ball-bearing fans",
	"ORA-BBU":   "Oracle's guide to RAID battery life",
	"HP-BBU":    "HP's guide to RAID battery life",
	"FIELD-BBU": "reports of practitioners on RAID battery life",
	"NIMH":      "Dell's guide: NiMH batteries and their relearn",
	"DELL-ME4":  "Dell ME4: when to replace a worn SSD",
	"DELL-TBW":  "Dell: rated write endurance of SSDs",
	"HPE-WEAR":  "HPE: SSD wear thresholds",
	"MS10":      "Vishwanath, Nagappan: Characterizing cloud computing hardware reliability, SoCC 2010",
	"WANG17":    "Wang, Zhang, Xu: What can we learn from four years of data center hardware failures?, DSN 2017",
	"UPTIME20":  "Uptime Institute survey, 2020",
	"HYPER":     "accounting lives of servers in company filings, 2022-2025",
}
