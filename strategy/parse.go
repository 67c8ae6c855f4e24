package strategy

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/strategy/delaying"
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

// OptionEntry is an option of some strategies, which stands behind their parameters.
type OptionEntry struct {
	Usage   string   // how it is written: "states=N"
	Summary string   // one line
	Of      []string // names of the strategies that have it
}

// Options returns the options that Parse knows.
func Options() []OptionEntry { return slices.Clone(searchOptionList) }

var searchOptionList = []OptionEntry{
	{"states=N", "remember at most N states: less memory, more executions", []string{"ses", "pbs"}},
	{"memory=SIZE", "end when so much memory is used, such as 512MiB; the frontier goes to disk", []string{"ses", "pbs", "states"}},
	{"then=ss", "sample what is left when memory is used up, instead of ending", []string{"ses"}},
	{"delta=N", "explore N strata to a round", []string{"ses", "delay"}},
	{"cost=zing", "every alternative costs one delay", []string{"ses", "delay"}},
}

// optionsOfStrategy lists how the options of a strategy are written.
func optionsOfStrategy(name string) (usages []string) {
	for _, o := range searchOptionList {
		if slices.Contains(o.Of, name) {
			usages = append(usages, o.Usage)
		}
	}
	return usages
}

// shelved is a strategy with how to build it from its parameters.
type shelved struct {
	Entry
	build func(p *parameters) Strategy
}

var shelf = []shelved{
	{Entry{"random", "random", "uniform over the enabled operations; fair"},
		func(*parameters) Strategy { return NewRandom() }},
	{Entry{"pct", "pct:D", "random priorities with D-1 change points (default 3): bugs of depth D with a bound"},
		func(p *parameters) Strategy { return NewPCT(p.number(3)) }},
	{Entry{"fairpct", "fairpct:D", "pct:D for a bounded prefix, then random; fair"},
		func(p *parameters) Strategy { return NewFairPCT(p.number(3)) }},
	{Entry{"pos", "pos", "partial order sampling: priorities redrawn for what races; fair"},
		func(*parameters) Strategy { return NewPOS() }},
	{Entry{"irs", "irs:D", "random with an iterated bound: D steps more in each round (default 100)"},
		func(p *parameters) Strategy { return NewIRS(p.number(100)) }},
	{Entry{"urw", "urw", "uniform over the interleavings, by profiled numbers of steps; fair"},
		func(*parameters) Strategy { return NewURW() }},
	{Entry{"surw", "surw", "uniform over the orders of the accesses to one profiled object at a time"},
		func(*parameters) Strategy { return NewSURW() }},
	{Entry{"feedback", "feedback:BASE", "keeps executions with new orders and changes a few choices; BASE is random or pos"},
		func(p *parameters) Strategy { return NewFeedback(p.feedbackBase()) }},
	{Entry{"ql", "ql", "Q-learning: avoids the states it has seen often; for comparison"},
		func(*parameters) Strategy { return NewQL() }},
	{Entry{"dfs", "dfs:MAX", "every schedule once, in depth-first order; at most MAX of them (default: all)"},
		func(p *parameters) Strategy { return NewDFS(uint64(p.number(0))) }},
	{Entry{"dpor", "dpor", "every schedule up to the order of independent steps: partial order reduction"},
		func(*parameters) Strategy { return NewDPOR() }},
	{Entry{"ss", "ss:E", "stratified sampling under the delaying explorer E (default rtc): 1 delay, then 2, ..."},
		func(p *parameters) Strategy { return NewStratified(p.explorer()) }},
	{Entry{"delay", "delay:D,E", "every execution with at most D delays (default 2) under the explorer E (default rtc)"},
		func(p *parameters) Strategy { return NewDelayBounded(p.number(2), p.explorer(), p.search()...) }},
	{Entry{"pb", "pb:D", "every execution with at most D preemptions (default 2)"},
		func(p *parameters) Strategy { return NewPreemptionBounded(p.number(2)) }},
	{Entry{"pbs", "pbs:D", "every state, fewest preemptions first; at most D of them (default: any number)"},
		func(p *parameters) Strategy {
			return NewPreemptionStates(p.number(math.MaxInt32), p.option("states", 0, 1), p.memory()...)
		}},
	{Entry{"ses", "ses:E", "every state, fewest delays first, under the explorer E (default rtc)"},
		func(p *parameters) Strategy {
			return NewSES(p.explorer(), p.option("states", 0, 1), slices.Concat(p.search(), p.memory(), p.then())...)
		}},
	{Entry{"states", "states:MAX", "every state once, by depth-first search; remembers at most MAX (default: all)"},
		func(p *parameters) Strategy { return NewStates(p.number(0), p.memory()...) }},
	{Entry{"nonpreemptive", "nonpreemptive", "the default order: no preemption, no fault, zero values"},
		func(*parameters) Strategy { return NewNonPreemptive() }},
	{Entry{"portfolio", "portfolio:A,B", "nonpreemptive, random, then A, B, ... in turn (default pos,surw,pct:3,ss:rtc,random)"},
		func(p *parameters) Strategy { return p.portfolio() }},
}

// Parse reads the name of a strategy, with its parameters behind a colon where it has some: "random", "pct:3". The error
// of a wrong one lists the right ones.
func Parse(spec string) (Factory, error) {
	f, err := named(spec)
	if err != nil {
		return nil, parseError(spec, err.Error())
	}
	return f, nil
}

// named is Parse, with an error that only says what is wrong.
func named(spec string) (Factory, error) {
	name, list, given := strings.Cut(spec, ":")
	for _, s := range shelf {
		if s.Name != name {
			continue
		}
		build := func() (Strategy, error) {
			p := &parameters{usage: s.Usage}
			if given {
				p.left = strings.Split(list, ",")
			}
			return s.build(p), p.end()
		}
		if _, err := build(); err != nil {
			return nil, err
		}
		return func() Strategy {
			built, _ := build() // it has parsed before
			return built
		}, nil
	}
	return nil, errors.New("there is no such strategy")
}

// parameters are what stands behind the colon, separated by commas. Those that a strategy asks for are taken out; what is
// left in the end was a mistake. The first mistake is kept, and answers go on with defaults.
type parameters struct {
	usage string // of the strategy
	left  []string
	err   error
}

// number takes the first parameter, a number of at least 1.
func (p *parameters) number(byDefault int) int {
	word, ok := p.next()
	if !ok {
		return byDefault
	}
	return p.atLeast(1, word, byDefault, "the parameter of "+p.usage)
}

// word takes the first parameter, one of a list.
func (p *parameters) word(byDefault string, among ...string) string {
	word, ok := p.next()
	if !ok {
		return byDefault
	}
	if !slices.Contains(among, word) {
		p.mistake("the parameter of %s is one of %s", p.usage, strings.Join(among, ", "))
	}
	return word
}

// feedbackBase takes the first parameter, the base of Feedback.
func (p *parameters) feedbackBase() Strategy {
	if p.word("random", "random", "pos") == "pos" {
		return NewPOS()
	}
	return NewRandom()
}

// portfolio takes all parameters, the names of members.
func (p *parameters) portfolio() Strategy {
	if len(p.left) == 0 {
		return NewPortfolio()
	}
	s, err := NewPortfolioOf(p.left...)
	if err != nil {
		p.mistake("%w", err)
		return NewPortfolio()
	}
	p.left = nil
	return s
}

// explorer takes the first parameter, the name of a delaying explorer.
func (p *parameters) explorer() delaying.Factory {
	names := delaying.Names()
	name := p.word(names[0], names...)
	if f := delaying.Named(name); f != nil {
		return f
	}
	return delaying.Named(names[0])
}

// option takes the parameter name=value, wherever it stands; the value is a number of at least least.
func (p *parameters) option(name string, byDefault, least int) int {
	if word, ok := p.named(name); ok {
		return p.atLeast(least, word, byDefault, name+" of "+p.usage)
	}
	return byDefault
}

// search takes the options of searches by delays.
func (p *parameters) search() []Option {
	options := []Option{Delta(p.option("delta", 1, 1))}
	if p.among("cost", "paper", "zing") == "zing" {
		options = append(options, ZingCost())
	}
	return options
}

// memory takes the options of searches that remember states.
func (p *parameters) memory() []Option {
	word, ok := p.named("memory")
	if !ok {
		return nil
	}
	n, err := parseBytes(word)
	if err != nil || n < leastMemory {
		p.mistake("memory of %s is a size of at least %s, such as 512MiB", p.usage, formatBytes(leastMemory))
		return nil
	}
	return []Option{Memory(n, "")}
}

// then takes the option that says what comes when memory is used up.
func (p *parameters) then() []Option {
	if p.among("then", "stop", "ss") == "ss" {
		return []Option{ThenSample()}
	}
	return nil
}

// among takes the parameter name=word, where word is one of a list; the first of them is the default.
func (p *parameters) among(name string, words ...string) string {
	word, ok := p.named(name)
	if !ok {
		return words[0]
	}
	if !slices.Contains(words, word) {
		p.mistake("%s of %s is one of %s", name, p.usage, strings.Join(words, ", "))
	}
	return word
}

// named takes the parameter name=word, wherever it stands.
func (p *parameters) named(name string) (string, bool) {
	for i, word := range p.left {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			p.left = slices.Delete(slices.Clone(p.left), i, i+1)
			return value, true
		}
	}
	return "", false
}

// next takes the first parameter that is no option.
func (p *parameters) next() (string, bool) {
	for i, word := range p.left {
		if !strings.Contains(word, "=") {
			p.left = slices.Delete(slices.Clone(p.left), i, i+1)
			return word, true
		}
	}
	return "", false
}

func (p *parameters) atLeast(least int, word string, byDefault int, what string) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < least {
		p.mistake("%s is a number of at least %d", what, least)
		return byDefault
	}
	return n
}

func (p *parameters) mistake(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// end returns the first mistake.
func (p *parameters) end() error {
	name, _, some := strings.Cut(p.usage, ":")
	switch {
	case p.err != nil:
		return p.err
	case len(p.left) > 0 && some:
		options := optionsOfStrategy(name)
		if len(options) == 0 {
			return fmt.Errorf("%s has no parameter %q", p.usage, p.left[0])
		}
		return fmt.Errorf("%s has no parameter or option %q; its options are %s", p.usage, p.left[0], strings.Join(options, ", "))
	case len(p.left) > 0:
		return fmt.Errorf("%s takes no parameter", name)
	}
	return nil
}

func parseError(spec, what string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "strategy %q: %s; the strategies are", spec, what)
	for _, s := range shelf {
		fmt.Fprintf(&b, "\n  %-14s %s", s.Usage, s.Summary)
	}
	return errors.New(b.String())
}
