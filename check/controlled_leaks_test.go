package check_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// How the goroutines are judged that are there when a test is over. Each verdict has a program that must have it, and one
// next to it that must not.

// parked waits for ever.
func parked() { <-make(chan int) }

// keeper parks what it starts.
func keeper() { go parked() }

// ticking goes on for n turns, or for ever.
func ticking(n int) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for i := 0; i != n; i++ {
		<-tick.C
	}
}

// polling goes on for ever, without a channel.
func polling() {
	for {
		time.Sleep(time.Minute)
	}
}

// rearming calls itself for ever, and leaves no goroutine.
func rearming() { time.AfterFunc(time.Minute, rearming) }

// twoLocks lets two goroutines take two locks, each one first, if they are crossed, so that they wait for each other.
func twoLocks(crossed bool) *sync.WaitGroup {
	var a, b sync.Mutex
	var done, met sync.WaitGroup
	met.Add(2)
	both := func(first, second *sync.Mutex) {
		if !crossed {
			first, second = &a, &b
		}
		first.Lock()
		if met.Done(); crossed {
			met.Wait()
		}
		second.Lock()
		second.Unlock()
		first.Unlock()
	}
	done.Go(func() { both(&a, &b) })
	done.Go(func() { both(&b, &a) })
	return &done
}

// What an execution can be, beside a failure.
const (
	isClean   = "clean"
	isBounded = "bounded"
	isCut     = "cut at the step bound"
)

const aLine = `controlled_leaks_test\.go:\d+`

type leakRow struct {
	name  string
	allow []string
	body  func(t *check.T)
	want  string   // isClean, isBounded, isCut, or the word of a failure
	says  []string // patterns of the summary, or of the text of the failure
	not   []string
}

var leakRows = []leakRow{
	{name: "a leak", body: func(*check.T) { keeper() }, want: "leak", says: []string{
		`waits to receive from channel #\d+`, `channel made: .*` + aLine + ` in .*parked`, `created: .* in .*keeper`,
		`--allow-leak='\^github\\\.com/ravelgo/ravel/check_test\\\.parked\$'`}},
	{name: "who has used the channel last", body: func(t *check.T) {
		c := make(chan int)
		go func() { c <- 1; c <- 2 }()
		<-c
	}, want: "leak", says: []string{`waits to send to channel #\d+`, `last used by g0: receive in step \d+, ` + aLine}},
	{name: "it ends in time", body: func(*check.T) { go time.Sleep(time.Hour) }, want: isClean, not: []string{"bounded", "allow-leak"}},

	{name: "allowed by its function", allow: []string{`check_test\.parked$`}, body: func(*check.T) { keeper(); keeper() }, want: isClean,
		says: []string{`AllowLeak\("check_test\\\\.parked\$"\) matched 80 goroutines in 40 executions`}},
	{name: "allowed by its creator", allow: []string{`^nobody$`, `\.keeper$`}, body: func(*check.T) { keeper() }, want: isClean,
		says: []string{`AllowLeak\("\^nobody\$"\) matched no goroutine`, `keeper\$"\) matched 40 goroutines in 40 executions`}},
	{name: "allowed deep in its stack", allow: []string{`\.parked$`}, body: func(*check.T) {
		go func() {
			var down func(n int)
			down = func(n int) {
				if n == 0 {
					parked()
				}
				down(n - 1)
			}
			down(100)
		}()
	}, want: isClean, says: []string{`matched 40 goroutines`}},
	{name: "another one is allowed", allow: []string{`\.polling$`}, body: func(*check.T) { keeper() }, want: "leak"},
	{name: "the test's own goroutine is not allowed to be blocked", allow: []string{`.`}, body: func(*check.T) { keeper(); parked() }, want: "deadlock"},
	{name: "nor a goroutine that the test waits for", allow: []string{`.`}, body: func(*check.T) {
		var wg sync.WaitGroup
		wg.Go(parked)
		wg.Wait()
	}, want: "deadlock"},

	{name: "a ticker", body: func(*check.T) { go ticking(-1) }, want: isBounded, says: []string{
		`40 executions were bounded: goroutines went on for ever`,
		`execution \d+ is bounded: g1 \(` + aLine + `\) ticks for ever, at ` + aLine + `: 100 turns of the clock after the test's end`}},
	{name: "a ticker that ends", body: func(*check.T) { go ticking(90) }, want: isClean},
	{name: "a loop of sleeps", body: func(*check.T) { go polling() }, want: isBounded, says: []string{`ticks for ever, at ` + aLine}},
	{name: "a timer that starts itself again", body: func(*check.T) { rearming() }, want: isBounded,
		says: []string{`a timer that calls check_test\.rearming fires for ever, at ` + aLine}},
	{name: "who is served by a ticker", body: func(*check.T) {
		c := make(chan int)
		go func() {
			for range time.Tick(time.Minute) {
				c <- 1
			}
		}()
		go func() {
			for range c {
			}
		}()
	}, want: isBounded, says: []string{`ticks for ever, at ` + aLine, `goes on for ever, at ` + aLine}, not: []string{"did not move"}},
	{name: "a ticker is allowed", allow: []string{`\.ticking$`}, body: func(*check.T) { go ticking(-1) }, want: isClean,
		says: []string{`matched 40 goroutines`}, not: []string{"bounded", "for ever"}},
	{name: "a ticker beside who waits for what it might do", body: func(*check.T) { go ticking(-1); keeper() }, want: isBounded,
		says: []string{`ticks for ever`, `waits to receive from a channel, at ` + aLine + `, and did not move for 10\d turns of the clock`}},
	{name: "a ticker beside who waits for nobody", body: func(*check.T) { go ticking(-1); go func() { select {} }() }, want: "leak",
		says: []string{`waits in a select without cases`}, not: []string{`ticking`}},
	{name: "a ticker beside a cycle of locks", body: func(*check.T) { go ticking(-1); twoLocks(true) }, want: "leak",
		says: []string{`g\d holds it`, `--allow-leak=`}, not: []string{`ticking`}},
	{name: "a ticker beside locks in order", body: func(*check.T) { go ticking(-1); twoLocks(false) }, want: isBounded, not: []string{"did not move"}},

	{name: "the test is blocked beside a ticker", body: func(*check.T) { go ticking(-1); parked() }, want: isCut, says: []string{
		`g0 \(test\) waits to receive from a channel, at ` + aLine + `, and did not move for \d+ turns of the clock: blocked, while g1 \(` +
			aLine + `\) ticks for ever`}},
	{name: "the test waits long for a ticker", body: func(*check.T) {
		var wg sync.WaitGroup
		wg.Go(func() { ticking(300) })
		wg.Wait()
	}, want: isClean, not: []string{"did not move"}},
	{name: "the test waits for nobody, beside a ticker", body: func(*check.T) { go ticking(-1); <-chan int(nil) }, want: "deadlock",
		says: []string{`some goroutines can never go on, whatever the others do: g0 \(test\) waits to receive from a nil channel`}},
	{name: "the test waits for a cycle of locks, beside a ticker", body: func(*check.T) { go ticking(-1); twoLocks(true).Wait() }, want: "deadlock",
		says: []string{`some goroutines can never go on, whatever the others do: g\d .* which g\d .* holds`, `blocked too: g0 \(test\)`, `cycle: g`}},
	{name: "the test waits for locks in order, beside a ticker", body: func(*check.T) { go ticking(-1); twoLocks(false).Wait() }, want: isBounded},
}

func TestControlledLeaks(t *testing.T) {
	check.NeedControl(t)
	for _, c := range leakRows {
		t.Run(c.name, c.run)
	}
}

func (c *leakRow) run(t *testing.T) {
	for _, strategy := range []string{"random", "urw"} { // which the runtime knows itself, and which it does not
		cfg := check.Config{Schedules: 40, Steps: 2000, Strategy: strategy, Seed: 1, Seeded: true, Goroutines: true, AllowLeak: c.allow}
		r := explore(t, cfg, c.body)
		got, text := isClean, r.Summary()
		switch f := r.Failure; {
		case f != nil:
			got, text = failure.Of(f.Err).Kind().String(), f.Text("TestLeaks", "")
			if !f.Reproduced {
				t.Errorf("%s: it did not reproduce", strategy)
			}
			c.replay(t, cfg, f)
		case r.Bounded > 0:
			got = isCut
		case r.Endless > 0:
			got = isBounded
		}
		if got != c.want || r.Nondeterminism != nil {
			t.Errorf("%s: %s, want %s\n%s", strategy, got, c.want, text)
		}
		for _, p := range c.says {
			if !matches(text, p) {
				t.Errorf("%s: it does not say %q:\n%s", strategy, p, text)
			}
		}
		for _, p := range c.not {
			if matches(text, p) {
				t.Errorf("%s: it says %q:\n%s", strategy, p, text)
			}
		}
	}
}

func (c *leakRow) replay(t *testing.T, cfg check.Config, f *check.Failure) {
	t.Helper()
	p, err := check.NewReplayer(cfg, f, c.body)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if again, err := p.Run(); err != nil || !failure.Same(again.Err, f.Err) {
		t.Errorf("its replay: %v, %v; it was %v", again.Err, err, f.Err)
	}
}

// TestControlledLeftIsolated: what is counted and told of goroutines that are left comes from other processes, too.
func TestControlledLeftIsolated(t *testing.T) {
	check.NeedControl(t)
	for name, body := range map[string]func(*check.T){
		"a ticker": func(*check.T) { keeper(); go ticking(-1); go parked() },
		"blocked":  func(*check.T) { keeper(); go ticking(-1); parked() },
		"proof":    func(*check.T) { go ticking(-1); twoLocks(true).Wait() },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := check.Config{Schedules: 20, Steps: 2000, Strategy: "random", Seed: 1, Seeded: true, Workers: 1, Goroutines: true, NoShrink: true,
				AllowLeak: []string{`\.keeper$`, "nobody"}}
			without := inTest(t, cfg, body)
			cfg.Isolate = true
			with := inTest(t, cfg, body)
			if with == nil || without == nil {
				return
			}
			if fmt.Sprint(with.Allowed, with.Endless, with.Bounded, with.Notes) != fmt.Sprint(without.Allowed, without.Endless, without.Bounded, without.Notes) {
				t.Errorf("without\n%s\nwith\n%s", without.Summary(), with.Summary())
			}
			a, b := without.Failure, with.Failure
			if (a == nil) != (b == nil) || (a == nil) != (name != "proof") || name == "a ticker" && without.Endless != 20 {
				t.Fatalf("without %+v, with %+v\n%s", a, b, without.Summary())
			}
			if a != nil && (!a.Reproduced || !b.Reproduced || a.Err.Error() != b.Err.Error() || a.Steps != b.Steps) {
				t.Errorf("without %+v\nwith %+v", a, b)
			}
		})
	}
}
