package engine_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
)

func containsText(text, s string) bool { return strings.Contains(text, s) }

func TestControlledCounts(t *testing.T) { runGoRows(t, goCountRows) }

// ready creates a machine that handles one A.
func handler(c ctx, f func(c ctx)) {
	machine(c, events(A{}), goStates(f)...)
}

var goCountRows = []goRow{
	{
		Name: "a goroutine alone",
		Body: func(p *shown, c ctx) { go p.See("g") },
		Want: []string{"g"},
	},
	{
		Name: "a goroutine and its body",
		Body: func(p *shown, c ctx) {
			go p.See("g")
			p.See("b")
		},
		Want: []string{"g b", "b g"}, Runs: 2,
	},
	{
		Name: "two goroutines and a lock",
		Body: func(p *shown, c ctx) {
			var mu sync.Mutex
			for i := range 2 {
				go func() {
					mu.Lock()
					p.See("%d", i)
					mu.Unlock()
				}()
			}
		},
		Want: []string{"0 1", "1 0"},
	},
}

func goStates(f func(c ctx)) []ravel.StateClause { return states(ravel.Start(s0, do(f))) }
