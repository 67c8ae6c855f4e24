package strategy

// disabled looks which of the operations that could move before the last step cannot do the same any more, in f, the fork
// behind it. They race with that step, though they take none.
func (d *DPOR) disabled(f *fork) {
	if d.step == 0 {
		return
	}
	before := d.forks[d.step-1]
	if len(before.options) < 2 {
		return
	}
	for i := range f.options {
		o := &f.options[i]
		for int(o.op)+1 >= len(d.marks) {
			d.marks = append(d.marks, 0)
		}
		d.marks[o.op+1] = int32(i + 1)
	}
	for i := range before.options {
		o := &before.options[i]
		if i == before.chosen {
			continue
		}
		still := false
		if at := int(o.op) + 1; at < len(d.marks) && d.marks[at] > 0 {
			now := &f.options[d.marks[at]-1]
			still = now.next == o.next && now.fault == o.fault
		}
		if !still {
			o.wanted = true
			d.lose(o.op)
		}
	}
	for i := range f.options {
		d.marks[f.options[i].op+1] = 0
	}
}

// loss is a step of a sleeping operation that step made impossible. It is covered elsewhere, but not ahead of step and
// behind what happens later and depends on it.
type loss struct {
	step     int32
	from, to int32 // what it would meet: in the pool of the fork where step was chosen
}

// lose notes that the last step made that of a sleeping operation impossible.
func (d *DPOR) lose(op int32) {
	for _, s := range d.forks[d.step-1].sleep {
		if s.op == op {
			d.losses = append(d.losses, loss{int32(d.step), s.from, s.to})
		}
	}
}

// regain sees to it that lost steps are explored behind step k, if they depend on it.
func (d *DPOR) regain(k int32) {
	p := &d.past
	for _, l := range d.losses {
		f := d.forks[l.step-1]
		if l.step < k && !p.before(l.step, k) && meet(f.pool[l.from:l.to], p.footOf(int(k))) {
			d.precede(l.step, k)
		}
	}
}

// precede sees to it that what happens before step k, and k, is explored ahead of step i, on which they do not depend.
func (d *DPOR) precede(i, k int32) {
	f, p := d.forks[i-1], &d.past
	var first *option
	for m := i + 1; m <= k; m++ {
		if e := &p.events[m-1]; e.latest < i && (m == k || p.before(m, k)) {
			switch o := f.find(e.op); {
			case o == nil:
				d.surprises++
			case f.covered(o):
				return
			case first == nil:
				first = o
			}
		}
	}
	if first == nil {
		d.surprises++
		f.all()
		return
	}
	first.wanted = true
}
