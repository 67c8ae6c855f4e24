package disk

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
)

// image is what outlives a crash: what is durable, and what has been performed but is not durable yet. It changes only in
// Apply. Files have numbers of their own, as names move from file to file.
type image struct {
	cfg    Config
	keeper ravel.ID
	room   int // bytes for all files; 0 is no limit, and -1 is nothing at all
	next   int // number of the file created last
	names  map[string]int
	data   map[int][]byte // durable

	// pending is what was performed since, in order.
	//
	// Invariant: a file that pending creates or renames has no durable name, or another one; every write belongs to a file
	// with a name, durable or pending.
	pending []any
}

// Operations. The first three concern names, the next two what a file holds.
type (
	created struct {
		Name string
		File int
	}
	renamed struct {
		From, To string
		File     int
	}
	removed struct{ Name string }

	written struct {
		File, At int
		Data     []byte
	}
	truncated struct{ File, Size int }

	synced      struct{ File int }
	namesSynced struct{}
	recovered   struct { // what Open found
		Names map[string]int
		Data  map[int][]byte
	}
	flipped  struct{ File, Bit int }
	filledUp struct{}
)

// Apply performs an operation.
func (m *image) Apply(op any) {
	switch op := op.(type) {
	case synced:
		m.sync(op.File)
	case namesSynced:
		m.commitNames(len(m.pending))
	case recovered:
		m.names, m.data, m.pending = op.Names, op.Data, nil
	case flipped:
		m.data[op.File][op.Bit/8] ^= 1 << (op.Bit % 8)
	case filledUp:
		if m.room = m.used(); m.room == 0 {
			m.room = -1
		}
	default:
		if c, ok := op.(created); ok {
			m.next = c.File
		}
		m.pending = append(m.pending, op)
		if m.cfg.WriteThrough {
			m.commitNames(len(m.pending))
			m.commitData(func(int) bool { return true })
		}
	}
	m.sweep()
}

// sync makes a file durable: what it holds, and its creation with all that was done to names before.
func (m *image) sync(file int) {
	at := slices.IndexFunc(m.pending, func(op any) bool {
		c, ok := op.(created)
		return ok && c.File == file
	})
	m.commitNames(at + 1)
	m.commitData(func(f int) bool { return f == file })
}

// commitNames makes what the first n pending operations do to names durable.
func (m *image) commitNames(n int) {
	var rest []any
	for i, op := range m.pending {
		if i >= n || !applyName(m.names, op) {
			rest = append(rest, op)
		}
	}
	m.pending = rest
}

// commitData makes what some files hold durable.
func (m *image) commitData(which func(file int) bool) {
	var rest []any
	for _, op := range m.pending {
		if f, ok := fileOf(op); ok && which(f) {
			m.data[f] = applyData(m.data[f], op)
		} else {
			rest = append(rest, op)
		}
	}
	m.pending = rest
}

// applyName does what an operation does to names; it reports whether that is what the operation does.
func applyName(names map[string]int, op any) bool {
	switch op := op.(type) {
	case created:
		names[op.Name] = op.File
	case renamed:
		delete(names, op.From)
		names[op.To] = op.File
	case removed:
		delete(names, op.Name)
	default:
		return false
	}
	return true
}

// fileOf returns the file whose data an operation changes.
func fileOf(op any) (int, bool) {
	switch op := op.(type) {
	case written:
		return op.File, true
	case truncated:
		return op.File, true
	}
	return 0, false
}

// applyData does what an operation does to the data of its file. It may change data.
func applyData(data []byte, op any) []byte {
	switch op := op.(type) {
	case written:
		return overwrite(data, op.At, op.Data)
	case truncated:
		return resize(data, op.Size)
	}
	return data
}

// current returns what a file holds, durable or not.
func (m *image) current(file int) []byte {
	data := slices.Clone(m.data[file])
	for _, op := range m.pending {
		if f, ok := fileOf(op); ok && f == file {
			data = applyData(data, op)
		}
	}
	return data
}

// used returns how many bytes the files hold that have names, all operations done.
func (m *image) used() int {
	names := maps.Clone(m.names)
	for _, op := range m.pending {
		applyName(names, op)
	}
	n := 0
	for _, f := range names {
		n += len(m.current(f))
	}
	return n
}

// sweep forgets files that no name leads to, whatever survives.
func (m *image) sweep() {
	named := map[int]bool{}
	for _, f := range m.names {
		named[f] = true
	}
	for _, op := range m.pending {
		switch op := op.(type) {
		case created:
			named[op.File] = true
		case renamed:
			named[op.File] = true
		}
	}
	maps.DeleteFunc(m.data, func(f int, _ []byte) bool { return !named[f] })
	m.pending = slices.DeleteFunc(m.pending, func(op any) bool {
		f, ok := fileOf(op)
		return ok && !named[f]
	})
	if len(m.pending) == 0 {
		m.pending = nil
	}
}

// overwrite writes p into data at an offset, in place where there is room.
func overwrite(data []byte, at int, p []byte) []byte {
	if at+len(p) > len(data) {
		data = resize(data, at+len(p))
	}
	copy(data[at:], p)
	return data
}

// resize cuts or extends data to a size.
func resize(data []byte, size int) []byte {
	if size <= len(data) {
		return data[:size:size]
	}
	return append(slices.Clip(data), make([]byte, size-len(data))...)
}

func cloneData(data map[int][]byte) map[int][]byte {
	c := make(map[int][]byte, len(data))
	for f, p := range data {
		c[f] = slices.Clone(p)
	}
	return c
}
