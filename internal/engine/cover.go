package engine

import (
	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/internal/machine"
)

// covered holds what the machines and monitors of an engine did, over all executions that were run to be counted.
type covered struct {
	list       []*machine.Cover
	executions uint64
	full       bool // there were more definitions than are counted
}

// coversMost bounds the definitions that are counted: a body may make a function under another name in each execution.
const coversMost = 1 << 9

// next begins an execution.
func (c *covered) next() {
	c.executions++
	for _, o := range c.list {
		o.Next()
	}
}

// coverOf returns the counts of a definition, given those that a machine of it, or of another, has counted in before. A machine in
// the same place of the next execution has the same definition nearly always.
func (e *Engine) coverOf(was *machine.Cover, def *machine.Def) *machine.Cover {
	if !e.cfg.Cover || def == rootSpec.Def {
		return nil
	}
	if was != nil && was.Of(def) {
		return was
	}
	for _, c := range e.covers.list {
		if c.Of(def) {
			return c
		}
	}
	if len(e.covers.list) == coversMost {
		e.covers.full = true
		return nil
	}
	c := machine.NewCover(def)
	c.Next()
	e.covers.list = append(e.covers.list, c)
	return c
}

// Uncover forgets what has been counted.
func (e *Engine) Uncover() {
	e.covers = covered{}
	for _, m := range e.machs {
		m.Cover = nil
	}
	for _, mo := range e.mons {
		mo.Cover = nil
	}
}

// Coverage adds up what the machines and monitors did in all executions with Config.Cover so far. It is nil if there were none.
func (e *Engine) Coverage() *coverage.Coverage {
	if e.covers.executions == 0 {
		return nil
	}
	all := &coverage.Coverage{Executions: e.covers.executions, Incomplete: e.covers.full}
	for _, c := range e.covers.list {
		all.Machines = append(all.Machines, c.Export())
	}
	return coverage.Merge(all)
}
