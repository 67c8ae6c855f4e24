package ledger

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// dialogue has requests, each with its answer behind an arrow.
func dialogue(t *testing.T, p *platform, lines ...string) {
	t.Helper()
	for _, line := range lines {
		request, want, _ := strings.Cut(line, " -> ")
		if got := p.ask(t, request); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
}

func TestServe(t *testing.T) {
	p := begin(t, Config{}, service.RolePrimary)
	dialogue(t, p,
		"open t/1 alice 100 -> ok 100",
		"open t/2 bob 0 -> ok 0",
		"open t/3 bob 50 -> exists 0",
		"transfer t/4 alice bob 30 -> ok 70",
		"transfer t/4 alice bob 30 -> ok 70",
		"transfer t/5 alice carol 1 -> no-account 0",
		"transfer t/6 dave bob 1 -> no-account 0",
		"transfer t/7 alice bob 71 -> insufficient 70",
		"transfer t/7 alice bob 1 -> insufficient 70", // the number says that it is the same
		"transfer t/4 alice bob 30 -> superseded 0",
		"transfer u/1 bob alice 5 -> ok 25",
		"balance alice -> ok 75",
		"balance carol -> no-account 0",
		"audit -> ok 0 2",
		"open u/2 rich 9223372036854775807 -> overflow 0",
		"give me money -> bad-request 0",
	)
	if s := p.r.book.Sum(); s != 0 {
		t.Errorf("the sum is %d", s)
	}
}

// What is not committed changes nothing, and is told apart from what may be.
func TestRefused(t *testing.T) {
	p := begin(t, Config{}, service.RolePrimary)
	dialogue(t, p, "open t/1 a 10 -> ok 10", "open t/2 b 0 -> ok 0")
	before := p.r.Inspect()
	for _, test := range []struct {
		taken bool
		err   error
		want  string
	}{
		{false, service.ErrNotPrimary, "unavailable 0"},
		{false, service.ErrWindowFull, "unavailable 0"},
		{true, service.ErrNotPrimary, "in-doubt 0"},
		{true, context.Canceled, "in-doubt 0"},
	} {
		p.outcome = func() (bool, error) { return test.taken, test.err }
		dialogue(t, p, "transfer t/3 a b 1 -> "+test.want, "balance a -> unavailable 0", "audit -> unavailable 0")
	}
	if after := p.r.Inspect(); !reflect.DeepEqual(before, after) {
		t.Errorf("%v, before %v", after, before)
	}
}

// A replica that is told to poll waits for what passes, and for nothing else.
func TestPoll(t *testing.T) {
	p := begin(t, Config{Poll: 1}, service.RolePrimary)
	refused := []error{service.ErrReconfigurationPending, service.ErrWindowFull}
	p.outcome = func() (bool, error) {
		if len(refused) == 0 {
			return true, nil
		}
		err := refused[0]
		refused = refused[1:]
		return false, err
	}
	dialogue(t, p, "open t/1 a 10 -> ok 10")
	refused = []error{service.ErrNoWriteQuorum}
	dialogue(t, p, "open t/2 b 10 -> unavailable 0")
	if p.sleeping != 2 {
		t.Errorf("it has slept %d times", p.sleeping)
	}
}

// A replica that is not the primary answers nothing, and one that is about to lose the role waits until it has answered
// what it was asked, and has those give up that wait.
func TestRoles(t *testing.T) {
	for _, role := range []service.Role{service.RoleNone, service.RoleIdleSecondary, service.RoleActiveSecondary} {
		p := begin(t, Config{}, role)
		dialogue(t, p, "audit -> unavailable 0", "open t/1 a 0 -> unavailable 0")
	}
	for _, end := range []func(*Replica) error{
		func(r *Replica) error { return r.Close(t.Context()) },
		func(r *Replica) error { return r.ChangeRole(t.Context(), service.Epoch{}, service.RoleActiveSecondary) },
	} {
		p := begin(t, Config{}, service.RolePrimary)
		ctx, done := p.r.begin(t.Context())
		p.yielded = func() {
			if ctx.Err() == nil {
				t.Error("the request was not told to give up")
			}
			done()
		}
		if err := end(p.r); err != nil {
			t.Error(err)
		}
		dialogue(t, p, "audit -> unavailable 0")
	}
}

// A request that takes too long is told to give up.
func TestTimeout(t *testing.T) {
	p := begin(t, Config{Timeout: 1}, service.RolePrimary)
	ctx, done := p.r.begin(t.Context())
	defer done()
	p.started[0](t.Context())
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error(ctx.Err())
	}
	ctx, done = p.r.begin(t.Context())
	defer done()
	p.slept = func() error { return context.Canceled }
	p.started[1](t.Context())
	if ctx.Err() != nil {
		t.Error(ctx.Err())
	}
}

// An operation that a snapshot had is ignored, and one that leaves a gap is an error, as is one that nobody can read.
func TestApply(t *testing.T) {
	p := begin(t, Config{}, service.RoleActiveSecondary)
	apply := func(n service.LSN, data string) error {
		return p.r.Apply(t.Context(), service.Op{LSN: n, Data: []byte(data)})
	}
	if err := p.r.Restore(t.Context(), pieces("ledger 1 5 1 1 0 -7 1 0", "account a 7")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		lsn       service.LSN
		data, err string
	}{
		{5, "open t/1 b 3", ""},
		{7, "open t/1 b 3", "operation 7 comes behind 5"},
		{6, "open", "operation 6: ledger: \"open\": there are words missing"},
		{6, "open t/1 b 3", ""},
		{7, "read", ""},
	} {
		switch err := apply(test.lsn, test.data); {
		case test.err == "" && err != nil, test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%d %s: %v", test.lsn, test.data, err)
		}
	}
	want := Contents{LSN: 7, Accounts: map[string]int64{"a": 7, "b": 3}, House: -10,
		Sessions: map[string]Session{"t": {1, Answer{Balance: 3}}}}
	if got := p.r.Inspect(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A snapshot is the state of the moment in which it is taken, however long it takes, and on pages of whatever size. The copy
// and the operations behind it are the state.
func TestSnapshot(t *testing.T) {
	for page := range 4 {
		p := begin(t, Config{Page: page}, service.RolePrimary)
		for _, q := range []string{"open t/1 a 10", "open t/2 b 10", "open u/1 c 10", "transfer u/2 c a 5"} {
			p.ask(t, q)
		}
		before, taken := p.r.Inspect(), p.last
		snapshot := p.r.Snapshot(t.Context())
		copied := begin(t, Config{}, service.RoleIdleSecondary).r
		n := 0
		err := copied.Restore(t.Context(), func(yield func([]byte, error) bool) {
			for data, err := range snapshot {
				p.ask(t, fmt.Sprintf("transfer v/%d a b 1", n+1))
				if n++; !yield(data, err) {
					return
				}
			}
		})
		if got := copied.Inspect(); err != nil || !reflect.DeepEqual(got, before) {
			t.Errorf("page %d: %v, %v, want %v", page, err, got, before)
		}
		for _, op := range p.log[taken:] {
			if err := copied.Apply(t.Context(), op); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := copied.Inspect(), p.r.Inspect(); !reflect.DeepEqual(got, want) {
			t.Errorf("page %d: %v, want %v", page, got, want)
		}
		if n < 3 {
			t.Errorf("page %d: %d pieces", page, n)
		}
	}
}

// An error on the way leaves the state as it was.
func TestRestoreFails(t *testing.T) {
	p := begin(t, Config{}, service.RoleIdleSecondary)
	broken := errors.New("the line is broken")
	err := p.r.Restore(t.Context(), func(yield func([]byte, error) bool) {
		_ = yield([]byte("ledger 1 1 1 1 0 -5 1 0\naccount a 5"), nil) && yield(nil, broken)
	})
	if !errors.Is(err, broken) || p.r.Inspect().LSN != 0 {
		t.Errorf("%v, %v", err, p.r.Inspect())
	}
}

func TestConfig(t *testing.T) {
	for want, cfg := range map[string]Config{
		"Rate is -1":             {Interest: Interest{Rate: -1}},
		"Rate is 10001":          {Interest: Interest{Rate: 10001}},
		"Every must be positive": {Interest: Interest{Rate: 1}},
		"Periods is -1":          {Interest: Interest{Periods: -1}},
		"Timeout and Poll":       {Poll: -1},
		"Page is -1":             {Page: -1},
		"Checkpoint -1":          {Checkpoint: -1},
		"unknown bits 0x8000":    {Bugs: 1 << 15},
	} {
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", cfg, err, want)
		}
	}
}
