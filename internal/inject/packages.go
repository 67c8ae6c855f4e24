package inject

import (
	"embed"
	_ "unsafe" // for go:linkname

	_ "github.com/ravelgo/ravel"
	_ "github.com/ravelgo/ravel/check"
	_ "github.com/ravelgo/ravel/failure"
	_ "github.com/ravelgo/ravel/internal/attr"
	_ "github.com/ravelgo/ravel/internal/checkpoint"
	_ "github.com/ravelgo/ravel/internal/coverage"
	_ "github.com/ravelgo/ravel/internal/digest"
	_ "github.com/ravelgo/ravel/internal/engine"
	_ "github.com/ravelgo/ravel/internal/globals"
	_ "github.com/ravelgo/ravel/internal/gocontrol"
	_ "github.com/ravelgo/ravel/internal/machine"
	_ "github.com/ravelgo/ravel/internal/prose"
	_ "github.com/ravelgo/ravel/internal/results"
	_ "github.com/ravelgo/ravel/internal/values"
	_ "github.com/ravelgo/ravel/schedule"
	_ "github.com/ravelgo/ravel/strategy"
	_ "github.com/ravelgo/ravel/strategy/delaying"
	_ "github.com/ravelgo/ravel/trace"
)

// The variables of these packages that hold their source. They are nobody's business but ours, hence not exported.
var (
	//go:linkname ofFailure github.com/ravelgo/ravel/failure.ownSource
	ofFailure embed.FS

	//go:linkname ofInternalValues github.com/ravelgo/ravel/internal/values.ownSource
	ofInternalValues embed.FS

	//go:linkname ofInternalCheckpoint github.com/ravelgo/ravel/internal/checkpoint.ownSource
	ofInternalCheckpoint embed.FS

	//go:linkname ofInternalProse github.com/ravelgo/ravel/internal/prose.ownSource
	ofInternalProse embed.FS

	//go:linkname ofInternalCoverage github.com/ravelgo/ravel/internal/coverage.ownSource
	ofInternalCoverage embed.FS

	//go:linkname ofInternalDigest github.com/ravelgo/ravel/internal/digest.ownSource
	ofInternalDigest embed.FS

	//go:linkname ofSchedule github.com/ravelgo/ravel/schedule.ownSource
	ofSchedule embed.FS

	//go:linkname ofInternalMachine github.com/ravelgo/ravel/internal/machine.ownSource
	ofInternalMachine embed.FS

	//go:linkname ofRavel github.com/ravelgo/ravel.ownSource
	ofRavel embed.FS

	//go:linkname ofInternalAttr github.com/ravelgo/ravel/internal/attr.ownSource
	ofInternalAttr embed.FS

	//go:linkname ofInternalGocontrol github.com/ravelgo/ravel/internal/gocontrol.ownSource
	ofInternalGocontrol embed.FS

	//go:linkname ofInternalGlobals github.com/ravelgo/ravel/internal/globals.ownSource
	ofInternalGlobals embed.FS

	//go:linkname ofStrategyDelaying github.com/ravelgo/ravel/strategy/delaying.ownSource
	ofStrategyDelaying embed.FS

	//go:linkname ofStrategy github.com/ravelgo/ravel/strategy.ownSource
	ofStrategy embed.FS

	//go:linkname ofTrace github.com/ravelgo/ravel/trace.ownSource
	ofTrace embed.FS

	//go:linkname ofInternalEngine github.com/ravelgo/ravel/internal/engine.ownSource
	ofInternalEngine embed.FS

	//go:linkname ofInternalResults github.com/ravelgo/ravel/internal/results.ownSource
	ofInternalResults embed.FS

	//go:linkname ofCheck github.com/ravelgo/ravel/check.ownSource
	ofCheck embed.FS
)

var packages = map[string]*embed.FS{
	"failure":             &ofFailure,
	"internal/values":     &ofInternalValues,
	"internal/checkpoint": &ofInternalCheckpoint,
	"internal/prose":      &ofInternalProse,
	"internal/coverage":   &ofInternalCoverage,
	"internal/digest":     &ofInternalDigest,
	"schedule":            &ofSchedule,
	"internal/machine":    &ofInternalMachine,
	"":                    &ofRavel,
	"internal/attr":       &ofInternalAttr,
	"internal/gocontrol":  &ofInternalGocontrol,
	"internal/globals":    &ofInternalGlobals,
	"strategy/delaying":   &ofStrategyDelaying,
	"strategy":            &ofStrategy,
	"trace":               &ofTrace,
	"internal/engine":     &ofInternalEngine,
	"internal/results":    &ofInternalResults,
	"check":               &ofCheck,
}
