// Package packed writes a server's state as bytes: a tenth of what JSON takes,
// and a tenth of the time. It must never lose anything: a document says itself
// what it is made of, so that an ironage whose states have other fields reads it,
// by way of JSON; and what JSON would not take is not taken here either.
package packed

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"sync"

	"ironage/internal/fleet"
)

// version is the first byte of a document. It is raised when the coding of the
// kinds changes; that of the fields is described in each document.
const version = 1

// ErrPacked means that a document is damaged, or of a later version.
var ErrPacked = errors.New("a packed state that cannot be read")

// own is how this program writes states: the plan, and its description as every
// document begins.
var own = sync.OnceValues(func() (*plan, []byte) {
	var c compiler
	p := c.plan(reflect.TypeFor[fleet.State]())
	return p, append([]byte{version}, c.description()...)
})

// Append appends the document of a state to b. It is false when only JSON can
// say what the state is, or why it cannot be said.
func Append(b []byte, st *fleet.State) ([]byte, bool) {
	p, head := own()
	e := encoders.Get().(*encoder) //nolint:errcheck // the pool holds nothing else
	defer e.release()
	b = append(b, head...)
	e.out = b
	p.encode(e, reflect.ValueOf(st).Elem())
	return e.out, !e.bad
}

// Read reads a document into st.
func Read(doc []byte, st *fleet.State) error {
	p, head := own()
	if rest, ok := bytes.CutPrefix(doc, head); ok {
		d := decoders.Get().(*decoder) //nolint:errcheck // the pool holds nothing else
		defer d.release()
		d.rest = rest
		p.decode(d, reflect.ValueOf(st).Elem())
		return d.end()
	}
	text, err := asJSON(doc)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, st)
}
