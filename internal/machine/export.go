package machine

import (
	"reflect"
	"runtime"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/coverage"
)

// running is the one state of a machine that is a plain function.
const running = "running"

// Export returns the counts under the names of what was counted, with everything that is declared and was never visited.
func (c *Cover) Export() coverage.Machine {
	d := c.Def
	m := coverage.Machine{Package: packageOf(d.Place.Func), Name: d.Name, Kind: coverage.IsMachine, Place: place(d.Place)}
	if d.Elem != nil && d.Elem.PkgPath() != "" { // a library may define machines in the name of others
		m.Package = d.Elem.PkgPath()
		if at := strings.IndexByte(d.Elem.Name(), '['); at >= 0 {
			m.Name += shortTypes(d.Elem.Name()[at:])
		}
	}
	switch {
	case d.Fn != nil:
		m.Kind = coverage.IsFunction
		at := functionPlace(d.Body)
		m.Package, m.Place = packageOf(at.Func), place(at)
		m.States = []coverage.State{{Name: running, Start: true, Place: m.Place, Count: c.states[0].public()}}
	default:
		if d.Monitor {
			m.Kind = coverage.IsMonitor
		}
		for i, s := range d.States {
			m.States = append(m.States, coverage.State{
				Name: s.Name, Start: int32(i) == d.Start, Temperature: d.temperature(s.Temperature), Place: place(s.Place), Count: c.states[i].public(),
			})
		}
	}
	name := d.eventNames(c.taken)
	c.exportPairs(&m, name)
	c.exportMoves(&m, name)
	return m
}

func (c *Cover) exportPairs(m *coverage.Machine, name func(reflect.Type) string) {
	d := c.Def
	counts := make([]Count, len(d.Declared))
	for i, n := range c.cells {
		if from := d.origin[i]; from >= 0 {
			counts[from].join(n)
		}
	}
	for i, h := range d.Declared {
		p := coverage.Pair{State: d.StateName(h.State), Event: h.event(name), Does: verbWords[h.Verb], Place: place(h.Place), Count: counts[i].public()}
		if h.Verb == Goto || h.Verb == Push {
			p.To = d.StateName(h.To)
		}
		m.Pairs = append(m.Pairs, p)
	}
	for _, t := range c.taken {
		m.Pairs = append(m.Pairs, coverage.Pair{State: c.stateName(t.State), Event: name(t.Type), Does: coverage.Receive, Count: t.public()})
	}
}

// join adds what another cell counted for one declaration: a wildcard has many. An execution that has met several counts for
// the largest of them at least, and may be counted too seldom.
func (c *Count) join(o Count) {
	c.Times += o.Times
	c.Executions = max(c.Executions, o.Executions)
}

// exportMoves lists the transitions that were made, and those of clauses that were not.
func (c *Cover) exportMoves(m *coverage.Machine, name func(reflect.Type) string) {
	d := c.Def
	for from := range int32(len(d.States)) {
		for col := range d.columns + 1 {
			for _, v := range c.moves[from*(d.columns+1)+col] {
				t := coverage.Transition{From: d.StateName(from), Does: verbWords[v.Verb], To: d.StateName(v.To), Count: v.public()}
				if h := d.declaredMove(from, col, v); h != nil {
					t.Event, t.Place = h.event(name), place(h.Place)
				} else {
					t.Event = d.columnName(from, col, name)
				}
				addTransition(m, t)
			}
		}
	}
	for _, h := range d.Declared {
		if h.Verb < Goto || h.Verb > Halt {
			continue
		}
		t := coverage.Transition{From: d.StateName(h.State), Event: h.event(name), Does: verbWords[h.Verb], Place: place(h.Place)}
		if h.Verb == Goto || h.Verb == Push {
			t.To = d.StateName(h.To)
		}
		m.Transitions = append(m.Transitions, t)
	}
}

// addTransition adds a transition, or joins it with one of the same name: events that only the wildcard takes are one.
func addTransition(m *coverage.Machine, t coverage.Transition) {
	for i := range m.Transitions {
		o := &m.Transitions[i]
		if o.From == t.From && o.Event == t.Event && o.Does == t.Does && o.To == t.To {
			o.Times += t.Times
			o.Executions = max(o.Executions, t.Executions)
			return
		}
	}
	m.Transitions = append(m.Transitions, t)
}

// declaredMove returns the clause that makes a transition, nil if a function has asked for it.
func (d *Def) declaredMove(from, col int32, v Move) *Declared {
	if col == d.columns || d.origin[from*d.columns+col] < 0 {
		return nil
	}
	h := &d.Declared[d.origin[from*d.columns+col]]
	if h.Verb != v.Verb || (v.Verb == Goto || v.Verb == Push) && h.To != v.To {
		return nil
	}
	return h
}

func (h *Declared) event(name func(reflect.Type) string) string {
	switch {
	case h.Wildcard:
		return "any"
	case h.Default:
		return "default"
	}
	return name(h.Type)
}

// columnName names the events of a column, as a state sees them.
func (d *Def) columnName(state, col int32, name func(reflect.Type) string) string {
	switch {
	case col == d.columns:
		return "entry"
	case col == DefaultColumn:
		return "default"
	}
	if from := d.origin[state*d.columns+col]; from >= 0 {
		return d.Declared[from].event(name)
	}
	if col == OtherColumn {
		return "any"
	}
	return name(d.heard[col-firstColumn])
}

// eventNames returns how the types of a definition's events are called: as in Go code, and with their whole import path if two
// would be the same.
func (d *Def) eventNames(taken []Taken) func(reflect.Type) string {
	seen := map[string]reflect.Type{}
	twice := map[string]bool{}
	note := func(t reflect.Type) {
		name := shortTypes(t.String())
		if o, ok := seen[name]; ok && o != t {
			twice[name] = true
		}
		seen[name] = t
	}
	for _, t := range d.heard {
		note(t)
	}
	for _, t := range taken {
		note(t.Type)
	}
	return func(t reflect.Type) string {
		name := shortTypes(t.String())
		switch {
		case !twice[name]:
			return name
		case t.PkgPath() != "":
			return t.PkgPath() + "." + t.Name()
		}
		return t.String()
	}
}

// shortTypes writes the types among type arguments as Go code does, without the paths of their packages.
func shortTypes(s string) string {
	if !strings.Contains(s, "/") {
		return s
	}
	var b strings.Builder
	word := 0 // where the present word begins in b
	for _, r := range s {
		switch r {
		case '/':
			head := b.String()[:word]
			b.Reset()
			b.WriteString(head)
			continue
		case '[', ']', ',', '*', ' ', '(', ')', '{', '}', ';':
			b.WriteRune(r)
			word = b.Len()
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (c *Cover) stateName(s int32) string {
	if c.Def.Fn != nil {
		return running
	}
	return c.Def.StateName(s)
}

func (c *Count) public() coverage.Count {
	return coverage.Count{Times: c.Times, Executions: c.Executions}
}

var verbWords = [...]coverage.Verb{
	Do: coverage.On, Goto: coverage.Goto, Push: coverage.Push, Pop: coverage.Pop, Halt: coverage.Halt, Defer: coverage.Defer, Ignore: coverage.Ignore,
}

func (d *Def) temperature(t Temperature) string {
	if !d.Monitor {
		return ""
	}
	return [...]string{Warm: "warm", Cold: "cold", Hot: "hot"}[t]
}

func place(p failure.Place) coverage.Place { return coverage.Place{File: p.File, Line: p.Line} }

// packageOf returns the import path in the name of a function, which may have type arguments with paths of their own.
func packageOf(function string) string {
	function, _, _ = strings.Cut(function, "[")
	slash := strings.LastIndexByte(function, '/') + 1
	if dot := strings.IndexByte(function[slash:], '.'); dot >= 0 {
		function = function[:slash+dot]
	}
	return strings.ReplaceAll(function, "%2e", ".")
}

// functionPlace returns where a function is written.
func functionPlace(f any) failure.Place {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return failure.Place{}
	}
	fn := runtime.FuncForPC(v.Pointer())
	if fn == nil {
		return failure.Place{}
	}
	file, line := fn.FileLine(fn.Entry())
	return failure.Place{File: file, Line: line, Func: fn.Name()}
}
