package sct_test

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/sct"
)

const document = "../../docs/sct.md"

const preface = `# Small programs with bugs

The package [systems/sct](../systems/sct/doc.go) has %d small concurrent programs, each with a bug and with a correct twin.
They are of the families on which papers about concurrency testing report, and written anew in Go: ordinary goroutines,
mutexes, channels and atomics, with no word about Ravel. [samplers.md](samplers.md) has what every sampler makes of them under
the tester. All of this page is printed by this command, in the folder systems:

    go test ./sct -run TestFigures -update -timeout 2h

## How hard they are

*Points* are the scheduling points of the execution without preemption: operations on mutexes, conditions, channels and
atomics, and go statements. *random*, *PCT2*, *PCT3* and *POS* say how many executions it took to find the bug: the median
of 20 searches with the random walk, PCT of depth 2 and 3, and POS; a dash if most found nothing in %s. *Probability* is
that of one random walk to fail, *fail* and *schedules* how many schedules fail and how many there are. These three
are exact, not sampled: counted by going through all schedules, merging those that order every two operations on the same
object in the same way. A probability alone comes from a model of the program that was written separately. What is empty is
not known: programs of more than %d goroutines are not counted, and others are given up after %s executions.

`

const publishedPreface = `
## What others needed

Means of schedules to the first failure in 20 trials of 10,000 schedules; in brackets how many of the trials found the bug,
if not all did. They are of the C programs of the same names, with the scheduling points of C programs under another
tool: compare the order of strategies and of magnitudes, not numbers.
SURW, URW, POS, PCT3 and random: Zhao, Wolff, Mathur, Roychoudhury, *Selectively Uniform Concurrency Testing*, ASPLOS 2025.
RFF: Wolff, Shi, Duck, Mathur, Roychoudhury, *Greybox Fuzzing for Concurrency Testing*, ASPLOS 2024.

`

// render is the document.
func render(all []sct.Program) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, preface, len(all), number(fmt.Sprint(sct.SearchLimit)), small, number(fmt.Sprint(patience)))
	b.WriteString("| program | goroutines | points | shows as |")
	for _, s := range strategies {
		fmt.Fprintf(&b, " %s |", s)
	}
	b.WriteString(" probability | fail | schedules |\n| --- | ---: | ---: | --- |" + strings.Repeat(" ---: |", len(strategies)+3) + "\n")
	for _, p := range all {
		fmt.Fprintf(&b, "| %s | %d | %d | %s |", p.Name, p.Threads, p.Ops, p.Shows)
		for _, s := range strategies {
			fmt.Fprintf(&b, " %s |", median(p.Median[s]))
		}
		fmt.Fprintf(&b, " %s | %s | %s |\n", probability(p.Failing.Random), number(p.Failing.Failing), number(p.Failing.Schedules))
	}
	b.WriteString(publishedPreface)
	b.WriteString("| program | " + strings.Join(sct.Strategies, " | ") + " |\n| --- |" + strings.Repeat(" ---: |", len(sct.Strategies)) + "\n")
	for _, p := range all {
		if p.Published == nil {
			continue
		}
		fmt.Fprintf(&b, "| %s |", p.Name)
		for _, s := range sct.Strategies {
			fmt.Fprintf(&b, " %s |", p.Published[s])
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## What is wrong with them\n\n| program | bug | source |\n| --- | --- | --- |\n")
	for _, p := range all {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.Name, p.Bug, p.Source)
	}
	return b.Bytes()
}

func median(n int) string {
	if n == 0 {
		return "–"
	}
	return number(fmt.Sprint(n))
}

func probability(s string) string {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return ""
	}
	f, _ := r.Float64()
	return fmt.Sprintf("%.3g", f)
}

// number groups the digits of a short number, and rounds a long one.
func number(s string) string {
	if len(s) > 9 {
		f, _, err := big.ParseFloat(s, 10, 64, big.ToNearestEven)
		if err != nil {
			return s
		}
		return strings.NewReplacer("e+0", "e", "e+", "e").Replace(f.Text('e', 2))
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// TestDocument: docs/sct.md shows what has been measured. With -update it writes it, without measuring anything.
func TestDocument(t *testing.T) {
	want := render(sct.All())
	if *update {
		write(t, document, want)
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what has been measured of these programs: run -run TestDocument -update", document)
	}
}
