package ledger

import (
	"fmt"
	"strconv"
	"strings"
)

// entry is an operation of the log, as text: an Open or a Transfer, a mark for reads, or a period of interest.
type entry interface {
	fmt.Stringer
	check() error
}

type (
	mark     struct{}
	interest struct{ Period int64 }
)

func (mark) String() string       { return "read" }
func (mark) check() error         { return nil }
func (i interest) String() string { return "interest " + strconv.FormatInt(i.Period, 10) }
func (i interest) check() error {
	if i.Period <= 0 {
		return fmt.Errorf("there is no period %d: they are numbered from 1", i.Period)
	}
	return nil
}

// DecodeRequest reads the text of a request. Each request has one text.
func DecodeRequest(text string) (Request, error) {
	switch word, _, _ := strings.Cut(text, " "); word {
	case "open", "transfer", "balance", "audit":
		return decode(text)
	}
	return nil, fmt.Errorf("ledger: %.80q is no request: it is an open, a transfer, a balance or an audit", text)
}

// decodeEntry reads the text of an operation of the log.
func decodeEntry(text string) (entry, error) {
	switch word, _, _ := strings.Cut(text, " "); word {
	case "open", "transfer", "read", "interest":
		return decode(text)
	}
	return nil, fmt.Errorf("ledger: %.80q is no operation of the log", text)
}

func decode(text string) (entry, error) {
	f := fields{words: strings.Split(text, " ")}
	var e entry
	switch f.word() {
	case "open":
		e = Open{f.id(), f.word(), f.number()}
	case "transfer":
		e = Transfer{f.id(), f.word(), f.word(), f.number()}
	case "balance":
		e = Balance{f.word()}
	case "audit":
		e = Audit{}
	case "read":
		e = mark{}
	case "interest":
		e = interest{f.number()}
	}
	if f.err == nil {
		f.err = e.check()
	}
	if f.err == nil && e.String() != text {
		f.err = fmt.Errorf("it should be %q", e)
	}
	if f.err != nil {
		return nil, fmt.Errorf("ledger: %.80q: %w", text, f.err)
	}
	return e, nil
}

// fields are the words of a text that are still to be read. The first error stays.
type fields struct {
	words []string
	err   error
}

func (f *fields) word() string {
	if len(f.words) == 0 {
		f.fail("there are words missing")
		return ""
	}
	w := f.words[0]
	f.words = f.words[1:]
	return w
}

func (f *fields) number() int64 {
	w := f.word()
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		f.fail("%q is no number", w)
	}
	return n
}

func (f *fields) id() RequestID {
	w := f.word()
	client, seq, _ := strings.Cut(w, "/")
	n, err := strconv.ParseUint(seq, 10, 64)
	if err != nil {
		f.fail("%q is no request: it is client/number", w)
	}
	return RequestID{client, n}
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}
