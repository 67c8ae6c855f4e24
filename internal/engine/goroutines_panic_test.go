package engine_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
)

// Panics, Goexit and fatal errors, in goroutines, handlers and what runs at the end.

func TestControlledPanics(t *testing.T) { runGoRows(t, goPanicRows) }

var goPanicRows = []goRow{
	{
		Name: "a panic in a goroutine",
		Body: func(p *shown, c ctx) { go explode() },
		Want: []string{"!panic"}, Says: []string{"nil map", "engine_test.explode"},
	},
	{
		Name: "a panic in a handler",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				var mu sync.Mutex
				mu.Lock()
				defer mu.Unlock()
				explode()
			})
		},
		Want: []string{"!panic"}, Says: []string{"M panicked", "nil map", "engine_test.explode"},
	},
	{
		Name: "a panic in one handler while another is blocked amid a move",
		Body: func(p *shown, c ctx) {
			gate := make(chan bool)
			handler(p, c, func(c ctx) { gate <- true; <-make(chan int) })
			handler(p, c, func(c ctx) { <-gate; panic("oh") })
		},
		Want: []string{"!panic"}, Says: []string{"M#2 panicked"},
	},
	{
		Name: "a failed assertion in one handler while another is blocked amid a move",
		Body: func(p *shown, c ctx) {
			gate := make(chan bool)
			handler(p, c, func(c ctx) { gate <- true; <-make(chan int) })
			handler(p, c, func(c ctx) { <-gate; c.Assert(false, "oh") })
		},
		Want: []string{"!assertion"}, Says: []string{"M#2"},
	},
	{
		Name: "recovered panics are the program's business",
		Body: func(p *shown, c ctx) {
			safely := func(who string) {
				defer func() { p.See("%s %v", who, recover()) }()
				panic("oh")
			}
			go safely("g")
			handler(p, c, func(c ctx) { safely("m") })
		},
		Want: []string{"g oh m oh", "m oh g oh"},
	},
	{
		Name: "a failed assertion cannot be recovered",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				defer func() { p.See("deferred %v", recover()) }()
				c.Assert(false, "oh")
			})
		},
		Want: []string{"deferred <nil> !assertion"},
	},
	{
		Name: "a failed assertion in a goroutine cannot be recovered",
		Body: func(p *shown, c ctx) {
			go func() {
				defer func() { recover() }()
				c.Assert(false, "oh")
			}()
		},
		Want: []string{"!assertion"},
	},
	{
		Name: "Goexit in a goroutine is its own business",
		Body: func(p *shown, c ctx) {
			go func() {
				defer p.See("g")
				runtime.Goexit()
			}()
		},
		Want: []string{"g"},
	},
	{
		Name: "Goexit in a handler",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) { defer p.See("deferred"); runtime.Goexit() })
		},
		Want: []string{"deferred !exit"}, Says: []string{"M", "runtime.Goexit"},
	},
	{
		Name: "Goexit in the body",
		Body: func(p *shown, c ctx) { runtime.Goexit() },
		Want: []string{"!exit"}, Says: []string{"runtime.Goexit"},
	},
	{
		Name: "a deferred function that panics after a failed assertion",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				defer func() { panic("second") }()
				c.Assert(false, "first")
			})
		},
		Want: []string{"!assertion"}, Says: []string{"first"},
	},
	{
		Name: "a deferred function that blocks after a failed assertion",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				defer p.See("outer")
				defer func() { <-make(chan int) }()
				c.Assert(false, "first")
			})
		},
		Want: []string{"outer !assertion"}, Says: []string{"first"},
	},
	{
		Name: "an unlocked mutex is unlocked by a goroutine",
		Body: func(p *shown, c ctx) { go func() { (&sync.Mutex{}).Unlock() }() },
		Want: []string{"!fatal error"}, Says: []string{"unlock of unlocked mutex", "goroutines_panic_test.go"},
	},
	{
		Name: "an unlocked mutex is unlocked by a handler",
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) { defer func() { recover() }(); (&sync.Mutex{}).Unlock() })
		},
		Want: []string{"!fatal error"}, Says: []string{"M", "unlock of unlocked mutex"},
	},
	{
		Name: "a nil function is started",
		Body: func(p *shown, c ctx) {
			var f func()
			go f()
		},
		Want: []string{"!fatal error"}, Says: []string{"go of nil func value"},
	},
	{
		Name: "a panic in AtEnd",
		Body: func(p *shown, c ctx) {}, AtEnd: func(p *shown) { panic("oh") },
		Want: []string{"!panic"}, Says: []string{"oh"},
	},
	{
		Name: "a panic in a goroutine of AtEnd",
		Body: func(p *shown, c ctx) {}, AtEnd: func(p *shown) { go func() { panic("oh") }() },
		Want: []string{"!panic"}, Says: []string{"oh"},
	},
	{
		Name: "a panic in Cleanup",
		Body: func(p *shown, c ctx) {}, Cleanup: func(p *shown) { panic("oh") },
		Want: []string{"!panic"}, Says: []string{"oh"},
	},
	{
		Name: "AtEnd and Cleanup lock, start goroutines and wait for them",
		Body: func(p *shown, c ctx) {},
		AtEnd: func(p *shown) {
			done := make(chan bool)
			go func() { p.See("end"); close(done) }()
			<-done
		},
		Cleanup: func(p *shown) {
			var mu sync.Mutex
			mu.Lock()
			go func() { defer mu.Unlock(); p.See("cleanup") }()
			mu.Lock()
			p.See("over")
		},
		Want: []string{"end cleanup over"},
	},
	{
		Name: "AtEnd blocks",
		Body: func(p *shown, c ctx) {}, AtEnd: func(p *shown) { <-make(chan int) },
		Want: []string{"!deadlock"}, Says: []string{"goroutines_panic_test.go"},
	},
	{
		Name: "Cleanup blocks",
		Body: func(p *shown, c ctx) {}, Cleanup: func(p *shown) { <-make(chan int) },
		Want: []string{"!deadlock"}, Says: []string{"goroutines_panic_test.go"},
	},
	{
		Name: "Cleanup ends what the body has left",
		Body: func(p *shown, c ctx) {
			quit := make(chan bool)
			p.quit = func() { close(quit) }
			go func() { <-quit; p.See("quit") }()
		},
		Cleanup: func(p *shown) { p.quit() },
		Want:    []string{"quit"},
	},
	{
		Name: "a predicate of Receive panics",
		Body: func(p *shown, c ctx) {
			c.Send(c.Self(), B{1})
			ravel.ReceiveWhere(c, func(b B) bool { panic("oh") })
		},
		Want: []string{"!panic"}, Says: []string{"oh"},
	},
}
