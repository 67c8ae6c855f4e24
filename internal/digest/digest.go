package digest

import (
	"cmp"
	"fmt"
	"math/bits"
)

// Digest is a 128-bit fingerprint. Digests of independent components combine
// by Add, which forgets their order; a component that has to keep its place
// absorbs its place into its own digest first.
type Digest struct{ Hi, Lo uint64 }

// Add returns d + e mod 2^128.
func (d Digest) Add(e Digest) Digest {
	lo, carry := bits.Add64(d.Lo, e.Lo, 0)
	hi, _ := bits.Add64(d.Hi, e.Hi, carry)
	return Digest{hi, lo}
}

// Sub returns d - e mod 2^128, so that d.Add(e).Sub(e) == d.
func (d Digest) Sub(e Digest) Digest {
	lo, borrow := bits.Sub64(d.Lo, e.Lo, 0)
	hi, _ := bits.Sub64(d.Hi, e.Hi, borrow)
	return Digest{hi, lo}
}

// IsZero reports whether d is the neutral element of Add.
func (d Digest) IsZero() bool { return d.Hi|d.Lo == 0 }

// String returns d as 32 hexadecimal digits.
func (d Digest) String() string { return fmt.Sprintf("%016x%016x", d.Hi, d.Lo) }

// compare orders digests as unsigned 128-bit numbers.
func (d Digest) compare(e Digest) int {
	return cmp.Or(cmp.Compare(d.Hi, e.Hi), cmp.Compare(d.Lo, e.Lo))
}
