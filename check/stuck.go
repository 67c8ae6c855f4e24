package check

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/ravelgo/ravel/failure"
)

// lookOut ends the process when an execution makes no step for too long: code that blocks outside Ravel's control can be
// neither scheduled nor stopped. This is the only use of the wall clock, and it decides nothing but this.
func (x *explorer) lookOut(done <-chan struct{}) {
	every := max(x.cfg.Stuck/4, time.Millisecond)
	tick := time.NewTicker(every)
	defer tick.Stop()
	type sight struct {
		k     uint64
		since time.Time
	}
	seen := map[*worker]sight{}
	for {
		select {
		case <-done:
			return
		case now := <-tick.C:
			x.mu.Lock()
			workers := append([]*worker(nil), x.workers...)
			x.mu.Unlock()
			for _, w := range workers {
				k := w.now.Load()
				moved := w.eng.Poke()
				s, ok := seen[w]
				if k == 0 || moved || !ok || s.k != k {
					seen[w] = sight{k, now}
					continue
				}
				if now.Sub(s.since) >= x.cfg.Stuck {
					x.stuck(k - 1)
				}
			}
		}
	}
}

func (x *explorer) stuck(k uint64) {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var culprits []string
	for _, g := range strings.Split(string(buf), "\n\n") {
		if strings.Contains(g, "internal/engine.(*Engine)") && strings.Contains(g, "engine.(*Engine).loop") && !strings.Contains(g, "engine.(*Engine).park") {
			culprits = append(culprits, upToEngine(g))
		}
	}
	if culprits == nil {
		culprits = []string{string(buf)}
	}
	err := &failure.Stuck{For: x.cfg.Stuck.String(), Stack: strings.Join(culprits, "\n\n")}
	fmt.Fprintf(os.Stderr, "\nravel: %s: execution %d (strategy %s, seed %d): %v\n%s\n", x.cfg.test, k, x.cfg.Strategy, x.cfg.Seed, err, err.Detail())
	os.Exit(2)
}

// upToEngine cuts a stack where Ravel's own frames begin.
func upToEngine(stack string) string {
	lines := strings.Split(stack, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "github.com/ravelgo/ravel/internal/") {
			return strings.Join(lines[:i], "\n")
		}
	}
	return stack
}
