package engine

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/trace"
)

// Where user code is: lines for reports, sites that tell calls apart, and what is worth showing of a stack.

// functionAt returns the function with an entry.
func functionAt(entry uintptr) (p failure.Place) {
	if f := runtime.FuncForPC(entry); f != nil {
		p.Func = f.Name()
		p.File, p.Line = f.FileLine(entry)
	}
	return p
}

// placeOf returns the line of a program counter that runtime.Callers gave.
func placeOf(pc uintptr) failure.Place {
	if pc == 0 {
		return failure.Place{}
	}
	frames := runtime.CallersFrames([]uintptr{pc})
	f, more := frames.Next()
	for more && strings.HasPrefix(f.Function, "sync.") {
		f, more = frames.Next() // WaitGroup.Go, inlined where the program calls it
	}
	return failure.Place{File: f.File, Line: f.Line, Func: f.Function}
}

// userPC returns the program counter of the innermost caller outside Ravel's own packages.
func userPC() uintptr {
	var pcs [24]uintptr
	n := runtime.Callers(3, pcs[:])
	if i := userFrame(pcs[:n]); i >= 0 {
		return pcs[i]
	}
	return 0
}

// userSite tells calls from user code apart, also those of one line.
func userSite() uint64 {
	var pcs [24]uintptr
	n := runtime.Callers(3, pcs[:])
	site := uint64(14695981039346656037)
	for _, pc := range pcs[:userFrame(pcs[:n])+1] {
		site = (site ^ uint64(pc)) * 1099511628211
	}
	return site
}

// userFrame returns the index of the innermost frame outside Ravel's own packages, -1 if there is none.
func userFrame(pcs []uintptr) int {
	for i, pc := range pcs {
		f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		if !isOurs(f.Function, f.File) {
			return i
		}
	}
	return -1
}

func userPlace() failure.Place { return placeOf(userPC()) }

// ours are the packages between user code and the engine.
var ours = []string{
	"github.com/ravelgo/ravel.", "github.com/ravelgo/ravel/internal/engine.", "github.com/ravelgo/ravel/internal/machine.",
	"github.com/ravelgo/ravel/check.", "github.com/ravelgo/ravel/model/", "runtime.", "iter.", "testing.",
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

// userStack cuts a stack down to what stands between the panic and the engine.
func userStack(s string) string {
	lines := strings.Split(s, "\n")
	start := 1
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") {
			start = i + 2
			break
		}
	}
	for start+1 < len(lines) && strings.HasPrefix(lines[start], "runtime.") {
		start += 2
	}
	end := len(lines)
	for i := start; i < len(lines); i++ {
		if strings.HasPrefix(lines[i], "github.com/ravelgo/ravel/internal/engine.") || strings.HasPrefix(lines[i], "github.com/ravelgo/ravel/internal/machine.") {
			end = i
			break
		}
	}
	for end >= start+2 && strings.HasPrefix(lines[end-2], "github.com/ravelgo/ravel.") {
		end -= 2 // how a typed handler is called
	}
	return unsure.ReplaceAllString(strings.Join(lines[min(start, end):end], "\n"), "0x?")
}

// unsure is an argument in a stack that may be dead: what was left there differs from run to run.
var unsure = regexp.MustCompile(`\b0x[0-9a-f]+\?`)

// panicPlace returns the place of the innermost frame of user code in a stack.
func panicPlace(stack string) (at failure.Place) {
	framesOf(userStack(stack), func(p failure.Place) bool {
		at = p
		return false
	})
	return at
}

// stackPlaces are the frames of the code under test in the stack of a panic.
func stackPlaces(stack string) (list []failure.Place) {
	framesOf(stack, func(p failure.Place) bool {
		if !isStandard(gocontrol.Frame{Function: p.Func, File: p.File, Line: p.Line}) {
			list = append(list, p)
		}
		return len(list) < trace.MaxStack
	})
	return list
}

// framesOf goes through the frames of user code in the text of a stack, innermost first, as long as it is told to.
func framesOf(stack string, more func(failure.Place) bool) {
	lines := strings.Split(stack, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		fn := lines[i]
		if at := strings.LastIndex(fn, "("); at > 0 {
			fn = fn[:at]
		}
		loc := strings.TrimSpace(lines[i+1])
		if at := strings.LastIndex(loc, " +0x"); at > 0 {
			loc = loc[:at]
		}
		colon := strings.LastIndex(loc, ":")
		if colon < 0 {
			continue
		}
		if isOurs(fn, loc[:colon]) {
			continue
		}
		var line int
		fmt.Sscanf(loc[colon+1:], "%d", &line)
		if !more(failure.Place{File: loc[:colon], Line: line, Func: fn}) {
			return
		}
	}
}
