package main

import (
	"maps"
	"path/filepath"
	"testing"
)

func TestGoVersions(t *testing.T) {
	release, godebug := goVersions(`module example.com/x // go 1.2
go 1.21 // old
toolchain go1.26.0
godebug panicnil=1
godebug (
	default=go1.22
	"asynctimerchan=1" // yes
)
require (
	example.com/go v1.0.0
	example.com/godebug v1.0.0
)
`)
	want := map[string]string{"panicnil": "1", "default": "go1.22", "asynctimerchan": "1"}
	if release != "go1.21" || !maps.Equal(godebug, want) {
		t.Errorf("%s, %v", release, godebug)
	}
	if release, godebug := goVersions("module x\n"); release != "" || len(godebug) > 0 {
		t.Errorf("%s, %v", release, godebug)
	}
}

func TestOlderThan(t *testing.T) {
	for release, want := range map[string]string{
		"go1.22": "go.mod says go 1.22", "go1.22.7": "go.mod says go 1.22.7", "go1.9": "go.mod says go 1.9",
		"go1.23": "", "go1.23rc1": "", "go1.23.0": "", "go1.30": "", "": "", "nonsense": "",
	} {
		if got := olderThan(release, "/x/go.mod", "go "); got != want {
			t.Errorf("%s: %q", release, got)
		}
	}
}

func TestLastSetting(t *testing.T) {
	for godebug, want := range map[string]string{
		"": "", "panicnil=1": "", "asynctimerchan=1": "1", "asynctimerchan=1,x=y,asynctimerchan=0": "0",
	} {
		if got := lastSetting(godebug); got != want {
			t.Errorf("%s: %q", godebug, got)
		}
	}
}

func TestDirectives(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.go")
	write(t, file, `// A comment.
//go:debug panicnil=1
//go:debug	asynctimerchan=2
//go:debugger x=y

package x

//go:debug default=go1.21
`)
	if got := directives(file); !maps.Equal(got, map[string]string{"panicnil": "1", "asynctimerchan": "2"}) {
		t.Errorf("%v", got)
	}
	if got := directives(file + ".missing"); got != nil {
		t.Errorf("of no file: %v", got)
	}
}
