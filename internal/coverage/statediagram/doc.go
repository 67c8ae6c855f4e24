// Package statediagram draws the states and transitions of machines and monitors, with what of them was visited: as a Mermaid
// flowchart, which GitHub and many editors show, and in the DOT language of Graphviz.
//
// Transitions that were made are solid and carry how often; those that are declared and never were are dashed and red, as are
// states that were never entered. Hot states of monitors are filled red, cold ones blue. What a state does with events without
// leaving it stands in the state, what it puts off or ignores in a note beside it.
package statediagram
