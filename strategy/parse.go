package strategy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Factory returns a new strategy at each call: one per worker.
type Factory func() Strategy

// Entry is a strategy on the shelf.
type Entry struct {
	Name    string // what Parse reads
	Usage   string // Name with its parameter, if it has one
	Summary string // one line
}

// List returns the strategies that Parse knows.
func List() []Entry {
	list := make([]Entry, len(shelf))
	for i, s := range shelf {
		list[i] = s.Entry
	}
	return list
}

// shelved is a strategy with how to build it from its parameter.
type shelved struct {
	Entry
	without int // parameter when the spec has none
	least   int // smallest parameter, or noParameter
	build   func(n int) Strategy
}

// noParameter is the least of a strategy without a parameter.
const noParameter = -1

var shelf = []shelved{
	{Entry{"random", "random", "uniform over the enabled operations; fair"}, 0, noParameter,
		func(int) Strategy { return NewRandom() }},
	{Entry{"pct", "pct:D", "random priorities with D-1 change points (default 3): bugs of depth D with a bound"}, 3, 1,
		func(d int) Strategy { return NewPCT(d) }},
	{Entry{"fairpct", "fairpct:D", "pct:D for a bounded prefix, then random; fair"}, 3, 1,
		func(d int) Strategy { return NewFairPCT(d) }},
	{Entry{"pos", "pos", "partial order sampling: priorities redrawn for what races; fair"}, 0, noParameter,
		func(int) Strategy { return NewPOS() }},
	{Entry{"dfs", "dfs:MAX", "every schedule once, in depth-first order; at most MAX of them (default: all)"}, 0, 1,
		func(n int) Strategy { return NewDFS(uint64(n)) }},
	{Entry{"nonpreemptive", "nonpreemptive", "the default order: no preemption, no fault, zero values"}, 0, noParameter,
		func(int) Strategy { return NewNonPreemptive() }},
	{Entry{"portfolio", "portfolio", "nonpreemptive once, random once, then pos, pct:3, fairpct:3 and random in turn"}, 0, noParameter,
		func(int) Strategy { return NewPortfolio() }},
}

// Parse reads the name of a strategy, with its parameter behind a colon where it has one: "random", "pct:3". The error
// of a wrong one lists the right ones.
func Parse(spec string) (Factory, error) {
	name, parameter, given := strings.Cut(spec, ":")
	for _, s := range shelf {
		if s.Name != name {
			continue
		}
		n := s.without
		if given {
			v, err := strconv.Atoi(parameter)
			switch {
			case s.least == noParameter:
				return nil, parseError(spec, name+" takes no parameter")
			case err != nil || v < s.least:
				return nil, parseError(spec, fmt.Sprintf("the parameter of %s is a number of at least %d", s.Usage, s.least))
			}
			n = v
		}
		return func() Strategy { return s.build(n) }, nil
	}
	return nil, parseError(spec, "there is no such strategy")
}

func parseError(spec, what string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "strategy %q: %s; the strategies are", spec, what)
	for _, s := range shelf {
		fmt.Fprintf(&b, "\n  %-14s %s", s.Usage, s.Summary)
	}
	return errors.New(b.String())
}
