package check

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

// updating reports whether the golden files are to be rewritten: the flag belongs to the other test package of this folder.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// samples are messages of all kinds.
func samples() []message {
	return []message{
		&hello{protocolMagic, protocolVersion, "example.org/kv.TestLock/a_b"},
		&setup{seed: math.MaxUint64, steps: 10_000, threshold: 5000, strategy: "portfolio"},
		&setup{early: 2, ordered: true, lasso: true, bound: true, strategy: "mine", foreign: true, counts: true, zero: []eventLine{{1, "test: starts"}, {2, ""}}},
		&ready{},
		&ready{true, 7, "client: sends", "the execution is over"},
		&lessons{},
		&lessons{[]sentLesson{{3, []byte{1, 2, 3}}, {1 << 40, nil}}},
		&roundOrder{size: math.MaxUint64, hands: 3, length: 20, steps: 40, ops: 5},
		&batch{},
		&batch{
			claims: 12, entries: []entry{{k: 4, hash: math.MaxUint64, steps: 9}, {k: 300, hash: 1, steps: math.MaxInt32, is: isSkipped | isPruned, allowed: []uint64{2, 0}}},
			lessons: []sentLesson{{4, []byte("x")}}, length: 1, steps: 2, ops: 3,
			heard: []namedCount{{"Patient", 8}}, gone: []namedCount{{"kv.Tick", 1}}, somes: []namedCount{{"seldom", 0}, {"often", 1}}, unhashable: "func()",
		},
		&done{},
		&done{failed: true, k: 99, failure: remoteOf(&failure.Assertion{
			Site: failure.Site{Machine: "Server", State: "Serving", Step: 12, Place: failure.Place{File: "/src/kv.go", Line: 41, Func: "kv.(*Server).write"}}, Message: "version 2, want 3",
		}), choices: []uint32{0, 1, math.MaxUint32}},
		&done{failed: true, failure: remoteOf(io.EOF)},
		&done{broken: true, brokenAt: 5, brokenBy: "no", nondeterminism: true, step: 3, first: "a", second: "b", concurrent: true, spinAt: 77, spinning: "round and round", endAt: 3, ending: "and on", notes: []string{"one", ""}, covered: []byte("{}")},
		&refusal{"the test wants another strategy"},
		&trial{},
		&trial{
			setup: setup{seed: 5, steps: 100, threshold: 50, strategy: "random"}, goroutines: goSettings{on: true, early: 2, seeds: 256, memory: true},
			k: 12, follow: followLoosely, choices: []uint32{3, 0, math.MaxUint32}, record: []byte("ravel"), lessons: [][]byte{{1}, {2, 3}}, warm: true, events: true,
			check: true, cover: true, until: 5, length: 1, steps: 2, ops: 3,
		},
		&outcome{},
		&outcome{
			failed: true, failure: remoteOf(io.EOF), steps: 4, picks: 3, digest: math.MaxUint64, choices: []uint32{1},
			stale: "left", first: "it failed", events: []eventLine{{1, "test: starts"}}, notes: []string{"one"},
			changed: []string{"kv.hits"}, unknown: "no symbols", rest: []byte("{}"), covered: []byte("{}"), trace: []byte("{}"), named: []byte("ravel"),
			ran: true, ops: 2, bounded: true, slow: true, skipped: true, curtailed: true, stalled: true, goroutines: 3, plain: "alone",
			heard: []namedCount{{"Patient", 8}}, gone: []namedCount{{"kv.Tick", 1}}, somes: []namedCount{{"seldom", 0}}, taught: true, lesson: []byte{7},
			allowed: []int{0, 2}, endless: &failure.Endless{Turns: 100, Returned: true,
				Cycling: []failure.Cycling{{Name: "g1", Doing: "ticks", Place: failure.Place{File: "/src/kv.go", Line: 7, Func: "kv.tick"}}},
				Blocked: []failure.Blockage{{Name: "g2", To: "to lock a mutex", Turns: 99}}},
		},
	}
}

// What is written is read again, and its bytes are those of protocolVersion: whoever changes them counts the version up.
func TestProtocol(t *testing.T) {
	var golden, stream bytes.Buffer
	fmt.Fprintf(&golden, "version %d\n", protocolVersion)
	for _, m := range samples() {
		if err := writeMessage(&stream, m); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&golden, "%T %s\n", m, hex.EncodeToString(appendFrame(nil, m)))
	}
	for _, want := range samples() {
		if got, err := readMessage(&stream); err != nil || !reflect.DeepEqual(normal(got), normal(want)) {
			t.Errorf("%T: %v\nread    %+v\nwritten %+v", want, err, got, want)
		}
	}
	if _, err := readMessage(&stream); err != io.EOF {
		t.Errorf("behind the last message: %v", err)
	}
	name := filepath.Join("testdata", "protocol.txt")
	if updating() {
		if err := os.WriteFile(name, golden.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(golden.Bytes(), want) {
		t.Errorf("the messages differ from %s: count protocolVersion up, and run with -update", name)
	}
}

// normal makes empty lists nil, by writing and reading.
func normal(m message) message {
	again, err := readMessage(bytes.NewReader(appendFrame(nil, m)))
	if err != nil {
		return nil
	}
	return again
}

// Every cut and every strange kind is an error, and a version that is not ours is read as far as that.
func TestProtocolErrors(t *testing.T) {
	for _, m := range samples() {
		frame := appendFrame(nil, m)
		for n := 1; n < len(frame); n++ {
			if got, err := readMessage(bytes.NewReader(frame[:n])); err == nil {
				t.Errorf("%T: %d bytes of %d are read as %+v", m, n, len(frame), got)
			}
		}
		if _, err := readMessage(bytes.NewReader(append(slices.Clone(frame[:4]), append([]byte{200}, frame[5:]...)...))); err == nil {
			t.Errorf("%T: an unknown kind is read", m)
		}
	}
	strange := appendFrame(nil, &hello{protocolMagic, 99, "T"})
	if m, err := readMessage(bytes.NewReader(append(strange[:len(strange):len(strange)], 1, 2, 3))); err != nil || m.(*hello).version != 99 {
		t.Errorf("a hello of version 99: %+v, %v", m, err)
	}
}

// Whatever comes is refused, or is what its message is written as.
func FuzzProtocol(f *testing.F) {
	for _, m := range samples() {
		f.Add(appendFrame(nil, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readMessage(bytes.NewReader(b))
		if err != nil {
			return
		}
		if h, ok := m.(*hello); ok && (h.version != protocolVersion || h.magic != protocolMagic) {
			return // of which nothing more is known
		}
		if again := appendFrame(nil, m); !bytes.HasPrefix(b, again) {
			t.Errorf("%x is read as %+v, which is written as %x", b, m, again)
		}
	})
}

// A failure stands for itself when it comes from another process.
func TestRemoteFailures(t *testing.T) {
	for _, err := range []error{
		&failure.Panic{Site: failure.Site{Machine: "Server"}, Value: "boom", Stack: "here"},
		&failure.Deadlock{Blocked: []failure.Blocked{{Site: failure.Site{Machine: "Client"}, WaitsFor: "event Ack"}}},
		fmt.Errorf("wrapped: %w", &failure.Assertion{Message: "no"}),
	} {
		r := remoteOf(err)
		got := r.error()
		f, g := failure.Of(err), failure.Of(got)
		if !r.is(err) || !failure.Same(got, err) || f.Kind() != g.Kind() || f.Detail() != g.Detail() || f.Where() != g.Where() {
			t.Errorf("%v came as %v", err, got)
		}
		if !sameBug(got, err) || sameBug(got, &failure.Assertion{Message: "something else"}) {
			t.Errorf("%v is not recognized", err)
		}
	}
	plain := remoteOf(io.ErrNoProgress)
	if got := plain.error(); failure.Of(got) != nil || got.Error() != io.ErrNoProgress.Error() {
		t.Error(got)
	}
}

func TestWorkerArgs(t *testing.T) {
	known := flag.NewFlagSet("", flag.ContinueOnError)
	for _, name := range []string{"test.v", "test.short", "test.paniconexit0", "test.failfast", "verbose"} {
		known.Bool(name, false, "")
	}
	for _, name := range []string{
		"test.run", "test.cpu", "test.coverprofile", "test.gocoverdir", "test.testlogfile", "test.timeout", "test.count", "test.outputdir",
		"test.cpuprofile", "test.parallel", "test.shuffle", "test.skip", "test.bench", "test.fuzz", "dsn", "ravel.seed",
	} {
		known.String(name, "", "")
	}
	cpu := fmt.Sprint("-test.cpu=", runtime.GOMAXPROCS(0))
	const always = "-test.run=^T$/^a\\.b$ -test.count=1 -test.timeout=0"
	for _, c := range []struct{ given, want string }{
		{"", ""},
		{"-test.v=true -test.run=^T -test.count=5 -test.timeout=10m0s", ""},
		{"-test.short -test.paniconexit0", "-test.short -test.paniconexit0"},
		{"--test.short=true -test.parallel 3 -test.cpu=1,2,4", "--test.short=true -test.parallel 3 " + cpu},
		{"-test.coverprofile=c.out -test.cpuprofile c.prof -test.outputdir /tmp -test.gocoverdir=/tmp/x -test.testlogfile=/tmp/l", ""},
		{"-test.skip X -test.shuffle on -test.failfast -test.bench . -test.fuzz F", ""},
		{"-dsn postgres://x -verbose -ravel.seed=7 --ravel.seed 8", "-dsn postgres://x -verbose -ravel.seed=7 --ravel.seed 8"},
		{"-verbose a -test.v b", "-verbose a -test.v b"}, // what follows the first word is no flag
		{"-test.v -- -test.v", "-- -test.v"},
		{"-test.run", ""},
		{"-unknown x", "-unknown x"},
	} {
		got := strings.Join(workerArgs(known, strings.Fields(c.given), "T/a.b"), " ")
		if want := strings.TrimSpace(always + " " + c.want); got != want {
			t.Errorf("%q gives %q, want %q", c.given, got, want)
		}
	}
}

func TestLastWords(t *testing.T) {
	var quiet, chatty, thrown tail
	if got := quiet.lastWords(); got != "" {
		t.Errorf("nothing said is %q", got)
	}
	for i := range 100_000 {
		fmt.Fprintln(&chatty, "line", i)
	}
	if got := strings.Split(chatty.lastWords(), "\n"); len(got) != lastLines || got[lastLines-1] != "line 99999" {
		t.Errorf("the last lines are %q", got)
	}
	if len(chatty.text) > 2*tailSize {
		t.Errorf("%d bytes are kept", len(chatty.text))
	}
	fmt.Fprintln(&thrown, "starting\nfatal error: all goroutines are asleep - deadlock!\n\n"+strings.Repeat("goroutine 1\n", 1000)+strings.Repeat("x", 10_000))
	got := strings.Split(thrown.lastWords(), "\n")
	if got[0] != "fatal error: all goroutines are asleep - deadlock!" || len(got) != deathLines+1 || got[deathLines] != "... (963 lines more)" {
		t.Errorf("of a death are left %d lines: %q", len(got), got)
	}
}

// Claims that several make at a time hold each execution once, and a desk tells which have not been told of.
func TestClaims(t *testing.T) {
	const each = 2000
	var next atomic.Uint64
	desks := make([]desk, 4)
	taken := make([][]stretch, len(desks))
	var wg sync.WaitGroup
	for i := range desks {
		wg.Go(func() {
			for n := range uint64(each) {
				from := desks[i].claim(&next, n%3+1)
				taken[i] = append(taken[i], stretch{from, from + n%3 + 1})
			}
		})
	}
	wg.Wait()
	all := slices.Concat(taken...)
	slices.SortFunc(all, func(a, b stretch) int { return int(a.from) - int(b.from) })
	at := uint64(0)
	for _, s := range all {
		if s.from != at {
			t.Fatalf("%d to %d follows %d", s.from, s.to, at)
		}
		at = s.to
	}
	d := &desks[0]
	if list, sure := d.untold(each - 100); !sure || !slices.Equal(list, taken[0][each-100:]) {
		t.Errorf("untold are %v, sure %v", list, sure)
	}
	if list, sure := d.untold(each); !sure || len(list) > 0 {
		t.Errorf("nothing is untold but %v, sure %v", list, sure)
	}
	d.written.Store(each + 1) // it has ended while it claimed
	if list, sure := d.untold(each); sure || len(list) != 1 {
		t.Errorf("the last claim is %v, sure %v", list, sure)
	}
}
