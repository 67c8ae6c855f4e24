package strategy

// memberLesson is a lesson of a member, a place in Portfolio.round.
type memberLesson struct {
	turn int
	what any
}

// Lesson implements Learner.
func (p *Portfolio) Lesson() any {
	if p.turn < 0 || p.round[p.turn].learner == nil {
		return nil
	}
	if l := p.round[p.turn].learner.Lesson(); l != nil {
		return memberLesson{p.turn, l}
	}
	return nil
}

// Learn implements Learner. A profile is for all that need profiles; all other lessons are their member's own.
func (p *Portfolio) Learn(lessons []any) {
	p.taught = true
	own := make([][]any, len(p.round))
	for _, l := range lessons {
		l := l.(memberLesson)
		_, profile := l.what.(*profile)
		for turn := range p.round {
			if turn == l.turn || profile && p.round[turn].study != nil {
				own[turn] = append(own[turn], l.what)
			}
		}
	}
	for turn, all := range own {
		if len(all) > 0 {
			p.round[turn].learner.Learn(all)
		}
	}
}

// Round implements Learner. The first round ends with the execution that profiles.
func (p *Portfolio) Round() int {
	if p.walker >= 0 && !p.taught {
		return 2
	}
	least := 0
	for i := range p.round {
		n := p.round[i].wants()
		if n == 0 {
			continue
		}
		// So many executions in a row hold n turns of a member at most, wherever they begin.
		if n = (n-1)*len(p.round) + 1; least == 0 || n < least {
			least = n
		}
	}
	return least
}

// wants returns how many executions of its own the member may have in a round; 0 is no limit.
func (m *member) wants() int {
	switch {
	case m.study != nil:
		return m.study.missing()
	case m.learner != nil:
		return m.learner.Round()
	}
	return 0
}
