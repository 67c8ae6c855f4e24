package strategy_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

// RoundRobin gives every operation its turn, in the order of their appearance. All executions are the same.
type RoundRobin struct{ turn int }

func (r *RoundRobin) Start(strategy.Execution) bool {
	r.turn = 0
	return true
}

func (r *RoundRobin) Pick(ops []*strategy.Op) int {
	best, wait := 0, 0
	for i, op := range ops {
		// An operation that has had its turn in this round waits for the next one.
		w := op.Index
		if w < r.turn {
			w += 1 << 30
		}
		if i == 0 || w < wait {
			best, wait = i, w
		}
	}
	r.turn = ops[best].Index + 1
	return best
}

func (r *RoundRobin) Value(strategy.Value) int { return 0 }

func (r *RoundRobin) Properties() strategy.Properties { return strategy.Properties{Fair: true} }

// A strategy of one's own needs three methods; here it also says that it is fair.
func Example_roundRobin() {
	program := strategytest.Program{Threads: []strategytest.Thread{
		strategytest.Repeat(4, strategytest.Local()),
		strategytest.Repeat(2, strategytest.Local()),
		strategytest.Repeat(3, strategytest.Local()),
	}}
	trace := strategytest.Run(new(testing.T), new(RoundRobin), program, strategy.Execution{})
	fmt.Println(trace.Order())
	// Output: 0 1 2 0 1 2 0 2 0
}

func TestRoundRobinKeepsTheContract(t *testing.T) {
	strategytest.Check(t, func() strategy.Strategy { return new(RoundRobin) })
}

func ExampleParse() {
	factory, err := strategy.Parse("pct:3")
	fmt.Printf("%T %v\n", factory(), err)
	_, err = strategy.Parse("bogus")
	fmt.Println(err)
	// Output:
	// *strategy.PCT <nil>
	// strategy "bogus": there is no such strategy; the strategies are
	//   random         uniform over the enabled operations; fair
	//   pct:D          random priorities with D-1 change points (default 3): bugs of depth D with a bound
	//   fairpct:D      pct:D for a bounded prefix, then random; fair
	//   pos            partial order sampling: priorities redrawn for what races; fair
	//   irs:D          random with an iterated bound: D steps more in each round (default 100)
	//   urw            uniform over the interleavings, by profiled numbers of steps; fair
	//   surw           uniform over the orders of the accesses to one profiled object at a time
	//   feedback:BASE  keeps executions with new orders and changes a few choices; BASE is random or pos
	//   ql             Q-learning: avoids the states it has seen often; for comparison
	//   dfs:MAX        every schedule once, in depth-first order; at most MAX of them (default: all)
	//   dpor           every schedule up to the order of independent steps: partial order reduction
	//   ss:E           stratified sampling under the delaying explorer E (default rtc): 1 delay, then 2, ...
	//   delay:D,E      every execution with at most D delays (default 2) under the explorer E (default rtc)
	//   pb:D           every execution with at most D preemptions (default 2)
	//   pbs:D          every state, fewest preemptions first; at most D of them (default: any number)
	//   ses:E          every state, fewest delays first, under the explorer E (default rtc)
	//   states:MAX     every state once, by depth-first search; remembers at most MAX (default: all)
	//   nonpreemptive  the default order: no preemption, no fault, zero values
	//   portfolio:A,B  nonpreemptive, random, then A, B, ... in turn (default pos,surw,pct:3,ss:rtc,random)
}

func ExampleDFS() {
	program := strategytest.Program{Threads: []strategytest.Thread{
		{strategytest.W(0), strategytest.W(0)},
		{strategytest.W(0)},
	}}
	search := strategy.NewDFS(0)
	sim := strategytest.NewSimulator(new(testing.T), program)
	sim.Explore(search, strategy.Execution{}, 1000, func(tr *strategytest.Trace) { fmt.Println(tr.Order()) })
	fmt.Println("exhausted:", search.Exhausted())
	// Output:
	// 0 0 1
	// 0 1 0
	// 1 0 0
	// exhausted: true
}

func ExamplePortfolio_Name() {
	p := strategy.NewPortfolio()
	for k := range uint64(8) {
		fmt.Println(k, p.Name(k), p.Number(k))
	}
	// Output:
	// 0 nonpreemptive 0
	// 1 random 0
	// 2 pos 0
	// 3 surw 0
	// 4 pct:3 0
	// 5 ss:rtc 0
	// 6 random 0
	// 7 pos 1
}
