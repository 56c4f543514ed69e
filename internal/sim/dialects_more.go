package sim

import "ironage/internal/fleet"

// immDialect is System x: the layout and the words of Lenovo's controller, which
// came from it.
func immDialect() *dialect {
	d := lenovoDialect()
	d.family, d.profile, d.vendor, d.serial = imm, "ibm-imm", "IBM", "06@@@@@"
	d.tells[fleet.Disk] = telling{factVendor | factModel | factSerial | factFirmware | factCapacity | factReading, "media_errors",
		[]string{"media", "bus", "speed"}}
	return d
}

// supermicroDialect is a board's own controller: no verdict on memory modules
// and processors, and no opinion of the machine as a whole.
func supermicroDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: supermicro, profile: "supermicro-bmc", vendor: "Supermicro", serial: "S######X#######", noName: true, noRollUp: true,
		levels: raidLevels(),
		words: map[fault]word{
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictive failure", true},
			diskRebuilds:      {warning, "rebuild", false},
			volumeGone:        {critical, "offline", false},
			volumeDegraded:    {warning, "degraded", false},
			volumeRebuilds:    {warning, "partially degraded", false},
			supplyWithoutFeed: {critical, "failed", false},
			supplyBroken:      {critical, "failed", false},
			fanBroken:         {critical, "below its critical limit", false},
			batteryDead:       {critical, "needs replacement", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"CPU {1}", "{1}"},
			fleet.Memory:         {"P{socket}-DIMM{at}", "{1}"},
			fleet.PSU:            {"PSU {1}", "{1}"},
			fleet.Fan:            {"FAN{1}", "4{1}"}, // one table for all sensors
			fleet.RAIDController: {"RAID controller 1", "1"},
			fleet.Battery:        {"Battery of RAID controller 1", "1"},
			fleet.RAIDVolume:     {"VD{0}", "{1}"},
			fleet.Disk:           {"Disk {1}", "{1}"},
		},
		probes:  [4]slot{{"System Temp", "1"}, {"CPU1 Temp", "2"}, {"CPU2 Temp", "3"}, {"Peripheral Temp", "4"}},
		power:   slot{"System Power", "60"},
		serials: map[fleet.Kind]string{fleet.PSU: "P7##@CJ##@@####", fleet.Memory: "########", fleet.RAIDController: "SV########"},
		tells: map[fleet.Kind]telling{
			fleet.Disk:           {facts: factVendor | factModel | factSerial | factFirmware | factCapacity | factGiB | factReading, counter: "media_errors"},
			fleet.RAIDVolume:     {facts: factCapacity | factGiB, attributes: []string{"raid_level"}},
			fleet.RAIDController: {facts: factModel | factSerial | factFirmware},
			fleet.Battery:        {},
			fleet.Memory:         {facts: factVendor | factSerial | factNumber | factCapacity | factNoVerdict, attributes: []string{"speed"}},
			fleet.CPU:            {facts: factVendor | factNoVerdict, attributes: []string{"cores", "speed"}},
			fleet.PSU:            {facts: factSerial}, // its input voltage would be a sensor of its own
			fleet.Fan:            {facts: factReading | factLimits},
			fleet.Temperature:    {facts: factReading | factLimits},
			fleet.Power:          {facts: factReading | factNoVerdict},
		},
	}
}

// ciscoDialect is UCS C: probes and readings without a verdict; what is wrong
// with a part is one word for all kinds.
func ciscoDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: cisco, profile: "cisco-cimc", vendor: "Cisco", serial: "FCH####@@@@", levels: raidLevels(),
		words: map[fault]word{
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictive failure", true},
			diskRebuilds:      {warning, "rebuilding", false},
			volumeGone:        {critical, "inoperable", false},
			volumeDegraded:    {warning, "degraded", false},
			volumeRebuilds:    {warning, "degraded", false},
			supplyWithoutFeed: {critical, "powerProblem", false},
			supplyBroken:      {critical, "inoperable", false},
			fanBroken:         {critical, "inoperable", false},
			moduleErrs:        {warning, "degraded", false},
			batteryWeak:       {warning, "failure predicted", true},
			batteryDead:       {critical, "replace", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"CPU{1}", "{1}"},
			fleet.Memory:         {"DIMM_{letter}{at}", "{1}"},
			fleet.PSU:            {"psu-{1}", "{1}"},
			fleet.Fan:            {"fan-module-{1}/fan-1", "{1}"},
			fleet.RAIDController: {"SAS controller", "1"},
			fleet.Battery:        {"raid-battery-1", "1"},
			fleet.RAIDVolume:     {"vd-{0}", "{1}"},
			fleet.Disk:           {"pd-{1}", "{1}"},
			fleet.Chassis:        {"Board 1", "1"},
		},
		probes:  [4]slot{{"Ambient", "1"}, {"cpu-1", "1"}, {"cpu-2", "2"}, {"Rear", "1"}},
		power:   slot{"Motherboard", "1"},
		serials: map[fleet.Kind]string{fleet.PSU: "DTM####@@@@", fleet.Memory: "########", fleet.RAIDController: "SK########"},
		tells: map[fleet.Kind]telling{
			fleet.Disk:           {facts: factVendor | factModel | factSerial | factFirmware | factCapacity, attributes: []string{"media", "bus"}},
			fleet.RAIDVolume:     {facts: factCapacity, attributes: []string{"raid_level"}},
			fleet.RAIDController: {facts: factModel | factSerial | factFirmware},
			fleet.Battery:        {facts: factModel},
			fleet.Memory:         {facts: factVendor | factModel | factSerial | factNumber | factCapacity, attributes: []string{"type", "speed"}},
			fleet.CPU:            {facts: factVendor | factModel, attributes: []string{"cores", "threads", "speed"}},
			fleet.PSU:            {facts: factVendor | factModel | factSerial, attributes: []string{"rated_watts"}},
			fleet.Fan:            {},
			fleet.Temperature:    {facts: factReading | factNoVerdict},
			fleet.Chassis:        {facts: factModel | factSerial},
			fleet.Power:          {facts: factReading | factNoVerdict},
		},
	}
}
