package sct

import "sync"

// buffer is a text whose methods each hold its lock.
type buffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *buffer) size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.text)
}

// prefix panics if the text is shorter than n.
func (b *buffer) prefix(n int) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]byte(nil), b.text[:n:len(b.text)]...)
}

func (b *buffer) whole() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]byte(nil), b.text...)
}

func (b *buffer) truncate(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = b.text[:n]
}

// appendText copies other in two critical sections of other: one for its size, one for its text.
func (b *buffer) appendText(other *buffer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := other.size()
	b.text = append(b.text, other.prefix(n)...)
}

// appendWhole needs only one.
func (b *buffer) appendWhole(other *buffer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, other.whole()...)
}

func runStringBuffer(t TB, appendTo func(b, other *buffer)) {
	source, target := &buffer{text: []byte("abc")}, new(buffer)
	together(
		func() { appendTo(target, source) },
		func() { source.truncate(0) })
	if s := string(target.text); s != "" && s != "abc" {
		t.Errorf("appended %q, want all of the other text or nothing", s)
	}
}

func stringBuffers() []Program {
	return []Program{{
		Name: "stringbuffer", Family: "stringbuffer", Threads: 3, Within: 500, Shows: Panic,
		Bug:    "a text is appended to another one by its size and then its bytes: it shrinks in between",
		Source: "CB.stringbuffer of SCTBench; the bug: Flanagan, Qadeer, A Type and Effect System for Atomicity, PLDI 2003",
		Run:    func(t TB) { runStringBuffer(t, (*buffer).appendText) },
		Fixed:  func(t TB) { runStringBuffer(t, (*buffer).appendWhole) },
	}}
}
