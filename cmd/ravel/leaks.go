package main

import (
	"os"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"
)

// leaks are the patterns of goroutines that may be left when a test is over.
type leaks struct {
	AllowLeak []string `name:"allow-leak" sep:"none" placeholder:"RE" help:"Goroutines with a function that matches may be left; repeatable."`
}

const allowLeakVariable = variablePrefix + "ALLOW_LEAK"

// Validate implements the interface of the command-line library.
func (l *leaks) Validate() error {
	patterns, from := l.AllowLeak, "--allow-leak"
	if len(patterns) == 0 {
		patterns, from = strings.FieldsFunc(os.Getenv(allowLeakVariable), func(r rune) bool { return r == '\n' }), allowLeakVariable
	}
	for _, p := range patterns {
		if err := cli.CheckAllowLeak(from, p); err != nil {
			return err
		}
	}
	return nil
}

// environ is what the flags add to the environment: a line for each pattern.
func (l *leaks) environ() []string {
	if len(l.AllowLeak) == 0 {
		return nil
	}
	return []string{allowLeakVariable + "=" + strings.Join(l.AllowLeak, "\n")}
}
