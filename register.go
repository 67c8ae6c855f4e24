package ravel

import (
	"reflect"

	"github.com/ravelgo/ravel/internal/checkpoint"
	"github.com/ravelgo/ravel/internal/digest"
)

// Opaque excludes values of type T from fingerprints and from the look-out for shared memory: adapters, loggers, caches,
// whatever does not belong to the state of the program. T may be an interface type: then every field of that type is
// skipped. A search that goes back to earlier states leaves such values as they are. The alternative for a type of one's own is the struct tag `ravel:"-"` on the field. Call it from the harness,
// before the first execution.
func Opaque[T any]() {
	digest.Opaque(reflect.TypeFor[T]())
	checkpoint.Opaque(reflect.TypeFor[T]())
}

// Immutable declares that values of type T never change, so that machines may share them. For a function type it declares
// that the functions capture nothing that changes; they are told apart by name.
func Immutable[T any]() {
	digest.Immutable(reflect.TypeFor[T]())
	checkpoint.Immutable(reflect.TypeFor[T]())
}
