package harness

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// Each monitor says what is wrong in what it hears, and nothing else.
func TestMonitors(t *testing.T) {
	epoch := service.Epoch{DataLoss: 1, Conf: 1}
	for name, test := range map[string]struct {
		says   string // "": it is all right
		events []any
	}{
		"a primary answers":               {"", []any{primary{1}, answers{1, "audit"}}},
		"a primary that was one answers":  {"U3: replica 1 answers", []any{primary{1}, notPrimary{1}, answers{1, "audit"}}},
		"another one answers":             {"U3: replica 2 answers", []any{primary{1}, answers{2, "audit"}}},
		"work ends with the role":         {"", []any{primary{1}, runs{1}, runEnds{1}, notPrimary{1}}},
		"work does not end":               {"U4: replica 1 is the primary no more", []any{primary{1}, runs{1}, notPrimary{1}}},
		"a primary replicates":            {"", []any{primary{1}, replicates{1, "read"}}},
		"another one replicates":          {`U4: replica 2 replicates "read"`, []any{primary{1}, replicates{2, "read"}}},
		"two requests":                    {"", []any{changes{1, 1, "a/1"}, changes{1, 2, "a/2"}, changes{2, 1, "a/1"}}},
		"a request twice":                 {"U2: replica 1 does request a/1 twice, in operations 1 and 3", []any{changes{1, 1, "a/1"}, changes{1, 3, "a/1"}}},
		"a request in the copy and twice": {"U2: replica 2 does", []any{changes{1, 1, "a/1"}, copied{2, 1, 1}, changes{2, 2, "a/1"}}},
		"a request behind the copy":       {"", []any{changes{1, 2, "a/1"}, copied{2, 1, 1}, changes{2, 2, "a/1"}}},
		"a request taken back":            {"", []any{changes{1, 2, "a/1"}, takesBack{1, 1}, changes{1, 2, "a/1"}}},
		"a request not taken back":        {"U2: replica 1 does", []any{changes{1, 2, "a/1"}, takesBack{1, 2}, changes{1, 3, "a/1"}}},
		"the same state":                  {"", []any{state{1, 1, epoch, 0, "x"}, state{2, 1, epoch, 0, "x"}, state{1, 2, epoch, 0, "y"}}},
		"another state":                   {"U5: after operation 1", []any{state{1, 1, epoch, 0, "x"}, state{2, 1, epoch, 0, "y"}}},
		"another state of another epoch":  {"", []any{state{1, 1, epoch, 0, "x"}, state{2, 1, service.Epoch{DataLoss: 1, Conf: 2}, 0, "y"}}},
		"money comes from nowhere":        {"U5: the balances of replica 1 have the sum 5", []any{state{1, 1, epoch, 5, "x"}}},
		"a call that is answered":         {"", []any{progress.Asked("a"), progress.Answered("a")}},
		"a call that is not answered":     {"Progress", []any{progress.Asked("a")}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := check.Explore("monitors", check.Config{Schedules: 1, NoShrink: true}, func(t *check.T) {
				x := &run{T: t, Options: Options{Inspect: true}}
				x.watch()
				for _, e := range test.events {
					t.Notify(e)
				}
			})
			switch {
			case err != nil:
				t.Fatal(err)
			case test.says == "" && r.Failure != nil:
				t.Error(r.Failure.Err)
			case test.says != "" && (r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), test.says)):
				t.Errorf("%v, want %q", r.Failure, test.says)
			}
		})
	}
}
