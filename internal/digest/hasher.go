package digest

import (
	"math/bits"
	"unsafe"
)

// Odd multipliers with about as many ones as zeros (from SplitMix64,
// MurmurHash3 and PCG), and the start of the state: digits of pi.
const (
	mul1 = 0xbf58476d1ce4e5b9
	mul2 = 0x94d049bb133111eb
	mul3 = 0xff51afd7ed558ccd
	mul4 = 0xc4ceb9fe1a85ec53
	mul5 = 0xda942042e4dd58b5

	pi0 = 0x243f6a8885a308d3
	pi1 = 0x13198a2e03707344
)

// Hasher is a streaming, keyed, order-sensitive 128-bit hash, in the shape of
// MurmurHash3's 128-bit variant with a stronger treatment of the input words.
// It is not a defence against an adversary who chooses the input.
//
// Every input word first goes through a fixed permutation of 64 bits, off the
// critical path; what comes out enters both halves of the state. For a fixed
// input the step is a permutation of the state, and so is the finalisation:
// two prefixes that differ stay different under every common suffix, and no
// value makes the hash forget what came before.
//
// A Hasher is a plain value: assigning it forks the stream. Its zero value is
// usable, though NewHasher(0) is another one.
type Hasher struct{ a, b uint64 }

// NewHasher returns a hasher for the family member named by key. Different
// keys give unrelated hashes.
func NewHasher(key uint64) Hasher {
	k := scramble(key)
	return Hasher{pi0 ^ k, pi1 ^ bits.RotateLeft64(key*mul5, 32)}
}

// scramble permutes the 64-bit words so that no simple difference of two
// inputs is a simple difference of the outputs.
func scramble(w uint64) uint64 {
	w *= mul1
	w ^= w >> 32
	w *= mul2
	return w ^ w>>29
}

// step is the state transition: a permutation of (a, b) for fixed k and l.
func step(a, b, k, l uint64) (uint64, uint64) {
	a = (bits.RotateLeft64(a^k, 27)+b)*5 + 0x52dce729
	b = (bits.RotateLeft64(b^l, 31)+a)*5 + 0x38495ab5
	return a, b
}

// one absorbs a word, pair two words in a single step.
func one(a, b, w uint64) (uint64, uint64) {
	k := scramble(w)
	return step(a, b, k, bits.RotateLeft64(k, 32))
}

func pair(a, b, v, w uint64) (uint64, uint64) {
	return step(a, b, scramble(v), scramble(w+mul5))
}

// Word absorbs w.
func (h *Hasher) Word(w uint64) { h.a, h.b = one(h.a, h.b, w) }

// Digest absorbs d.
func (h *Hasher) Digest(d Digest) { h.a, h.b = pair(h.a, h.b, d.Hi, d.Lo) }

// Bytes absorbs the length and the content of p.
func (h *Hasher) Bytes(p []byte) {
	h.a, h.b = one(h.a, h.b, uint64(len(p)))
	h.raw(unsafe.Pointer(unsafe.SliceData(p)), uintptr(len(p)))
}

// String absorbs the length and the content of s, as Bytes does.
func (h *Hasher) String(s string) {
	h.a, h.b = one(h.a, h.b, uint64(len(s)))
	h.raw(unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)))
}

// raw absorbs the n bytes at p without their number.
func (h *Hasher) raw(p unsafe.Pointer, n uintptr) { h.a, h.b = raw(h.a, h.b, p, n) }

// raw never forms the address behind the last byte, which may be that of
// another object or of memory that the runtime knows to be free.
func raw(a, b uint64, p unsafe.Pointer, n uintptr) (uint64, uint64) {
	i := uintptr(0)
	for ; i+16 <= n; i += 16 {
		a, b = pair(a, b, *(*uint64)(unsafe.Add(p, i)), *(*uint64)(unsafe.Add(p, i+8)))
	}
	switch rest := n - i; {
	case rest > 8:
		a, b = pair(a, b, *(*uint64)(unsafe.Add(p, i)), load(unsafe.Add(p, i+8), rest-8))
	case rest > 0:
		a, b = one(a, b, load(unsafe.Add(p, i), rest))
	}
	return a, b
}

// load reads n bytes, 1 to 8, into one word and nothing beyond them. For one n
// different bytes give different words.
func load(p unsafe.Pointer, n uintptr) uint64 {
	switch {
	case n == 8:
		return *(*uint64)(p)
	case n >= 4:
		return uint64(*(*uint32)(p)) | uint64(*(*uint32)(unsafe.Add(p, n-4)))<<32
	case n == 1:
		return uint64(*(*uint8)(p))
	}
	return uint64(*(*uint16)(p)) | uint64(*(*uint8)(unsafe.Add(p, n-1)))<<16
}

// Sum returns the digest of what was absorbed so far and leaves h as it is.
func (h *Hasher) Sum() Digest { return finish(h.a, h.b) }

// finish is MurmurHash3's finalisation: a permutation under which every bit
// of the state reaches every bit of the digest.
func finish(a, b uint64) Digest {
	a += b
	b += a
	a, b = avalanche(a), avalanche(b)
	a += b
	b += a
	return Digest{a, b}
}

func avalanche(w uint64) uint64 {
	w ^= w >> 33
	w *= mul3
	w ^= w >> 33
	w *= mul4
	return w ^ w>>33
}
