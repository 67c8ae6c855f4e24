package trace

import (
	"fmt"
	"reflect"
	"sort"
)

// show is the text of a picture, as Payload would show the value.
func (f *Fields) show(n *node) string {
	p := payload{}
	p.node(n, 0)
	return p.b.String()
}

func (p *payload) node(n *node, depth int) {
	if p.full() || depth > maxDepth {
		p.b.WriteString("...")
		return
	}
	switch n.kind {
	case number:
		v := numberOf(n.of.typ, n.bits)
		if s, ok := text(v); ok {
			p.b.WriteString(quote(s))
		} else {
			p.scalar(v)
		}
	case word:
		p.b.WriteString(quote(wordOf(n)))
	case phraseNode:
		p.b.WriteString(n.text)
	case structNode:
		p.nodeFields(n, depth)
	case listNode:
		p.b.WriteByte('[')
		p.nodes(len(n.kids), func(i int) { p.node(&n.kids[i], depth+1) })
		p.b.WriteByte(']')
	case mapNode:
		p.nodeEntries(n, depth)
	default:
		p.b.WriteString("nil")
	}
}

// wordOf is a string of the program, or what the type of it says about it.
func wordOf(n *node) string {
	if hasText(n.of.typ) {
		v := reflect.New(n.of.typ).Elem()
		v.SetString(n.text)
		if s, ok := text(v); ok {
			return s
		}
	}
	return n.text
}

// nodes writes a list, as far as there is room.
func (p *payload) nodes(n int, write func(i int)) {
	for i := range n {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == maxElements || p.full() {
			fmt.Fprintf(&p.b, "... %d more", n-i)
			return
		}
		write(i)
	}
}

func (p *payload) nodeFields(n *node, depth int) {
	var told []int
	for i := range n.kids {
		if !n.kids[i].silent() {
			told = append(told, i)
		}
	}
	plan := n.of.plan
	p.b.WriteByte('{')
	for k, i := range told {
		if k > 0 {
			p.b.WriteString(", ")
		}
		p.b.WriteString(plan[i].name + ": ")
		p.node(&n.kids[i], depth+1)
	}
	p.b.WriteByte('}')
}

func (p *payload) nodeEntries(n *node, depth int) {
	order := make([]int, 0, len(n.kids))
	for i := 1; i < len(n.kids); i++ {
		order = append(order, i)
	}
	sort.Slice(order, func(i, j int) bool { return n.keys[order[i]] < n.keys[order[j]] })
	if n.kids[0].text != "" {
		order = append(order, 0)
	}
	p.b.WriteByte('{')
	p.nodes(len(order), func(i int) {
		key := "NaN"
		if order[i] > 0 {
			key = n.keys[order[i]]
			key = key[1 : len(key)-1]
		}
		p.b.WriteString(key + ": ")
		p.node(&n.kids[order[i]], depth+1)
	})
	p.b.WriteByte('}')
}
