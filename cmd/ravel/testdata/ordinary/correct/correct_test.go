// Package correct_test is an external test package: what its tests say must hold in every order.
package correct_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/ordinary"
)

var ready bool

func TestMain(m *testing.M) {
	ready = true
	os.Exit(m.Run())
}

func count(t *testing.T, n int) {
	t.Helper()
	c := &ordinary.Counter{}
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.Add(1)
		}()
	}
	wg.Wait()
	if c.Value() != n {
		t.Fatalf("counted %d of %d", c.Value(), n)
	}
}

func TestTable(t *testing.T) {
	for _, tt := range []struct {
		name string
		n    int
	}{{"one", 1}, {"two", 2}, {"three", 3}} {
		tt := tt
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fmt.Println("chatter")
			println("more chatter")
			t.Log("chatter of the log")
			count(t, tt.n)
		})
	}
}

func TestEverythingATestHas(t *testing.T) {
	t.Parallel()
	if !ready {
		t.Fatal("TestMain has not run")
	}
	dir := t.TempDir()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Fatalf("the folder of another execution: %v", left)
	}
	var order []string
	t.Run("group", func(t *testing.T) {
		t.Cleanup(func() { order = append(order, "cleanup of "+t.Name()) })
		done := make(chan error)
		go func() { done <- os.WriteFile(filepath.Join(dir, "a"), nil, 0o666) }()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if len(order) != 1 || order[0] != "cleanup of TestEverythingATestHas/group" {
		t.Errorf("%q", order)
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(t.Context(), func() { close(ended) })
	t.Cleanup(func() {
		<-ended
		if stop() {
			t.Error("the context had not ended")
		}
	})
}

func TestEnvironment(t *testing.T) {
	if os.Getenv("ORDINARY") != "" {
		t.Fatal("the variable of another execution")
	}
	t.Setenv("ORDINARY", "1")
	count(t, 2)
}

func TestTime(t *testing.T) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	if d := time.Since(began); d < 20*time.Millisecond {
		t.Errorf("%v have passed", d)
	}
	count(t, 2)
}

// What has been seeded before goes on from one execution to the next, unless somebody sees to it.
func init() { rand.Seed(time.Now().UnixNano()) }

func TestRandom(t *testing.T) { count(t, 1+rand.Intn(5)) }

// A test that runs its own binary again gets an ordinary one.
func TestOwnBinary(t *testing.T) {
	if os.Getenv("ORDINARY_CHILD") != "" {
		panic("a panic of the child")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOwnBinary$")
	cmd.Env = append(os.Environ(), "ORDINARY_CHILD=1")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "panic: a panic of the child") {
		t.Errorf("%v, %s", err, out)
	}
}

func TestSkipped(t *testing.T) {
	go func() {}()
	t.Skip("not today")
}

func TestSequential(t *testing.T) { fmt.Println("chatter of a test that is run as it is") }

func Example() {
	done := make(chan bool)
	go func() { fmt.Println("first"); close(done) }()
	<-done
	fmt.Println("second")
	// Output:
	// first
	// second
}
