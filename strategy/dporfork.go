package strategy

import "github.com/ravelgo/ravel/schedule"

// fork is where a step was chosen: what could have moved, which alternatives are to be explored, and who sleeps.
type fork struct {
	options []option
	chosen  int               // index in options
	values  []schedule.Choice // that the step chose
	met     []access          // of the step, with any values
	sleep   []sleeper
	pool    []access // of the sleepers
}

// option is an operation that could move.
type option struct {
	op     int32 // Op.Index; -1 is the end of the execution
	fault  bool  // it was on offer among the faults
	wanted bool  // to be explored
	done   bool  // explored
	next   Action
}

// sleeper is an operation whose next step need not be taken, because another execution takes it at an equivalent place;
// what it meets is pool[from:to].
type sleeper struct {
	op       int32
	from, to int32
}

// push returns a new fork for the present step.
func (d *DPOR) push() *fork {
	if d.depth == len(d.forks) {
		d.forks = append(d.forks, new(fork))
	}
	f := d.forks[d.depth]
	d.depth++
	f.values, f.met, f.sleep, f.pool = f.values[:0], f.met[:0], f.sleep[:0], f.pool[:0]
	return f
}

// offer notes what can move.
func (f *fork) offer(ops, faults []*Op) {
	f.options = f.options[:0]
	for _, o := range ops {
		f.options = append(f.options, option{op: int32(o.Index), next: o.Next})
	}
	for _, o := range faults {
		f.options = append(f.options, option{op: int32(o.Index), fault: true, next: o.Next})
	}
}

// choose makes the first choice: the default one of those awake; a fault only if nothing else is.
func (f *fork) choose(ops, faults []*Op, last *Op) bool {
	var best *Op
	for i, o := range ops {
		if !f.asleep(f.options[i].op) && (best == nil || o == last || best != last && before(o, best)) {
			best, f.chosen = o, i
		}
	}
	for i := 0; best == nil && i < len(faults); i++ {
		if at := len(ops) + i; !f.asleep(f.options[at].op) {
			best, f.chosen = faults[i], at
		}
	}
	if best == nil {
		return false
	}
	f.options[f.chosen].wanted = true
	return true
}

func (f *fork) asleep(op int32) bool {
	for i := range f.sleep {
		if f.sleep[i].op == op {
			return true
		}
	}
	return false
}

// find returns the option of an operation, nil if it could not move.
func (f *fork) find(op int32) *option {
	for i := range f.options {
		if f.options[i].op == op {
			return &f.options[i]
		}
	}
	return nil
}

// all makes everything that could move an alternative.
func (f *fork) all() {
	for i := range f.options {
		f.options[i].wanted = true
	}
}

// lull puts an operation to sleep.
func (f *fork) lull(op int32, met []access) {
	from := int32(len(f.pool))
	f.pool = append(f.pool, met...)
	f.sleep = append(f.sleep, sleeper{op, from, int32(len(f.pool))})
}

// inherit puts to sleep in f, the fork behind the last step, who slept where that step was taken, unless it depends on
// the step.
func (d *DPOR) inherit(f *fork) {
	if d.step == 0 {
		return
	}
	before := d.forks[d.step-1]
	foot := d.past.footOf(d.step)
	for _, s := range before.sleep {
		if was, is := before.find(s.op), f.find(s.op); was == nil || is == nil || was.next != is.next {
			continue
		}
		if met := before.pool[s.from:s.to]; !meet(met, foot) {
			f.lull(s.op, met)
		}
	}
}

// advance turns the forks into the prefix of the next execution: it changes the last of them that has another value or
// another operation to choose.
func (d *DPOR) advance() bool {
	for ; d.depth > 0; d.depth-- {
		f := d.forks[d.depth-1]
		if f.nextValue() || f.nextOption() {
			d.rewind(d.depth - 1)
			return true
		}
	}
	return false
}

// rewind forgets all steps behind the first n.
func (d *DPOR) rewind(n int) {
	d.fresh = n
	d.past.rewind(n)
	for len(d.losses) > 0 && int(d.losses[len(d.losses)-1].step) > n {
		d.losses = d.losses[:len(d.losses)-1]
	}
}

func (f *fork) nextValue() bool {
	for n := len(f.values); n > 0; n-- {
		if c := &f.values[n-1]; c.Value+1 < c.N {
			c.Value++
			f.values = f.values[:n]
			return true
		}
	}
	f.values = f.values[:0]
	return false
}

func (f *fork) nextOption() bool {
	if len(f.options) == 0 {
		return false
	}
	if o := &f.options[f.chosen]; !o.done {
		o.done = true
		if o.op >= 0 {
			f.lull(o.op, f.met)
		}
	}
	f.met = f.met[:0]
	for i := range f.options {
		if o := &f.options[i]; o.wanted && !o.done && !f.asleep(o.op) {
			f.chosen = i
			return true
		}
	}
	return false
}
