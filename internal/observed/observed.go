// Package observed is how the command ravel observe and the tests that it runs talk to each other.
package observed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// The variables that the command sets.
const (
	LogVariable    = "RAVEL_OBSERVE"         // the path of the log
	ResultVariable = "RAVEL_OBSERVE_RESULTS" // the path of a file to which each test adds its Result
)

// Result is what a test has found.
type Result struct {
	Test    string `json:"test"`
	Outcome int    `json:"outcome"` // as observe.Outcome
	Report  string `json:"report"`
}

// The outcomes that the command treats in their own ways. They are those of observe.Outcome.
const (
	Suspected = 2
	Violated  = 3
)

// Add writes a result for the command, if there is one.
func Add(r Result) error {
	path := os.Getenv(ResultVariable)
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewEncoder(f).Encode(r)
}

// Read returns what the tests have written.
func Read(path string) ([]Result, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []Result
	for d := json.NewDecoder(f); ; {
		var r Result
		if err := d.Decode(&r); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("read what tests have observed: %w", err)
		}
		list = append(list, r)
	}
}
