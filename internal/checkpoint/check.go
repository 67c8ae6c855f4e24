package checkpoint

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/ravelgo/ravel/internal/values"
)

// Error names what cannot be saved.
type Error struct{ Problems []Problem }

// Problem is one place that cannot be saved.
type Problem struct {
	Path string // like Server.peers["a"].done
	Type reflect.Type
	Why  string
}

func (p Problem) String() string { return fmt.Sprintf("%s (%s): %s", p.Path, p.Type, p.Why) }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("cannot be saved; tag the field `ravel:\"-\"`, register the type as opaque or immutable, or give a type around it a method CloneRavel:")
	for _, p := range e.Problems {
		b.WriteString("\n\t" + p.String())
	}
	return b.String()
}

const (
	whyWaiters = "goroutines wait on it"
	whyInKey   = "a key of a map cannot be replaced by a clone; use a pointer"
	whyLoose   = "there is no variable here that could be replaced by a clone; use a pointer"
)

func whyNot(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Chan:
		return "a channel cannot go back"
	case reflect.Func:
		return "what a function captures cannot be reached; declare the function type immutable if its functions capture nothing that changes"
	}
	return "what an unsafe.Pointer leads to is not known"
}

// Check returns an *Error that names every place in values of type t that may be refused, as far as types tell: what
// interfaces hold is not known, and a channel or function that is nil at run time is saved after all. It returns nil if
// there is no such place.
func Check(t reflect.Type) error {
	c := checker{seen: map[*plan]bool{}}
	p := published.Load().plan(t)
	name := values.Root(t)
	if p.root != nil {
		c.plan(p.root, name)
	} else {
		c.plan(p, name)
	}
	if len(c.problems) > 0 {
		return &Error{Problems: c.problems}
	}
	return nil
}

type checker struct {
	seen     map[*plan]bool
	problems []Problem
}

// plan looks at the inside of every type once, on the first path that leads to it.
func (c *checker) plan(p *plan, path string) {
	if k := p.typ.Kind(); c.seen[p] && k != reflect.Func && k != reflect.Chan && k != reflect.UnsafePointer {
		return
	}
	c.seen[p] = true
	if p.entry != nil {
		if p.entry.key.methods {
			c.problems = append(c.problems, Problem{path + "[key]", p.entry.key.typ, whyInKey})
		}
		c.loose(p.entry.key, path+"[key]")
		c.loose(p.entry.val, path+"[]")
		c.plan(p.entry.key, path+"[key]")
		c.plan(p.entry.val, path+"[]")
	}
	for _, o := range p.refs {
		at := path
		if o.aux != nil {
			at += o.aux.name
		}
		switch o.kind {
		case opPointer:
			c.plan(o.elem, at)
		case opSlice, opArray:
			c.plan(o.elem, at+"[]")
		case opMap:
			if o.elem != p {
				c.plan(o.elem, at)
			}
		case opNil:
			c.problems = append(c.problems, Problem{at, o.aux.typ, whyNot(o.aux.typ)})
		case opRefuse:
			c.problems = append(c.problems, Problem{at, o.aux.typ, o.aux.why})
		}
	}
}

// loose looks at what entries of maps hold: a sync.Map is of no use there.
func (c *checker) loose(p *plan, path string) {
	for _, o := range p.refs {
		if o.kind == opSyncMap {
			c.problems = append(c.problems, Problem{path + o.aux.name, o.aux.typ, whyLoose})
		}
	}
}
