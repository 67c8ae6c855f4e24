package check_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// walker is a machine of a random program: what it does with a signal depends on its place alone, and it moves a few times.
type walker struct {
	rules *[3][3]rule `ravel:"-"` // never changes
	place int
	moves int
}

type rule struct {
	to, place, signal int
	toss              bool // whether to send is a choice
	twice             bool
	tell              bool
}

type (
	signal struct {
		n     int
		peers [2]ravel.ID // the walkers, who know each other from signals only
	}
	place struct{ n int }
)

func (w *walker) signal(c *ravel.Context, s signal) {
	if w.moves == 0 {
		return
	}
	w.moves--
	r := w.rules[w.place][s.n]
	w.place = r.place
	if r.tell {
		c.Notify(place{w.place})
	}
	if r.toss && c.Bool() {
		return
	}
	c.Send(s.peers[r.to], signal{r.signal, s.peers})
	if r.twice {
		c.Send(s.peers[1-r.to], signal{r.signal, s.peers})
	}
}

var walkerMachine = ravel.Define[walker]("Walker", ravel.Start("Walking", ravel.On((*walker).signal)))

// tellers is a monitor with a state of its own.
type tellers struct{ last, heard int }

var tellersMonitor = ravel.DefineMonitor[tellers]("Tellers",
	ravel.Warm("Listening", ravel.On(func(t *tellers, c *ravel.MonitorContext, p place) {
		t.last, t.heard = p.n, min(t.heard+1, 2)
	})))

// randomProgram returns a small program, which ends.
func randomProgram(seed uint64) func(*check.T) {
	rng := rand.New(rand.NewPCG(seed, 7))
	var rules [2][3][3]rule
	for i := range rules {
		for at := range 3 {
			for s := range 3 {
				rules[i][at][s] = rule{
					to: rng.IntN(2), place: rng.IntN(3), signal: rng.IntN(3),
					toss: rng.IntN(5) == 0, twice: rng.IntN(6) == 0, tell: rng.IntN(4) == 0,
				}
			}
		}
	}
	return func(t *check.T) {
		t.Monitor(tellersMonitor.New(&tellers{}))
		var peers [2]ravel.ID
		for i := range peers {
			peers[i] = t.Create(walkerMachine.New(&walker{rules: &rules[i], moves: 1 + i}))
		}
		for i, id := range peers {
			t.Send(id, signal{i, peers})
		}
	}
}

// allStates is a depth-first search that notes every state.
type allStates struct {
	*strategy.DFS
	states map[strategy.State]bool
}

func (a *allStates) Visit(s strategy.State) bool {
	a.states[s] = true
	return true
}

// search is a search with a cache of states.
type search interface {
	strategy.Strategy
	strategy.Observer
	strategy.FaultPicker
	strategy.Finisher
	strategy.Described
	strategy.Visitor
	Exhausted() bool
	States() uint64
	Err() error
}

// noted is a search whose states are noted.
type noted struct {
	search
	states map[strategy.State]bool
}

func note(s search) *noted { return &noted{s, map[strategy.State]bool{}} }

func (n *noted) Visit(s strategy.State) bool {
	n.states[s] = true
	return n.search.Visit(s)
}

func exhaust(t *testing.T, s strategy.Strategy, most uint64, body func(*check.T)) *check.Report {
	t.Helper()
	r, err := check.Explore("states", check.Config{
		Schedules: most, Custom: func() strategy.Strategy { return s }, Strategy: "custom", NoShrink: true,
	}, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// searches are the searches for every state.
var searches = []struct {
	name     string
	remember int // states; 0 is all
	make     func(remember int) search
}{
	{"states", 0, func(n int) search { return strategy.NewStates(n) }},
	{"states", 10, func(n int) search { return strategy.NewStates(n) }},
	{"states", 1, func(n int) search { return strategy.NewStates(n) }},
	{"ses:rtc", 0, ses("rtc")},
	{"ses:rtc", 1, ses("rtc")},
	{"ses:rr", 0, ses("rr")},
	{"ses:rr", 10, ses("rr")},
	{"ses:prr", 0, ses("prr")},
	{"ses:rand", 0, ses("rand")},
	{"ses:custom", 0, ses("custom")},
}

func ses(explorer string) func(int) search {
	return func(n int) search { return strategy.NewSES(delaying.Named(explorer), n) }
}

// Each search reaches exactly the states that enumerating all schedules reaches, with far fewer executions, also when it
// remembers next to none of them.
func TestStatesReachesAll(t *testing.T) {
	compared, most, all := 0, 25, uint64(0)
	if testing.Short() {
		most = 5
	}
	needed := map[string]uint64{}
	for seed := uint64(0); compared < most; seed++ {
		if seed == 400 {
			t.Fatalf("only %d programs were small enough", compared)
		}
		body := randomProgram(seed)
		d := &allStates{strategy.NewDFS(0), map[strategy.State]bool{}}
		rd := exhaust(t, d, 10_000, body)
		if !rd.Exhausted {
			continue // too large
		}
		for _, c := range searches {
			s := note(c.make(c.remember))
			rs := exhaust(t, s, 100_000, body)
			if !rs.Exhausted || !maps.Equal(d.states, s.states) {
				t.Fatalf("program %d, %s remembering %d: %d states in %d executions, exhausted %v; DFS %d in %d",
					seed, c.name, c.remember, len(s.states), rs.Executions, rs.Exhausted, len(d.states), rd.Executions)
			}
			if c.remember == 0 {
				needed[c.name] += rs.Executions
				if rs.States != uint64(len(s.states)) {
					t.Errorf("program %d: %s counts %d states, there are %d", seed, c.name, rs.States, len(s.states))
				}
			}
		}
		all += rd.Executions
		compared++
	}
	t.Logf("%d programs: %d executions by DFS, %v", compared, all, needed)
	for name, n := range needed {
		if n*5 > all {
			t.Errorf("%s needed %d executions of %d: the states are not recognized", name, n, all)
		}
	}
}

// A search that forgets to explore is caught: one that prunes a state which nobody has seen before misses some.
func TestTooMuchPruningShows(t *testing.T) {
	for _, c := range searches {
		missed := 0
		for seed := range uint64(4) {
			body := randomProgram(seed)
			d := &allStates{strategy.NewDFS(0), map[strategy.State]bool{}}
			s := &hasty{note(c.make(c.remember))}
			if exhaust(t, d, 10_000, body).Exhausted && exhaust(t, s, 10_000, body).Exhausted && !maps.Equal(d.states, s.states) {
				missed++
			}
		}
		if missed == 0 && c.remember == 0 {
			t.Errorf("%s: nothing was missed", c.name)
		}
	}
}

// hasty takes states for equal that are alike.
type hasty struct{ *noted }

func (h *hasty) Visit(s strategy.State) bool {
	h.states[s] = true
	return h.search.Visit(strategy.State{s[0] % 16})
}

// modular counts what others machines tell it, in a lossy way.
type modular struct{ n int }

var modularMachine = ravel.Define[modular]("Modular",
	ravel.Start("Counting", ravel.On(func(k *modular, c *ravel.Context, s signal) {
		k.n = (2*k.n + s.n) % 7
		c.Assert(k.n != 5, "the count is 5")
	})))

// What shows in a state is found, replays, and is what DFS finds.
func TestStatesFindsFailures(t *testing.T) {
	body := func(t *check.T) {
		id := t.Create(modularMachine.New(&modular{}))
		for i := range 3 {
			t.Go(fmt.Sprint(i), func(c *ravel.Context) {
				c.Send(id, signal{n: i})
				c.Send(id, signal{n: 1})
			})
		}
	}
	for _, spec := range []string{"dfs", "states", "ses", "ses:rr"} {
		r, err := check.Explore("count", check.Config{Schedules: 100_000, Strategy: spec, NoShrink: true}, body)
		if err != nil {
			t.Fatal(err)
		}
		if r.Failure == nil || !r.Failure.Reproduced || failure.Of(r.Failure.Err).Kind() != failure.KindAssertion {
			t.Errorf("%s: %v %s", spec, r.Failure, r.Summary())
		}
		// The states are those ahead of the step that failed, whether the engine goes back to them or not.
		if fresh := map[string]func(int) search{"states": searches[0].make, "ses": ses("rtc"), "ses:rr": ses("rr")}[spec]; fresh != nil {
			seen := note(fresh(0))
			if again := exhaust(t, seen, 100_000, body); again.Failure == nil || r.States == 0 || r.States != uint64(len(seen.states)) || again.States != r.States {
				t.Errorf("%s: %d states until the failure, and %d when nothing is saved; %d were seen", spec, r.States, again.States, len(seen.states))
			}
		}
	}
}

// A program that goes on for ever has an end when it has finitely many states; one that does not is cut, and the report
// claims nothing.
func TestStatesWithoutEnd(t *testing.T) {
	forever := func(most int) func(*check.T) {
		return func(t *check.T) {
			id := t.Create(circleMachine.New(&circle{most: most}))
			t.Send(id, signal{})
		}
	}
	for _, test := range []struct {
		most int
		want string
	}{
		{3, "every state was explored: "},
		{1 << 40, "not every state was explored, but "},
	} {
		for _, spec := range []string{"states", "ses"} {
			r, err := check.Explore("circle", check.Config{Schedules: 1000, Steps: 500, Strategy: spec}, forever(test.most))
			if err != nil || r.Failure != nil {
				t.Fatal(err, r.Failure)
			}
			text := strings.Join(strings.Fields(r.Summary()), " ")
			if r.Exhausted != (test.most == 3) || !strings.Contains(text, test.want) {
				t.Errorf("%s, round of %d: %s", spec, test.most, text)
			}
		}
	}
}

// circle sends itself a signal for ever; sometimes it starts anew.
type circle struct{ n, most int }

var circleMachine = ravel.Define[circle]("Circle",
	ravel.Start("Going", ravel.On(func(k *circle, c *ravel.Context, s signal) {
		if k.n = (k.n + 1) % k.most; c.Bool() {
			k.n = 0
		}
		c.Send(c.Self(), s)
	})))

// opaque has something that has no fingerprint.
type opaque struct {
	n  int
	ch chan int
}

var opaqueMachine = ravel.Define[opaque]("Opaque",
	ravel.Start("Open", ravel.On(func(o *opaque, c *ravel.Context, s signal) { o.n += s.n })))

// Where states cannot be told apart none is skipped, and the report says why.
func TestStatesWithoutFingerprint(t *testing.T) {
	body := func(ch chan int) func(*check.T) {
		return func(t *check.T) {
			id := t.Create(opaqueMachine.New(&opaque{ch: ch}))
			for i := range 2 {
				t.Go(fmt.Sprint(i), func(c *ravel.Context) { c.Send(id, signal{n: 1}) })
			}
		}
	}
	with := exhaust(t, strategy.NewStates(0), 1000, body(nil))
	without := exhaust(t, strategy.NewStates(0), 1000, body(make(chan int)))
	all := exhaust(t, strategy.NewDFS(0), 1000, body(nil))
	if with.Pruned == 0 || without.Pruned > 0 || without.Executions != all.Executions {
		t.Errorf("%d executions and %d pruned with fingerprints, %d and %d without, %d in all",
			with.Executions, with.Pruned, without.Executions, without.Pruned, all.Executions)
	}
	if text := strings.Join(without.Notes, " "); !strings.Contains(text, "cannot be fingerprinted") || !strings.Contains(text, "ch") {
		t.Errorf("the report does not name what has no fingerprint: %q", text)
	}
}
