package cli_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"short", "short"},
		{"a line that is too long for it", "a line that is too\n  long for it"},
		{"a  b ccccc ddddd eeeee fffff", "a  b ccccc ddddd\n   eeeee fffff"},
		{"one\n  two three four five six", "one\n  two three four\n    five six"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b"},
	} {
		if got := cli.Wrap(c.in, 20); got != c.want {
			t.Errorf("cli.Wrap(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDoubleHyphens(t *testing.T) {
	args := []string{"test", "-run", "X", "-seed=3", "--time", "-1", "-h", "-v", "-", "--"}
	want := []string{"test", "--run", "X", "--seed=3", "--time", "-1", "-h", "-v", "-", "--"}
	if got := cli.DoubleHyphens(args); !slices.Equal(got, want) || args[1] != "-run" {
		t.Errorf("%q of %q", got, args)
	}
}

func TestCheckSetting(t *testing.T) {
	for _, c := range []struct{ setting, good, bad, want string }{
		{"schedules", "1 0x10 9223372036854775807", "x 1.5 1k", "a number of at least 1"},
		{"schedules", "", "0 -1 0x0", "at least 1"},
		{"schedules", "", "9223372036854775808 99999999999999999999", "at most 9223372036854775807"},
		{"time", "30s 1ms 1h2m", "0s -1s 5 x", "a positive duration, such as 30s"},
		{"seed", "0 18446744073709551615 random", "x -1 18446744073709551616", "a number, or random"},
		{"workers", "1 1024", "1025", "at most 1024"},
		{"steps", "1 2147483647", "0 -3", "at least 1"},
	} {
		for _, v := range strings.Fields(c.good) {
			if err := cli.CheckSetting(c.setting, "X", v); err != nil {
				t.Error(err)
			}
		}
		for _, v := range strings.Fields(c.bad) {
			if err := cli.CheckSetting(c.setting, "RAVEL_X", v); err == nil || err.Error() != "RAVEL_X="+v+": want "+c.want {
				t.Errorf("%s %s: %v", c.setting, v, err)
			}
		}
	}
	if err := cli.CheckSetting("strategy", "--strategy", "pct:3"); err != nil {
		t.Error(err)
	}
	if err := cli.CheckSetting("strategy", "RAVEL_STRATEGY", "x"); err == nil || !strings.HasPrefix(err.Error(), `RAVEL_STRATEGY: strategy "x"`) {
		t.Error(err)
	}
}

func TestCheckSettings(t *testing.T) {
	if err := cli.CheckSettings(nil, nil, "", "", nil, nil); err != nil {
		t.Error(err)
	}
	zero, none, span := 0, uint64(0), -time.Second
	for want, err := range map[string]error{
		"--schedules=0": cli.CheckSettings(&none, nil, "", "", nil, nil),
		"--time=-1s":    cli.CheckSettings(nil, &span, "", "", nil, nil),
		`strategy "x"`:  cli.CheckSettings(nil, nil, "x", "", nil, nil),
		"--seed=y":      cli.CheckSettings(nil, nil, "", "y", nil, nil),
		"--workers=0":   cli.CheckSettings(nil, nil, "", "", &zero, nil),
		"--steps=0":     cli.CheckSettings(nil, nil, "", "", nil, &zero),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), want+": ") {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestExplain(t *testing.T) {
	for in, want := range map[string]string{
		`--schedules: expected uint value but got "-1" (short flag); perhaps try --schedules="-1"?`: `--schedules=-1: want at least 1`,
		`--workers: expected a valid 64 bit int but got "x"`:                                        `--workers=x: want a number of at least 1`,
		`--time: expected duration but got "5": time: missing unit in duration "5"`:                 `--time=5: want a positive duration, such as 30s`,
		`--seed: expected string value but got "EOL" (<EOL>)`:                                       `--seed has no value: want a number, or random`,
		`--other: expected string value but got "EOL" (<EOL>)`:                                      `--other has no value`,
		`--other: expected int but got "y"`:                                                         `--other=y: want another value`,
		`unknown flag -x, did you mean "-h"?`:                                                       `unknown flag -x`,
		`unknown flag --tim, did you mean "--time"?`:                                                `unknown flag --tim, did you mean "--time"?`,
		`unexpected argument extra`:                                                                 `unexpected argument "extra"`,
	} {
		if got := cli.Explain(errors.New(in)); got.Error() != want {
			t.Errorf("%s\nis explained as %s\nand not as      %s", in, got, want)
		}
	}
}
