package harness

// Mutant is a test with a defect of its own, and what is found then.
type Mutant struct {
	Name    string
	Options Options
	Want    string
}

// Mutants has one for each rule of the monitors.
func Mutants() []Mutant {
	mutated := func(m mutant) Options {
		o := alone(chain())
		o.mutant = m
		return o
	}
	return []Mutant{
		{"too often", mutated(twice), "the sink has 2 of w0=1 at 0, and should have 1"},
		{"something else", mutated(another), "and should have 0"},
		{"too little", mutated(lacking), "the sink has 0 of w0=1 at 1 in the end, and should have 1"},
		{"not taken", mutated(overstate), "acknowledges up to batch 2 of lines/0, and has taken up to 1"},
		{"another batch", mutated(altered), "counts/0 acknowledges batch 1 of lines/0, of items [], and did so before, of items [w0=1 at 0]"},
		{"never", mutated(unconfigured), "monitor Progress"},
	}
}
