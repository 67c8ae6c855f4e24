package delaying

// shelf has the explorers that need no parameter, by name.
var shelf = []struct {
	name string
	make Factory
}{
	{"rtc", func(uint64) Explorer { return NewRTC() }},
	{"rr", func(uint64) Explorer { return NewRR() }},
	{"prr", func(seed uint64) Explorer { return NewPRR(seed) }},
	{"rand", func(seed uint64) Explorer { return NewRand(seed) }},
	{"custom", func(uint64) Explorer { return NewCustom() }},
	{"rtc-raise", func(uint64) Explorer { return &RTC{Raise: true} }},
	{"custom-memoryless", func(uint64) Explorer { return &Custom{Memoryless: true} }},
	{"sealing", func(uint64) Explorer { return NewSealing(NewRTC()) }},
}

// Names returns the names of the explorers of this package; "sealing" is Sealing around RTC.
func Names() []string {
	names := make([]string, len(shelf))
	for i, s := range shelf {
		names[i] = s.name
	}
	return names
}

// Named returns the factory of the explorer of a name, and nil when there is none.
func Named(name string) Factory {
	for _, s := range shelf {
		if s.name == name {
			return s.make
		}
	}
	return nil
}
