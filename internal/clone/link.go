//go:build gc && go1.25 && !go1.27 && !ravel_reflect

package clone

import "unsafe"

// The runtime's own allocation and map copying, without the look-ups that package reflect does on the way. Each of them
// is a push linkname in the Go versions of the build constraint; link_reflect.go does without.

//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(typ unsafe.Pointer) unsafe.Pointer

//go:linkname unsafeNewArray reflect.unsafe_NewArray
func unsafeNewArray(typ unsafe.Pointer, n int) unsafe.Pointer

//go:linkname cloneMap maps.clone
func cloneMap(m any) any

const canCloneMaps = true

// newElems returns zeroed memory for n values of a plan.
func newElems(p *plan, n int) unsafe.Pointer {
	if n == 1 {
		return unsafeNew(p.word)
	}
	return unsafeNewArray(p.word, n)
}
