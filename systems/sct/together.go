package sct

// start runs f on a new goroutine. The function that it returns waits until f has returned.
func start(f func()) (join func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return func() { <-done }
}

// together runs functions at the same time, each on a goroutine of its own, and waits for them in their order.
func together(fs ...func()) {
	joins := make([]func(), len(fs))
	for i, f := range fs {
		joins[i] = start(f)
	}
	for _, join := range joins {
		join()
	}
}

// times returns a list of n functions that do f(0) to f(n-1).
func times(n int, f func(i int)) []func() {
	fs := make([]func(), n)
	for i := range fs {
		fs[i] = func() { f(i) }
	}
	return fs
}
