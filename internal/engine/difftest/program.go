package difftest

// A Program is a closed system: a body that registers monitor and model, creates the static machines in order, and then
// runs Root; the machines; and what the execution allows.
type Program struct {
	Machines []*MachineDef
	Static   int // the first so many of Machines are created by the body; the others only by machines
	Root     []*Op
	Monitor  *MonitorDef // or nil
	Units    int         // of the fault budget
	Ordered  bool        // the ordered clock
	Early    int         // ordered clock: timers that may fire early
	ops      int         // number of the last Op
}

// MachineDef is a machine: states, the first of which is the start, or a plain function.
type MachineDef struct {
	States []*StateDef
	Func   []*Op // a plain function if not nil
	Room   int   // the capacity of its inbox; 0: no bound
	Reject bool  // what finds no room is dropped
}

// StateDef is a state. Nil bodies are absent.
type StateDef struct {
	Entry, Exit, Default *Body
	On                   [numEvents]Clause // by event; Wildcard is the last
}

// Body is a handler.
type Body struct{ Ops []*Op }

// Verb is what a state does with an event.
type Verb uint8

// The verbs.
const (
	None Verb = iota
	Do
	Goto
	Push
	Pop
	HaltOn
	Defer
	Ignore
)

// Clause is what a state declares for an event.
type Clause struct {
	Verb      Verb
	To        int
	Body      *Body // of Do
	NoInherit bool
}

// The events. All carry a number and the ID of their sender.
const (
	E0 = iota
	E1
	E2
	Tick // of timers
	Boom // of faults
	Wildcard
	numEvents = Wildcard + 1
)

// OpKind is the kind of an Op.
type OpKind uint8

// The operations of handlers. Those marked * do nothing when the machine is out of fuel, and cost one unit of it: so every
// program ends.
const (
	OpSend     OpKind = iota // * send event Ev, carrying Var, to To
	OpSet                    // Var = N
	OpInc                    // Var = (Var+1) mod 4
	OpMix                    // Var = (2*Var + 1 + number carried by the event that is being handled) mod 5
	OpLoad                   // Var = number carried by the event that is being handled
	OpIf                     // if Var == N then Body else Else
	OpLoop                   // Body, N times
	OpBool                   // Var = a boolean choice
	OpInt                    // Var = a choice out of N
	OpCreate                 // * create machine N, which starts with Var in both fields; it becomes the kid
	OpNotify                 // notify note Ev, carrying Var
	OpHalt                   // transition: halt
	OpGoto                   // * transition: goto state N
	OpLeave                  // transition: goto state N, or halt when out of fuel; costs fuel
	OpPush                   // * transition: push state N
	OpPop                    // * transition: pop
	OpRaise                  // * transition: raise event Ev, carrying Var
	OpStart                  // * start a timer in slot N, one-shot after To; once per slot
	OpEvery                  // * start a timer in slot N, periodic, To apart; once per slot
	OpStop                   // stop the timer in slot N
	OpCancel                 // Var = whether the timer in slot N was stopped before it fired
	OpReceive                // Var = number carried by the next Ev; if N >= 0, by the next one that carries N
	OpNext                   // Var = number carried by the next event
	OpYield                  // scheduling point
	OpAssert                 // assert Var != N
	OpWrite                  // the model becomes (2*model + Var) mod 5
	OpRead                   // Var = the model
	OpOffer                  // * offer a fault: Boom, carrying Var
	OpWithdraw               // withdraw the last offer
	OpCrash                  // * crash To
	OpRestart                // * restart To as machine N
	OpNow                    // remember the time
	OpAge                    // Var = 1 if the remembered time is not now
	numOps
)

// Variables: two fields of the machine, and a variable of the running function.
const (
	Field0 = iota
	Field1
	Local
)

// Targets below zero; from zero on a target is a static machine.
const (
	ToSelf = -1 - iota
	ToParent
	ToKid
	ToSender // of the event that is being handled
)

// Op is one operation. ID is unique in its program.
type Op struct {
	Kind       OpKind
	ID         int
	Var, N     int
	To, Ev     int
	Body, Else []*Op
}

// MonitorDef is a monitor; its first state is where it starts.
type MonitorDef struct{ States []*MonitorState }

// Temperature of a monitor's state.
type Temperature uint8

// The temperatures.
const (
	Warm Temperature = iota
	Cold
	Hot
)

// MonitorState is a state of the monitor.
type MonitorState struct {
	Temperature Temperature
	On          [numNotes]MonitorClause
}

const numNotes = 2

// MonitorClause is what a monitor does with a note: mix its number into what it has heard (2*heard + 1 + number, mod 7), fail
// if that is Limit, and go to a state.
type MonitorClause struct {
	Verb  Verb // None, Do, Goto or Ignore
	To    int  // target of Goto, and of Do if it is not negative
	Limit int  // 0: none
}

// The clock: what a timer waits is a number of these.
const maxWait = 2

// rootFields is what the fields of the root are at first.
var rootFields = [2]int{3, 2}

// startFuel is what every machine starts with.
const startFuel = 4
