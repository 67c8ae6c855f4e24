package check

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ravelgo/ravel/failure"
)

// lookOut ends the process when an execution makes no step for too long: code that blocks outside Ravel's control can be
// neither scheduled nor stopped. This is the only use of the wall clock that does more than end a run, and it decides
// nothing but this.
func (x *explorer) lookOut(done <-chan struct{}) {
	tick := time.NewTicker(max(x.cfg.Stuck/4, time.Millisecond))
	defer tick.Stop()
	type sight struct {
		now   uint64
		since time.Time
	}
	seen := map[*worker]sight{}
	for {
		select {
		case <-done:
			return
		case now := <-tick.C:
			x.mu.Lock()
			workers := slices.Clone(x.workers)
			x.mu.Unlock()
			for _, w := range workers {
				k := w.now.Load()
				moved := w.eng.Poke()
				if moved && x.server != nil {
					x.server.desk.beat.Add(1)
				}
				s, ok := seen[w]
				if k == 0 || moved || x.cfg.isolation != nil || !ok || s.now != k {
					seen[w] = sight{k, now}
					continue
				}
				if now.Sub(s.since) >= x.cfg.Stuck {
					x.stuck(w, k-1)
				}
			}
		}
	}
}

// stuck ends the process.
func (x *explorer) stuck(w *worker, k uint64) {
	x.mu.Lock()
	goids := slices.Clone(w.goids)
	x.mu.Unlock()
	err := &failure.Stuck{For: x.cfg.Stuck.String()}
	all := stacks()
	if x.cfg.goroutines.on {
		err.Machine, err.Place, err.Stack = blameControlled(all)
	}
	if err.Stack == "" {
		err.Machine, err.Place, err.Stack = blame(all, goids)
	}
	fmt.Fprintf(os.Stderr, "\nravel: %s: stuck in execution %d (strategy %s, seed %d):\n%s\n%s\n",
		x.cfg.test, k, x.cfg.Strategy, x.cfg.Seed, wrap(err.Error(), "  ", "  "), indent(err.Detail()))
	if x.cfg.ordinary != nil {
		fmt.Fprint(os.Stderr, indent(wrap(fmt.Sprintf("this test cannot be explored: leave it out with -- -skip '^%s$', run all "+
			"tests of the package as they are with --ordinary=off, or allow more time with RAVEL_STUCK=5m", x.cfg.test), "", "")), "\n")
	}
	os.Exit(2)
}

// blame finds the user's code among the goroutines that belong to a worker that does not move: its name, its line, and the
// stack.
func blame(all []stack, goids []uint64) (who string, at failure.Place, text string) {
	var culprits []string
	for _, g := range all {
		if !ofWorker(&g, goids) {
			continue
		}
		lines := userLines(g.text)
		if len(lines) < 3 {
			continue
		}
		if len(culprits) == 0 {
			who, at = culprit(lines)
		}
		culprits = append(culprits, strings.Join(lines, "\n"))
	}
	if len(culprits) == 0 {
		for _, g := range all {
			culprits = append(culprits, g.text)
		}
	}
	return who, at, strings.Join(culprits, "\n\n")
}

// ofWorker reports whether a goroutine runs user code for a worker: a coroutine that the worker has made and that runs the
// engine's loop or is being unwound, or a cleanup.
func ofWorker(g *stack, goids []uint64) bool {
	if !slices.Contains(goids, g.parent) && !slices.Contains(goids, g.id) {
		return false
	}
	switch {
	case strings.Contains(g.text, "/check.cleanUp("):
		return true
	case !strings.Contains(g.text, "engine.(*Engine).loop("):
		return false
	}
	parked := strings.Contains(g.text, "engine.(*Engine).park(")
	return !parked || strings.Contains(g.text, "runtime.Goexit")
}

// userLines cuts a stack where Ravel's own frames begin, and the frames of the runtime before the user's.
func userLines(text string) []string {
	lines := strings.Split(text, "\n")
	head, lines := lines[:1], lines[1:]
	for len(lines) >= 2 && (strings.HasPrefix(lines[0], "runtime.") || strings.HasPrefix(lines[0], "internal/")) {
		lines = lines[2:]
	}
	for i, l := range lines {
		if strings.HasPrefix(l, "github.com/ravelgo/ravel/internal/engine.") || strings.HasPrefix(l, "github.com/ravelgo/ravel/internal/machine.") ||
			strings.HasPrefix(l, "github.com/ravelgo/ravel/check.") {
			lines = lines[:i]
			break
		}
	}
	for n := len(lines) - 2; n >= 0 && (strings.HasPrefix(lines[n], "github.com/ravelgo/ravel.") || strings.HasPrefix(lines[n], "runtime.Goexit(")); n -= 2 {
		lines = lines[:n] // how a typed or a deferred function is called
	}
	return append(head, lines...)
}

// culprit names the function that Ravel called last, and the innermost line that is not of the standard library.
func culprit(lines []string) (who string, at failure.Place) {
	for i := 1; i+1 < len(lines); i += 2 {
		fn := calledFunction(lines[i])
		who = shortName(fn)
		if p := placeOf(lines[i+1]); at.IsZero() && !strings.HasPrefix(p.File, library()) {
			at = p
			at.Func = fn
		}
	}
	return who, at
}

// library is the folder of the standard library, as stacks show it.
var library = sync.OnceValue(func() string {
	file, _ := runtime.FuncForPC(reflect.ValueOf(os.Exit).Pointer()).FileLine(0)
	return strings.TrimSuffix(file, "os/proc.go")
})
