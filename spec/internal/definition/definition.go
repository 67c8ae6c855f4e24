// Package definition keeps the definitions of generic monitors, one for each set of type arguments and name.
package definition

import (
	"cmp"
	"reflect"
	"sync"

	"github.com/ravelgo/ravel"
)

// key is what a definition is kept under: the type of the monitor's state and its name in reports.
type key struct {
	state reflect.Type
	name  string
}

// definitions grows with the specifications that a program declares, not with the executions that use them.
var definitions sync.Map // of key to *ravel.MonitorDefinition[M]

// Of returns the definition of the monitors whose state is an M, and makes it when it is asked for first: compiling one
// for each execution would take longer than many an execution. An empty name stands for the fallback.
func Of[M any](name, fallback string, states func() []ravel.StateClause) *ravel.MonitorDefinition[M] {
	k := key{reflect.TypeFor[M](), cmp.Or(name, fallback)}
	if d, ok := definitions.Load(k); ok {
		return d.(*ravel.MonitorDefinition[M])
	}
	d, _ := definitions.LoadOrStore(k, ravel.DefineMonitor[M](k.name, states()...))
	return d.(*ravel.MonitorDefinition[M])
}
