package bars

import "github.com/ravelgo/ravel/strategy"

// pupil hands a strategy that learns its lessons, as the tester does with one worker.
type pupil struct {
	learner strategy.Learner // nil for other strategies
	lessons []any
	left    int // executions until the end of the round
}

func newPupil(s strategy.Strategy) pupil {
	p := pupil{}
	if p.learner, _ = s.(strategy.Learner); p.learner != nil {
		p.left = p.learner.Round()
	}
	return p
}

// finished follows each execution. A round without a limit never ends.
func (p *pupil) finished() {
	if p.learner == nil {
		return
	}
	if l := p.learner.Lesson(); l != nil && p.left > 0 {
		p.lessons = append(p.lessons, l)
	}
	if p.left--; p.left != 0 {
		return
	}
	if len(p.lessons) > 0 {
		p.learner.Learn(p.lessons)
	}
	clear(p.lessons)
	p.lessons = p.lessons[:0]
	p.left = p.learner.Round()
}
