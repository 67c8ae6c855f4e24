package strategytest_test

import (
	"testing"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

func TestEveryStrategyKeepsItsContract(t *testing.T) {
	for _, e := range strategy.List() {
		t.Run(e.Name, func(t *testing.T) {
			factory, err := strategy.Parse(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			strategytest.Check(t, factory)
		})
	}
}
