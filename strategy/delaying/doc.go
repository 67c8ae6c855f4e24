// Package delaying has delaying explorers: deterministic orders of the machines of a program, with one operation, Delay,
// that passes over the machine that would move next.
//
// # What they are for
//
// An explorer without delays is a deterministic scheduler: it makes one execution of a program. With one delay somewhere
// it makes another one, which differs there. Executions are counted by their delays: the stratum i are those with exactly i.
// Bugs have few delays under an explorer that suits the program, so a search that goes through the strata, or samples
// them, finds them early:
//
//	ss:E       package strategy: samples of stratum 1, 2, 3, ...
//	delay:D,E  every execution with at most D delays
//
// # The explorers
//
//	RR      round-robin: a machine runs until it blocks, then the one that has waited longest
//	RTC     run to completion: who gets an event runs before the sender goes on; causal chains depth first
//	PRR     RR, with created machines at random places of the queue
//	Rand    uniform over the machines
//	Custom  an order that the program states and changes, with Context.ChangeOrder and Context.SetPriority
//	Sealing another explorer, and in the regions that the program seals one fixed order without delays
//
// An explorer of your own is a type with the methods of Explorer; docs/delaying-explorers.md writes one. Soundness in
// package explorertest tests it.
//
// # Soundness
//
// An explorer is sound when in every state the machines that Next returns after 0, 1, ..., m-1 calls of Delay are exactly
// the m enabled ones. A search through all strata then reaches all that the program can reach (theorem 1 of the paper).
// Everything an explorer promises follows from that and from determinism: the same calls give the same answers.
// Random ones draw from a seed that they are made with, which is the same for all executions of a search.
//
// # What costs a delay
//
// A choice with n alternatives costs as many delays as come before the one taken. They come in this order:
//
//   - Scheduling: the machines as the explorer orders them; then the armed timers, by deadline. So an explorer
//     knows machines only, and the machine that timers interrupt has not been delayed: it goes on.
//   - Faults: where some are on offer there is first the choice whether one happens: none, then the offered ones by age. A
//     fault thus is one delay behind the default, and does not make machines dearer.
//   - Values: false before true, 0 before 1.
//
// A Delay lasts: RR and RTC, Custom unless memoryless, go on in the order that the delay has made.
//
// # Source
//
// Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, and where it leaves
// something open the delaying schedulers of Zing. Each explorer says where it differs from either.
package delaying
