package trials

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ravelgo/ravel/internal/gocontrol"
)

// answer is a line from a process: the result of a job, or why there is none.
type answer struct {
	Result
	Error string `json:"error,omitempty"`
}

// Serve reads jobs, a line of JSON each, and writes what came of them, until there are no more. The error is that of the
// connection, or says that goroutines are not under control here.
func Serve(in io.Reader, out io.Writer) error {
	if err := gocontrol.Available(); err != nil {
		return err
	}
	jobs, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var j Job
		switch err := jobs.Decode(&j); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("trials: reading a job: %w", err)
		}
		var a answer
		var err error
		if a.Result, err = Run(j); err != nil {
			a = answer{Error: err.Error()}
		}
		if err := answers.Encode(a); err != nil {
			return fmt.Errorf("trials: writing a result: %w", err)
		}
	}
}
