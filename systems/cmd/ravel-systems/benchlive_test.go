package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// madeUp measures nothing: live takes three quarters of what protoactor takes, but for a ring, and bare takes half.
func madeUp(calls *[]string) liveMeasure {
	return func(_ context.Context, program, contender string) (liveSample, error) {
		*calls = append(*calls, program+" "+contender)
		share := map[string]float64{ravelLive: 0.75, protoActor: 1, bareChannel: 0.5, bareNats: 0.5}[contender]
		if program == "ring" && contender == ravelLive {
			share = 1.25
		}
		return liveSample{"each_ns": 100 * share, "median_us": 2 * share, "p99_us": 20 * share, "bytes": 1300 * share}, nil
	}
}

func liveShell(measure liveMeasure) (s *shell, out, errs *bytes.Buffer, cleaned *bool) {
	out, errs, cleaned = &bytes.Buffer{}, &bytes.Buffer{}, new(bool)
	s = &shell{out: out, err: errs, live: func(context.Context) (liveMeasure, func(), error) {
		return measure, func() { *cleaned = true }, nil
	}}
	return s, out, errs, cleaned
}

func TestLiveTable(t *testing.T) {
	var calls []string
	s, out, errs, cleaned := liveShell(madeUp(&calls))
	if code := s.main([]string{"bench", "live", "--runs=2"}); code != cli.Clean || !*cleaned {
		t.Fatalf("exit code %d, %s; cleaned: %v", code, errs, *cleaned)
	}
	want := strings.Join([]string{
		"program        live  protoactor   bare  ratio        bar  meets",
		"send, ns      75.00       100.0  50.00   0.75    <= 1.00  yes",
		"outside, ns   75.00       100.0  50.00   0.75    <= 1.00  yes",
		"pingpong, ns  75.00       100.0  50.00   0.75    <= 1.00  yes",
		"ring, ns      125.0       100.0  50.00   1.25    <= 1.00  NO",
		"fanin, ns     75.00       100.0  50.00   0.75    <= 1.00  yes",
		"fanout, ns    75.00       100.0  50.00   0.75    <= 1.00  yes",
		"remote, ns    75.00       100.0  50.00   0.75          -  -",
		"idle, B       975.0      1300.0  650.0   0.75  <= 1024.0  yes",
		"idle, ns      75.00       100.0  50.00   0.75          -  -",
		"",
		"latency, us  live    p99  protoactor    p99  bare  p99",
		"trip         1.50  15.00        2.00  20.00  1.00  10.00",
		"ask          1.50  15.00        2.00  20.00  1.00  10.00",
		"remotetrip   1.50  15.00        2.00  20.00  1.00  10.00",
		"",
	}, "\n")
	if !strings.HasPrefix(out.String(), want) {
		t.Errorf("got\n%swant\n%s", out, want)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if len(line) > cli.Columns {
			t.Errorf("wider than %d columns: %q", cli.Columns, line)
		}
	}
	if strings.Contains(out.String(), "the machine is busy") {
		t.Errorf("times that are all the same are noisy:\n%s", out)
	}
	// In the second run somebody else comes first.
	first := []string{"send live", "send protoactor", "send channel"}
	second := []string{"send protoactor", "send channel", "send live"}
	if n := len(calls) / 2; !slices.Equal(calls[:3], first) || !slices.Equal(calls[n:n+3], second) {
		t.Errorf("the order is %v and %v", calls[:3], calls[n:n+3])
	}
}

func TestLiveJSON(t *testing.T) {
	var calls []string
	s, out, errs, _ := liveShell(madeUp(&calls))
	if code := s.main([]string{"bench", "live", "--runs=1", "--json"}); code != cli.Clean {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var ring, bytesEach, trip liveLine
	for at, to := range map[int]*liveLine{3: &ring, 10: &trip, 13: &bytesEach} {
		if at >= len(lines) {
			t.Fatalf("%d lines:\n%s", len(lines), out)
		}
		if err := json.Unmarshal([]byte(lines[at]), to); err != nil {
			t.Fatal(err)
		}
	}
	if ring.Program != "ring" || ring.Ratio != 1.25 || *ring.Bar != 1 || ring.BarOf != "ratio" || *ring.Meets || ring.Medians[protoActor] != 100 {
		t.Error(lines[3])
	}
	if trip.Program != "ask" || trip.Figure != "p99_us" || trip.Bar != nil || trip.Meets != nil || trip.Values[bareChannel][0] != 10 {
		t.Error(lines[10])
	}
	if bytesEach.Figure != "bytes" || *bytesEach.Bar != 1024 || bytesEach.BarOf != ravelLive || !*bytesEach.Meets {
		t.Errorf("%v\n%s", lines[13], out)
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, `"runs":1`) {
		t.Error(last)
	}
}

// The ratio is that of the runs, in each of which all have the same noise.
func TestLiveRatio(t *testing.T) {
	f := liveFigures{ravelLive: {50, 500, 60}, protoActor: {100, 1000, 100}}
	if got := f.ratio(); got != 0.5 {
		t.Errorf("%v, want 0.5", got)
	}
	row := liveRow{liveProgram: livePrograms[0], values: map[string]liveFigures{"each_ns": f}}
	if !row.noisy(local) {
		t.Error("times that are ten times as long are not noisy")
	}
}

// A sample that fails, or that lacks what it should have, ends the command.
func TestLiveFails(t *testing.T) {
	for want, measure := range map[string]liveMeasure{
		"measuring send of live: no such thing": func(context.Context, string, string) (liveSample, error) {
			return nil, errors.New("no such thing")
		},
		"measuring send of live: it has not measured each_ns": func(context.Context, string, string) (liveSample, error) {
			return liveSample{"events": 1}, nil
		},
	} {
		s, _, errs, cleaned := liveShell(measure)
		if code := s.main([]string{"bench", "live"}); code != cli.Usage || !strings.Contains(errs.String(), want) || !*cleaned {
			t.Errorf("exit code %d, %s, want %q; cleaned: %v", code, errs, want, *cleaned)
		}
	}
	s, _, errs, _ := liveShell(nil)
	if code := s.main([]string{"bench", "live", "--runs=0"}); code != cli.Usage || !strings.Contains(errs.String(), "--runs=0: want at least 1") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

// An interrupt ends the command, and leaves nothing behind.
func TestLiveInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, _, errs, cleaned := liveShell(func(ctx context.Context, _, _ string) (liveSample, error) {
		cancel()
		return nil, ctx.Err()
	})
	s.ctx = ctx
	if code := s.main([]string{"bench", "live"}); code != interrupted || !*cleaned {
		t.Errorf("exit code %d, %s; cleaned: %v", code, errs, *cleaned)
	}
}

// The programs of the table are those of the package, and print what the table shows.
func TestLiveProgramIsBuilt(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program with dependencies of its own")
	}
	measure, clean, err := buildLive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer clean()
	if s, err := measure(t.Context(), "trip", ravelLive); err != nil || s["median_us"] <= 0 || s["p99_us"] < s["median_us"] {
		t.Errorf("%v, %v", s, err)
	}
	if s, err := measure(t.Context(), "send", bareChannel); err != nil || s["each_ns"] <= 0 {
		t.Errorf("%v, %v", s, err)
	}
	_, err = measure(t.Context(), "", ravelLive)
	if err == nil {
		t.Fatal("a program without a name is measured")
	}
	for _, p := range livePrograms {
		if !strings.Contains(err.Error(), p.name) {
			t.Errorf("%s is not among the programs: %v", p.name, err)
		}
	}
}

// With --report the command prints the tables of what --json has printed, and measures nothing.
func TestLiveReport(t *testing.T) {
	var calls []string
	print := func(args ...string) (string, string, int) {
		s, out, errs, _ := liveShell(madeUp(&calls))
		code := s.main(append([]string{"bench", "live"}, args...))
		return out.String(), errs.String(), code
	}
	table, _, _ := print("--runs=2")
	lines, _, _ := print("--runs=2", "--json")
	measured := len(calls)
	file := filepath.Join(t.TempDir(), "live.jsonl")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(lines)
	if got, errs, code := print("--report=" + file); code != cli.Clean || got != table {
		t.Errorf("exit code %d, %s; got\n%swant\n%s", code, errs, got, table)
	}
	if len(calls) != measured {
		t.Errorf("it has measured %v", calls[measured:])
	}
	first, rest, _ := strings.Cut(lines, "\n")
	place := lines[strings.LastIndex(strings.TrimSpace(lines), "\n"):]
	for name, c := range map[string]struct{ text, want string }{
		"no JSON":     {"hello", "invalid character"},
		"a row less":  {rest, "each_ns of send on live has 0 samples"},
		"nobody's":    {strings.Replace(first, protoActor, "akka", -1) + "\n" + rest, "on protoactor has 0 samples, and 2 on live"},
		"no place":    {strings.TrimSuffix(lines, place), "where it was measured is missing"},
		"both":        {lines, "give one of them"},
		"no such run": {"", "each_ns of send on live has 0 samples"},
	} {
		write(c.text)
		args := []string{"--report=" + file}
		if name == "both" {
			args = append(args, "--json")
		}
		if _, errs, code := print(args...); code == cli.Clean || !strings.Contains(strings.Join(strings.Fields(errs), " "), c.want) {
			t.Errorf("%s: exit code %d, %s, want %q", name, code, errs, c.want)
		}
	}
}
