package difftest

import (
	"fmt"
	"strings"
)

var varNames = [...]string{"v0", "v1", "local"}

func targetName(to int) string {
	if to < 0 {
		return [...]string{"self", "parent", "kid", "sender"}[-1-to]
	}
	return fmt.Sprintf("M%d", to)
}

func (o *Op) String() string {
	v := varNames[o.Var]
	switch o.Kind {
	case OpSend:
		return fmt.Sprintf("send E%d(%s) to %s", o.Ev, v, targetName(o.To))
	case OpSet:
		return fmt.Sprintf("%s = %d", v, o.N)
	case OpInc:
		return v + "++"
	case OpMix:
		return fmt.Sprintf("mix event into %s", v)
	case OpLoad:
		return v + " = event"
	case OpIf:
		return fmt.Sprintf("if %s == %d", v, o.N)
	case OpLoop:
		return fmt.Sprintf("loop %d", o.N)
	case OpBool:
		return v + " = bool"
	case OpInt:
		return fmt.Sprintf("%s = int(%d)", v, o.N)
	case OpCreate:
		return fmt.Sprintf("create machine %d(%s)", o.N, v)
	case OpNotify:
		return fmt.Sprintf("notify note%d(%s)", o.Ev, v)
	case OpRaise:
		return fmt.Sprintf("raise E%d(%s)", o.Ev, v)
	case OpStart, OpEvery:
		return fmt.Sprintf("%s slot %d, %dms, Tick(%s)", opNames[o.Kind], o.N, o.To, v)
	case OpCancel:
		return fmt.Sprintf("%s = cancel slot %d", v, o.N)
	case OpReceive:
		if o.N < 0 {
			return fmt.Sprintf("%s = receive E%d", v, o.Ev)
		}
		return fmt.Sprintf("%s = receive E%d(%d)", v, o.Ev, o.N)
	case OpNext, OpRead, OpAge:
		return v + " = " + opNames[o.Kind]
	case OpAssert:
		return fmt.Sprintf("assert %s != %d (op %d)", v, o.N, o.ID)
	case OpWrite, OpOffer:
		return opNames[o.Kind] + " " + v
	case OpCrash:
		return "crash " + targetName(o.To)
	case OpRestart:
		return fmt.Sprintf("restart %s as machine %d(%s)", targetName(o.To), o.N, v)
	case OpGoto, OpLeave, OpPush, OpStop:
		return fmt.Sprintf("%s %d", opNames[o.Kind], o.N)
	}
	return opNames[o.Kind]
}

var opNames = map[OpKind]string{
	OpGoto: "goto", OpLeave: "leave to", OpPush: "push", OpPop: "pop", OpHalt: "halt", OpStart: "after", OpEvery: "every",
	OpStop: "stop slot", OpNext: "next", OpRead: "read", OpAge: "age", OpNow: "now", OpWrite: "write", OpOffer: "offer",
	OpWithdraw: "withdraw", OpYield: "yield", opTicked: "spend or stop",
}

// String writes the program for people.
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "program: %d of %d machines static", p.Static, len(p.Machines))
	if p.Units > 0 {
		fmt.Fprintf(&b, ", %d faults", p.Units)
	}
	if p.Ordered {
		fmt.Fprintf(&b, ", ordered clock, %d early timers", p.Early)
	}
	b.WriteString("\nroot:\n")
	writeOps(&b, p.Root, 1)
	for i, m := range p.Machines {
		if m.Func != nil {
			fmt.Fprintf(&b, "machine %d, a function%s:\n", i, m.bound())
			writeOps(&b, m.Func, 1)
			continue
		}
		fmt.Fprintf(&b, "machine %d%s:\n", i, m.bound())
		for j, s := range m.States {
			fmt.Fprintf(&b, "  state %d:\n", j)
			s.write(&b)
		}
	}
	if p.Monitor != nil {
		for j, s := range p.Monitor.States {
			fmt.Fprintf(&b, "monitor state %d %s: %s; %s\n", j, [...]string{"warm", "cold", "hot"}[s.Temperature], s.On[0], s.On[1])
		}
	}
	return b.String()
}

func (m *MachineDef) bound() string {
	switch {
	case m.Room == 0:
		return ""
	case m.Reject:
		return fmt.Sprintf(", room for %d and rejects", m.Room)
	}
	return fmt.Sprintf(", room for %d", m.Room)
}

func (c MonitorClause) String() string {
	return fmt.Sprintf("%s to %d limit %d", verbNames[c.Verb], c.To, c.Limit)
}

var verbNames = [...]string{"none", "on", "goto", "push", "pop", "halt", "defer", "ignore"}

func (s *StateDef) write(b *strings.Builder) {
	body := func(name string, x *Body) {
		if x != nil {
			fmt.Fprintf(b, "    %s:\n", name)
			writeOps(b, x.Ops, 3)
		}
	}
	body("entry", s.Entry)
	body("exit", s.Exit)
	body("default", s.Default)
	for i, cl := range s.On {
		switch cl.Verb {
		case None:
		case Do:
			body("on "+eventNames[i], cl.Body)
		case Goto, Push:
			fmt.Fprintf(b, "    %s %s to %d\n", eventNames[i], verbNames[cl.Verb], cl.To)
		default:
			fmt.Fprintf(b, "    %s %s\n", eventNames[i], verbNames[cl.Verb])
		}
		if cl.NoInherit {
			fmt.Fprintf(b, "    %s is not inherited\n", eventNames[i])
		}
	}
}

func writeOps(b *strings.Builder, ops []*Op, depth int) {
	pad := strings.Repeat("  ", depth)
	for _, o := range ops {
		fmt.Fprintf(b, "%s%s\n", pad, o)
		writeOps(b, o.Body, depth+1)
		if len(o.Else) > 0 {
			fmt.Fprintf(b, "%selse\n", pad)
			writeOps(b, o.Else, depth+1)
		}
	}
}
