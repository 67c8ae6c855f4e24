// Package globals tells which package variables of the running program have changed between two moments. It reads the
// symbol table of the program's own file, and what the variables hold, heap objects included, by their bytes.
//
// It serves diagnoses: executions in one process should leave nothing for each other, and if they do, whoever wrote the
// program wants to know where. Nothing of the program may run meanwhile.
package globals
