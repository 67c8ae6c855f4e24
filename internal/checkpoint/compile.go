package checkpoint

import (
	"reflect"

	"github.com/ravelgo/ravel/internal/values"
)

// compiler builds the plans of one batch of types. Plans refer to each other by address, so recursion in types needs no
// more than the table, as long as no plan is looked into before the batch is complete.
type compiler struct {
	*rules
	fresh map[planKey]*plan
}

func (c *compiler) plan(t reflect.Type) *plan        { return c.build(planKey{t, deep}, c.ops) }
func (c *compiler) shallowPlan(t reflect.Type) *plan { return c.build(planKey{t, shallow}, c.shallow) }
func (c *compiler) rootPlan(t reflect.Type) *plan    { return c.build(planKey{t, asRoot}, c.rootOps) }

func (c *compiler) entryPlan(t reflect.Type) *plan { return c.build(planKey{t, inEntry}, c.entryOps) }

func (c *compiler) build(k planKey, ops func(reflect.Type) []op) *plan {
	if p, ok := c.plans.Load(k); ok {
		return p.(*plan)
	}
	if p, ok := c.fresh[k]; ok {
		return p
	}
	t := k.typ
	p := &plan{typ: t, word: wordOf(t), id: planCount.Add(1), size: t.Size(), direct: values.Direct(t)}
	c.fresh[k] = p
	if c.isFlat(t) {
		p.flat = true
		p.ops = merge([]op{{kind: opBytes, n: t.Size()}})
		return p
	}
	p.ops = merge(ops(t))
	if k.mode == shallow {
		return p
	}
	if k.mode == deep {
		p.method = c.methodOf(t)
	}
	switch t.Kind() {
	case reflect.Map:
		p.entry = &entry{key: c.entryPlan(t.Key()), val: c.entryPlan(t.Elem()), reflexive: reflexive(t.Key())}
	case reflect.Pointer:
		if len(p.ops) == 1 && p.ops[0].kind == opPointer {
			p.target = &p.ops[0]
		}
		if t.Implements(errorType) && t.Elem().Size() > 0 && !c.skips(t) && !covers(c.immutable, t) {
			p.root = c.rootPlan(t.Elem())
		}
	}
	return p
}

// ops returns the operations for a t at offset 0.
func (c *compiler) ops(t reflect.Type) []op {
	switch {
	case c.skips(t):
		return c.opaqueOps(t)
	case c.shares(t):
		return c.shallow(t)
	case c.methodOf(t) != nil:
		return []op{{kind: opMethod, aux: &aux{typ: t}, elem: c.plan(t)}}
	}
	return c.structure(t)
}

// rootOps returns the operations for what a root points to, although its type is one of errors.
func (c *compiler) rootOps(t reflect.Type) []op {
	if c.methodOf(t) != nil {
		return []op{{kind: opMethod, aux: &aux{typ: t}, elem: c.plan(t)}}
	}
	return c.structure(t)
}

// entryOps returns the operations for a key or a value of a map. They make up entries again that are gone, so nothing is
// left out of them: what would be left alone elsewhere is saved without being followed.
func (c *compiler) entryOps(t reflect.Type) []op {
	switch {
	case c.skips(t), c.shares(t):
		return c.shallow(t)
	case c.methodOf(t) != nil:
		return c.ops(t)
	}
	if ops, ok := c.standard(t); ok {
		return ops
	}
	switch t.Kind() {
	case reflect.Struct:
		return c.fields(t, c.entryOps, c.shallow)
	case reflect.Array:
		return c.array(t, c.entryPlan)
	}
	return c.byKind(t)
}

// opaqueOps saves references to what is opaque, which are part of whatever holds them, and leaves the rest alone.
func (c *compiler) opaqueOps(t reflect.Type) []op {
	if isReference(t) {
		return c.shallow(t)
	}
	return leave(t)
}

func leave(t reflect.Type) []op { return []op{{kind: opLeave, n: t.Size()}} }

// structure returns the operations of a type that is not registered.
func (c *compiler) structure(t reflect.Type) []op {
	if ops, ok := c.standard(t); ok {
		return ops
	}
	return c.byKind(t)
}

// byKind returns the operations of a type that has no treatment of its own.
func (c *compiler) byKind(t reflect.Type) []op {
	list := func(o op) []op {
		o.aux = &aux{typ: t}
		return []op{o}
	}
	switch t.Kind() {
	case reflect.Pointer:
		if t.Elem().Size() == 0 {
			break
		}
		base, n := flatten(t.Elem())
		o := op{kind: opPointer, n: uintptr(n), elem: c.plan(base)}
		o.aux = &aux{typ: t, list: t.Elem().Kind() == reflect.Array}
		return []op{o}
	case reflect.Slice:
		if t.Elem().Size() == 0 {
			break
		}
		base, n := flatten(t.Elem())
		return list(op{kind: opSlice, n: uintptr(n), elem: c.plan(base)})
	case reflect.Map:
		return list(op{kind: opMap, elem: c.plan(t)})
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return list(op{kind: opAny})
		}
		return list(op{kind: opInterface})
	case reflect.Array:
		return c.array(t, c.plan)
	case reflect.Struct:
		return c.fields(t, c.ops, leave)
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return list(op{kind: opNil})
	}
	return c.shallow(t)
}
