package overlay

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// sources are the files that are added to the standard library. The name of their folder keeps the go command from
// taking them for packages of this module.
//
//go:embed _files/runtime/*.go _files/context/*.go _files/sync/*.go _files/sync/atomic/*.go _files/crypto/internal/sysrand/*.go _files/os/*.go _files/math/rand/*.go _files/testing/*.go
var sources embed.FS

// versioned lists the added files that belong to some releases only: Go 1.from to Go 1.to, 0 for no bound.
var versioned = map[string]struct{ from, to int }{
	"runtime/ctl_compat_go125.go": {0, 25},
	"runtime/ctl_compat_go126.go": {26, 0},
	"runtime/ctl_timers_go125.go": {0, 26},
	"runtime/ctl_timers_go127.go": {27, 0},
	"testing/ctl_paths_go125.go":  {0, 25},
	"testing/ctl_paths_go126.go":  {26, 0},
}

func inRange(minor, from, to int) bool {
	return (from == 0 || minor >= from) && (to == 0 || minor <= to)
}

// added returns the files to add for Go 1.minor, by their path below GOROOT/src.
func added(minor int) (map[string]string, error) {
	files := make(map[string]string)
	err := fs.WalkDir(sources, "_files", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimPrefix(path, "_files/")
		if v, ok := versioned[name]; ok && !inRange(minor, v.from, v.to) {
			return nil
		}
		text, err := sources.ReadFile(path)
		if err != nil {
			return err
		}
		// A name of our own, apart from whatever a future release may add.
		dir, base := name[:strings.LastIndexByte(name, '/')+1], name[strings.LastIndexByte(name, '/')+1:]
		files[dir+"zz_ravel_"+strings.NewReplacer("_go125", "", "_go126", "", "_go127", "").Replace(base)] = string(text)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("overlay: reading the embedded sources: %w", err)
	}
	return files, nil
}
