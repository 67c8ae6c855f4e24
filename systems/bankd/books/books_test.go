package books

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"
)

// What an audit finds, in histories that were made by hand: an operation begins with its name and ends with name and answer.
func TestAudit(t *testing.T) {
	type step struct {
		client int
		input  any // the client asks; nil: it is answered
		out    Outcome
		answer any
	}
	ask := func(client int, input any) step { return step{client: client, input: input} }
	get := func(client int, answer any) step { return step{client, nil, OK, answer} }
	end := func(client int, o Outcome) step { return step{client, nil, o, nil} }
	read := func(a, b int64) Answer { return Answer{Balances: Balances{a, b}} }
	for name, test := range map[string]struct {
		steps []step
		ok    bool
	}{
		"a transfer is seen":      {[]step{ask(0, Transfer{0, 1, 4}), get(0, Answer{Done: true}), ask(1, Read{}), get(1, read(6, 14))}, true},
		"money is lost":           {[]step{ask(0, Transfer{0, 1, 4}), get(0, Answer{Done: true}), ask(1, Read{}), get(1, read(6, 10))}, false},
		"money is made":           {[]step{ask(0, Transfer{0, 1, 4}), get(0, Answer{Done: true}), ask(1, Read{}), get(1, read(6, 18))}, false},
		"a stale read":            {[]step{ask(0, Transfer{0, 1, 4}), get(0, Answer{Done: true}), ask(1, Read{}), get(1, read(10, 10))}, false},
		"a read at the same time": {[]step{ask(1, Read{}), ask(0, Transfer{0, 1, 4}), get(0, Answer{Done: true}), get(1, read(10, 10))}, true},
		"refused, as it has less": {[]step{ask(0, Transfer{0, 1, 11}), get(0, Answer{})}, true},
		"refused for no reason":   {[]step{ask(0, Transfer{0, 1, 10}), get(0, Answer{})}, false},
		"overdrawn":               {[]step{ask(0, Transfer{0, 1, 11}), get(0, Answer{Done: true})}, false},
		"unknown, and done later": {[]step{ask(0, Transfer{0, 1, 4}), end(0, Unknown), ask(1, Read{}), get(1, read(10, 10)),
			ask(0, Read{}), get(0, read(6, 14))}, true},
		"unknown, and done twice":       {[]step{ask(0, Transfer{0, 1, 4}), end(0, Unknown), ask(1, Read{}), get(1, read(2, 18))}, false},
		"unknown, and half done":        {[]step{ask(0, Transfer{0, 1, 4}), ask(1, Read{}), get(1, read(6, 10))}, false},
		"failed, and done all the same": {[]step{ask(0, Transfer{0, 1, 4}), end(0, Failed), ask(1, Read{}), get(1, read(6, 14))}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := NewHistory()
			open := map[int]func(Outcome, any){}
			for _, s := range test.steps {
				if s.input != nil {
					open[s.client] = h.Call(s.client, s.input)
				} else {
					open[s.client](s.out, s.answer)
				}
			}
			check(t, h, Accounts(2, 10), test.ok)
		})
	}
}

func TestAuditKeys(t *testing.T) {
	for name, test := range map[string]struct {
		value string
		found bool
		ok    bool
	}{"what was set": {"2", true, true}, "what was overwritten": {"1", true, false}, "nothing": {"", false, false}} {
		t.Run(name, func(t *testing.T) {
			h := NewHistory()
			for _, v := range []string{"1", "2"} {
				h.Call(0, Set("x", v))(OK, Done())
			}
			h.Call(1, Get("y"))(OK, Got("", false))
			h.Call(1, Get("x"))(OK, Got(test.value, test.found))
			check(t, h, Keys(), test.ok)
		})
	}
}

func check(t *testing.T, h *History, m porcupine.Model, ok bool) {
	t.Helper()
	page := filepath.Join(t.TempDir(), "history.html")
	err := Audit(h, m, page)
	if ok {
		if err != nil {
			t.Error(err)
		}
		return
	}
	var v *Verdict
	if !errors.As(err, &v) || !strings.Contains(err.Error(), page) {
		t.Fatalf("error %v, want a verdict", err)
	}
	if _, err := os.Stat(page); err != nil {
		t.Error(err)
	}
}
