//go:build race

package runtime

// ctlRaceEnable undoes every RaceDisable of a goroutine that is ended between it and its RaceEnable, as in
// WaitGroup.Wait. Otherwise its deferred functions would seem to synchronize with nobody.
func ctlRaceEnable(gp *g) {
	if gp.raceignore > 0 {
		gp.raceignore = 1
		RaceEnable()
	}
}
