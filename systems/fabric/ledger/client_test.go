package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// script is a Caller whose calls end as it says, one after the other.
type script struct {
	service.Caller
	ends []any // an error, or the text of an answer
	got  []string
}

func (s *script) Call(_ context.Context, _ service.PartitionID, req []byte) ([]byte, error) {
	s.got = append(s.got, string(req))
	end := s.ends[len(s.got)-1]
	if err, ok := end.(error); ok {
		return nil, err
	}
	return []byte(end.(string)), nil
}

// client returns one that tries three times.
func client(t *testing.T, ends ...any) (*Client, *script) {
	t.Helper()
	s := &script{ends: ends}
	c, err := NewClient(s, ClientConfig{
		Name: "t", Partition: service.PartitionID{Service: "ledger"}, Tries: 3, Wait: func(ctx context.Context, _ int) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

// What was done is told apart from what was not, and from what is in doubt: an attempt of which nothing was heard, or of
// which the replica itself does not know, is in doubt until there is an answer that stays.
func TestClient(t *testing.T) {
	none, lost := service.ErrNoPrimary, service.ErrNoAnswer
	for _, test := range []struct {
		ends []any
		want error
	}{
		{[]any{"ok 5"}, nil},
		{[]any{none, lost, "ok 5"}, nil},
		{[]any{"in-doubt 0", "unavailable 0", "ok 5"}, nil},
		{[]any{lost, "insufficient 3"}, ErrInsufficient},
		{[]any{"no-account 0"}, ErrNoAccount},
		{[]any{"superseded 0"}, ErrSuperseded},
		{[]any{none, none, none}, ErrUnavailable},
		{[]any{"unavailable 0", none, "unavailable 0"}, ErrUnavailable},
		{[]any{lost, none, none}, ErrInDoubt},
		{[]any{"unavailable 0", "in-doubt 0", "unavailable 0"}, ErrInDoubt},
		{[]any{none, none, &service.ServeError{Text: "no ledger"}}, ErrInDoubt},
		{[]any{none, none, "gibberish"}, ErrInDoubt},
	} {
		c, s := client(t, test.ends...)
		left, err := c.Transfer(t.Context(), "a", "b", 1)
		if !errors.Is(err, test.want) || len(s.got) != len(test.ends) {
			t.Errorf("%v: %v after %d attempts, want %v", test.ends, err, len(s.got), test.want)
		}
		if err == nil && left != 5 {
			t.Errorf("%v: %d is left", test.ends, left)
		}
		for _, q := range s.got {
			if q != "transfer t/1 a b 1" {
				t.Errorf("%v: %q is sent", test.ends, q)
			}
		}
	}
}

// Reads are never in doubt.
func TestClientReads(t *testing.T) {
	c, _ := client(t, service.ErrNoAnswer, "in-doubt 0", service.ErrNoAnswer)
	if _, err := c.Balance(t.Context(), "a"); !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrInDoubt) {
		t.Error(err)
	}
	c, _ = client(t, service.ErrNoAnswer, "ok 0 2")
	if sum, n, err := c.Audit(t.Context()); sum != 0 || n != 2 || err != nil {
		t.Error(sum, n, err)
	}
}

// Every request has a number of its own, also behind one in doubt, and numbers go on where the client says.
func TestClientNumbers(t *testing.T) {
	c, s := client(t, service.ErrNoAnswer, service.ErrNoAnswer, service.ErrNoAnswer, "ok 0", "ok 0")
	c.last = 41
	_, _ = c.Transfer(t.Context(), "a", "b", 1)
	_ = c.Open(t.Context(), "a", 0)
	_, _ = c.Transfer(t.Context(), "a", "a", 1) // is not sent
	_ = c.Open(t.Context(), "b", 0)
	if got := fmt.Sprint(s.got[2:]); got != "[transfer t/42 a b 1 open t/43 a 0 open t/44 b 0]" || c.Last() != 44 {
		t.Error(got, c.Last())
	}
}

// The end of the context ends the attempts.
func TestClientContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, _ := client(t, service.ErrNoAnswer)
	if err := c.Open(ctx, "a", 0); !errors.Is(err, ErrInDoubt) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := backOff(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := backOff(t.Context(), 1); err != nil {
		t.Error(err)
	}
}

func TestClientConfig(t *testing.T) {
	at := service.PartitionID{Service: "ledger"}
	for want, cfg := range map[string]ClientConfig{
		"the client has 0 bytes":   {Partition: at},
		"letters, digits":          {Name: "a b", Partition: at},
		"Partition has no service": {Name: "a"},
		"Tries is -1":              {Name: "a", Partition: at, Tries: -1},
	} {
		if _, err := NewClient(&script{}, cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", cfg, err, want)
		}
	}
	if _, err := NewClient(nil, ClientConfig{Name: "a", Partition: at}); err == nil {
		t.Error("a client without a Caller")
	}
}
