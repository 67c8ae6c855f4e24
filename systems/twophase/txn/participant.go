package txn

import "fmt"

// Tx is the number of a transaction. Numbers grow; 0 is none.
type Tx uint64

// Write is what a transaction does: it writes a value under a key.
type Write struct{ Key, Value string }

// Vote is the answer to Prepare.
type Vote uint8

// The votes. Silent is none: the transaction is decided, and nobody waits for one.
const (
	Silent Vote = iota
	No
	Yes
)

// String returns the vote as a word.
func (v Vote) String() string {
	switch v {
	case Silent:
		return "silent"
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return fmt.Sprintf("Vote(%d)", uint8(v))
}

// Judge decides how a participant votes. It is asked once for each transaction, unless a crash forgets the answer.
type Judge interface {
	Accept(tx Tx, w Write) bool
}

// Error says that the coordinator asks for what it may not ask for.
type Error struct {
	Call string // Prepare, Commit or Abort
	Tx   Tx
	Why  string
}

func (e *Error) Error() string { return fmt.Sprintf("%s of transaction %d: %s", e.Call, e.Tx, e.Why) }

// Participant keeps what transactions write. Make one with Open.
//
// Invariant: prepared is 0 or larger than decided, and so is refused; not both are set.
type Participant struct {
	log   journal
	judge Judge
	bugs  Bugs

	data      map[string]string
	decided   Tx    // the newest transaction of which the outcome is known
	committed bool  // its outcome
	prepared  Tx    // voted for, and not decided
	write     Write // of prepared
	refused   Tx    // voted against, and not decided
	failed    error // of the file
}

// Open returns the participant whose log a file holds: a new one if the file is empty.
func Open(f File, j Judge, b Bugs) (*Participant, error) {
	p := &Participant{log: journal{file: f, unsynced: b.Has(Unsynced)}, judge: j, bugs: b, data: map[string]string{}}
	if err := b.check(); err != nil {
		return nil, err
	}
	if err := p.log.replay(p.apply); err != nil {
		return nil, fmt.Errorf("txn: reading the log: %w", err)
	}
	return p, nil
}

// Prepare asks for the vote on a transaction.
func (p *Participant) Prepare(tx Tx, w Write) (Vote, error) {
	switch {
	case p.failed != nil:
		return Silent, p.failed
	case tx <= p.decided:
		return Silent, nil
	case tx == p.prepared:
		return Yes, nil
	case tx == p.refused:
		return No, nil
	case p.prepared != 0:
		return Silent, &Error{"Prepare", tx, fmt.Sprintf("transaction %d is prepared and undecided", p.prepared)}
	}
	vote, r := No, record{kind: refused, tx: tx}
	if p.judge.Accept(tx, w) {
		vote, r = Yes, record{kind: prepared, tx: tx, write: w}
	}
	return vote, p.promise(r)
}

// Commit tells that a transaction is committed. It reports whether that was new.
func (p *Participant) Commit(tx Tx) (changed bool, err error) {
	switch {
	case p.failed != nil:
		return false, p.failed
	case tx == p.prepared && tx != 0:
		return true, p.promise(record{kind: committed, tx: tx})
	case tx > p.decided || tx == 0:
		return false, &Error{"Commit", tx, "this participant has not voted for it"}
	case tx == p.decided && !p.committed:
		return false, &Error{"Commit", tx, "it is aborted here"}
	}
	return false, nil
}

// Abort tells that a transaction is aborted, which the participant may not have heard of. It reports whether that was
// new.
func (p *Participant) Abort(tx Tx) (changed bool, err error) {
	switch {
	case p.failed != nil:
		return false, p.failed
	case tx <= p.decided:
		return false, nil
	case p.prepared != 0 && tx != p.prepared:
		return false, &Error{"Abort", tx, fmt.Sprintf("transaction %d is prepared and undecided", p.prepared)}
	}
	return true, p.promise(record{kind: aborted, tx: tx})
}

// Read returns the committed value of a key, and whether there is one.
func (p *Participant) Read(key string) (string, bool) {
	v, ok := p.data[key]
	return v, ok
}

// Undecided returns the transaction that is prepared and not decided, or 0.
func (p *Participant) Undecided() Tx { return p.prepared }

// promise logs a record, and then does what it says.
func (p *Participant) promise(r record) error {
	if err := p.log.append(r); err != nil {
		p.failed = fmt.Errorf("txn: writing the log: %w", err)
		return p.failed
	}
	if p.bugs.Has(Unapplied) && r.kind == committed {
		p.decide(r.tx, true)
		return nil
	}
	p.apply(r)
	return nil
}

// apply does what a record says: when it is written, and when it is read again.
func (p *Participant) apply(r record) {
	switch r.kind {
	case prepared:
		p.prepared, p.write, p.refused = r.tx, r.write, 0
	case refused:
		p.refused = r.tx
	case committed:
		p.data[p.write.Key] = p.write.Value
		p.decide(r.tx, true)
	case aborted:
		p.decide(r.tx, false)
	}
}

func (p *Participant) decide(tx Tx, committed bool) {
	p.decided, p.committed = tx, committed
	p.prepared, p.write, p.refused = 0, Write{}, 0
}
