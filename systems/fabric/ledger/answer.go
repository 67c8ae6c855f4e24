package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Code says how a request has ended.
type Code uint8

// The codes.
const (
	OK           Code = iota // done
	NoAccount                // there is no such account
	Exists                   // the account is there already
	Insufficient             // there is too little on the account
	Overflow                 // a balance would be too large
	Superseded               // the client has made a later request
	BadRequest               // nobody can make sense of it
	Unavailable              // the replica has done nothing; another one, or a later attempt, may
	InDoubt                  // it may have been done, or may be done later
	numCodes
)

// What the client returns, for the codes of the same names.
var (
	ErrNoAccount    = errors.New("ledger: there is no such account")
	ErrExists       = errors.New("ledger: the account is there already")
	ErrInsufficient = errors.New("ledger: there is too little on the account")
	ErrOverflow     = errors.New("ledger: the balance would be too large")
	ErrSuperseded   = errors.New("ledger: the client has made a later request: is its name used twice?")
	ErrBadRequest   = errors.New("ledger: the request makes no sense")
	ErrUnavailable  = errors.New("ledger: nothing was done: no replica can serve the request now")
	ErrInDoubt      = errors.New("ledger: in doubt: the request may have been done, or may be done later")
)

var codes = [numCodes]struct {
	word string
	err  error
}{
	{"ok", nil}, {"no-account", ErrNoAccount}, {"exists", ErrExists}, {"insufficient", ErrInsufficient}, {"overflow", ErrOverflow},
	{"superseded", ErrSuperseded}, {"bad-request", ErrBadRequest}, {"unavailable", ErrUnavailable}, {"in-doubt", ErrInDoubt},
}

// String returns a word.
func (c Code) String() string {
	if c < numCodes {
		return codes[c].word
	}
	return fmt.Sprintf("code-%d", uint8(c))
}

// Err returns the error of a code, nil for OK.
func (c Code) Err() error {
	if c < numCodes {
		return codes[c].err
	}
	return fmt.Errorf("ledger: unknown %v", c)
}

// final reports whether another attempt would have the same end.
func (c Code) final() bool { return c != Unavailable && c != InDoubt }

// Answer answers a request. As text it is the word of the code, the balance, and the number of accounts if it is not 0:
//
//	ok 70
//	insufficient 20
//	ok 0 3
type Answer struct {
	Code     Code
	Balance  int64 // of the account, or the sum of all
	Accounts int   // how many there are; for an Audit
}

func (a Answer) String() string {
	text := a.Code.String() + " " + strconv.FormatInt(a.Balance, 10)
	if a.Accounts != 0 {
		text += " " + strconv.Itoa(a.Accounts)
	}
	return text
}

// DecodeAnswer reads the text of an answer. Each answer has one text.
func DecodeAnswer(text string) (Answer, error) {
	f := fields{words: strings.Split(text, " ")}
	word := f.word()
	a := Answer{Code: numCodes, Balance: f.number()}
	for c := range numCodes {
		if codes[c].word == word {
			a.Code = c
		}
	}
	if len(f.words) > 0 {
		a.Accounts = int(f.number())
	}
	if f.err == nil && (a.Code == numCodes || a.Accounts < 0 || a.String() != text) {
		f.fail("it is not as answers are")
	}
	if f.err != nil {
		return Answer{}, fmt.Errorf("ledger: %.80q is no answer: %w", text, f.err)
	}
	return a, nil
}
