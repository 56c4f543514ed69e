package ageing

// DefaultTables are the tables of the ageing reference, §3. Every call makes
// its own, so that a caller may change what it got.
func DefaultTables() *Tables {
	return &Tables{Version: "1", Kinds: map[string]*KindTable{
		"hdd": diskTable(),
		"ssd": flashTable(),
		"dimm": {
			PerYear: []float64{.0015, .002}, Source: "DRAM09C DRAM09B",
			Note:    "shape measured; level from 1.3 % of machines a year over about six modules",
			Signals: memorySignals(),
			Floors:  []Floor{{Input: InputUncorrected, Text: "an uncorrectable error", PerYear: 1.5, Days: 90, Source: "SUN08"}},
		},
		"cpu": {
			PerYear: []float64{.001}, Source: "SVCEX20", Note: "flat, 0-0.2 % a year",
			Signals: []Signal{{Family: "heat", Input: InputThermalTrip, Text: "a thermal trip", Days: 90, Levels: []Level{{1, 2, "j"}}}},
			Floors:  []Floor{{Input: InputUncorrected, Text: "a machine check or internal error", PerYear: .361, Days: 90, Source: "NIGHT11"}},
		},
		"psu": {
			PerYear: []float64{.004, .004, .004, .004, .004, .006, .008, .012, .016, .020}, Source: "j TDK", Note: "wear-out from capacitors",
			Curves: []Curve{{Family: "heat", Input: InputInlet, Text: "at the inlet", Reference: 25, Doubling: 10, Min: 1, Max: 4, Source: "TDK"}},
			Floors: ownWord(),
		},
		"fan": {
			PerYear: []float64{.0002, .0007, .0011, .0016, .0020, .0025, .0029, .0033, .0038, .0042, .0047}, Source: "j FAN60",
			Note:   "Weibull, shape 2, with L10 60 000 h at 60 °C carried to 35 °C",
			Curves: []Curve{{Family: "heat", Input: InputAir, Text: "of the air at the fan", Reference: 35, Doubling: 7.5, Min: 1, Max: 10, Source: "FAN60"}},
			Floors: append(ownWord(), Floor{Input: InputSpeed, Text: "of the expected speed", PerYear: 1.5, Below: 70, Source: "L10"}),
		},
		"battery": {
			PerYear: []float64{.02, .05, .10, .20, .30, .40}, Source: "j ORA-BBU FIELD-BBU", Note: "around a worst-case life of 3 years",
			Curves: []Curve{{Family: "heat", Input: InputInlet, Text: "at the inlet", Reference: 25, Doubling: 12, Min: 1, Max: 4, Source: "ORA-BBU"}},
			Floors: batteryWord(),
		},
		"capacitor":  {PerYear: []float64{.005, .005, .005, .005, .005, .010, .010, .020}, Source: "j", Floors: ownWord()},
		"cmos":       {PerYear: []float64{.005, .005, .005, .005, .005, .02, .05, .10}, Source: "j"},
		"controller": {PerYear: []float64{.005}, Source: "j MS10", Note: "5 % of replaced parts", Floors: ownWord()},
		"board":      {PerYear: []float64{.004}, Source: "j"},
		"nic":        {PerYear: []float64{.002}, Source: "j"},
	}}
}

// diskTable is that of rotating disks. Between 1.30 % in the first year and
// 4.25 % at 10 years and 3 months the baseline is interpolated.
func diskTable() *KindTable {
	uncorrectable := []Level{{1, 10, "BBSMART"}, {4, 16, "BBSMART"}, {21, 30, "BBSMART"}, {36, 50, "BBSMART"}}
	cable := "check cable and backplane first"
	return &KindTable{
		PerYear: []float64{.013, .013, .015, .018, .022, .027, .032, .037, .040, .042, .043}, Source: "BB25",
		Note: "1.30 % at 0-1 y and 4.25 % at 10 y 3 m, between them interpolated; mean over 0-5 y 1.6 % against 1.5-1.7 % measured [BBKM]",
		Signals: []Signal{
			{Family: "media", Input: "reallocated", Text: "reallocated", Levels: []Level{
				{1, 1.1, "BBSMART"}, {5, 3, "BBSMART"}, {17, 9, "BBSMART"}, {71, 14, "BBSMART"}, {261, 22, "BBSMART"}, {1101, 60, "BBSMART"}},
				Event: &Event{14, 60, "GOO07B"}},
			{Family: "media", Input: "pending", Text: "pending", Levels: []Level{
				{1, 13, "BBSMART"}, {3, 25, "BBSMART"}, {17, 37, "BBSMART"}, {41, 60, "BBSMART"}},
				Event: &Event{16, 60, "GOO07B"}},
			{Family: "media", Input: "uncorrectable", Text: "uncorrectable", Levels: uncorrectable, Event: &Event{39, 60, "GOO07B"}},
			{Family: "media", Input: "media_errors", Text: "media errors", Levels: uncorrectable, Event: &Event{39, 60, "GOO07B"}},
			{Family: "media", Input: "offline_uncorrectable", Text: "offline uncorrectable",
				Levels: []Level{{1, 28, "BBSMART"}}, Event: &Event{39, 60, "GOO07B"}},
			{Family: "transport", Input: "crc_errors", Text: "interface CRC errors", Levels: []Level{{2, 3, "BBSMART"}}, Note: cable},
			{Family: "transport", Input: "command_timeouts", Text: "command timeouts", Levels: []Level{{2, 3, "BBSMART"}}, Note: cable},
			{Family: "heat", Input: InputTemperature, Unit: "°C", Text: "at the disk", FromYears: 3,
				Levels: []Level{{45, 1.3, "GOO07D SANK11 j"}, {50, 1.6, "GOO07D SANK11 j"}}},
			{Family: "heat", Input: InputOverMaximum, Text: "above its own maximum", Levels: []Level{{1, 2, "GOO07D SANK11 j"}}},
			batchSignal(),
		},
		Trend:  &Trend{Rise: 10, Share: .5, Days: 30, Factor: 1.5, Source: "j"},
		Floors: []Floor{{Input: InputPredicts, Text: "predicted failure", PerYear: 1.5, Source: "BBSMART"}},
	}
}

func flashTable() *KindTable {
	media := []Level{{1, 5, "FLASH16 j"}}
	return &KindTable{
		PerYear: []float64{.010, .010, .010, .010, .010, .012, .015, .020}, Source: "BBSSD j NTAP20R",
		Note: "about 1 % and flat to year 5, beyond that a judgement; enterprise arrays see less",
		Signals: []Signal{
			{Family: "wear", Input: InputWear, Unit: "%", Text: "used", Levels: []Level{
				{80, 1.5, "FLASH16 FB15F j"}, {90, 3, "FLASH16 FB15F j"}, {100, 6, "FLASH16 FB15F j"}}},
			{Family: "media", Input: "uncorrectable", Text: "uncorrectable", Levels: media},
			{Family: "media", Input: "media_errors", Text: "media errors", Levels: media},
			{Family: "media", Input: "reallocated", Text: "retired blocks", Levels: []Level{{1, 1, "FLASH16"}},
				Note: "30-80 % of drives have some within four years"},
			{Family: "heat", Input: InputTemperature, Unit: "°C", Text: "at the drive", Levels: []Level{{70, 1.5, "FB15F j"}}},
			batchSignal(),
		},
		Floors: []Floor{
			{Input: InputPredicts, Text: "predicted failure", PerYear: 1.5, Source: "BBSMART"},
			{Input: InputSpareLow, Text: "spare below the drive's threshold", PerYear: 1.5, Source: "BBSMART"},
			{Input: InputReadOnly, Text: "read-only", PerYear: 1.5, Source: "BBSMART"},
		},
	}
}

// memorySignals: more than 24 errors in a day are 25 or more.
func memorySignals() []Signal {
	return []Signal{
		{Family: "errors", Input: InputErrors, Text: "corrected errors in 30 days", Days: 30, Levels: []Level{{1, 5, "DRAM09E DELL22"}}},
		{Family: "errors", Input: InputBurst, Text: "corrected errors within 24 h", Days: 30, Levels: []Level{{25, 30, "SUN08 IBM-PFA DRAM09E"}}},
		{Family: "errors", Input: InputThreshold, Text: "corrected errors beyond the device's threshold",
			Levels: []Level{{1, 30, "SUN08 IBM-PFA DRAM09E"}}},
	}
}

func batchSignal() Signal {
	return Signal{Family: "batch", Input: InputBatch, Text: "another of this model failed in this server", Days: 30,
		Levels: []Level{{1, 2, "WANG17 SG07 j"}}}
}

// ownWord are the floors of parts that call themselves failing or degraded.
func ownWord() []Floor {
	return []Floor{
		{Input: InputPredicts, Text: "predicted failure", PerYear: 1.5, Source: "j"},
		{Input: InputDegraded, Text: "degraded", PerYear: 1.5, Source: "j"},
	}
}

// batteryWord is ownWord with patience: NiMH batteries report "degraded"
// during a relearn.
func batteryWord() []Floor {
	floors := ownWord()
	floors[1].AfterHours, floors[1].Source = 48, "j NIMH"
	return floors
}
