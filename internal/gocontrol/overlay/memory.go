package overlay

import (
	"fmt"
	"strings"
)

// Plain memory. In code that is instrumented for the race detector, a call of one of these functions of the runtime
// precedes every access. They are assembly, because they read their caller's program counter. Each gets a test of a
// variable at its start, and where that is set, leads to a function of ours that does the same with a scheduling point
// before.
var raceFunctions = []string{"raceread", "racewrite", "racereadrange", "racewriterange"}

// memoryTest is the test, by architecture. The register that arm64's uses is free there.
var memoryTest = map[string]string{
	"amd64": "\tCMPB\truntime·ctlMemory(SB), $0\n\tJEQ\t2(PC)\n\tJMP\truntime·ctl_%s<ABIInternal>(SB)\n",
	"arm64": "\tMOVBU\truntime·ctlMemory(SB), R9\n\tCBZ\tR9, 2(PC)\n\tJMP\truntime·ctl_%s<ABIInternal>(SB)\n",
}

// addMemory adds the edits for plain memory accesses, on architectures that have them.
func addMemory(src source, tc Toolchain, edits map[string][]edit) error {
	file := raceAssembly(tc.GOARCH)
	test, ok := memoryTest[tc.GOARCH]
	if !ok {
		return nil
	}
	text, err := src.read(file)
	if err != nil {
		return err
	}
	for _, name := range raceFunctions {
		declaration := "\nTEXT\truntime·" + name + "<ABIInternal>(SB), NOSPLIT, $0-"
		if n := strings.Count(text, declaration); n != 1 {
			return fmt.Errorf("%s: %q occurs %d times, want once", file, strings.TrimSpace(declaration), n)
		}
		at := strings.Index(text, declaration) + len(declaration)
		at += strings.IndexByte(text[at:], '\n') + 1
		edits[file] = append(edits[file], edit{at, at, fmt.Sprintf(test, name)})
	}
	return nil
}
