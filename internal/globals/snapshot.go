package globals

import "encoding/binary"

// Memory is how the memory of the program is read.
type Memory interface {
	// Object returns the heap object that an address points into, and whether it may hold pointers; no base if there is none.
	Object(p uintptr) (base, size uintptr, pointers bool)
	// Peek copies memory.
	Peek(to []byte, from uintptr)
}

// Snapshot is what variables held at one moment, as hashes: of their own bytes and of the heap objects that can be reached
// from them, up to a bound. Objects count by what they hold and by how they refer to each other, not by their addresses.
type Snapshot []uint64

// Bounds of what is looked at from one variable, in objects and in bytes.
const (
	mostObjects = 1 << 14
	mostBytes   = 8 << 20
)

// Take makes a snapshot of variables.
func Take(list []Variable, m Memory) Snapshot {
	w := walk{memory: m}
	s := make(Snapshot, len(list))
	for i, v := range list {
		s[i] = w.hash(v)
	}
	return s
}

// Changed returns the variables of the list that differ in two snapshots of it.
func Changed(list []Variable, a, b Snapshot) (names []string) {
	for i, v := range list {
		if a[i] != b[i] {
			names = append(names, v.Name)
		}
	}
	return names
}

// walk hashes what can be reached. Which words are pointers is guessed: those that point into heap objects.
type walk struct {
	memory Memory
	seen   map[uintptr]uint64 // number of an object, by base
	queue  []block
	buf    []byte
	left   int // bytes
	sum    uint64
}

type block struct {
	addr, size uintptr
	pointers   bool
}

const wordSize = 4 << (^uintptr(0) >> 63)

func (w *walk) hash(v Variable) uint64 {
	w.seen, w.sum, w.left = map[uintptr]uint64{}, 14695981039346656037, mostBytes
	w.queue = append(w.queue[:0], block{v.Address, v.Size, true})
	for i := 0; i < len(w.queue) && w.left > 0; i++ {
		w.block(w.queue[i])
	}
	return w.sum
}

func (w *walk) block(b block) {
	n := min(int(b.size), w.left)
	w.left -= n
	if cap(w.buf) < n {
		w.buf = make([]byte, n)
	}
	buf := w.buf[:n]
	if n > 0 {
		w.memory.Peek(buf, b.addr)
	}
	w.mix(uint64(b.size))
	for ; len(buf) >= wordSize; buf = buf[wordSize:] {
		p := uint64(binary.NativeEndian.Uint32(buf))
		if wordSize == 8 {
			p = binary.NativeEndian.Uint64(buf)
		}
		if b.pointers {
			p = w.pointer(p)
		}
		w.mix(p)
	}
	for _, c := range buf {
		w.mix(uint64(c))
	}
}

// pointer returns what stands for a word: the number of the object that it points into and where, or the word itself.
func (w *walk) pointer(p uint64) uint64 {
	base, size, pointers := w.memory.Object(uintptr(p))
	if base == 0 {
		return p
	}
	n, known := w.seen[base]
	if !known && len(w.seen) < mostObjects {
		n = uint64(len(w.seen)) + 1
		w.seen[base] = n
		w.queue = append(w.queue, block{base, size, pointers})
	}
	return n<<32 ^ (p - uint64(base))
}

func (w *walk) mix(x uint64) {
	w.sum = (w.sum ^ x) * 0x9e3779b97f4a7c15
	w.sum ^= w.sum >> 29
}
