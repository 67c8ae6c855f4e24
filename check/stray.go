package check

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/failure"
)

// probeWatched runs execution 0 and looks for goroutines that its code has started and left behind: they carry the label
// of the goroutine that started them. The error is a *failure.UncontrolledGoroutine.
func (x *explorer) probeWatched() (p probe, err error) {
	w := newWorker(x.cfg, x.body, x.outer)
	x.mu.Lock()
	x.workers = append(x.workers, w) // so that the look-out sees it
	x.mu.Unlock()
	if x.cfg.isolation != nil { // it runs elsewhere, and what is started here ends processes
		p = x.probe(w, mode{record: true, check: true})
		x.shrink()
		return p, nil
	}
	mark := fmt.Sprint("execution ", marks.Add(1))
	pprof.Do(context.Background(), pprof.Labels(markKey, mark), func(context.Context) {
		x.knows(w)
		p = x.probe(w, mode{record: true, check: true, fingerprint: true, reach: true})
	})
	x.shrink() // ends its coroutines
	if p.shared != nil {
		x.report.note("shared memory: " + p.shared.Error())
	}
	if s := stray(mark); s != nil {
		return p, s
	}
	return p, nil
}

// stranger ends the process: a goroutine that Ravel does not control uses what belongs to an execution, and can neither
// be stopped nor scheduled.
func (x *execution) stranger(call string, err error) {
	if x.cleaning {
		panic(err) // a cleanup function, which may only do less
	}
	strangers.Lock() // for good: one of them is enough
	buf := make([]byte, 1<<16)
	g := parseStack(strings.TrimSpace(string(buf[:runtime.Stack(buf, false)])))
	u := &failure.UncontrolledGoroutine{Name: shortName(g.root), Site: failure.Site{Machine: shortName(g.creator), Place: g.created}}
	fmt.Fprintf(os.Stderr, "\nravel: %s: %s:\n%s\n%s\n", x.worker.cfg.test, u.Kind(),
		wrap(fmt.Sprintf("%v; it called %s", u, call), "  ", "  "), indent(u.Detail()))
	os.Exit(2)
}

// brokenDown looks for the cause when the engine panics with what can only come of memory that another goroutine writes
// to at the same time: a Context or a T in the hands of a goroutine that Ravel does not control.
func (w *worker) brokenDown() {
	v := recover()
	if v == nil {
		return
	}
	if _, ok := v.(runtime.Error); !ok {
		panic(v)
	}
	for _, g := range stacks() {
		if strings.Contains(g.text, "github.com/ravelgo/ravel.(*Context).") && !harmless(g.creator) {
			u := &failure.UncontrolledGoroutine{Name: shortName(g.root), Site: failure.Site{Machine: shortName(g.creator), Place: g.created}}
			fmt.Fprintf(os.Stderr, "\nravel: %s: %s:\n%s\n%s\n", w.cfg.test, u.Kind(), wrap(u.Error(), "  ", "  "), indent(u.Detail()))
			os.Exit(2)
		}
	}
	panic(v)
}

var strangers sync.Mutex

const markKey = "ravel"

var marks atomic.Uint64

// stray finds a goroutine with the mark. One that is about to end is given some time.
func stray(mark string) error {
	fn, found := "", false
	for wait := time.Duration(0); wait < 32*time.Millisecond; wait = 2*wait + time.Millisecond {
		time.Sleep(wait)
		if fn, found = marked(mark); !found {
			return nil
		}
	}
	err := &failure.UncontrolledGoroutine{Name: shortName(fn)}
	for _, g := range stacks() {
		if g.root == fn && !harmless(g.creator) {
			err.Machine, err.Place, err.Stack = shortName(g.creator), g.created, g.text
			break
		}
	}
	return err
}

// marked returns the function of a goroutine with the mark.
func marked(mark string) (fn string, found bool) {
	var b bytes.Buffer
	if pprof.Lookup("goroutine").WriteTo(&b, 1) != nil {
		return "", false
	}
	label := fmt.Sprintf("%q:%q", markKey, mark)
	for _, group := range strings.Split(b.String(), "\n\n") {
		if !strings.Contains(group, label) {
			continue
		}
		lines := strings.Split(strings.TrimSpace(group), "\n")
		fields := strings.Split(lines[len(lines)-1], "\t") // "#", address, function+offset, ..., file:line
		if len(fields) < 3 {
			return "", true // it has not begun
		}
		fn, _, _ := strings.Cut(fields[2], "+0x")
		if fn == "runtime.corostart" || strings.HasPrefix(fn, "iter.") {
			continue // runs only when its owner does
		}
		return fn, true
	}
	return "", false
}

// harmless are creators of goroutines that are not the body's: the test framework, the runtime, and Ravel.
func harmless(creator string) bool {
	for _, p := range []string{"", "testing.", "runtime.", "iter.", "os/signal.", "github.com/ravelgo/ravel/check.", "github.com/ravelgo/ravel/internal/engine."} {
		if p == "" && creator == "" || p != "" && strings.HasPrefix(creator, p) {
			return true
		}
	}
	return false
}

// stack is a goroutine as runtime.Stack shows it.
type stack struct {
	text    string
	id      uint64
	state   string // such as "chan receive"
	root    string // the function that the goroutine runs
	creator string // the function that started it
	created failure.Place
	parent  uint64 // the goroutine that started it
}

// stacks returns all goroutines.
func stacks() (all []stack) {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) || len(buf) >= 64<<20 {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	for _, text := range strings.Split(strings.TrimSpace(string(buf)), "\n\n") {
		all = append(all, parseStack(text))
	}
	return all
}

// parseStack reads the first and the last lines of a goroutine's stack.
func parseStack(text string) stack {
	g := stack{text: text}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	fmt.Sscanf(lines[0], "goroutine %d", &g.id)
	if _, s, ok := strings.Cut(lines[0], "["); ok {
		g.state, _, _ = strings.Cut(strings.TrimSuffix(s, ":"), "]")
		g.state, _, _ = strings.Cut(g.state, ",")
	}
	if len(lines) < 3 {
		return g
	}
	by, ok := strings.CutPrefix(lines[len(lines)-2], "created by ")
	if !ok {
		return g
	}
	g.creator = by
	if i := strings.LastIndex(by, " in goroutine "); i >= 0 {
		g.creator = by[:i]
		fmt.Sscanf(by[i:], " in goroutine %d", &g.parent)
	}
	g.created = placeOf(lines[len(lines)-1])
	g.created.Func = g.creator
	if len(lines) >= 5 {
		g.root = calledFunction(lines[len(lines)-4])
	}
	return g
}

// calledFunction is the function of a line like "main.f(0x1, {0x2, 0x3})".
func calledFunction(line string) string {
	if !strings.HasSuffix(line, ")") {
		return line
	}
	depth := 0
	for i := len(line) - 1; i >= 0; i-- {
		switch line[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return line[:i]
			}
		}
	}
	return line
}

// placeOf reads a line like "\t/src/a.go:12 +0x1f".
func placeOf(line string) failure.Place {
	at, _, _ := strings.Cut(strings.TrimSpace(line), " +0x")
	p := failure.Place{File: at}
	if i := strings.LastIndex(at, ":"); i > 0 {
		p.File = at[:i]
		fmt.Sscanf(at[i+1:], "%d", &p.Line)
	}
	return p
}

// shortName is a function without the folders of its package.
func shortName(fn string) string { return path.Base(fn) }
