package engine

import (
	"reflect"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/checkpoint"
	"github.com/ravelgo/ravel/internal/machine"
)

// What states refer to and the engine looks after itself.
func init() {
	checkpoint.Opaque(reflect.TypeFor[*machine.Ref]())
	checkpoint.Opaque(reflect.TypeFor[*ravel.Context]())
	checkpoint.Opaque(reflect.TypeFor[*ravel.MonitorContext]())
}
