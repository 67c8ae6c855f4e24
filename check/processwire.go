package check

import (
	"math"

	"github.com/ravelgo/ravel/failure"
)

// The protocol of worker processes. Both sides are copies of one program, so it has one version and no options: whoever
// says another version is turned away. A message is a frame: the length of its body in four bytes, little endian, its kind
// in one, and the body. Numbers are uvarints in their shortest form, texts and lists have their length in front.
//
//	worker   hello    when it has come to its test
//	tester   setup    settings, and what execution 0 does
//	worker   ready    whether execution 0 does the same there
//	tester   lessons  of the rounds that the worker has not run; one message for each
//	tester   round    run executions until there are none left to be claimed; see claims
//	worker   batch    what came of some of them
//	worker   done     the round is over
//	worker   refusal  in place of ready
//
// A round has any number of batches and one done. The tester ends a worker by closing the pipe. A process for one execution
// gets something else in place of setup:
//
//	tester   trial    run this execution
//	worker   outcome  what came of it

// protocolVersion counts the changes of what follows, and of what the strategies' lessons look like.
var protocolVersion uint64 = 3 // not a constant: a test pretends to be another one

const protocolMagic = "ravel worker"

type messageKind uint8

const (
	helloMessage messageKind = 1 + iota
	setupMessage
	readyMessage
	lessonsMessage
	roundMessage
	batchMessage
	doneMessage
	refusalMessage
	trialMessage
	outcomeMessage
)

// message is the body of a frame. code writes it to a coder, or reads it from there.
type message interface {
	kind() messageKind
	code(c *coder)
}

type hello struct {
	magic   string
	version uint64
	test    string // with its package
}

type setup struct {
	seed                    uint64
	steps, threshold, early int
	ordered, lasso, bound   bool
	strategy                string
	foreign                 bool // it is the caller's own
	counts                  bool // somebody wants to know the progress
	zero                    []eventLine
}

// eventLine is an event of execution 0, as a line.
type eventLine struct {
	step int
	text string
}

type ready struct {
	differs       bool
	step          int
	first, second string // what execution 0 does there, in the tester and in the worker
}

type lessons struct{ list []sentLesson }

// sentLesson is a lesson in the strategy's own encoding.
type sentLesson struct {
	k    uint64
	what []byte
}

type roundOrder struct {
	size               uint64 // executions of the round
	hands              int    // workers that share them
	length, steps, ops int    // estimates
}

type batch struct {
	claims             uint64 // of this worker, since it began, whose executions have all been told
	entries            []entry
	lessons            []sentLesson
	length, steps, ops int // the largest so far
	heard, gone, somes []namedCount
	unhashable         string
}

// namedCount is how often something with a name has happened since the worker began.
type namedCount struct {
	name string
	n    uint64
}

type done struct {
	failed  bool
	k       uint64
	failure remote
	choices []uint32

	broken   bool // a strategy of the caller's broke
	brokenAt uint64
	brokenBy string

	nondeterminism bool
	step           int
	first, second  string
	concurrent     bool

	spinAt   uint64 // see spinNote
	spinning string
	endAt    uint64
	ending   string
	notes    []string // since the process was ready
	covered  []byte   // what the machines have visited since the process began, as package coverage encodes it
}

type refusal struct{ why string }

// trial is one execution for a process of its own.
type trial struct {
	setup      setup
	goroutines goSettings
	k          uint64   // as which execution strategies and reports know it
	follow     int      // what it follows
	choices    []uint32 // those, or how they deviate from the default order
	record     []byte   // those that it follows, as a saved execution
	lessons    [][]byte // messages: what the strategy has learnt
	warm       bool     // it comes behind a first one in the default order, as a replay does
	events     bool     // tell what happens in it
	explain    bool     // and how, see mode
	check      bool
	cover      bool // tell what it visits
	until      int  // see mode

	length, steps, ops int // estimates, for the strategy
}

// What the execution of a trial follows.
const (
	followOwn        = iota // the strategy of the test
	followChoices           // choices as the engine keeps them
	followDefault           // the default order
	followRecord            // named choices, as far as they fit
	followLoosely           // named choices, of which some have been left out
	followDeviations        // deviations from the default order
)

// outcome is what came of it.
type outcome struct {
	ran               bool // the strategy had an execution
	failed            bool
	failure           remote
	steps, picks, ops int
	digest            uint64
	choices           []uint32

	bounded, slow, skipped, curtailed bool
	stalled                           bool
	goroutines                        int    // that the program has started
	plain                             string // why an ordinary test is not explored
	heard, gone, somes                []namedCount
	taught                            bool
	lesson                            []byte
	allowed                           []int // goroutines left, by what allows them
	endless                           *failure.Endless

	stale   string // where it left the record, "" if it did not
	first   string // how the execution before it has failed, "" if it has not
	events  []eventLine
	notes   []string
	covered []byte   // with trial.cover
	changed []string // package variables that the last execution has changed
	unknown string   // why that is not known
	rest    []byte   // see outcomeRest
	trace   []byte   // with trial.events
	named   []byte   // the choices as a saved execution, with trial.events

	err    error  // the failure, nil if there was none
	output string // of the process
}

func (*hello) kind() messageKind      { return helloMessage }
func (*setup) kind() messageKind      { return setupMessage }
func (*ready) kind() messageKind      { return readyMessage }
func (*lessons) kind() messageKind    { return lessonsMessage }
func (*roundOrder) kind() messageKind { return roundMessage }
func (*batch) kind() messageKind      { return batchMessage }
func (*done) kind() messageKind       { return doneMessage }
func (*refusal) kind() messageKind    { return refusalMessage }
func (*trial) kind() messageKind      { return trialMessage }
func (*outcome) kind() messageKind    { return outcomeMessage }

func newMessage(k messageKind) message {
	switch k {
	case helloMessage:
		return new(hello)
	case setupMessage:
		return new(setup)
	case readyMessage:
		return new(ready)
	case lessonsMessage:
		return new(lessons)
	case roundMessage:
		return new(roundOrder)
	case batchMessage:
		return new(batch)
	case doneMessage:
		return new(done)
	case refusalMessage:
		return new(refusal)
	case trialMessage:
		return new(trial)
	case outcomeMessage:
		return new(outcome)
	}
	return nil
}

func (m *hello) code(c *coder) {
	c.text(&m.magic)
	c.number(&m.version)
	if c.reading && (m.magic != protocolMagic || m.version != protocolVersion) {
		c.b = nil // the rest may look otherwise
		return
	}
	c.text(&m.test)
}

func (m *setup) code(c *coder) {
	c.number(&m.seed)
	c.ints(&m.steps, &m.threshold, &m.early)
	c.flags(&m.ordered, &m.lasso, &m.bound, &m.foreign, &m.counts)
	c.text(&m.strategy)
	c.events(&m.zero)
}

func (m *ready) code(c *coder) {
	c.flags(&m.differs)
	c.ints(&m.step)
	c.text(&m.first)
	c.text(&m.second)
}

func (c *coder) lessons(l *[]sentLesson) {
	list(c, l, 2, func(l *sentLesson) { c.number(&l.k); c.bytes(&l.what) })
}

func (m *lessons) code(c *coder) { c.lessons(&m.list) }

func (m *roundOrder) code(c *coder) {
	c.number(&m.size)
	c.ints(&m.hands, &m.length, &m.steps, &m.ops)
}

func (m *batch) code(c *coder) {
	c.number(&m.claims)
	list(c, &m.entries, 12, func(e *entry) {
		c.number(&e.k)
		c.fixed(&e.hash)
		steps, is := int(e.steps), int(e.is)
		c.ints(&steps, &is)
		if e.steps, e.is = int32(steps), uint8(is); int(e.steps) != steps || int(e.is) != is {
			c.fail()
		}
		list(c, &e.allowed, 1, func(n *uint64) { c.number(n) })
	})
	c.lessons(&m.lessons)
	c.ints(&m.length, &m.steps, &m.ops)
	c.named(&m.heard, &m.gone, &m.somes)
	c.text(&m.unhashable)
}

func (m *done) code(c *coder) {
	if c.flags(&m.failed); m.failed {
		c.number(&m.k)
		m.failure.code(c)
		c.choices(&m.choices)
	}
	if c.flags(&m.broken); m.broken {
		c.number(&m.brokenAt)
		c.text(&m.brokenBy)
	}
	if c.flags(&m.nondeterminism); m.nondeterminism {
		c.ints(&m.step)
		c.text(&m.first)
		c.text(&m.second)
		c.flags(&m.concurrent)
	}
	c.number(&m.spinAt)
	c.text(&m.spinning)
	c.number(&m.endAt)
	c.text(&m.ending)
	list(c, &m.notes, 1, func(s *string) { c.text(s) })
	c.bytes(&m.covered)
}

func (m *refusal) code(c *coder) { c.text(&m.why) }

func (m *trial) code(c *coder) {
	m.setup.code(c)
	c.flags(&m.goroutines.on, &m.goroutines.memory, &m.goroutines.isolated, &m.warm, &m.events, &m.explain, &m.check, &m.cover)
	c.ints(&m.follow, &m.until, &m.length, &m.steps, &m.ops)
	list(c, &m.lessons, 1, func(l *[]byte) { c.bytes(l) })
	c.ints(&m.goroutines.early, &m.goroutines.seeds)
	c.number(&m.k)
	c.choices(&m.choices)
	c.bytes(&m.record)
}

func (m *outcome) code(c *coder) {
	if c.flags(&m.failed); m.failed {
		m.failure.code(c)
	}
	c.flags(&m.ran, &m.bounded, &m.slow, &m.skipped, &m.curtailed, &m.stalled, &m.taught)
	c.ints(&m.steps, &m.picks, &m.ops, &m.goroutines)
	c.text(&m.plain)
	c.bytes(&m.lesson)
	c.fixed(&m.digest)
	c.named(&m.heard, &m.gone, &m.somes)
	c.bytes(&m.rest)
	c.bytes(&m.covered)
	c.bytes(&m.trace)
	c.bytes(&m.named)
	c.choices(&m.choices)
	c.text(&m.stale)
	c.text(&m.first)
	c.events(&m.events)
	list(c, &m.notes, 1, func(s *string) { c.text(s) })
	list(c, &m.changed, 1, func(s *string) { c.text(s) })
	c.text(&m.unknown)
	list(c, &m.allowed, 1, func(n *int) { c.ints(n) })
	c.endless(&m.endless)
}

// choices are those of an execution.
func (c *coder) choices(l *[]uint32) {
	list(c, l, 1, func(n *uint32) {
		v := uint64(*n)
		if c.number(&v); v > math.MaxUint32 {
			c.fail()
		}
		*n = uint32(v)
	})
}

func (c *coder) named(lists ...*[]namedCount) {
	for _, counts := range lists {
		list(c, counts, 2, func(n *namedCount) { c.text(&n.name); c.number(&n.n) })
	}
}

func (c *coder) events(l *[]eventLine) {
	list(c, l, 2, func(e *eventLine) { c.ints(&e.step); c.text(&e.text) })
}
