package deploy

import (
	"log/slog"

	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// watched tells the log what a master stores: each change of its chain.
type watched struct {
	*disk
	log *slog.Logger
}

func (w watched) SaveMaster(image chainrep.MasterImage) error {
	w.log.Info("chain", "epoch", image.Epoch, "servers", image.Servers, "joining", image.Joining)
	return w.disk.SaveMaster(image)
}
