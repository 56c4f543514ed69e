package tui

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/queue"
)

// kindWords are one and many of each kind, as people say them.
func kindName(k fleet.Kind, n int) string {
	words := [2]string{k.String(), k.String()}
	switch k {
	case fleet.Disk:
		words = [2]string{"disk", "disks"}
	case fleet.RAIDVolume:
		words = [2]string{"RAID volume", "RAID volumes"}
	case fleet.RAIDController:
		words = [2]string{"RAID controller", "RAID controllers"}
	case fleet.Battery:
		words = [2]string{"battery", "batteries"}
	case fleet.Memory:
		words = [2]string{"memory module", "memory modules"}
	case fleet.CPU:
		words = [2]string{"CPU", "CPUs"}
	case fleet.PSU:
		words = [2]string{"PSU", "PSUs"}
	case fleet.Fan:
		words = [2]string{"fan", "fans"}
	case fleet.Temperature:
		words = [2]string{"temperature", "temperatures"}
	case fleet.Power:
		words = [2]string{"power sensor", "power sensors"}
	case fleet.Voltage:
		words = [2]string{"voltage", "voltages"}
	case fleet.Current:
		words = [2]string{"current", "currents"}
	case fleet.NIC:
		words = [2]string{"NIC", "NICs"}
	case fleet.Other:
		words = [2]string{"other part", "other parts"}
	}
	if n == 1 {
		return words[0]
	}
	return words[1]
}

// partName is a kind and a place as one name; a place that already says what it
// is ("PSU 2") stands alone.
func partName(k fleet.Kind, place string) string {
	kind := kindName(k, 1)
	if place == wholeServer {
		return place
	}
	if strings.HasPrefix(strings.ToLower(place), strings.ToLower(kind)) {
		return place
	}
	return kind + " " + place
}

// plural is a count with its word.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + many
}

// number prints a reading with as many digits as it needs: 24, 1.35, 12.1.
func number(v float64) string {
	a := math.Abs(v)
	switch {
	case v == math.Trunc(v) && a < 1e15:
		return grouped(int64(v))
	case a < 10:
		return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// figure is a number with its unit.
func figure(v float64, u fleet.Unit) string {
	if u == fleet.Percent {
		return number(v) + "%"
	}
	return strings.TrimSpace(number(v) + " " + u.Symbol())
}

// grouped prints an integer with a comma between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func cleanOr(s, otherwise string) string {
	if s = clean(s); strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

func capacityOf(c *fleet.Component) string {
	if c.CapacityBytes == nil {
		return ""
	}
	return capacityText(c.Kind, *c.CapacityBytes)
}

// capacityText counts disks and volumes in powers of ten, as their labels do,
// and memory in powers of two.
func capacityText(k fleet.Kind, n int64) string {
	if k != fleet.Disk && k != fleet.RAIDVolume {
		return bytesText(n)
	}
	v, unit := float64(n), "B"
	for _, u := range []string{"kB", "MB", "GB", "TB", "PB"} {
		if v < 1000 {
			break
		}
		v, unit = v/1000, u
	}
	if v < 10 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " " + unit
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}

// placeOf is where a server stands: site, room, rack and unit.
func placeOf(s fleet.Server) string {
	var parts []string
	for _, p := range []string{s.Site, s.Room} {
		if p != "" {
			parts = append(parts, clean(p))
		}
	}
	rack := clean(s.Rack)
	if rack != "" {
		rack = "rack " + rack
	}
	if s.Position > 0 {
		rack = strings.TrimSpace(rack + " U" + strconv.Itoa(s.Position))
		if s.Height > 1 {
			rack += "–" + strconv.Itoa(s.Position+s.Height-1)
		}
	}
	if rack != "" {
		parts = append(parts, rack)
	}
	if s.Face != "" && s.Face != "front" {
		parts = append(parts, clean(s.Face)+" side")
	}
	return strings.Join(parts, ", ")
}

// wholeServer is the place of an order about a server as a whole.
const wholeServer = "whole server"

// slotName is the place of an order's part: printed on the chassis, else the
// device's own name for the slot.
func slotName(o *queue.Order) string {
	if o.Slot == queue.ServerSlot {
		return wholeServer
	}
	if o.Place != "" {
		return clean(o.Place)
	}
	_, slot, _ := strings.Cut(o.Slot, "/")
	return clean(slot)
}

// stateName is a state as people say it.
func stateName(s queue.State) string { return strings.ReplaceAll(string(s), "_", " ") }

// reasonName is a reason code as people say it.
func reasonName(c queue.ReasonCode) string {
	switch c {
	case queue.ReasonCERate:
		return "corrected errors"
	case queue.ReasonUE:
		return "uncorrectable error"
	case queue.ReasonMediaErrors:
		return "media errors"
	}
	return strings.ReplaceAll(clean(string(c)), "_", " ")
}

// figureIn is a number with its unit, with a language's marks.
func figureIn(t *lang.Tongue, v float64, u fleet.Unit) string {
	v = math.Round(v*100) / 100
	if math.Abs(v) >= 10 {
		v = math.Round(v*10) / 10
	}
	var text string
	switch {
	case math.Abs(v) < 1e15 && v == math.Trunc(v):
		text = t.Int(int64(v))
	case v*10 == math.Round(v*10):
		text = t.Number(v, 1)
	default:
		text = t.Number(v, 2)
	}
	if u == fleet.Percent {
		return text + "%"
	}
	return strings.TrimSpace(text + " " + u.Symbol())
}
