package sct

// Strategies for which figures have been published, in the order in which tables show them.
var Strategies = []string{"SURW", "URW", "POS", "PCT3", "random", "RFF"}

// published are the means of schedules to the first failure in 20 trials of 10,000 schedules: of SURW, URW, POS, PCT of
// depth 3 and the random walk from Zhao, Wolff, Mathur, Roychoudhury, Selectively Uniform Concurrency Testing, ASPLOS 2025;
// of RFF from Wolff, Shi, Duck, Mathur, Roychoudhury, Greybox Fuzzing for Concurrency Testing, ASPLOS 2024.
var published = map[string]map[string]Figure{
	"reorder_3":        row(always(7), always(24), always(86), always(185), none, always(7)),
	"reorder_10":       row(always(17), always(74), none, Figure{3225, 16}, none, always(6)),
	"reorder_100":      row(always(194), Figure{3785, 12}, none, none, none, always(6)),
	"twostage":         row(always(8), always(9), always(15), always(13), always(464), always(8)),
	"twostage_100":     row(always(454), Figure{2992, 18}, Figure{6674, 3}, Figure{7466, 3}, none, always(56)),
	"stack":            row(always(5), Figure{986, 19}, always(2), always(3), always(176), always(2)),
	"bluetooth_driver": row(always(70), Figure{1494, 19}, always(36), always(112), always(215), always(45)),
	"account":          row(always(6), always(3), always(4), always(4), always(18), always(1)),
	"wronglock":        row(always(7), always(4), always(10), always(51), always(36), always(1)),
	"stringbuffer":     row(always(8), always(834), always(23), always(281), Figure{2243, 19}, always(15)),
}

var none Figure

func always(mean int) Figure { return Figure{mean, 20} }

func row(figures ...Figure) map[string]Figure {
	m := make(map[string]Figure)
	for i, f := range figures {
		m[Strategies[i]] = f
	}
	return m
}

// A Total says of how many programs a strategy found the bugs.
type Total struct {
	Any int // in at least one trial
	All int // in each of the 20
}

// PublishedPrograms is how many programs [PublishedTotals] are of: those that all its strategies ran, most of which have no
// counterpart here.
const PublishedPrograms = 39

// PublishedTotals are of the same study as the figures of programs, by strategy.
var PublishedTotals = map[string]Total{
	"SURW": {37, 36}, "URW": {37, 32}, "PCT3": {36, 30}, "PCT10": {36, 30}, "POS": {33, 31}, "random": {26, 23},
}
