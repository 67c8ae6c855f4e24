package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/catalog"
)

// The searches are kept in the file, and not made again.
func TestMigration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "migration.jsonl")
	run := func(args string) string {
		t.Helper()
		var out, errors bytes.Buffer
		s := &shell{out: &out, err: &errors, systems: catalog.Systems()}
		if code := s.main(strings.Fields("bench migration --seeds=1 --workers=1 --stress=1ms --out=" + file + args)); code != 0 {
			t.Fatalf("%s: exit code %d, %s", args, code, &errors)
		}
		return out.String()
	}
	first := run(" --cap=20 --json")
	if again := run(" --report --json"); again != first {
		t.Errorf("reported:\n%s\nwhen it was run:\n%s", again, first)
	}
	for _, want := range []string{`"bug":"mtable/QueryStreamedLock"`, `"strategy":"pct:3"`, `"result":"found"`, `"scripted":true`, `"strategy":"load"`, `"strategy":"load with reference"`, `"shrunk":`} {
		if !strings.Contains(first, want) {
			t.Errorf("%s is missing in:\n%s", want, first)
		}
	}
	if text := run(" --report"); !strings.Contains(text, "MigrateSkipPreferOld *") || !strings.Contains(text, "20 executions for a seed") {
		t.Error(text)
	}
}

// Medians are of the searches that found the bug; the study's figures stand where they were measured.
func TestMigrationTable(t *testing.T) {
	m := &migrationCommand{Seeds: 3}
	rows, err := m.pursuits(&shell{systems: catalog.Systems()})
	if err != nil {
		t.Fatal(err)
	}
	rs := &results[sought]{}
	add := func(scripted bool, strategy string, seed uint64, result string, schedules uint64) {
		rs.rows = append(rs.rows, sought{
			trial:    trial{Bug: "mtable/MigrateSkipPreferOld", Seed: seed, Result: result, Schedules: schedules, Steps: 7, Seconds: float64(schedules) / 10},
			Strategy: strategy, Scripted: scripted,
		})
	}
	for seed := range uint64(3) {
		add(false, "random", seed+1, notFound, 100)
		add(false, "portfolio", seed+1, found, 10*seed+5)
		add(true, "random", seed+1, found, 4-seed)
	}
	add(true, "random", 2, cut, 50)  // the later one counts
	add(true, "random", 9, found, 1) // beyond the seeds
	want := map[string]string{
		"MigrateSkipPreferOld":   "||-|-|-|-|15|1.5|7",
		"MigrateSkipPreferOld *": "-|1.1|4 (2/3)|0.4|-|-|-|-|-",
	}
	for _, row := range m.table(rs, rows).rows {
		if w, ok := want[row[0]]; ok && strings.Join(row[1:], "|") != w {
			t.Errorf("%s: %q, want %q", row[0], row[1:], w)
		}
		delete(want, row[0])
	}
	if len(want) > 0 {
		t.Errorf("no rows %v", want)
	}
	notes := strings.Join(m.notes(rs, rows), "\n")
	for _, want := range []string{
		"random: 2 of 6 searches found their bug, the slowest after 0.4 s (mtable/MigrateSkipPreferOld, seed 1, 4 executions).",
		"portfolio: 3 of 3 searches found their bug, the slowest after 2.5 s (mtable/MigrateSkipPreferOld, seed 3, 25 executions).",
		"The study's 11 bugs by the common test, portfolio: 3 of 3 searches found their bug, in 4.5 s together, the slowest in 2.5 s.",
		"MigrateSkipPreferOld *, random: 1 of the seeds were cut by --time, after 50 to 50 executions.",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is missing in\n%s", want, notes)
		}
	}
}
