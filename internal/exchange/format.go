package exchange

import (
	"slices"
	"strings"
)

// Format is one way in which a system writes its servers or parts.
type Format struct {
	Name, Title string
	// Family names the system: what its file and its API said is one thing.
	Family string
	Schema *Schema
	// columns maps a column's name, in small letters with "_" for blanks, to a
	// field, or to one of the words below that begin with "@".
	columns map[string]string
	// ignored are columns that say nothing here.
	ignored []string
	// prefixes are put in front of column names by the system.
	prefixes []string
	// skip are the statuses of what is not in use.
	skip []string
	// assets means that rows describe property, of any sort, rather than
	// servers: they are matched with servers that are known already.
	assets bool
	// ragged allows lines with fewer cells than the first line.
	ragged bool
	comma  rune
}

// Columns that are no fields.
const (
	asStatus    = "@status"
	asRole      = "@role"
	asMonths    = "@warranty_months"
	asPlace     = "@place"
	asItemName  = "@item_name"
	asComponent = "@component"
	asModelNo   = "@model_number"
)

// Formats lists every format, in the order of the documentation.
var Formats = []*Format{netboxDevices, netboxItems, snipeIT, glpi, plainServers, plainParts}

// FormatByName finds a format; nil for an unknown name.
func FormatByName(name string) *Format {
	i := slices.IndexFunc(Formats, func(f *Format) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return Formats[i]
}

// FormatNames are the names of all formats.
func FormatNames() []string {
	out := make([]string, len(Formats))
	for i, f := range Formats {
		out[i] = f.Name
	}
	return out
}

var netboxDevices = &Format{Name: "netbox-csv", Title: "NetBox devices", Family: "netbox", Schema: Servers, comma: ',',
	prefixes: []string{"cf_"},
	columns: map[string]string{
		"oob_ip": "bmc", "out-of-band_ip": "bmc", "oob_ip_address": "bmc",
		"primary_ip": "os", "primary_ip4": "os", "primary_ip6": "os", "ip_address": "os", "ipv4_address": "os", "ipv6_address": "os",
		"location": "room", "u_height": "height", "rack_face": "face", "device_type": "model", "type": "model", "tenant": "owner",
		"comments": "notes", "serial_number": "serial", "purchase_date": "purchased", "warranty": asMonths, "warranty_months": asMonths,
		"warranty_expires": "warranty_end", "memory": "memory_bytes", "cpus": "cpu_sockets",
		"status": asStatus, "role": asRole, "device_role": asRole,
	},
	ignored: []string{"id", "tags", "platform", "parent", "parent_device", "parent_bay", "device_bay", "position_(device_bay)", "region", "site_group",
		"cluster", "virtual_chassis", "vc_position", "vc_priority", "airflow", "config_template", "config_context", "local_context_data", "description",
		"tenant_group", "contacts", "created", "last_updated", "latitude", "longitude", "url", "owner_group", "inventory_items", "vdc_count",
		"console_ports", "console_server_ports", "power_ports", "power_outlets", "interfaces", "front_ports", "rear_ports", "device_bays", "module_bays"},
	skip: []string{"planned", "inventory", "decommissioning", "offline"}}

var netboxItems = &Format{Name: "netbox-items", Title: "NetBox inventory items", Family: "netbox-items", Schema: Parts, comma: ',',
	prefixes: []string{"cf_"},
	columns: map[string]string{
		"device": "server", "name": asItemName, "role": asRole, "manufacturer": "vendor", "part_id": "part", "part_number": "part",
		"serial_number": "serial", "description": "notes", "purchase_date": "purchased", "warranty": asMonths, "warranty_months": asMonths,
		"warranty_expires": "warranty_end", "status": asStatus,
	},
	ignored: []string{"id", "parent", "label", "component", "component_type", "component_name", "discovered", "tags", "created", "last_updated", "url", "depth"},
	skip:    []string{"planned", "inventory", "decommissioning", "offline", "failed"}}

var snipeIT = &Format{Name: "snipeit", Title: "Snipe-IT assets", Family: "snipeit", Schema: Servers, comma: ',', assets: true,
	columns: map[string]string{
		"asset_name": "name", "item_name": "name", "serial_number": "serial", "model_name": "model", "model_number": asModelNo, "model_no.": asModelNo,
		"model_no": asModelNo, "location": "site", "purchase_date": "purchased", "warranty": asMonths, "warranty_months": asMonths,
		"warranty_expires": "warranty_end", "warranty_expiration": "warranty_end", "status": asStatus, "category": asRole,
		"oob_ip": "bmc", "bmc_address": "bmc", "ip_address": "os", "primary_ip": "os",
	},
	ignored: []string{"id", "company", "device_image", "image", "checked_out", "checked_out_to", "type", "username", "employee_no.", "title", "department",
		"default_location", "purchase_cost", "current_value", "diff", "fully_depreciated", "order_number", "supplier", "eol", "eol_date", "eol_rate",
		"asset_eol_date", "requestable", "created_at", "created_by", "updated_at", "deleted", "checkout_date", "last_checkin_date", "expected_checkin_date",
		"last_audit", "next_audit_date", "checkin/checkout", "actions", "change", "byod", "url", "age", "checkouts", "checkins", "requests",
		"full_name", "email", "checkout_type", "checkout_location", "min._qty", "quantity", "purchase_order"},
	skip: []string{"archived", "retired", "disposed", "lost", "stolen", "lost/stolen", "sold", "scrapped", "broken - not fixable", "undeployable"}}

var glpi = &Format{Name: "glpi", Title: "GLPI computers", Family: "glpi", Schema: Servers, comma: ';', assets: true,
	prefixes: []string{"financial_and_administrative_information_-_", "informations_financières_et_administratives_-_", "management_-_", "gestion_-_"},
	columns: map[string]string{
		"nom": "name", "serial_number": "serial", "numéro_de_série": "serial", "inventory_number": "asset_tag", "numéro_d'inventaire": "asset_tag",
		"inventory/asset_number": "asset_tag", "fabricant": "manufacturer", "manufacturers": "manufacturer", "modèle": "model",
		"location": asPlace, "lieu": asPlace,
		"date_of_purchase": "purchased", "date_d'achat": "purchased", "startup_date": "in_service", "date_de_mise_en_service": "in_service",
		"warranty_duration": asMonths, "durée_de_garantie": asMonths, "warranty_expiration_date": "warranty_end",
		"date_d'expiration_de_la_garantie": "warranty_end", "comments": "notes", "commentaires": "notes", "status": asStatus, "statut": asStatus,
		"type": asRole, "group": "owner", "groupe": "owner", "oob_ip": "bmc", "ip_address": "os",
	},
	ignored: []string{"id", "entity", "entité", "last_update", "dernière_modification", "user", "utilisateur", "alternate_username", "technician_in_charge",
		"operating_system_-_name", "operating_system_-_version", "components_-_processor", "uuid", "networks", "réseaux", "last_inventory_date", "order_date",
		"date_de_commande", "delivery_date", "value", "supplier", "fournisseur", "immobilization_number", "date_of_last_physical_inventory", "decommission_date"},
	skip: []string{"retired", "disposed", "scrapped", "réformé", "rebut", "thanh lý", "stock", "en stock"}}

var plainServers = &Format{Name: "csv", Title: "servers in our own columns", Family: "csv", Schema: Servers, comma: ',', ragged: true,
	prefixes: []string{"cf_"},
	// Inventory files may use NetBox's names, so a plain file may too.
	columns: netboxDevices.columns,
	ignored: append([]string{"health", "age_years"}, netboxDevices.ignored...),
	skip:    netboxDevices.skip}

var plainParts = &Format{Name: "parts-csv", Title: "parts in our own columns", Family: "parts-csv", Schema: Parts, comma: ',', ragged: true,
	columns: map[string]string{"warranty_months": asMonths},
	ignored: []string{"firmware", "capacity_bytes", "manufactured", "health"}}

// target is what a column means: a field, a word with "@", or "" when it is
// known and not read. ok is false for an unknown column.
func (f *Format) target(head string) (to string, ok bool) {
	name := strings.ReplaceAll(strings.ToLower(strings.Join(strings.Fields(composed(head)), " ")), " ", "_")
	for _, p := range f.prefixes {
		name = strings.TrimPrefix(name, p)
	}
	if to, ok = f.columns[name]; ok {
		return to, true
	}
	if _, is := f.Schema.index[name]; is {
		return name, true
	}
	return "", name == "" || slices.Contains(f.ignored, name)
}
