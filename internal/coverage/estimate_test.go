package coverage_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ravelgo/ravel/internal/coverage"
)

// draw samples a population of classes with these probabilities, and tells what was seen and the mass of what was not.
func draw(r *rand.Rand, population []float64, n int) (s coverage.Sample, unseen int, mass float64) {
	times := make([]int, len(population))
	for range n {
		u := r.Float64()
		for i, p := range population {
			if u -= p; u < 0 || i == len(population)-1 {
				times[i]++
				break
			}
		}
	}
	return tally(times, n, population)
}

// incidences samples sets: each class is in each unit with its own probability.
func incidences(r *rand.Rand, population []float64, n int) (s coverage.Sample, unseen int, mass float64) {
	times := make([]int, len(population))
	for i, p := range population {
		for range n {
			if r.Float64() < p {
				times[i]++
			}
		}
	}
	return tally(times, n, population)
}

func tally(times []int, n int, population []float64) (s coverage.Sample, unseen int, mass float64) {
	s.Units = uint64(n)
	for i, x := range times {
		switch x {
		case 0:
			unseen++
			mass += population[i]
			continue
		case 1:
			s.Once++
		case 2:
			s.Twice++
		}
		s.Seen++
	}
	return s, unseen, mass
}

// populations: of equal classes, and of such as get rarer and rarer.
func populations() map[string][]float64 {
	equal, zipf, sum := make([]float64, 200), make([]float64, 400), 0.0
	for i := range equal {
		equal[i] = 1 / float64(len(equal))
	}
	for i := range zipf {
		zipf[i] = 1 / float64(i+1)
		sum += zipf[i]
	}
	for i := range zipf {
		zipf[i] /= sum
	}
	return map[string][]float64{"equal": equal, "zipf": zipf}
}

// Good-Turing is unbiased, Chao a lower bound that is met where classes are equal, and extrapolation comes true. The averages
// are over 300 samples with fixed seeds; the tolerances are some standard errors.
func TestEstimates(t *testing.T) {
	const samples, n = 300, 300
	for how, draws := range map[string]func(*rand.Rand, []float64, int) (coverage.Sample, int, float64){"one of each unit": draw, "sets": incidences} {
		for name, population := range populations() {
			if how == "sets" && name == "equal" {
				for i := range population {
					population[i] = 0.005
				}
			}
			r := rand.New(rand.NewPCG(3, 4))
			var next, mass, chao, unseen, more, came float64
			for range samples {
				s, u, m := draws(r, population, n)
				next += float64(s.Once) / n
				mass += m
				chao += s.Unseen()
				unseen += float64(u)
				more += s.More(n)
				twice, _, _ := draws(r, population, 2*n)
				came += float64(twice.Seen) - float64(s.Seen)
				if s.Next() > 1 || s.Unseen() < 0 || s.More(n) > s.Unseen() || s.More(0) != 0 {
					t.Fatalf("%s, %s: %+v: %v %v %v", how, name, s, s.Next(), s.Unseen(), s.More(n))
				}
			}
			next, mass, chao, unseen, more, came = next/samples, mass/samples, chao/samples, unseen/samples, more/samples, came/samples
			t.Logf("%s, %s: next %.3f of %.3f, unseen %.1f of %.1f, more %.1f of %.1f", how, name, next, mass, chao, unseen, more, came)
			if math.Abs(next-mass) > 0.03*mass+0.003 {
				t.Errorf("%s, %s: the next is new with probability %.3f, but the mass unseen is %.3f", how, name, next, mass)
			}
			if chao > 1.05*unseen {
				t.Errorf("%s, %s: at least %.1f are said to be left, but only %.1f are", how, name, chao, unseen)
			}
			if name == "equal" && chao < 0.9*unseen {
				t.Errorf("%s: %.1f are said to be left of %.1f equal ones", how, chao, unseen)
			}
			if math.Abs(more-came) > 0.15*came {
				t.Errorf("%s, %s: %.1f more are expected, %.1f come", how, name, more, came)
			}
		}
	}
}

func TestEstimatesOfLittle(t *testing.T) {
	for _, c := range []struct {
		s            coverage.Sample
		next, unseen float64
	}{
		{coverage.Sample{}, 1, 0},
		{coverage.Sample{Units: 1, Seen: 1, Once: 1}, 1, 0},
		{coverage.Sample{Units: 10, Seen: 1}, 0, 0},
		{coverage.Sample{Units: 10, Seen: 10, Once: 10}, 1, 40.5},
		{coverage.Sample{Units: 10, Seen: 5, Once: 4, Twice: 3}, 0.4, 1.35},
		{coverage.Sample{Units: 1, Seen: 9, Once: 9}, 1, 0}, // a set of which nothing else is known
	} {
		if n, u := c.s.Next(), c.s.Unseen(); n != c.next || math.Abs(u-c.unseen) > 1e-9 {
			t.Errorf("%+v: %v, %v; want %v, %v", c.s, n, u, c.next, c.unseen)
		}
	}
}
