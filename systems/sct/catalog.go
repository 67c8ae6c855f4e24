package sct

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// sctbench is the source of the programs whose names are those of SCTBench's CS family.
const sctbench = "CS of SCTBench (TOPC 2016)"

//go:embed measured.json
var measuredJSON []byte

var measured = sync.OnceValue(func() map[string]Measured {
	m := make(map[string]Measured)
	if err := json.Unmarshal(measuredJSON, &m); err != nil {
		panic(fmt.Sprintf("sct: measured.json: %v", err)) // written by the package's test
	}
	return m
})

// All returns the programs, in the order of their families. Every call makes a new list.
func All() []Program {
	all := slices.Concat(accounts(), bluetooths(), circularBuffers(), queues(), stacks(), stringBuffers(), deadlocks(),
		philosophers(), conditions(), lazies(), phases(), fsBenches(), tokenRings(), wrongLocks(), twoStages(), reorders(), deques())
	for i := range all {
		all[i].Measured = measured()[all[i].Name]
		all[i].Published = published[all[i].Name]
	}
	return all
}

// Find returns the program of a name. The error of a name that is not there says which are.
func Find(name string) (Program, error) {
	all := All()
	if i := slices.IndexFunc(all, func(p Program) bool { return p.Name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	return Program{}, fmt.Errorf("sct: there is no program %q; there are %s", name, strings.Join(names, ", "))
}
