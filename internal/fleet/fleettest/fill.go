// Package fleettest fills states for tests: every field of them, by reflection,
// so that a field that is new is tested as soon as it is there.
package fleettest

import (
	"fmt"
	"reflect"
	"time"

	"ironage/internal/fleet"
)

// Start is about when what is filled happens.
var Start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 7*3600))

// State is a state in which every field says something, and how many leaves it
// has. What stands in a leaf follows from its number; the leaves of differ get
// something else.
func State(differ map[int]int) (*fleet.State, int) {
	var s fleet.State
	return &s, Fill(&s, differ)
}

// Fill fills what a pointer points to, and says how many leaves it has.
func Fill(v any, differ map[int]int) int {
	f := filler{differ: differ}
	f.fill(reflect.ValueOf(v).Elem())
	return f.leaf
}

type filler struct {
	leaf   int
	differ map[int]int
}

// items is how many things are in a list or map.
const items = 2

func (f *filler) next() (n, differ int) {
	f.leaf++
	return f.leaf, f.differ[f.leaf]
}

func (f *filler) time() time.Time {
	n, d := f.next()
	at := Start.Add(time.Duration(n%3) * time.Hour)
	if n%5 == 0 {
		at = at.UTC().Add(time.Duration(n))
	}
	return at.Add(time.Duration(d) * time.Minute)
}

func (f *filler) trend() fleet.Trend {
	n, d := f.next()
	var values []float64
	for i := range 58 + n%4 {
		values = append(values, float64(i%7)/float64(1+n%3))
	}
	last := Start.Add(time.Duration(d%2) * time.Minute)
	t := fleet.TrendOf(fleet.Celsius, values, last, fleet.TrendGap{From: Start, To: Start.Add(time.Minute)})
	if d == 1 {
		t = t.Add(float64(n)/3, last)
	}
	return t
}

// fill fills v; it knows only the types that are more than their fields.
func (f *filler) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(f.time()))
	case fleet.Trend:
		v.Set(reflect.ValueOf(f.trend()))
	case fleet.Keyed[fleet.Trend]:
		ordered[fleet.Trend](f, v)
	case fleet.Keyed[fleet.PartRecord]:
		ordered[fleet.PartRecord](f, v)
	case fleet.Seen:
		var e fleet.Evidence
		f.fill(reflect.ValueOf(&e).Elem())
		v.Set(reflect.ValueOf(fleet.SeenOf(e)))
	case fleet.Health:
		n, d := f.next()
		v.SetUint(uint64((n + d) % 5)) //nolint:gosec // small
	case fleet.ProfileName:
		n, d := f.next()
		v.Set(reflect.ValueOf(fleet.ProfileOf(fmt.Sprint("profile ", (n+d)%2))))
	default:
		f.made(v)
	}
}

func (f *filler) made(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() { // else it is room that says nothing
				f.fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		own := reflect.New(v.Type().Elem())
		f.fill(own.Elem())
		if _, d := f.next(); d == 0 {
			v.Set(own)
		}
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), items, items)
		for i := range items {
			f.fill(s.Index(i))
		}
		if _, d := f.next(); d > 0 {
			s = s.Slice(0, items-1)
		}
		v.Set(s)
	case reflect.Map:
		f.keyed(v)
	default:
		f.leafOf(v)
	}
}

func ordered[V any](f *filler, v reflect.Value) {
	var m map[string]V
	f.keyed(reflect.ValueOf(&m).Elem())
	v.Set(reflect.ValueOf(fleet.KeyedOf(m)))
}

func (f *filler) keyed(v reflect.Value) {
	m := reflect.MakeMap(v.Type())
	for i := range items {
		e := reflect.New(v.Type().Elem()).Elem()
		f.fill(e)
		key := fmt.Sprint("key", i)
		if _, d := f.next(); d > 0 {
			key += "'"
		}
		m.SetMapIndex(reflect.ValueOf(key), e)
	}
	v.Set(m)
}

func (f *filler) leafOf(v reflect.Value) {
	n, d := f.next()
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", n, " ế", d))
	case reflect.Uint8:
		v.SetUint(uint64(1 + (n+d)%2)) //nolint:gosec // the first words of a type that has a few
	case reflect.Bool:
		v.SetBool((n+d)%2 == 0)
	case reflect.Float64:
		v.SetFloat(float64(n) + float64(d)/8)
	default:
		v.SetInt(int64(n*3 - d*1000))
	}
}
