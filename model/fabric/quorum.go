package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/quorum"
)

type (
	member = quorum.Member[ravel.ID]
	config = quorum.Config[ravel.ID]
)

func has[K comparable, V any](m map[K]V, k K) bool {
	_, ok := m[k]
	return ok
}
