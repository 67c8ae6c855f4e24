package replication

import "github.com/ravelgo/ravel/model/fabric/quorum"

type (
	// Member is a replica and the name of the node that hosts it.
	Member = quorum.Member[string]
	// Config is the primary and the active secondaries of a partition, in the order of IDs.
	Config = quorum.Config[string]
)
