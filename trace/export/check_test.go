package export_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/trace/export"
)

// readBack reads every picture of a trace with a reader of that format and reports what is wrong with it.
func readBack(t testing.TB, tr *trace.Trace) {
	t.Helper()
	for _, limit := range []int{0, 5, -1} {
		o := export.Options{Limit: limit}
		if err := readMermaid(written(t, "mermaid", tr, o)); err != nil {
			t.Errorf("mermaid, limit %d: %v", limit, err)
		}
		if err := readDot(written(t, "dot", tr, o)); err != nil {
			t.Errorf("dot, limit %d: %v", limit, err)
		}
	}
	if err := readShiViz(written(t, "shiviz", tr, export.Options{}), tr); err != nil {
		t.Errorf("shiviz: %v", err)
	}
	if err := readTimeline(written(t, "perfetto", tr, export.Options{})); err != nil {
		t.Errorf("perfetto: %v", err)
	}
}

func TestReadBack(t *testing.T) {
	for name, tr := range samples(t) {
		t.Run(name, func(t *testing.T) { readBack(t, tr) })
	}
	t.Run("empty", func(t *testing.T) { readBack(t, &trace.Trace{}) })
}

// hostile are texts that one of the formats, or the page around a picture, would interpret.
var hostile = []string{
	`<script>alert(1)</script><img src=x onerror=alert(1)>`,
	"a;b #35; #quot; &lt;b&gt; %%{init: {\"theme\":\"dark\"}}%% $$x$$ `code` @{ \"type\": 1 }",
	"\"}] ; digraph evil { \\N \\\" \\l }",
	"line\nbreak\r\nand\ttab\u2028and\x00zero\x1b[31mred",
	"{\"a\":1}\nhost {\"b\":2}\nevent",
	"\xff\xfe invalid \xc3\x28",
	"end note style x: y#z; classDef a:b#c; wrap: nowrap:",
	"participant p9 as Evil\n    p0->>p9: boo",
	"</script><!--", "\u202eright to left\u202c", "日本語 🙂", "", " ", "__proto__",
}

// nasty is a trace that has every kind of event, with a text of the program wherever there is one.
func nasty(text string) *trace.Trace {
	tr := &trace.Trace{Header: trace.Header{Package: text, Test: text, Strategy: text}}
	for i, k := range trace.EventKinds() {
		tr.Events = append(tr.Events,
			trace.Event{Step: i + 1, Kind: k, Who: text, Peer: "b", Type: text, Value: text, From: text, To: text, Sent: i, Place: failure.Place{File: text, Line: 1}},
			trace.Event{Step: i + 1, Kind: k, Who: "b", Peer: text, Type: "T", Value: text, Sent: i, Hot: i%2 == 0, Cold: i%2 == 1, After: []int{2 * i}})
	}
	tr.Failure = &trace.Failure{Error: text, Detail: text}
	return tr
}

// Nothing that the program under test says breaks a picture, or gets out of it.
func TestHostile(t *testing.T) {
	for _, text := range hostile {
		tr := nasty(text)
		readBack(t, tr)
		for _, format := range []string{"mermaid", "dot"} {
			for line := range strings.Lines(written(t, format, tr, export.Options{Limit: -1})) {
				if format == "mermaid" && strings.Contains(strings.ReplaceAll(line, "<br/>", ""), "<") {
					t.Errorf("markup in a diagram: %q", line)
				}
				if strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\r\x00\x1b\u2028\n") {
					t.Errorf("control characters in %s: %q", format, line)
				}
			}
		}
	}
}

// Texts of a megabyte are cut in pictures; logs and timelines have them whole, but not more often than the trace does.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("0123456789, ", 1<<20/12)
	tr := &trace.Trace{Header: trace.Header{Test: long}, Failure: &trace.Failure{Error: long}}
	for i := range 4 {
		tr.Events = append(tr.Events, trace.Event{Step: i + 1, Kind: trace.Sent, Who: long, Peer: "b", Type: "kv.Put", Value: "{" + long + "}"})
	}
	for format, most := range map[string]int{"mermaid": 10_000, "dot": 10_000, "shiviz": 20 << 20, "perfetto": 20 << 20} {
		if n := len(written(t, format, tr, export.Options{})); n > most {
			t.Errorf("%s has %d bytes", format, n)
		}
	}
}

// FuzzPictures writes traces of any events and reads them back.
func FuzzPictures(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[(i+1)%len(hostile)], []byte("a long tale\x00\x01\x02\xff\x80"))
	}
	f.Fuzz(func(t *testing.T, text, other string, shape []byte) {
		tr := &trace.Trace{Header: trace.Header{Test: text}}
		who := []string{text, other, "a", "b", ""}
		step := 0
		for i := 0; i+2 < len(shape) && i < 600; i += 3 {
			a, b, c := int(shape[i]), int(shape[i+1]), int(shape[i+2])
			step += a >> 7
			kinds := trace.EventKinds()
			tr.Events = append(tr.Events, trace.Event{
				Step: step, Kind: kinds[a%len(kinds)], Who: who[b%5], Peer: who[b/5%5], Type: who[c%5], Value: who[c/5%5], From: who[c/25%5],
				To: who[b/25%5], Sent: max(0, step-c%8), N: c, Hot: c&64 > 0, Cold: c&64 == 0, After: []int{i/3 - 1 - c%16, i/3 - 1 - b%16},
			})
		}
		if len(shape)%2 == 1 {
			tr.Failure = &trace.Failure{Error: other, Detail: text}
		}
		readBack(t, tr)
	})
}
