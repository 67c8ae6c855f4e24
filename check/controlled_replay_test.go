package check

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// controlledStrategies are those whose executions are replayed: all that the runtime knows itself, and others.
var controlledStrategies = []string{
	"random", "pct:3", "pos", "nonpreemptive", "portfolio", "surw", "urw", "ql", "ss:rtc", "dfs", "delay:2", "pb:2", "fairpct:3",
}

// eachExecutions is how many executions of one program one strategy runs.
const eachExecutions = 4

// TestControlledReplay runs many executions of programs with mutexes, channels, select, context, timers, maps, math/rand
// and crypto/rand, with and without failures, and replays each one: from its raw choices, from its token, from its record,
// and, from its token, in another process. Meanwhile the collector runs all the time, a goroutine outside makes noise, and
// GOMAXPROCS changes between 1, 2 and 8 from one execution to the next. The replay must be the same in its end, the text
// of its failure, its steps, the digest of its operations, and all that the program has observed.
//
// The flag -controlled.executions says how many executions there are.
func TestControlledReplay(t *testing.T) {
	control(t)
	total := *controlledExecutions
	if total == 0 {
		total = 2500
		if testing.Short() {
			total = 1000
		}
	}
	others := startOthers(t)
	warmUp(t)
	defer disturb()()
	ends := map[string]int{}
	steps, done, n := 0, 0, uint64(0)
	for ; done < total; n++ {
		spec := controlledStrategies[n%uint64(len(controlledStrategies))]
		name := fmt.Sprintf("%d/%s", n, spec)
		p, err := newProof(name, spec, n, Subjects(n))
		if err != nil {
			t.Fatal(err)
		}
		for range min(eachExecutions, total-done) {
			disarrange()
			v, ok := p.next()
			if !ok {
				break
			}
			disarrange()
			token, err := p.replay(&v)
			if err != nil {
				t.Fatalf("program %d, strategy %s, execution %d: %v", n, spec, p.k-1, err)
			}
			others.replay(n, name, token, v.sum())
			ends[v.end]++
			steps += v.steps
			done++
		}
		p.close()
	}
	others.finish(t)
	t.Logf("figures: %d executions with %d steps of %d programs, each replayed 4 times here and once in another process: %s",
		total, steps, n, told(ends))
	for _, end := range []string{"passes", "test failure", "panic", "fatal error", "deadlock", "leak", "passes, bounded"} {
		if ends[end] < total/2500 {
			t.Errorf("only %d executions end with %q: the programs test too little", ends[end], end)
		}
	}
}

func told(counts map[string]int) string {
	var list []string
	for _, k := range sortedKeys(counts) {
		list = append(list, fmt.Sprintf("%d %s", counts[k], k))
	}
	return strings.Join(list, ", ")
}

// disturb makes the collector run all the time, and a goroutine outside allocate.
func disturb() (stop func()) {
	percent, procs := debug.SetGCPercent(5), runtime.GOMAXPROCS(0)
	quit, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		var kept [][]byte
		for {
			select {
			case <-quit:
				return
			default:
				if kept = append(kept, make([]byte, 10_000)); len(kept) == 300 {
					kept = nil
					time.Sleep(2 * time.Millisecond)
				}
				runtime.Gosched()
			}
		}
	}()
	return func() {
		close(quit)
		<-done
		debug.SetGCPercent(percent)
		runtime.GOMAXPROCS(procs)
	}
}

var procs = []int{1, 2, 8}
var disarranged int

// disarrange changes GOMAXPROCS.
func disarrange() {
	disarranged++
	runtime.GOMAXPROCS(procs[disarranged%len(procs)])
}

// others are processes that replay tokens, each with another GOMAXPROCS.
type others struct {
	cmds []*exec.Cmd
	in   []*bufio.Writer
	pipe []io.WriteCloser
	out  []*strings.Builder
	sent int
}

// controlledOther is set in the processes that replay tokens.
const controlledOther = "CHECK_TEST_CONTROLLED_OTHER"

func startOthers(t *testing.T) *others {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := &others{}
	for _, n := range procs {
		cmd := exec.CommandContext(t.Context(), exe, "-test.run=^TestControlledOther$", "-test.timeout=0")
		cmd.Env = append(os.Environ(), controlledOther+"=1", fmt.Sprint("GOMAXPROCS=", n), "GOGC=10")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out := &strings.Builder{}
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		o.cmds, o.pipe, o.in, o.out = append(o.cmds, cmd), append(o.pipe, in), append(o.in, bufio.NewWriter(in)), append(o.out, out)
	}
	return o
}

// replay sends one execution to one of the processes.
func (o *others) replay(n uint64, name, token string, sum uint64) {
	fmt.Fprintln(o.in[o.sent%len(o.in)], n, name, token, sum)
	o.sent++
}

// finish waits until all have been replayed, and wants no difference.
func (o *others) finish(t *testing.T) {
	t.Helper()
	replayed := 0
	for i, cmd := range o.cmds {
		o.in[i].Flush()
		o.pipe[i].Close()
		err := cmd.Wait()
		n := 0
		_, text, _ := strings.Cut(o.out[i].String(), "replayed ")
		fmt.Sscan(text, &n)
		if err != nil || n == 0 {
			t.Errorf("GOMAXPROCS=%d: %v\n%s", procs[i], err, o.out[i])
		}
		replayed += n
	}
	if replayed != o.sent {
		t.Errorf("%d of %d executions were replayed in other processes", replayed, o.sent)
	}
}

// TestControlledOther replays what TestControlledReplay sends, in another process.
func TestControlledOther(t *testing.T) {
	if os.Getenv(controlledOther) == "" {
		t.Skip("TestControlledReplay runs it in other processes")
	}
	control(t)
	warmUp(t)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	replayed := 0
	for in.Scan() {
		var n, want uint64
		var name, token string
		if _, err := fmt.Sscan(in.Text(), &n, &name, &token, &want); err != nil {
			t.Fatal(err)
		}
		_, spec, _ := strings.Cut(name, "/")
		if !slices.Contains(controlledStrategies, spec) {
			t.Fatalf("strategy %q", spec)
		}
		p, err := newProof(name, "random", n, Subjects(n))
		if err != nil {
			t.Fatal(err)
		}
		v, err := p.fromToken(token)
		if err != nil {
			t.Fatalf("program %d, strategy %s: %v", n, spec, err)
		}
		if v.sum() != want {
			t.Errorf("program %d, strategy %s, token %s: %s after %d steps, digest %x\n%s", n, spec, token, v.end, v.steps, v.digest, v.log)
		}
		p.close()
		replayed++
	}
	fmt.Println("replayed", replayed)
}
