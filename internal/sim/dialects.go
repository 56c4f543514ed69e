package sim

import "ironage/internal/fleet"

// dialects are the families that machines can be of; tables of data, in the
// words of the device profiles.
func dialects() map[family]*dialect {
	out := map[family]*dialect{}
	for _, d := range []*dialect{dellDialect(), hpeDialect(), lenovoDialect(), huaweiDialect(), fujitsuDialect(),
		immDialect(), supermicroDialect(), ciscoDialect()} {
		out[d.family] = d
	}
	return out
}

func raidLevels() map[int]string {
	return map[int]string{0: "RAID 0", 1: "RAID 1", 5: "RAID 5", 6: "RAID 6", 10: "RAID 10"}
}

func dellDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: dell, profile: "dell-idrac", vendor: "Dell", serial: "@@@@@@@", levels: raidLevels(),
		words: map[fault]word{
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictive failure", true},
			diskRebuilds:      {warning, "rebuild", false},
			volumeGone:        {critical, "failed", false},
			volumeDegraded:    {warning, "degraded", false},
			volumeRebuilds:    {warning, "degraded", false},
			supplyWithoutFeed: {critical, "AC lost", false},
			supplyBroken:      {critical, "failure", false},
			fanBroken:         {critical, "criticalLower", false},
			moduleErrs:        {warning, "nonCritical", false},
			batteryWeak:       {warning, "predictive failure", true},
			batteryDead:       {critical, "failed", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"CPU.Socket.{1}", "1.{1}"},
			fleet.Memory:         {"DIMM.Socket.{letter}{at}", "1.{1}"},
			fleet.PSU:            {"PSU.Slot.{1}", "1.{1}"},
			fleet.Fan:            {"System Board Fan{1}", "1.{1}"},
			fleet.RAIDController: {"RAID.Integrated.1-1", "1"},
			fleet.Battery:        {"PERC1 ROMB Battery", "1.1"},
			fleet.RAIDVolume:     {"Disk.Virtual.{0}:RAID.Integrated.1-1", "{1}"},
			fleet.Disk:           {"Disk.Bay.{0}:Enclosure.Internal.0-1:RAID.Integrated.1-1", "{1}"},
		},
		probes: [4]slot{{"System Board Inlet Temp", "1.1"}, {"CPU1 Temp", "1.2"}, {"CPU2 Temp", "1.3"}, {"System Board Exhaust Temp", "1.4"}},
		power:  slot{"System Board Pwr Consumption", "1.3"},
		serials: map[fleet.Kind]string{fleet.PSU: "CNDED00##########", fleet.Battery: "6WQXL0CB2@@@@@",
			fleet.Memory: "########"},
	}
}

func hpeDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: hpe, profile: "hpe-ilo", vendor: "HPE", serial: "CZJ#####@@",
		levels: map[int]string{0: "RAID 0", 1: "RAID 1/10", 5: "RAID 5", 6: "RAID 6 (ADG)", 10: "RAID 1/10"},
		words: map[fault]word{ // a rebuilding disk reads ok
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictiveFailure", true},
			volumeGone:        {critical, "failed", false},
			volumeDegraded:    {warning, "a drive is out", false},
			volumeRebuilds:    {warning, "rebuilding", false},
			supplyWithoutFeed: {warning, "noPowerInput", false},
			supplyBroken:      {critical, "generalFailure", false},
			fanBroken:         {warning, "degraded", false}, // the others still cool
			moduleErrs:        {warning, "degraded by corrected errors", true},
			batteryWeak:       {warning, "predictive failure", true},
			batteryDead:       {critical, "permanent failure", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"Socket {1}", "{0}"},
			fleet.Memory:         {"PROC {socket} DIMM {at}", "{0}"},
			fleet.PSU:            {"Bay {1}", "0.{1}"},
			fleet.Fan:            {"Fan {1}", "0.{1}"},
			fleet.RAIDController: {"Slot 0", "0"},
			fleet.Battery:        {"Storage battery 1", "0.1"},
			fleet.RAIDVolume:     {"Logical drive {1}, controller 0", "0.{1}"},
			fleet.Disk:           {"Port={port}I:Box=1:Bay={1}", "0.{0}"},
		},
		probes:  [4]slot{{"Ambient", "0.1"}, {"CPU 1", "0.2"}, {"CPU 2", "0.3"}, {"System", "0.4"}},
		power:   slot{"System power", "0"},
		serials: map[fleet.Kind]string{fleet.PSU: "5WBXT0C4D@@@##", fleet.Battery: "6WQXL0CB2@@@@@", fleet.RAIDController: "PDNLH0BRH@@@@@"},
	}
}

func lenovoDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: lenovo, profile: "lenovo-xcc", vendor: "Lenovo", serial: "J30#@@@@", noName: true,
		words: map[fault]word{ // a volume that rebuilds is degraded, and a supply without a feed simply critical
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictive failure", true},
			diskRebuilds:      {warning, "rebuilding", false},
			volumeGone:        {critical, "failed", false},
			volumeDegraded:    {warning, "degraded", false},
			volumeRebuilds:    {warning, "degraded", false},
			supplyWithoutFeed: {critical, "critical", false},
			supplyBroken:      {critical, "critical", false},
			fanBroken:         {critical, "critical", false},
			moduleErrs:        {warning, "warning", false},
			batteryWeak:       {warning, "degraded", false},
			batteryDead:       {critical, "failed", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"CPU {1}", "{1}"},
			fleet.Memory:         {"DIMM {1}", "{1}"},
			fleet.PSU:            {"Power Supply {1}", "{1}"},
			fleet.Fan:            {"Fan {1} Tach", "{1}"},
			fleet.RAIDController: {"RAID Controller in slot 1", "1"},
			fleet.Battery:        {"Battery of RAID Controller in slot 1", "1"},
			fleet.RAIDVolume:     {"VD_{0}", "{1}"},
			fleet.Disk:           {"Drive {0}", "{1}"},
		},
		probes:  [4]slot{{"Ambient Temp", "1"}, {"CPU 1 Temp", "2"}, {"CPU 2 Temp", "3"}, {"Exhaust Temp", "4"}},
		power:   slot{"System power", "0"},
		serials: map[fleet.Kind]string{fleet.PSU: "D1DG########", fleet.Memory: "########", fleet.RAIDController: "K1##@@@@@@@", fleet.Battery: "#####"},
		tells: map[fleet.Kind]telling{
			fleet.Disk: {factVendor | factModel | factSerial | factFirmware | factCapacity | factWear | factReading, "media_errors",
				[]string{"media", "bus", "speed"}},
			fleet.RAIDVolume:     {facts: factCapacity},
			fleet.RAIDController: {facts: factModel | factSerial | factFirmware},
			fleet.Battery:        {facts: factSerial},
			fleet.Memory:         {facts: factSerial | factNumber | factMade | factCapacity, attributes: []string{"type", "speed"}},
			fleet.CPU:            {facts: factVendor | factModel, attributes: []string{"cores", "threads", "speed"}},
			fleet.PSU:            {facts: factSerial | factNumber},
			fleet.Fan:            {facts: factReading | factPercent},
			fleet.Temperature:    {facts: factReading | factLimits},
			fleet.Power:          {facts: factReading},
		},
	}
}

func huaweiDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: huawei, profile: "huawei-ibmc", vendor: "Huawei", serial: "2102311#####H@######", levels: raidLevels(),
		words: map[fault]word{
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictive failure", true},
			diskRebuilds:      {warning, "rebuild", false},
			volumeGone:        {critical, "offline", false},
			volumeDegraded:    {warning, "degraded", false},
			volumeRebuilds:    {warning, "partially degraded", false},
			supplyWithoutFeed: {critical, "major", false},
			supplyBroken:      {critical, "critical", false},
			fanBroken:         {critical, "major", false},
			moduleErrs:        {warning, "minor", false},
			batteryWeak:       {warning, "about to fail", true},
			batteryDead:       {critical, "replace pack", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"CPU{1}", "{1}"},
			fleet.Memory:         {"DIMM{socket0}{at0}0", "{1}"},
			fleet.PSU:            {"PS{1}", "{1}"},
			fleet.Fan:            {"Fan{1}", "{1}"},
			fleet.RAIDController: {"RAID Card1", "1"},
			fleet.Battery:        {"RAID Card1 BBU", "1"},
			fleet.RAIDVolume:     {"Logical drive {0}, controller 0", "0.{0}"},
			fleet.Disk:           {"Disk{0}", "{1}"},
		},
		probes:  [4]slot{{"Inlet Temp", "1"}, {"CPU1 Core Rem", "2"}, {"CPU2 Core Rem", "3"}, {"Outlet Temp", "4"}},
		power:   slot{"System power", "0"},
		serials: map[fleet.Kind]string{fleet.PSU: "2102310#####@@######", fleet.Memory: "########"},
		tells: map[fleet.Kind]telling{
			fleet.Disk: {factVendor | factModel | factSerial | factFirmware | factCapacity | factWear | factHours | factReading, "media_errors",
				[]string{"media", "bus", "progress_pct"}},
			fleet.RAIDVolume:     {facts: factCapacity, attributes: []string{"raid_level"}},
			fleet.RAIDController: {facts: factModel | factFirmware},
			fleet.Battery:        {facts: factModel},
			fleet.Memory:         {facts: factVendor | factSerial | factCapacity, attributes: []string{"type", "speed"}},
			fleet.CPU:            {facts: factVendor | factModel, attributes: []string{"cores", "threads", "speed"}},
			fleet.PSU:            {facts: factVendor | factModel | factSerial | factReading, attributes: []string{"rated_watts"}},
			fleet.Fan:            {facts: factReading},
			fleet.Temperature:    {facts: factReading | factLimits},
			fleet.Power:          {facts: factReading},
		},
	}
}

func fujitsuDialect() *dialect {
	const warning, critical = fleet.Warning, fleet.Critical
	return &dialect{
		family: fujitsu, profile: "fujitsu-irmc", vendor: "Fujitsu", serial: "YLVT######", noName: true, levels: raidLevels(),
		words: map[fault]word{
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "failurePredicted", true},
			diskRebuilds:      {warning, "rebuilding", false},
			volumeGone:        {critical, "failed", false},
			volumeDegraded:    {warning, "degraded", false},
			volumeRebuilds:    {warning, "rebuilding", false},
			supplyWithoutFeed: {critical, "ac-fail", false},
			supplyBroken:      {critical, "failed", false},
			fanBroken:         {critical, "failed", false},
			moduleErrs:        {warning, "prefailure-predicted", true},
			batteryWeak:       {warning, "(replace soon)", false},
			batteryDead:       {critical, "failed", false},
		},
		slots: map[fleet.Kind]slot{
			fleet.CPU:            {"CPU{1}", "1.{1}"},
			fleet.Memory:         {"DIMM-{bank}{channel}", "1.{1}"},
			fleet.PSU:            {"PSU{1}", "1.{1}"},
			fleet.Fan:            {"FAN{1} SYS", "1.{1}"},
			fleet.RAIDController: {"PRAID EP400i (0)", "0"},
			fleet.Battery:        {"BBU, controller 0", "0"},
			fleet.RAIDVolume:     {"Logical drive {0}, controller 0", "0.{0}"},
			fleet.Disk:           {"Controller 0 channel 0 target {0} LUN 0", "0.0.{0}.0"},
		},
		probes: [4]slot{{"Ambient", "1.1"}, {"CPU1", "1.2"}, {"CPU2", "1.3"}, {"Systemboard", "1.4"}},
		power:  slot{"System power", "1"},
		tells: map[fleet.Kind]telling{
			fleet.Disk:           {facts: factVendor | factModel | factSerial | factFirmware | factCapacity, counter: "reallocated", attributes: []string{"bus"}},
			fleet.RAIDVolume:     {facts: factCapacity, attributes: []string{"raid_level", "progress_pct"}},
			fleet.RAIDController: {facts: factModel | factSerial | factFirmware},
			fleet.Battery:        {},
			fleet.Memory:         {facts: factCapacity, counter: "corrected_errors", attributes: []string{"type", "speed"}},
			fleet.CPU:            {facts: factVendor | factModel, attributes: []string{"cores", "threads", "speed"}},
			fleet.PSU:            {facts: factReading | factNoZero, attributes: []string{"rated_watts"}},
			fleet.Fan:            {facts: factReading | factNoZero},
			fleet.Temperature:    {facts: factReading | factLimits},
			fleet.Power:          {facts: factReading | factNoVerdict},
			fleet.Chassis:        {facts: factVendor | factModel | factSerial | factHours},
		},
	}
}
