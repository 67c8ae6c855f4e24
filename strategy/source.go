package strategy

import (
	"math/bits"
	"math/rand/v2"
)

// source is the random generator of the strategies: PCG-DXSM, 128 bits of state.
//
// Neighbouring seeds give unrelated sequences, because both halves of the state come from a bijective mixer.
type source struct {
	pcg  rand.PCG
	from uint64 // the seed
}

// seed restarts the sequence. Different streams of one seed are independent: a strategy and the fault plan around it
// do not see each other's numbers.
func (s *source) seed(seed, stream uint64) {
	s.from = seed
	h := mix(seed + stream*0x9e3779b97f4a7c15)
	s.pcg.Seed(h, mix(h+0x9e3779b97f4a7c15))
}

// mix is the finalizer of SplitMix64, a bijection of the 64-bit words.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// intn returns a number in [0, n) by one multiplication and no rejection. No value's probability is off by more than
// 2^-64: no run that ends could show the bias.
func (s *source) intn(n int) int {
	hi, _ := bits.Mul64(s.pcg.Uint64(), uint64(n))
	return int(hi)
}

func (s *source) uint64() uint64 { return s.pcg.Uint64() }

// float64 returns a number in [0, 1).
func (s *source) float64() float64 { return float64(s.pcg.Uint64()>>11) / (1 << 53) }

// The streams of a seed.
const (
	streamPicks  = iota // what a strategy itself draws
	streamFaults        // the plans of budget 0, 1, ... follow from here on

	streamFeedback = 1 << 32 // what Feedback follows and changes
)
