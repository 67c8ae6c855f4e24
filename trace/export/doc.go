// Package export writes a trace in the formats of other programs: as a sequence diagram of Mermaid, as a space-time graph of
// Graphviz, as a log of ShiViz, and as a timeline of Perfetto. Write finds a format by its name, text and JSON included.
//
// # What the pictures show
//
// All of them have a lane for each machine, goroutine and monitor, in the order of their first events. What one lane does
// within one step is a moment. A moment follows the one before it in its lane, and the moments of other lanes from which it
// directly follows: the send of what is taken, the creation, the unlock before a lock.
//
// Mermaid and Graphviz draw pictures for the eye, so they fold a long trace as Trace.Text does; how much is left out, and
// where, is written into the picture. The log and the timeline are for programs that can search and zoom: they have every
// event.
//
// The words of the program under test, payloads and logs and names, are escaped for each format, so that they are shown and
// not interpreted. Labels in pictures are cut; those of logs and timelines are whole.
package export
