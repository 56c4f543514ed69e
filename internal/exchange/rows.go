package exchange

import (
	"strconv"

	"ironage/internal/fleet"
)

// serverRow is a server of the inventory as a row.
func serverRow(v *fleet.Server, rules *Rules) Row {
	r := Servers.newRow(0)
	put := func(field, value string) {
		if value != "" {
			Servers.set(&r, field, value)
		}
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	put("name", v.Name)
	for _, e := range v.Endpoints {
		put(e.Role.String(), e.Address)
	}
	put("site", v.Site)
	put("room", v.Room)
	put("rack", v.Rack)
	put("position", number(v.Position))
	put("height", number(v.Height))
	put("face", v.Face)
	put("service", v.Service)
	put("criticality", string(v.Criticality))
	put("owner", v.Owner)
	put("asset_tag", v.AssetTag)
	put("serial", v.Serial)
	put("manufacturer", v.Manufacturer)
	put("model", v.Model)
	put("in_service", string(v.InService))
	put("purchased", string(v.Purchased))
	put("warranty_start", string(v.WarrantyStart))
	put("warranty_end", string(v.WarrantyEnd))
	put("support_end", string(v.SupportEnd))
	put("cpu_sockets", number(v.CPUSockets))
	put("notes", v.Notes)
	for k, n := range v.Expected {
		if k.Replaceable() {
			put(expected(k), strconv.Itoa(n))
		}
	}
	if v.MemoryBytes > 0 {
		text := strconv.FormatInt(v.MemoryBytes, 10)
		if rules != nil && rules.Memory != nil {
			text, _ = rules.Memory(text) // a number of bytes always reads
		}
		put("memory_bytes", text)
	}
	return r
}

// partRow is what is written about a part as a row.
func partRow(server string, n *fleet.PartNote) Row {
	r := Parts.newRow(0)
	for field, value := range map[string]string{"server": server, "kind": n.Kind.String(), "slot": n.Slot, "serial": n.Serial, "part": n.Part, "vendor": n.Vendor,
		"model": n.Model, "asset_tag": n.AssetTag, "in_service": string(n.InService), "purchased": string(n.Purchased),
		"warranty_end": string(n.WarrantyEnd), "notes": n.Notes} {
		if value != "" {
			Parts.set(&r, field, value)
		}
	}
	return r
}
