package engine

import "github.com/ravelgo/ravel/internal/digest"

// FreshState computes the fingerprint of the last state from nothing: what the steps added up must be equal to it.
func (e *Engine) FreshState() digest.Digest {
	var sum digest.Digest
	for _, m := range e.machs[:e.nmachs] {
		if m.status != reserved {
			m.stale = true
			if m.wait != nil {
				m.Guard &^= guardDead // it was alive until the execution was over
			}
			sum = sum.Add(e.machDigest(m))
		}
	}
	for _, t := range e.timers[:e.ntimers] {
		sum = sum.Add(e.timerDigest(t))
	}
	for _, mo := range e.mons[:e.nmons] {
		sum = sum.Add(e.monitorDigest(mo))
	}
	for i := range e.models {
		e.models[i].part = part{}
	}
	e.fp.sum = sum
	e.modelDigests()
	e.fp.budget = digest.Digest{}
	e.budgetDigest()
	return e.fp.sum
}
