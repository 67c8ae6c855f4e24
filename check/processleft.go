package check

import "github.com/ravelgo/ravel/failure"

// endless codes who goes on for ever in an execution; nil if nobody does.
func (c *coder) endless(e **failure.Endless) {
	is := *e != nil
	if c.flags(&is); !is {
		return
	}
	if c.reading {
		*e = new(failure.Endless)
	}
	l := *e
	c.ints(&l.Turns)
	c.flags(&l.Returned)
	list(c, &l.Cycling, 5, func(g *failure.Cycling) { c.text(&g.Name); c.text(&g.Doing); c.place(&g.Place) })
	list(c, &l.Blocked, 6, func(g *failure.Blockage) { c.text(&g.Name); c.text(&g.To); c.place(&g.Place); c.ints(&g.Turns) })
}

func (c *coder) place(p *failure.Place) {
	c.text(&p.File)
	c.ints(&p.Line)
	c.text(&p.Func)
}
