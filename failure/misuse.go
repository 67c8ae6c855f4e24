package failure

import (
	"cmp"
	"fmt"
)

// Rule is a rule of the programming model or of the tester that code can break.
type Rule uint8

// The rules.
const (
	OtherRule          Rule = iota // Text says what was broken
	OneTransition                  // a handler makes at most one transition
	NothingAfter                   // after a transition a handler neither sends nor creates
	NoTransitionInExit             // exit handlers make no transitions
	PopNeedsPush                   // the last state cannot be popped
	KnownState                     // a transition goes to a declared state
	RaiseDeferred                  // an event that the state defers cannot be raised
	RaiseIgnored                   // an event that the state ignores cannot be raised
	KnownMachine                   // events go to machines that exist or existed
	NoNil                          // nil is no event
	MonitorsListen                 // monitors do not send, create or receive
	MonitorsDecide                 // monitors make no choices
	OwnContext                     // a Context is used by its own handler, while it runs
	OwnTimer                       // a timer belongs to the machine that started it
	PositiveChoice                 // an integer is chosen out of at least one value
	OneMonitor                     // a monitor is registered once
	NotInExecution                 // Parallel, Run, Setenv and Chdir are not for the T of an execution
	numRules
)

// rule says what a Misuse is: a sentence with the subject and the two lines, and the fix.
type rule struct {
	word     string
	sentence func(e *Misuse) string
	fix      string
}

var rules = [numRules]rule{
	OtherRule: {"other", func(e *Misuse) string { return fmt.Sprintf("%s broke a rule%s", e.who(), said(e.Text)) }, ""},
	OneTransition: {"one transition", func(e *Misuse) string {
		return fmt.Sprintf("%s made a second transition (%s at %s) in one handler, after the first at %s",
			e.who(), cmp.Or(e.Subject, "goto"), e.Place, e.Earlier)
	}, "a transition takes effect when its handler returns, so there is at most one: return after it"},
	NothingAfter: {"nothing after a transition", func(e *Misuse) string {
		return fmt.Sprintf("%s called %s at %s after its transition at %s", e.who(), cmp.Or(e.Subject, "Send"), e.Place, e.Earlier)
	}, "move it before the transition, or into the entry handler of the new state"},
	NoTransitionInExit: {"no transition in exit", simple("%s made a transition (%s) in an exit handler", "goto"),
		"move the transition to the handler that leaves the state"},
	PopNeedsPush: {"pop needs push", func(e *Misuse) string {
		return fmt.Sprintf("%s popped its last state", e.who())
	}, "pop only what was pushed; to stop the machine, halt it"},
	KnownState: {"known state", simple("%s made a transition to state %s, which it does not declare", "?"),
		"declare the state with In, or correct its name"},
	RaiseDeferred: {"raise deferred", simple("%s raised event %s, which its state defers", "?"),
		"a raised event is handled at once: handle it in this state, or send it to Self"},
	RaiseIgnored: {"raise ignored", simple("%s raised event %s, which its state ignores", "?"),
		"a raised event is handled at once: handle it in this state, or do not raise it"},
	KnownMachine: {"known machine", simple("%s sent event %s to an id that belongs to no machine", "?"),
		"use an id that Create or Self returned in this execution"},
	NoNil: {"no nil", simple("%s passed nil where %s needs an event", "Send"), "send a value, an empty struct if it carries nothing"},
	MonitorsListen: {"monitors listen", simple("monitor %s called %s, but monitors only listen", "Send"),
		"do it in a machine; a monitor may change its fields, make transitions and assert"},
	MonitorsDecide: {"monitors decide", simple("monitor %s made a choice (%s), but a specification must not depend on chance", "Bool"),
		"choose in a machine and tell the monitor what was chosen"},
	OwnContext: {"own context", simple("%s called %s on a Context that is not its own or is no longer valid", "Send"),
		"use the Context that the running handler got; do not keep it, nor hand it to another goroutine"},
	OwnTimer:       {"own timer", simple("%s stopped timer %s, which another machine started", "?"), "ask its owner to stop it"},
	PositiveChoice: {"positive choice", simple("%s asked for an integer out of %s values", "0"), "Int(n) chooses from 0 to n-1, so n is at least 1"},
	OneMonitor:     {"one monitor", simple("%s registered monitor %s twice", "?"), "register it once, before the first event"},
	NotInExecution: {"not in an execution", simple("%s called %s inside an execution", "t.Parallel"),
		"call it on the test's own *testing.T, before or around the exploration; executions already run in parallel"},
}

// simple is a sentence about the machine and the subject.
func simple(format, otherwise string) func(*Misuse) string {
	return func(e *Misuse) string { return fmt.Sprintf(format, e.who(), cmp.Or(e.Subject, otherwise)) }
}

// String is the rule's short name.
func (r Rule) String() string {
	if r < numRules {
		return rules[r].word
	}
	return fmt.Sprintf("rule(%d)", uint8(r))
}

// Misuse reports code that broke a rule of the programming model or the tester. Place is the line that broke it.
type Misuse struct {
	Site
	Rule    Rule
	Subject string // what the rule was applied to: a type of event, a state, a call, a timer, a number
	Earlier Place  // the line that Place conflicts with
	Text    string // what was broken, for OtherRule
	Fix     string // what to do instead; "" is the rule's own advice
	Stack   string
}

func (e *Misuse) Error() string {
	if e.Rule >= numRules {
		return fmt.Sprintf("%s broke an unknown rule", e.who())
	}
	return rules[e.Rule].sentence(e)
}

// Detail tells where and what to do instead.
func (e *Misuse) Detail() string {
	var d detail
	d.site(e.Site)
	d.place("earlier", e.Earlier)
	d.full(e.Text)
	d.text("stack", e.Stack)
	fix := e.Fix
	if fix == "" && e.Rule < numRules {
		fix = rules[e.Rule].fix
	}
	d.text("fix", fix)
	return d.String()
}
