package gocontrol

import (
	"errors"
	"fmt"
	"unsafe" // and for go:linkname
)

// abi is that of the overlay's runtime files. A binary may combine this package with an overlay of another version.
const abi = 3

// table is what the overlay provides. Only abi may be read before it has been compared.
type table struct {
	abi uint64
	run func(f func(), cfg *config, res *result) uint32

	// Of a session.
	open      func(cfg *config) uint32
	spawn     func(f func(), service bool) int32
	resume    func(c *command, s *status)
	advance   func(to int64, s *status)
	snapshot  func(res *result)
	describe  func(id int32, b *blocked) bool
	end       func(id int32) bool
	wake      func(id int32)
	close     func() int32
	park      func()
	halt      func()
	mask      func(off bool) bool
	current   func() int32
	decided   func() []uint64
	look      func(s *status)
	interrupt func()
	point     func(kind uint32, obj unsafe.Pointer)
	claimed   bool // see Claim
	left      func() []left
	object    func(p uintptr) (base, size uintptr, pointers bool)
	peek      func(to []byte, from uintptr)
	serial    func() uint64

	// Of the race detector.
	racesTo    func(fd uintptr)
	judgeRaces func(n int)
}

type command struct {
	how     uint8
	atomic  bool
	early   bool
	arg     int32
	limit   uint64
	earlyAt uint64
	slack   int64
}

// hooks is set by the runtime of a program that was built with the overlay: there it is a variable with a value, here
// one without, and the linker takes the one with.
//
//go:linkname hooks
var hooks *table

// The following types have the layout of their namesakes in the overlay's runtime files (ctlConfig and so on).

type config struct {
	strategy  uint8
	atomics   bool
	seed      uint64
	maxSteps  uint64
	depth     int32
	maxTrace  int32
	expect    uint64
	replay    []uint32
	decisions []uint64
	choose    func(q *question) int64
	inner     bool
	memory    bool
	values    uint64
	plan      *Plan
}

// A Plan is what the strategies URW and SURW know of an execution ahead of it. It may not be changed while it is in use. Its
// root is the goroutine of the function that Run calls, or a session's service goroutine.
type Plan struct {
	Unit    int64   // the weight of one step
	Selects bool    // SURW: steps that touch one object count, the first one that somebody comes to as its Share.Nth
	Root    uint64  // name of the root
	Shares  []Share // sorted by Name
}

// A Share is what is expected of a goroutine. Goroutines have names that are the same in all executions: see
// strategy.PlanName.
type Share struct {
	Name          uint64
	Steps         int64  // weight of its steps, those of its unborn children included
	Selected      int64  // the same of those that touch the object that counts
	ChildSteps    int64  // Steps of a child that has no share
	ChildSelected int64  // Selected of such a child
	Nth           uint32 // the object is the nth of those that the goroutine touches, by first touches; 0: not known
}

type result struct {
	end       uint8
	steps     uint64
	switches  uint64
	outside   uint64
	digest    uint64
	now       int64
	decisions []uint64
	replayed  int
	trace     []event
	blocked   []blocked
	abandoned int32
	panicVal  any
	fatalMsg  string
	pcs       []uintptr
	failed    int32
}

type status struct {
	why       uint8
	waits     bool
	yields    bool
	end       uint8
	current   int32
	cases     int32
	alive     int32
	steps     uint64
	switches  uint64
	outside   uint64
	now       int64
	timer     int64
	digest    uint64
	ready     []ready
	born      []born
	decisions []uint64
	guarded   bool
}

type ready struct {
	id   int32
	slot int32
	kind uint32
	obj  unsafe.Pointer
}

type born struct {
	id      int32
	creator int32
	nth     int32
	startpc uintptr
	gopc    uintptr
}

type left struct {
	obj    unsafe.Pointer
	id     int32
	how    uint8
	rw     bool
	global bool
}

type question struct {
	current int32
	kind    uint32
	obj     uintptr
	sel     bool
	alts    []uint32
}

type event struct {
	id   int32
	kind uint32
	obj  uintptr
	n    int32
	pcs  [12]uintptr
}

type blocked struct {
	id       int32
	kind     uint32
	obj      uintptr
	waiting  bool
	timed    bool
	seen     bool
	reason   string
	moved    uint64
	parks    uint32
	made     uintptr
	createPC uintptr
	pcs      [32]uintptr
}

// ErrNotBuilt is the error of [Available] in a program that was built without the overlay.
var ErrNotBuilt = errors.New("this program was built without control of goroutines: run it through ravel test")

// Available returns nil if executions can be controlled, else an error that says what to do.
func Available() error {
	if hooks == nil {
		return ErrNotBuilt
	}
	if hooks.abi != abi {
		return misfit(hooks.abi)
	}
	return nil
}

// Claim says that the tests of this program use Ravel themselves. Two copies of Ravel may be in one program: the library's,
// and the explorer of ordinary tests, which the overlay has put into the standard library.
func Claim() {
	if Available() == nil {
		hooks.claimed = true
	}
}

// Claimed reports whether somebody has called Claim.
func Claimed() bool { return Available() == nil && hooks.claimed }

// startError explains why the runtime did not start an execution.
func startError(code uint32) error {
	switch code {
	case 0:
		return nil
	case 1:
		return errors.New("gocontrol: another execution runs in this process: run one at a time, or use more processes")
	case 2:
		return errors.New("gocontrol: called from a controlled goroutine or a synctest bubble: call it from outside")
	case 3:
		return errors.New("gocontrol: GODEBUG=asynctimerchan=1 is in force, which virtual time does not support: " +
			"run with GODEBUG=asynctimerchan=0 (it is the default of a go.mod with go 1.22 or lower)")
	}
	return fmt.Errorf("gocontrol: the runtime refused to start an execution (code %d)", code)
}
