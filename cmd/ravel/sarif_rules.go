package main

import "strings"

// sarifLines says, in a sentence each, what the kinds of failures are.
var sarifLines = map[string]string{
	"assertion":              "An assertion of the test or of a machine does not hold in some schedule.",
	"monitor":                "A specification that a monitor states is violated in some schedule.",
	"unhandled event":        "A machine gets an event that no state of it handles, defers or ignores.",
	"panic":                  "Code panics in some schedule.",
	"test failure":           "The test fails itself in some schedule.",
	"exit":                   "Code ends the process or its own goroutine before the execution is over.",
	"fatal error":            "The Go runtime finds an error that no recover can catch, such as an unlock of an unlocked mutex.",
	"deadlock":               "Nothing can move any more, though somebody waits for something that was promised.",
	"liveness":               "Everything has come to rest, though something good was still to happen.",
	"livelock":               "The program goes on for ever without the progress that a monitor waits for.",
	"bound":                  "An execution is longer than the test allows.",
	"leak":                   "The test is over, but goroutines that it has started can never end.",
	"data race":              "Two accesses to the same memory, one of them a write, that nothing orders.",
	"event changed":          "An event is changed after it was sent.",
	"shared memory":          "Two machines reach the same mutable memory.",
	"lock held":              "A machine holds a lock from one step to the next.",
	"nondeterminism":         "The same choices lead to different executions: something is not under control.",
	"not reproducible":       "A failure did not happen again when its schedule was replayed.",
	"misuse":                 "The test breaks a rule of the library that it is written with.",
	"uncontrolled goroutine": "Code starts a goroutine that is not under control.",
	"stuck":                  "Code makes no step for long: it computes for ever, or waits for what is not under control.",
	"process failure":        "The process that ran the execution ended.",
	plainFailure:             "A test failed that was not explored.",
}

// sarifRuleOf is the rule of a kind of failure.
func sarifRuleOf(kind string) sarifRule {
	what := sarifLines[kind]
	if what == "" {
		what = "An execution failed." // of a newer library
	}
	r := sarifRule{ID: "ravel/" + strings.ReplaceAll(kind, " ", "-"), Name: camel(kind)}
	r.Short.Text, r.Full.Text = what, what
	r.Help.Text = what + " The message says in which test."
	if kind != plainFailure {
		r.Help.Text = what + " The message says in which test, and has a command that runs the failing schedule again."
	}
	r.Configuration.Level = "error"
	r.Properties.Tags = []string{"concurrency", "testing"}
	return r
}

// camel writes words in one, as names of rules are written.
func camel(words string) string {
	var b strings.Builder
	for _, w := range strings.Fields(words) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}
