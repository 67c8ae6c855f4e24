package deploy

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/tcpnet"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// ManagerConfig holds the settings of a manager's process. Dir and Listen are
// required.
type ManagerConfig struct {
	Dir     string // its folder
	Listen  string // address for messages; port 0 is any
	HTTP    string // address for metrics; none
	Cluster string // name of the cluster; "vnext"

	// Manager holds the component's settings. Incarnation is ignored.
	Manager extmgr.Config

	Log *slog.Logger // nil is slog.Default
}

// Manager is a manager's process.
type Manager struct {
	service
	cfg  extmgr.Config // defaults filled in
	real *extmgr.Manager
}

// StartManager starts a manager. It runs when StartManager returns.
func StartManager(cfg ManagerConfig) (*Manager, error) {
	m, err := startManager(cfg)
	if err != nil {
		return nil, fmt.Errorf("manager: %w", err)
	}
	return m, nil
}

func startManager(cfg ManagerConfig) (*Manager, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	m := &Manager{cfg: cfg.Manager.WithDefaults()}
	m.log, m.stop = cfg.Log, make(chan struct{})
	if err := m.start(cfg); err != nil {
		return nil, errors.Join(err, m.Stop())
	}
	m.log.Info("serving", "manager", m.cfg.Self, "inc", m.cfg.Incarnation, "addr", m.Addr(), "http", m.HTTPAddr())
	return m, nil
}

func (m *Manager) start(cfg ManagerConfig) (err error) {
	if m.home, err = openHome(cfg.Dir, m.cfg.Self, 0, m.log); err != nil {
		return err
	}
	if err = m.bind(cfg.Listen, cfg.HTTP); err != nil {
		return err
	}
	if m.cfg.Incarnation, err = m.home.store.NextIncarnation(floor(time.Now())); err != nil {
		return err
	}
	m.engine, err = tcpnet.New(tcpnet.Config{Self: m.cfg.Self, Cluster: cfg.Cluster, Handler: m.handle, Log: m.log})
	if err != nil {
		return err
	}
	m.real, err = extmgr.New(m.cfg, m.engine, extmgr.SystemClock{}, extmgr.SystemTimers{}, m.log)
	if err != nil {
		return err
	}
	m.work.Go(func() { watchClock(m.log, m.stop) })
	return m.serve(m.pages())
}

func (m *Manager) handle(msg extmgr.Message) {
	switch msg := msg.(type) {
	case *wire.Query:
		m.answer(msg, m.cfg.Self, m.cfg.Incarnation, m.Status())
	case *wire.Kill:
		m.log.Warn("order to end ignored: a manager takes none", "from", msg.From)
	default:
		m.real.ProcessMessage(msg)
	}
}

// Status returns what the manager knows.
func (m *Manager) Status() ManagerStatus {
	s := managerStatus(m.real.Snapshot(), m.cfg, time.Now())
	s.Network = m.engine.Stats()
	return s
}

// Stop ends the manager. It may be called more than once.
func (m *Manager) Stop() error {
	return m.shutdown(func() {
		if m.real != nil {
			m.real.Close()
		}
	})
}
