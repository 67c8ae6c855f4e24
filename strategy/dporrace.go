package strategy

// races looks for earlier steps that race with step j, which was added last: they are of other operations, happen before
// it, and nothing happens between.
func (d *DPOR) races(j int32) {
	p := &d.past
	for k, q := range p.preds {
		if !q.races || p.events[q.step-1].op == p.events[j-1].op {
			continue
		}
		between := false
		for l, m := range p.preds {
			if l != k && p.before(q.step, m.step) {
				between = true
				break
			}
		}
		if !between {
			d.reverse(q.step, j)
		}
	}
}

// reverse sees to it that step j is explored ahead of step i, with which it races. What leads there is everything behind i
// that does not depend on i, then j; its initials are the operations that can come first in it. One of them has to be
// explored where i was chosen, or to sleep there.
func (d *DPOR) reverse(i, j int32) {
	f, p := d.forks[i-1], &d.past
	if len(f.options) < 2 {
		return
	}
	var first *option
	if e := &p.events[j-1]; e.latest == i {
		if first = f.find(e.op); first == nil {
			return // step i made it possible
		}
		if f.covered(first) {
			return
		}
	}
	for k := i + 1; k < j; k++ {
		e := &p.events[k-1]
		if e.latest >= i || p.before(i, k) {
			continue
		}
		o := f.find(e.op)
		switch {
		case o == nil:
			d.surprises++
		case f.covered(o):
			return
		case first == nil:
			first = o
		}
	}
	if first == nil { // to be on the safe side, as in Flanagan and Godefroid
		d.surprises++
		f.all()
		return
	}
	first.wanted = true
}

// covered reports whether what begins with an operation is explored from here, or elsewhere.
func (f *fork) covered(o *option) bool { return o.wanted || f.asleep(o.op) }
