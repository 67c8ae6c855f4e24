package overlay

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// noIntrinsics lets calls of the functions of sync/atomic be calls. The compiler knows these functions by name and
// would put instructions in their place, which are no scheduling points. With the race detector it never does.
const noIntrinsics = "-d=ssa/intrinsics/off"

// BuildFlags returns the flags that the go command needs beside -overlay, which [Overlay.Command] sets. The standard
// library keeps its intrinsics: what its locks do inside is no business of a schedule.
//
// User holds the values of the -gcflags that the build was to have otherwise, those of GOFLAGS first. Of several
// -gcflags the go command takes the last one that matches a package, and no other: so theirs are rewritten into the
// result, and must be given to it nowhere else. A value of the user that has no pattern does not reach packages of the
// standard library that the command line names.
func (o Overlay) BuildFlags(race bool, user ...string) []string {
	if race {
		return gcflags(user)
	}
	ours, std := []string{"all=" + noIntrinsics}, []string{"std="}
	for _, value := range user {
		pattern, flags, ok := cutPattern(value)
		switch {
		case !ok:
			ours = append(ours, value) // the go command refuses it
		case pattern == "":
			ours = append(ours, strings.TrimSpace(flags+" "+noIntrinsics))
		case o.isStandard(pattern):
			std = append(std, value)
		default:
			ours = append(ours, pattern+"="+strings.TrimSpace(flags+" "+noIntrinsics))
			if pattern == "all" || pattern == "..." {
				std = append(std, "std="+flags)
			}
		}
	}
	return gcflags(slices.Concat(ours, std))
}

func gcflags(values []string) []string {
	flags := make([]string, len(values))
	for i, v := range values {
		flags[i] = "-gcflags=" + v
	}
	return flags
}

// cutPattern splits the value of a -gcflags. The pattern may be missing: the flags are then for the named packages.
func cutPattern(value string) (pattern, flags string, ok bool) {
	value = strings.TrimSpace(value)
	if value == "" || value[0] == '-' {
		return "", value, true
	}
	pattern, flags, ok = strings.Cut(value, "=")
	pattern = strings.TrimSpace(pattern)
	return pattern, flags, ok && pattern != "" && !strings.ContainsAny(pattern[:1], `'"`)
}

// isStandard reports whether a pattern of packages matches nothing outside the standard library.
func (o Overlay) isStandard(pattern string) bool {
	if pattern == "std" || pattern == "cmd" {
		return true
	}
	if strings.HasPrefix(pattern, ".") || filepath.IsAbs(pattern) {
		return false
	}
	literal, _, wildcard := strings.Cut(pattern, "...")
	if wildcard {
		literal = literal[:max(strings.LastIndexByte(literal, '/'), 0)]
	}
	if literal == "" {
		return false
	}
	info, err := os.Stat(filepath.Join(o.Toolchain.GOROOT, "src", filepath.FromSlash(literal)))
	return err == nil && info.IsDir()
}
