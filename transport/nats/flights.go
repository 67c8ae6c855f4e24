package nats

// flight is an event under way.
type flight struct {
	seq    uint64 // 0 until it is sent
	parcel []byte // nil if it is not sent again
	from   string
	to     string
	event  any
}

// flights are what is under way on a link, in the order of seq.
type flights struct {
	list []flight
	head int
}

func (f *flights) len() int { return len(f.list) - f.head }

// all are the flights, which are the list's own.
func (f *flights) all() []flight { return f.list[f.head:] }

func (f *flights) put(x flight) {
	if f.head > 0 && len(f.list) == cap(f.list) {
		n := copy(f.list, f.list[f.head:])
		clear(f.list[n:])
		f.list, f.head = f.list[:n], 0
	}
	f.list = append(f.list, x)
}

// cut takes out those from first to last that were sent, and returns how many they are; those are also appended to *to, unless
// it is nil.
func (f *flights) cut(first, last uint64, to *[]flight) int {
	all := f.all()
	i := 0
	for i < len(all) && all[i].seq != 0 && all[i].seq < first {
		i++
	}
	j := i
	for j < len(all) && all[j].seq != 0 && all[j].seq <= last {
		j++
	}
	if to != nil {
		*to = append(*to, all[i:j]...)
	}
	if i == 0 {
		clear(all[:j])
		f.head += j
	} else {
		n := copy(all[i:], all[j:])
		clear(all[i+n:])
		f.list = f.list[:f.head+i+n]
	}
	if f.head == len(f.list) {
		f.list, f.head = f.list[:0], 0
	}
	return j - i
}

// pop takes back the last one.
func (f *flights) pop() {
	f.list[len(f.list)-1] = flight{}
	f.list = f.list[:len(f.list)-1]
}

// take returns all of them, and forgets them.
func (f *flights) take() []flight {
	all := f.all()
	*f = flights{}
	return all
}
