package trace

import "testing"

func TestTypeNames(t *testing.T) {
	const path = "github.com/ravelgo/ravel/spec/linear"
	long := "linear.Invoked[string," + path + ".MapOp[int,*go.example/a-b/v2/kv.Key],[]" + path + ".Result[int]]"
	for _, c := range []struct {
		types []string
		want  map[string]string
	}{
		{[]string{"kv.Write", "*kv.Write"}, map[string]string{"kv.Write": "Write", "*kv.Write": "*Write"}},
		{[]string{"kv.Write", "disk.Write"}, map[string]string{"kv.Write": "kv.Write", "disk.Write": "disk.Write"}},
		{[]string{"kv.Pair[example.com/kv.Block,*int]"}, map[string]string{"kv.Pair[example.com/kv.Block,*int]": "Pair"}},
		{[]string{long, "*" + long}, map[string]string{long: "Invoked", "*" + long: "*Invoked"}},
		{[]string{long, "linear.Invoked[bool,bool,string,string]"}, map[string]string{
			long: "Invoked[string,MapOp[int,*Key],[]Result[int]]",
			"linear.Invoked[bool,bool,string,string]": "Invoked[bool,bool,string,string]",
		}},
		{[]string{"map[string]" + path + ".Operation[int,int,int]"}, map[string]string{
			"map[string]" + path + ".Operation[int,int,int]": "map[string]Operation[int,int,int]"}},
	} {
		var events []Event
		for _, name := range c.types {
			events = append(events, Event{Kind: Sent, Type: name})
		}
		names := newTypeNames(events)
		for full, want := range c.want {
			if got := names[full]; got != want {
				t.Errorf("among %q, %s is shown as %s, want %s", c.types, full, got, want)
			}
		}
	}
}
