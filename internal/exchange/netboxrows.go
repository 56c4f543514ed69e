package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Read fetches the devices, or for the format of inventory items those, and
// makes rows of them as of an export.
func (n *NetBox) Read(ctx context.Context, f *Format, o Options) (*Source, error) {
	if err := n.prepare(); err != nil {
		return nil, err
	}
	path, cells := "/api/dcim/devices/", deviceCells
	if f.Schema == Parts {
		path, cells = "/api/dcim/inventory-items/", itemCells
	}
	rows, err := n.all(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("NetBox: %w", err)
	}
	heights := map[int]string{}
	if f.Schema == Servers {
		if heights, err = n.heights(ctx); err != nil {
			return nil, fmt.Errorf("NetBox: device types: %w", err)
		}
	}
	return decodeObjects(rows, f, o, cells, heights)
}

// heights are the rack units of device types, which a device does not tell.
func (n *NetBox) heights(ctx context.Context) (map[int]string, error) {
	rows, err := n.all(ctx, "/api/dcim/device-types/")
	if err != nil {
		return nil, err
	}
	out := make(map[int]string, len(rows))
	for _, raw := range rows {
		var t struct {
			ID     int         `json:"id"`
			Height json.Number `json:"u_height"`
		}
		if json.Unmarshal(raw, &t) == nil {
			out[t.ID] = t.Height.String()
		}
	}
	return out, nil
}

// object is a device or an inventory item, as far as it is read.
type object struct {
	ID           int            `json:"id"`
	Name         string         `json:"name"`
	Device       *reference     `json:"device"`
	DeviceType   *reference     `json:"device_type"`
	Role         *reference     `json:"role"`
	DeviceRole   *reference     `json:"device_role"` // before NetBox 3.6
	Tenant       *reference     `json:"tenant"`
	Site         *reference     `json:"site"`
	Location     *reference     `json:"location"`
	Rack         *reference     `json:"rack"`
	Position     json.Number    `json:"position"`
	Face         *reference     `json:"face"`
	Status       *reference     `json:"status"`
	Serial       string         `json:"serial"`
	AssetTag     string         `json:"asset_tag"`
	PrimaryIP    *reference     `json:"primary_ip"`
	OOBIP        *reference     `json:"oob_ip"`
	Manufacturer *reference     `json:"manufacturer"`
	PartID       string         `json:"part_id"`
	Description  string         `json:"description"`
	Comments     string         `json:"comments"`
	Custom       map[string]any `json:"custom_fields"`
}

// reference is what NetBox tells about a related object, or a choice.
type reference struct {
	ID           int        `json:"id"`
	Name         string     `json:"name"`
	Display      string     `json:"display"`
	Model        string     `json:"model"`
	Address      string     `json:"address"`
	Value        any        `json:"value"`
	Manufacturer *reference `json:"manufacturer"`
}

func (r *reference) name() string {
	switch {
	case r == nil:
		return ""
	case r.Name != "":
		return r.Name
	case r.Model != "":
		return r.Model
	}
	return r.Display
}

func (r *reference) value() string {
	if r == nil || r.Value == nil {
		return ""
	}
	return customText(r.Value)
}

var (
	deviceHeads = []string{"name", "status", "role", "oob_ip", "primary_ip", "site", "location", "rack", "position", "face", "tenant", "serial", "asset_tag",
		"manufacturer", "device_type", "comments", "u_height"}
	itemHeads = []string{"device", "name", "role", "status", "manufacturer", "part_id", "serial", "asset_tag", "description"}
)

func deviceCells(o *object, heights map[int]string) []string {
	address := func(r *reference) string {
		if r == nil {
			return ""
		}
		return r.Address
	}
	role, maker, height := o.Role, (*reference)(nil), ""
	if role == nil {
		role = o.DeviceRole
	}
	if o.DeviceType != nil {
		maker = o.DeviceType.Manufacturer
		if height = heights[o.DeviceType.ID]; strings.Trim(height, "0.") == "" {
			height = "" // it takes no rack unit
		}
	}
	return []string{o.Name, o.Status.value(), role.name(), address(o.OOBIP), address(o.PrimaryIP), o.Site.name(), o.Location.name(), o.Rack.name(),
		o.Position.String(), o.Face.value(), o.Tenant.name(), o.Serial, o.AssetTag, maker.name(), o.DeviceType.name(), o.Comments, height}
}

func itemCells(o *object, _ map[int]string) []string {
	return []string{o.Device.name(), o.Name, o.Role.name(), o.Status.value(), o.Manufacturer.name(), o.PartID, o.Serial, o.AssetTag, o.Description}
}

// decodeObjects makes rows of JSON objects: the same way as of lines.
func decodeObjects(rows []json.RawMessage, f *Format, o Options, cells func(*object, map[int]string) []string, heights map[int]string) (*Source, error) {
	heads := slices.Clone(deviceHeads)
	if f.Schema == Parts {
		heads = slices.Clone(itemHeads)
	}
	fixed := len(heads)
	for _, field := range f.Schema.Fields {
		heads = append(heads, "cf_"+field.Name)
	}
	heads = append(heads, "cf_purchase_date", "cf_warranty_months")
	a, err := newAssembler(f, o, "id", heads)
	if err != nil {
		return nil, err
	}
	for i, raw := range rows {
		a.src.Total++
		var one object
		if err := json.Unmarshal(raw, &one); err != nil {
			a.reject(i+1, "", fmt.Sprintf("object %d of the list is not what NetBox's API says: %v", i+1, err))
			continue
		}
		row := cells(&one, heights)
		for _, h := range heads[fixed:] {
			row = append(row, customText(one.Custom[strings.TrimPrefix(h, "cf_")]))
		}
		a.add(one.ID, row)
	}
	return a.done(), nil
}

// customText is the text of a custom field: a text, a number, a choice or an
// object with a name.
func customText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case map[string]any:
		for _, key := range []string{"value", "name", "display"} {
			if s, ok := v[key].(string); ok {
				return s
			}
		}
	}
	return ""
}
