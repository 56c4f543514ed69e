package sim

import "slices"

// chassis is one server model as it was sold. The figures are those of common
// configurations; a table of data, not of rules.
type chassis struct {
	family      family
	vendor      string
	model       string
	generation  string
	units       int
	from, to    int // years in which it was bought
	dimmSlots   int
	fans        int
	bays        int
	psuWatts    int
	psuNumber   string
	psuVendor   string
	bmc         string
	bmcFirmware string
	controller  string
	battery     string // of the controller's cache; empty where no family tells
	ctlFirmware string
	cacheBytes  int64
	cpus        []cpuModel
	dimms       []dimmModel
}

type cpuModel struct {
	name                string
	cores, threads, mhz int
}

type dimmModel struct {
	vendor, number string
	bytes          int64
	mhz            int
}

type diskModel struct {
	family   family
	vendor   string
	model    string
	number   string
	firmware string
	bytes    int64
	ssd, sas bool
	rpm      int
	from, to int
	serial   string // pattern: '#' a digit, '@' a letter or digit
}

const (
	gib = int64(1) << 30
	gb  = int64(1_000_000_000)
	tb  = 1000 * gb
)

func broadwell() []cpuModel {
	return []cpuModel{
		{"Intel(R) Xeon(R) CPU E5-2630 v4 @ 2.20GHz", 10, 20, 2200},
		{"Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz", 12, 24, 2200},
		{"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 14, 28, 2400},
	}
}

func skylake() []cpuModel {
	return []cpuModel{
		{"Intel(R) Xeon(R) Silver 4114 CPU @ 2.20GHz", 10, 20, 2200},
		{"Intel(R) Xeon(R) Gold 5118 CPU @ 2.30GHz", 12, 24, 2300},
		{"Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", 16, 32, 2100},
	}
}

func dellMemory2400() []dimmModel {
	return []dimmModel{
		{"Samsung", "M393A2K43BB1-CRC", 16 * gib, 2400},
		{"Hynix Semiconductor", "HMA42GR7AFR4N-UH", 16 * gib, 2400},
		{"Micron Technology", "36ASF4G72PZ-2G3B1", 32 * gib, 2400},
	}
}

func dellMemory2666() []dimmModel {
	return []dimmModel{
		{"Samsung", "M393A4K40BB2-CTD", 32 * gib, 2666},
		{"Hynix Semiconductor", "HMA84GR7AFR4N-VK", 32 * gib, 2666},
		{"Micron Technology", "36ASF4G72PZ-2G6D1", 32 * gib, 2666},
	}
}

func catalogue() []chassis {
	return slices.Concat(mainChassis(), lenovoChassis(), huaweiChassis(), fujitsuChassis(), immChassis(), supermicroChassis(), ciscoChassis())
}

// mainChassis are what most of the fleet was bought as.
func mainChassis() []chassis {
	return []chassis{
		{family: dell, vendor: "Dell Inc.", model: "PowerEdge R630", generation: "13G", units: 1, from: 2016, to: 2017,
			dimmSlots: 24, fans: 7, bays: 8, psuWatts: 750, psuNumber: "0Y9VFCA02", psuVendor: "DELL",
			bmc: "iDRAC8", bmcFirmware: "2.83.83.83", controller: "PERC H730 Mini", ctlFirmware: "25.5.8.0001", cacheBytes: gib,
			cpus: broadwell(), dimms: dellMemory2400()},
		{family: dell, vendor: "Dell Inc.", model: "PowerEdge R730", generation: "13G", units: 2, from: 2016, to: 2017,
			dimmSlots: 24, fans: 6, bays: 16, psuWatts: 1100, psuNumber: "0CMPGMA01", psuVendor: "DELL",
			bmc: "iDRAC8", bmcFirmware: "2.83.83.83", controller: "PERC H730P Mini", ctlFirmware: "25.5.8.0001", cacheBytes: 2 * gib,
			cpus: broadwell(), dimms: dellMemory2400()},
		{family: dell, vendor: "Dell Inc.", model: "PowerEdge R640", generation: "14G", units: 1, from: 2018, to: 2023,
			dimmSlots: 24, fans: 8, bays: 10, psuWatts: 750, psuNumber: "0PJMDNA02", psuVendor: "DELL",
			bmc: "iDRAC9", bmcFirmware: "6.10.80.00", controller: "PERC H730P Mini", ctlFirmware: "25.5.9.0001", cacheBytes: 2 * gib,
			cpus: skylake(), dimms: dellMemory2666()},
		{family: dell, vendor: "Dell Inc.", model: "PowerEdge R740", generation: "14G", units: 2, from: 2018, to: 2023,
			dimmSlots: 24, fans: 6, bays: 16, psuWatts: 1100, psuNumber: "0CMPGMA03", psuVendor: "DELL",
			bmc: "iDRAC9", bmcFirmware: "6.10.80.00", controller: "PERC H740P Mini", ctlFirmware: "51.16.0-4076", cacheBytes: 8 * gib,
			cpus: skylake(), dimms: dellMemory2666()},
		{family: hpe, vendor: "HPE", model: "ProLiant DL360 Gen9", generation: "Gen9", units: 1, from: 2016, to: 2017,
			dimmSlots: 24, fans: 7, bays: 8, psuWatts: 500, psuNumber: "720478-B21", psuVendor: "HPE",
			bmc: "iLO 4", bmcFirmware: "2.72", controller: "sa-p440ar", ctlFirmware: "7.00", cacheBytes: 2 * gib,
			cpus: broadwell(), dimms: []dimmModel{{"HP", "809082-091", 16 * gib, 2400}, {"HP", "809083-091", 32 * gib, 2400}}},
		{family: hpe, vendor: "HPE", model: "ProLiant DL380 Gen9", generation: "Gen9", units: 2, from: 2016, to: 2017,
			dimmSlots: 24, fans: 6, bays: 12, psuWatts: 800, psuNumber: "720479-B21", psuVendor: "HPE",
			bmc: "iLO 4", bmcFirmware: "2.72", controller: "sa-p440ar", ctlFirmware: "7.00", cacheBytes: 2 * gib,
			cpus: broadwell(), dimms: []dimmModel{{"HP", "809082-091", 16 * gib, 2400}, {"HP", "809083-091", 32 * gib, 2400}}},
		{family: hpe, vendor: "HPE", model: "ProLiant DL360 Gen10", generation: "Gen10", units: 1, from: 2018, to: 2023,
			dimmSlots: 24, fans: 7, bays: 8, psuWatts: 500, psuNumber: "865408-B21", psuVendor: "HPE",
			bmc: "iLO 5", bmcFirmware: "2.71", controller: "p408i-a", ctlFirmware: "3.53", cacheBytes: 2 * gib,
			cpus: skylake(), dimms: []dimmModel{{"HPE", "840757-091", 16 * gib, 2666}, {"HPE", "840758-091", 32 * gib, 2666}}},
		{family: hpe, vendor: "HPE", model: "ProLiant DL380 Gen10", generation: "Gen10", units: 2, from: 2018, to: 2023,
			dimmSlots: 24, fans: 6, bays: 12, psuWatts: 800, psuNumber: "865414-B21", psuVendor: "HPE",
			bmc: "iLO 5", bmcFirmware: "2.71", controller: "p408i-a", ctlFirmware: "3.53", cacheBytes: 2 * gib,
			cpus: skylake(), dimms: []dimmModel{{"HPE", "840757-091", 16 * gib, 2666}, {"HPE", "840758-091", 32 * gib, 2666}}},
		{family: plain, vendor: "Supermicro", model: "SYS-6018R-MTR", generation: "X10", units: 1, from: 2016, to: 2019,
			dimmSlots: 8, bays: 4, cpus: broadwell(), dimms: []dimmModel{{"Samsung", "M393A2K43BB1-CRC", 16 * gib, 2400}}},
		{family: plain, vendor: "Supermicro", model: "SSG-6028R-E1CR12L", generation: "X10", units: 2, from: 2016, to: 2018,
			dimmSlots: 16, bays: 12, cpus: broadwell(), dimms: []dimmModel{{"Samsung", "M393A2K43BB1-CRC", 16 * gib, 2400}}},
		{family: plain, vendor: "Supermicro", model: "SSG-6029P-E1CR12L", generation: "X11", units: 2, from: 2019, to: 2023,
			dimmSlots: 16, bays: 12, cpus: skylake(), dimms: []dimmModel{{"Samsung", "M393A4K40BB2-CTD", 32 * gib, 2666}}},
	}
}

// moreMemory is what makers that do not write numbers of their own fit.
func moreMemory(mhz int) []dimmModel {
	if mhz == 2400 {
		return []dimmModel{{"Samsung", "M393A2K43BB1-CRC", 16 * gib, 2400}, {"Hynix", "HMA84GR7AFR4N-UH", 32 * gib, 2400}}
	}
	return []dimmModel{{"Samsung", "M393A4K40BB2-CTD", 32 * gib, 2666}, {"Micron", "36ASF4G72PZ-2G6D1", 32 * gib, 2666}}
}

func lenovoChassis() []chassis {
	out := []chassis{{model: "ThinkSystem SR630", units: 1, fans: 7, bays: 8, psuWatts: 750},
		{model: "ThinkSystem SR650", units: 2, fans: 6, bays: 12, psuWatts: 1100}}
	for i := range out {
		c := &out[i]
		c.family, c.vendor, c.from, c.to, c.dimmSlots = lenovo, "Lenovo", 2017, 2021, 24
		c.bmc, c.bmcFirmware, c.controller, c.ctlFirmware = "XClarity Controller", "CDI3A8N", "ThinkSystem RAID 930-8i", "50.8.0-2652"
		c.psuNumber, c.cacheBytes, c.cpus, c.dimms = "SP57A02023", 2*gib, skylake(), moreMemory(2666)
	}
	return out
}

func huaweiChassis() []chassis {
	out := []chassis{
		{model: "RH1288H V3", units: 1, fans: 5, bays: 8, from: 2016, to: 2017, dimmSlots: 16, psuWatts: 750, cpus: broadwell(), dimms: moreMemory(2400), bmcFirmware: "3.08", controller: "LSI SAS3108"},
		{model: "RH2288H V3", units: 2, fans: 4, bays: 12, from: 2016, to: 2017, dimmSlots: 24, psuWatts: 750, cpus: broadwell(), dimms: moreMemory(2400), bmcFirmware: "3.08", controller: "LSI SAS3108"},
		{model: "2288H V5", units: 2, fans: 4, bays: 12, from: 2018, to: 2021, dimmSlots: 24, psuWatts: 900, cpus: skylake(), dimms: moreMemory(2666), bmcFirmware: "6.62", controller: "LSI SAS3508"}}
	for i := range out {
		c := &out[i]
		c.family, c.vendor, c.bmc, c.ctlFirmware, c.battery = huawei, "Huawei", "iBMC", "4.680.00-8290", "CVPM02"
		c.psuVendor, c.psuNumber, c.cacheBytes = "HUAWEI", "PAC900S12-B1", gib
	}
	return out
}

func fujitsuChassis() []chassis {
	out := []chassis{
		{model: "PRIMERGY RX2530 M2", units: 1, fans: 8, bays: 8, from: 2016, to: 2017, cpus: broadwell(), dimms: moreMemory(2400), bmc: "iRMC S4", bmcFirmware: "9.69F"},
		{model: "PRIMERGY RX2540 M2", units: 2, fans: 6, bays: 12, from: 2016, to: 2017, cpus: broadwell(), dimms: moreMemory(2400), bmc: "iRMC S4", bmcFirmware: "9.69F"},
		{model: "PRIMERGY RX2540 M4", units: 2, fans: 6, bays: 12, from: 2018, to: 2021, cpus: skylake(), dimms: moreMemory(2666), bmc: "iRMC S5", bmcFirmware: "3.50P"}}
	for i := range out {
		c := &out[i]
		c.family, c.vendor, c.dimmSlots, c.psuWatts = fujitsu, "FUJITSU", 16, 800
		c.controller, c.ctlFirmware, c.cacheBytes = "PRAID EP400i", "4.680.00-8417", gib
	}
	return out
}

func immChassis() []chassis {
	out := []chassis{{model: "System x3550 M5", units: 1, fans: 6, bays: 8}, {model: "System x3650 M5", units: 2, fans: 6, bays: 12}}
	for i := range out {
		c := &out[i]
		c.family, c.vendor, c.from, c.to, c.dimmSlots = imm, "IBM", 2016, 2017, 24
		c.bmc, c.bmcFirmware, c.controller, c.ctlFirmware = "IMM2", "TCOO48D", "ServeRAID M5210", "24.21.0-0151"
		c.psuWatts, c.psuNumber, c.cacheBytes, c.cpus, c.dimms = 750, "94Y8147", gib, broadwell(), moreMemory(2400)
	}
	return out
}

func supermicroChassis() []chassis {
	out := []chassis{
		{model: "SYS-6028R-TRT", units: 2, fans: 5, bays: 8, from: 2016, to: 2017, cpus: broadwell(), dimms: moreMemory(2400), bmcFirmware: "3.90.12"},
		{model: "SSG-6028R-E1CR12L", units: 2, fans: 5, bays: 12, from: 2016, to: 2017, cpus: broadwell(), dimms: moreMemory(2400), bmcFirmware: "3.90.12"},
		{model: "SSG-6029P-E1CR12L", units: 2, fans: 5, bays: 12, from: 2018, to: 2021, cpus: skylake(), dimms: moreMemory(2666), bmcFirmware: "1.74.11"}}
	for i := range out {
		c := &out[i]
		c.family, c.vendor, c.bmc, c.dimmSlots = supermicro, "Supermicro", "Supermicro BMC", 16
		c.controller, c.ctlFirmware, c.cacheBytes, c.psuWatts = "AVAGO 3108 MegaRAID", "4.680.00-8290", 2*gib, 920
	}
	return out
}

func ciscoChassis() []chassis {
	out := []chassis{
		{model: "UCSC-C220-M4S", units: 1, fans: 6, bays: 8, from: 2016, to: 2017, cpus: broadwell(), dimms: moreMemory(2400), bmcFirmware: "4.1(2l)"},
		{model: "UCSC-C240-M4L", units: 2, fans: 6, bays: 12, from: 2016, to: 2017, cpus: broadwell(), dimms: moreMemory(2400), bmcFirmware: "4.1(2l)"},
		{model: "UCSC-C240-M5L", units: 2, fans: 6, bays: 12, from: 2018, to: 2021, cpus: skylake(), dimms: moreMemory(2666), bmcFirmware: "4.2(3b)"}}
	for i := range out {
		c := &out[i]
		c.family, c.vendor, c.bmc, c.dimmSlots = cisco, "Cisco Systems Inc", "CIMC", 24
		c.controller, c.ctlFirmware, c.battery, c.cacheBytes = "UCSC-MRAID12G", "24.12.1-0456", "SuperCap", 2*gib
		c.psuVendor, c.psuNumber, c.psuWatts = "Cisco Systems Inc", "UCSC-PSU1-770W", 770
	}
	return out
}

func diskCatalogue() []diskModel {
	return []diskModel{
		{dell, "SEAGATE", "ST600MM0088", "04HGTJ", "TT31", 600 * gb, false, true, 10000, 2016, 2017, "S42@@@@@"},
		{dell, "TOSHIBA", "AL15SEB060NY", "0XXTRP", "EF05", 600 * gb, false, true, 10000, 2018, 2023, "Y8@0A0@@F@@#"},
		{dell, "SEAGATE", "ST4000NM0295", "0N7VYM", "DT34", 4 * tb, false, true, 7200, 2016, 2017, "ZC1@@@@@"},
		{dell, "HGST", "HUS726T4TAL5200", "0VM7DD", "C925", 4 * tb, false, true, 7200, 2018, 2023, "V6G@@@@@"},
		{dell, "INTEL", "SSDSC2BB480G7R", "0DKPN9", "N201DL43", 480 * gb, true, false, 0, 2016, 2017, "PHDV7####@##480BGN"},
		{dell, "SAMSUNG", "MZ7KM960HMJP0D3", "0FGY8N", "GD57", 960 * gb, true, false, 0, 2018, 2023, "S3F3NX0K#####"},
		{hpe, "", "EG0600JETKA", "", "HPD5", 600 * gb, false, true, 10000, 2016, 2017, "S0M@@@@@0000M####@@@"},
		{hpe, "", "EG000600JWJNP", "", "HPD6", 600 * gb, false, true, 10000, 2018, 2023, "WFK@@@@@0000E####@@@"},
		{hpe, "", "MB4000JEFNC", "", "HPD9", 4 * tb, false, true, 7200, 2016, 2017, "K7G@@@@@"},
		{hpe, "", "MB004000JWKGU", "", "HPD3", 4 * tb, false, true, 7200, 2018, 2023, "ZC1@@@@@0000C####@@@"},
		{hpe, "", "VK0480GFDKK", "", "HPG1", 480 * gb, true, false, 0, 2016, 2017, "BTWA6####@##480FGN"},
		{hpe, "", "VK000960GWTTC", "", "HPG3", 960 * gb, true, false, 0, 2018, 2023, "S4N0NA0M#####"},
		{plain, "SEAGATE", "ST600MM0208", "", "N003", 600 * gb, false, true, 10000, 2016, 2017, "S0M@@@@@"},
		{plain, "TOSHIBA", "AL15SEB060N", "", "1403", 600 * gb, false, true, 10000, 2018, 2023, "78L0A0@@F@@#"},
		{plain, "HGST", "HUS726040AL5210", "", "A7J0", 4 * tb, false, true, 7200, 2016, 2017, "NHG@@@@@"},
		{plain, "SEAGATE", "ST4000NM0025", "", "N004", 4 * tb, false, true, 7200, 2018, 2023, "ZC4@@@@@"},
		{plain, "INTEL", "SSDSC2BB480G7", "", "N2010112", 480 * gb, true, false, 0, 2016, 2017, "BTDV7####@##480BGN"},
		{plain, "SAMSUNG", "MZ7LH960HAJR-00005", "", "HXT7404Q", 960 * gb, true, false, 0, 2018, 2023, "S45NNE0K#####"},
	}
}

// workload is what a group of servers is for.
type workload struct {
	prefix      string
	service     string
	criticality string
	owner       string
	notes       string
	share       int // of 96
	storage     storage
	busy        float64
	memory      float64
}

// storage is how a workload's servers are laid out.
type storage uint8

const (
	forApplications storage = iota // a mirror for the system, perhaps a second
	forDatabases                   // a mirror and fast disks in RAID 10
	forFiles                       // a mirror and large disks in RAID 6 (RAID 5 on older ones)
)

func workloads() []workload {
	const (
		office    = "TDOffice"
		reporting = "National reporting"
		ops       = "Operations centre"
		security  = "Security monitoring"
		warehouse = "Shared data warehouse"
	)
	return []workload{
		{"tdo-app", office, "critical", "Nguyễn Thị Hồng", "Văn phòng điện tử", 16, forApplications, .42, .58},
		{"tdo-db", office, "critical", "Nguyễn Thị Hồng", "Văn phòng điện tử: cơ sở dữ liệu", 6, forDatabases, .35, .78},
		{"tdo-file", office, "critical", "Tổ Hạ tầng", "Văn phòng điện tử: kho tệp", 6, forFiles, .12, .33},
		{"bcqg-app", reporting, "high", "Trần Văn Đức", "Báo cáo quốc gia", 10, forApplications, .30, .52},
		{"bcqg-db", reporting, "high", "Trần Văn Đức", "Báo cáo quốc gia: cơ sở dữ liệu", 4, forDatabases, .38, .80},
		{"ioc-app", ops, "high", "Lê Hoàng Phúc", "Trung tâm điều hành", 10, forApplications, .48, .60},
		{"ioc-cam", ops, "high", "Lê Hoàng Phúc", "Trung tâm điều hành: lưu trữ camera", 6, forFiles, .22, .40},
		{"soc-app", security, "high", "Phạm Quỳnh Như", "Giám sát an ninh mạng", 6, forApplications, .55, .66},
		{"soc-log", security, "high", "Phạm Quỳnh Như", "Giám sát an ninh mạng: nhật ký", 10, forFiles, .33, .71},
		{"dwh-node", warehouse, "normal", "Tổ Dữ liệu", "Kho dữ liệu dùng chung", 16, forFiles, .28, .62},
		{"dwh-db", warehouse, "normal", "Tổ Dữ liệu", "Kho dữ liệu dùng chung", 6, forDatabases, .44, .82},
	}
}

// purchase is one procurement: servers come in batches.
type purchase struct {
	year, month int
	share       int
}

func purchases() []purchase {
	return []purchase{
		{2016, 5, 12}, {2016, 11, 12}, {2017, 6, 16}, {2017, 12, 14},
		{2018, 5, 16}, {2018, 11, 10}, {2019, 9, 4}, {2021, 12, 7}, {2023, 6, 5},
	}
}

// maker is a family with its share of a hundred servers. Where it sold nothing
// that fits in the year of a purchase, Dell did.
type maker struct {
	family family
	share  int
}

func makers() []maker {
	return []maker{{dell, 21}, {hpe, 45}, {plain, 12}, {lenovo, 5}, {huawei, 5}, {fujitsu, 4}, {imm, 3}, {supermicro, 3}, {cisco, 2}}
}

// rooms are where racks stand, with the share of the racks each holds.
type room struct {
	name, prefix string
	share        int
}

func rooms() []room {
	return []room{{"Phòng máy A", "A", 4}, {"Phòng máy B", "B", 3}, {"Phòng máy dự phòng", "C", 2}}
}

const siteName = "TTDL tỉnh"
