package ravel_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

type (
	plainLogger  struct{ print func(string) }
	opaqueLogger struct{ print func(string) }
	plainTable   struct{ rows map[string]int }
	fixedTable   struct{ rows map[string]int }

	holder[T any] struct{ held T }
	nudge         struct{}
)

func init() {
	ravel.Opaque[opaqueLogger]()
	ravel.Immutable[fixedTable]()
}

func (h *holder[T]) nudge(*ravel.Context, nudge) {}

// notes explores two machines that hold the same value, and returns what the report says about it.
func notes[T any](t *testing.T, held T) string {
	t.Helper()
	def := ravel.Define[holder[T]]("Holder", ravel.Start("S", ravel.On((*holder[T]).nudge)))
	r, err := check.Explore("held", check.Config{Schedules: 20, Lasso: true}, func(t *check.T) {
		for range 2 {
			t.Send(t.Create(def.New(&holder[T]{held})), nudge{})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil {
		t.Fatal(r.Failure.Err)
	}
	return strings.Join(r.Notes, "\n")
}

// What is registered is left out of fingerprints and of the look-out for shared memory; its unregistered twin is not.
func TestRegistration(t *testing.T) {
	print := func(string) {}
	if n := notes(t, plainLogger{print}); !strings.Contains(n, "held.print") {
		t.Errorf("a function in a machine is not reported: %q", n)
	}
	if n := notes(t, opaqueLogger{print}); n != "" {
		t.Errorf("an opaque value is reported: %q", n)
	}
	rows := map[string]int{"a": 1}
	if n := notes(t, &plainTable{rows}); !strings.Contains(n, "shared memory") {
		t.Errorf("a shared table is not reported: %q", n)
	}
	if n := notes(t, &fixedTable{rows}); n != "" {
		t.Errorf("an immutable table is reported: %q", n)
	}
}
