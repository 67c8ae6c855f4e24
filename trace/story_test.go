package trace_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/trace"
)

// A story has a sentence for each event, and folds the steps that the text folds.
func TestStory(t *testing.T) {
	for name, tr := range handWritten(t) {
		for _, limit := range []int{9, 0, -1} {
			text := tr.Text(trace.TextOptions{Limit: limit, ASCII: true})
			story := tr.Story(limit)
			if len(story) != len(tr.Events) {
				t.Fatalf("%s: %d sentences of %d events", name, len(story), len(tr.Events))
			}
			folded := map[int]bool{}
			for i, s := range story {
				if s.Event != i || s.Who == "" || s.Text == "" {
					t.Errorf("%s: sentence %d is %+v", name, i, s)
				}
				if s.Folded {
					folded[tr.Events[i].Step] = true
				}
			}
			if folds := strings.Contains(text, " folded above."); folds != (len(folded) > 0) {
				t.Errorf("%s, limit %d: the story folds %d steps, the text:\n%s", name, limit, len(folded), text)
			}
			if limit < 0 && len(folded) > 0 {
				t.Errorf("%s: %d steps are folded without a limit", name, len(folded))
			}
		}
	}
}

// A sentence has the whole payload, and what several monitors hear each of them says.
func TestStoryOfMonitors(t *testing.T) {
	heard := trace.Event{Step: 1, Kind: trace.Heard, Who: "A", Peer: "m", Type: "p.E", Value: "{Text: " + strings.Repeat("x", 500) + "}"}
	again := heard
	again.Who = "B"
	story := (&trace.Trace{Events: []trace.Event{heard, again}}).Story(0)
	if want := "hears E" + heard.Value + " from m"; story[0].Text != want || story[1].Text != want || story[1].Brief != "hears E from m" {
		t.Errorf("%+v, want %s twice", story, want)
	}
	text := (&trace.Trace{Events: []trace.Event{heard, again}}).Text(trace.TextOptions{})
	if !strings.Contains(text, "B       hears that as well") || strings.Count(text, "hears E{Text:") != 1 {
		t.Errorf("the text repeats it:\n%s", text)
	}
}

// TestTellOfOperationsThatBlock has an operation that is done, one that its goroutine has to wait for, and one that does not
// wait for the next event's goroutine.
func TestTellOfOperationsThatBlock(t *testing.T) {
	tr := &trace.Trace{Events: []trace.Event{
		{Step: 1, Kind: trace.Did, Who: "g1", Type: "Lock", Peer: "mutex #1"},
		{Step: 2, Kind: trace.Did, Who: "g2", Type: "Lock", Peer: "mutex #1"},
		{Step: 2, Kind: trace.Blocked, Who: "g2", Type: "Lock", Peer: "mutex #1"},
		{Step: 3, Kind: trace.Did, Who: "g1", Type: "send", Peer: "channel #2"},
		{Step: 3, Kind: trace.Blocked, Who: "g3", Type: "receive", Peer: "channel #2"},
	}}
	var got []string
	for _, told := range tr.Tell() {
		got = append(got, told.Who+" "+told.Before)
	}
	want := []string{"g1 locks mutex #1", "g2 wants to lock mutex #1", "g2 waits to lock mutex #1", "g1 sends to channel #2", "g3 waits to receive from channel #2"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
