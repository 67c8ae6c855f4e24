// Package view writes failures as a page: one HTML file that shows the execution as a space-time diagram, for a person who
// wants to see what happened, or a colleague who has never heard of Ravel.
//
// # The page
//
// Write puts everything into one file: the traces, as the lines of JSON that trace.WriteJSON writes, the words of each event,
// the source lines that the traces point to, and the viewer, a program of some tens of kilobytes. The page loads nothing:
// its Content-Security-Policy forbids every request, and every script and style but its own two, which are named by their
// hashes. A file can be mailed, kept with the results of a build, and opened offline.
//
// What the program under test has said (payloads, logs, names, messages) is data in the page: it stands in script elements
// that no browser runs, with every "<" escaped, and is shown as text only.
//
// # Several failures
//
// A Page has any number of failures; the reader chooses one from a list. Each may have the nearest execution that passes
// beside it, and the event with which the two part.
//
// # Server
//
// Server serves a page on the loopback interface, under a path that cannot be guessed, for browsers that are slow with
// large local files or may not open them.
//
// # The viewer's source
//
// The viewer is written in TypeScript, in src; npm run build bundles it into page, which is embedded here. Nobody who uses
// this package needs Node.
package view
