package fabric

// bugs are defects of the platform, for the tests of its monitors.
type bugs uint

const (
	countIdle       bugs = 1 << iota // replicas that are being built count for the quorum
	quorumTooSmall                   // an operation is complete when one replica has it
	noFence                          // secondaries go on with the old primary while a new one is elected
	takeGaps                         // a secondary loses an operation during its copy, and takes the next one for it
	electAny                         // the primary is elected without looking at the logs
	readOne                          // one secondary is enough for an election
	overlapCalls                     // lifecycle calls do not wait for each other
	copyWithoutTail                  // a copy is taken for the whole log
	oldEpoch                         // a new primary gets the epoch of the one before
	hastyPrimary                     // a primary is elected before it has applied what it has
	neverRebuild                     // what is lost is not replaced
	obeyAgain                        // an order that is repeated is carried out again
	hastySwap                        // the primary is swapped without looking at the logs
	keepRunning                      // background work goes on behind the loss of the primary's role
	forgetResume                     // a swap that comes to nothing leaves the primary as it is
	overlookSwap                     // a swap that was given up too late is overlooked
	skipRollback                     // a replica gets others' operations behind its own
	halfCopy                         // a copy that was broken off is taken for a state
	forgetOps                        // a primary does not keep its log
	giveUp                           // data are given up although disks have them
	electFew                         // an election goes on with fewer replicas than a write needs
	dismissEarly                     // a replica is closed while another election may need it
	forgetBuild                      // the end of a copy is not told
	abortAnyway                      // a replica that was never opened is aborted
)

func (b bugs) has(x bugs) bool { return b&x != 0 }
