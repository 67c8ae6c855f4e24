package gocontrol

import (
	"go/version"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

func TestSelfTest(t *testing.T) {
	control(t)
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
	lost := 0
	const runs = 2000
	for seed := range uint64(runs) {
		n, _, err := countTo2(Options{Seed: seed}, true)
		if err != nil {
			t.Fatal(err)
		}
		if n != 2 {
			lost++
		}
	}
	t.Logf("the racy counter lost an update in %d of %d executions", lost, runs)
	if lost < runs/5 || lost > runs*4/5 { // 0.8^200 < 2^-64
		t.Errorf("%d of %d executions lost an update: the self-test may give a false alarm", lost, runs)
	}
}

// TestSelfTestFails: a runtime that runs the function without controlling it is found out, and so is one of another
// version.
func TestSelfTestFails(t *testing.T) {
	defer func(h *table) { hooks = h }(hooks)
	hooks = &table{abi: abi, run: func(f func(), _ *config, res *result) uint32 {
		*res = result{}
		f()
		return 0
	}, left: func() []left { return nil }}
	if err := SelfTest(); err == nil || !strings.Contains(err.Error(), "no effect") {
		t.Errorf("without control: %v", err)
	}
	hooks = &table{abi: abi + 1}
	for _, err := range []error{Available(), SelfTest()} {
		if err == nil || !strings.Contains(err.Error(), "another version") {
			t.Errorf("another interface: %v", err)
		}
	}
	hooks = &table{abi: abi, run: func(func(), *config, *result) uint32 { return 99 }}
	if _, err := Run(func() {}, Options{}); err == nil {
		t.Error("a refusal was no error")
	}
}

const asyncVariable = "RAVEL_GOCONTROL_ASYNC"

// TestAsyncTimerChan: virtual time does not support asynchronous timer channels, which old main modules get by default.
func TestAsyncTimerChan(t *testing.T) {
	control(t)
	if version.Compare(runtime.Version(), "go1.27") >= 0 {
		t.Skip("from Go 1.27 on the runtime itself refuses to start with GODEBUG=asynctimerchan=1")
	}
	if os.Getenv(asyncVariable) == "" {
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(exe, "-test.run=^TestAsyncTimerChan$")
		cmd.Env = append(os.Environ(), asyncVariable+"=1", "GODEBUG=asynctimerchan=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	_, err := Run(func() {}, Options{})
	if err == nil || !strings.Contains(err.Error(), "asynctimerchan=0") {
		t.Errorf("error %v, want one that says what to set", err)
	}
}
