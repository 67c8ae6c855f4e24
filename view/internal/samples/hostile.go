package main

import (
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// hostile are texts that would do something in a page that took them for HTML or script, or would change how others read.
var hostile = []string{
	`<script>window.pwned = 1</script>`,
	`</script><script>window.pwned = 2</script>`,
	`<!-- <script> --><img src="http://127.0.0.1:9/x.png" onerror="window.pwned = 3">`,
	`"><svg onload=window.pwned=4>`,
	"\u202eflip\u2066 it\u2069 \u200b\ufeff",
	"lines\u2028and\u2029paragraphs\x00\x1b[31m\x7f",
	"not UTF-8: \xff\xfe\xc3\x28, halves: \xed\xa0\x80",
	"]]> ${window.pwned=5} {{constructor.constructor('window.pwned=6')()}}",
	"javascript:window.pwned=7",
	"__proto__",
	"constructor",
	strings.Repeat("<b>huge</b>", 100_000),
}

// hostileTrace says each of the texts in every place that a program can fill.
func hostileTrace() *trace.Trace {
	t := &trace.Trace{Header: trace.Header{Package: hostile[0], Test: hostile[1], Strategy: hostile[2]}}
	for i, s := range hostile {
		short := s[:min(len(s), 300)]
		place := failure.Place{File: "/none/" + short + ".go", Line: 1, Func: short}
		t.Events = append(t.Events,
			trace.Event{Step: 2*i + 1, Kind: trace.Sent, Who: short, Peer: "b", Type: short, Value: s, Place: place, Stack: []failure.Place{place, place}},
			trace.Event{Step: 2*i + 1, Kind: trace.Changed, Who: short, Type: short, From: s, To: s},
			trace.Event{Step: 2*i + 2, Kind: trace.Took, Who: "b", Peer: short, Type: short, Value: s, Sent: 2*i + 1, After: []int{4 * i}, Now: short},
			trace.Event{Step: 2*i + 2, Kind: trace.Logged, Who: "b", Value: s},
		)
	}
	all := strings.Join(hostile, "\n")
	t.Events = append(t.Events, trace.Event{Step: 2*len(hostile) + 1, Kind: trace.Failed, Who: "b", Type: "assertion", Value: all})
	t.Failure = &trace.Failure{Kind: failure.KindAssertion, Error: all, Detail: all, Site: failure.Site{Machine: all, State: all}}
	return t
}
