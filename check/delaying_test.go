package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// logs explores a body that logs words, and returns what each execution logged.
func logs(t *testing.T, spec string, schedules uint64, body func(t *check.T, log func(string))) (all []string, r *check.Report) {
	t.Helper()
	var words []string
	cfg := check.Config{Schedules: schedules, Strategy: spec, Seed: 1, Seeded: true, Workers: 1}
	r, err := check.Explore(t.Name(), cfg, func(t *check.T) {
		words = nil
		t.AtEnd(func() { all = append(all, strings.Join(words, " ")) })
		body(t, func(w string) { words = append(words, w) })
	})
	if err != nil || r.Failure != nil {
		t.Fatal(err, r.Failure)
	}
	return all[uint64(len(all))-r.Executions:], r // without the trial executions
}

// worker is a machine that logs its name, whenever it moves.
func worker(t *check.T, name string, log func(string)) ravel.ID {
	return t.Go(name, func(c *ravel.Context) { log(name) })
}

// An armed timer comes behind all machines, and passing over it costs one delay more than passing over them.
func TestTimersUnderAnExplorer(t *testing.T) {
	all, r := logs(t, "delay:9,rr", 10_000, func(t *check.T, log func(string)) {
		t.Go("sleeper", func(c *ravel.Context) {
			c.After(time.Second, 1)
			ravel.Receive[int](c)
			log("woken")
		})
		t.Wait()
	})
	if !r.Exhausted || len(all) != 1 || all[0] != "woken" {
		t.Fatalf("a single timer: %q", all)
	}
	all, r = logs(t, "delay:9,rr", 100_000, func(t *check.T, log func(string)) {
		t.Go("sleeper", func(c *ravel.Context) {
			c.After(time.Second, 1)
			c.Send(t.Self(), "armed")
			ravel.Receive[int](c)
			log("woken")
		})
		check.Expect[string](t)
		worker(t, "a", log)
		worker(t, "b", log)
	})
	strata := func(order string) int {
		at := uint64(slices.Index(all, order))
		for s, n := range r.Strata {
			if at < n {
				return s
			}
			at -= n
		}
		return -1
	}
	if !r.Exhausted || all[0] != "a b woken" {
		t.Fatalf("%v %q", r.Exhausted, all)
	}
	// The timer instead of the test takes one delay; the sleeper then waits for its turn in the queue, before a. Where
	// b and the timer are left, it is too late for that: the sleeper comes behind b, unless b is delayed as well.
	for order, want := range map[string]int{"a b woken": 0, "woken a b": 1, "a woken b": 2} {
		if got := strata(order); got != want {
			t.Errorf("%q takes %d delays, expected %d", order, got, want)
		}
	}
}

// ChangeOrder and SetPriority reach the explorer, with the machines that are meant.
func TestOrderOfTheProgram(t *testing.T) {
	for name, c := range map[string]struct {
		order func(t *check.T, ids []ravel.ID)
		want  string
	}{
		"none":        {func(*check.T, []ravel.ID) {}, "a b c"},
		"changed":     {func(t *check.T, ids []ravel.ID) { t.Root().ChangeOrder(ids[2], ids[0]) }, "c a b"},
		"all changed": {func(t *check.T, ids []ravel.ID) { t.Root().ChangeOrder(ids[2], ids[1], ids[0]) }, "c b a"},
	} {
		all, _ := logs(t, "ss:custom", 1, func(t *check.T, log func(string)) {
			var ids []ravel.ID
			for _, n := range []string{"a", "b", "c"} {
				ids = append(ids, worker(t, n, log))
			}
			c.order(t, ids)
		})
		if all[0] != c.want {
			t.Errorf("%s: %s, expected %s", name, all[0], c.want)
		}
	}
	all, _ := logs(t, "ss:custom", 1, func(t *check.T, log func(string)) {
		for p, n := range []string{"a", "b", "c"} {
			t.Go(n, func(c *ravel.Context) {
				c.SetPriority(-p)
				c.Send(c.Self(), 1)
				log(n)
				ravel.Receive[int](c)
				log(n)
			})
		}
	})
	if want := "a a b c b c"; all[0] != want {
		t.Errorf("by priority: %s, expected %s", all[0], want)
	}
}

// victim is a machine with a timer and a fault on offer.
type victim struct{ log func() }

var victimMachine = ravel.Define[victim]("Victim", ravel.Start("Up", ravel.Entry((*victim).begin), ravel.On((*victim).hurt)))

func (v *victim) begin(c *ravel.Context) {
	c.After(time.Second, "timer")
	c.OfferFault(c.Budget("fault", 1), "fault")
}

func (v *victim) hurt(*ravel.Context, string) { v.log() }

// A sealed region has one schedule, faults and timers or not.
func TestSealedRegion(t *testing.T) {
	body := func(seal bool) func(t *check.T, log func(string)) {
		return func(t *check.T, log func(string)) {
			if seal {
				t.Root().Explorer(delaying.SealRR)
			}
			t.Create(victimMachine.New(&victim{func() { log("hurt") }}))
			worker(t, "a", log)
			worker(t, "b", log)
		}
	}
	free, _ := logs(t, "delay:2,sealing", 100_000, body(false))
	sealed, r := logs(t, "delay:2,sealing", 100_000, body(true))
	if len(free) < 20 || !r.Exhausted {
		t.Errorf("%d executions of a program that is not sealed", len(free))
	}
	// When all machines are blocked there is nothing to seal: the fault comes before the timer, behind it, or never.
	slices.Sort(sealed)
	if want := []string{"a b hurt", "a b hurt hurt", "a b hurt hurt"}; !slices.Equal(sealed, want) {
		t.Errorf("sealed executions %q, expected %q", sealed, want)
	}
}

// strict is RTC that tests what an explorer may rely on, and keeps what it is told.
type strict struct {
	delaying.RTC
	enabled, born, over map[delaying.ID]bool
	delays              int
	log                 []string
	mistakes            *[]string
}

func (s *strict) Clone() delaying.Explorer { panic("nobody asked for a clone") }

func (s *strict) tell(ok bool, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.log = append(s.log, text)
	if !ok {
		*s.mistakes = append(*s.mistakes, strings.Join(s.log, " "))
	}
}

func (s *strict) Start(id, creator delaying.ID) {
	s.tell(!s.born[id] && (s.born[creator] || creator == delaying.None && len(s.born) == 0), "start %d by %d", id, creator)
	s.born[id], s.enabled[id] = true, true
	s.RTC.Start(id, creator)
}

func (s *strict) Enabled(id delaying.ID) {
	s.tell(s.born[id] && !s.enabled[id] && !s.over[id], "enabled %d", id)
	s.enabled[id] = true
	s.RTC.Enabled(id)
}

func (s *strict) Blocked(id delaying.ID) {
	s.tell(s.enabled[id], "blocked %d", id)
	delete(s.enabled, id)
	s.RTC.Blocked(id)
}

func (s *strict) Finish(id delaying.ID) {
	s.tell(s.born[id] && !s.enabled[id] && !s.over[id], "finish %d", id)
	s.over[id] = true
}

func (s *strict) Step(id delaying.ID) {
	s.tell(s.born[id], "step %d", id)
	s.delays = 0
}

func (s *strict) Sent(source, target delaying.ID) {
	s.tell((s.born[source] || source == delaying.None) && s.born[target], "sent %d to %d", source, target)
}

func (s *strict) Told(id delaying.ID, call string, args []any) {
	s.tell(s.born[id], "told by %d %s %v", id, call, args)
}

func (s *strict) Next() delaying.ID {
	if len(s.enabled) == 0 {
		s.tell(false, "next of nobody")
	}
	return s.RTC.Next()
}

func (s *strict) Delay() {
	if s.delays++; s.delays >= len(s.enabled) {
		s.tell(false, "delay %d of %d", s.delays, len(s.enabled))
	}
	s.RTC.Delay()
}

// What an explorer is told is what happens, and never out of order.
func TestExplorerIsTold(t *testing.T) {
	var mistakes []string
	var made []*strict
	factory := func(uint64) delaying.Explorer {
		s := &strict{
			enabled: map[delaying.ID]bool{}, born: map[delaying.ID]bool{}, over: map[delaying.ID]bool{}, mistakes: &mistakes,
		}
		made = append(made, s)
		return s
	}
	r, err := check.Explore(t.Name(), check.Config{
		Schedules: 3000, Workers: 1, Custom: func() strategy.Strategy { return strategy.NewDelayBounded(3, factory) },
	}, func(t *check.T) {
		a := t.Go("a", func(c *ravel.Context) {
			c.After(time.Second, 2)
			ravel.Receive[string](c)
			ravel.Receive[int](c)
		})
		t.Create(victimMachine.New(&victim{func() {}}))
		t.Send(a, "x")
		t.Root().Explorer("call", a, []ravel.ID{a, t.Self(), {}}, ravel.ID{}, 5)
		t.Wait()
		worker(t, "late", func(string) {})
	})
	if err != nil || r.Failure != nil {
		t.Fatal(err, r)
	}
	if len(mistakes) > 0 {
		t.Errorf("%d of %d executions break a promise, such as\n%s", len(mistakes), r.Executions, mistakes[0])
	}
	const want = "start 0 by -1 start 1 by 0 step 0 blocked 1 step 1 start 3 by 0 step 0 step 3 blocked 3 step 3 " +
		"enabled 1 told by 0 call [1 [1 0] -1 5] blocked 0 step 0 sent 0 to 1 blocked 1 step 1 enabled 1 sent -1 to 1 " +
		"blocked 1 step 1 finish 1"
	if got := strings.Join(made[0].log, " "); !strings.HasPrefix(got, want) {
		t.Errorf("%s\nexpected it to begin with\n%s", got, want)
	}
	for _, s := range made {
		if all := strings.Join(s.log, " "); len(s.over) != 2 || !strings.Contains(all, "sent -1 to 1") {
			t.Fatalf("%d machines have halted, not a and late: %s", len(s.over), all)
		}
	}
}

// unsound is an explorer that answers with a machine that does not exist.
type unsound struct{ delaying.RR }

func (u *unsound) Next() delaying.ID { return 999 }

// An explorer that does not keep its contract ends the run with an error that says so, and not the process.
func TestUnsoundExplorer(t *testing.T) {
	_, err := check.Explore(t.Name(), check.Config{
		Schedules: 10, Strategy: "ss:unsound", Workers: 1,
		Custom: func() strategy.Strategy {
			return strategy.NewStratified(func(uint64) delaying.Explorer { return new(unsound) })
		},
	}, twoWriters(1))
	if err == nil || !strings.Contains(err.Error(), "explorer *check_test.unsound returned 999 from Next, which is no enabled machine") {
		t.Errorf("error %v", err)
	}
}
