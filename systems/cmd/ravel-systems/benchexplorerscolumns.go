package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/catalog"
)

// unit is what a strategy is measured in.
type unit string

const (
	schedules unit = "schedules" // the number of the failing one, from 1
	states    unit = "states"    // different ones, ahead of the failing step
)

// column is a strategy of the tables.
type column struct {
	name     string // as in the paper
	strategy string // as strategy.Parse reads it, but for the memory
	unit     unit
	seeded   bool // what it does depends on the seed; else, with one worker, it is the same each time
	paper    bool // the paper has it
}

// columns returns all there are: those of table 1 of the paper, then others.
func columns() []column {
	return []column{
		{"RS", "random", schedules, true, true},
		{"IRS", "irs", schedules, true, true},
		{"PCT", "pct:5", schedules, true, true},
		{"SS-RR", "ss:rr", schedules, true, true},
		{"SS-RTC", "ss:rtc", schedules, true, true},
		{"SS-PRR", "ss:prr", schedules, true, true},
		{"PB", "pbs", states, false, true},
		{"SES-RR", "ses:rr", states, false, true},
		{"SES-RTC", "ses:rtc", states, false, true},
		{"SES-PRR", "ses:prr", states, true, true},
		{"SES-Custom", "ses:custom", states, false, true},
		{"POS", "pos", schedules, true, false},
		{"SURW", "surw", schedules, true, false},
		{"Feedback", "feedback:pos", schedules, true, false},
		{"Portfolio", "portfolio", schedules, true, false},
		{"DPOR", "dpor", schedules, false, false},
	}
}

// spec is the whole name of the strategy.
func (c column) spec(memory string) string {
	if c.unit != states {
		return c.strategy
	}
	separator := ":"
	if strings.Contains(c.strategy, ":") {
		separator = ","
	}
	return c.strategy + separator + "memory=" + memory
}

// limited are the searches that one exploration makes, of which it uses one.
type limited struct {
	made []interface{ Uncovered() string }
}

// usedUp reports whether a search ended because its memory was used up.
func (l *limited) usedUp() bool {
	if l == nil {
		return false
	}
	for _, s := range l.made {
		if s.Uncovered() != "" {
			return true
		}
	}
	return false
}

// limit ends the search of a configuration when it has seen so many states; an
// execution that has begun is run to its end.
func limit(cfg *check.Config, most uint64) *limited {
	l := &limited{}
	parsed, err := strategy.Parse(cfg.Strategy)
	if err != nil {
		return l // Explore says so
	}
	cfg.Custom = func() strategy.Strategy {
		switch s := parsed().(type) {
		case *strategy.SES:
			l.made = append(l.made, s)
			return &limitedSES{s, most}
		case *strategy.PreemptionStates:
			l.made = append(l.made, s)
			return &limitedPreemptions{s, most}
		default:
			panic(fmt.Sprintf("%s does not remember states", cfg.Strategy))
		}
	}
	return l
}

type limitedSES struct {
	*strategy.SES
	most uint64
}

func (s *limitedSES) Start(e strategy.Execution) bool { return s.States() < s.most && s.SES.Start(e) }

type limitedPreemptions struct {
	*strategy.PreemptionStates
	most uint64
}

func (s *limitedPreemptions) Start(e strategy.Execution) bool {
	return s.States() < s.most && s.PreemptionStates.Start(e)
}

// choose keeps the rows and columns that --only names. If it names none of the
// rows, or none of the columns, it keeps them all.
func choose(only string, rows []catalog.PaperEntry, columns []column) ([]catalog.PaperEntry, []column, error) {
	if only == "" {
		return rows, columns, nil
	}
	var someRows, someColumns []bool
	for pattern := range strings.SplitSeq(only, ",") {
		known := false
		for i, r := range rows {
			if ok, err := matches(pattern, r.Path(), r.Bug.Name, r.Row.Name, r.System.Name); err != nil {
				return nil, nil, err
			} else if ok {
				someRows, known = mark(someRows, len(rows), i), true
			}
		}
		for i, c := range columns {
			if ok, err := matches(pattern, c.name, c.strategy); err != nil {
				return nil, nil, err
			} else if ok {
				someColumns, known = mark(someColumns, len(columns), i), true
			}
		}
		if !known {
			return nil, nil, unknownName(pattern, rows, columns)
		}
	}
	return kept(rows, someRows), kept(columns, someColumns), nil
}

func unknownName(pattern string, rows []catalog.PaperEntry, columns []column) error {
	return fmt.Errorf("--only: there is no %q: the rows are %s; the columns are %s", pattern,
		strings.Join(names(rows, func(r catalog.PaperEntry) string { return r.Bug.Name }), ", "),
		strings.Join(names(columns, func(c column) string { return c.name }), ", "))
}

// matches reports whether one of the names fits a pattern, whatever their case.
func matches(pattern string, names ...string) (bool, error) {
	for _, name := range names {
		ok, err := path.Match(strings.ToLower(strings.TrimSpace(pattern)), strings.ToLower(name))
		if err != nil {
			return false, fmt.Errorf("--only: %q is no pattern: want names with *, ? and [a-z]", pattern)
		}
		if ok {
			return true, nil
		}
	}
	return false, nil
}

func mark(some []bool, n, i int) []bool {
	if some == nil {
		some = make([]bool, n)
	}
	some[i] = true
	return some
}

func kept[T any](all []T, some []bool) []T {
	if some == nil {
		return all
	}
	var left []T
	for i, v := range all {
		if some[i] {
			left = append(left, v)
		}
	}
	return left
}

// names are what something is called in a list, each once.
func names[T any, N comparable](all []T, name func(T) N) []N {
	var list []N
	for _, v := range all {
		if n := name(v); !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}
