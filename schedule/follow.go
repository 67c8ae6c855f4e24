package schedule

// Follower hands out the recorded values of a schedule one by one, and finds the first choice where an execution asks
// for something else than what was recorded. It is used by one execution, from one goroutine.
type Follower struct {
	named []Named // of a record
	runs  []run   // of a token
	zeros int     // choices taken from runs[0]
	sum   zeroSum // over them
	next  int     // index of the next choice
	got   Named
}

// Follow starts at the first choice.
func (r *Record) Follow() *Follower { return &Follower{named: r.Choices} }

// Follow starts at the first choice.
func (t *Token) Follow() *Follower { return &Follower{runs: t.runs} }

// Index is the number of choices handed out so far.
func (f *Follower) Index() int { return f.next }

// Done reports that every choice has been handed out.
func (f *Follower) Done() bool {
	if f.named != nil {
		return f.next >= len(f.named)
	}
	return len(f.runs) == 0
}

// Next returns the recorded value of the next choice, which the program says has this kind and n values. The error is
// a *Diverged; the value is then 0. After the first error a Follower is of no further use.
func (f *Follower) Next(kind Kind, n int) (int, error) {
	i := f.next
	f.next++
	f.got = Named{Choice: Choice{Kind: kind, N: n}}
	switch {
	case f.named == nil && len(f.runs) == 0, f.named != nil && i >= len(f.named):
		return 0, &Diverged{First: i, Index: i, Exact: true, Ended: true, Got: f.got}
	case f.named == nil:
		return f.nextOfRun(i, kind, n)
	}
	want := f.named[i]
	if want.Kind != kind || want.N != n {
		return 0, &Diverged{First: i, Index: i, Exact: true, Want: want, Got: f.got}
	}
	return want.Value, nil
}

func (f *Follower) nextOfRun(i int, kind Kind, n int) (int, error) {
	r := &f.runs[0]
	if f.zeros < r.zeros {
		f.zeros++
		f.sum.add(kind, n)
		if f.zeros < r.zeros {
			return 0, nil
		}
		if f.sum.fold() != r.check {
			return 0, &Diverged{First: i + 1 - r.zeros, Index: i, Got: f.got}
		}
		if r.dev.N == 0 {
			f.runs = nil
		}
		return 0, nil
	}
	if r.dev.Kind != kind || r.dev.N != n {
		return 0, &Diverged{First: i, Index: i, Exact: true, Want: Named{Choice: r.dev}, Got: f.got}
	}
	f.runs, f.zeros, f.sum = f.runs[1:], 0, zeroSum{}
	return r.dev.Value, nil
}

// Confirm compares the name of the choice that Next just handed out with the recorded one: the operation that was
// picked, or that asked for its nth value. A token holds no names and agrees with all.
func (f *Follower) Confirm(op string, nth int) error {
	if f.named == nil {
		return nil
	}
	i := f.next - 1
	want := f.named[i]
	if want.Op == op && want.Nth == nth {
		return nil
	}
	f.got.Op, f.got.Nth = op, nth
	return &Diverged{First: i, Index: i, Exact: true, Want: want, Got: f.got}
}
