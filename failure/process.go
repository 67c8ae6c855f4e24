package failure

import "cmp"

// ProcessFailure reports an execution in which the process that ran it ended, or had to be ended: by os.Exit, an error of
// the Go runtime that cannot be caught, a signal, a lack of memory. Only executions in worker processes fail in this way:
// one in the test process itself takes that with it.
type ProcessFailure struct {
	Site
	How    string // how it ended, such as "exit status 3" or "signal: killed"
	Output string // the last lines that it wrote
	Again  string // what came of running the execution again in another process; "" if that was not tried
	Repeat string // a command that runs it in the test process itself
}

func (e *ProcessFailure) Error() string {
	return "the process that ran the execution ended: " + cmp.Or(oneLine(e.How), "nobody knows how")
}

// Detail tells its last output, and how to see it again. There is no schedule to replay: it went with the process.
func (e *ProcessFailure) Detail() string {
	var d detail
	d.site(e.Site)
	d.text("last output", cmp.Or(e.Output, "none"))
	d.text("once more", e.Again)
	if e.Repeat != "" {
		d.add("with one worker, the executions up to this one run in the test process, which then ends in the same place:")
		d.add("    %s", e.Repeat)
	}
	return d.String()
}
