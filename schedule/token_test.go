package schedule_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	. "github.com/ravelgo/ravel/schedule"
)

func token(t *testing.T, r *Record) *Token {
	t.Helper()
	tok, err := NewToken(r.FullName(), r.Settings, choices(r))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestTokenGolden(t *testing.T) {
	var b strings.Builder
	for _, r := range []*Record{{Header: Header{Test: "T"}}, sample(), odd(), random(100, 10, 1)} {
		fmt.Fprintln(&b, token(t, r))
	}
	golden(t, "tokens.txt", []byte(b.String()))
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	if s := token(t, sample()).String(); !strings.Contains(string(doc), "\t"+s+"\n") {
		t.Errorf("the package comment does not show %s", s)
	}
}

func TestTokenRoundTrip(t *testing.T) {
	word := regexp.MustCompile(`^rv1-[A-Za-z0-9_-]+$`)
	records := []*Record{{Header: Header{Test: "T"}}, sample(), odd()}
	for seed := range uint64(200) {
		records = append(records, random(int(seed), 1+int(seed%20), seed))
	}
	for _, r := range records {
		tok := token(t, r)
		s := tok.String()
		if !word.MatchString(s) || !LooksLikeToken(s) {
			t.Fatalf("%q is not one word", s)
		}
		back, err := ParseToken(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if !reflect.DeepEqual(tok, back) || back.String() != s {
			t.Fatalf("%s: read back as %s", s, back)
		}
		if err := back.Matches(r.FullName()); err != nil {
			t.Error(err)
		}
		got := back.Choices()
		if len(got) != len(r.Choices) || back.Len() != len(got) {
			t.Fatalf("%d choices came back as %d", len(r.Choices), len(got))
		}
		for i, c := range r.Choices {
			if got[i].Value != c.Value || c.Value != 0 && got[i] != c.Choice {
				t.Fatalf("choice %d: %v came back as %v", i, c.Choice, got[i])
			}
		}
		printed, ok := r.Token()
		if ok != (len(s) <= TokenLimit) || ok && printed != s {
			t.Errorf("Record.Token() = %q, %v, want %q", printed, ok, s)
		}
	}
}

func TestTokenLength(t *testing.T) {
	for _, test := range []struct{ choices, rare, limit int }{{1000, 100, 130}, {100, 20, 100}, {10000, 300, 250}} {
		if s, ok := random(test.choices, test.rare, 1).Token(); !ok || len(s) > test.limit {
			t.Errorf("%d choices, one in %d not zero: %d characters, want at most %d", test.choices, test.rare, len(s), test.limit)
		}
	}
	if s, ok := random(1000, 1, 1).Token(); ok {
		t.Errorf("a token of %d characters is printed", len(s))
	}
	if _, ok := (&Record{Choices: []Named{{}}}).Token(); ok {
		t.Error("an invalid record has a token")
	}
}

func TestTokenSurvivesCopying(t *testing.T) {
	s := token(t, sample()).String()
	for _, copied := range []string{" " + s + "\n", `"` + s + `"`, "`" + s + "`", s[:20] + "\n    " + s[20:], s[:9] + "\r\n" + s[9:]} {
		if tok, err := ParseToken(copied); err != nil || tok.String() != s {
			t.Errorf("%q: %v", copied, err)
		}
	}
}

func TestTokenErrors(t *testing.T) {
	s := token(t, sample()).String()
	tests := []struct {
		name, token string
		err         error
		message     string
	}{
		{"empty", "", ErrForeign, `"" does not begin with rv1-`},
		{"file", "testdata/ravel/TestA/x.ravel", ErrForeign, "give the name of a saved file"},
		{"prefix", "rv", ErrForeign, "copy the word that begins with rv1-"},
		{"version 0", "rv0-" + s[4:], ErrForeign, "rv0-"},
		{"leading zero", "rv01-" + s[4:], ErrForeign, "rv01-"},
		{"newer", "rv2-" + s[4:], ErrNewer, "its format version is 2, this one reads up to 1; run it with the version"},
		{"only prefix", "rv1-", ErrTruncated, "copy the whole word"},
		{"cut", s[:len(s)-1], ErrTruncated, "some of it is missing"},
		{"cut much", s[:7], ErrTruncated, "some of it is missing"},
		{"too long", s + "A", ErrCorrupt, "after its end"},
		{"too long by four", s + "AAAA", ErrCorrupt, "after its end"},
		{"character", s[:10] + "é" + s[11:], ErrCorrupt, "character 11 cannot"},
		{"changed", s[:10] + flip(s[10]) + s[11:], ErrCorrupt, "checksum"},
		{"huge", strings.Repeat("A", 1<<20), ErrTooBig, "1048576 characters"},
	}
	for _, test := range tests {
		tok, err := ParseToken(test.token)
		checkTokenError(t, test.name, err, test.err, test.message)
		if tok != nil {
			t.Errorf("%s: a token and an error", test.name)
		}
	}
	tok, _ := ParseToken(s)
	checkTokenError(t, "other test", tok.Matches("example.com/kv.TestReads"), ErrOtherTest, "it does not belong to example.com/kv.TestReads; replay it")
	if LooksLikeToken("a/b.ravel") || !LooksLikeToken(" rv7-x") {
		t.Error("LooksLikeToken is wrong")
	}
}

func flip(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

func checkTokenError(t *testing.T, name string, err, want error, message string) {
	t.Helper()
	var te *TokenError
	if !errors.Is(err, want) || !errors.As(err, &te) || te.Reason == "" || te.Advice == "" || !strings.Contains(err.Error(), message) {
		t.Errorf("%s: got error %q, want %v with %q", name, err, want, message)
	}
}

// Every damage of one character and every cut is noticed.
func TestTokenNoticesDamage(t *testing.T) {
	s := token(t, sample()).String()
	for i := len("rv1-"); i < len(s); i++ {
		if _, err := ParseToken(s[:i]); !errors.Is(err, ErrTruncated) {
			t.Errorf("cut after %d: %v", i, err)
		}
		for _, c := range "AQgw_-09az" {
			damaged := s[:i] + string(c) + s[i+1:]
			if _, err := ParseToken(damaged); err == nil && damaged != s {
				t.Errorf("%s instead of %s was read", damaged, s)
			}
		}
	}
}

func TestNewTokenRefuses(t *testing.T) {
	bad := []struct {
		s Settings
		c []Choice
	}{
		{Settings{MaxSteps: -1}, nil},
		{Settings{Threshold: -1}, nil},
		{Settings{Clock: 2}, nil},
		{Settings{Budgets: []Budget{{"a", -1}}}, nil},
		{Settings{Budgets: []Budget{{"b", 1}, {"a", 1}}}, nil},
		{Settings{Budgets: []Budget{{"a", 1}, {"a", 1}}}, nil},
		{Settings{}, []Choice{{Schedule, 0, 0}}},
		{Settings{}, []Choice{{Schedule, 2, 2}}},
		{Settings{}, []Choice{{Schedule, 2, -1}}},
		{Settings{}, []Choice{{Bool, 3, 0}}},
		{Settings{}, []Choice{{Kind(3), 3, 0}}},
		{Settings{}, make([]Choice, MaxChoices+1)},
	}
	for i, test := range bad {
		if _, err := NewToken("T", test.s, test.c); err == nil {
			t.Errorf("case %d: no error", i)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	for _, r := range []*Record{{}, sample(), odd(), random(60, 5, 1)} {
		tok, err := NewToken(r.FullName(), r.Settings, choices(r))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(tok.String())
	}
	f.Add("rv1-")
	f.Add("rv2-AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		tok, err := ParseToken(s)
		checkParsed(t, tok, err)
	})
}

// The fuzzer cannot guess checksums, so here the body is sealed before it is read.
func FuzzTokenBody(f *testing.F) {
	for _, r := range []*Record{{}, sample(), odd(), random(60, 5, 1)} {
		tok, err := NewToken(r.FullName(), r.Settings, choices(r))
		if err != nil {
			f.Fatal(err)
		}
		body, err := OpenToken(tok.String()[4:])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tok, err := ParseToken(SealToken(body))
		checkParsed(t, tok, err)
		if err == nil && tok.String() != SealToken(body) {
			t.Errorf("the body %x has a second spelling", body)
		}
	})
}

func checkParsed(t *testing.T, tok *Token, err error) {
	if err != nil {
		var te *TokenError
		if !errors.As(err, &te) {
			t.Fatalf("error %v of type %T", err, err)
		}
		return
	}
	again, err := ParseToken(tok.String())
	if err != nil || !reflect.DeepEqual(tok, again) {
		t.Fatalf("%v does not come back: %v, %v", tok, again, err)
	}
	if n := tok.Len(); n > MaxChoices || len(tok.Choices()) != n {
		t.Fatalf("%d choices", n)
	}
}
