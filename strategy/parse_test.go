package strategy_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/strategy"
)

func TestParse(t *testing.T) {
	for spec, want := range map[string]strategy.Strategy{
		"random": strategy.NewRandom(), "pct": strategy.NewPCT(3), "pct:7": strategy.NewPCT(7), "fairpct": strategy.NewFairPCT(3),
		"fairpct:2": strategy.NewFairPCT(2), "pos": strategy.NewPOS(), "dfs": strategy.NewDFS(0), "dfs:50": strategy.NewDFS(50),
		"states": strategy.NewStates(0), "states:9": strategy.NewStates(9),
		"irs": strategy.NewIRS(100), "irs:20": strategy.NewIRS(20), "urw": strategy.NewURW(), "surw": strategy.NewSURW(),
		"ql": strategy.NewQL(), "feedback": strategy.NewFeedback(strategy.NewRandom()),
		"feedback:random": strategy.NewFeedback(strategy.NewRandom()), "feedback:pos": strategy.NewFeedback(strategy.NewPOS()),
		"nonpreemptive": strategy.NewNonPreemptive(),
	} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if got := factory(); fmt.Sprint(got) != fmt.Sprint(want) && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %T %v, expected %T %v", spec, got, got, want, want)
		}
		if a, b := factory(), factory(); a == b {
			t.Errorf("%s: two workers share a strategy", spec)
		}
	}
}

func TestParsePortfolio(t *testing.T) {
	for spec, want := range map[string][]string{
		"portfolio":                             {"pos", "surw", "pct:3", "ss:rtc", "random"},
		"portfolio:pct:4,feedback:pos,ql,ss:rr": {"pct:4", "feedback:pos", "ql", "ss:rr"},
	} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		if factory() == factory() {
			t.Errorf("%s: two workers share a portfolio", spec)
		}
		for i := range 2 * len(want) {
			p, k := factory().(*strategy.Portfolio), uint64(2+i)
			if p.Name(k) != want[i%len(want)] || int(p.Number(k)) != i/len(want) {
				t.Errorf("%s: execution %d is number %d of %s", spec, k, p.Number(k), p.Name(k))
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":                        "there is no such strategy",
		"pcx":                     "there is no such strategy",
		"pct:":                    "the parameter of pct:D is a number of at least 1",
		"pct:0":                   "the parameter of pct:D is a number of at least 1",
		"pct:x":                   "the parameter of pct:D is a number of at least 1",
		"dfs:-1":                  "the parameter of dfs:MAX is a number of at least 1",
		"pct:3,4":                 `pct:D has no parameter "4"`,
		"pct:3,d=4":               `pct:D has no parameter "d=4"`,
		"irs:0":                   "the parameter of irs:D is a number of at least 1",
		"feedback:ql":             "the parameter of feedback:BASE is one of random, pos",
		"surw:2":                  "surw takes no parameter",
		"random:3":                "random takes no parameter",
		"portfolio:x":             `member "x": there is no such strategy`,
		"portfolio:":              `member "": there is no such strategy`,
		"portfolio:pos,pct:0":     `member "pct:0": the parameter of pct:D is a number of at least 1`,
		"portfolio:pos,dfs":       `member "dfs" cannot share a run: it is a search of its own; run it alone`,
		"portfolio:pos,portfolio": `member "portfolio" cannot share a run: it is a search of its own; run it alone`,
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

// The options of a strategy stand before or behind its parameter.
func TestParseOptions(t *testing.T) {
	for _, spec := range []string{"ses", "ses:rr", "ses:rr,states=9", "ses:states=9", "ses:states=9,rr"} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := factory().(*strategy.SES)
		if !ok {
			t.Fatalf("%s is a %T", spec, factory())
		}
		for i := range uint64(20) {
			if !s.Start(strategy.Execution{}) {
				break
			}
			s.Visit(strategy.State{i})
			s.Finish(strategy.Result{})
		}
		for i := range uint64(20) {
			s.Visit(strategy.State{100 + i})
		}
		if want := strings.Contains(spec, "states=9"); want != (s.States() == 9) {
			t.Errorf("%s remembers %d states", spec, s.States())
		}
	}
	for spec, want := range map[string]string{
		"ses:rx":         "the parameter of ses:E is one of ",
		"ses:states=0":   "states of ses:E is a number of at least 1",
		"ses:rr,state=9": `ses:E has no parameter or option "state=9"; its options are states=N, memory=SIZE, then=ss, delta=N, cost=zing`,
	} {
		if _, err := strategy.Parse(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", spec, err, want)
		}
	}
}
