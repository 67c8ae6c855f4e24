package gocontrol

import (
	"regexp"
	"strconv"
	"strings"
)

// A RaceReport is a report of the race detector about two accesses, at least one of which a goroutine of the session made.
type RaceReport struct {
	Accesses [2]RaceAccess // the one that the detector noticed it by comes first, and happened last
	Text     string        // as the detector wrote it
}

// A RaceAccess is one of two accesses that race.
type RaceAccess struct {
	Goroutine int // its number in the session; -1 if it is none of the session's
	Write     bool
	Stack     Stack // innermost first; nil if the detector has forgotten it
	Created   Stack // the go statement and its callers; nil for the main goroutine of the process
	Creator   int   // the number of the goroutine that executed it, -1 if that is none of the session's

	name string // in the report
}

// raceRule is the line above and below each report.
const raceRule = "=================="

// parseRaces takes apart what the detector has written. Rest is what is not about the session with that number.
func parseRaces(text string, serial uint64) (ours []RaceReport, rest string) {
	for text != "" {
		before, from, ok := strings.Cut(text, raceRule+"\nWARNING: DATA RACE\n")
		if rest += before; !ok {
			break
		}
		var body string
		body, text, _ = strings.Cut(from, raceRule+"\n")
		r, mine := parseRace(body, serial)
		if mine {
			ours = append(ours, r)
		} else {
			rest += raceRule + "\n" + r.Text + "\n" + raceRule + "\n"
		}
	}
	return ours, rest
}

var (
	raceAccessLine  = regexp.MustCompile(`^(?:Previous )?([a-zA-Z ]+) at 0x[0-9a-f]+ by (.+):$`)
	raceCreatedLine = regexp.MustCompile(`^(Goroutine [0-9]+) \([a-z]+\) created at:$`)
)

// parseRace parses one report, without the rules. It reports whether one of the accesses belongs to the session.
func parseRace(body string, serial uint64) (r RaceReport, mine bool) {
	n := 0
	created := map[string]raceStack{}
	sections := strings.Split(strings.TrimRight(body, "\n"), "\n\n")
	for i, section := range sections {
		head, frames, _ := strings.Cut(section, "\n")
		stack := parseRaceStack(frames, serial)
		sections[i] = strings.TrimRight(head+"\n"+stack.text, "\n")
		if m := raceAccessLine.FindStringSubmatch(head); m != nil && n < len(r.Accesses) {
			r.Accesses[n] = RaceAccess{
				Goroutine: stack.id, Write: strings.Contains(strings.ToLower(m[1]), "write"), Stack: stack.frames, Creator: -1, name: m[2],
			}
			mine = mine || stack.id >= 0
			n++
		} else if m := raceCreatedLine.FindStringSubmatch(head); m != nil {
			created[strings.ToLower(m[1])] = stack
		}
	}
	for i := range r.Accesses {
		a := &r.Accesses[i]
		if at, ok := created[a.name]; ok {
			a.Created, a.Creator = at.frames, at.id
		}
	}
	r.Text = "WARNING: DATA RACE\n" + strings.Join(sections, "\n\n")
	return r, mine && n == len(r.Accesses)
}

// raceStack is a stack of a report, without the mark that the overlay puts at its end.
type raceStack struct {
	frames Stack
	id     int // of the goroutine in the session, as the mark tells; -1 if there is none
	text   string
}

// The mark; see ctlRaceMark of the overlay.
const (
	raceMark     = 1 << 56
	raceMarkFile = "-"
)

// parseRaceStack parses frames: a line with the function, then one with the position.
func parseRaceStack(text string, serial uint64) raceStack {
	s := raceStack{id: -1}
	lines := strings.Split(text, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		function := strings.TrimSuffix(strings.TrimSpace(lines[i]), "()")
		at, offset, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		colon := strings.LastIndexByte(at, ':')
		if colon < 0 {
			break
		}
		file := at[:colon]
		if mark, err := strconv.ParseUint(offset, 16, 64); err == nil && file == raceMarkFile && mark&raceMark != 0 {
			if mark>>24&(1<<30-1) == serial&(1<<30-1) {
				s.id = int(mark >> 4 & (1<<20 - 1))
			}
			continue
		}
		line, _ := strconv.Atoi(at[colon+1:])
		s.frames = append(s.frames, Frame{function, file, line})
		s.text += lines[i] + "\n" + lines[i+1] + "\n"
	}
	if s.frames == nil {
		s.text = text
	}
	return s
}
