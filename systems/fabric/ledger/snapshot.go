package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// A snapshot is text in pieces. The first one says what comes:
//
//	ledger 1 LSN DATALOSS CONF PERIODS HOUSE ACCOUNTS SESSIONS
//
// and the others have lines, as many as fit on a page. All accounts come first, then all sessions, each sorted by names:
//
//	account NAME BALANCE
//	session CLIENT/NUMBER ANSWER

// Snapshot implements service.Replica. It copies the book, which takes time for every account and client there is.
func (r *Replica) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	b := r.book.clone()
	if r.cfg.Bugs.has(F2) {
		clear(b.Sessions)
	}
	live := b.Accounts
	if r.cfg.Bugs.has(F11) {
		live = r.book.Accounts
	}
	return func(yield func([]byte, error) bool) {
		for piece := range b.pages(r.cfg.page(), live) {
			if !yield([]byte(piece), nil) {
				return
			}
		}
	}
}

// pages returns the contents as a snapshot. The balances are those of the other map.
func (b *Contents) pages(size int, balances map[string]int64) iter.Seq[string] {
	return func(yield func(string) bool) {
		head := fmt.Sprintf("ledger 1 %d %d %d %d %d %d %d",
			b.LSN, b.Epoch.DataLoss, b.Epoch.Conf, b.Period, b.House, len(b.Accounts), len(b.Sessions))
		if !yield(head) {
			return
		}
		for page := range slices.Chunk(slices.Sorted(maps.Keys(b.Accounts)), size) {
			if !yield(lines(page, func(name string) string { return fmt.Sprintf("account %s %d", name, balances[name]) })) {
				return
			}
		}
		for page := range slices.Chunk(slices.Sorted(maps.Keys(b.Sessions)), size) {
			if !yield(lines(page, func(client string) string {
				s := b.Sessions[client]
				return fmt.Sprintf("session %v %v", RequestID{client, s.Seq}, s.Answer)
			})) {
				return
			}
		}
	}
}

func lines(names []string, line func(string) string) string {
	var all []string
	for _, n := range names {
		all = append(all, line(n))
	}
	return strings.Join(all, "\n")
}

// Restore implements service.Replica. The book changes when all has come.
func (r *Replica) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	in := reader{book: newContents()}
	for data, err := range pieces {
		if err != nil {
			return err
		}
		for line := range strings.SplitSeq(string(data), "\n") {
			if err := in.line(line); err != nil {
				return fmt.Errorf("ledger: snapshot: %.80q: %w", line, err)
			}
		}
	}
	if err := in.end(); err != nil {
		return fmt.Errorf("ledger: snapshot: %w", err)
	}
	r.waiting = nil
	if r.cfg.Bugs.has(F8) {
		r.base = in.book
		return nil
	}
	r.book = in.book
	return nil
}

// reader reads a snapshot line by line.
type reader struct {
	book               *Contents
	begun              bool
	accounts, sessions int64 // that are to come
}

func (in *reader) line(text string) error {
	f := fields{words: strings.Split(text, " ")}
	switch word := f.word(); {
	case !in.begun:
		if version := f.word(); word != "ledger" || version != "1" {
			return errors.New("it should begin with ledger 1")
		}
		in.begun = true
		in.book.LSN = service.LSN(f.number())
		in.book.Epoch.DataLoss, in.book.Epoch.Conf = f.number(), f.number()
		in.book.Period, in.book.House = f.number(), f.number()
		in.accounts, in.sessions = f.number(), f.number()
	case word == "account":
		in.accounts--
		in.book.Accounts[f.word()] = f.number()
	case word == "session":
		in.sessions--
		id := f.id()
		a, err := DecodeAnswer(strings.Join(f.words, " "))
		if err != nil {
			return err
		}
		f.words = nil
		in.book.Sessions[id.Client] = Session{id.Seq, a}
	default:
		return errors.New("it is no line of a snapshot")
	}
	if len(f.words) > 0 {
		f.fail("there are words too many, from %s on", strconv.Quote(f.words[0]))
	}
	return f.err
}

func (in *reader) end() error {
	switch {
	case !in.begun:
		return errors.New("it is empty")
	case in.accounts != 0 || in.sessions != 0:
		return fmt.Errorf("%d accounts and %d sessions are missing", in.accounts, in.sessions)
	}
	return nil
}
