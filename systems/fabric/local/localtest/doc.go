// Package localtest runs clusters of package local for tests: in the process of the test, with a network that can be
// cut, or as processes that can be killed and stopped.
package localtest
