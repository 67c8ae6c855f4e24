package schedule

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
)

// TokenVersion is the format version of the tokens that this package writes.
const TokenVersion = 1

// TokenLimit is the number of characters that a printed token has at most.
const TokenLimit = 400

const (
	tokenPrefix   = "rv1-"
	maxTokenInput = 4096 // characters that ParseToken looks at
)

// Token is a schedule in its shortest form: the settings, and the choices as deviations from the default order.
type Token struct {
	TestHash uint64 // of the test's full name
	Settings Settings
	runs     []run
}

// run is a number of zeros and the deviation that ends them. Only the last run of a token may lack a deviation, whose
// N is then 0.
type run struct {
	zeros int
	check byte // over the kinds and Ns of the zeros
	dev   Choice
}

// NewToken makes a token of the choices that a test took. The error is that of Record.Validate.
func NewToken(fullName string, s Settings, choices []Choice) (*Token, error) {
	if err := s.validate(); err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	if len(choices) > MaxChoices {
		return nil, fmt.Errorf("schedule: %d choices, at most %d fit a token", len(choices), MaxChoices)
	}
	t := &Token{TestHash: hashName(fullName), Settings: s}
	t.Settings.Budgets = append([]Budget(nil), s.Budgets...)
	var r run
	var sum zeroSum
	for i, c := range choices {
		if err := c.validate(); err != nil {
			return nil, fmt.Errorf("schedule: choice %d: %w", i, err)
		}
		if c.Value == 0 {
			r.zeros++
			sum.add(c.Kind, c.N)
			continue
		}
		r.check, r.dev = sum.fold(), c
		t.runs = append(t.runs, r)
		r, sum = run{}, zeroSum{}
	}
	if r.zeros > 0 {
		r.check = sum.fold()
		t.runs = append(t.runs, r)
	}
	return t, nil
}

// Token is the record's replay token. It is false when the token would be longer than TokenLimit or the record is not
// valid: print the name of the saved file instead.
func (r *Record) Token() (string, bool) {
	choices := make([]Choice, len(r.Choices))
	for i, c := range r.Choices {
		choices[i] = c.Choice
	}
	t, err := NewToken(r.FullName(), r.Settings, choices)
	if err != nil {
		return "", false
	}
	s := t.String()
	return s, len(s) <= TokenLimit
}

// Len is the number of choices.
func (t *Token) Len() int {
	n := 0
	for _, r := range t.runs {
		n += r.zeros
		if r.dev.N > 0 {
			n++
		}
	}
	return n
}

// Choices lists the choices. Of a choice with value 0 the token knows neither kind nor N: they are 0.
func (t *Token) Choices() []Choice {
	list := make([]Choice, 0, t.Len())
	for _, r := range t.runs {
		list = list[:len(list)+r.zeros]
		if r.dev.N > 0 {
			list = append(list, r.dev)
		}
	}
	return list
}

// Matches reports an error that wraps ErrOtherTest unless the token was made by the test with this full name.
func (t *Token) Matches(fullName string) error {
	if t.TestHash == hashName(fullName) {
		return nil
	}
	return &TokenError{ErrOtherTest, "it does not belong to " + fullName,
		"replay it in the test that printed it, or use a token of this test"}
}

// String is the token as it is printed: letters, digits, "-" and "_" only. One far longer than TokenLimit, which Record.Token
// does not print, cannot be read back either.
func (t *Token) String() string {
	body := binary.BigEndian.AppendUint64(nil, t.TestHash)
	body = appendSettings(body, &t.Settings)
	body = binary.AppendUvarint(body, uint64(t.Len()))
	for _, r := range t.runs {
		body = appendRun(body, r)
	}
	return sealToken(body)
}

// sealToken adds length, checksum and prefix to a body.
func sealToken(body []byte) string {
	out := binary.AppendUvarint(nil, uint64(len(body)))
	out = append(out, body...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out))
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(out)
}

// lassoBit stands beside the clock in the byte of modes.
const lassoBit = 2

func appendSettings(b []byte, s *Settings) []byte {
	b = binary.AppendUvarint(b, uint64(s.MaxSteps))
	b = binary.AppendUvarint(b, uint64(s.Threshold))
	modes := byte(s.Clock)
	if s.Lasso {
		modes |= lassoBit
	}
	b = append(b, modes)
	b = binary.AppendUvarint(b, uint64(len(s.Budgets)))
	for _, g := range s.Budgets {
		b = binary.AppendUvarint(b, uint64(len(g.Name)))
		b = append(b, g.Name...)
		b = binary.AppendUvarint(b, uint64(g.Units))
	}
	return b
}

// bigValue is the first value that does not share its number with the kind.
const bigValue = 1 << 28

// appendRun writes the number of zeros, their check if there are any, and the deviation: kind and value in one number,
// or two if the value is big, then what N exceeds the value by, which a boolean does not need.
func appendRun(b []byte, r run) []byte {
	b = binary.AppendUvarint(b, uint64(r.zeros))
	if r.zeros > 0 {
		b = append(b, r.check)
	}
	if r.dev.N == 0 {
		return b
	}
	v := uint64(r.dev.Value - 1)
	b = binary.AppendUvarint(b, min(v, bigValue)*uint64(len(kindNames))+uint64(r.dev.Kind))
	if v >= bigValue {
		b = binary.AppendUvarint(b, v-bigValue)
	}
	if r.dev.Kind != Bool {
		b = binary.AppendUvarint(b, uint64(r.dev.N-r.dev.Value-1))
	}
	return b
}

// zeroSum is FNV-1a over the kinds and Ns of a run of zeros, folded to one byte.
type zeroSum struct{ h uint32 }

func (z *zeroSum) add(k Kind, n int) {
	if z.h == 0 {
		z.h = 2166136261
	}
	var buf [1 + binary.MaxVarintLen64]byte
	buf[0] = byte(k)
	for _, b := range buf[:1+binary.PutUvarint(buf[1:], uint64(n))] {
		z.h = (z.h ^ uint32(b)) * 16777619
	}
}

func (z *zeroSum) fold() byte { return byte(z.h ^ z.h>>8 ^ z.h>>16 ^ z.h>>24) }

func hashName(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// The advice that token errors give.
const (
	adviceCopy    = "copy the whole word that begins with rv1-, up to its last character, again"
	adviceUpgrade = "run it with the version of Ravel that printed it, or upgrade this module"
)

var anyToken = regexp.MustCompile(`^rv([0-9]{1,9})-`)

// LooksLikeToken reports whether s begins like a token, of any version; anything else may be the name of a file.
func LooksLikeToken(s string) bool { return anyToken.MatchString(tidy(s)) }

// tidy removes what copying from a terminal, a quoted command or a web page adds.
func tidy(s string) string {
	return strings.Trim(strings.Join(strings.Fields(s), ""), "\"'`")
}

// ParseToken reads a token. White space, which wrapped lines leave inside a copied token, and quotes around it do not
// matter. Every error is a *TokenError.
func ParseToken(s string) (*Token, error) {
	if len(s) > maxTokenInput {
		return nil, &TokenError{ErrTooBig, fmt.Sprintf("it has %d characters", len(s)), adviceCopy}
	}
	s = tidy(s)
	m := anyToken.FindStringSubmatch(s)
	if m == nil {
		return nil, &TokenError{ErrForeign, fmt.Sprintf("%q does not begin with %s", shorten(s), tokenPrefix),
			"copy the word that begins with rv1- from the report of the failing test, or give the name of a saved file"}
	}
	if v, _ := strconv.Atoi(m[1]); v > TokenVersion {
		return nil, &TokenError{ErrNewer, fmt.Sprintf("its format version is %d, this one reads up to %d", v, TokenVersion), adviceUpgrade}
	} else if m[0] != tokenPrefix {
		return nil, &TokenError{ErrForeign, fmt.Sprintf("no version of Ravel writes tokens that begin with %s", m[0]), adviceCopy}
	}
	body, err := openToken(s[len(tokenPrefix):])
	if err != nil {
		return nil, err
	}
	return decodeToken(body)
}

func shorten(s string) string {
	if len(s) > 20 {
		return strings.ToValidUTF8(s[:20], "") + "..."
	}
	return s
}

// openToken undoes the base64 and checks length and checksum.
func openToken(s string) ([]byte, error) {
	for i := range len(s) {
		if c := s[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return nil, &TokenError{ErrCorrupt, fmt.Sprintf("character %d cannot be part of a token", len(tokenPrefix)+i+1), adviceCopy}
		}
	}
	cut := &TokenError{ErrTruncated, "some of it is missing", adviceCopy}
	rest := len(s) % 4
	if rest == 1 {
		s = s[:len(s)-1] // no token ends so: either this is cut, or the length below finds a character too many
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, &TokenError{ErrCorrupt, err.Error(), adviceCopy}
	}
	n, w := binary.Uvarint(raw)
	if w < 0 || w > 1 && raw[w-1] == 0 {
		return nil, &TokenError{ErrCorrupt, "its length is not readable", adviceCopy}
	}
	end := uint64(w) + n + crc32.Size
	switch have := uint64(len(raw)); {
	case w == 0 || n > maxTokenInput || have < end:
		return nil, cut
	case have > end || rest == 1:
		return nil, &TokenError{ErrCorrupt, "it has characters after its end", adviceCopy}
	}
	sum := binary.BigEndian.Uint32(raw[end-crc32.Size:])
	if sum != crc32.ChecksumIEEE(raw[:end-crc32.Size]) || base64.RawURLEncoding.EncodeToString(raw) != s {
		return nil, &TokenError{ErrCorrupt, "its checksum is wrong", adviceCopy}
	}
	return raw[w : end-crc32.Size], nil
}
