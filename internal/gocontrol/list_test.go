package gocontrol

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"
)

var headers = regexp.MustCompile(`(?m)^goroutine ([0-9]+) \[([^\]]*)\]:\n([^(\n]*)`)

// listed returns all goroutines that the caller sees: number, state and function on top of each stack.
func listed() (list []string) {
	buf := make([]byte, 1<<16)
	for _, m := range headers.FindAllStringSubmatch(string(buf[:runtime.Stack(buf, true)]), -1) {
		list = append(list, strings.Join(m[1:], " "))
	}
	slices.Sort(list)
	return list
}

func listedHere() []string { return listed() }

// waitsInside and waitsOutside wait until they are told to end.
func waitsInside(c chan int)  { <-c }
func waitsOutside(c chan int) { <-c }

// TestListOfGoroutines: a program sees its own goroutines only, the same ones in every execution of a schedule.
func TestListOfGoroutines(t *testing.T) {
	control(t)
	outside := make(chan int)
	go waitsOutside(outside)
	defer close(outside)
	var first []string
	for i := range 20 {
		var list []string
		var profile bytes.Buffer
		var whole string
		counts := map[string]int{}
		r := mustRun(t, Options{Seed: 1}, func() {
			c := make(chan int)
			for range 2 {
				go waitsInside(c)
			}
			go time.Sleep(time.Hour)
			time.Sleep(time.Second)
			list = listedHere()
			counts["NumGoroutine"] = runtime.NumGoroutine()
			counts["Lookup"] = pprof.Lookup("goroutine").Count()
			pprof.Lookup("goroutine").WriteTo(&profile, 1)
			buf := make([]byte, 1<<16)
			whole = string(buf[:runtime.Stack(buf, true)])
			records := make([]runtime.StackRecord, 10)
			counts["GoroutineProfile"], _ = runtime.GoroutineProfile(records)
			if n, ok := runtime.GoroutineProfile(records[:2]); n != 4 || ok {
				counts["a profile that is too small"] = n
			}
			close(c)
			time.Sleep(2 * time.Hour)
			counts["NumGoroutine at the end"] = runtime.NumGoroutine() + 3
		})
		if r.End != Finished {
			t.Fatalf("%v: %v", r.End, r.Message)
		}
		for name, n := range counts {
			if n != 4 {
				t.Errorf("%s: %d goroutines, want 4", name, n)
			}
		}
		for _, f := range []string{"total 4", "2 @", "waitsInside", "TestListOfGoroutines"} {
			if !strings.Contains(profile.String(), f) {
				t.Errorf("the profile does not have %q:\n%s", f, &profile)
			}
		}
		if text := whole + profile.String(); strings.Contains(text, "waitsOutside") || strings.Contains(text, "bubble") || strings.Contains(text, "durable") {
			t.Errorf("the program sees what is outside:\n%s", text)
		}
		if !strings.Contains(whole, "in goroutine 1000000000\n") {
			t.Errorf("who created whom is not told:\n%s", whole)
		}
		if i == 0 {
			first = list
		}
		if !slices.Equal(list, first) {
			t.Errorf("execution %d sees\n%s\nthe first one saw\n%s", i, strings.Join(list, "\n"), strings.Join(first, "\n"))
		}
	}
	const pkg = "github.com/ravelgo/ravel/internal/gocontrol."
	want := []string{"1000000000 running " + pkg + "listed", "1000000001 chan receive " + pkg + "waitsInside",
		"1000000002 chan receive " + pkg + "waitsInside", "1000000003 sleep time.Sleep"}
	if !slices.Equal(first, want) {
		t.Errorf("the program sees\n%s\nwant\n%s", strings.Join(first, "\n"), strings.Join(want, "\n"))
	}
	// Outside all is as ever.
	if all := fmt.Sprint(listed()); !strings.Contains(all, "waitsOutside") || strings.Contains(all, "1000000000") {
		t.Errorf("outside: %s", all)
	}
}
