package schedule

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// FileVersion is the format version of the files that this package writes.
const FileVersion = 1

const (
	fileMagic = "ravel schedule "
	fileHint  = "# A schedule that failed. The test tries it first. Keep it under version control; delete it when it is stale."
)

// MarshalText writes the record in the file format that the package comment specifies. The error is that of Validate.
func (r *Record) MarshalText() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	b := fmt.Appendf(nil, "%s%d\n%s\n", fileMagic, FileVersion, fileHint)
	for _, f := range headerFields {
		b = append(b, f.key...)
		if v := f.get(&r.Header); v != "" {
			b = append(b, ' ')
			b = append(b, v...)
		}
		b = append(b, '\n')
	}
	for _, g := range r.Budgets {
		b = fmt.Appendf(b, "budget %s %d\n", quoteWord(g.Name), g.Units)
	}
	b = append(b, '\n')
	return appendChoices(b, r.Choices), nil
}

func appendChoices(b []byte, choices []Named) []byte {
	for i := 0; i < len(choices); {
		c, times := choices[i], 1
		for i+times < len(choices) && choices[i+times] == c.after(times) {
			times++
		}
		b = fmt.Appendf(b, "%s %d/%d %s", c.Kind, c.Value, c.N, quoteWord(c.Op))
		if c.Kind != Schedule || c.Nth != 0 {
			b = fmt.Appendf(b, " #%d", c.Nth)
		}
		if times > 1 {
			b = fmt.Appendf(b, " x%d", times)
		}
		b = append(b, '\n')
		i += times
	}
	return fmt.Appendf(b, "end %d\n", len(choices))
}

// after is the choice that a folded line holds n places after its first one.
func (c Named) after(n int) Named {
	if c.Kind != Schedule {
		c.Nth += n
	}
	return c
}

// headerField is a line of the header: a key, a space, a value.
type headerField struct {
	key string
	get func(*Header) string
	set func(*Header, string) error
}

// headerFields are all lines of the header but those of the budgets, in the order in which they are written.
var headerFields = []headerField{
	textField("package", func(h *Header) *string { return &h.Package }),
	textField("test", func(h *Header) *string { return &h.Test }),
	textField("code", func(h *Header) *string { return &h.Code }),
	textField("strategy", func(h *Header) *string { return &h.Strategy }),
	uintField("seed", func(h *Header) *uint64 { return &h.Seed }),
	uintField("execution", func(h *Header) *uint64 { return &h.Execution }),
	intField("steps", func(h *Header) *int { return &h.MaxSteps }),
	intField("threshold", func(h *Header) *int { return &h.Threshold }),
	{"clock", func(h *Header) string { return h.Clock.String() }, setClock},
	{"lasso", func(h *Header) string { return strconv.FormatBool(h.Lasso) }, setLasso},
	textField("failure", func(h *Header) *string { return &h.Failure }),
	textField("message", func(h *Header) *string { return &h.Message }),
}

func textField(key string, at func(*Header) *string) headerField {
	return headerField{key,
		func(h *Header) string { return quoteRest(*at(h)) },
		func(h *Header, v string) (err error) { *at(h), err = unquote(v); return }}
}

func uintField(key string, at func(*Header) *uint64) headerField {
	return headerField{key,
		func(h *Header) string { return strconv.FormatUint(*at(h), 10) },
		func(h *Header, v string) (err error) { *at(h), err = strconv.ParseUint(v, 10, 64); return }}
}

func intField(key string, at func(*Header) *int) headerField {
	return headerField{key,
		func(h *Header) string { return strconv.Itoa(*at(h)) },
		func(h *Header, v string) (err error) { *at(h), err = parseCount(v); return }}
}

func setClock(h *Header, v string) error {
	for i, name := range clockNames {
		if v == name {
			h.Clock = Clock(i)
			return nil
		}
	}
	return fmt.Errorf("unknown clock %q", v)
}

func setLasso(h *Header, v string) (err error) {
	if h.Lasso = v == "true"; !h.Lasso && v != "false" {
		return fmt.Errorf("lasso is %q, neither true nor false", v)
	}
	return nil
}

func parseCount(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number of 0 or more", v)
	}
	return n, nil
}

// quoteRest writes a value that ends with its line: as it is if that can be read back, else as a Go string.
func quoteRest(s string) string {
	if strings.TrimSpace(s) == s && !strings.HasPrefix(s, `"`) && isPrintable(s) {
		return s
	}
	return strconv.Quote(s)
}

// quoteWord writes a value that ends at the next space.
func quoteWord(s string) string {
	if s != "" && !strings.ContainsAny(s, " \"") && isPrintable(s) {
		return s
	}
	return strconv.Quote(s)
}

// isPrintable is false for invalid UTF-8 and for the replacement character, which cannot be told from it.
func isPrintable(s string) bool {
	return !bytes.ContainsRune([]byte(s), unicode.ReplacementChar) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func unquote(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	v, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("%s is not a quoted string", s)
	}
	return v, nil
}

// cutWord splits off the first word, which may be quoted.
func cutWord(s string) (word, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		word, rest, _ = strings.Cut(s, " ")
		return word, rest, nil
	}
	q, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", fmt.Errorf("%s has no closing quote", s)
	}
	word, err = strconv.Unquote(q)
	return word, strings.TrimPrefix(s[len(q):], " "), err
}
