package ravel_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
)

type (
	server struct{}
	other  struct{}
	write  struct{}
	read   struct{}
	ctx    = *ravel.Context
	mctx   = *ravel.MonitorContext
)

func (*server) write(ctx, write)  {}
func (*server) read(ctx, *read)   {}
func (*server) any(ctx, any)      {}
func (*server) plain(ctx)         {}
func (*server) listen(mctx, read) {}
func (*server) quiet(mctx)        {}
func (*other) plain(ctx)          {}

// line is the line of its caller.
func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}

// problem is a mistake that a definition has: a text that the report must contain, so many lines below the row's.
type problem struct {
	below int
	text  string
}

// mistakes are definitions and all that is wrong with each. at is the line above the first clause.
var mistakes = []struct {
	name string
	at   int
	err  error
	want []problem
}{
	{"nothing", line(), try[server]("S"), []problem{{0, "no states"}}},
	{"no name", line(), try[server]("",
		ravel.Start("A")), []problem{{0, "a definition needs a name"}}},
	{"no start", line(), try[server]("S",
		ravel.In("A"),
		ravel.In("B", ravel.Entry((*server).plain))), []problem{{1, "no start state"}, {2, `"B" cannot be reached`}}},
	{"two starts", line(), try[server]("S",
		ravel.Start("A", ravel.On((*server).write)),
		ravel.Start("B")), []problem{{2, `second start state "B": "A" is the start state already`}}},
	{"a state twice", line(), try[server]("S",
		ravel.Start("A", ravel.On((*server).write)),
		ravel.In("B"),
		ravel.In("B")), []problem{{3, `state "B" is declared twice, first at line`}}},
	{"a state without a name", line(), try[server]("S",
		ravel.Start("A", ravel.On((*server).write)),
		ravel.In("")), []problem{{2, "a state needs a name"}}},
	{"two handlers of one event", line(), try[server]("S",
		ravel.Start("A",
			ravel.On((*server).write),
			ravel.Ignore[write]()),
	), []problem{{3, `state "A" declares Ignore[ravel_test.write] twice, first at line`}}},
	{"value and pointer are two events", line(), try[server]("S",
		ravel.Start("A",
			ravel.On((*server).read),
			ravel.Ignore[read]()),
	), nil},
	{"two wildcards", line(), try[server]("S",
		ravel.Start("A",
			ravel.On((*server).any),
			ravel.Defer[any]()),
	), []problem{{3, "declares Defer[any] twice"}}},
	{"two entries, exits and defaults", line(), try[server]("S",
		ravel.Start("A",
			ravel.Entry((*server).plain),
			ravel.Entry((*server).plain),
			ravel.Exit((*server).plain),
			ravel.Exit((*server).plain),
			ravel.OnDefault((*server).plain),
			ravel.OnDefault((*server).plain)),
	), []problem{{3, "declares Entry twice"}, {5, "declares Exit twice"}, {7, "declares OnDefault twice"}}},
	{"NoInherit twice", line(), try[server]("S",
		ravel.Start("A",
			ravel.NoInherit[write](),
			ravel.NoInherit[write](),
			ravel.On((*server).write)),
	), []problem{{3, "declares NoInherit[ravel_test.write] twice"}}},
	{"a missing state", line(), try[server]("S",
		ravel.Start("A",
			ravel.Goto[write]("B"),
			ravel.Push[read]("C")),
	), []problem{{2, `Goto[ravel_test.write] leads to state "B", which is not declared`}, {3, `Push[ravel_test.read] leads to state "C"`}}},
	{"unreachable states", line(), try[server]("S",
		ravel.Start("A", ravel.Goto[write]("B")),
		ravel.In("B", ravel.Push[write]("A")),
		ravel.In("C", ravel.Goto[write]("D")),
		ravel.In("D")), []problem{{3, `"C" cannot be reached`}, {4, `"D" cannot be reached`}}},
	{"states that only a handler could reach", line(), try[server]("S",
		ravel.Start("A", ravel.Goto[write]("B")),
		ravel.In("B", ravel.On((*server).write)),
		ravel.In("C")), nil},
	{"states that only an unreachable handler could reach", line(), try[server]("S",
		ravel.Start("A"),
		ravel.In("C", ravel.On((*server).write))), []problem{{2, `"C" cannot be reached`}}},
	{"functions of another type", line(), try[server]("S",
		ravel.Start("A",
			ravel.Entry((*other).plain)),
	), []problem{{2, `Entry in state "A" is a function of *ravel_test.other; this definition is of *ravel_test.server`}}},
	{"functions of a monitor", line(), try[server]("S",
		ravel.Start("A",
			ravel.On((*server).listen),
			ravel.Exit((*server).quiet)),
	), []problem{{2, "takes a *ravel.MonitorContext; here it must take a *ravel.Context"}, {3, "Exit"}}},
	{"an interface", line(), try[server]("S",
		ravel.Start("A",
			ravel.Ignore[error](),
			ravel.On(func(*server, ctx, fmt.Stringer) {})),
	), []problem{{2, "error in state"}, {3, "an interface matches nothing"}}},
	{"temperatures", line(), try[server]("S",
		ravel.Start("A", ravel.On((*server).write)),
		ravel.Hot("B"),
		ravel.Cold("C"),
		ravel.Warm("D")), []problem{{2, "declared with Hot"}, {3, "declared with Cold"}, {4, "declared with Warm"}}},
	{"a correct definition", line(), try[server]("S",
		ravel.Start("A", ravel.On((*server).write), ravel.Ignore[any](), ravel.OnDefault((*server).plain), ravel.HaltOn[int](), ravel.Push[string]("B")),
		ravel.In("B", ravel.Pop[string](), ravel.NoInherit[any](), ravel.Defer[write]())), nil},

	{"a monitor with a start", line(), tryMonitor[server]("S",
		ravel.Start("A")), []problem{{1, "declared with Start: use Cold, Hot or Warm"}}},
	{"a monitor with In", line(), tryMonitor[server]("S",
		ravel.Cold("A", ravel.Goto[write]("B")),
		ravel.In("B")), []problem{{2, "declared with In"}}},
	{"what monitors do not do", line(), tryMonitor[server]("S",
		ravel.Warm("A",
			ravel.Push[write]("A"),
			ravel.Pop[read](),
			ravel.Defer[int](),
			ravel.HaltOn[string](),
			ravel.NoInherit[bool](),
			ravel.OnDefault((*server).quiet)),
	), []problem{{2, "monitors only listen"}, {3, "Pop"}, {4, "Defer"}, {5, "HaltOn"}, {6, "NoInherit"}, {7, "OnDefault"}}},
	{"a monitor with a machine's function", line(), tryMonitor[server]("S",
		ravel.Warm("A",
			ravel.On((*server).write)),
	), []problem{{2, "takes a *ravel.Context; here it must take a *ravel.MonitorContext"}}},
	{"an unreachable state of a monitor", line(), tryMonitor[server]("S",
		ravel.Cold("A", ravel.Ignore[write]()),
		ravel.Hot("B")), []problem{{2, `"B" cannot be reached`}}},
	{"a correct monitor", line(), tryMonitor[server]("S",
		ravel.Cold("A", ravel.On((*server).listen), ravel.Ignore[any]()),
		ravel.Hot("B", ravel.Entry((*server).quiet), ravel.Goto[write]("A")),
		ravel.Warm("C", ravel.Exit((*server).quiet))), nil},

	{"all at once", line(), try[server]("S",
		ravel.Start("A",
			ravel.Goto[write]("nowhere"),
			ravel.Ignore[write](),
			ravel.Entry((*other).plain)),
		ravel.Start("B"),
		ravel.Hot("")), []problem{
		{2, "nowhere"}, {3, "twice"}, {4, "is a function of"}, {5, "second start"}, {6, "needs a name"}, {6, "Hot"},
	}},
}

func try[M any](name string, states ...ravel.StateClause) error {
	d, err := ravel.TryDefine[M](name, states...)
	if (d == nil) == (err == nil) {
		panic("a definition and an error, or neither")
	}
	return err
}

func tryMonitor[M any](name string, states ...ravel.StateClause) error {
	_, err := ravel.TryDefineMonitor[M](name, states...)
	return err
}

func TestDefinitionMistakes(t *testing.T) {
	for _, m := range mistakes {
		var d *ravel.DefinitionError
		if m.err != nil && !errors.As(m.err, &d) {
			t.Errorf("%s: not a DefinitionError: %v", m.name, m.err)
			continue
		}
		if d == nil {
			d = &ravel.DefinitionError{}
		}
		if len(d.Problems) != len(m.want) {
			t.Errorf("%s: %d mistakes, want %d: %v", m.name, len(d.Problems), len(m.want), m.err)
			continue
		}
		for i, p := range d.Problems {
			want := m.want[i]
			if !strings.Contains(p.Text, want.text) {
				t.Errorf("%s: %q does not say %q", m.name, p.Text, want.text)
			}
			at := m.at + want.below
			if want.below == 0 { // the definition itself: the line of the call
				at = p.Line
			}
			if p.Line != at || filepath.Base(p.File) != "define_test.go" {
				t.Errorf("%s: %q is reported at %s:%d, want line %d", m.name, p.Text, p.File, p.Line, at)
			}
		}
	}
}

func TestDefinitionErrorIsOneText(t *testing.T) {
	err := mistakes[len(mistakes)-1].err
	text := err.Error()
	if lines := strings.Split(text, "\n"); len(lines) != 7 || !strings.Contains(lines[0], `definition of "S" has 6 mistakes`) || !strings.Contains(lines[1], "define_test.go:") {
		t.Errorf("got %s", text)
	}
}

func TestDefinePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"Define":        func() { ravel.Define[server]("S", ravel.In("A")) },
		"DefineMonitor": func() { ravel.DefineMonitor[server]("S", ravel.In("A")) },
	} {
		func() {
			defer func() {
				var d *ravel.DefinitionError
				if err, ok := recover().(error); !ok || !errors.As(err, &d) {
					t.Errorf("%s does not panic with a *DefinitionError", name)
				}
			}()
			f()
		}()
	}
}

func TestDefinitionNames(t *testing.T) {
	if n := ravel.Define[server]("S", ravel.Start("A")).Name(); n != "S" {
		t.Errorf("name %q", n)
	}
	if n := ravel.DefineMonitor[server]("M", ravel.Cold("A")).Name(); n != "M" {
		t.Errorf("name %q", n)
	}
}
