package check_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// blocks are ways to wait for what no schedule can bring.
var blocks = map[string]func(){
	"channel": func() { <-make(chan int) },
	"mutex":   lockTwice,
	"select":  func() { select {} },
	"sleep":   func() { time.Sleep(time.Hour) },
	"loop":    spinForever,
}

func lockTwice() {
	var mu sync.Mutex
	mu.Lock()
	mu.Lock()
}

func spinForever() {
	for n := 0; ; n++ {
		if n < 0 {
			return
		}
	}
}

func init() {
	for place, put := range places {
		for block, f := range blocks {
			name := "Stuck_" + strings.ReplaceAll(place, " ", "_") + "_" + block
			children[name] = func(t *testing.T) {
				check.Test(t, func(t *check.T) { put(t, f) })
			}
		}
	}
	children["StuckLate"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			t.Go("helper", func(c *ravel.Context) {
				if c.Int(100) == 42 && c.Int(3) == 1 {
					time.Sleep(time.Hour)
				}
			})
		}, check.Workers(3))
	}
}

// Code that blocks outside Ravel is diagnosed with its stack, before the process ends with exit code 2.
func TestStuck(t *testing.T) {
	var names []string
	for place := range places {
		for block := range blocks {
			if block == "channel" || place == "handler" || place == "body" {
				names = append(names, "Stuck_"+strings.ReplaceAll(place, " ", "_")+"_"+block)
			}
		}
	}
	for _, name := range append(names, "StuckLate") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runChild(t, t.TempDir(), name, "-ravel.stuck=400ms")
			r.ours(t)
			first, rest, _ := strings.Cut(strings.TrimSpace(r.out), "\n")
			if r.code != 2 || !strings.HasPrefix(first, "ravel: "+name+": stuck in execution ") || !matches(rest, "^ check_test.* has run for 400ms without taking a step") {
				t.Errorf("exit code %d", r.code)
			}
			r.has(t, `^  line: .*stuck_test\.go:\d+ in .*check_test\.`, `check_test\.`, `-ravel\.stuck`)
			if n := strings.Count(r.out, "\n"); n > 40 {
				t.Errorf("the diagnosis has %d lines:\n%s", n, r.out)
			}
			if strings.Contains(r.out, "ravel/check.(*") || strings.Contains(r.out, "internal/engine") {
				t.Errorf("the stack shows our own frames:\n%s", r.out)
			}
		})
	}
}

func TestStuckSaysWhere(t *testing.T) {
	if os.Getenv("RAVEL_STUCK") != "" {
		t.Skip("the variable under test is set")
	}
	r := runChild(t, t.TempDir(), "Stuck_body_mutex", "RAVEL_STUCK=300ms")
	r.has(t, `^ravel: Stuck_body_mutex: stuck in execution 0 \(strategy portfolio, seed \d+\):$`, `check_test\.lockTwice`, `where: check_test\.`)
}
