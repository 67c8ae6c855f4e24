//go:build unix

package gocontrol

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"unique"
	"weak"
)

// TestServicesOutlive: goroutines that serve the process do so also if they are started first in an execution, and no
// execution differs from the first one.
func TestServicesOutlive(t *testing.T) {
	control(t)
	var first uint64
	collected := make(chan bool, 1000)
	for i := range 40 {
		signals := make(chan os.Signal, 1)
		r := mustRun(t, Options{Seed: 1}, func() {
			signal.Notify(signals, syscall.SIGUSR1)
			ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGUSR2)
			stop()
			<-ctx.Done()
			runtime.SetFinalizer(new([20]int), func(*[20]int) {
				select {
				case collected <- true:
				default:
				}
			})
			runtime.AddCleanup(new([20]int), func(c chan bool) {
				select {
				case c <- true:
				default:
				}
			}, collected)
			h := unique.Make(fmt.Sprint("unique", i))
			w := weak.Make(&[20]int{i})
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(runtime.GC)
			}
			wg.Wait()
			runtime.KeepAlive(h)
			runtime.KeepAlive(w)
		})
		if r.End != Finished {
			t.Fatalf("execution %d ended with %v: %v %s\n%v", i, r.End, r.Panic, r.Message, r.Blocked)
		}
		if i == 0 {
			first = r.Digest
		}
		if r.Digest != first {
			t.Fatalf("execution %d did something else than the first one: %x, %x", i, r.Digest, first)
		}
		syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
		<-signals
		signal.Stop(signals)
		for done := false; !done; {
			select {
			case <-collected:
				done = true
			default:
				runtime.GC()
			}
		}
	}
}
