package overlay

// packageSplices are those of the packages above the runtime.
var packageSplices = []splice{
	// Contexts.
	{file: "context/context.go", in: "func WithCancel(", anchor: "c.cancel(true, Canceled, nil)", how: replace,
		text: "runtime_ctlPoint(ctlKindContextCancel, c); c.cancel(true, Canceled, nil)"},
	{file: "context/context.go", in: "func WithCancelCause(", anchor: "c.cancel(true, Canceled, cause)", how: replace,
		text: "runtime_ctlPoint(ctlKindContextCancel, c); c.cancel(true, Canceled, cause)"},
	{file: "context/context.go", in: "func WithDeadlineCause(", anchor: "c.cancel(false, Canceled, nil)", how: replace,
		text: "runtime_ctlPoint(ctlKindContextCancel, &c.cancelCtx); c.cancel(false, Canceled, nil)"},
	{file: "context/context.go", in: "func WithDeadlineCause(", anchor: "c.cancel(true, Canceled, nil)", how: replace,
		text: "runtime_ctlPoint(ctlKindContextCancel, &c.cancelCtx); c.cancel(true, Canceled, nil)"},
	{file: "context/context.go", in: "func AfterFunc(", anchor: "stopped := false", how: before, text: `
		runtime_ctlPoint(ctlKindContextCancel, &a.cancelCtx)`},
	{file: "context/context.go", in: "func (c *cancelCtx) Err(", how: top, text: `
	runtime_ctlPoint(ctlKindContextErr, c)`},
	{file: "context/context.go", in: "func Cause(", how: top, text: `
	runtime_ctlPoint(ctlKindContextErr, nil)`},

	// Tests that know nothing of Ravel: what package testing asks the explorer, and tells it.
	{file: "testing/testing.go", in: "func tRunner(", anchor: "\tfn(t)", how: replace, text: "\tif !ctlExplored(t, fn) { fn(t) }"},
	{file: "testing/testing.go", in: "func (t *T) Run(", anchor: "go tRunner(t, f)", how: replace, text: "ctlGo(t, f)"},
	{file: "testing/testing.go", in: "func (c *common) Fail() {", how: top, text: `
	ctlFail(c)`},
	{file: "testing/testing.go", in: "func (c *common) callSite(", anchor: "frame := c.frameSkip(skip)", how: after, text: `
	frame = ctlSite(frame)`},
	{file: "testing/testing.go", in: "func (c *common) log(", how: top, text: `
	ctlLog(c, s)`},
	{file: "testing/run_example.go", in: "func runExample(", anchor: "// Capture stdout.", how: before, text: `
	if ok, ran := ctlRanExample(eg); ran {
		return ok
	}`},
	{file: "os/file.go", in: "func (f *File) Write(", how: top, text: `
	if ctlWritten != nil && ctlTaken(f, b) {
		return len(b), nil
	}`},

	{file: "runtime/print.go", in: "func gwrite(", anchor: "gp := getg()", how: after, text: `
	if ctlQuiet && gp != nil && gp.writebuf == nil && gp.m.dying == 0 && ctlOf(gp) != nil {
		return // what executions of ordinary tests print is kept quiet
	}`},
	{file: "math/rand/rand.go", in: "func globalRand(", anchor: "if r := globalRandGenerator.Load(); r != nil {", how: replace,
		text: "if r := ctlGlobal(globalRandGenerator.Load()); r != nil {"},
	{file: "math/rand/rand.go", in: "func Seed(", anchor: "orig := globalRandGenerator.Load()", how: before, text: `
	ctlSeeded.Store(runtime_ctlSerial())`},
	{file: "os/exec.go", in: "func (p *Process) Wait(", anchor: "p.wait()", how: replace, text: "ctlWait(p)"},

	// A function that runs once has not run if its goroutine was ended amid it.
	{file: "sync/once.go", in: "func (o *Once) doSlow(", anchor: "defer o.done.Store(true)", how: replace,
		text: "defer func() { if !runtime_ctlDoomed() { o.done.Store(true) } }()"},
	{file: "sync/oncefunc.go", in: "func OnceFunc(", anchor: "d.f = nil", how: before, text: notIfDoomed},
	{file: "sync/oncefunc.go", in: "func OnceValue[", anchor: "d.f = nil", how: before, text: notIfDoomed},
	{file: "sync/oncefunc.go", in: "func OnceValues[", anchor: "d.f = nil", how: before, text: notIfDoomed},

	// Package sync, at its exported methods. One that calls another has the first one's point only: see operations. Go of
	// a WaitGroup has those of the Add and the go statement that it stands for.
	point("sync/mutex.go", "func (m *Mutex) Lock(", "Lock", "m"),
	point("sync/mutex.go", "func (m *Mutex) TryLock(", "TryLock", "m"),
	point("sync/mutex.go", "func (m *Mutex) Unlock(", "Unlock", "m"),
	point("sync/rwmutex.go", "func (rw *RWMutex) Lock(", "Lock|ctlOfRW", "rw"),
	point("sync/rwmutex.go", "func (rw *RWMutex) TryLock(", "TryLock|ctlOfRW", "rw"),
	point("sync/rwmutex.go", "func (rw *RWMutex) Unlock(", "Unlock|ctlOfRW", "rw"),
	point("sync/rwmutex.go", "func (rw *RWMutex) RLock(", "RLock", "rw"),
	point("sync/rwmutex.go", "func (rw *RWMutex) TryRLock(", "TryRLock", "rw"),
	point("sync/rwmutex.go", "func (rw *RWMutex) RUnlock(", "RUnlock", "rw"),
	point("sync/waitgroup.go", "func (wg *WaitGroup) Add(", "WaitGroupAdd|ctlDelta(delta)", "wg"),
	point("sync/waitgroup.go", "func (wg *WaitGroup) Wait(", "WaitGroupWait", "wg"),
	point("sync/cond.go", "func (c *Cond) Wait(", "CondWait", "c"),
	point("sync/cond.go", "func (c *Cond) Signal(", "CondSignal", "c"),
	point("sync/cond.go", "func (c *Cond) Broadcast(", "CondBroadcast", "c"),
	point("sync/once.go", "func (o *Once) Do(", "OnceDo", "o"),
}

// notIfDoomed leaves a deferred function of package sync.
const notIfDoomed = `
				if runtime_ctlDoomed() {
					return
				}`

// mapPoints are the points of sync.Map, which moved to another file after Go 1.25.
func mapPoints() []splice {
	var list []splice
	for _, method := range []string{"Load", "Store", "Clear", "LoadOrStore", "LoadAndDelete", "Delete", "Swap",
		"CompareAndSwap", "CompareAndDelete", "Range"} {
		kind := "MapUpdate"
		if method == "Load" || method == "Range" {
			kind = "MapLoad"
		}
		s := point("sync/map.go", "func (m *Map) "+method+"(", kind, "m")
		list = append(list, s)
		s.file, s.to = "sync/hashtriemap.go", 25
		list = append(list, s)
	}
	return list
}

// point is a splice that makes a method of package sync a scheduling point, and an operation.
func point(file, in, kind, object string) splice {
	return splice{file: file, in: in, how: top, op: true,
		text: "\n\truntime_ctlPoint(ctlKind" + kind + ", unsafe.Pointer(" + object + "))"}
}
