package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	goversion "go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Virtual time does not have the timer channels of Go 1.22 and older, asynctimerchan=1. Modules that are that old have
// them by default. Go 1.27 has them no more.
const (
	timerSetting    = "asynctimerchan"
	firstWithout    = "go1.27"
	firstByDefault  = "go1.23"
	synchronousOnly = timerSetting + "=0"
)

// timers makes tests run without asynchronous timer channels, if they would have them by default, and refuses if they
// ask for them. It returns what is to be said about it.
func (b *build) timers(main string, l listing) (says []string, err error) {
	if goversion.Compare(goversion.Lang(b.overlay.Toolchain.GOVERSION), firstWithout) >= 0 {
		return nil, nil
	}
	environment := os.Getenv("GODEBUG")
	switch lastSetting(environment) {
	case "":
	case "0":
		return nil, nil // whatever else is said
	default:
		return nil, asksForTimers("the variable GODEBUG")
	}
	old := ""
	if main != "" {
		text, err := os.ReadFile(main)
		if err != nil {
			return nil, nil // go test will say so
		}
		release, chosen := goVersions(string(text))
		switch {
		case chosen[timerSetting] == "0":
		case chosen[timerSetting] != "":
			return nil, asksForTimers(main)
		case chosen["default"] != "":
			old = olderThan(chosen["default"], main, "godebug default=")
		case release == "":
			old = filepath.Base(main) + " has no go line"
		default:
			old = olderThan(release, main, "go ")
		}
	}
	for _, p := range l.tests {
		for _, file := range p.files() {
			chosen := directives(file)
			if v := chosen[timerSetting]; v != "" && v != "0" {
				return nil, asksForTimers(file)
			}
			old = cmp.Or(old, olderThan(chosen["default"], file, "//go:debug default="))
		}
	}
	if old == "" {
		return nil, nil
	}
	b.env = append(b.env, "GODEBUG="+strings.TrimPrefix(environment+","+synchronousOnly, ","))
	runs := "the tests run with"
	if b.user.on("c") {
		runs = "run the test binary with"
	}
	return []string{fmt.Sprintf("%s, which means timers with %s=1: virtual time does not have them; %s GODEBUG=%s",
		old, timerSetting, runs, synchronousOnly)}, nil
}

func asksForTimers(where string) error {
	return uncontrollable("%s asks for %s=1, the timers of Go 1.22, and virtual time does not have them: take it out, or set "+
		"GODEBUG=%s for the tests", where, timerSetting, synchronousOnly)
}

// olderThan says where a release was chosen whose programs have the old timers; "" if it is a newer one, or none.
func olderThan(release, file, as string) string {
	lang := goversion.Lang(release)
	if lang == "" || goversion.Compare(lang, firstByDefault) >= 0 {
		return ""
	}
	if as == "go " {
		release = strings.TrimPrefix(release, "go")
	}
	return filepath.Base(file) + " says " + as + release
}

// lastSetting is the value of the timers' setting in a GODEBUG, of which the last one counts.
func lastSetting(godebug string) string {
	for _, s := range slices.Backward(strings.Split(godebug, ",")) {
		if key, value, _ := strings.Cut(s, "="); key == timerSetting {
			return value
		}
	}
	return ""
}

// mainFile is the file that says which release the tests are written for: the go.work, else the go.mod or what -modfile
// puts in its place; "" if there is none.
func (b *build) mainFile(mod, work string) string {
	file := cmp.Or(b.flag("modfile"), mod)
	switch {
	case work != "" && work != "off":
		return work
	case mod == "" || mod == os.DevNull:
		return ""
	case filepath.IsAbs(file):
		return file
	}
	return filepath.Join(b.dir, file)
}

// goVersions reads the go line and the godebug lines of a go.mod or go.work. Older go commands print neither of go.work.
func goVersions(text string) (release string, godebug map[string]string) {
	godebug = map[string]string{}
	block := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			continue
		case words[0] == ")":
			block = ""
			continue
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		if len(words) != 2 {
			continue
		}
		value := strings.Trim(words[1], "\"`")
		switch words[0] {
		case "go":
			release = "go" + value
		case "godebug":
			k, v, _ := strings.Cut(value, "=")
			godebug[k] = v
		}
	}
	return release, godebug
}

// directives reads the //go:debug lines of a file.
func directives(file string) map[string]string {
	const directive = "//go:debug"
	text, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(text, []byte(directive)) {
		return nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, text, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return nil
	}
	chosen := map[string]string{}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if rest, ok := strings.CutPrefix(c.Text, directive); ok && c.Pos() < f.Package && strings.TrimLeft(rest, " \t") != rest {
				k, v, _ := strings.Cut(strings.TrimSpace(rest), "=")
				chosen[k] = v
			}
		}
	}
	return chosen
}
