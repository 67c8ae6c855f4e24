package schedule

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// maxFileSize bounds the text that is read, in bytes.
const maxFileSize = 64 << 20

// The advice that file errors give.
const (
	adviceRestore = "restore it from version control, or delete it and let the test find the failure again"
	adviceForeign = "saved schedules begin with the line \"ravel schedule 1\"; move this file out of testdata/ravel or give the name of another"
	adviceNewer   = "upgrade github.com/ravelgo/ravel in this module, or delete the file"
)

// UnmarshalText reads what MarshalText wrote. Windows line ends, empty lines and lines that begin with "#" do not
// matter. Every error is a *FileError without a path; the record is then unchanged.
func (r *Record) UnmarshalText(text []byte) error {
	if len(text) > maxFileSize {
		return &FileError{Err: ErrTooBig, Reason: fmt.Sprintf("it has %d bytes", len(text)), Advice: adviceForeign}
	}
	p := parser{rest: text}
	if err := p.parse(); err != nil {
		return err
	}
	*r = p.rec
	return nil
}

// parser reads a file line by line.
type parser struct {
	rest []byte
	line int
	text string // the current line, trimmed
	seen map[string]bool
	rec  Record
}

// scan goes to the next line that says something.
func (p *parser) scan() bool {
	for len(p.rest) > 0 {
		line, rest, _ := bytes.Cut(p.rest, []byte("\n"))
		p.rest = rest
		p.line++
		p.text = string(bytes.TrimSpace(line))
		if p.text != "" && p.text[0] != '#' {
			return true
		}
	}
	return false
}

func (p *parser) corrupt(format string, args ...any) error {
	return &FileError{Line: p.line, Err: ErrCorrupt, Reason: fmt.Sprintf(format, args...), Advice: adviceRestore}
}

func (p *parser) parse() error {
	if err := p.magic(); err != nil {
		return err
	}
	for p.scan() {
		word, rest, _ := strings.Cut(p.text, " ")
		var err error
		switch word {
		case "end":
			return p.end(rest)
		case kindNames[Schedule], kindNames[Bool], kindNames[Int]:
			err = p.choice(word, rest)
		case "<<<<<<<", "=======", ">>>>>>>", "|||||||":
			err = fmt.Errorf("a merge left conflict markers in it")
		default:
			err = p.header(word, rest)
		}
		if err != nil {
			return p.corrupt("%v", err)
		}
	}
	return &FileError{Line: p.line, Err: ErrTruncated, Reason: `its last line, which begins with "end", is missing`, Advice: adviceRestore}
}

func (p *parser) magic() error {
	p.text = ""
	if !bytes.HasPrefix(p.rest, []byte(fileMagic)) || !p.scan() {
		return &FileError{Line: 1, Err: ErrForeign, Reason: "its first line is another", Advice: adviceForeign}
	}
	version := strings.TrimPrefix(p.text, strings.TrimSpace(fileMagic))
	v, err := parseCount(strings.TrimSpace(version))
	switch {
	case err != nil || v == 0:
		return p.corrupt("%q is not a format version", strings.TrimSpace(version))
	case v > FileVersion:
		return &FileError{Line: 1, Err: ErrNewer, Reason: fmt.Sprintf("its format version is %d, this one reads up to %d", v, FileVersion), Advice: adviceNewer}
	}
	return nil
}

func (p *parser) header(key, value string) error {
	if len(p.rec.Choices) > 0 {
		return fmt.Errorf("%q is not a kind of choice", key)
	}
	if key == "budget" {
		return p.budget(value)
	}
	for _, f := range headerFields {
		if f.key != key {
			continue
		}
		if p.seen[key] {
			return fmt.Errorf("it has two lines %q", key)
		}
		if p.seen == nil {
			p.seen = make(map[string]bool)
		}
		p.seen[key] = true
		if err := f.set(&p.rec.Header, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	}
	return fmt.Errorf("%q is not a line that this format knows", key)
}

func (p *parser) budget(value string) error {
	name, units, err := cutWord(value)
	if err != nil {
		return err
	}
	n, err := parseCount(units)
	if err != nil {
		return fmt.Errorf("budget %s: %w", name, err)
	}
	p.rec.Budgets = append(p.rec.Budgets, Budget{name, n})
	return p.rec.Settings.validate()
}

// choice reads the rest of a line such as "bool 1/2 0.2 #4 x3".
func (p *parser) choice(kind, rest string) error {
	var c Named
	for i, name := range kindNames {
		if name == kind {
			c.Kind = Kind(i)
		}
	}
	of, rest, _ := strings.Cut(rest, " ")
	value, n, _ := strings.Cut(of, "/")
	var err, err2 error
	c.Value, err = parseCount(value)
	c.N, err2 = parseCount(n)
	if err != nil || err2 != nil {
		return fmt.Errorf("%q is not a value, a slash and the number of values", of)
	}
	if err := c.validate(); err != nil {
		return err
	}
	if rest == "" {
		return fmt.Errorf("the choice names no operation")
	}
	if c.Op, rest, err = cutWord(rest); err != nil {
		return err
	}
	times, err := p.counts(&c, rest)
	if err != nil {
		return err
	}
	if times > MaxChoices-len(p.rec.Choices) {
		return fmt.Errorf("it holds more than %d choices", MaxChoices)
	}
	for i := range times {
		p.rec.Choices = append(p.rec.Choices, c.after(i))
	}
	return nil
}

// counts reads the optional "#nth" and "xtimes" at the end of a choice.
func (p *parser) counts(c *Named, rest string) (times int, err error) {
	times = 1
	var word string
	if strings.HasPrefix(rest, "#") {
		word, rest, _ = strings.Cut(rest[1:], " ")
		if c.Nth, err = strconv.Atoi(word); err != nil || c.Nth < 0 || c.Nth > maxNth {
			return 0, fmt.Errorf("#%s is not the number of a choice", word)
		}
	}
	if strings.HasPrefix(rest, "x") {
		word, rest, _ = strings.Cut(rest[1:], " ")
		if times, err = strconv.Atoi(word); err != nil || times < 1 {
			return 0, fmt.Errorf("x%s is not a number of repetitions", word)
		}
	}
	if rest != "" {
		return 0, fmt.Errorf("%q at the end of a choice has no meaning", rest)
	}
	return times, nil
}

// end checks that nothing is missing and nothing follows.
func (p *parser) end(count string) error {
	if n, err := parseCount(count); err != nil || n != len(p.rec.Choices) {
		return p.corrupt("it holds %d choices, but its last line says %s", len(p.rec.Choices), count)
	}
	for _, f := range headerFields {
		if !p.seen[f.key] {
			return p.corrupt("its header has no line %q", f.key)
		}
	}
	if err := p.rec.validate(); err != nil {
		return p.corrupt("%v", err)
	}
	if p.scan() {
		return p.corrupt("text follows its last line")
	}
	return nil
}
