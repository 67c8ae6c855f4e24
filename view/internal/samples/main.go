// Command samples writes the pages that the browser tests of the viewer look at into a folder, and with them, in order.json,
// what trace.Order says of two of them.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/view"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: samples FOLDER")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	busy, err := busy()
	if err != nil {
		return err
	}
	late, passing, deciding := late()
	lateFailure := view.Failure{
		Title: "late report", Note: "A report is under way while its node is removed.", Command: "ravel replay rv1-example",
		Trace: late, Passing: passing, Deciding: deciding,
	}
	for name, list := range map[string][]view.Failure{
		"late":    {lateFailure},
		"busy":    {{Title: "busy", Trace: busy}},
		"hostile": {{Title: hostile[0], Note: hostile[1], Command: hostile[2], Trace: hostileTrace()}},
		"several": {lateFailure, {Title: "busy", Trace: busy}, {Title: "deadlock", Trace: deadlock()}},
	} {
		if err := write(filepath.Join(dir, name+".html"), view.Page{Title: name, Failures: list, Sources: view.Disk{}}); err != nil {
			return err
		}
	}
	return writeOrder(filepath.Join(dir, "order.json"), map[string]*trace.Trace{"late.html": late, "busy.html": busy})
}

func write(name string, p view.Page) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := view.Write(f, p); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// reach is how many events are before and behind an event, and the sums of their indexes.
type reach struct{ Event, Past, PastSum, Future, FutureSum int }

// writeOrder notes the reach of some events of each page.
func writeOrder(name string, traces map[string]*trace.Trace) error {
	sum := func(events []int) (s int) {
		for _, i := range events {
			s += i
		}
		return s
	}
	orders := map[string][]reach{}
	for page, t := range traces {
		o := trace.NewOrder(t)
		for i := 0; i < len(t.Events); i += len(t.Events)/20 + 1 {
			past, future := o.Past(i), o.Future(i)
			orders[page] = append(orders[page], reach{i, len(past), sum(past), len(future), sum(future)})
		}
	}
	text, err := json.Marshal(orders)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o666)
}
