package definition_test

import (
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

type state[E any] struct{ last E }

func (s *state[E]) hear(_ *ravel.MonitorContext, e E) { s.last = e }

func of[E any](name string) *ravel.MonitorDefinition[state[E]] {
	return definition.Of[state[E]](name, "Fallback", func() []ravel.StateClause {
		return []ravel.StateClause{ravel.Warm("Watching", ravel.On((*state[E]).hear))}
	})
}

type (
	first  struct{}
	second struct{}
)

// A definition is known by its identity, so there must be one for each type and name, whoever asks first.
func TestOf(t *testing.T) {
	var wg sync.WaitGroup
	got := make([]*ravel.MonitorDefinition[state[first]], 8)
	for i := range got {
		wg.Go(func() { got[i] = of[first]("") })
	}
	wg.Wait()
	for _, d := range got {
		if d != got[0] {
			t.Fatal("two definitions of one type and name")
		}
	}
	if n := got[0].Name(); n != "Fallback" {
		t.Errorf("its name is %s", n)
	}
	if d := of[first]("Mine"); d == got[0] || d.Name() != "Mine" {
		t.Errorf("one definition for two names: %s", d.Name())
	}
	if d := of[second](""); any(d) == any(got[0]) {
		t.Error("one definition for two types")
	}
}
