package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// livePlace is the last line of the JSON: where and how often it was measured.
type livePlace struct {
	Go   string `json:"go"`
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
	Runs int    `json:"runs"`
}

// readLive reads what writeLiveJSON has written.
func readLive(file string) (rows []liveRow, at livePlace, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, at, err
	}
	defer f.Close()
	values := map[string]liveFigures{}
	for in := json.NewDecoder(f); ; {
		var line struct {
			liveLine
			livePlace
		}
		err := in.Decode(&line)
		switch {
		case errors.Is(err, io.EOF):
			rows, err = liveRows(values)
			if err == nil && at.Runs == 0 {
				err = errors.New("the line that says where it was measured is missing")
			}
			return rows, at, about(file, err)
		case err != nil:
			return nil, at, about(file, err)
		case line.Program == "":
			at = line.livePlace
		default:
			values[line.Program+" "+line.Figure] = line.Values
		}
	}
}

// liveRows are the rows of all programs.
func liveRows(values map[string]liveFigures) (rows []liveRow, err error) {
	for _, p := range livePrograms {
		row := liveRow{p, map[string]liveFigures{}}
		for _, f := range p.figures {
			v := values[p.name+" "+f.name]
			for _, contender := range row.contenders() {
				if n := len(v[contender]); n == 0 || n != len(v[ravelLive]) {
					return nil, fmt.Errorf("%s of %s on %s has %d samples, and %d on live", f.name, p.name, contender, n, len(v[ravelLive]))
				}
			}
			row.values[f.name] = v
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// about says which file is no good, and what would be.
func about(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w; it should be what ravel bench live --json has printed", file, err)
}
