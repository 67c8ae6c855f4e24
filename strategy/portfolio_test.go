package strategy_test

import (
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

func TestPortfolioRound(t *testing.T) {
	want := []string{"nonpreemptive", "random", "pos", "pct:3", "fairpct:3", "random", "pos", "pct:3"}
	p := strategy.NewPortfolio()
	for k, name := range want {
		if got := p.Name(uint64(k)); got != name {
			t.Errorf("execution %d runs %s, expected %s", k, got, name)
		}
	}
}

// Execution K is the one that the named strategy makes of the same Execution, in whatever order executions run.
func TestPortfolioDelegates(t *testing.T) {
	s := strategy.NewPortfolio()
	for _, p := range Programs() {
		for i := range uint64(200) {
			k := i * 7 % 200
			e := strategy.Execution{K: k, Seed: SeedOf(1, k), Length: 10, MaxSteps: 60}
			factory, err := strategy.Parse(s.Name(k))
			if err != nil {
				t.Fatal(err)
			}
			alone := factory()
			want := Run(t, alone, p, e).Key()
			if got := Run(t, s, p, e).Key(); got != want {
				t.Fatalf("%s: execution %d: %s, %s alone %s", p.Name, k, got, s.Name(k), want)
			}
			if (strategy.ObserverOf(s) == nil) != (strategy.ObserverOf(alone) == nil) {
				t.Fatalf("execution %d: observer %T, %s alone has %T", k, strategy.ObserverOf(s), s.Name(k), strategy.ObserverOf(alone))
			}
			if strategy.PropertiesOf(s) != strategy.PropertiesOf(alone) {
				t.Fatalf("execution %d: properties %v, expected those of %s", k, strategy.PropertiesOf(s), s.Name(k))
			}
		}
	}
}

// Execution 0 is the schedule of zeros, with faults on offer as well.
func TestPortfolioStartsWithZeros(t *testing.T) {
	for _, p := range Programs() {
		tr := Run(t, strategy.NewPortfolio(), p, strategy.Execution{Seed: 1, MaxSteps: 60})
		for _, c := range tr.Choices {
			if c.Value != 0 {
				t.Fatalf("%s: %v", p.Name, tr.Choices)
			}
		}
		if len(p.Budgets) > 0 && (tr.Faults(0) > 0 || tr.Faults(1) > 0) {
			t.Errorf("%s: a fault happened", p.Name)
		}
	}
}

// Who does not look through wrappers, and calls the callbacks of the portfolio itself, gets the same executions.
func TestWrappersForwardCallbacks(t *testing.T) {
	direct, forwarding := strategy.NewPortfolio(), opaque{strategy.NewPortfolio()}
	for _, p := range Programs() {
		for k := range uint64(60) {
			e := strategy.Execution{K: k, Seed: SeedOf(2, k), Length: 10, MaxSteps: 60}
			want := Run(t, direct, p, e).Key()
			if got := Run(t, forwarding, p, e).Key(); got != want {
				t.Fatalf("%s: execution %d: %s by forwarding, %s directly", p.Name, k, got, want)
			}
		}
	}
}

// opaque hides that a portfolio is a Wrapper.
type opaque struct{ p *strategy.Portfolio }

func (o opaque) Start(e strategy.Execution) bool                 { return o.p.Start(e) }
func (o opaque) Pick(ops []*strategy.Op) int                     { return o.p.Pick(ops) }
func (o opaque) Value(v strategy.Value) int                      { return o.p.Value(v) }
func (o opaque) Enabled(op *strategy.Op)                         { o.p.Enabled(op) }
func (o opaque) Disabled(op *strategy.Op)                        { o.p.Disabled(op) }
func (o opaque) Finish(r strategy.Result)                        { o.p.Finish(r) }
func (o opaque) Properties() strategy.Properties                 { return o.p.Properties() }
func (o opaque) Executed(op *strategy.Op, did []strategy.Action) { o.p.Executed(op, did) }
func (o opaque) PickFault(step int, ops, faults []*strategy.Op) int {
	return o.p.PickFault(step, ops, faults)
}
