// Package explorertest tests delaying explorers.
package explorertest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/strategy/delaying"
)

// Bounds of Soundness.
const (
	walks    = 200
	steps    = 60
	machines = 12 // at most, in a walk
)

// Call is a call that a program may make to the explorer; see delaying.Listener. Args draws its arguments: machines has all
// that exist, the one that calls first.
type Call struct {
	Name string
	Args func(random *rand.Rand, machines []delaying.ID) []any
}

// Soundness tests an explorer on random walks through random programs, whose machines create each other, send, block and
// halt, and make the calls, as well as those that package delaying declares. In every state that a walk comes to it tests that
//   - the answers of Next after 0, 1, 2, ... calls of Delay are exactly the enabled machines (one machine while it is Sealed);
//   - Next answers the same when it is asked again;
//   - a Clone gives the same answers, and what is done to it does not show in the original;
//   - another explorer of the same seed gives the same answers to the same calls.
//
// It reports the first violation, with the calls that led to it.
func Soundness(t testing.TB, factory delaying.Factory, calls ...Call) {
	t.Helper()
	for seed := range uint64(walks) {
		w := newWalk(factory, seed, calls)
		if err := w.run(); err != "" {
			t.Errorf("walk %d: %s\nafter %v", seed, err, w.log)
			return
		}
	}
}

// walk is a random walk through a random program.
type walk struct {
	explorer, twin delaying.Explorer // told the same
	random         *rand.Rand
	calls          []Call
	enabled        []delaying.ID
	blocked        []delaying.ID
	born           delaying.ID
	alternatives   int // in the present state
	log            []string
}

func newWalk(factory delaying.Factory, seed uint64, calls []Call) *walk {
	return &walk{
		explorer: factory(seed), twin: factory(seed), random: rand.New(rand.NewPCG(seed, 0)),
		calls: append(slices.Clone(builtin), calls...),
	}
}

// builtin are the calls of package delaying.
var builtin = []Call{
	{delaying.ChangeOrder, func(r *rand.Rand, machines []delaying.ID) []any {
		ids := slices.Clone(machines)
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		return []any{ids[:r.IntN(len(ids)+1)]}
	}},
	{delaying.SetPriority, func(r *rand.Rand, _ []delaying.ID) []any { return []any{r.IntN(5) - 2} }},
	{delaying.SealRTC, nothing}, {delaying.UnsealRTC, nothing}, {delaying.SealRR, nothing}, {delaying.UnsealRR, nothing},
}

func nothing(*rand.Rand, []delaying.ID) []any { return nil }

// run returns the first violation, or "".
func (w *walk) run() (violation string) {
	defer func() {
		if v := recover(); v != nil {
			violation = fmt.Sprintf("panic: %v", v)
		}
	}()
	w.start(delaying.None)
	for range steps {
		if len(w.enabled) == 0 {
			return ""
		}
		if v := w.state(); v != "" {
			return v
		}
		w.step()
	}
	return ""
}

// state tests a state.
func (w *walk) state() string {
	c := w.explorer.Clone()
	if got, want := reflect.TypeOf(c), reflect.TypeOf(w.explorer); got != want {
		return fmt.Sprintf("Clone of a %v is a %v", want, got)
	}
	n := len(w.enabled)
	if s, ok := c.(delaying.Sealer); ok && s.Sealed() {
		n = 1
	}
	var answers []delaying.ID
	for i := range n {
		if i > 0 {
			c.Delay()
		}
		id := c.Next()
		if again := c.Next(); again != id {
			return fmt.Sprintf("Next returned %d, and asked again %d", id, again)
		}
		switch answers = append(answers, id); {
		case !slices.Contains(w.enabled, id):
			return fmt.Sprintf("Next returned %d after %d delays, but the enabled machines are %v", id, i, w.enabled)
		case slices.Contains(answers[:i], id):
			return fmt.Sprintf("Next returned machine %d twice in one state: %v of %v", id, answers, w.enabled)
		}
	}
	if a, b := answers[0], w.explorer.Next(); a != b {
		return fmt.Sprintf("Next of the clone was %d, and that of the original, when the clone had been delayed, %d", a, b)
	}
	if a, b := w.explorer.Next(), w.twin.Next(); a != b {
		return fmt.Sprintf("another explorer of the same seed returned %d from Next, and not %d", b, a)
	}
	w.alternatives = n
	return ""
}

// delay delays the explorers some times, but mostly not.
func (w *walk) delay() {
	if w.random.IntN(3) > 0 {
		return
	}
	for range w.random.IntN(w.alternatives) {
		w.log = append(w.log, "Delay()")
		w.explorer.Delay()
		w.twin.Delay()
	}
}

// step moves the machine that is next.
func (w *walk) step() {
	if w.random.IntN(20) == 0 && len(w.blocked) > 0 { // a timer comes instead
		w.sent(delaying.None, w.blocked[w.random.IntN(len(w.blocked))])
		return
	}
	w.delay()
	id := w.explorer.Next()
	w.twin.Next()
	effects := []func(){func() { w.effect(id) }, func() {
		w.tell("Step(%d)", func(e delaying.Explorer) {
			if s, ok := e.(delaying.Stepper); ok {
				s.Step(id)
			}
		}, id)
	}}
	if w.random.IntN(2) == 0 { // the order of the two is not promised
		slices.Reverse(effects)
	}
	for _, f := range effects {
		f()
	}
}

// effect does what a machine may do in a step.
func (w *walk) effect(id delaying.ID) {
	others := append(slices.Clone(w.enabled), w.blocked...)
	switch r := w.random.IntN(10); {
	case r < 2 && len(others) < machines:
		w.start(id)
	case r < 6:
		w.sent(id, others[w.random.IntN(len(others))])
	case r < 7:
		w.call(id, others)
	}
	switch r := w.random.IntN(12); {
	case r < 4 && len(w.enabled) > 1:
		w.block(id)
	case r < 5 && len(w.enabled) > 1:
		w.block(id)
		w.blocked = w.blocked[:len(w.blocked)-1]
		w.tell("Finish(%d)", func(e delaying.Explorer) { e.Finish(id) }, id)
	}
}

func (w *walk) start(creator delaying.ID) {
	id := w.born
	w.born += 1 + delaying.ID(w.random.IntN(3)) // timers have numbers as well
	w.enabled = append(w.enabled, id)
	w.tell("Start(%d, %d)", func(e delaying.Explorer) { e.Start(id, creator) }, id, creator)
}

func (w *walk) block(id delaying.ID) {
	w.enabled = slices.DeleteFunc(w.enabled, func(o delaying.ID) bool { return o == id })
	w.blocked = append(w.blocked, id)
	w.tell("Blocked(%d)", func(e delaying.Explorer) { e.Blocked(id) }, id)
}

// sent sends an event. It need not enable the target, which may be waiting for another one.
func (w *walk) sent(source, target delaying.ID) {
	tell := []func(){func() {
		w.tell("Sent(%d, %d)", func(e delaying.Explorer) {
			if s, ok := e.(delaying.Sender); ok {
				s.Sent(source, target)
			}
		}, source, target)
	}}
	if i := slices.Index(w.blocked, target); i >= 0 && w.random.IntN(4) > 0 {
		w.blocked = slices.Delete(w.blocked, i, i+1)
		w.enabled = append(w.enabled, target)
		tell = append(tell, func() { w.tell("Enabled(%d)", func(e delaying.Explorer) { e.Enabled(target) }, target) })
	}
	if w.random.IntN(2) == 0 {
		slices.Reverse(tell)
	}
	for _, f := range tell {
		f()
	}
}

func (w *walk) call(id delaying.ID, machines []delaying.ID) {
	slices.SortFunc(machines, func(a, b delaying.ID) int { return int(a - b) })
	at := slices.Index(machines, id)
	machines[0], machines[at] = machines[at], machines[0]
	c := w.calls[w.random.IntN(len(w.calls))]
	args := c.Args(w.random, machines)
	w.tell("Told(%d, %s, %v)", func(e delaying.Explorer) {
		if l, ok := e.(delaying.Listener); ok {
			l.Told(id, c.Name, args)
		}
	}, id, c.Name, args)
}

// tell tells both explorers.
func (w *walk) tell(format string, f func(delaying.Explorer), args ...any) {
	w.log = append(w.log, fmt.Sprintf(format, args...))
	f(w.explorer)
	f(w.twin)
}
