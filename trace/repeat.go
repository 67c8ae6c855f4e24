package trace

import "fmt"

// maxPeriod is the longest cycle that is looked for, in steps.
const maxPeriod = 64

// markRepeats finds the stretches in which the same steps come again and again, but for their payloads. All but the first
// round of each get their period, the shortest one.
func markRepeats(gs []*group) {
	ids := map[string]int{}
	kinds := make([]int, len(gs))
	for i, g := range gs {
		s := g.shape()
		if g.step == 0 {
			s = fmt.Sprint("line ", i) // like no other
		}
		if _, ok := ids[s]; !ok {
			ids[s] = len(ids)
		}
		kinds[i] = ids[s]
	}
	var run [maxPeriod + 1]int // by period: so many groups up to here are like the one that long before
	for i := range gs {
		for p := 1; p <= maxPeriod && p <= i; p++ {
			if kinds[i] != kinds[i-p] {
				run[p] = 0
				continue
			}
			if run[p]++; run[p] >= p {
				setPeriod(gs[i-p+1:i+1], p)
			}
		}
	}
}

func setPeriod(gs []*group, p int) {
	for i := len(gs) - 1; i >= 0 && gs[i].period != p; i-- {
		if gs[i].period == 0 || gs[i].period > p {
			gs[i].period = p
		}
	}
}

// shape is what a step has in common with its like.
func (g *group) shape() string {
	s := ""
	for i := range g.events {
		ev := &g.events[i]
		if ev.Kind == Changed {
			continue
		}
		s += fmt.Sprintf("%d %q %q %q %q %q ", ev.Kind, ev.Who, ev.Peer, ev.Type, ev.From, ev.To)
		if ev.Kind == Chose {
			s += ev.Value
		}
	}
	return s
}

// periodOf returns the period of a stretch, 0 if there is none or more than one.
func periodOf(gs []*group) int {
	p := gs[0].period
	for _, g := range gs {
		if g.period != p {
			return 0
		}
	}
	return p
}
