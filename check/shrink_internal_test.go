package check

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/strategy"
)

// What the strategies of the search note is what the engine records.
func TestNaming(t *testing.T) {
	type poke struct{}
	cfg := Config{Strategy: "random", Seed: 1, Seeded: true}
	if err := cfg.normalize(false); err != nil {
		t.Fatal(err)
	}
	x := newExplorer(&cfg, func(t *T) {
		for range 3 {
			t.Go("chooser", func(c *ravel.Context) {
				for range 2 + c.Int(3) {
					if c.Bool() {
						c.Send(t.Self(), poke{})
					}
					c.Yield()
				}
				c.After(1, poke{})
				c.OfferFault(c.Budget("fault", 1), poke{})
				ravel.Receive[poke](c)
			})
		}
		Expect[poke](t)
	}, nil)
	defer x.close()
	w := x.workers[0]
	for k := range uint64(60) {
		w.use(cfg.Custom())
		o, _ := w.run(x.execution(k, strategy.Execution{}), mode{record: true})
		want := slices.Clone(o.Named)
		values := make([]int, len(want))
		for i, n := range want {
			values[i] = n.Value
		}
		l, d := newLoose(want), &deviating{values: values}
		for name, s := range map[string]struct {
			strategy.Strategy
			*naming
		}{"by name": {l, &l.naming}, "by position": {d, &d.naming}} {
			w.use(s.Strategy)
			if o, _ := w.run(strategy.Execution{MaxSteps: cfg.Steps}, mode{record: true}); !slices.Equal(o.Named, want) {
				t.Fatalf("execution %d, %s: recorded\n%v, want\n%v", k, name, o.Named, want)
			}
			if !slices.Equal(s.list, want) {
				t.Fatalf("execution %d, %s: noted\n%v, want\n%v", k, name, s.list, want)
			}
		}
	}
}
