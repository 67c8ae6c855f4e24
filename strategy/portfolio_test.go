package strategy_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

func TestPortfolioRound(t *testing.T) {
	want := []string{"nonpreemptive 0", "random 0", "pos 0", "surw 0", "pct:3 0", "ss:rtc 0", "random 0", "pos 1", "surw 1", "pct:3 1"}
	p := strategy.NewPortfolio()
	for k, expected := range want {
		if got := fmt.Sprint(p.Name(uint64(k)), " ", p.Number(uint64(k))); got != expected {
			t.Errorf("execution %d is %s, expected %s", k, got, expected)
		}
	}
}

// alone runs the members of a portfolio, each of them as if it ran alone: with its own executions and lessons.
type alone struct {
	t        *testing.T
	members  map[string]strategy.Strategy
	profiler *strategy.SURW // it is never taught, so all its executions make profiles
	profiles int
	lessons  map[string][]any
}

func (a *alone) member(name string) strategy.Strategy {
	if a.members[name] == nil {
		factory, err := strategy.Parse(name)
		if err != nil {
			a.t.Fatal(err)
		}
		a.members[name] = factory()
	}
	return a.members[name]
}

// run runs an execution and keeps what it teaches.
func (a *alone) run(sim *Simulator, name string, e strategy.Execution) (tr *Trace, watches bool) {
	s := a.member(name)
	tr = sim.Run(s, e).Clone()
	if l, ok := s.(strategy.Learner); ok {
		if lesson := l.Lesson(); lesson != nil && !needsProfiles(name) {
			a.lessons[name] = append(a.lessons[name], lesson)
		}
	}
	_, watches = strategy.Unwrapped(s).(strategy.Observer)
	if name == "random" && a.profiles < 16 {
		a.profiles++
		watches = true
		sim.Run(a.profiler, e)
		for other := range a.members {
			if needsProfiles(other) {
				a.lessons[other] = append(a.lessons[other], a.profiler.Lesson())
			}
		}
	}
	return tr, watches
}

func needsProfiles(name string) bool { return name == "urw" || name == "surw" }

func (a *alone) teach() {
	for name, lessons := range a.lessons {
		a.members[name].(strategy.Learner).Learn(lessons)
	}
	clear(a.lessons)
}

// Execution K is the one that the named strategy makes with the same seed, had it had the others of that strategy alone,
// and their lessons, and for those that need profiles the ones of the first random walks.
func TestPortfolioDelegates(t *testing.T) {
	for _, spec := range []string{"portfolio", "portfolio:ss:rr,ql,feedback:pos", "portfolio:surw,urw,random,irs:5", "portfolio:pos"} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range Programs() {
			s := factory().(*strategy.Portfolio)
			a := &alone{t: t, members: map[string]strategy.Strategy{}, profiler: strategy.NewSURW(), lessons: map[string][]any{}}
			for _, name := range []string{"surw", "urw"} {
				a.member(name)
			}
			sim := NewSimulator(t, p)
			var lessons []any
			left := s.Round()
			for k := range uint64(700) {
				name, number := s.Name(k), s.Number(k)
				e := strategy.Execution{K: k, Run: 1, Seed: SeedOf(1, k), Length: 10, MaxSteps: 60}
				got := sim.Run(s, e).Clone()
				props, observer := strategy.PropertiesOf(s), strategy.ObserverOf(s)
				if l := s.Lesson(); l != nil {
					lessons = append(lessons, l)
				}
				if e.K = number; needsProfiles(name) {
					e.K = 2 // makes no profile: in a portfolio that is the business of the random walks
				}
				want, watches := a.run(sim, name, e)
				if got.Key() != want.Key() {
					t.Fatalf("%s, %s: execution %d: %s, %s alone %s", spec, p.Name, k, got.Key(), name, want.Key())
				}
				if spec == "portfolio" && (observer != nil) != watches {
					t.Fatalf("execution %d: observer %T, %s alone has %v", k, observer, name, watches)
				}
				if props != strategy.PropertiesOf(a.member(name)) {
					t.Fatalf("execution %d: properties %v, expected those of %s", k, props, name)
				}
				if left--; left == 0 {
					if len(lessons) > 0 {
						s.Learn(lessons)
					}
					a.teach()
					lessons, left = nil, s.Round()
				}
			}
		}
	}
}

// Stages of stratified sampling have rounds of their own length inside a portfolio too: no member has more executions in a
// round than it asked for.
func TestPortfolioRounds(t *testing.T) {
	s := strategy.NewPortfolio()
	if s.Round() != 2 {
		t.Errorf("the first round has %d executions, expected 2: nothing is known before the profile", s.Round())
	}
	q, err := strategy.NewPortfolioOf("ql", "pos", "feedback")
	if err != nil {
		t.Fatal(err)
	}
	if want := 15*3 + 1; q.Round() != want { // QL asks for 16
		t.Errorf("a round of %d executions, expected %d", q.Round(), want)
	}
	if p, err := strategy.NewPortfolioOf("pos", "pct"); err != nil || p.Round() != 0 {
		t.Errorf("a round of %d executions for members that do not learn; %v", p.Round(), err)
	}
	if _, err := strategy.NewPortfolioOf(); err == nil {
		t.Error("a portfolio without members")
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
