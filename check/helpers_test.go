package check_test

import (
	"reflect"
	"runtime"
)

// runtimeFile says where a function is declared.
func runtimeFile(f reflect.Value) (string, int) {
	return runtime.FuncForPC(f.Pointer()).FileLine(f.Pointer())
}
