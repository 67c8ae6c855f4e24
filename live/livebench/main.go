// Command livebench measures a program on one of several runtimes for actors and prints the result as JSON. "ravel bench live"
// builds it and runs it once for each sample, so that no sample meets the garbage of another one.
//
//	livebench PROGRAM CONTENDER
//
// It is a module of its own because nobody else shall inherit what it compares with.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "livebench:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%d arguments: want PROGRAM and CONTENDER; the programs are %s", len(args), strings.Join(programNames(), ", "))
	}
	p, ok := programs[args[0]]
	if !ok {
		return fmt.Errorf("no program %q: the programs are %s", args[0], strings.Join(programNames(), ", "))
	}
	measure, ok := p[args[1]]
	if !ok {
		return fmt.Errorf("%s is not measured on %q, but on %s", args[0], args[1], strings.Join(sortedKeys(p), ", "))
	}
	s, err := measure()
	if err != nil {
		return fmt.Errorf("%s on %s: %w", args[0], args[1], err)
	}
	return json.NewEncoder(os.Stdout).Encode(s)
}

func programNames() []string { return sortedKeys(programs) }

func sortedKeys[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
