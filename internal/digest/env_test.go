package digest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldenText is the digests of fixed values, one a line.
func goldenText(t *testing.T) string {
	values := []struct {
		name string
		v    any
	}{
		{"int", 42},
		{"string", "hello"},
		{"everything", sample()},
		{"ring", ring(1, 2, 3)},
		{"mixed", &mixed{"server-1", []int{1, 2, 3}, 4}},
		{"map", map[string]int{"a": 1, "b": 2, "c": 3}},
		{"map of pointers", map[string]*inner{"a": {1, 2}, "b": {3, 4}}},
		{"any", []any{1, "two", 3.0, inner{4, 5}, nil}},
		{"time", time.Unix(1, 2).UTC()},
	}
	var b strings.Builder
	for _, x := range values {
		var e Env
		e.Now = time.Unix(500, 0)
		fmt.Fprintf(&b, "%s\t%s\n", x.name, e.Value(x.v))
		if e.Err != nil {
			t.Error(e.Err)
		}
	}
	return b.String()
}

// TestGolden: digests are the same in every process. A difference means that
// saved fingerprints lose their meaning; say so where the change is made.
func TestGolden(t *testing.T) {
	const file = "testdata/golden.txt"
	got := goldenText(t)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestOtherProcess(t *testing.T) {
	if os.Getenv("DIGEST_TEST_CHILD") != "" {
		fmt.Print("child:\n", goldenText(t))
		os.Exit(0)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestOtherProcess$")
	cmd.Env = append(os.Environ(), "DIGEST_TEST_CHILD=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got, want := string(out), "child:\n"+goldenText(t); got != want {
		t.Errorf("another process says\n%swant\n%s", got, want)
	}
}

func TestNoAllocations(t *testing.T) {
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	for name, v := range map[string]any{
		"flat":            &flat3{1, 2, 3},
		"string, slice":   &mixed{"x", []int{1, 2, 3}, 4},
		"list":            ring(1, 2, 3, 4),
		"map":             m,
		"map of maps":     &struct{ m map[string]map[string]int }{map[string]map[string]int{"a": m, "b": m}},
		"map of pointers": map[*inner]*inner{{1, 2}: {3, 4}, {5, 6}: {7, 8}},
		"any":             []any{1, "x", m, &inner{1, 2}, inner{3, 4}},
		"overlap":         withItems{items: make([]inner, 3)},
		"everything":      sample(),
	} {
		var e Env
		h := NewHasher(0)
		e.Value(v)
		if n := testing.AllocsPerRun(50, func() { sink = e.Value(v); e.Hash(&h, v) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	var local Digest
	if n := testing.AllocsPerRun(50, func() {
		h := NewHasher(1)
		h.Word(1)
		h.String("abc")
		h.Digest(local)
		local = h.Sum()
	}); n != 0 {
		t.Errorf("Hasher: %v allocations", n)
	}
}

// fresh types, so that workers compile their plans at the same time.
type (
	node1 struct {
		next *node2
		m    map[string]node3
	}
	node2 struct {
		next *node3
		s    []node1
	}
	node3 struct {
		next *node1
		a    [9]*node2
	}
)

func TestConcurrentWorkers(t *testing.T) {
	want := make(chan Digest, 100)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var e Env
			for range 20 {
				v := &node1{next: &node2{next: &node3{}}, m: map[string]node3{"a": {}}}
				v.next.s = []node1{*v}
				v.next.next.next = v
				d := e.Value(v)
				e.Value(sample())
				select {
				case want <- d:
				default:
				}
			}
		})
	}
	wg.Wait()
	close(want)
	first := <-want
	for d := range want {
		if d != first {
			t.Fatal("workers disagree")
		}
	}
}
