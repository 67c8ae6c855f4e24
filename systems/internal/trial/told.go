package trial

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// Tell tells new monitors a history, and nothing else happens. It is an error if they accept it, unless want is "", or if
// the failure does not say what is wanted.
func Tell(t testing.TB, monitors func() []ravel.Monitor, history []any, want string) {
	t.Helper()
	r, err := check.Explore(t.Name(), check.Config{Schedules: 1, NoShrink: true}, func(t *check.T) {
		for _, m := range monitors() {
			t.Monitor(m)
		}
		for _, event := range history {
			t.Notify(event)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	switch f := r.Failure; {
	case f == nil && want != "":
		t.Errorf("%#v: accepted, want %q", history, want)
	case f != nil && (want == "" || !strings.Contains(f.Err.Error(), want)):
		t.Errorf("%#v: %v, want %q", history, f.Err, want)
	}
}
