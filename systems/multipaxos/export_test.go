package multipaxos

import "github.com/ravelgo/ravel/systems/multipaxos/replica"

// Mutant is a test with a defect, of the protocol or of the test, that a monitor must
// notice.
type Mutant struct {
	Name    string
	Want    string // in what the failure says
	Options Options
}

// Mutants has one for each rule of each monitor.
func Mutants() []Mutant {
	crash := Variants()[1].Options
	return []Mutant{
		{"acceptors forget when they promise", "P2b: ", Benchmark(replica.MultiPaxos2)},
		{"leaders skip phase 1", "Agreement: ", Benchmark(replica.MultiPaxos3)},
		{"commands are not announced", "Validity: ", mutated(Benchmark(0), unsaid)},
		{"logs diverge", "LogPrefix: ", mutated(Benchmark(replica.MultiPaxos2), unwatched)},
		{"what is submitted again is applied again", "NoDuplicates: ", Benchmark(replica.ApplyTwice)},
		{"nobody leads", "monitor Progress", mutated(Benchmark(0), mute)},
		{"a crash takes what was saved", "monitor Consensus", mutated(crash, forgetful)},
	}
}

func mutated(o Options, m mutant) Options {
	o.mutant = m
	return o
}
