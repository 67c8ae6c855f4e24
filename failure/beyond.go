package failure

// A Beyond is a goroutine that the code under test has started, but not in the execution: init, TestMain or another test
// did. It runs when the operating system lets it, and no schedule has it. An execution that waits for it looks like one
// that nobody can wake.
type Beyond struct {
	Name    string // the function that it runs
	State   string // the runtime's word for what it does, such as "chan receive"
	Started Place  // its go statement
}

// maxBeyond bounds how many of them are told of.
const maxBeyond = 3

// beyond tells that somebody outside may be waited for, and what to do then.
func (d *detail) beyond(list []Beyond) {
	if len(list) == 0 {
		return
	}
	d.add("not part of the execution, and perhaps who is waited for:")
	for i, b := range list {
		if i == maxBeyond {
			d.add("    and %s", plural(len(list)-i, "other"))
			break
		}
		d.add("    goroutine %s [%s], started at %v", b.Name, b.State, b.Started)
	}
	d.add("fix, if it is: start that goroutine inside the test, where it is under control")
}
