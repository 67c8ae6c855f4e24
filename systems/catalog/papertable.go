package catalog

import (
	"slices"
	"strconv"
)

// Published is a row of a published table: how much a bug took to find.
//
// The paper says of each row which protocol it is, not what the bug was: the bug named here is this repository's of the
// same protocol and number. Figures of the two are alike in kind and no more.
type Published struct {
	Name    string // in the paper
	Bug     string // in the catalog, if it is there
	figures []Figure
}

// Figure is a published number of schedules or states, positive, or a mark in place of one.
type Figure int64

// The figures that are no numbers.
const (
	NotPublished Figure = 0
	OutOfBudget  Figure = -1 // printed as *: the memory of 60 GB or the time of 2 hours was used up
	TooLong      Figure = -2 // printed as #: not found in 5 hours
)

// Mark is how the paper prints a figure that is no number; "" for one that is, and for one that is not there.
func (f Figure) Mark() string {
	switch f {
	case OutOfBudget:
		return "*"
	case TooLong:
		return "#"
	}
	return ""
}

// String is the figure as the paper prints it.
func (f Figure) String() string {
	if f > 0 {
		return strconv.FormatInt(int64(f), 10)
	}
	return f.Mark()
}

// The columns of the table: schedules until the bug is found by sampling, and different states by exhaustive search.
var publishedColumns = []string{
	"RS", "IRS", "PCT", "SS-RR", "SS-RTC", "SS-PRR", // schedules
	"PB", "SES-RR", "SES-RTC", "SES-PRR", // states
	"SES-Custom", // states, from the text
}

// Figure returns what was published in a column; NotPublished if nothing was, or if there is no such column.
func (p *Published) Figure(column string) Figure {
	if i := slices.Index(publishedColumns, column); 0 <= i && i < len(p.figures) {
		return p.figures[i]
	}
	return NotPublished
}

// PaperTable returns the rows of table 1 of Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems",
// ESEC/FSE 2015, in the order of our systems, with what its section 6 says of the custom explorer: of one of the rows, and
// of one more bug. All figures are medians of 5 runs.
//
// RS is the random walk, IRS that with iterated depth (100 steps and 100+3^i executions more in round i), PCT has k=5000 and
// d=5; SS is stratified sampling with 100+3^db samples of db delays, PB iterative preemption bounding with a cache of
// states, SES stratified exhaustive search with an increment of 1, both under the explorer behind the hyphen.
func PaperTable() []Published {
	const x, late = OutOfBudget, TooLong
	return []Published{
		{"2pc_1", "2pc_1", []Figure{9842, 1891, 1983, 781, 331, 816, 793221, 8851, 6571, 6512}},
		{"2pc_2", "2pc_2", []Figure{x, x, x, 10943, 6378, 6300, x, x, 17690, 9090}},
		{"2pc_3", "2pc_3", []Figure{x, 2966, 9835, 1823, 1018, 4109, 48321, 1898, 1123, 2189}},
		{"2pc_4", "2pc_4", []Figure{x, 7629, x, x, 3321, x, x, x, 5101, 77212}},
		{"ChainRep_1", "CR_1", []Figure{9655, 652, 9832, 5607, 9999, 1985, x, 92178, 9913, 936}},
		{"ChainRep_2", "CR_2", []Figure{x, x, x, 34034, 7829, 28221, 74231, 32166, 8821, 88732}},
		{"ChainRep_3", "CR_3", []Figure{x, x, 13283, 2032, 1711, 6093, x, 19731, 3452, 8981}},
		{"ChainRep_4", "CR_4", []Figure{4213, 313, 4439, 3452, 4249, 1238, 59234, 672, 5441, 11742}},
		{"ChainRep_5", "CR_5", []Figure{196, 77, 55, 53, 110, 101, x, 3973, 521, 6652}},
		{"ChainRep_6", "CR_6", []Figure{x, x, x, x, x, x, x, 78443, 44331, 54981, 10445}},
		{"ChainRep_7", "CR_7", []Figure{x, x, x, x, x, x, x, x, 3538, x}},
		{"ChainRep_8", "CR_8", []Figure{x, 4561, x, 5513, x, 2201, 8342, 9791, x, 8218}},
		{"ChainRep_9", "CR_9", []Figure{x, x, x, 66381, 9425, 16559, x, 37222, 7812, 37213}},
		{"ChainRep_10", "CR_10", []Figure{782, 159, 74, 129, 331, 888, 4561, 5431, 1944, 1781}},
		// Two neighbouring nodes fail together after the initialization: found with the custom explorer, and new.
		{"CustExplorer", "CR_X", []Figure{10: 220103}},
		{"Paxos_1", "Paxos_1", []Figure{229, 86, 592, 122, 53, 233, 3320, 2233, 1098, 4312}},
		{"Paxos_2", "Paxos_2", []Figure{x, 2211, x, 9563, 831, 1874, 77834, 4912, 833, 8831}},
		{"Paxos_3", "Paxos_3", []Figure{x, x, x, x, x, x, x, x, 14832, x}},
		{"MultiPaxos_1", "MultiPaxos_1", []Figure{x, 5211, 9934, 7821, 765, 5819, x, 82114, 89341, 88129}},
		{"MultiPaxos_2", "MultiPaxos_2", []Figure{x, x, x, 9872, 8873, 11239, x, 15563, 9983, 1934}},
		{"MultiPaxos_3", "MultiPaxos_3", []Figure{x, x, x, x, 15023, 9589, x, 18831, 8923, 1198}},
		{"TMS_1", "TMS_1", []Figure{224, 64, 227, 12, 305, 34, 553, 2220, 660, 8965}},
		{"TMS_2", "TMS_2", []Figure{x, x, x, x, x, x, x, x, 44832, x}},
		{"TMS_3", "TMS_3", []Figure{late, late, late, late, late, 3009214, late, late, late, late}},
		{"TMS_4", "TMS_4", []Figure{late, late, late, late, 5530042, late, late, late, late, late}},
		{"OSR_1", "OSR_1", []Figure{435, 122, 332, 75, 122, 1009, 5532, 4421, 683, 55392}},
		{"OSR_2", "OSR_2", []Figure{756, 78, 131, 115, 66, 224, 12864, 12931, 1634, 3212}},
	}
}

// PaperEntry is a bug with its row of the table.
type PaperEntry struct {
	Entry
	Row Published
}

// InPaper returns the bugs of systems that have a row in the table, in its order.
func InPaper(systems []System) (found []PaperEntry) {
	entries, _ := Find(systems, "")
	for _, row := range PaperTable() {
		if i := slices.IndexFunc(entries, func(e Entry) bool { return e.Bug.Name == row.Bug }); i >= 0 {
			found = append(found, PaperEntry{entries[i], row})
		}
	}
	return found
}
