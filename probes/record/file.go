package record

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// File is a recording being written, with what is needed to go on with it
// later beside it: FILE.resume holds how far it is and, where identities are
// replaced, the key of the replacements. Close removes it once the recording
// is whole.
type File struct {
	path  string
	out   *os.File
	ready bytes.Buffer // lines of the answer in hand
	state state
}

// state is what FILE.resume holds.
type state struct {
	Subtrees  []snmp.OID `json:"subtrees"`
	Done      int        `json:"done"`           // subtrees read
	Last      snmp.OID   `json:"last,omitempty"` // last object read of the next one
	Variables int        `json:"variables"`
	Bytes     int64      `json:"bytes"`
	Key       []byte     `json:"key,omitempty"` // of the replacements; none: identities are kept
}

// resumeSuffix names the file beside a partial recording.
const resumeSuffix = ".resume"

// Create begins a recording; a file that exists is not touched.
func Create(path string, subtrees []snmp.OID, keepIdentity bool) (*File, error) {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is there already; continue it with --resume, or name another file with --file", path)
	}
	if err != nil {
		return nil, err
	}
	f := &File{path: path, out: out, state: state{Subtrees: subtrees}}
	if !keepIdentity {
		f.state.Key = make([]byte, 32)
		_, _ = rand.Read(f.state.Key) // never fails, says its documentation
	}
	return f, f.save()
}

// Resume opens a partial recording where it ended.
func Resume(path string) (*File, error) {
	data, err := os.ReadFile(path + resumeSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s cannot be continued: %s is not there, which says how far it is; a recording that is whole has none", path, path+resumeSuffix)
	}
	if err != nil {
		return nil, err
	}
	f := &File{path: path}
	if err := json.Unmarshal(data, &f.state); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w; record again", path+resumeSuffix, err)
	}
	for _, o := range append([]snmp.OID{f.state.Last}, f.state.Subtrees...) {
		if o != "" && !o.Valid() {
			return nil, fmt.Errorf("%s is damaged: %q is no object identifier; record again", path+resumeSuffix, string(o))
		}
	}
	if f.out, err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
		return nil, err
	}
	return f, errors.Join(f.cutBrokenLine())
}

// cutBrokenLine ends the file behind its last whole line: the program may have been killed
// while it wrote.
func (f *File) cutBrokenLine() error {
	info, err := f.out.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	tail := make([]byte, min(size, 1<<20))
	if _, err := f.out.ReadAt(tail, size-int64(len(tail))); err != nil {
		return err
	}
	end := size - int64(len(tail)) + int64(bytes.LastIndexByte(tail, '\n')) + 1
	if err := f.out.Truncate(end); err != nil {
		return err
	}
	_, err = f.out.Seek(end, 0)
	return err
}

// Key is the key of the replacements, nil where identities are kept.
func (f *File) Key() []byte { return f.state.Key }

// Variables is the number of variables written so far.
func (f *File) Variables() int { return f.state.Variables }

// Path is the name of the file.
func (f *File) Path() string { return f.path }

// add puts a variable into the answer in hand.
func (f *File) add(v snmp.Variable) {
	line := profile.RecordingLine(v)
	if line == "" {
		return
	}
	f.ready.WriteString(line + "\n")
	f.state.Variables++
	f.state.Bytes += int64(len(line)) + 1
}

// save writes the answer in hand, then how far the recording is: killed in
// between, it reads that answer once more, and the last of equal lines counts.
func (f *File) save() error {
	if _, err := f.out.Write(f.ready.Bytes()); err != nil {
		return err
	}
	f.ready.Reset()
	data, err := json.Marshal(f.state)
	if err != nil {
		return err
	}
	temporary := f.path + resumeSuffix + ".new"
	if err := os.WriteFile(temporary, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, f.path+resumeSuffix)
}

// Close ends the writing. A recording that is whole needs no state any more.
func (f *File) Close() error {
	err := f.out.Close()
	if f.state.Done == len(f.state.Subtrees) {
		err = errors.Join(err, os.Remove(f.path+resumeSuffix))
	}
	return err
}

// Discard closes a recording that came to nothing, and removes it where it was
// only just created.
func (f *File) Discard(created bool) error {
	err := f.out.Close()
	if created {
		err = errors.Join(err, os.Remove(f.path), os.Remove(f.path+resumeSuffix))
	}
	return err
}
