package gocontrol

import (
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Data races. In a program built with -race the detector writes its reports to a file of ours while a session is open,
// and the session reads them. The detector would leave out a race whose two stacks it has reported before, but the
// runtime of the overlay makes no two sessions have equal stacks.

// raceLog is where reports of sessions go.
type raceLog struct {
	file *os.File // nil: there is none, and the reports are not read
	out  *os.File // what the detector writes to otherwise
	size int64    // what has been read of it
	its  string   // the path, if the user has the detector write to a file: then that is read
}

// The files that the process began with: a program may put others in their place.
var stdout, stderr = os.Stdout, os.Stderr

// raceLogNow is the log of this process. GORACE is what the detector has read when the process began.
var raceLogNow = sync.OnceValue(func() *raceLog {
	l := &raceLog{out: stderr}
	options := os.Getenv("GORACE")
	if halt := raceOption(options, "halt_on_error"); halt != "" && halt != "0" && halt != "false" && halt != "no" {
		return l // the process ends with a report, which somebody has to see
	}
	switch to := raceOption(options, "log_path"); to {
	case "", "stderr":
	case "stdout":
		l.out = stdout
	default:
		l.its = to + "." + strconv.Itoa(os.Getpid())
		return l
	}
	if f, err := os.CreateTemp("", "ravel-races-"); err == nil {
		os.Remove(f.Name()) // where an open file cannot be removed, it stays
		l.file = f
	}
	return l
})

// raceOption is the value of an option in GORACE; the last one counts.
func raceOption(options, name string) (value string) {
	for _, word := range strings.FieldsFunc(options, func(c rune) bool { return strings.ContainsRune(" ,:\t\n\r", c) }) {
		if v, ok := strings.CutPrefix(word, name+"="); ok {
			value = strings.Trim(v, `"'`)
		}
	}
	return value
}

// begin makes the detector write to the log.
func (l *raceLog) begin() {
	if l.file != nil && l.its == "" {
		hooks.racesTo(l.file.Fd())
	}
}

// end makes it write where it did before, and empties the log.
func (l *raceLog) end() {
	if l.file == nil || l.its != "" {
		return
	}
	hooks.racesTo(l.out.Fd())
	if l.size > 0 {
		l.file.Truncate(0)
		l.file.Seek(0, io.SeekStart)
		l.size = 0
	}
}

// read returns what has come since the last call.
func (l *raceLog) read() string {
	if l.file == nil {
		if l.its == "" {
			return ""
		}
		f, err := os.Open(l.its) // it is there since the first report
		if err != nil {
			return ""
		}
		l.file = f
	}
	text, _ := io.ReadAll(io.NewSectionReader(l.file, l.size, 1<<40))
	l.size += int64(len(text))
	return string(text)
}

// raceWatch is what a session knows of the detector's reports.
type raceWatch struct {
	log    *raceLog // nil without the detector
	serial uint64
	count  int    // reports in this process, when the log was read last
	judged int    // of them are about the session
	rest   string // the others
}

func (w *raceWatch) open() {
	if *w = (raceWatch{}); !RaceDetector {
		return
	}
	w.log, w.serial, w.count = raceLogNow(), hooks.serial(), raceCount()
	w.log.begin()
}

// reports returns what the detector has reported since the last call about goroutines of the session. The rest is about
// others, and goes where it would have gone.
func (w *raceWatch) reports() []RaceReport {
	if w.log == nil {
		return nil
	}
	n := raceCount()
	if n == w.count {
		return nil
	}
	w.count = n
	ours, rest := parseRaces(w.log.read(), w.serial)
	w.judged += len(ours)
	w.rest += rest
	return ours
}

// close ends the watch. What is reported when goroutines are ended amid what they do is no failure of the program.
func (w *raceWatch) close() {
	if w.log == nil {
		return
	}
	w.reports()
	w.log.end()
	hooks.judgeRaces(w.judged)
	if w.rest != "" && w.log.its == "" {
		w.log.out.WriteString(w.rest)
	}
	*w = raceWatch{}
}

// Races returns the data races that were reported since the last call and that goroutines of the session take part in,
// oldest first.
func (s *Session) Races() []RaceReport { return s.races.reports() }
