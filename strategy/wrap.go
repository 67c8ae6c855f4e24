package strategy

// A Wrapper is a strategy that hands each execution to another one. Unwrap returns that one; it is asked after Start,
// and its answer holds for the execution.
//
// A wrapper forwards the optional interfaces of the strategy it wraps. ObserverOf looks through it, so that nobody
// pays for callbacks that nobody listens to; a strategy that wants the callbacks for itself must not be a Wrapper.
type Wrapper interface{ Unwrap() Strategy }

// ObserverOf returns the strategy that listens to the operations of the current execution, or nil. It is to be asked
// after every Start: the answer of a portfolio changes from execution to execution.
func ObserverOf(s Strategy) Observer {
	o, _ := Unwrapped(s).(Observer)
	return o
}

// Unwrapped returns the strategy that makes the picks of the current execution. A wrapper's Pick and Value only forward,
// so they may be called on it directly.
func Unwrapped(s Strategy) Strategy {
	for {
		w, ok := s.(Wrapper)
		if !ok {
			return s
		}
		s = w.Unwrap()
	}
}

// PropertiesOf returns what a strategy promises for the current execution; nothing when it is not Described.
func PropertiesOf(s Strategy) Properties {
	if d, ok := s.(Described); ok {
		return d.Properties()
	}
	return Properties{}
}

// StepBoundOf returns where the current execution is cut: at maxSteps, or before that if the strategy is a Bounder.
func StepBoundOf(s Strategy, maxSteps int) int {
	if b, ok := Unwrapped(s).(Bounder); ok {
		return min(max(b.StepBound(), 1), maxSteps)
	}
	return maxSteps
}
