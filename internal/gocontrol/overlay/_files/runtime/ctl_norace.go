//go:build !race

package runtime

func ctlRaceEnable(gp *g) {}
