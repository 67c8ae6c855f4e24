package paxos

// Mutants of the test, each with what the failure says about it.
var Mutants = map[string]func(*Options){
	"P2b: ":            func(o *Options) { o.Disk, o.mutant = true, hasty },
	"monitor Progress": func(o *Options) { o.mutant = impatient },
	"Validity":         func(o *Options) { o.mutant = unsaid },
}
