package observe

import (
	"os"
	"testing"

	"github.com/ravelgo/ravel/internal/observed"
)

// Test has monitors listen to the log that the environment names, and fails if one of them is violated for certain:
//
//	ravel observe flight.json ./lock
//
// runs the tests of a package whose names begin with TestObserve, and so does a plain go test with RAVEL_OBSERVE=flight.json,
// the path as it is seen from the folder of the package. Without a log the test is skipped.
func Test(t testing.TB, o Options) {
	t.Helper()
	path := os.Getenv(observed.LogVariable)
	if path == "" {
		t.Skipf("there is no log to observe: ravel observe LOG PACKAGE runs this test, as does %s=LOG go test", observed.LogVariable)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := Log(f, o)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if err := observed.Add(observed.Result{Test: t.Name(), Outcome: int(r.Outcome()), Report: r.String()}); err != nil {
		t.Fatal(err)
	}
	if r.Outcome() == Violated {
		t.Errorf("%s\n%v", path, r)
	} else {
		t.Logf("%s\n%v", path, r)
	}
}
