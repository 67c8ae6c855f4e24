package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/catalog"
)

// A failure is found, shrunk and replayed, kept in the file, and not found again.
func TestShrink(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shrink.jsonl")
	run := func(args string) string {
		t.Helper()
		var out, errors bytes.Buffer
		s := &shell{out: &out, err: &errors, systems: catalog.Systems()}
		if code := s.main(strings.Fields("bench shrink chain/CR_5 --seeds=2 --replays=3 --workers=1 --within=1m --out=" + file + args)); code != 0 {
			t.Fatalf("%s: exit code %d, %s", args, code, &errors)
		}
		return out.String()
	}
	first := run(" --json")
	if again := run(" --report --json"); again != first {
		t.Errorf("reported:\n%s\nwhen it was run:\n%s", again, first)
	}
	for _, want := range []string{`"bug":"chain/CR_5"`, `"seed":2`, `"result":"found"`, `"replays":3,"same":3`, `"passing":true`} {
		if !strings.Contains(first, want) {
			t.Errorf("%s is missing in:\n%s", want, first)
		}
	}
	if text := run(" --report"); !strings.Contains(text, "6/6") || !strings.Contains(text, "of all 2 failures") {
		t.Error(text)
	}
}

// Medians are of the failures that were shrunk; the others are named.
func TestShrinkTable(t *testing.T) {
	entries, err := catalog.Find(catalog.Systems(), "chain/CR_5")
	if err != nil {
		t.Fatal(err)
	}
	c := &shrinkCommand{Seeds: 4, Replays: 10}
	rs := &results[shrunk]{head: head{Strategy: "random"}}
	add := func(seed uint64, result string, before, after, same int, cut string) {
		r := shrunk{trial: trial{Bug: "chain/CR_5", Seed: seed, Result: result}}
		if result == found {
			r.Before, r.After = size{Steps: 100, Switches: before, Faults: 1}, size{Steps: 50, Switches: after}
			r.Tries, r.Took, r.Token, r.Replays, r.Same, r.Cut = 10*int(seed), float64(seed), 40, 10, same, cut
		}
		rs.rows = append(rs.rows, r)
	}
	add(1, found, 40, 4, 10, "")
	add(2, found, 30, 6, 9, "time")
	add(3, found, 10, 5, 10, "")
	add(4, notFound, 0, 0, 0, "")
	add(5, found, 1, 1, 0, "") // beyond the seeds
	table, notes := c.table(rs, entries)
	if got, want := strings.Join(table.rows[0], "|"), "chain/CR_5|100|50|30|5|1|0|20|2.0|40|29/30"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	text := strings.Join(notes, "\n")
	for _, want := range []string{
		"Of the switches 20% are left in the median of all 3 failures, of the steps 50%.",
		"at most 3.0 s (chain/CR_5, seed 3). 29 of 30 replays",
		"Ended by the clock: chain/CR_5, seed 2.",
		"Nothing to shrink: chain/CR_5, seed 4: not found.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestShrinkRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"--seeds=0": "--seeds=0: want at least 1", "--replays=0": "--replays=0: want at least 1", "--cap=0": "--cap=0", "--within=-1s": "--within=-1s: want a positive time",
		"--markdown --json": "exclude each other", "no/bug": "there is no system", "--report": "--report goes with --out",
	} {
		var out, errors bytes.Buffer
		s := &shell{out: &out, err: &errors, systems: catalog.Systems()}
		if code := s.main(append([]string{"bench", "shrink"}, strings.Fields(args)...)); code == 0 || !strings.Contains(errors.String(), want) {
			t.Errorf("%s: exit code %d, %q; want %q", args, code, &errors, want)
		}
	}
}
