// Package results is how the tests of Ravel hand the command that runs them what they found, in full: what was explored,
// the failure, its schedule and its traces. Whoever wants them names a folder in the environment; each exploration and each
// replay leaves a file there. The command makes reports of them: pages, files for continuous integration, coverage.
//
// Package attr tells the same command the little that it needs while tests run.
package results
