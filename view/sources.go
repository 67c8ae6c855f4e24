package view

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// Disk is the Sources of this machine: Go files that exist, of at most 4 MiB. A trace may come from anywhere and name any
// file, so others are not read.
type Disk struct{}

const maxSource = 4 << 20

// Lines implements Sources.
func (Disk) Lines(file string) ([]string, bool) {
	if filepath.Ext(file) != ".go" || !filepath.IsAbs(file) {
		return nil, false
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || info.Size() > maxSource {
		return nil, false
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSource))
	if err != nil {
		return nil, false
	}
	text := strings.TrimSuffix(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))), "\n")
	return strings.Split(text, "\n"), true
}

// How much source a page takes.
const (
	around       = 6      // lines above and below each place
	maxLines     = 20_000 // of all files together
	maxLineBytes = 400
)

// snippet is a run of lines of a file.
type snippet struct {
	First int      `json:"first"` // number of its first line
	Lines []string `json:"lines"`
}

// snippets cuts what stands around each place out of the files.
func snippets(src Sources, at []failure.Place) map[string][]snippet {
	found := map[string][]snippet{}
	if src == nil {
		return found
	}
	wanted := map[string][]int{}
	for _, p := range at {
		if !p.IsZero() && p.Line > 0 {
			wanted[p.File] = append(wanted[p.File], p.Line)
		}
	}
	left := maxLines
	for _, file := range sortedKeys(wanted) {
		lines, ok := src.Lines(file)
		if !ok {
			continue
		}
		if s := cutOut(lines, wanted[file], &left); len(s) > 0 {
			found[file] = s
		}
	}
	return found
}

// cutOut returns the runs of lines around the wanted ones, joined where they touch, and takes them off what is left.
func cutOut(lines []string, wanted []int, left *int) []snippet {
	slices.Sort(wanted)
	var list []snippet
	next := 1 // the first line that is not yet in the list
	for _, n := range wanted {
		from, to := max(n-around, 1), min(n+around, len(lines))
		if from < next && len(list) > 0 {
			from = next
		} else if from <= to {
			list = append(list, snippet{First: from})
		}
		for i := from; i <= to && *left > 0; i++ {
			s := &list[len(list)-1]
			s.Lines = append(s.Lines, cutLine(lines[i-1]))
			*left--
			next = i + 1
		}
	}
	return slices.DeleteFunc(list, func(s snippet) bool { return len(s.Lines) == 0 })
}

func cutLine(s string) string {
	if len(s) > maxLineBytes {
		s = s[:maxLineBytes]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
