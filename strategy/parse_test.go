package strategy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/strategy"
)

func TestParse(t *testing.T) {
	for spec, want := range map[string]strategy.Strategy{
		"random": strategy.NewRandom(), "pct": strategy.NewPCT(3), "pct:7": strategy.NewPCT(7), "fairpct": strategy.NewFairPCT(3),
		"fairpct:2": strategy.NewFairPCT(2), "pos": strategy.NewPOS(), "dfs": strategy.NewDFS(0), "dfs:50": strategy.NewDFS(50),
		"nonpreemptive": strategy.NewNonPreemptive(), "portfolio": strategy.NewPortfolio(),
	} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if got := factory(); fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) || spec != "portfolio" && fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %T %v, expected %T %v", spec, got, got, want, want)
		}
		if a, b := factory(), factory(); a == b {
			t.Errorf("%s: two workers share a strategy", spec)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":            "there is no such strategy",
		"pcx":         "there is no such strategy",
		"pct:":        "the parameter of pct:D is a number of at least 1",
		"pct:0":       "the parameter of pct:D is a number of at least 1",
		"pct:x":       "the parameter of pct:D is a number of at least 1",
		"dfs:-1":      "the parameter of dfs:MAX is a number of at least 1",
		"pct:3,4":     `pct:D has no parameter "4"`,
		"pct:3,d=4":   `pct:D has no parameter "d=4"`,
		"random:3":    "random takes no parameter",
		"portfolio:x": "portfolio takes no parameter",
	} {
		_, err := strategy.Parse(spec)
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("strategy %q: %s; the strategies are\n", spec, want)) {
			t.Errorf("%q: error %v, expected %s", spec, err, want)
			continue
		}
		for _, e := range strategy.List() {
			if !strings.Contains(err.Error(), e.Usage) || !strings.Contains(err.Error(), e.Summary) {
				t.Errorf("%q: the error does not list %s: %v", spec, e.Usage, err)
			}
		}
	}
}

func TestList(t *testing.T) {
	for _, e := range strategy.List() {
		if _, err := strategy.Parse(e.Name); err != nil || e.Summary == "" || strings.Contains(e.Summary, "\n") {
			t.Errorf("entry %+v: %v", e, err)
		}
	}
}
