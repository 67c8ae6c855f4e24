package failure_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/ravelgo/ravel/failure"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func line(n int) Place { return Place{File: "/src/kv/server.go", Line: n, Func: "kv.(*Server).write"} }

var (
	server  = Site{Machine: "Server", State: "Serving", Step: 12, Place: line(41)}
	monitor = Site{Machine: "RepairMonitor", State: "Repairing", Step: 12}
	hot     = Hot{Monitor: "RepairMonitor", State: "Repairing", Since: 7}
	blocked = Blocked{Site: Site{Machine: "Client", Step: 9, Place: line(88)}, WaitsFor: "event WriteOK"}
	stack   = "kv.(*Server).write\n\t/src/kv/server.go:41"
	reading = Access{
		Site:  Site{Machine: "g2 (server.go:21)", Step: 9, Place: Place{"/src/kv/server.go", 88, "kv.(*Server).Len"}},
		Stack: []Place{{"/src/kv/server.go", 88, "kv.(*Server).Len"}, {"/src/kv/server.go", 22, "kv.Serve.func1"}}, Created: Place{"/src/kv/server.go", 21, "kv.Serve"},
	}
)

// every holds at least one value of each type, and each wording.
var every = slices.Concat(ofMachines, ofGoroutines)

var ofMachines = []Failure{
	&Assertion{Site: server, Message: "version 2, want 3", Stack: stack},
	&Assertion{},
	&Assertion{Site: Site{Machine: "Server"}, Message: strings.Repeat("long ", 80) + "tail\nand two lines"},
	&MonitorViolation{Site: monitor, Message: "more replicas than nodes", Event: "ReplicaRepaired", By: "Server"},
	&MonitorViolation{Site: monitor},
	&Unhandled{Site: server, Event: "kv.Shutdown", From: "Client", States: []string{"Serving"}},
	&Unhandled{Site: server, Event: "kv.Shutdown", States: []string{"Serving", "Starting"}},
	&Unhandled{Site: server, Event: "kv.Write", From: "Client", HandledAs: "*kv.Write"},
	&Panic{Site: server, Value: errors.New("index out of range [3] with length 3"), Stack: stack},
	&Panic{Value: "boom"},
	&TestFailure{Call: "t.Fatalf", Message: "got 1\nwant 2", Site: Site{Place: line(7)}},
	&TestFailure{Site: server},
	&Exit{Site: server, Call: "os.Exit(2)", Stack: stack},
	&Exit{},
	&Deadlock{Blocked: []Blocked{blocked}},
	&Deadlock{Blocked: []Blocked{blocked, {Site: server}, blocked, blocked, blocked}, Hot: []Hot{hot}},
	&Deadlock{Blocked: []Blocked{blocked, {Site: server, WaitsFor: "lock mu"}}, Hot: []Hot{hot, {Monitor: "M"}}},
	&HotAtEnd{Site: monitor, Hot: []Hot{hot}},
	&HotAtEnd{Site: monitor, Hot: []Hot{hot, {Monitor: "Progress", State: "Waiting"}}},
	&Livelock{Site: monitor, Hot: hot, Start: 20, Length: 1},
	&Livelock{Site: monitor, Hot: hot, Threshold: 5000, Suffix: 5000},
	&BoundHit{Bound: 10000},
	&Leak{},
	&DataRace{
		Site: reading.Site, Second: reading, Report: "WARNING: DATA RACE\n...",
		First: Access{
			Site: Site{Machine: "g1 (server.go:20)", Place: line(41)}, Write: true,
			Through: Place{"/go/src/runtime/map_faststr.go", 300, "runtime.mapassign_faststr"}, Created: Place{"/src/kv/server.go", 20, "kv.Serve"},
		},
	},
	&DataRace{First: Access{Site: reading.Site, Write: true}, Second: reading},
	&DataRace{What: "Server.log", First: Access{Site: server, Write: true}, Second: Access{Site: server, Write: true}, Report: "WARNING: DATA RACE\n..."},
	&DataRace{What: "Server.log", First: reading, Report: "WARNING: DATA RACE\n..."},
	&DataRace{},
	&Changed{Site: server, Event: "*kv.Write", Field: ".Entries[2].Key", To: "Backup", Sent: line(40), SentAt: 11, Noticed: line(44), Before: "a", After: "b"},
	&Changed{Event: "*kv.Write"},
	&SharedMemory{Type: "map[string]int", Owner: "Server", Path: ".items", Other: "Backup", OtherPath: ".primary.items"},
	&SharedMemory{},
	&LockHeld{Site: server, Lock: "sync.Mutex .mu"},
	&Nondeterminism{Site: Site{Step: 4}, First: "Server sends Write to Backup", Second: "Server sends Write to Client"},
	&Nondeterminism{Concurrent: true, Carried: &Carried{Variables: []string{"v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14"}}},
	&NotReproducible{First: &Assertion{Site: server, Message: "version 2, want 3"}, Stack: stack},
	&NotReproducible{First: &Panic{Value: "boom"}, Second: &Panic{Value: "bang"}},
	&NotReproducible{First: &Panic{Value: "boom"}, Carried: &Carried{
		Fresh: true, Here: "test: lock at kv.go:4", There: "the execution is over", Behind: "a deadlock", Variables: []string{"kv.entries (map[string]int)", "kv.hits"},
	}},
	&NotReproducible{First: &Panic{Value: "boom"}, Second: &Panic{Value: "bang"}, Carried: &Carried{Fresh: true, Unknown: "no symbol table"}},
	&UncontrolledGoroutine{Site: server, Name: "kv.poll", Stack: stack},
	&UncontrolledGoroutine{},
	&Stuck{Site: server, For: "10s", Stack: stack},
	&Stuck{},
	&ProcessFailure{
		How: "exit status 2", Output: "fatal error: concurrent map writes\n\ngoroutine 9 [running]:",
		Again: "it ended another process as well: exit status 2", Repeat: "go test ./kv -run '^TestLock$' -ravel.workers=1 -ravel.seed=7 -ravel.schedules=34",
	},
	&ProcessFailure{},
	&Misuse{Site: server, Text: "it sent an event from a finalizer", Fix: "do not"},
	&Misuse{Site: server, Rule: OneTransition, Subject: "push Backup", Earlier: line(40)},
	&Misuse{Site: server, Rule: NothingAfter, Subject: "Send", Earlier: line(40)},
	&Misuse{Site: server, Rule: NoTransitionInExit, Subject: "goto Draining"},
	&Misuse{Site: server, Rule: PopNeedsPush},
	&Misuse{Site: server, Rule: KnownState, Subject: "Drainign"},
	&Misuse{Site: server, Rule: RaiseDeferred, Subject: "kv.Write"},
	&Misuse{Site: server, Rule: RaiseIgnored, Subject: "kv.Heartbeat"},
	&Misuse{Site: server, Rule: KnownMachine, Subject: "kv.Write"},
	&Misuse{Site: server, Rule: NoNil, Subject: "Send"},
	&Misuse{Site: monitor, Rule: MonitorsListen, Subject: "Send"},
	&Misuse{Site: monitor, Rule: MonitorsDecide, Subject: "Bool"},
	&Misuse{Site: server, Rule: OwnContext, Subject: "Send"},
	&Misuse{Site: server, Rule: OwnTimer, Subject: "retry"},
	&Misuse{Site: server, Rule: PositiveChoice, Subject: "0"},
	&Misuse{Rule: OneMonitor, Subject: "RepairMonitor"},
	&Misuse{Rule: NotInExecution, Subject: "t.Parallel"},
}

func TestMessages(t *testing.T) {
	var b bytes.Buffer
	for _, f := range every {
		fmt.Fprintf(&b, "%s: %s\n", f.Kind(), f)
		if d := f.Detail(); d != "" {
			fmt.Fprintf(&b, "\t%s\n", strings.ReplaceAll(d, "\n", "\n\t"))
		}
		b.WriteByte('\n')
	}
	golden := filepath.Join("testdata", "messages.txt")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("messages differ from %s; look at them, then run with -update:\n%s", golden, b.Bytes())
	}
}

func TestEverySentenceIsOneLine(t *testing.T) {
	for _, f := range every {
		s := f.Error()
		if strings.ContainsAny(s, "\r\n") || s != strings.TrimSpace(s) || strings.HasSuffix(strings.TrimSuffix(s, "..."), ".") || len(s) > 800 {
			t.Errorf("%T: %q", f, s)
		}
		if d := f.Detail(); strings.HasSuffix(d, "\n") {
			t.Errorf("%T: detail ends with a line break", f)
		}
		if strings.Contains(s, "%!") || strings.Contains(f.Detail(), "%!") {
			t.Errorf("%T: bad format: %s %s", f, s, f.Detail())
		}
	}
}

// Every kind has one type, a word that can be parsed, and a value in the table; every rule too.
func TestEveryKind(t *testing.T) {
	types := map[Kind]reflect.Type{}
	rules := map[Rule]bool{}
	for _, f := range every {
		if old := types[f.Kind()]; old != nil && old != reflect.TypeOf(f) {
			t.Errorf("%v is the kind of both %v and %T", f.Kind(), old, f)
		}
		types[f.Kind()] = reflect.TypeOf(f)
		if m, ok := f.(*Misuse); ok {
			rules[m.Rule] = true
		}
	}
	for _, k := range Kinds() {
		if types[k] == nil {
			t.Errorf("no failure of kind %v", k)
		}
		if got, ok := ParseKind(k.String()); !ok || got != k || strings.ToLower(k.String()) != k.String() {
			t.Errorf("ParseKind(%q) = %v, %v", k, got, ok)
		}
		text, err := json.Marshal(k)
		var back Kind
		if err != nil || json.Unmarshal(text, &back) != nil || back != k {
			t.Errorf("%s: %v, read back %v", text, err, back)
		}
	}
	for r := OtherRule; r.String() != fmt.Sprintf("rule(%d)", r); r++ {
		if !rules[r] {
			t.Errorf("no misuse of rule %q", r)
		}
	}
	var k Kind
	if err := k.UnmarshalText([]byte("earthquake")); err == nil {
		t.Error("an unknown word was read")
	}
	if _, err := Kind(200).MarshalText(); err == nil {
		t.Error("an unknown kind was written")
	}
}

func TestErrorsAs(t *testing.T) {
	for _, f := range every {
		wrapped := fmt.Errorf("execution 7: %w", f)
		for _, other := range every {
			target := reflect.New(reflect.TypeOf(other))
			is := errors.As(wrapped, target.Interface())
			if want := reflect.TypeOf(f) == reflect.TypeOf(other); is != want {
				t.Errorf("errors.As(%T, *%T) = %v", f, other, is)
			}
		}
		if Of(wrapped) != f {
			t.Errorf("Of does not find %T", f)
		}
		if f.Where() != reflect.ValueOf(f).Elem().FieldByName("Site").Interface() {
			t.Errorf("%T.Where differs from its site", f)
		}
	}
	cause := errors.New("closed")
	if !errors.Is(&Panic{Value: cause}, cause) {
		t.Error("the panic's error cannot be found")
	}
	if Of(cause) != nil || Of(nil) != nil {
		t.Error("Of finds failures where there are none")
	}
}

func TestSame(t *testing.T) {
	for i, a := range every {
		for j, b := range every {
			want := i == j || a.Kind() == KindLivelock && b.Kind() == KindLivelock
			if Same(a, b) != want {
				t.Errorf("Same(%q, %q) = %v", a, b, !want)
			}
		}
		if !SameMessage(fmt.Errorf("wrapped: %w", a), a.Kind(), a.Error()) {
			t.Errorf("%q is not recognised by its message", a)
		}
	}
	at := func(machine, state string, step, line int, m, stack string) error {
		return &Assertion{Message: m, Stack: stack, Site: Site{Machine: machine, State: state, Step: step, Place: Place{File: "a.go", Line: line}}}
	}
	tests := []struct {
		name string
		a, b error
		want bool
	}{
		{"other state, step, line and stack", at("A", "S", 1, 10, "x", "s1"), at("A", "T", 2, 20, "x", "s2"), true},
		{"other machine", at("A", "", 1, 1, "x", ""), at("B", "", 1, 1, "x", ""), false},
		{"other message", at("A", "", 1, 1, "x 1", ""), at("A", "", 1, 1, "x 2", ""), false},
		{"other address", &Panic{Value: "bad 0xc000012345"}, &Panic{Value: "bad 0xc0000abcde"}, true},
		{"other goroutine", &Panic{Value: "in goroutine 7"}, &Panic{Value: "in goroutine 12"}, true},
		{"other numbers and arguments in stacks", &TestFailure{Message: "[Goroutine 7 in state select: f(0x1?, 0xc0000a4000?) in goroutine 6"},
			&TestFailure{Message: "[Goroutine 19 in state select: f(0x18?, 0xc000123000?) in goroutine 5"}, true},
		{"other small number", &Panic{Value: "code 0x1"}, &Panic{Value: "code 0x2"}, false},
		{"other kind", &Panic{Value: "x"}, at("", "", 1, 1, "x", ""), false},
		{"lines moved", &Misuse{Rule: OneTransition, Site: Site{Place: line(3)}, Earlier: line(2)},
			&Misuse{Rule: OneTransition, Site: Site{Place: line(33)}, Earlier: line(32)}, true},
		{"other evidence", &Livelock{Hot: hot, Start: 1, Length: 2}, &Livelock{Hot: hot, Threshold: 100, Suffix: 100}, true},
		{"wrapped", fmt.Errorf("a: %w", at("A", "", 1, 1, "x", "")), at("A", "", 1, 1, "x", ""), true},
		{"plain errors", errors.New("x"), errors.New("x"), true},
		{"nil", nil, nil, false},
		{"nil and not", nil, errors.New(""), false},
	}
	for _, test := range tests {
		if got := Same(test.a, test.b); got != test.want {
			t.Errorf("%s: Same = %v, want %v\n%s\n%s", test.name, got, test.want, Key(test.a), Key(test.b))
		}
	}
	if SameMessage(errors.New("x"), KindPanic, "x") || SameMessage(nil, NoKind, "") {
		t.Error("SameMessage takes what is no failure")
	}
}

func ExampleFailure() {
	var err error = &Unhandled{Site: Site{Machine: "Server", State: "Draining"}, Event: "kv.Write", From: "Client"}
	var u *Unhandled
	if errors.As(err, &u) {
		fmt.Println(u.Kind(), "in", u.Machine)
	}
	fmt.Println(err)
	// Output:
	// unhandled event in Server
	// Server got event kv.Write and has no handler for it in state Draining
}
