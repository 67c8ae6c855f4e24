package strategy

import (
	"slices"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// Stratified is stratified sampling (SS) under a delaying explorer: samples of the executions with 1 delay, then of those with 2,
// and so on, 100 + 3^db of those with db.
//
// A sample with db delays takes db executions, its stages. Stage i repeats the delays of stage i-1 and makes one more, at a
// position uniform over those behind the last delay of stage i-1; then it goes on without delays to the end. A position is
// a choice where another delay is possible, the one just delayed included; see package delaying for what costs how many.
// The execution without delays is common to all samples, and runs once, first.
//
// Guarantee: if executions have at most L positions, a sample with db delays ends in any given execution with db delays with
// probability at least 1/L^db. An execution with db delays has exactly one list of positions p1, ..., pdb, as the
// explorer is deterministic; it is drawn with probability 1/l0 * 1/l1 * ... * 1/l(db-1), where l(i) is the number of positions
// behind the last delay of its stage i, and no l exceeds L (theorem 3 of the paper).
//
// The paper counts every state as a position. Here those with one alternative are left out: a delay would do nothing
// there, and L is smaller. It prints the loop over the samples of a stratum without resetting its counter; the text
// means 100 + 3^db new ones for each db, and so does this. Zing's sampler is another one: it never runs the last delay to
// the end, and draws values uniformly.
//
// Stratified is a Learner, as stage i needs the length l(i-1): execution K is stage i of sample j of stratum db, all
// samples of a stage make a round, and the lesson of an execution is its length. So results do not depend on workers,
// and each stage of each sample is one execution that counts, tested for bugs like any other.
//
// It is not fair. The explorer is made with Execution.Run, the same for all executions.
//
// Source: Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, section 5.
type Stratified struct {
	composition
	src source

	now    stage
	path   []int // positions of the delays of this execution
	next   int   // in path
	passed int   // positions since the last delay
	lesson walked

	zero    *walked           // the execution without delays
	walked  map[uint64]walked // of the stratum, by sample: the last stage that has run
	learnt  uint64            // number of executions
	planned int               // executions of the round
}

// stage is what an execution is of the whole.
type stage struct {
	db     int // the stratum; 0 for the execution without delays
	number int // from 1 to db
	sample uint64
}

// walked is the lesson of an execution: where its delays were, and how many positions follow the last one.
type walked struct {
	stage  stage
	path   []int
	length int
}

// NewStratified returns stratified sampling under the explorers of a factory.
func NewStratified(factory delaying.Factory) *Stratified {
	s := &Stratified{walked: map[uint64]walked{}, planned: 1}
	s.composition.factory = factory
	s.composition.delays = s.delay
	return s
}

// samples returns how many samples a stratum has.
func samples(db int) uint64 {
	n := uint64(1)
	for range db {
		n *= 3
	}
	return 100 + n
}

// stageOf returns what execution k is: first the one without delays, then for each stratum stage by stage.
func stageOf(k uint64) stage {
	if k == 0 {
		return stage{}
	}
	k--
	for db := 1; ; db++ { // it ends before 3^db overflows
		n := samples(db)
		if all := n * uint64(db); k >= all {
			k -= all
			continue
		}
		return stage{db: db, number: int(k/n) + 1, sample: k % n}
	}
}

// Start implements Strategy.
func (s *Stratified) Start(e Execution) bool {
	s.now = stageOf(e.K)
	s.path = s.path[:0]
	if s.now.db > 0 {
		before := s.before(e)
		s.src.seed(e.Seed, streamPicks)
		s.path = append(s.path, before.path...)
		if before.length > 0 {
			s.path = append(s.path, s.src.intn(before.length))
		} // else nothing is left to delay: the stage before comes again
	}
	s.next, s.passed = 0, 0
	s.begin(e.Run)
	return true
}

// before returns the stage before the present one. Where nobody has learnt of it, the estimated length serves.
func (s *Stratified) before(e Execution) walked {
	if s.now.number == 1 {
		if s.zero != nil {
			return *s.zero
		}
	} else if w, ok := s.walked[s.now.sample]; ok && w.stage.db == s.now.db && w.stage.number == s.now.number-1 {
		return w
	}
	return walked{length: picksOf(e)}
}

// delay returns how many delays the next choice gets.
func (s *Stratified) delay(_ schedule.Kind, n int) int {
	for d := range n - 1 {
		if s.next == len(s.path) || s.passed < s.path[s.next] {
			s.passed++
			return d
		}
		s.next++
		s.passed = 0
	}
	return n - 1
}

// Finish implements Finisher: it draws the lesson.
func (s *Stratified) Finish(Result) {
	s.lesson = walked{stage: s.now, path: slices.Clone(s.path), length: s.passed}
	if len(s.path) < s.now.number {
		s.lesson.length = 0 // there was no place for its last delay
	}
}

// Lesson implements Learner.
func (s *Stratified) Lesson() any { return s.lesson }

// Learn implements Learner.
func (s *Stratified) Learn(lessons []any) {
	for _, l := range lessons {
		w := l.(walked)
		switch {
		case w.stage.db == 0:
			s.zero = &w
		case w.stage.number == w.stage.db:
			delete(s.walked, w.stage.sample)
		default:
			s.walked[w.stage.sample] = w
		}
	}
	s.learnt += uint64(len(lessons))
	at := stageOf(s.learnt)
	s.planned = int(samples(at.db) - at.sample)
}

// Round implements Learner: the rest of a stage.
func (s *Stratified) Round() int { return s.planned }
