package difftest

import "slices"

// Shrink makes a program smaller as long as it keeps a property.
func Shrink(p *Program, keeps func(*Program) bool) *Program {
	for again := true; again; {
		again = false
		for i := 0; ; i++ {
			q := p.clone()
			c := &cutter{at: i}
			c.program(q)
			if !c.done {
				break
			}
			q.number()
			if keeps(q) {
				p, again = q, true
				i--
			}
		}
	}
	return p
}

// cutter makes the at-th of all possible cuts.
type cutter struct {
	at   int
	done bool
}

// here reports whether this is the cut to make.
func (c *cutter) here() bool {
	if c.done {
		return false
	}
	c.at--
	c.done = c.at < 0
	return c.done
}

func (c *cutter) program(p *Program) {
	for i := range p.Machines {
		if i == len(p.Machines)-1 && i > 0 && !p.names(i) && c.here() {
			p.Machines = p.Machines[:i]
			p.Static = min(p.Static, i)
			return
		}
	}
	if p.Monitor != nil && c.here() {
		p.Monitor = nil
	}
	if p.Units > 0 && c.here() {
		p.Units--
	}
	if p.Early > 0 && c.here() {
		p.Early--
	}
	if p.Ordered && c.here() {
		p.Ordered, p.Early = false, 0
	}
	for _, m := range p.Machines {
		if m.Room > 0 && c.here() {
			m.Room, m.Reject = 0, false
		}
		if m.Reject && c.here() {
			m.Reject = false
		}
		if m.Func != nil && len(m.Func) > 0 && c.here() {
			m.Func = []*Op{}
		}
		if n := len(m.States); n > 1 && c.here() {
			m.dropState(n - 1)
		}
		for _, s := range m.States {
			c.state(s)
		}
	}
	if !c.done {
		p.eachList(c.ops)
	}
	if p.Monitor != nil {
		c.monitor(p.Monitor)
	}
}

// names reports whether an operation names machine i.
func (p *Program) names(i int) bool {
	found := false
	p.eachList(func(ops *[]*Op) {
		for _, o := range *ops {
			switch o.Kind {
			case OpSend, OpCrash:
				found = found || o.To == i
			case OpRestart:
				found = found || o.To == i || o.N == i
			case OpCreate:
				found = found || o.N == i
			}
		}
	})
	return found
}

func (m *MachineDef) dropState(n int) {
	m.States = m.States[:n]
	for _, s := range m.States {
		for i := range s.On {
			s.On[i].To = min(s.On[i].To, n-1)
		}
		for _, b := range s.bodies() {
			eachNested(&b.Ops, func(ops *[]*Op) {
				for _, o := range *ops {
					if o.Kind == OpGoto || o.Kind == OpPush || o.Kind == OpLeave {
						o.N = min(o.N, n-1)
					}
				}
			})
		}
	}
}

func (c *cutter) state(s *StateDef) {
	for _, b := range []**Body{&s.Entry, &s.Exit, &s.Default} {
		if *b != nil && c.here() {
			*b = nil
		}
	}
	for i := range s.On {
		if s.On[i].Verb != None && c.here() {
			s.On[i] = Clause{}
		}
		if s.On[i].NoInherit && c.here() {
			s.On[i].NoInherit = false
		}
	}
}

func (c *cutter) ops(ops *[]*Op) {
	if c.done {
		return
	}
	for i, o := range *ops {
		if c.here() {
			*ops = slices.Delete(*ops, i, i+1)
			return
		}
		if len(o.Body)+len(o.Else) > 0 && c.here() {
			*ops = slices.Replace(*ops, i, i+1, append(o.Body, o.Else...)...)
			return
		}
		if o.Var != Field0 && c.here() {
			o.Var = Field0
			return
		}
		if (o.Kind == OpSend || o.Kind == OpRaise || o.Kind == OpReceive) && o.Ev > 0 && c.here() {
			o.Ev--
			return
		}
	}
}

func (c *cutter) monitor(m *MonitorDef) {
	for _, s := range m.States {
		if s.Temperature != Warm && c.here() {
			s.Temperature = Warm
		}
		for i := range s.On {
			if s.On[i].Limit > 0 && c.here() {
				s.On[i].Limit = 0
			}
		}
	}
}

func (p *Program) clone() *Program {
	q := *p
	q.Root = cloneOps(p.Root)
	q.Machines = nil
	for _, m := range p.Machines {
		q.Machines = append(q.Machines, m.clone())
	}
	if p.Monitor != nil {
		q.Monitor = &MonitorDef{}
		for _, s := range p.Monitor.States {
			t := *s
			q.Monitor.States = append(q.Monitor.States, &t)
		}
	}
	return &q
}

func (m *MachineDef) clone() *MachineDef {
	n := &MachineDef{Room: m.Room, Reject: m.Reject}
	if m.Func != nil {
		n.Func = cloneOps(m.Func)
	}
	for _, s := range m.States {
		t := &StateDef{Entry: s.Entry.clone(), Exit: s.Exit.clone(), Default: s.Default.clone(), On: s.On}
		for i := range t.On {
			t.On[i].Body = t.On[i].Body.clone()
		}
		n.States = append(n.States, t)
	}
	return n
}

func (b *Body) clone() *Body {
	if b == nil {
		return nil
	}
	return &Body{cloneOps(b.Ops)}
}

func cloneOps(ops []*Op) []*Op {
	out := []*Op{}
	for _, o := range ops {
		n := *o
		n.Body, n.Else = cloneOps(o.Body), cloneOps(o.Else)
		out = append(out, &n)
	}
	return out
}
