package sct_test

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/internal/traces"
	"github.com/ravelgo/ravel/systems/sct"
)

// TestTraces shows what a developer is handed: an update that is lost. The trace is made anew by
//
//	ravel test ./sct --run TestTraces -- -update
func TestTraces(t *testing.T) {
	control(t)
	p, err := sct.Find("account")
	if err != nil {
		t.Fatal(err)
	}
	traces.Case{
		Name: p.Name, Test: "sct/" + p.Name,
		Config: check.Config{Goroutines: true, Workers: 1},
		Body:   func(t *check.T) { p.Run(t) },
	}.Check(t, *update)
}
