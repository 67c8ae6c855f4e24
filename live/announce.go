package live

import (
	"fmt"
	"reflect"

	"github.com/ravelgo/ravel/trace"
)

// recording is who hears, in a trace, the notifications that are recorded for Options.Notifications.
type recording struct{}

func (recording) shownAs() string { return "flight recorder" }

// encode brings a notification into the form in which it is kept; nil: it is not kept. The code of a codec is the user's: its
// panic is not the machine's.
func (r *recorder) encode(ev any) (e *trace.Encoded) {
	if r == nil || r.codec == nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			e = &trace.Encoded{Error: fmt.Sprintf("its codec panicked: %v", v)}
		}
	}()
	m, err := r.codec.Encode(ev, r.reads)
	if err != nil {
		return &trace.Encoded{Error: err.Error()}
	}
	return &trace.Encoded{Type: m.Type, Version: m.Version, Data: m.Data}
}

// announced notes a notification. The lock of the monitors is held, so that the notes are in the order in which monitors hear
// them, and none of a later one is lost before that of an earlier one.
func (r *recorder) announced(by *proc, ev any, encoded *trace.Encoded) {
	if encoded != nil {
		x := note{kind: trace.Heard, step: r.step(), who: recording{}, peer: who(by), typ: reflect.TypeOf(ev), encoded: encoded}
		x.value = trace.Payload(ev)
		r.put(x)
	}
}
