package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// Walker walks a live agent; *snmp.Session is one.
type Walker interface {
	profile.Source
	Walk(ctx context.Context, base, after snmp.OID, visit func([]snmp.Variable) error) error
}

// The default bounds of a recording. The largest devices seen publish 40,000
// variables.
const (
	DefaultMaxVariables = 250_000
	DefaultMaxBytes     = 64 << 20
	DefaultPause        = 50 * time.Millisecond
)

// ErrBound means that the recording reached its bounds.
var ErrBound = errors.New("the bounds of a recording are reached")

// Options say what to write and how gently to ask.
type Options struct {
	Pause        time.Duration // between two requests
	MaxVariables int
	MaxBytes     int64
	// Scrub replaces identities; nil keeps them.
	Scrub *Scrubber
	// Secrets are what was used to ask; they are blotted out wherever they stand.
	Secrets []snmp.Secret
	// Progress is told after each answer, if it is not nil.
	Progress func(Progress)
}

// Progress is how far a recording is.
type Progress struct {
	Subtree       snmp.OID // being read
	At            snmp.OID // last object read
	Done, Total   int      // subtrees
	Variables     int
	Bytes         int64
	FinishedOne   bool // a subtree has just been read to its end
	Interruptions int  // subtrees that could not be read to their end
}

// Everything is the subtree of --all.
const Everything snmp.OID = "1.3"

// Subtrees are what a recording holds by default: the system group, host
// resources (without processes and installed software), the entity tables and
// all that lib reads of this device. Of a device that no family fits, it is
// also everything that its makers have added to the tree: somebody is going to
// write a profile for it.
func Subtrees(ctx context.Context, lib *profile.Library, src profile.Source) (profile.Match, []snmp.OID, error) {
	m, needed, err := lib.Subtrees(ctx, src)
	if err != nil {
		return m, nil, err
	}
	all := append([]snmp.OID{
		"1.3.6.1.2.1.1", "1.3.6.1.2.1.25.1", "1.3.6.1.2.1.25.2", "1.3.6.1.2.1.25.3",
		"1.3.6.1.2.1.47", "1.3.6.1.2.1.99", "1.3.6.1.2.1.131",
	}, needed...)
	if m.Stranger() {
		all = append(all, "1.3.6.1.4.1")
	}
	return m, distinct(all), nil
}

// distinct sorts, and drops what lies below another one.
func distinct(all []snmp.OID) []snmp.OID {
	slices.SortFunc(all, snmp.OID.Compare)
	var out []snmp.OID
	for _, o := range all {
		if n := len(out); n == 0 || o != out[n-1] && !o.Under(out[n-1]) {
			out = append(out, o)
		}
	}
	return out
}

// Run walks what the file's state says is still to be read into the file. When
// it returns, whatever the error, the file is a valid recording of what was
// read, from which a later Run can go on. A subtree that the agent does not give to its end
// is counted, and the next one is read; what ends the run is an agent that has
// gone, a done ctx, or a bound.
func Run(ctx context.Context, w Walker, f *File, o Options) error {
	r := &run{w: w, f: f, o: o, secrets: blots(o.Secrets)}
	var incomplete error
	for f.state.Done < len(f.state.Subtrees) {
		base := f.state.Subtrees[f.state.Done]
		err := r.subtree(ctx, base)
		switch {
		case err == nil:
		case errors.Is(err, snmp.ErrIncomplete) && !errors.Is(err, ErrBound) && ctx.Err() == nil && r.alive(ctx):
			r.lost++
			incomplete = err
		default:
			return err
		}
		f.state.Done, f.state.Last = f.state.Done+1, ""
		if err := f.save(); err != nil {
			return err
		}
		r.tell(base, true)
	}
	return incomplete
}

type run struct {
	w       Walker
	f       *File
	o       Options
	secrets []blot
	lost    int
}

// alive asks for one small object: an agent that hangs in one table is worth
// asking for the next.
func (r *run) alive(ctx context.Context) bool {
	_, err := r.w.Get(ctx, []snmp.OID{"1.3.6.1.2.1.1.2.0"})
	return err == nil
}

// maxDetours bounds how often one subtree is continued behind a part that the
// agent cannot give.
const maxDetours = 16

// subtree reads one subtree, around the parts that are not written and those
// that the agent does not give to their end; the error is that of the last of these.
func (r *run) subtree(ctx context.Context, base snmp.OID) error {
	var lost error
	for detours, stuck, at := 0, 0, snmp.OID(""); ; {
		around := snmp.OID("")
		before := r.f.state.Last
		err := r.w.Walk(ctx, base, r.f.state.Last, func(vars []snmp.Variable) error {
			if err := r.take(ctx, base, vars); err != nil {
				return err
			}
			if around = r.leap(vars[len(vars)-1].OID); around != "" {
				return errLeap
			}
			return nil
		})
		switch {
		case errors.Is(err, errLeap):
		case err == nil:
			return lost
		case !errors.Is(err, snmp.ErrIncomplete), errors.Is(err, ErrBound), detours == maxDetours, ctx.Err() != nil, !r.alive(ctx):
			return err
		default:
			if r.f.state.Last != before || at == "" {
				at, stuck = cmp.Or(r.f.state.Last, base), 0
			}
			lost, around = err, ahead(at, stuck)
			detours, stuck = detours+1, stuck+1
		}
		if !around.Under(base) {
			return lost
		}
		r.f.state.Last = behind(around)
	}
}

// ahead is what to leave out after the object at was the last one to be read:
// the rest of its column, then the next columns one by one, then the rest of the table …
func ahead(at snmp.OID, tries int) snmp.OID {
	const columns = 4
	out := parent(at)
	for range tries / columns {
		out = parent(out)
	}
	if next := tries % columns; next > 0 {
		last, err := strconv.ParseUint(strings.TrimPrefix(string(out[len(parent(out)):]), "."), 10, 32)
		if err != nil || last > math.MaxUint32-columns {
			return parent(out)
		}
		out = parent(out).Append(strconv.FormatUint(last+uint64(next), 10))
	}
	return out
}

// parent is what o lies directly below.
func parent(o snmp.OID) snmp.OID { return o[:max(0, strings.LastIndexByte(string(o), '.'))] }

// errLeap ends a walk that has come into a subtree that is not written, so
// that it can go on behind it instead of reading all of it in vain.
var errLeap = errors.New("nothing here is written")

// leap is the unwritten subtree that o lies in, or "".
func (r *run) leap(o snmp.OID) snmp.OID {
	for _, s := range r.unwritten() {
		if o.Under(s) {
			return s
		}
	}
	return ""
}

func (r *run) unwritten() []snmp.OID {
	if r.o.Scrub == nil {
		return secret()
	}
	return append(secret(), networkTables()...)
}

// behind is an object that sorts after everything below o.
func behind(o snmp.OID) snmp.OID { return o.Append("4294967295") }

// take writes the variables of one answer, then pauses.
func (r *run) take(ctx context.Context, base snmp.OID, vars []snmp.Variable) error {
	for _, v := range vars {
		if r.leap(v.OID) != "" {
			continue
		}
		if r.o.Scrub != nil {
			v = r.o.Scrub.Variable(v)
		}
		r.f.add(blotted(v, r.secrets))
		if s := r.f.state; s.Variables > r.o.MaxVariables || s.Bytes > r.o.MaxBytes {
			return fmt.Errorf("%w: %d variables, %d KiB", ErrBound, s.Variables, s.Bytes>>10)
		}
	}
	r.f.state.Last = vars[len(vars)-1].OID
	if err := r.f.save(); err != nil {
		return err
	}
	r.tell(base, false)
	return pause(ctx, r.o.Pause)
}

func (r *run) tell(base snmp.OID, finished bool) {
	if r.o.Progress != nil {
		s := r.f.state
		r.o.Progress(Progress{Subtree: base, At: cmp.Or(s.Last, base), Done: s.Done, Total: len(s.Subtrees), Variables: s.Variables, Bytes: s.Bytes, FinishedOne: finished, Interruptions: r.lost})
	}
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
