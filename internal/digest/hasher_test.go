package digest

import (
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

func TestDigestArithmetic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := func() Digest { return Digest{rng.Uint64(), rng.Uint64()} }
	for range 1000 {
		a, b, c := random(), random(), random()
		if a.Add(b) != b.Add(a) || a.Add(b).Add(c) != a.Add(b.Add(c)) || a.Add(b).Sub(b) != a || !a.Sub(a).IsZero() {
			t.Fatalf("Add and Sub are no group operations on %v, %v, %v", a, b, c)
		}
	}
	max := Digest{math.MaxUint64, math.MaxUint64}
	if !max.Add(Digest{0, 1}).IsZero() || (Digest{0, math.MaxUint64}).Add(Digest{0, 1}) != (Digest{1, 0}) {
		t.Error("carries")
	}
	if s := (Digest{1, 0xab}).String(); s != "000000000000000100000000000000ab" {
		t.Error(s)
	}
}

// inverse of an odd number mod 2^64, by Newton's iteration.
func inverse(m uint64) uint64 {
	x := m
	for range 6 {
		x *= 2 - m*x
	}
	return x
}

// TestStepIsPermutation runs the state transition backwards.
func TestStepIsPermutation(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	fifth := inverse(5)
	for range 10000 {
		a, b, k, l := rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()
		x, y := step(a, b, k, l)
		p := bits.RotateLeft64((y-0x38495ab5)*fifth-x, -31) ^ l
		q := bits.RotateLeft64((x-0x52dce729)*fifth-p, -27) ^ k
		if p != b || q != a {
			t.Fatal("step loses state")
		}
	}
	for range 10000 {
		w := rng.Uint64()
		x := scramble(w)
		x ^= x>>29 ^ x>>58
		x *= inverse(mul2)
		x ^= x >> 32
		if x*inverse(mul1) != w {
			t.Fatal("scramble is no permutation")
		}
	}
}

// TestAvalanche: every input bit flips every output bit with probability one
// half, wherever the word stands in the stream.
func TestAvalanche(t *testing.T) {
	const samples, words = 4000, 3
	rng := rand.New(rand.NewPCG(5, 6))
	var flips [words * 64][128]int
	for range samples {
		var in [words]uint64
		for i := range in {
			in[i] = rng.Uint64() >> rng.IntN(64)
		}
		base := sumOf(in[:])
		for bit := range words * 64 {
			in[bit/64] ^= 1 << (bit % 64)
			d := sumOf(in[:])
			in[bit/64] ^= 1 << (bit % 64)
			for lo, hi, j := d.Lo^base.Lo, d.Hi^base.Hi, 0; j < 64; j++ {
				flips[bit][j] += int(lo >> j & 1)
				flips[bit][64+j] += int(hi >> j & 1)
			}
		}
	}
	// 24,576 cells: a deviation of six standard deviations has probability 5e-5 in all.
	limit := 6 * math.Sqrt(samples) / 2
	for in := range flips {
		for out, n := range flips[in] {
			if dev := math.Abs(float64(n) - samples/2); dev > limit {
				t.Errorf("input bit %d flips output bit %d in %d of %d", in, out, n, samples)
			}
		}
	}
}

func sumOf(words []uint64) Digest {
	h := NewHasher(42)
	for _, w := range words {
		h.Word(w)
	}
	return h.Sum()
}

func TestHasherTellsApart(t *testing.T) {
	seen := map[Digest]string{}
	add := func(name string, f func(*Hasher)) {
		t.Helper()
		h := NewHasher(7)
		f(&h)
		if other, ok := seen[h.Sum()]; ok {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[h.Sum()] = name
	}
	add("nothing", func(h *Hasher) {})
	add("0", func(h *Hasher) { h.Word(0) })
	add("0 0", func(h *Hasher) { h.Word(0); h.Word(0) })
	add("1 2", func(h *Hasher) { h.Word(1); h.Word(2) })
	add("2 1", func(h *Hasher) { h.Word(2); h.Word(1) })
	add("empty string", func(h *Hasher) { h.String(""); h.Word(5) })
	add("ab c", func(h *Hasher) { h.String("ab"); h.String("c") })
	add("a bc", func(h *Hasher) { h.String("a"); h.String("bc") })
	add("digest", func(h *Hasher) { h.Digest(Digest{1, 2}) })
	add("digest 2", func(h *Hasher) { h.Digest(Digest{2, 1}) })
	buf := make([]byte, 64)
	for n := range buf {
		add("zeros", func(h *Hasher) { h.Bytes(buf[:n+1]) })
		buf[n] = 1
		add("zeros and 1", func(h *Hasher) { h.Bytes(buf[:n+1]) })
		buf[n] = 0
	}
	if a, b := NewHasher(1), NewHasher(2); a.Sum() == b.Sum() {
		t.Error("the key does not count")
	}
	a, b := NewHasher(1), NewHasher(1)
	a.String("spam")
	b.Bytes([]byte("spam"))
	if a.Sum() != b.Sum() || a.Sum() != a.Sum() {
		t.Error("String and Bytes differ, or Sum changes the hasher")
	}
}

// TestCollisions digests structured inputs, in which few bits vary in regular
// ways, and compares the number of collisions of 40-bit pieces of the digests
// with that of random numbers.
func TestCollisions(t *testing.T) {
	const n = 1 << 19
	inputs := map[string]func(i uint64) Digest{
		"counters":       func(i uint64) Digest { return sumOf([]uint64{i}) },
		"shifted":        func(i uint64) Digest { return sumOf([]uint64{i << 44}) },
		"small pairs":    func(i uint64) Digest { return sumOf([]uint64{i & 1023, i >> 10}) },
		"small quads":    func(i uint64) Digest { return sumOf([]uint64{i & 31, i >> 5 & 31, i >> 10 & 31, i >> 15}) },
		"same but order": func(i uint64) Digest { return sumOf([]uint64{0, i & 1023, 0, 0, i >> 10, 0}) },
		"floats":         func(i uint64) Digest { return sumOf([]uint64{math.Float64bits(float64(i)), 1}) },
		"bytes": func(i uint64) Digest {
			var b [20]byte
			binary.BigEndian.PutUint64(b[7:], i)
			h := NewHasher(0)
			h.Bytes(b[:])
			return h.Sum()
		},
		"sums": func(i uint64) Digest {
			return sumOf([]uint64{1, i & 1023}).Add(sumOf([]uint64{2, i >> 10}))
		},
	}
	pieces := map[string]func(Digest) uint64{
		"low":  func(d Digest) uint64 { return d.Lo & (1<<40 - 1) },
		"high": func(d Digest) uint64 { return d.Hi >> 24 },
		"mid":  func(d Digest) uint64 { return (d.Hi<<20 | d.Lo>>44) & (1<<40 - 1) },
	}
	expected := float64(n) * float64(n-1) / 2 / (1 << 40) // 0.125
	for name, input := range inputs {
		for piece, cut := range pieces {
			if got := collisions(n, func(i uint64) uint64 { return cut(input(i)) }); float64(got) > expected+6 {
				t.Errorf("%s, %s bits: %d collisions, expected %.1f", name, piece, got, expected)
			}
		}
		// 24 bits have 8,000 or so: too few are as suspicious as too many.
		got := float64(collisions(n, func(i uint64) uint64 { return input(i).Lo >> 40 }))
		want := n - (1<<24)*(1-math.Exp(-float64(n)/(1<<24)))
		if math.Abs(got-want) > 6*math.Sqrt(want) {
			t.Errorf("%s: %.0f collisions in 24 bits, expected %.0f", name, got, want)
		}
	}
}

// collisions counts the i below n whose f(i) an earlier one had.
func collisions(n uint64, f func(uint64) uint64) int {
	const size = 1 << 21
	table := make([]uint64, size)
	count := 0
	for i := range n {
		x := f(i) + 1
		at := x * mul4 >> 43
		for table[at] != 0 && table[at] != x {
			at = (at + 1) % size
		}
		if table[at] == x {
			count++
		}
		table[at] = x
	}
	return count
}
