package cli

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// What package check takes at most.
const (
	maxSchedules = math.MaxInt64
	maxWorkers   = 1024
	maxSteps     = math.MaxInt32
)

const aNumber = "a number of at least 1"

// wants says what the values of flags are.
var wants = map[string]string{
	"schedules": aNumber,
	"time":      "a positive duration, such as 30s",
	"strategy":  "the name of a strategy: ravel strategies lists them",
	"seed":      "a number, or random",
	"workers":   aNumber,
	"processes": "1 or 0",
	"isolate":   "1 or 0",
	"steps":     aNumber,
	"run":       "a regular expression, as in go test",
}

// CheckAllowLeak reports what is wrong with a pattern of goroutines that may be left when a test is over.
func CheckAllowLeak(as, pattern string) error {
	if pattern == "" {
		return fmt.Errorf("%s is empty, which would match every goroutine: want a regular expression that matches the name of a function", as)
	}
	if strings.Contains(pattern, "\n") {
		return fmt.Errorf("%s=%q: want a regular expression without a line break; give the flag once for each pattern", as, pattern)
	}
	if _, err := regexp.Compile(pattern); err != nil {
		return fmt.Errorf("%s=%s: want a regular expression of Go's syntax: %w", as, pattern, err)
	}
	return nil
}

// CheckSetting reports what is wrong with the value of a setting: schedules, time, strategy, seed, workers, processes or steps.
// The error calls it as the user did, --time or RAVEL_TIME.
func CheckSetting(setting, as, value string) error {
	want := ""
	switch setting {
	case "schedules":
		want = wantNumber(value, maxSchedules)
	case "workers":
		want = wantNumber(value, maxWorkers)
	case "steps":
		want = wantNumber(value, maxSteps)
	case "time":
		if d, err := time.ParseDuration(value); err != nil || d <= 0 {
			want = wants[setting]
		}
	case "seed":
		if _, err := strconv.ParseUint(value, 0, 64); err != nil && value != "random" {
			want = wants[setting]
		}
	case "processes", "isolate":
		if _, err := strconv.ParseBool(value); err != nil {
			want = wants[setting]
		}
	case "strategy":
		return checkStrategy(as, value)
	}
	if want == "" {
		return nil
	}
	return fmt.Errorf("%s=%s: want %s", as, value, want)
}

func checkStrategy(as, value string) error {
	_, err := strategy.Parse(value)
	if err != nil && as != "--strategy" {
		return fmt.Errorf("%s: %w", as, err)
	}
	return err // it begins with the name of the setting
}

// wantNumber says what is wanted if the value is not a number from 1 to most.
func wantNumber(value string, most uint64) string {
	n, err := strconv.ParseUint(value, 0, 64)
	below, negative := strconv.ParseInt(value, 0, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || n > most:
		return fmt.Sprintf("at most %d", most)
	case err == nil && n == 0 || negative == nil && below < 0:
		return "at least 1"
	case err != nil:
		return aNumber
	}
	return ""
}

// CheckSettings reports the first setting of an exploration that makes no sense. Nil and "" are settings that were not
// given.
func CheckSettings(schedules *uint64, span *time.Duration, spec, seed string, workers, steps *int) error {
	given := map[string]string{"strategy": spec, "seed": seed}
	if schedules != nil {
		given["schedules"] = fmt.Sprint(*schedules)
	}
	if span != nil {
		given["time"] = span.String()
	}
	if workers != nil {
		given["workers"] = fmt.Sprint(*workers)
	}
	if steps != nil {
		given["steps"] = fmt.Sprint(*steps)
	}
	for _, setting := range []string{"strategy", "seed", "schedules", "time", "workers", "steps"} {
		if v := given[setting]; v != "" {
			if err := CheckSetting(setting, "--"+setting, v); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	badValue   = regexp.MustCompile(`^--([\w-]+): expected .*? but got "([^"]*)"`)
	noneAtAll  = regexp.MustCompile(`^--([\w-]+): expected .*? but got "EOL"`)
	suggestion = regexp.MustCompile(`, did you mean "(-\w|--help)"\?`)
)

// Explain says in our words what the command-line library found wrong with a flag or its value.
func Explain(err error) error {
	text := err.Error()
	if m := noneAtAll.FindStringSubmatch(text); m != nil {
		text = "--" + m[1] + " has no value"
		if want := wants[m[1]]; want != "" {
			text += ": want " + want
		}
		return errors.New(text)
	}
	if m := badValue.FindStringSubmatch(text); m != nil {
		if err := CheckSetting(m[1], "--"+m[1], m[2]); err != nil {
			return err
		}
		return fmt.Errorf("--%s=%s: want another value", m[1], m[2])
	}
	if suggestion.MatchString(text) {
		return errors.New(suggestion.ReplaceAllString(text, ""))
	}
	if rest, ok := strings.CutPrefix(text, "unexpected argument "); ok {
		return fmt.Errorf("unexpected argument %q", rest)
	}
	return err
}
