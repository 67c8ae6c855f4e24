package live

import (
	"runtime"
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// ours are the packages between user code and the runtime.
var ours = []string{
	"github.com/ravelgo/ravel.", "github.com/ravelgo/ravel/live.", "github.com/ravelgo/ravel/internal/machine.", "runtime.",
}

func isOurs(fn, file string) bool {
	if strings.HasSuffix(file, "_test.go") {
		return false
	}
	for _, p := range ours {
		if strings.HasPrefix(fn, p) {
			return true
		}
	}
	return false
}

// userPC returns the program counter of the innermost caller outside Ravel's own packages.
func userPC() uintptr {
	var pcs [24]uintptr
	for _, pc := range pcs[:runtime.Callers(3, pcs[:])] {
		f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		if !isOurs(f.Function, f.File) {
			return pc
		}
	}
	return 0
}

func placeOf(pc uintptr) failure.Place {
	if pc == 0 {
		return failure.Place{}
	}
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return failure.Place{File: f.File, Line: f.Line, Func: f.Function}
}

// userStack cuts a stack, as debug.Stack prints it, down to user code: what stands between a panic, if there is one, and the
// call of the handler.
func userStack(stack []byte) string {
	lines := strings.Split(strings.TrimSpace(string(stack)), "\n")
	start := 1
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") {
			start = i + 2
			break
		}
	}
	for start+1 < len(lines) && isOurs(lines[start], fileIn(lines[start+1])) {
		start += 2
	}
	end := start
	for end+1 < len(lines) && !isOurs(lines[end], fileIn(lines[end+1])) {
		end += 2
	}
	return strings.Join(lines[min(start, len(lines)):min(end, len(lines))], "\n")
}

// fileIn returns the file of the second line of a frame.
func fileIn(line string) string {
	file, _, _ := strings.Cut(strings.TrimSpace(line), " +0x")
	if i := strings.LastIndexByte(file, ':'); i > 0 {
		return file[:i]
	}
	return file
}

// placeOfPanic returns the line of user code that panicked, in a deferred function during the panic.
func placeOfPanic() failure.Place {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for panicked := false; ; {
		f, more := frames.Next()
		if panicked && !isOurs(f.Function, f.File) {
			return failure.Place{File: f.File, Line: f.Line, Func: f.Function}
		}
		panicked = panicked || f.Function == "runtime.gopanic"
		if !more {
			return failure.Place{}
		}
	}
}
