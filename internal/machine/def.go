package machine

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/ravelgo/ravel/failure"
)

// Verb is what a state does with an event.
type Verb uint8

// The verbs. None marks an event that the state does not declare.
const (
	None Verb = iota
	Do
	Goto
	Push
	Pop
	Halt
	Defer
	Ignore
)

var verbNames = [...]string{"none", "on", "goto", "push", "pop", "halt", "defer", "ignore"}

func (v Verb) String() string { return verbNames[v] }

// Func is a handler: self is the machine's *M, ctx the *ravel.Context (or *ravel.MonitorContext) of the machine. Entry
// and exit functions get a nil ev.
type Func func(self, ctx, ev any)

// Temperature is the mood of a monitor's state.
type Temperature uint8

// The temperatures. A warm state neither heats nor cools.
const (
	Warm Temperature = iota
	Cold
	Hot
)

// Cell is what one state does with one event type.
type Cell struct {
	Fn   Func
	To   int32 // target state of Goto and Push
	Verb Verb
	Stop bool // NoInherit: the search ends here
}

// State is a compiled state.
type State struct {
	Name        string
	Entry, Exit Func
	Temperature Temperature
	Place       failure.Place // of its declaration
}

// Columns that every definition has.
const (
	OtherColumn   int32 = iota // events whose type no state declares
	DefaultColumn              // no event at all
	firstColumn
)

// Def is a compiled definition; it is immutable.
type Def struct {
	Name    string
	Elem    reflect.Type // the M of the machine's *M; nil for a function
	Monitor bool
	States  []State
	Start   int32
	Fn      func(ctx any) // a machine as a plain function; it has no states

	HasDefault bool // some state has a default handler

	Place    failure.Place // where it was made; Func names a function of the package
	Body     any           // of a plain function: the user's
	Declared []Declared    // what the states do with events, in their order

	cells   []Cell  // states x columns
	origin  []int32 // of each cell: which of Declared says so, -1 if none does
	columns int32
	types   typeTable
	heard   []reflect.Type // declared event types, in column order
}

// Declared is one declaration of a state: what it does with a type of events. The wildcard and the default have no type.
type Declared struct {
	State    int32
	Type     reflect.Type
	Wildcard bool
	Default  bool
	Verb     Verb
	To       int32 // of Goto and Push
	Place    failure.Place
}

// Draft is an uncompiled definition.
type Draft struct {
	Name    string
	Place   failure.Place
	Elem    reflect.Type
	Monitor bool
	Start   int32
	States  []DraftState
}

// DraftState is a state of a Draft.
type DraftState struct {
	State
	Handlers []DraftHandler
}

// DraftHandler says what a state does with an event type. Wildcard and Default have no type.
type DraftHandler struct {
	Cell
	Type     reflect.Type
	Wildcard bool
	Default  bool
	Place    failure.Place
}

// Compile builds the tables of a draft that has been checked: one handler per state and type, targets in range.
func Compile(d Draft) *Def {
	def := &Def{Name: d.Name, Elem: d.Elem, Monitor: d.Monitor, Start: d.Start, Place: d.Place, columns: firstColumn}
	for _, s := range d.States {
		def.States = append(def.States, s.State)
		for _, h := range s.Handlers {
			def.HasDefault = def.HasDefault || h.Default
			if h.Type != nil && def.types.add(h.Type, def.columns) {
				def.heard = append(def.heard, h.Type)
				def.columns++
			}
		}
	}
	def.cells = make([]Cell, len(d.States)*int(def.columns))
	def.origin = make([]int32, len(def.cells))
	for i := range def.origin {
		def.origin[i] = -1
	}
	for i, s := range d.States {
		fillRow(def, int32(i), s.Handlers)
	}
	return def
}

// fillRow writes the exact handlers over the wildcard: at the same depth the exact type wins.
func fillRow(def *Def, state int32, hs []DraftHandler) {
	first := len(def.Declared)
	for _, h := range hs {
		if h.Verb != None {
			def.Declared = append(def.Declared, Declared{state, h.Type, h.Wildcard, h.Default, h.Verb, h.To, h.Place})
		}
	}
	at := state * def.columns
	write := func(col int32, h Cell, from int32) {
		c := &def.cells[at+col]
		if *c = merge(*c, h); h.Verb != None {
			def.origin[at+col] = from
		}
	}
	from := int32(first)
	for _, h := range hs {
		if h.Wildcard {
			for col := range def.columns {
				if col != DefaultColumn {
					write(col, h.Cell, from)
				}
			}
		}
		if h.Verb != None {
			from++
		}
	}
	from = int32(first)
	for _, h := range hs {
		switch {
		case h.Default:
			write(DefaultColumn, h.Cell, from)
		case h.Type != nil:
			write(def.types.column(WordOf(h.Type)), h.Cell, from)
		}
		if h.Verb != None {
			from++
		}
	}
}

// merge lays b over a: a NoInherit says nothing about what this state does itself.
func merge(a, b Cell) Cell {
	if b.Verb == None {
		a.Stop = a.Stop || b.Stop
		return a
	}
	b.Stop = b.Stop || a.Stop
	return b
}

// Column returns the column of an event's type.
func (d *Def) Column(ev any) int32 { return d.types.column(TypeWord(ev)) }

// ColumnOf returns the column of a type, OtherColumn when no state declares it.
func (d *Def) ColumnOf(t reflect.Type) int32 { return d.types.column(WordOf(t)) }

// Heard lists the event types that some state declares.
func (d *Def) Heard() []reflect.Type { return d.heard }

// Hears reports whether any state does something with events of the column.
func (d *Def) Hears(col int32) bool {
	for s := int32(0); s < int32(len(d.States)); s++ {
		if d.cell(s, col).Verb != None {
			return true
		}
	}
	return false
}

// HandledAs returns the name of the type that some state declares and that differs from an event's only by a pointer; "" if
// there is none.
func (d *Def) HandledAs(ev any) string {
	t := reflect.TypeOf(ev)
	if t == nil {
		return ""
	}
	other := reflect.PointerTo(t)
	if t.Kind() == reflect.Pointer {
		other = t.Elem()
	}
	if d.ColumnOf(other) != OtherColumn {
		return other.String()
	}
	return ""
}

// models is where the models of an environment live.
const models = "github.com/ravelgo/ravel/model/"

// ModelPackage returns the package of a machine that models an environment; "" for other machines.
func (d *Def) ModelPackage() string {
	if d.Elem != nil && strings.HasPrefix(d.Elem.PkgPath(), models) {
		return d.Elem.PkgPath()
	}
	return ""
}

func (d *Def) cell(state, col int32) *Cell { return &d.cells[state*d.columns+col] }

// indexOf returns the position of a cell in the table.
func (d *Def) indexOf(c *Cell) int {
	return int((uintptr(unsafe.Pointer(c)) - uintptr(unsafe.Pointer(&d.cells[0]))) / unsafe.Sizeof(Cell{}))
}

// typeTable maps the address of a type's descriptor to its column: open addressing, at most half full.
type typeTable struct {
	keys []uintptr
	cols []int32
	n    int
}

// column takes a few cycles: it is on the path of every send.
func (t *typeTable) column(w uintptr) int32 {
	if len(t.keys) == 0 {
		return OtherColumn
	}
	mask := uintptr(len(t.keys) - 1)
	for i := slotOf(w) & mask; ; i = (i + 1) & mask {
		switch t.keys[i] {
		case w:
			return t.cols[i]
		case 0:
			return OtherColumn
		}
	}
}

func (t *typeTable) add(typ reflect.Type, col int32) bool {
	w := WordOf(typ)
	if t.column(w) != OtherColumn {
		return false
	}
	if 2*(t.n+1) > len(t.keys) {
		t.grow()
	}
	t.put(w, col)
	t.n++
	return true
}

func (t *typeTable) grow() {
	old := *t
	t.keys = make([]uintptr, max(8, 2*len(old.keys)))
	t.cols = make([]int32, len(t.keys))
	for i, k := range old.keys {
		if k != 0 {
			t.put(k, old.cols[i])
		}
	}
}

func (t *typeTable) put(w uintptr, col int32) {
	mask := uintptr(len(t.keys) - 1)
	i := slotOf(w) & mask
	for t.keys[i] != 0 {
		i = (i + 1) & mask
	}
	t.keys[i], t.cols[i] = w, col
}

// slotOf drops the alignment bits of a descriptor's address.
func slotOf(w uintptr) uintptr { return w>>5 ^ w>>11 }

// TypeWord is the address of the descriptor of ev's dynamic type: the first word of an interface value. Descriptors live
// as long as the process, so the address may be kept as a number.
func TypeWord(ev any) uintptr { return *(*uintptr)(unsafe.Pointer(&ev)) }

// WordOf is the TypeWord of the values of a type. A reflect.Type is a pointer to the descriptor itself.
func WordOf(t reflect.Type) uintptr {
	return uintptr((*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1])
}
