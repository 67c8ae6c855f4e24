package trace

import (
	"sort"

	"github.com/ravelgo/ravel/failure"
)

// rank is how much a step belongs to the story. The higher ranks are folded first.
type rank uint8

const (
	turning  rank = iota // a fault, or a monitor changes its state
	logged               // somebody thought it worth a line
	causal               // on the chain of messages that led to the failure
	chosen               // a choice, a lost event, a switch from a goroutine that could have gone on
	beside               // next to a turning point
	ordinary             // anything else
	repeated             // a step like the ones before
)

// rank finds out how much each step belongs to the story.
func (l *layout) rank(gs []*group, f *Failure) {
	monitors := map[string]bool{}
	for _, g := range gs {
		for i := range g.events {
			if ev := &g.events[i]; ev.Kind == Heard || ev.Kind == Moved && (ev.Hot || ev.Cold) {
				monitors[ev.Who] = true
			}
		}
	}
	for _, g := range gs {
		g.rank = ordinary
		if g.preempted {
			g.rank = chosen
		}
		for i := range g.events {
			g.rank = min(g.rank, rankOf(&g.events[i], monitors))
		}
	}
	for i, g := range gs {
		if g.rank == ordinary && (i > 0 && gs[i-1].rank == turning || i+1 < len(gs) && gs[i+1].rank == turning) {
			g.rank = beside
		}
	}
	if !endless(f) {
		markCauses(gs, f)
		markWaits(gs, f)
	}
	markRepeats(gs)
	for _, g := range gs {
		if g.period > 0 && g.rank != turning {
			g.rank = repeated
		}
	}
}

func rankOf(ev *Event, monitors map[string]bool) rank {
	switch ev.Kind {
	case Injected, Crashed, Restarted, Failed:
		return turning
	case Moved:
		if monitors[ev.Who] {
			return turning
		}
	case Logged:
		return logged
	case Chose, Lost, Held:
		return chosen
	}
	return ordinary
}

// endless reports whether the execution was stopped in the midst of going on for ever: its last messages led to nothing,
// and its end tells little.
func endless(f *Failure) bool { return f != nil && f.Kind == failure.KindLivelock }

// markCauses follows the messages that led to the failure back to the first one. No message leads to what never happens:
// a failure of liveness has none.
func markCauses(gs []*group, f *Failure) {
	if f == nil || f.Kind == failure.KindLivelock || f.Kind == failure.KindLiveness {
		return
	}
	at := map[int]*group{}
	for _, g := range gs {
		if g.step > 0 {
			at[g.step] = g
		}
	}
	who := f.Machine
	for i := len(gs) - 1; i >= 0; i-- {
		if by := gs[i].toldBy(who); by != "" {
			who = by // a monitor fails over what a machine told it
			break
		}
	}
	for i := len(gs) - 1; i >= 0; i-- {
		took := gs[i].messageTo(who)
		if took == nil {
			continue
		}
		sent := at[took.Sent]
		if sent == nil {
			return
		}
		gs[i].rank, sent.rank = min(gs[i].rank, causal), min(sent.rank, causal)
		for who = took.Peer; i > 0 && gs[i] != sent; i-- {
		}
		i++ // the sender may have taken its own message in the same step
	}
}

// markWaits marks the steps since which goroutines hold and wait for what the failure is about.
func markWaits(gs []*group, f *Failure) {
	if f == nil {
		return
	}
	steps := map[int]bool{}
	for i := range f.Goroutines {
		g := &f.Goroutines[i]
		steps[g.Wait.Step] = true
		for _, h := range g.Holds {
			steps[h.Step] = true
		}
	}
	for _, g := range gs {
		for step := range steps {
			if step > 0 && g.step <= step && step <= g.until {
				g.rank = min(g.rank, causal)
			}
		}
	}
}

// toldBy returns the machine that the monitor heard in the step, if any.
func (g *group) toldBy(monitor string) string {
	for i := range g.events {
		if ev := &g.events[i]; ev.Kind == Heard && ev.Who == monitor {
			return ev.Peer
		}
	}
	return ""
}

// messageTo returns the event from another machine that who takes in the step, if any.
func (g *group) messageTo(who string) *Event {
	for i := range g.events {
		if ev := &g.events[i]; ev.Kind == Took && ev.Who == who && ev.Peer != "" && ev.Peer != who && ev.Sent < g.step {
			return ev
		}
	}
	return nil
}

// fold chooses the steps to keep within a budget of lines: the beginning and the end, then the steps that belong most to
// the story, the later ones first. A line is set aside for each gap.
func fold(gs []*group, budget int, f *Failure) []bool {
	keep := make([]bool, len(gs))
	if cost(gs) <= budget {
		for i := range keep {
			keep[i] = true
		}
		return keep
	}
	left := budget
	take := func(i int) bool {
		n := len(gs[i].lines)
		if !(i > 0 && keep[i-1]) && !(i+1 < len(gs) && keep[i+1]) {
			n++ // a gap more
		}
		if !keep[i] && n <= left {
			keep[i] = true
			left -= n
		}
		return keep[i]
	}
	last := len(gs) - 1
	keep[last] = true
	left -= len(gs[last].lines)
	for i := 0; left > budget*4/5 && gs[i].rank != repeated && take(i); i++ {
	}
	end := budget / 2
	if endless(f) {
		end = left - budget/10
	}
	for i := last; left > end && gs[i].rank != repeated && take(i); i-- {
	}
	order := make([]int, len(gs))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		i, j := order[a], order[b]
		return gs[i].rank < gs[j].rank || gs[i].rank == gs[j].rank && i > j
	})
	for _, i := range order {
		if gs[i].rank != repeated {
			take(i)
		}
	}
	closeGaps(gs, keep)
	return keep
}

// closeGaps keeps the steps of which the line that stands for them would be no shorter.
func closeGaps(gs []*group, keep []bool) {
	for i := 0; i < len(gs); i++ {
		if keep[i] {
			continue
		}
		from := i
		for i < len(gs) && !keep[i] {
			i++
		}
		if cost(gs[from:i]) == 1 {
			keep[from] = true
		}
	}
}

// cost is the number of lines.
func cost(gs []*group) int {
	n := 0
	for _, g := range gs {
		n += len(g.lines)
	}
	return n
}
