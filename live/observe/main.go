package observe

import (
	"fmt"
	"io"
	"os"
)

// Main is the main function of a program that observes logs, for those who have no Go toolchain where the logs are: args are
// os.Args[1:], the names of logs, of which "-" is the standard input. New makes the options for each log, with new monitors.
// The exit codes are those of ravel observe: 1 if a specification is violated, 3 if one may be, 2 if a log cannot be read.
func Main(args []string, out io.Writer, options func() Options) int {
	if len(args) == 0 {
		fmt.Fprintln(out, "observe what? Name logs, which live.System.WriteTrace has written; - is the standard input.")
		return 2
	}
	code := 0
	for _, path := range args {
		r, err := file(path, options())
		if err != nil {
			fmt.Fprintf(out, "%s: %v\n", path, err)
			return 2
		}
		fmt.Fprintf(out, "%s: %v", path, r)
		switch {
		case r.Outcome() == Violated:
			code = 1
		case r.Outcome() == Suspected && code == 0:
			code = 3
		}
	}
	return code
}

func file(path string, o Options) (*Report, error) {
	if path == "-" {
		return Log(os.Stdin, o)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Log(f, o)
}
