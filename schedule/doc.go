// Package schedule holds the recorded choices of one execution: what they are, how a replay follows them, and the two
// ways in which they are written down, the replay token and the saved file.
//
// # What a schedule is
//
// An execution under control is nondeterministic only where Ravel makes a choice: which operation moves next, the value
// of a boolean, the value of an integer. Timers and faults are operations, so when they happen is a choice of the first
// kind. A schedule is the list of these choices in the order in which they were made. Together with the program and the
// Settings it determines the execution.
//
// A choice is recorded when there was something to choose: at least two operations, at least two values.
//
// # Deviation values
//
// A choice took Value out of [0, N). The value of a Schedule choice is its deviation from the default order: 0 is the
// machine that moved last if it can go on, else the one that appeared first, else the timer with the earliest deadline; 1,
// 2, ... are the others in the same order: machines by appearance, timers by deadline, then offered faults. The zero of a data choice is false or 0. So a schedule of zeros is the
// execution without preemption, faults and surprises, in which computations take no time, and what is interesting about a schedule is its few values that
// are not zero. Shrinking makes them fewer and smaller.
//
// # Names
//
// A Named choice also says what it was about: Op is the path of the operation that was picked or that asked for a value,
// Nth counts the data choices of that operation. Positions shift when a program changes; names shift much less, so a
// changed program can still be guided along a schedule of an older one.
//
// # Following a schedule
//
// A Follower hands out the recorded values one by one. It is strict: it compares what was recorded with what the
// program asks for, and the first difference is a *Diverged error, which says where the two parted. A Record knows kind, N
// and name of every choice. A Token knows kind and N of every choice that is not zero, and one byte of check for each run
// of zeros: a difference within a run is found at its end, in 255 cases of 256.
//
// # Tokens
//
// A token is one word of letters, digits, "-" and "_", which no shell, URL or chat program changes:
//
//	rv1-IodfOfGbdzN8kE6IJwABBWNyYXNoAgcDRwABAAEACwAACwA4mHqD
//
// It holds the settings, the hash of the test's full name, the choices and a checksum. ParseToken tells apart what is no
// token, a damaged one, one with a missing end and one of a newer format; Token.Matches recognises a token of another
// test. A token of more than TokenLimit characters is not printed; the name of the saved file is.
//
// After the prefix "rv1-" comes, in unpadded base64 with the URL alphabet (RFC 4648, section 5):
//
//	length     of the body, in bytes
//	body       as below
//	checksum   CRC-32 (IEEE) of length and body, 4 bytes, big endian
//
// and the body is
//
//	test       FNV-1a hash of the test's full name, 8 bytes, big endian
//	steps      step bound
//	threshold  liveness threshold
//	modes      1 byte: bit 0 ordered clock, bit 1 lassos are looked for
//	budgets    their number; for each the length of its name, its name, its units
//	choices    their number; then runs until there are as many
//
// A run is the number of zeros; if there are any, their check in 1 byte; and, unless the choices end here, the choice
// that is not zero: 3*(Value-1) plus its kind, and, unless it is a boolean, N-Value-1. From 2^28 on, Value-1 is written as
// 2^28 followed by the difference. The check is the 32-bit FNV-1a hash of the kind (1 byte) and N of each zero, its four
// bytes joined by exclusive or. All numbers without a stated size are unsigned varints as in encoding/binary, in their
// shortest form: every token has one spelling.
//
// # Files
//
// Failing schedules are saved under testdata/ravel, in a folder for each test (see DirName), and tried first by the next
// run of that test. A file is text, made to be read and to be compared by version control:
//
//	ravel schedule 1
//	# A schedule that failed. ...
//	package example.com/kv
//	test TestWrites/crash
//	code 9f86d081884c7d65
//	strategy pct:3
//	seed 42
//	execution 1234
//	steps 10000
//	threshold 5000
//	clock asynchronous
//	lasso false
//	failure monitor
//	message a replica is missing
//	budget crash 2
//
//	schedule 0/2 root x3
//	schedule 1/3 0.2
//	bool 1/2 0.2 #0
//	int 4/5 0.2 #1 x2
//	end 7
//
// The first line holds the format version. The header has every line exactly once, in any order, except budget, which has
// one line for each fault budget, sorted by name. A choice is its kind, its value, a slash, N, the operation, "#" and
// Nth, and "x" and a number when the line stands for several choices: equal ones, except that Nth counts on for data
// choices. "#0" may be left out. The last line counts the choices, so that a file that lost its end is noticed. Text that
// would be ambiguous is a Go string in double quotes. Empty lines, lines that begin with "#" and Windows line ends do not
// matter.
//
// The name of a file is made of the failure's kind and a hash of test, settings, kind and choices (see Record.FileName):
// the same failure has the same name, whoever finds it. Save writes to a temporary file and renames it.
//
// # Versions and the promise
//
// Tokens and files each have a format version, TokenVersion and FileVersion. A Ravel reads every version up to its own;
// what it does not know it refuses with an error that wraps ErrNewer. Any change of a format, however small, is a new
// version. What is promised is that a schedule can be read, not that it still fails: the program may have changed (Code
// tells), and so may, between minor versions of Ravel, the places where a program makes choices.
package schedule
