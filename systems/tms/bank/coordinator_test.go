package bank_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// event is something that happens to a coordinator.
type event func(*bank.Coordinator) (bank.Output, error)

func parts() []bank.Part {
	return []bank.Part{{Account: bank.Account{Group: 0, Name: "a"}, Amount: -1}, {Account: bank.Account{Group: 1, Name: "b"}, Amount: 1}}
}

func transfer(num uint64) event {
	return func(k *bank.Coordinator) (bank.Output, error) {
		return k.Request(bank.Request{Client: "c", Num: num, Parts: parts()})
	}
}

func status(num uint64) event {
	return func(k *bank.Coordinator) (bank.Output, error) {
		return k.Request(bank.Request{Client: "c", Num: num, Status: true, Parts: parts()})
	}
}

func leads(group int, leader string, view uint64) event {
	return func(k *bank.Coordinator) (bank.Output, error) {
		return k.LeaderUpdated(bank.LeaderUpdated{Group: group, Leader: leader, View: view})
	}
}

// says is a group's answer to one of its operations.
func says(group int, client string, op uint64, result string) event {
	return func(k *bank.Coordinator) (bank.Output, error) {
		return k.Answer(bank.Answer{Group: group, Response: rsm.Response{Client: client, OpID: op, Result: result}})
	}
}

// text tells what comes of an event.
func text(out bank.Output, err error) string {
	var all []string
	for _, s := range out.Submits {
		all = append(all, fmt.Sprintf("%s: %v", s.To, s.Command))
	}
	for _, r := range out.Replies {
		all = append(all, r.String())
	}
	if err != nil {
		all = append(all, err.Error())
	}
	return strings.Join(all, "; ")
}

func coordinator(t *testing.T, bugs bank.Bugs) *bank.Coordinator {
	t.Helper()
	k, err := bank.NewCoordinator(bank.CoordinatorConfig{Name: "k", Groups: 2, Bugs: bugs})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// after is a path that goes on.
func after(path []event, more ...event) []event {
	return append(append([]event(nil), path...), more...)
}

var (
	ready    = []event{leads(0, "A", 1), leads(1, "B", 1)}
	voting   = after(ready, transfer(1))
	oneVote  = after(voting, says(0, "k", 1, "1 prepare 1 yes 1"))
	deciding = after(oneVote, says(1, "k", 1, "1 prepare 1 yes 1"))
	oneDone  = after(deciding, says(0, "k", 2, "2 commit 1 yes 0"))
	refused  = after(voting, says(0, "k", 1, "1 prepare 1 no 0"))
	aborting = after(refused, says(1, "k", 1, "1 prepare 1 yes 1"))
	done     = after(oneDone, says(1, "k", 2, "2 commit 1 yes 2"))
)

// TestCoordinator has, for each phase, what the coordinator does with what comes; and what it does under a bug where that
// differs.
func TestCoordinator(t *testing.T) {
	for name, test := range map[string]struct {
		path  []event
		phase bank.Phase
		want  string // comes of the last event
		bug   bank.Bugs
		buggy string
	}{
		"no leader is known":               {[]event{transfer(1)}, bank.Voting, "", 0, ""},
		"a leader comes to be known":       {[]event{transfer(1), leads(1, "B", 1)}, bank.Voting, "B: k/1/prepare 1 b +1", bank.TMS1, "bank: unexpected message: a coordinator that is Voting is told that B leads, view 1"},
		"a transfer":                       {voting, bank.Voting, "A: k/1/prepare 1 a -1; B: k/1/prepare 1 b +1", 0, ""},
		"the same leader in the same view": {after(voting, leads(0, "A", 1)), bank.Voting, "", 0, ""},
		"an older leader":                  {after(voting, leads(0, "A2", 3), leads(0, "A", 2)), bank.Voting, "", 0, ""},
		"another leader":                   {after(voting, leads(0, "A2", 2)), bank.Voting, "A2: k/1/prepare 1 a -1", bank.NoRetry, ""},
		"another leader, nothing to do":    {after(oneVote, leads(0, "A2", 2)), bank.Voting, "", 0, ""},
		"another leader, reading":          {after(ready, status(1), leads(1, "B2", 2)), bank.Reading, "B2: k/1/read 0 b +0", 0, ""},
		"a request has to wait":            {after(voting, transfer(2)), bank.Voting, "", 0, ""},
		"one yes":                          {oneVote, bank.Voting, "", 0, ""},
		"the same yes again":               {after(oneVote, says(0, "k", 1, "1 prepare 1 yes 1")), bank.Voting, "", 0, ""},
		"all say yes": {deciding, bank.Deciding, "A: k/2/commit 1 a -1; B: k/2/commit 1 b +1",
			bank.SplitDecision, "A: k/2/commit 1 a -1; B: k/2/abort 1 b +1"},
		"an old yes":                  {after(deciding, says(0, "k", 1, "1 prepare 1 yes 1")), bank.Deciding, "", 0, ""},
		"another client's yes":        {after(voting, says(0, "k@7", 1, "1 prepare 1 yes 1")), bank.Voting, "", 0, ""},
		"one has committed":           {oneDone, bank.Deciding, "", 0, ""},
		"all have committed":          {done, bank.Idle, "request 1: committed", 0, ""},
		"one no":                      {refused, bank.Voting, "", 0, ""},
		"who has said yes must abort": {aborting, bank.Deciding, "B: k/2/abort 1 b +1", 0, ""},
		"all have aborted":            {after(aborting, says(1, "k", 2, "2 abort 1 yes 1")), bank.Idle, "request 1: aborted", 0, ""},
		"all say no":                  {after(refused, says(1, "k", 1, "1 prepare 1 no 1")), bank.Idle, "request 1: aborted", 0, ""},
		"the next request": {after(voting, transfer(2), says(0, "k", 1, "1 prepare 1 no 1"), says(1, "k", 1, "1 prepare 1 no 1")), bank.Voting,
			"A: k/2/prepare 2 a -1; B: k/2/prepare 2 b +1; request 1: aborted", 0, ""},
		"a status":          {after(ready, status(1)), bank.Reading, "A: k/1/read 0 a +0; B: k/1/read 0 b +0", 0, ""},
		"a status is known": {after(ready, status(1), says(0, "k", 1, "9 read 0 yes 4"), says(1, "k", 1, "9 read 0 yes 5")), bank.Idle, "request 1: [4 5]", 0, ""},
		"numbers grow with a new leader": {after(done, leads(0, "A2", 2), transfer(2)), bank.Voting,
			"A2: k/3/prepare 2 a -1; B: k/3/prepare 2 b +1", bank.TMS4, "A2: k@2/1/prepare 2 a -1; B: k@1/3/prepare 2 b +1"},
		"not in the middle of an operation": {after(deciding, leads(0, "A2", 2)), bank.Deciding,
			"A2: k/2/commit 1 a -1", bank.TMS4, "A2: k@1/2/commit 1 a -1"},
		"not a result":   {after(voting, says(0, "k", 1, "yes")), bank.Voting, "bank: invariant broken\nbank: \"yes\" is no result: want place, kind, transaction, yes or no, and balance: there are 1 words", 0, ""},
		"not a decision": {after(deciding, says(0, "k", 2, "2 commit 1 no 1")), bank.Deciding, "bank: invariant broken: group 1 does not take the decision on transaction 1", 0, ""},
		"not a group":    {after(ready, leads(2, "C", 1)), bank.Idle, "bank: invariant broken: a leader of group 3, and there are 2", 0, ""},
		"nor that":       {after(ready, says(2, "k", 1, "")), bank.Idle, "bank: invariant broken: an answer of group 3, and there are 2", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, bugs := range []bank.Bugs{0, test.bug} {
				want := test.want
				if bugs != 0 {
					want = test.buggy
				}
				k := coordinator(t, bugs)
				got := ""
				for _, e := range test.path {
					got = text(e(k))
				}
				if got != want {
					t.Errorf("with bugs %q:\n%s, want\n%s", bugs, got, want)
				}
				if bugs == 0 && k.Phase() != test.phase {
					t.Errorf("%v, want %v", k.Phase(), test.phase)
				}
			}
		})
	}
}

// TMS4 takes an answer to a former client of its name for one to the present operation.
func TestTMS4(t *testing.T) {
	for bugs, want := range map[bank.Bugs]bank.Phase{0: bank.Voting, bank.TMS4: bank.Deciding} {
		k := coordinator(t, bugs)
		client := map[bank.Bugs]string{0: "k", bank.TMS4: "k@1"}[bugs]
		for _, e := range []event{
			leads(0, "A", 1), leads(1, "B", 1), transfer(1),
			says(0, client, 1, "1 prepare 1 yes 1"), says(1, client, 1, "1 prepare 1 no 1"), says(0, client, 2, "2 abort 1 yes 1"),
			leads(0, "A2", 2), transfer(2),
			says(1, client, 2, "2 prepare 2 yes 1"),
			says(0, client, 1, "1 prepare 1 yes 1"), // of the first transfer
		} {
			if _, err := e(k); err != nil {
				t.Fatal(err)
			}
		}
		if k.Phase() != want {
			t.Errorf("with bugs %q it is %v, want %v", bugs, k.Phase(), want)
		}
	}
}

func TestBadRequests(t *testing.T) {
	k := coordinator(t, 0)
	part := func(group int, name string) bank.Part {
		return bank.Part{Account: bank.Account{Group: group, Name: name}}
	}
	for want, parts := range map[string][]bank.Part{
		"it has no parts":    nil,
		"there are 2":        {part(2, "a")},
		"without blanks":     {part(0, "a b")},
		"needs a name":       {part(0, "")},
		"there are two part": {part(1, "a"), part(1, "b")},
	} {
		_, err := k.Request(bank.Request{Client: "c", Num: 1, Parts: parts})
		if !errors.Is(err, bank.ErrRequest) || !strings.Contains(err.Error(), want) || k.Phase() != bank.Idle {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, cfg := range []bank.CoordinatorConfig{{Groups: 1}, {Name: "k"}, {Name: "k/1", Groups: 1}, {Name: "k", Groups: 1, Bugs: 1 << 7}} {
		if _, err := bank.NewCoordinator(cfg); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
}

func TestClient(t *testing.T) {
	accounts := []bank.Account{{Group: 0, Name: "a"}, {Group: 1, Name: "b"}}
	c, err := bank.NewClient("c", accounts, []int64{3, 0})
	if err != nil {
		t.Fatal(err)
	}
	books := func(want string) {
		t.Helper()
		if got := fmt.Sprint(c.Books()); got != want {
			t.Errorf("the books say %s, want %s", got, want)
		}
	}
	ask := func(r bank.Request, err error) bank.Request {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := ask(c.Transfer(0, 1, 2))
	if first.String() != "a-2 b+2" {
		t.Error(first)
	}
	if _, err := c.Status(); !errors.Is(err, bank.ErrRequest) {
		t.Error("two requests at a time:", err)
	}
	books("[3 0]")
	if c.Handle(bank.Reply{Client: "d", Num: 1, Committed: true}) || !c.Handle(bank.Reply{Client: "c", Num: 1, Committed: true}) {
		t.Error("the wrong reply is taken")
	}
	books("[1 2]")
	if c.Handle(bank.Reply{Client: "c", Num: 1, Committed: true}) {
		t.Error("a reply is taken twice")
	}
	ask(c.Transfer(1, 0, 1))
	c.Handle(bank.Reply{Client: "c", Num: 2})
	books("[1 2]")
	if s := ask(c.Status()); s.String() != "a? b?" || s.Num != 3 {
		t.Errorf("%v, number %d", s, s.Num)
	}
	c.Handle(bank.Reply{Client: "c", Num: 3, Status: true, Balances: []int64{1, 2}})
	books("[1 2]")
	for _, wrong := range [][2]int{{0, 0}, {-1, 0}, {0, 2}} {
		if _, err := c.Transfer(wrong[0], wrong[1], 1); !errors.Is(err, bank.ErrRequest) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if _, err := bank.NewClient("c", accounts, nil); err == nil {
		t.Error("accounts without balances are taken")
	}
}
