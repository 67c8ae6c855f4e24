package machine

// EffectKind is what an effect does when it is performed.
type EffectKind uint8

// The kinds of effects. Notify, Tell and Failure ride with the effect before them; each of the others is a step of its
// own (see Rides).
const (
	Send EffectKind = iota
	Create
	TimerStart
	TimerStop
	Write
	HaltSelf
	Crash
	Restart
	Offer
	Withdraw
	Notify
	Tell
	Failure
)

// Rides reports whether an effect is performed directly behind the one before it, without a scheduling point.
func (k EffectKind) Rides() bool { return k >= Notify }

// Effect is something a handler asked for that others can see. Effects wait in program order in the outbox.
type Effect struct {
	Kind EffectKind
	N    int32 // the number of the timer, fault or model
	To   *Ref  // Send, Create, Crash, Restart
	Ev   any   // the event, the model's operation, the failure's error; Restart: a *Spec; Tell: a *Told
}

// Spec is a machine to be created.
type Spec struct {
	Def  *Def
	Self any    // the user's *M; nil for a function
	Name string // shown in reports; empty: the definition's name
}

// Told is a call to the explorer.
type Told struct {
	Name string
	Args []any
}
