package linear

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

type (
	op  = RegisterOp[int]
	res = Result[int]
)

func newHistory() *history[string, op, res] {
	return &history[string, op, res]{model: Register[string, int]{}.Model(), clients: make(map[string][]operation[op, res])}
}

// said is an event of a random history: what a client has done.
type said struct {
	client string
	what   string // "invoke", "return", "fail" or "lose"
	op     op
	res    res
}

// randomHistory has few values, so that about half of the histories are linearizable.
func randomHistory(r *rand.Rand) (list []said) {
	busy := map[string]op{}
	for range 4 + r.IntN(10) {
		client := string(rune('a' + r.IntN(3)))
		running, ok := busy[client]
		if !ok {
			o := op{Kind: Kind(r.IntN(3)), Old: r.IntN(3), New: 1 + r.IntN(2)}
			busy[client] = o
			list = append(list, said{client: client, what: "invoke", op: o})
			continue
		}
		delete(busy, client)
		e := said{client: client, what: "return", op: running}
		switch n := r.IntN(10); {
		case n == 0:
			e.what = "fail"
		case n == 1:
			e.what = "lose"
		case running.Kind == Read:
			e.res = found(r.IntN(3), true)
		case running.Kind == Write:
			e.res = wrote[int](true)
		default:
			e.res = wrote[int](r.IntN(2) == 0)
		}
		list = append(list, e)
	}
	return list
}

// naive decides by the definition: some order of the operations that have returned, and of any of those that have not,
// keeps the order of real time and is what the register does. It knows events by their index and shares nothing with the
// monitor.
func naive(list []said) bool {
	type interval struct {
		op         op
		res        res
		call, back int
		open       bool
	}
	var ops []*interval
	current := map[string]*interval{}
	for i, e := range list {
		switch o := current[e.client]; e.what {
		case "invoke":
			current[e.client] = &interval{op: e.op, call: i, back: len(list), open: true}
			ops = append(ops, current[e.client])
		case "return":
			o.res, o.back, o.open = e.res, i, false
		case "fail":
			for j := range ops {
				if ops[j] == o {
					ops = append(ops[:j:j], ops[j+1:]...)
					break
				}
			}
		}
	}
	used := make([]bool, len(ops))
	var search func(value int) bool
	search = func(value int) bool {
		over := true
		for i, o := range ops {
			if used[i] {
				continue
			}
			over = over && o.open
			first := true // nothing that is left has returned before it was invoked
			for j, p := range ops {
				first = first && (used[j] || p.back >= o.call)
			}
			if !first {
				continue
			}
			next, out := value, res{}
			switch o.op.Kind {
			case Read:
				out = res{Value: value, OK: true}
			case Write:
				next, out = o.op.New, res{OK: true, Write: true}
			default:
				out.Write = true
				if value == o.op.Old {
					next, out.OK = o.op.New, true
				}
			}
			if o.open || o.res == out {
				used[i] = true
				if search(next) {
					return true
				}
				used[i] = false
			}
		}
		return over
	}
	return search(0)
}

// follow tells a history to a monitor and returns the number of the event at which it stops being linearizable.
func follow(h *history[string, op, res], list []said) int {
	for i, e := range list {
		switch e.what {
		case "invoke":
			h.invoked(nil, Invoked[string, op, res]{e.client, e.op})
		case "return":
			o := h.current(e.client)
			o.output, o.answer, o.how = e.res, h.round, done
			h.closing = true
			if !guard(h.model).fits(h.concerned(e.client)) {
				return i
			}
		case "fail":
			if !guard(h.model).fits(slices.DeleteFunc(h.concerned(e.client), suspected)) {
				return i
			}
			h.failed(nil, Failed[string, op, res]{e.client})
		case "lose":
			h.lost(nil, Lost[string, op, res]{e.client})
		}
	}
	return len(list)
}

// The monitor stops at the first event with which a history is not linearizable by the definition.
func TestAgainstTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	verdicts := map[bool]int{}
	for range 3000 {
		list := randomHistory(r)
		want := len(list)
		for n := 1; n <= len(list); n++ {
			if !naive(list[:n]) {
				want = n - 1
				break
			}
		}
		if got := follow(newHistory(), list); got != want {
			t.Fatalf("stops at event %d, want %d: %+v", got, want, list)
		}
		verdicts[want == len(list)]++
	}
	t.Logf("linearizable: %d, not: %d", verdicts[true], verdicts[false])
	if verdicts[true] < 500 || verdicts[false] < 500 {
		t.Errorf("the histories are of one kind: %v", verdicts)
	}
}

// Histories that differ only in the order of neighbouring invocations, or of neighbouring returns, are one state.
func TestHistoriesOfOneKindAreOneState(t *testing.T) {
	a, b := said{client: "a", what: "invoke", op: op{Kind: Write, New: 1}}, said{client: "b", what: "invoke", op: op{Kind: Read}}
	ra, rb := said{client: "a", what: "return", res: wrote[int](true)}, said{client: "b", what: "return", res: found(1, true)}
	state := func(list ...said) *history[string, op, res] {
		h := newHistory()
		if follow(h, list) != len(list) {
			t.Fatal("not linearizable")
		}
		h.model = newHistory().model
		h.model.Init, h.model.Step, h.model.Equal, h.model.DescribeOperation, h.model.DescribeState = nil, nil, nil, nil, nil
		return h
	}
	for _, c := range []struct {
		x, y []said
		same bool
	}{
		{[]said{a, b, ra, rb}, []said{b, a, rb, ra}, true},
		{[]said{a, b, ra, rb, a, b}, []said{b, a, ra, rb, b, a}, true},
		{[]said{a, ra, b, rb}, []said{a, b, ra, rb}, false},
		{[]said{a, b, ra}, []said{a, ra, b}, false},
	} {
		x, y := state(c.x...), state(c.y...)
		if same := reflect.DeepEqual(x, y); same != c.same {
			t.Errorf("one state: %v, want %v:\n%+v\n%+v", same, c.same, x, y)
		}
	}
}

// A history that is too long for bars has the numbers of its rounds.
func TestChartOfALongHistory(t *testing.T) {
	h := newHistory()
	for i := range 20 {
		h.invoked(nil, Invoked[string, op, res]{"a", op{Kind: Write, New: i}})
		o := h.current("a")
		o.output, o.answer, o.how, h.closing = wrote[int](true), h.round, done, true
	}
	h.invoked(nil, Invoked[string, op, res]{"b", op{Kind: Read}})
	lines := chart(guard(h.model), h.names(), h.operations("a"))
	if got, want := lines[19], "  19 -   19  a: write(19) -> ok  <- this one"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := lines[20], "  20 -    ?  b: read() -> ?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The cost of judging a history at each return, for histories that take effect in the order of their returns and for
// those that do not.
func BenchmarkJudge(b *testing.B) {
	for _, n := range []int{10, 100} {
		b.Run(fmt.Sprintf("in order/%d operations", n), func(b *testing.B) {
			for b.Loop() {
				h := newHistory()
				for i := range n {
					h.invoked(nil, Invoked[string, op, res]{"a", op{Kind: Write, New: i}})
					h.returned(nil, Returned[string, op, res]{"a", wrote[int](true)})
				}
			}
		})
		b.Run(fmt.Sprintf("out of order/%d operations", n), func(b *testing.B) {
			for b.Loop() {
				h := newHistory()
				h.invoked(nil, Invoked[string, op, res]{"a", op{Kind: Write, New: 1}})
				h.invoked(nil, Invoked[string, op, res]{"b", op{Kind: Read}})
				h.returned(nil, Returned[string, op, res]{"a", wrote[int](true)})
				h.returned(nil, Returned[string, op, res]{"b", found(0, true)}) // before the write
				for i := 2; i < n; i++ {
					h.invoked(nil, Invoked[string, op, res]{"a", op{Kind: Write, New: i}})
					h.returned(nil, Returned[string, op, res]{"a", wrote[int](true)})
				}
			}
		})
	}
}
